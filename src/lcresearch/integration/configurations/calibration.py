"""Calibration: from what was measured in a case to the degree in which it belongs to a set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import IntegrationError, Problem, nearest
from lcresearch.integration.configurations import membership
from lcresearch.integration.configurations.anchors import (
    about_anchors,
    place_of,
    six_anchors,
    three_anchors,
    thresholds_of,
)
from lcresearch.integration.configurations.calibrated import Calibrated, curve, settings_with_curve
from lcresearch.integration.configurations.membership import Array
from lcresearch.integration.plan.model import Calibration

METHODS = ("direct", "linear", "bell", "valley", "crisp", "indirect", "qualitative", "as_is")
SCHEMES: Mapping[int, tuple[float, ...]] = {
    2: (0.0, 1.0),
    3: (0.0, 0.5, 1.0),
    4: (0.0, 0.33, 0.67, 1.0),
    5: (0.0, 0.25, 0.5, 0.75, 1.0),
    6: (0.0, 0.2, 0.4, 0.6, 0.8, 1.0),
}
"""Memberships of schemes with so many qualitative steps, from fully out to fully in (Ragin, 2000)."""


def calibrate(
    values: Any,
    method: str | Calibration = "direct",
    *,
    exclusion: float | None = None,
    crossover: float | None = None,
    inclusion: float | None = None,
    anchors: Sequence[float] = (),
    thresholds: float | Sequence[float] = (),
    scheme: Sequence[Hashable] | Mapping[Any, float] = (),
    membership_at_inclusion: float = 0.95,
    below: float = 1.0,
    above: float = 1.0,
    why: str | Mapping[str, str] = "",
    name: str = "",
) -> Calibrated:
    """Degree in which each case belongs to a set.

    The anchors are a judgement: take them from theory, norms or knowledge of the field, and write down why.

    Parameters
    ----------
    values : Series, mapping or sequence, shape (n,)
        What was measured, a value a case; the index of a Series and the keys of a mapping name the cases. Missing
        values stay missing.
    method : str or Calibration
        ``"direct"`` (a logistic curve through three anchors), ``"linear"`` (straight pieces through them, bent by
        ``below`` and ``above``), ``"bell"`` and ``"valley"`` (the middle, or both ends, are in the set: six anchors),
        ``"crisp"`` (in from a threshold on; several thresholds give values 0, 1, 2, ...), ``"indirect"`` (cases put
        in rough groups by thresholds, then smoothed), ``"qualitative"`` (``scheme``), ``"as_is"`` (memberships
        already); or the calibration of a condition in ``integration.yaml``.
    exclusion, crossover, inclusion : float, optional
        Fully out, neither in nor out, fully in; falling for a set that holds low values.
    anchors : sequence of 6 float
        Of bell and valley, from the lowest value to the highest.
    thresholds : float or sequence of float
        Of crisp and indirect, rising.
    scheme : sequence or mapping
        Of qualitative: findings from fully out to fully in (2 to 6 of them, with the memberships of :data:`SCHEMES`:
        four give 0, 0.33, 0.67, 1), or each finding with its membership.
    membership_at_inclusion : float
        Of direct: 0.95 as in R's QCA; ``scipy.special.expit(3)`` (0.9526) is the older rule of Ragin (2008), with log
        odds of 3 at the anchor.
    below, above : float
        Of linear, bell and valley: powers of the part under and over 0.5; 1 is straight.
    why : str or mapping of str to str
        Why these anchors.
    name : str
        Name of the set; that of the Series if absent.

    Returns
    -------
    Calibrated

    Raises
    ------
    IntegrationError
        Q030: no such method; Q031 to Q034: anchors or thresholds that are missing, out of order or too few; Q035:
        a finding that the scheme lacks; Q036: memberships outside 0 to 1; Q037: values that are no numbers; Q038: no
        values at all; Q044: a bend or membership that cannot be; Q045: what the indirect method cannot do; Q055: two
        cases with one name; Q281: a case without a name; Q284: a finding that stands twice in a scheme.

    Notes
    -----
    Direct and indirect method: Ragin (2008), Redesigning Social Inquiry. Memberships below 0.0001 and above 0.9999
    become 0 and 1, and a value on a threshold counts as reached in crisp, and as not reached in indirect sets, as in
    R's package QCA.

    Examples
    --------
    >>> import pandas as pd
    >>> hours = pd.Series([1, 4, 6, 12], index=["A", "B", "C", "D"], name="time")
    >>> time = calibrate(hours, exclusion=2, crossover=5, inclusion=10, why="Norms of the programme for hours a month.")
    >>> time.memberships.round(2).to_dict()
    {'A': 0.02, 'B': 0.27, 'C': 0.64, 'D': 0.98}
    """
    series, name = _as_series(values, name)
    if isinstance(method, Calibration):
        plan = method
        return calibrate(
            series, plan.method, exclusion=plan.exclusion, crossover=plan.crossover, inclusion=plan.inclusion,
            thresholds=plan.thresholds, scheme=plan.values, why=plan.why or "", name=name,
        )  # fmt: skip
    if method not in METHODS:
        near = nearest(str(method), METHODS) or "–"
        raise IntegrationError("Q030", where=place_of(name), found=str(method), known=list(METHODS), nearest=near)
    if method == "qualitative":
        return _qualitative(series, scheme, why, name)
    found = _numeric(series, name)
    settings: dict[str, Any] = {}
    if method == "as_is":
        places: dict[str, float] = {}
        _memberships_only(series, found, name)
    elif method in ("bell", "valley"):
        places = six_anchors(anchors, method, name)
    elif method in ("crisp", "indirect"):
        several: Any = thresholds
        given: list[Any] = [several] if isinstance(several, str) or _is_number(several) else list(several)
        places = thresholds_of(given, method, name)
    else:
        places = three_anchors((exclusion, crossover, inclusion), name)
    if method == "direct":
        settings["log_odds"] = _log_odds(membership_at_inclusion, name)
    elif method in ("linear", "bell", "valley"):
        settings |= _bends(below, above, name)
    elif method == "indirect":
        _can_be_smoothed(found, list(places.values()), name)
    settings = settings_with_curve(method, found, list(places.values()), settings)
    fitted = curve(method, found, places, settings)
    table = pd.DataFrame({"case": series.index, "value": found, "membership": fitted})
    problems = [*about_anchors(places, found, name), *_about(table, method, why, name, len(places))]
    return Calibrated(name, method, table, places, settings, why, tuple(problems))


def _as_series(values: Any, name: str) -> tuple[pd.Series, str]:
    if isinstance(values, Mapping):
        values = pd.Series(dict(values), dtype=object)
    series = values if isinstance(values, pd.Series) else pd.Series(list(values), dtype=object)
    if not isinstance(values, pd.Series):
        series.index = pd.Index(range(1, len(series) + 1))
    nameless = [case for case in series.index if case is None or case is pd.NA or case != case]
    if nameless:
        raise IntegrationError("Q281", where=place_of(name), n=len(nameless))
    series = series.set_axis([str(case) for case in series.index])
    name = name or ("" if series.name is None else str(series.name))
    twice = series.index[series.index.duplicated()].unique().tolist()
    if twice:
        raise IntegrationError("Q055", where=place_of(name), cases=twice)
    if not series.notna().any():
        raise IntegrationError("Q038", where=place_of(name))
    return series, name


def _numeric(series: pd.Series, name: str) -> Array:
    numbers = pd.to_numeric(series, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = series.notna().to_numpy() & ~np.isfinite(numbers)
    if wrong.any():
        raise IntegrationError("Q037", where=place_of(name), found=_with_values(series[wrong]))
    return numbers


def _with_values(series: pd.Series) -> list[str]:
    return [f"{case}: {value}" for case, value in series.items()]


def _memberships_only(series: pd.Series, found: Array, name: str) -> None:
    outside = (found < 0) | (found > 1)
    if outside.any():
        raise IntegrationError("Q036", where=place_of(name), found=_with_values(series[outside]))


def _is_number(value: Any) -> bool:
    return isinstance(value, Real)


def _log_odds(at_inclusion: Any, name: str) -> float:
    if not (_is_number(at_inclusion) and 0.5 < at_inclusion < 1):
        raise IntegrationError("Q044", where=place_of(name), what="membership_at_inclusion", found=at_inclusion)
    return membership.log_odds_of(at_inclusion)


def _bends(below: Any, above: Any, name: str) -> dict[str, float]:
    for what, value in (("below", below), ("above", above)):
        if not (_is_number(value) and value > 0 and np.isfinite(value)):
            raise IntegrationError("Q044", where=place_of(name), what=what, found=value)
    return {"below": float(below), "above": float(above)}


def _can_be_smoothed(found: Array, thresholds: list[float], name: str) -> None:
    """The curve takes logarithms and has five coefficients: values from 0 on, and cases in several groups."""
    known = found[~np.isnan(found)]
    groups = len(np.unique(membership.groups_of(known, thresholds)))
    different = len(np.unique(known))
    if (known < 0).any() or groups < 3 or different < 6:
        values = {"lowest": float(known.min()), "n_groups": groups, "n_values": different}
        raise IntegrationError("Q045", where=place_of(name), **values)


def _qualitative(
    series: pd.Series, scheme: Sequence[Hashable] | Mapping[Any, Any], why: str | Mapping[str, str], name: str
) -> Calibrated:
    twice = [one for one, n in Counter(map(str, scheme)).items() if n > 1]
    if twice:
        raise IntegrationError("Q284", where=place_of(name), found=twice)
    if isinstance(scheme, Mapping):
        words = [f"{finding}: {degree}" for finding, degree in scheme.items() if not isinstance(degree, Real)]
        if words:
            raise IntegrationError("Q036", where=place_of(name), found=words)
        degrees = {str(finding): float(degree) for finding, degree in scheme.items()}
    elif len(scheme) in SCHEMES:
        degrees = dict(zip(map(str, scheme), SCHEMES[len(scheme)], strict=True))
    else:
        raise IntegrationError("Q046", where=place_of(name), n=len(scheme), known=list(SCHEMES))
    outside = [f"{finding}: {degree:g}" for finding, degree in degrees.items() if not 0 <= degree <= 1]
    if outside:
        raise IntegrationError("Q036", where=place_of(name), found=outside)
    findings = [None if missing else _written(value) for value, missing in zip(series, series.isna(), strict=True)]
    known = pd.Series(findings, index=series.index, dtype=object)
    unknown = known.notna() & ~known.isin(list(degrees))
    if unknown.any():
        raise IntegrationError("Q035", where=place_of(name), found=_with_values(known[unknown]), known=list(degrees))
    fitted = [np.nan if finding is None else degrees[finding] for finding in findings]
    table = pd.DataFrame({"case": series.index, "value": findings, "membership": np.asarray(fitted, dtype=np.float64)})
    return Calibrated(name, "qualitative", table, degrees, {}, why, tuple(_about(table, "qualitative", why, name, 1)))


def _written(value: Any) -> str:
    """A finding as it stands in a scheme: 2.0 of a column with gaps is 2."""
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value)


def _about(table: pd.DataFrame, method: str, why: str | Mapping[str, str], name: str, n_places: int) -> list[Problem]:
    """Cases on neither side, all on one side, gaps, and anchors without a reason."""
    place, found = place_of(name), table["membership"]
    problems = []
    neither = table["case"][found == 0.5].tolist()
    many_values = method == "crisp" and n_places > 1
    if neither and not many_values:
        problems.append(Problem("Q039", place, {"n": len(neither), "cases": neither}))
    known = found.dropna()
    if not many_values and ((known > 0.5).all() or (known < 0.5).all()):
        side = {"en": "in", "nl": "in"} if known.iloc[0] > 0.5 else {"en": "out of", "nl": "buiten"}
        problems.append(Problem("Q040", place, {"n": len(known), "side": side}))
    gaps = table["case"][found.isna()].tolist()
    if gaps:
        problems.append(Problem("Q047", place, {"n": len(gaps), "cases": gaps}))
    if not why and method != "as_is":
        problems.append(Problem("Q042", place))
    return problems
