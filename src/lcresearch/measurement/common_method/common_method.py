"""Common-method checks of a questionnaire: do answers go together because they were asked in the same way?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.errors import MeasurementError
from lcresearch.measurement.columns import item_names, matrix
from lcresearch.measurement.common_method import cfa_marker, marker_variable, models
from lcresearch.measurement.common_method.findings import findings
from lcresearch.measurement.common_method.models import Substance
from lcresearch.measurement.common_method.result import CommonMethod
from lcresearch.measurement.factor_models.arrays import Array
from lcresearch.measurement.factor_models.factor_model import FactorModel
from lcresearch.measurement.factor_models.fitting import cfa, gathered
from lcresearch.measurement.factor_models.saturated import saturated_moments
from lcresearch.measurement.item_response.graded_response import known_option

_RULES = ("smallest", "mean")
_LEVEL = 0.95


def common_method(
    frame: pd.DataFrame,
    model_or_items: str | Sequence[str],
    marker: str | Sequence[str] | None = None,
    *,
    estimator: str = "ML",
    missing: str = "listwise",
    marker_correlation: str | float = "smallest",
    alpha: float = 0.05,
) -> CommonMethod:
    """Check answers that all come from one questionnaire for common-method variance.

    Three checks, each with what it cannot say. A single factor (Harman's test): the share of a first component and how
    much worse one factor fits than the model; it neither proves nor excludes method variance (Podsakoff, MacKenzie, Lee
    & Podsakoff 2003; Fuller, Simmering, Atinc, Atinc & Babin 2016). With a marker, items that have nothing to do with
    what is studied, correlations of scales less what goes with the marker (Lindell & Whitney 2001), and, with two
    marker items or more, factor models in which the marker loads on all items (Williams, Hartman & Cavazotte 2010).

    An unmeasured method factor is not offered: it takes up what factors share in truth, and does not find method
    variance where it is known to be (Chin, Thatcher & Wright 2012).

    Parameters
    ----------
    frame : DataFrame
        A row a person.
    model_or_items : str or sequence of str
        A model with two factors or more in the syntax of lavaan, of factors, items and residual covariances only; or
        items, of which the single factor and adjusted correlations can be had.
    marker : str or sequence of str, optional
        Items of the marker, none of the model.
    estimator, missing : str
        As for :func:`~lcresearch.measurement.cfa`: ``ML, MLR`` or ``MLM``; ``"listwise"`` or ``"fiml"``. All models are
        fitted to the same persons.
    marker_correlation : "smallest", "mean" or float
        What is taken for the method variance r_M of Lindell & Whitney: the smallest correlation of the marker with a
        scale that is above zero (theirs), their mean, or a number from theory.
    alpha : float
        At which ``method_u`` is kept in place of ``method_c``.

    Returns
    -------
    CommonMethod
        A row a check, and what they say together.

    Raises
    ------
    MeasurementError
        M401: marker items that are in the model too; M402: a marker with a model of one factor; M403: a model with more
        than factors and items; M404: a marker correlation that cannot be; and what ``cfa`` raises.

    Examples
    --------
    Invented answers of 300 persons to two scales and a marker, all with the same method variance:

    >>> rng = np.random.default_rng(4)
    >>> method, (voice, trust) = rng.normal(size=300), rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], 300).T
    >>> factors = {"v": voice, "t": trust, "m": 0 * method}
    >>> columns = [(f"{name}{k}", 0.6 * factor + 0.5 * method) for name, factor in factors.items() for k in (1, 2, 3)]
    >>> frame = pd.DataFrame({item: 3 + level + rng.normal(0, 0.6, 300) for item, level in columns})
    >>> found = common_method(frame, "voice =~ v1 + v2 + v3\\ntrust =~ t1 + t2 + t3", ["m1", "m2", "m3"])
    >>> found.kept, [round(x, 2) for x in found.correlations[["baseline", "method_c"]].iloc[0]]
    ('method_c', [0.64, 0.4])
    """
    known_option("estimator", estimator, ("ML", "MLR", "MLM"))
    known_option("missing", missing, ("listwise", "fiml"))
    has_model = isinstance(model_or_items, str)
    if isinstance(model_or_items, str):
        found = models.substance(model_or_items)
    else:
        found = _of_items(item_names(frame, model_or_items))
    own = () if marker is None else tuple(item_names(frame, marker))
    _check(found, own, marker_correlation, has_model=has_model)
    names = [*found.items, *own]
    used = _used(frame, names, missing)
    fit = partial(cfa, data=used, estimator=estimator, missing=missing, std_lv=True)
    fits, comparisons = _single_factor(found, fit)
    syntax, failed = {name: each.model for name, each in fits.items()}, {}
    technique = None
    if len(own) > 1 and has_model:
        name = _marker_name(found, names)
        technique = cfa_marker.fitted(found, own, name, fit, alpha)
        fits, comparisons = fits | technique.fits, [*comparisons, *technique.comparisons]
        syntax, failed = syntax | technique.syntax, technique.problems
    covariance = saturated_moments(gathered(used, names, None, missing).blocks).covariance[0]
    scales = found.indicators if has_model else {item: (item,) for item in found.items}
    shared, adjusted = _adjusted(covariance, names, scales, own, len(used), marker_correlation)
    reliability, loadings, correlations = pd.DataFrame(), pd.DataFrame(), pd.DataFrame()
    if technique is not None:
        correlations = cfa_marker.correlations(technique, found)
    if technique is not None and technique.kept:
        loadings = cfa_marker.loadings(technique, found, name)
        reliability = cfa_marker.reliability(technique, found, name)
    result = CommonMethod(
        n=len(used),
        marker=own,
        component_share=_component_share(covariance[: len(found.items), : len(found.items)]),
        factor_share=_factor_share(fits["one_factor"]),
        marker_correlation=shared[0],
        marker_correlation_upper=shared[1],
        marker_share=np.nan if loadings.empty else float(loadings["method_share"].mean()),
        kept=technique.kept if technique is not None else "",
        fits=cfa_marker.fit_table(fits, list(syntax)),
        comparisons=pd.DataFrame(comparisons, columns=cfa_marker.COMPARED),
        adjusted=adjusted,
        correlations=correlations,
        loadings=loadings,
        reliability=reliability,
        syntax=syntax,
        models=fits,
    )
    return replace(result, problems=findings(result, failed, len(frame) - len(used), alpha))


def _of_items(items: Sequence[str]) -> Substance:
    return Substance({"one": tuple(items)}, (models.one_factor(items),))


def _check(found: Substance, marker: Sequence[str], shared: str | float, *, has_model: bool) -> None:
    both = [item for item in marker if item in found.items]
    if both:
        raise MeasurementError("M401", found=both)
    if has_model and marker and len(found.factors) < 2:
        raise MeasurementError("M402")
    if isinstance(shared, str):
        if shared not in _RULES:
            raise MeasurementError("M404", found=shared)
    elif not 0 <= shared < 1:
        raise MeasurementError("M404", found=str(shared))


def _used(frame: pd.DataFrame, names: Sequence[str], missing: str) -> pd.DataFrame:
    """The persons to whom all models are fitted."""
    known = ~np.isnan(matrix(frame, item_names(frame, list(names))))
    used = known.all(axis=1) if missing == "listwise" else known.any(axis=1)
    return frame[list(names)].iloc[np.flatnonzero(used)]


def _marker_name(found: Substance, names: Sequence[str]) -> str:
    """A name of the marker's factor that nothing else has."""
    name = "marker"
    while name in found.factors or name in names:
        name += "_"
    return name


def _single_factor(
    found: Substance, fit: Callable[[str], FactorModel]
) -> tuple[dict[str, FactorModel], list[dict[str, object]]]:
    """One factor, and beside it the model where that has more."""
    fits = {"one_factor": fit(models.one_factor(found.items))}
    if len(found.factors) < 2:
        return fits, []
    fits["model"] = fit(found.text)
    return fits, [cfa_marker.compared(fits, "one_factor", "model")]


def _component_share(covariance: Array) -> float:
    """Of the variance of items, standardised, that their first principal component takes."""
    unit = np.sqrt(np.diag(covariance))
    return float(np.linalg.eigvalsh(covariance / np.outer(unit, unit))[-1] / len(covariance))


def _factor_share(one: FactorModel) -> float:
    table = one.tidy()
    return float((table.loc[table["kind"] == "loadings", "std_all"] ** 2).mean())


def _adjusted(
    covariance: Array,
    names: Sequence[str],
    scales: Mapping[str, Sequence[str]],
    marker: Sequence[str],
    n: int,
    shared: str | float,
) -> tuple[tuple[float, float], pd.DataFrame]:
    """r_M with its upper limit, and the correlations of scales (means of items) before and after."""
    if not marker:
        return (np.nan, np.nan), pd.DataFrame()
    weights = np.array([[name in items for name in names] for items in (*scales.values(), marker)], dtype=float)
    spread = weights @ covariance @ weights.T
    unit = np.sqrt(np.diag(spread))
    correlation = spread / np.outer(unit, unit)
    taken = _method_variance(correlation[-1, :-1], shared)
    upper = taken if not isinstance(shared, str) else marker_variable.upper_limit(taken, n, _LEVEL)
    one, other = np.triu_indices(len(scales), 1)
    r, labels = correlation[one, other], list(scales)
    after, beyond = marker_variable.adjusted(r, taken), marker_variable.adjusted(r, upper)
    statistic, p_value = marker_variable.tested(after, n)
    low, high = marker_variable.limits(after, n, _LEVEL)
    table = {
        "variable_1": [labels[at] for at in one], "variable_2": [labels[at] for at in other], "r": r,
        "p_value": 2 * stats.t.sf(np.abs(r) * np.sqrt((n - 2) / (1 - r**2)), n - 2), "adjusted": after,
        "statistic": statistic, "df": n - 3, "adjusted_p_value": p_value, "conf_low": low, "conf_high": high,
        "adjusted_upper": beyond, "upper_p_value": marker_variable.tested(beyond, n)[1],
    }  # fmt: skip
    return (taken, upper), pd.DataFrame(table)


def _method_variance(with_marker: Array, shared: str | float) -> float:
    """r_M; zero where no scale goes with the marker."""
    if not isinstance(shared, str):
        return float(shared)
    above = with_marker[with_marker > 0]
    chosen = with_marker.mean() if shared == "mean" else above.min() if len(above) else 0.0
    return max(float(chosen), 0.0)
