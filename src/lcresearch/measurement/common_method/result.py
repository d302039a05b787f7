"""The result of common-method checks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from lcresearch.errors import Problem
from lcresearch.measurement.common_method import marker_variable
from lcresearch.measurement.factor_models.factor_model import FactorModel
from lcresearch.results import Result

_COLUMNS = ["part", "term", "estimate", "statistic", "df", "p_value", "conf_low", "conf_high"]


@dataclass(frozen=True, repr=False, eq=False)
class CommonMethod(Result):
    """Is there method variance, and does it matter; made by :func:`~lcresearch.measurement.common_method`.

    Attributes
    ----------
    n : int
        Persons.
    marker : tuple of str
        Its items; empty without one.
    component_share : float
        Share of the variance of all items of their first unrotated principal component.
    factor_share : float
        The same of a single common factor: the mean of its squared standardised loadings.
    marker_correlation, marker_correlation_upper : float
        The method variance r_M that was taken from the marker, and the upper end of its 95% interval.
    marker_share : float
        Mean share of the variance of the items that the marker explains, in the model that is kept.
    kept : str
        ``"method_c"``, ``"method_u"`` or, without a factor model with a marker, empty.
    fits : DataFrame
        ``model, chi_square, df, p_value, cfi, tli, rmsea, rmsea_low, rmsea_high, srmr, bic, converged, proper``.
    comparisons : DataFrame
        ``restricted, free, chi_square, df, p_value, cfi, rmsea``: differences of nested models, scaled with MLR and
        MLM; cfi and rmsea are those of the free model less those of the restricted one.
    adjusted : DataFrame
        ``variable_1, variable_2, r, p_value, adjusted, statistic, df, adjusted_p_value, conf_low, conf_high,
        adjusted_upper, upper_p_value``: correlations before and after Lindell & Whitney's adjustment, and with the
        upper limit of r_M.
    correlations : DataFrame
        ``factor_1, factor_2``, and those of the factors in each model.
    loadings : DataFrame
        ``item, factor, substantive, method, method_share, statistic, p_value``: standardised, in the model that is
        kept.
    reliability : DataFrame
        ``factor, total, substantive, method, method_share``: what of the reliability is the marker's.
    syntax : dict of str -> str
        The models as they were fitted, with variances of factors of 1.
    problems : tuple of Problem
        What was found, and what it does not say: ``problem.message("nl")``.
    models : dict of str -> FactorModel
        Not kept in :meth:`to_dict`.
    """

    title: ClassVar[str] = "Common-method checks"

    n: int
    marker: tuple[str, ...]
    component_share: float
    factor_share: float
    marker_correlation: float
    marker_correlation_upper: float
    marker_share: float
    kept: str
    fits: pd.DataFrame
    comparisons: pd.DataFrame
    adjusted: pd.DataFrame
    correlations: pd.DataFrame
    loadings: pd.DataFrame
    reliability: pd.DataFrame
    syntax: dict[str, str]
    problems: tuple[Problem, ...] = ()
    models: dict[str, FactorModel] = field(default_factory=dict)

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """``part, term, estimate, statistic, df, p_value, conf_low, conf_high``.

        Of part ``single_factor`` the shares of a first component and a single factor, and the comparison of one factor
        with the model (``estimate``: by how much CFI is better in the model); of ``marker_variable`` the adjusted
        correlations; of ``cfa_marker`` the comparisons of models (``estimate``: the difference in CFI), the mean share
        of the marker and, for each factor, what of its reliability is the marker's.
        """
        rows: list[tuple[object, ...]] = [
            ("single_factor", "component_share", self.component_share),
            ("single_factor", "factor_share", self.factor_share),
        ]
        for row in self.comparisons.itertuples():
            part = "single_factor" if row.restricted == "one_factor" else "cfa_marker"
            rows.append((part, f"{row.restricted} < {row.free}", row.cfi, row.chi_square, row.df, row.p_value))
        low, high = self._limits(conf_level)
        for row, *interval in zip(self.adjusted.itertuples(), low, high, strict=True):
            term = f"{row.variable_1}~~{row.variable_2}"
            tests = (row.adjusted, row.statistic, row.df, row.adjusted_p_value)
            rows.append(("marker_variable", term, *tests, *interval))
        if self.kept:
            rows.append(("cfa_marker", "marker_share", self.marker_share))
            rows += [
                ("cfa_marker", f"method in {row.factor}", row.method_share) for row in self.reliability.itertuples()
            ]
        return pd.DataFrame([(*row, *(np.nan,) * (len(_COLUMNS) - len(row))) for row in rows], columns=_COLUMNS)

    def _limits(self, conf_level: float) -> tuple[np.ndarray, np.ndarray]:
        if self.adjusted.empty:
            return np.empty(0), np.empty(0)
        return marker_variable.limits(self.adjusted["adjusted"].to_numpy(dtype=float), self.n, conf_level)

    def glance(self) -> pd.DataFrame:
        """One row: ``n, component_share, factor_share, marker_correlation, kept, marker_share``."""
        row: dict[str, object] = {"n": self.n, "component_share": self.component_share}
        row |= {"factor_share": self.factor_share}
        if self.marker:
            row |= {"marker_correlation": self.marker_correlation}
        if self.kept:
            row |= {"kept": self.kept, "marker_share": self.marker_share}
        return pd.DataFrame([row])

    def cautions(self) -> list[str]:
        """What was found and what it does not say, in the language of the terminal."""
        return [problem.message() for problem in self.problems]

    def to_dict(self) -> dict[str, Any]:
        """Plain values that JSON can hold, without the models."""
        return super().to_dict() | {"models": {}}
