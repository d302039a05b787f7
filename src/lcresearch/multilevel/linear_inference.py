"""What is said of the fixed effects of a linear mixed model: tests, terms, contrasts, marginal means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.design import Design
from lcresearch.multilevel.fixed_effects import FixedEffects, check_method, weight_rows
from lcresearch.multilevel.marginal_means import grid_of
from lcresearch.multilevel.mixed_model import MixedModel
from lcresearch.multilevel.small_matrices import Array


class LinearInference(MixedModel):
    """Base of :class:`~lcresearch.multilevel.LinearMixedModel`."""

    default_ddf: ClassVar[str] = "satterthwaite"

    @property
    def _fixed(self) -> FixedEffects:
        """Fixed effects and how sure they are."""
        raise NotImplementedError

    def rows_needed(self, what: str) -> Design:
        """The rows; refused for a fit of sums alone."""
        raise NotImplementedError

    def tidy(self, conf_level: float = 0.95, ddf: str = "satterthwaite") -> pd.DataFrame:
        """Fixed effects, a row a term: ``term, estimate, std_error, statistic, df, p_value, conf_low, conf_high``.

        Parameters
        ----------
        conf_level : float
        ddf : "satterthwaite", "kenward-roger", "residual" or "none"
            Degrees of freedom; Kenward and Roger's method changes the standard errors too and needs a REML fit.
        """
        return self._fixed.table(np.eye(len(self._names)), self._names, ddf, conf_level)

    def covariance(self, ddf: str = "satterthwaite") -> pd.DataFrame:
        """Covariance matrix of the fixed effects; the adjusted one with ``ddf="kenward-roger"``."""
        check_method(ddf)
        return pd.DataFrame(self._fixed.covariance(ddf), index=list(self._names), columns=list(self._names))

    def terms(self, ddf: str = "satterthwaite") -> pd.DataFrame:
        """F tests of the terms of the formula, each given all others: ``term, statistic, num_df, den_df, p_value``.

        These are tests of type III: a main effect is the average over the levels of the factors in its interactions,
        at zero of covariates in them (center these).
        """
        rows = [{"term": term, **self._fixed.joint(rows, ddf)} for term, rows in self.model.cross.hypotheses.items()]
        return pd.DataFrame(rows, columns=["term", "statistic", "num_df", "den_df", "p_value"])

    def contrasts(
        self,
        weights: Mapping[str, Mapping[str, float]] | npt.ArrayLike,
        *,
        ddf: str = "satterthwaite",
        conf_level: float = 0.95,
    ) -> pd.DataFrame:
        """Combinations of fixed effects with tests and intervals, a row each.

        Parameters
        ----------
        weights : mapping or array, shape (n_contrasts, n_terms)
            Name of the contrast -> term -> weight; terms that are not named count zero.
        """
        if isinstance(weights, Mapping):
            names = [str(name) for name in weights]
            matrix = np.array([self._row(each) for each in weights.values()])
        else:
            matrix = weight_rows(weights, self._names)
            names = [f"contrast_{place}" for place in range(1, len(matrix) + 1)]
        return self._fixed.table(matrix, names, ddf, conf_level)

    def means(
        self,
        specs: str | Sequence[str],
        *,
        at: Mapping[str, object] | None = None,
        ddf: str = "satterthwaite",
        conf_level: float = 0.95,
    ) -> pd.DataFrame:
        """Estimated marginal means, a row a combination: the columns of ``specs``, then as :meth:`tidy`.

        Levels of other factors count equally; other numbers are held at their mean, as R's emmeans does. Truth values
        and numbers inside ``C()`` are factors. An offset counts, at the same grid.

        Parameters
        ----------
        specs : str or sequence of str
            Predictors; ``[]`` for one mean over all.
        at : mapping, optional
            Column -> value or values.

        Raises
        ------
        MultilevelError
            L005 for a column that the fixed part does not have, L120 for a level that the model does not know.
        """
        grid = grid_of(self.rows_needed("means"), specs, at)
        table = self._fixed.table(grid.contrasts, grid.names, ddf, conf_level, grid.offsets).drop(columns="term")
        return pd.concat([grid.values, table], axis=1)

    def mean_differences(
        self,
        specs: str | Sequence[str],
        *,
        at: Mapping[str, object] | None = None,
        ddf: str = "satterthwaite",
        conf_level: float = 0.95,
    ) -> pd.DataFrame:
        """Differences between all pairs of :meth:`means`, columns as :meth:`tidy`; p values are not adjusted.

        Raises
        ------
        MultilevelError
            As :meth:`means`; L131 when there is one mean only.
        """
        names, contrasts, offsets = grid_of(self.rows_needed("mean_differences"), specs, at).differences()
        return self._fixed.table(contrasts, names, ddf, conf_level, offsets)

    def joint_test(self, weights: npt.ArrayLike, *, ddf: str = "satterthwaite") -> dict[str, float]:
        """The F test that all rows of contrasts are zero: ``statistic, num_df, den_df, p_value``.

        Raises
        ------
        MultilevelError
            L025 for another number of columns than fixed effects, L132 for no numbers, L133 where all weights are zero.
        """
        rows = weight_rows(weights, self._names)
        if not rows.any():
            raise MultilevelError("L133")
        return self._fixed.joint(rows, ddf)

    def _row(self, weights: Mapping[str, float]) -> Array:
        unknown = [name for name in weights if name not in self._names]
        if unknown:
            raise MultilevelError("L025", found=unknown, n=len(self._names), known=list(self._names))
        return np.array([weights.get(name, 0.0) for name in self._names], dtype=float)
