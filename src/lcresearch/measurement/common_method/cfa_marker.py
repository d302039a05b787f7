"""The CFA marker technique: fits, comparisons, correlations, and what part of reliability is the marker's.

Reliability of the sum of the items of a factor, with completely standardised loadings l of the factor and m of the
method and residual variances e (Williams, Hartman & Cavazotte 2010, phase II):

    total        (sum l)^2 / [(sum l)^2 + sum e]                        of baseline
    substantive  (sum l)^2 / [(sum l)^2 + (sum m)^2 + sum e]            of the model with the method
    method       (sum m)^2 / [(sum l)^2 + (sum m)^2 + sum e]            of the model with the method
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from lcresearch.errors import MeasurementError, Problem
from lcresearch.measurement.common_method import models
from lcresearch.measurement.common_method.models import Substance
from lcresearch.measurement.factor_models.factor_model import FactorModel

Fit = Callable[[str], FactorModel]
COMPARED = ["restricted", "free", "chi_square", "df", "p_value", "cfi", "rmsea"]


@dataclass(frozen=True)
class CfaMarker:
    """The models of the technique, by name, and which of ``method_c`` and ``method_u`` is kept.

    ``kept`` is empty where neither could be estimated. ``problems`` are why models have no fit, by name; what follows
    from such a model is not fitted either.
    """

    fits: dict[str, FactorModel]
    comparisons: list[dict[str, object]]
    kept: str
    syntax: dict[str, str]
    problems: dict[str, Problem]


class _Fitting:
    """Fits models by name, and remembers which failed and why."""

    def __init__(self, fit: Fit) -> None:
        self._fit = fit
        self.fits: dict[str, FactorModel] = {}
        self.syntax: dict[str, str] = {}
        self.problems: dict[str, Problem] = {}

    def __call__(self, name: str, text: str) -> bool:
        """Whether the model could be estimated."""
        self.syntax[name] = text
        try:
            self.fits[name] = self._fit(text)
        except MeasurementError as error:
            self.problems[name] = error.problems[0]
        return name in self.fits


def fitted(found: Substance, marker: Sequence[str], name: str, fit: Fit, alpha: float) -> CfaMarker:
    """All models of the technique; ``method_u`` is kept where it fits clearly better than ``method_c``."""
    tried = _Fitting(fit)
    fits = tried.fits
    if not tried("cfa", models.correlated(found, marker, name)):
        return CfaMarker(fits, [], "", tried.syntax, tried.problems)
    start = models.baseline(found, marker, name, _estimates(fits["cfa"]))
    tried("baseline", start)
    for method in ("method_c", "method_u"):
        tried(method, models.with_method(start, found, name, equal=method == "method_c"))
    rows = [compared(fits, "baseline", "method_c"), compared(fits, "method_c", "method_u")]
    better = float(str(rows[1]["p_value"])) < alpha
    preferred = ("method_u", "method_c") if better else ("method_c", "method_u")
    kept = next((each for each in preferred if each in fits), "")
    if kept and "baseline" in fits:
        with_method = models.with_method(start, found, name, equal=kept == "method_c")
        tried("method_r", models.with_fixed_correlations(with_method, found, _estimates(fits["baseline"])))
        rows.append(compared(fits, "method_r", kept))
    if kept:
        table = fits[kept].tidy().set_index("term")
        for sensitive, level in models.SENSITIVITY.items():
            tried(sensitive, models.with_extreme_method(start, found, name, table, level))
    return CfaMarker(fits, rows, kept, tried.syntax, tried.problems)


def _estimates(fit: FactorModel) -> dict[str, float]:
    table = fit.tidy()
    return dict(zip(table["term"], map(float, table["estimate"]), strict=True))


def compared(fits: dict[str, FactorModel], restricted: str, free: str) -> dict[str, object]:
    """A difference of two models: the columns of ``COMPARED``; NaN where one of them could not be estimated."""
    if restricted not in fits or free not in fits:
        return {"restricted": restricted, "free": free} | dict.fromkeys(COMPARED[2:], np.nan)
    row = fits[restricted].compare(fits[free]).iloc[0]
    return {
        "restricted": restricted, "free": free, "chi_square": float(row["chi_square"]), "df": int(row["df"]),
        "p_value": float(row["p_value"]), "cfi": -float(row["cfi_difference"]),
        "rmsea": -float(row["rmsea_difference"]),
    }  # fmt: skip


def correlations(found: CfaMarker, substance: Substance) -> pd.DataFrame:
    """``factor_1, factor_2`` and a column a model: how the factors go together."""
    tables = {name: _standardised(found.fits[name]) if name in found.fits else {} for name in found.syntax}
    rows = []
    for one, other in combinations(substance.factors, 2):
        row: dict[str, object] = {"factor_1": one, "factor_2": other}
        for name, table in tables.items():
            row[name] = table.get(f"{one}~~{other}", table.get(f"{other}~~{one}", np.nan))
        rows.append(row)
    return pd.DataFrame(rows)


def _standardised(fit: FactorModel) -> dict[str, float]:
    table = fit.tidy()
    return dict(zip(table["term"], map(float, table["std_all"]), strict=True))


def loadings(found: CfaMarker, substance: Substance, name: str) -> pd.DataFrame:
    """``item, factor, substantive, method, method_share`` and the tests of the method's loadings, standardised."""
    places = [(item, factor) for factor, items in substance.indicators.items() for item in items]
    table = found.fits[found.kept].tidy().set_index("term")
    own = table.loc[[f"{factor}=~{item}" for item, factor in places]]
    method = table.loc[[f"{name}=~{item}" for item, _ in places]]
    columns = {
        "item": [item for item, _ in places],
        "factor": [factor for _, factor in places],
        "substantive": own["std_all"].to_numpy(),
        "method": method["std_all"].to_numpy(),
        "method_share": method["std_all"].to_numpy() ** 2,
        "statistic": method["statistic"].to_numpy(),
        "p_value": method["p_value"].to_numpy(),
    }
    return pd.DataFrame(columns)


def reliability(found: CfaMarker, substance: Substance, name: str) -> pd.DataFrame:
    """``factor, total, substantive, method, method_share``; see the top of this file."""
    full = _standardised(found.fits[found.kept])
    plain = _standardised(found.fits["baseline"]) if "baseline" in found.fits else dict.fromkeys(full, np.nan)
    rows = []
    for factor, items in substance.indicators.items():
        own, residual = _sums(plain, factor, items)
        total = own / (own + residual)
        of_factor, residual = _sums(full, factor, items)
        of_method = sum(full[f"{name}=~{item}"] for item in items) ** 2
        whole = of_factor + of_method + residual
        rows.append((factor, total, of_factor / whole, of_method / whole, of_method / (of_factor + of_method)))
    return pd.DataFrame(rows, columns=["factor", "total", "substantive", "method", "method_share"])


def _sums(table: dict[str, float], factor: str, items: Sequence[str]) -> tuple[float, float]:
    """(sum of loadings)^2 and sum of residual variances."""
    loaded = sum(table[f"{factor}=~{item}"] for item in items) ** 2
    return loaded, sum(table[f"{item}~~{item}"] for item in items)


def fit_table(fits: dict[str, FactorModel], names: Sequence[str]) -> pd.DataFrame:
    """One row a model with its measures of fit, NaN for a model that could not be estimated."""
    measures = ["chi_square", "df", "p_value", "cfi", "tli", "rmsea", "rmsea_low", "rmsea_high", "srmr", "bic"]
    rows = [
        {"model": name}
        | {key: float(fits[name].fit_measures[key]) if name in fits else np.nan for key in measures}
        | {
            "converged": name in fits and fits[name].converged,
            "proper": name in fits and not fits[name].inadmissible,
        }
        for name in names
    ]
    return pd.DataFrame(rows).astype({"df": int if len(fits) == len(names) else float})
