"""Tests and intervals of fixed effects and of combinations of them, with small-sample degrees of freedom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.stats

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.estimates import Estimates
from lcresearch.multilevel.kenward_roger import KenwardRoger, kenward_roger
from lcresearch.multilevel.model import Model
from lcresearch.multilevel.satterthwaite import Variability, variability
from lcresearch.multilevel.small_matrices import Array

METHODS = ("satterthwaite", "kenward-roger", "residual", "none")
_LARGEST_CROSSED = 5_000


@dataclass(frozen=True)
class FixedEffects:
    """Fixed effects of one fit, and how sure they are.

    Attributes
    ----------
    model : Model
    estimates : Estimates
    theta : array
        At the optimum.
    """

    model: Model
    estimates: Estimates
    theta: Array

    @cached_property
    def satterthwaite(self) -> Variability:
        """What Satterthwaite's degrees of freedom need."""
        return variability(self.model.criterion, self.theta)

    @cached_property
    def kenward_roger(self) -> KenwardRoger:
        """What Kenward and Roger's tests need.

        Raises
        ------
        MultilevelError
            L020 for a fit by maximum likelihood, L021 for a crossed model that is too large.
        """
        if not self.model.criterion.reml:
            raise MultilevelError("L020")
        if self.model.n_dense > _LARGEST_CROSSED:
            raise MultilevelError("L021", n=self.model.n_dense, most=_LARGEST_CROSSED)
        return kenward_roger(self.model.criterion, self.theta)

    def covariance(self, ddf: str) -> Array:
        """Covariance matrix of the fixed effects; the adjusted one for Kenward and Roger."""
        if ddf != "kenward-roger":
            return self.estimates.covariance
        unit2 = float(self.model.working.scale[self.model.cross.columns.response]) ** 2
        fixed_map = self.model.working.fixed_map
        return unit2 * fixed_map @ self.kenward_roger.covariance @ fixed_map.T

    def df(self, contrasts: Array, ddf: str) -> Array:
        """Degrees of freedom of each contrast, shape (n_contrasts, p) in the units of the data."""
        check_method(ddf)
        if ddf == "none":
            return np.full(len(contrasts), np.inf)
        if ddf == "residual":
            return np.full(len(contrasts), float(self.model.cross.n - len(self.estimates.beta)))
        working = contrasts @ self.model.working.fixed_map
        if ddf == "satterthwaite":
            return self.satterthwaite.df(working)
        return np.array([self.kenward_roger.test(row[None])[0] for row in working])

    def table(
        self, contrasts: Array, names: Sequence[str], ddf: str, conf_level: float, offsets: Array | float = 0.0
    ) -> pd.DataFrame:
        """A row a contrast: ``term, estimate, std_error, statistic, df, p_value, conf_low, conf_high``.

        Offsets, known numbers, are added to the estimates.
        """
        estimate = contrasts @ self.estimates.beta + offsets
        error = np.sqrt(np.einsum("ca,ab,cb->c", contrasts, self.covariance(ddf), contrasts))
        df = self.df(contrasts, ddf)
        return tests_table(names, estimate, error, df, conf_level)

    def joint(self, contrasts: Array, ddf: str) -> dict[str, float]:
        """The F test that all contrasts are zero: ``statistic, num_df, den_df, p_value``."""
        check_method(ddf)
        estimate = contrasts @ self.estimates.beta
        covariance = contrasts @ self.covariance(ddf) @ contrasts.T
        num_df = int(np.linalg.matrix_rank(covariance, hermitian=True))
        statistic = float(estimate @ np.linalg.pinv(covariance, hermitian=True) @ estimate) / num_df
        working = contrasts @ self.model.working.fixed_map
        if ddf == "satterthwaite":
            den_df = self.satterthwaite.df_joint(working)
        elif ddf == "kenward-roger":
            den_df, scaling = self.kenward_roger.test(working)
            statistic *= scaling
        else:
            den_df = float(self.df(contrasts[:1], ddf)[0])
        p_value = float(scipy.stats.f.sf(statistic, num_df, den_df) if np.isfinite(den_df) else
                        scipy.stats.chi2.sf(statistic * num_df, num_df))  # fmt: skip
        return {"statistic": statistic, "num_df": num_df, "den_df": den_df, "p_value": p_value}


def check_method(ddf: str) -> None:
    """Refuse a method that does not exist."""
    if ddf not in METHODS:
        raise MultilevelError("L022", found=str(ddf), known=list(METHODS))


def check_level(conf_level: float) -> float:
    """Refuse a level of confidence that is not between 0 and 1, such as 95 for 95% (L067)."""
    if not 0 < conf_level < 1:
        raise MultilevelError("L067", found=str(conf_level))
    return conf_level


def check_choice(name: str, found: str, known: Sequence[str]) -> None:
    """Refuse a word that is none of those known (L068)."""
    if found not in known:
        raise MultilevelError("L068", name=name, found=str(found), known=list(known))


def weight_rows(weights: npt.ArrayLike, names: Sequence[str]) -> Array:
    """Weights of contrasts as an array, shape (n_contrasts, n_names).

    Raises
    ------
    MultilevelError
        L132 for what is no array of numbers, L025 for another number of columns.
    """
    try:
        matrix = np.atleast_2d(np.asarray(weights, dtype=float))
    except (TypeError, ValueError) as error:
        raise MultilevelError("L132", found=repr(weights)[:60]) from error
    if matrix.ndim != 2 or matrix.shape[1] != len(names):
        raise MultilevelError("L025", found=int(matrix.shape[-1]), n=len(names), known=list(names))
    return matrix


def tests_table(names: Sequence[str], estimate: Array, error: Array, df: Array, conf_level: float) -> pd.DataFrame:
    """t tests and intervals, a row each: ``term, estimate, std_error, statistic, df, p_value, conf_low, conf_high``."""
    check_level(conf_level)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = estimate / error
    half = scipy.stats.t.ppf(0.5 + conf_level / 2, df) * error
    return pd.DataFrame(
        {
            "term": list(names),
            "estimate": estimate,
            "std_error": error,
            "statistic": statistic,
            "df": df,
            "p_value": 2 * scipy.stats.t.sf(np.abs(statistic), df),
            "conf_low": estimate - half,
            "conf_high": estimate + half,
        }
    )
