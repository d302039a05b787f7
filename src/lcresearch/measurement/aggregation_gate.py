"""Whether answers may be averaged to a group, given how the scale is composed.

Composition models are those of Chan (1998); what each asks of agreement follows van Mierlo, Vermunt and Rutte (2009).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import MeasurementError, Problem, nearest
from lcresearch.measurement.verdict import Verdict

COMPOSITIONS = ("individual", "direct_consensus", "referent_shift", "additive", "formative_index", "process")

R_WG_ENOUGH = 0.70
ICC_2_ENOUGH, ICC_2_WEAK = 0.70, 0.40
FEW_GROUPS = 30
ALPHA = 0.05

_LEBRETON = "LeBreton & Senter (2008)"


def check_composition(composition: str) -> None:
    """Raise M004 unless the composition is one that is known."""
    if composition not in COMPOSITIONS:
        near = nearest(composition, COMPOSITIONS) or "–"
        raise MeasurementError("M004", option="composition", value=composition, known=COMPOSITIONS, nearest=near)


def judge(composition: str, numbers: Mapping[str, Any]) -> Verdict:
    """The verdict on averaging to the group.

    Consensus models (direct consensus, referent shift) ask that members agree (median r_wg(j) of at least .70, average
    deviation of at most A/6) and that groups differ (F test of ICC(1)). So does a formative index: its items need not
    go together, but persons who report the same features of a group are informants on one fact, and have to agree. An
    additive score needs no agreement; what counts is how reliable the group mean is, ICC(2) of at least .70, and again
    that groups differ; with one group, or only groups of one, nothing can be said. Scores of individuals are not
    averaged, and of a process no statistic of one occasion tells. A low ICC(2) is a reason to shrink the means, not to
    forbid them.

    Parameters
    ----------
    composition : str
        One of ``individual, direct_consensus, referent_shift, additive, formative_index, process``.
    numbers : mapping
        The row of ``Agreement.glance()``.

    Raises
    ------
    MeasurementError
        M004 the composition is not known.
    """
    check_composition(composition)
    table = thresholds(numbers)
    if composition == "individual":
        return Verdict("aggregation.not_applicable", "not_applicable", (Problem("M116"),), table)
    if composition == "process":
        return Verdict("aggregation.unknown", "unknown", (Problem("M115"),), table)
    if composition == "additive":
        return _without_consensus(numbers, table)
    verdict = _consensus(numbers, table)
    if composition == "formative_index":
        return replace(verdict, reasons=(Problem("M114"), *verdict.reasons))
    return verdict


def thresholds(numbers: Mapping[str, Any]) -> pd.DataFrame:
    """The rules, the values found and whether they are met: ``statistic, value, direction, threshold, source, met``."""
    rules = [
        ("r_wg_median", "at_least", R_WG_ENOUGH, _LEBRETON),
        ("r_wg_slight_skew_median", "at_least", R_WG_ENOUGH, _LEBRETON),
        ("ad", "at_most", numbers["ad_cut_off"], "Burke & Dunlap (2002)"),
        ("p_value", "below", ALPHA, "F test"),
        ("icc_1", "at_least", 0.01, f"{_LEBRETON}: small"),
        ("icc_1", "at_least", 0.10, f"{_LEBRETON}: medium"),
        ("icc_1", "at_least", 0.25, f"{_LEBRETON}: large"),
        ("icc_2", "at_least", ICC_2_WEAK, "Bliese (2000): weak"),
        ("icc_2", "at_least", ICC_2_ENOUGH, "Bliese (2000): desired"),
        ("n_groups", "at_least", FEW_GROUPS, "Maas & Hox (2005)"),
    ]
    rows = [
        {"statistic": name, "value": value, "direction": direction, "threshold": limit, "source": source}
        | {"met": _met(value, direction, limit)}
        for name, direction, limit, source in rules
        for value in [float(numbers.get(name, np.nan))]
    ]
    return pd.DataFrame(rows).astype({"met": object})


def _met(value: float, direction: str, limit: float) -> bool | None:
    if np.isnan(value) or np.isnan(limit):
        return None
    if direction == "at_least":
        return value >= limit
    return value <= limit if direction == "at_most" else value < limit


def _consensus(numbers: Mapping[str, Any], table: pd.DataFrame) -> Verdict:
    agree = _met(numbers["r_wg_median"], "at_least", R_WG_ENOUGH)
    deviate = _met(numbers["ad"], "at_most", numbers["ad_cut_off"])
    differ = _met(numbers["p_value"], "below", ALPHA)
    if agree is None:
        reason = Problem("M118") if np.isnan(numbers["ad_cut_off"]) else Problem("M119")
        return Verdict("aggregation.unknown", "unknown", (reason,), table)
    reasons = [*_agreement_reasons(numbers, agree=agree, deviate=bool(deviate)), *_group_reasons(numbers)]
    if not agree and not deviate:
        return Verdict("aggregation.not_warranted", "no", tuple(reasons), table)
    if agree and deviate and differ:
        return Verdict("aggregation.warranted", "yes", tuple(reasons), table)
    return Verdict("aggregation.doubtful", "mixed", tuple(reasons), table)


def _without_consensus(numbers: Mapping[str, Any], table: pd.DataFrame) -> Verdict:
    reliable = _met(numbers["icc_2"], "at_least", ICC_2_ENOUGH)
    differ = _met(numbers["p_value"], "below", ALPHA)
    reasons = (Problem("M113"), *_group_reasons(numbers))
    if reliable is None:
        return Verdict("aggregation.unknown", "unknown", reasons, table)
    if reliable and differ:
        return Verdict("aggregation.warranted", "yes", reasons, table)
    return Verdict("aggregation.doubtful", "mixed", reasons, table)


def _agreement_reasons(numbers: Mapping[str, Any], *, agree: bool, deviate: bool) -> list[Problem]:
    shown = {"value": float(numbers["r_wg_median"]), "limit": R_WG_ENOUGH}
    reasons = [Problem("M101" if agree else "M102", values=shown | {"share": float(numbers["r_wg_share"])})]
    skewed = float(numbers.get("r_wg_slight_skew_median", np.nan))
    if agree and skewed < R_WG_ENOUGH:
        reasons.append(Problem("M103", values={"value": skewed, "limit": R_WG_ENOUGH}))
    if not np.isnan(numbers["ad"]) and not np.isnan(numbers["ad_cut_off"]):
        deviation = {"value": float(numbers["ad"]), "limit": float(numbers["ad_cut_off"])}
        reasons.append(Problem("M104" if deviate else "M105", values=deviation))
    return reasons


def _group_reasons(numbers: Mapping[str, Any]) -> list[Problem]:
    if numbers["n_groups"] < 2:
        return [Problem("M117", values={"n": int(numbers["n_groups"])})]
    if np.isnan(numbers["p_value"]):
        return [Problem("M120")]
    test = {"value": float(numbers["icc_1"]), "p": float(numbers["p_value"])}
    reasons = [Problem("M106" if numbers["p_value"] < ALPHA else "M107", values=test)]
    reliability = float(numbers["icc_2"])
    code = "M108" if reliability >= ICC_2_ENOUGH else "M109" if reliability >= ICC_2_WEAK else "M110"
    shown = {"value": max(reliability, 0.0), "limit": ICC_2_ENOUGH if code != "M110" else ICC_2_WEAK}
    reasons.append(Problem(code, values=shown))
    if numbers["n_groups"] < FEW_GROUPS:
        reasons.append(Problem("M111", values={"n": int(numbers["n_groups"]), "limit": FEW_GROUPS}))
    return reasons
