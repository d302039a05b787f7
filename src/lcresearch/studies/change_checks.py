"""What the part ``change:`` of study.yaml says that the rest of the study does not know, and what its answers lack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from lcresearch.errors import Problem, nearest
from lcresearch.instruments import Instrument
from lcresearch.studies.change import waves_compared
from lcresearch.studies.change_settings import ChangeUse
from lcresearch.studies.pulses import lot_findings
from lcresearch.yaml_lines import YamlPath

if TYPE_CHECKING:
    from lcresearch.studies.model import StudyFile

Finding = tuple[str, YamlPath, Mapping[str, Any]]


def change_findings(content: StudyFile, instruments: Sequence[Instrument]) -> Iterator[Finding]:
    """Problems of the part itself, each with its place: S150 to S154, S157, S159, and S200 to S202."""
    use = content.change
    if use is None:
        return
    yield from _scale(use, instruments)
    waves = list(content.waves.labels) if content.waves is not None else []
    if len(waves) < 2:
        yield "S154", ("change",), {"n": max(len(waves), 1)}
    else:
        yield from _waves(use, waves)
        yield from lot_findings(use, waves)
    if use.group not in content.levels:
        yield "S153", ("change", "group"), {"level": use.group, "known": list(content.levels)}


def _scale(use: ChangeUse, instruments: Sequence[Instrument]) -> Iterator[Finding]:
    ranges = {name: one.range_of(name) for one in instruments for name in one.scales}
    if use.primary not in ranges:
        known = list(ranges)
        guess = nearest(use.primary, known) or "–"
        yield "S150", ("change", "primary"), {"scale": use.primary, "known": known, "nearest": guess}
        return
    low, high = ranges[use.primary]
    if use.worthwhile >= high - low:
        values = {"worthwhile": f"{use.worthwhile:g}", "scale": use.primary, "width": f"{high - low:g}"}
        yield "S159", ("change", "worthwhile"), values


def _waves(use: ChangeUse, waves: Sequence[str]) -> Iterator[Finding]:
    named: list[tuple[YamlPath, str]] = [(("change", "starts", group), wave) for group, wave in use.starts.items()]
    named += [(("change", key), wave) for key, wave in (("before", use.before), ("after", use.after)) if wave]
    for place, wave in named:
        if wave not in waves:
            code = "S157" if place[1] == "starts" else "S151"
            yield code, place, {"wave": wave, "known": list(waves), "nearest": nearest(wave, list(waves)) or "–"}
    before = use.before if use.before is not None else waves[0]
    after = use.after if use.after is not None else waves[-1]
    if before in waves and after in waves and waves.index(before) >= waves.index(after):
        key = "after" if use.after is not None else "before"
        yield "S152", ("change", key), {"before": before, "after": after}


def change_notes(use: ChangeUse, scores: pd.DataFrame, waves: Sequence[str], *, linked: bool) -> list[Problem]:
    """What the answers lack for the analysis of change: S155, S156, S158.

    Parameters
    ----------
    use : ChangeUse
    scores : DataFrame
        Respondent, wave, levels and a column a scale.
    waves : sequence of str
        Of the study, in order.
    linked : bool
        Whether persons are recognised over waves.
    """
    found = []
    if use.group in scores:
        names = sorted({str(name) for name in scores[use.group].dropna()})
        for kind, asked in (("comparison", use.comparison), ("starts", tuple(use.starts))):
            for name in asked:
                if name not in names:
                    guess = nearest(name, names) or "–"
                    found.append(Problem("S156", values={"group": name, "key": kind, "nearest": guess}))
    if waves_compared(use, scores, waves) is None:
        found.append(Problem("S158", values={"scale": use.primary}))
    return found if linked else [*found, Problem("S155")]
