"""The same analysis with one choice made differently: which choices there are, and what each gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import IntegrationError
from lcresearch.integration.configurations.calibrated import Calibrated
from lcresearch.integration.configurations.result import QCA, Kind, Model
from lcresearch.integration.configurations.terms import ANY, Term

CHECKS = ("consistency", "frequency", "pri", "calibration", "case", "group")
KINDS: tuple[Kind, ...] = (
    "conservative", "parsimonious", "intermediate", "enhanced_parsimonious", "enhanced_intermediate",
)  # fmt: skip
_STEPS = (-0.1, -0.05, 0.05, 0.1)
_STRICTER_PRI = (0.0, 0.5, 0.65)


@dataclass(frozen=True)
class Run:
    """One analysis that differs from the first in one choice.

    Attributes
    ----------
    check : str
        One of :data:`CHECKS`.
    change : str
        What is different, as a reader sees it.
    asked : dict
        Arguments that differ.
    """

    check: str
    change: str
    asked: dict[str, Any] = field(default_factory=dict)


def other_cuts(
    result: QCA,
    consistency: Sequence[float] | None,
    frequency: Sequence[int] | None,
    pri: Sequence[float] | None,
) -> list[Run]:
    """Runs with other cuts: those asked, or a few around those of the analysis."""
    cuts = result.truth_table.cuts
    around = [round(cuts.consistency + step, 10) for step in _STEPS]
    usual: dict[str, Sequence[float]] = {
        "consistency": [value for value in around if 0.5 <= value <= 1 and (cuts.exclusion or 0) <= value],
        "frequency": [value for value in (cuts.frequency - 1, cuts.frequency + 1) if value >= 1],
        "pri": _STRICTER_PRI,
    }
    asked: dict[str, Sequence[float] | None] = {"consistency": consistency, "frequency": frequency, "pri": pri}
    runs = []
    for name, values in asked.items():
        chosen = usual[name] if values is None else values
        runs += [Run(name, f"{value:g}", {name: value}) for value in chosen if value != getattr(cuts, name)]
    return runs


def other_anchors(result: QCA, calibrations: Mapping[str, Calibrated], shift: float) -> list[Run]:
    """Runs with each anchor moved up and down by a share of the distance between the outer ones.

    Thresholds move by that share of the range of values. Moves that would put anchors out of order are left out.

    Raises
    ------
    IntegrationError
        Q058: a calibration of what is no column of the analysis.
    """
    known = [condition.name for condition in result.truth_table.conditions] + [_column(result.truth_table.outcome)]
    unknown = [name for name in calibrations if name not in known]
    if unknown:
        what = {"en": "condition", "nl": "voorwaarde"}
        raise IntegrationError("Q058", what=what, found=unknown[0], known=known, nearest="–")
    runs = []
    for name, calibrated in calibrations.items():
        if calibrated.method in ("as_is", "qualitative"):
            continue
        places = np.array(list(calibrated.anchors.values()))
        values = calibrated.table["value"].to_numpy(dtype=np.float64)
        one = places.size == 1 or calibrated.method in ("crisp", "indirect")
        width = np.nanmax(values) - np.nanmin(values) if one else places.max() - places.min()
        for place, anchor in enumerate(calibrated.anchors):
            for sign in (-1, 1):
                moved = places.copy()
                moved[place] += sign * shift * width
                if not _same_order(places, moved):
                    continue
                change = f"{name}: {anchor} {places[place]:g} → {moved[place]:g}"
                runs.append(Run("calibration", change, {"shifted": (name, {anchor: sign * shift * float(width)})}))
    return runs


def without_cases(result: QCA, groups: pd.Series | None) -> list[Run]:
    """Runs without each case, and without each group of cases."""
    frame = result.truth_table.frame
    runs = [Run("case", str(case), {"frame": frame.drop(index=case)}) for case in frame.index]
    if groups is not None:
        names = dict.fromkeys(groups.astype(str))
        runs += [Run("group", name, {"frame": frame[(groups.astype(str) != name).to_numpy()]}) for name in names]
    return runs


def models_of(result: QCA, kind: Kind) -> tuple[Model, ...]:
    """All different models of a kind of solution, of every pair."""
    found = {frozenset(model.terms): model for solution in result.found(kind) for model in solution.models}
    return tuple(found.values())


def models_of_run(
    result: QCA, run: Run, kind: Kind, calibrations: Mapping[str, Calibrated]
) -> tuple[Model, ...] | None:
    """Models that the run gives; None when the analysis cannot be made, as when all remaining cases are alike."""
    asked = {name: value for name, value in run.asked.items() if name != "shifted"}
    if "shifted" in run.asked:
        asked["frame"] = _recalibrated(result, calibrations, *run.asked["shifted"])
    if not kind.startswith("enhanced"):
        asked["negated"] = False
    try:
        return models_of(result.again(few_cases="accept", missing="leave_out", **asked), kind)
    except IntegrationError:
        return None


def holds(general: Term, specific: Term) -> bool:
    """Whether every combination of the second term is one of the first."""
    return all(value in (ANY, other) for value, other in zip(general, specific, strict=True))


def _recalibrated(
    result: QCA, calibrations: Mapping[str, Calibrated], name: str, moves: Mapping[str, float]
) -> pd.DataFrame:
    frame = result.truth_table.frame.copy()
    frame[name] = calibrations[name].shifted(moves).memberships.reindex(frame.index)
    return frame


def _column(outcome: str) -> str:
    return outcome.strip().lstrip("~∼").partition("[")[0].strip()


def _same_order(before: np.ndarray[Any, Any], after: np.ndarray[Any, Any]) -> bool:
    return bool((np.sign(np.diff(before)) == np.sign(np.diff(after))).all())
