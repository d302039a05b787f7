"""What the reader of a before-after analysis must know before using its numbers."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from lcresearch.change.analyses import Analysis
from lcresearch.change.ends import MANY
from lcresearch.change.two_waves import TwoWaves
from lcresearch.errors import Problem

FEW_PERSONS = 10
_MANY_LEFT = 0.2
_HALF = 0.5


def cautions(
    waves: TwoWaves,
    main: Analysis,
    *,
    linked: bool,
    asked: bool | str,
    staggered: bool,
    words: tuple[str, list[str]],
    ends: pd.DataFrame,
    left: pd.Series,
    regression: pd.Series,
) -> Iterator[Problem]:
    """Cautions on whom the result speaks of, on the answers, and on what else may have made it.

    Parameters
    ----------
    waves, main
        The answers and the analysis of them.
    linked, asked : bool
        Whether persons were compared with themselves, and what was asked for.
    staggered : bool
    words : tuple
        The word of the main analysis, and those of the analyses beside it.
    ends, left, regression
        Ends of the scale, the row of who left, and regression to the mean.
    """
    yield from _whom(waves, main, staggered)
    yield from _answers(waves, linked, asked)
    if not main.std_error > 0:
        yield Problem("C019")
    if main.singular:
        yield Problem("C018")
    if any(other != words[0] for other in words[1]):
        yield Problem("C021")
    yield from _ends(ends)
    yield from _left(left, linked)
    yield from _regression(regression, main)


def _whom(waves: TwoWaves, main: Analysis, staggered: bool) -> Iterator[Problem]:
    if main.inference == "these_firms" and len(waves.names) > 1:
        yield Problem("C010", values={"n": len(waves.names)})
        if waves.compared or staggered:
            yield Problem("C022")
    if not waves.compared and not staggered:
        yield Problem("C020")


def _answers(waves: TwoWaves, linked: bool, asked: bool | str) -> Iterator[Problem]:
    n = int((waves.linked & waves.of_part).sum())
    if linked and n < FEW_PERSONS:
        yield Problem("C011", values={"n": n})
    if not linked:
        yield Problem("C014" if asked == "auto" else "C015")
    if waves.n_moved:
        yield Problem("C016", values={"n": waves.n_moved})
    if waves.n_without_group:
        yield Problem("C017", values={"n": waves.n_without_group})


def _ends(ends: pd.DataFrame) -> Iterator[Problem]:
    for row in ends.to_dict("records"):
        share = max(float(row["share_lowest"]), float(row["share_highest"]))
        if share >= MANY:
            side = {"nl": "het hoogste", "en": "the highest"}
            if row["share_lowest"] > row["share_highest"]:
                side = {"nl": "het laagste", "en": "the lowest"}
            name = {"before": {"nl": "voor", "en": "before"}, "after": {"nl": "na", "en": "after"}}[str(row["wave"])]
            yield Problem("C012", values={"share": round(100 * share), "side": side, "wave": name})


def _left(left: pd.Series, linked: bool) -> Iterator[Problem]:
    if linked and left["share_once"] > _MANY_LEFT:
        yield Problem("C013", values={"share": round(100 * float(left["share_once"])), "n": int(left["n_once"])})
    if linked and (left["conf_low"] > 0 or left["conf_high"] < 0):
        yield Problem("C023", values={"difference": f"{float(left['estimate']):+.2f}"})


def _regression(regression: pd.Series, main: Analysis) -> Iterator[Problem]:
    expected = float(regression["expected_change"])
    if abs(expected) >= _HALF * abs(main.estimate) and expected * main.estimate > 0:
        yield Problem("C024", values={"expected": f"{expected:+.2f}", "found": f"{main.estimate:+.2f}"})
