"""Tests of thresholds, fixed effects and combinations of them in a generalised model, on the scale of the link."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.stats

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.fixed_effects import tests_table, weight_rows
from lcresearch.multilevel.small_matrices import Array

METHODS = ("none", "between-within")


@dataclass(frozen=True)
class Coefficients:
    """Thresholds and fixed effects in the units of the data.

    Attributes
    ----------
    names : tuple of str, shape (m,)
        Thresholds first.
    values : array, shape (m,)
    covariance : array, shape (m, m)
    n_thresholds : int
    between_within : callable
        Gives degrees of freedom of each, shape (m,).
    """

    names: tuple[str, ...]
    values: Array
    covariance: Array
    n_thresholds: int
    between_within: Callable[[], Array]

    def df(self, contrasts: Array, ddf: str) -> Array:
        """Degrees of freedom of each contrast, shape (n_contrasts, m): those of its coefficient that has the fewest.

        Raises
        ------
        MultilevelError
            L022 for a method that does not exist, L112 for between-within of crossed factors.
        """
        if ddf not in METHODS:
            raise MultilevelError("L022", found=str(ddf), known=list(METHODS))
        if ddf == "none":
            return np.full(len(contrasts), np.inf)
        return np.asarray(np.where(contrasts != 0, self.between_within(), np.inf).min(axis=1))

    def errors(self, contrasts: Array) -> Array:
        """Standard errors of contrasts."""
        return np.asarray(np.sqrt(np.einsum("ca,ab,cb->c", contrasts, self.covariance, contrasts)))

    def table(self, contrasts: Array, names: Sequence[str], ddf: str, conf_level: float) -> pd.DataFrame:
        """A row a contrast: ``term, estimate, std_error, statistic, df, p_value, conf_low, conf_high``."""
        estimates, errors = contrasts @ self.values, self.errors(contrasts)
        return tests_table(names, estimates, errors, self.df(contrasts, ddf), conf_level)

    def joint(self, contrasts: Array, ddf: str) -> dict[str, float]:
        """The Wald test that all contrasts are zero: ``statistic, num_df, den_df, p_value, chi_square``."""
        estimate = contrasts @ self.values
        covariance = contrasts @ self.covariance @ contrasts.T
        num_df = int(np.linalg.matrix_rank(covariance, hermitian=True))
        chi_square = float(estimate @ np.linalg.pinv(covariance, hermitian=True) @ estimate)
        den_df = float(self.df(contrasts, ddf).min())
        statistic, of_chi_square = chi_square / num_df, scipy.stats.chi2.sf(chi_square, num_df)
        p_value = scipy.stats.f.sf(statistic, num_df, den_df) if np.isfinite(den_df) else of_chi_square
        found = {"statistic": statistic, "num_df": num_df, "den_df": den_df, "p_value": float(p_value)}
        return found | {"chi_square": chi_square}

    def weights(self, asked: Mapping[str, Mapping[str, float]] | npt.ArrayLike) -> tuple[list[str], Array]:
        """Names and weights of contrasts, from a mapping by term or an array over the fixed effects.

        Raises
        ------
        MultilevelError
            L025 for terms that do not exist, or an array with another number of columns; L132 for no numbers.
        """
        k = self.n_thresholds
        if isinstance(asked, Mapping):
            return [str(name) for name in asked], np.array([self._row(each) for each in asked.values()])
        matrix = weight_rows(asked, self.names[k:])
        return [f"contrast_{place}" for place in range(1, len(matrix) + 1)], np.pad(matrix, ((0, 0), (k, 0)))

    def _row(self, weights: Mapping[str, float]) -> Array:
        unknown = [name for name in weights if name not in self.names]
        if unknown:
            raise MultilevelError("L025", found=unknown, n=len(self.names), known=list(self.names))
        return np.array([weights.get(name, 0.0) for name in self.names], dtype=float)


def exponentiated(table: pd.DataFrame, link: str) -> pd.DataFrame:
    """Log odds as odds ratios and log rates as rate ratios: estimate and interval, the error by the delta method.

    Raises
    ------
    MultilevelError
        L110 for a probit model, of which exponentials mean nothing.
    """
    if link == "probit":
        raise MultilevelError("L110")
    ratio = np.exp(table["estimate"])
    with np.errstate(over="ignore"):
        ends = {name: np.exp(table[name]) for name in ("conf_low", "conf_high")}
    return table.assign(estimate=ratio, std_error=ratio * table["std_error"], **ends)
