"""What generalised linear mixed models say of their fixed part: tests of terms, contrasts, marginal means, ratios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.between_within import between_within
from lcresearch.multilevel.design import Design
from lcresearch.multilevel.generalised_model import GeneralisedModel
from lcresearch.multilevel.joint_optimum import JointOptimum, fixed_covariance
from lcresearch.multilevel.link_scale import Coefficients, exponentiated
from lcresearch.multilevel.marginal_means import Grid, grid_of
from lcresearch.multilevel.mixed_model import MixedModel
from lcresearch.multilevel.response_scale import brought_back, category_means
from lcresearch.multilevel.small_matrices import Array

KINDS = ("link", "response")


class GeneralisedInference(MixedModel):
    """Tests, contrasts and means; subclasses are frozen dataclasses with ``model``, ``optimum`` and ``design``.

    Tests are z tests (``ddf="none"``). ``ddf="between-within"`` takes t tests with the degrees of freedom of
    :func:`~lcresearch.multilevel.between_within.between_within`, which are better where groups are few.
    """

    default_ddf: ClassVar[str] = "none"

    model: GeneralisedModel
    optimum: JointOptimum
    design: Design

    @property
    def link(self) -> str:
        """``logit``, ``probit`` or ``log``."""
        return self.model.outcome.link

    @property
    def _has_added_constant(self) -> bool:
        """Whether the constant for which thresholds stand is not in the formula itself."""
        return len(self._cross.columns.fixed) > len(self.design.columns.fixed)

    @cached_property
    def coefficients(self) -> Coefficients:
        """Thresholds and fixed effects in the units of the data, and their covariance matrix, as arrays."""
        k, labels = self.model.parameters.n_extra, self.model.outcome.labels
        to_units, n_theta = self.model.to_units, self.model.parameters.n_theta
        thresholds = [f"{labels[place]}|{labels[place + 1]}" for place in range(k)]
        names = (*thresholds, *(self._names[place] for place in self.model.slopes))
        covariance = to_units @ fixed_covariance(self.optimum.hessian, n_theta) @ to_units.T
        return Coefficients(names, to_units @ self.optimum.vector[n_theta:], covariance, k, self._between_within)

    def _between_within(self) -> Array:
        """Between-within degrees of freedom of thresholds and fixed effects; thresholds are as the constant."""
        fixed = self._cross.columns.fixed
        if self._cross.memberships:
            raise MultilevelError("L112")
        codes = [found.codes for found in self.design.groupings.values()]
        df, k = between_within(self.design.matrix[:, fixed], codes), self.model.parameters.n_extra
        constant = df[list(fixed).index(0)] if k else 0.0
        return np.concatenate([np.full(k, constant), df[self.model.slopes]])

    def tidy(self, conf_level: float = 0.95, ddf: str = "none", *, exponentiate: bool = False) -> pd.DataFrame:
        """Thresholds and fixed effects, a row each: ``term, estimate, std_error, statistic, df, p_value, conf_low,
        conf_high``.

        Parameters
        ----------
        conf_level : float
        ddf : "none" or "between-within"
            z tests, or t tests with between-within degrees of freedom.
        exponentiate : bool
            Give odds ratios (logit) or rate ratios (log): exp(estimate), with standard errors by the delta method.
            Tests stay those of the link; thresholds, which are no effects, are left out. Of an ordinal outcome the
            ratio is that of the odds of a higher answer.

        Raises
        ------
        MultilevelError
            L022 for other degrees of freedom, L110 for ratios of a probit model, L112 for between-within degrees of
            freedom of crossed factors.
        """
        own = self.coefficients
        table = own.table(np.eye(len(own.names)), own.names, ddf, conf_level)
        if not exponentiate:
            return table
        return exponentiated(table.iloc[own.n_thresholds :].reset_index(drop=True), self.link)

    def terms(self, ddf: str = "none") -> pd.DataFrame:
        """Wald tests of the terms of the formula, each given all others.

        The columns are ``term, statistic, num_df, den_df, p_value, chi_square``, with F = chi_square / num_df; with
        endless ``den_df`` the p value is that of chi-square. These are tests of type III: a main effect is the average
        over the levels of the factors in its interactions, at zero of covariates in them (center these).
        """
        rows = [
            {"term": term, **self.coefficients.joint(self._placed(rows), ddf)}
            for term, rows in self.design.hypotheses.items()
        ]
        return pd.DataFrame(rows, columns=["term", "statistic", "num_df", "den_df", "p_value", "chi_square"])

    def contrasts(
        self,
        weights: Mapping[str, Mapping[str, float]] | npt.ArrayLike,
        *,
        ddf: str = "none",
        conf_level: float = 0.95,
        exponentiate: bool = False,
    ) -> pd.DataFrame:
        """Combinations of fixed effects with tests and intervals, a row each, as :meth:`tidy`.

        Parameters
        ----------
        weights : mapping or array, shape (n_contrasts, n_fixed_effects)
            Name of the contrast -> term (or threshold) -> weight; terms that are not named count zero.
        ddf : str
        conf_level : float
        exponentiate : bool
            Give ratios of odds or rates.
        """
        names, matrix = self.coefficients.weights(weights)
        table = self.coefficients.table(matrix, names, ddf, conf_level)
        return exponentiated(table, self.link) if exponentiate else table

    def means(
        self,
        specs: str | Sequence[str],
        *,
        at: Mapping[str, object] | None = None,
        kind: str = "link",
        ddf: str = "none",
        conf_level: float = 0.95,
    ) -> pd.DataFrame:
        """Estimated marginal means, a row a combination: the columns of ``specs``, then as :meth:`tidy`.

        Levels of other factors count equally; other numbers are held at their mean; random effects and offsets are
        zero, so that means of counts are rates a unit of exposure.

        Parameters
        ----------
        specs : str or sequence of str
            Predictors; ``[]`` for one mean over all.
        at : mapping, optional
            Column -> value or values.
        kind : "link" or "response"
            On the scale of the link (log odds, log counts; for ordinal outcomes of what lies behind the answers, with
            the mean of the thresholds as zero), or as chances and expected counts with errors by the delta method, and
            without tests. Of an ordinal outcome ``"response"`` gives a row for each ``category``, with its chance.
        ddf : str
        conf_level : float

        Raises
        ------
        MultilevelError
            L005 for a column that the fixed part does not have, L120 for a level that the model does not know, L056 for
            another kind.
        """
        self._check_kind(kind)
        grid = grid_of(self.design, specs, at)
        contrasts = self._placed(grid.contrasts)
        if kind == "response" and self.model.parameters.n_extra:
            return self._category_means(grid, self.coefficients.df(contrasts, ddf), conf_level)
        k = self.coefficients.n_thresholds
        contrasts[:, :k] = -1 / max(k, 1)
        table = self.coefficients.table(contrasts, grid.names, ddf, conf_level).drop(columns="term")
        return pd.concat([grid.values, table if kind == "link" else brought_back(table, self.link)], axis=1)

    def _category_means(self, grid: Grid, df: Array, conf_level: float) -> pd.DataFrame:
        k, labels = self.coefficients.n_thresholds, list(self.model.outcome.labels)
        cells = self._placed(grid.cells)[..., k:]
        found = category_means(cells, self.coefficients, self.link, df, conf_level)
        values = grid.values.loc[grid.values.index.repeat(k + 1)].reset_index(drop=True)
        columns = dict(zip(("estimate", "std_error", "conf_low", "conf_high"), map(np.ravel, found), strict=True))
        table = pd.DataFrame({"category": labels * len(grid.values), **columns})
        table.insert(3, "df", np.repeat(df, k + 1))
        return pd.concat([values, table], axis=1)

    def mean_differences(
        self,
        specs: str | Sequence[str],
        *,
        at: Mapping[str, object] | None = None,
        kind: str = "link",
        ddf: str = "none",
        conf_level: float = 0.95,
    ) -> pd.DataFrame:
        """Differences between all pairs of :meth:`means`, columns as :meth:`tidy`; p values are not adjusted.

        An offset counts as zero. With ``kind="response"`` their exponentials: ratios of odds, or of rates.
        """
        self._check_kind(kind)
        names, contrasts, _ = grid_of(self.design, specs, at).differences("-" if kind == "link" else "/")
        table = self.coefficients.table(self._placed(contrasts), names, ddf, conf_level)
        return table if kind == "link" else exponentiated(table, self.link)

    def _placed(self, rows: Array) -> Array:
        """Weights of the columns of the formula as weights of thresholds and fixed effects."""
        before = [(0, 0)] * (rows.ndim - 1)
        whole = np.pad(rows, [*before, (1, 0)]) if self._has_added_constant else rows
        return np.pad(whole[..., self.model.slopes], [*before, (self.model.parameters.n_extra, 0)])

    @staticmethod
    def _check_kind(kind: str) -> None:
        if kind not in KINDS:
            raise MultilevelError("L056", found=str(kind), known=list(KINDS))
