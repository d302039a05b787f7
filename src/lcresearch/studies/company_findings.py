"""Findings of a company by fixed rules, so that every company is told the same of the same numbers.

highest, lowest
    Of the outcomes that are no sum of others, when their 95% intervals do not overlap.
close
    Their intervals do overlap: which is highest may be chance.
level
    The one outcome that is told about when there is no highest and lowest.
mixed
    The standard deviation is a quarter of the scale or more: one whole answer on a scale of five.
"""

from __future__ import annotations

from collections.abc import Sequence

from lcresearch.reporting.company_content import (
    CompanyChange,
    CompanyFinding,
    CompanyScale,
    CompanyScore,
    StepFinding,
    TalkingPoint,
)
from lcresearch.reporting.wording import lowered
from lcresearch.studies.next_steps import Advice, NextSteps, filled

MIXED = 0.25
"""Standard deviation, as a share of the scale, from which people are said to have answered very differently."""
MIDDLE = 0.5
"""Place on the scale below which a score is talked about as low."""
MOST_TALKS = 3
_MOVED = ("clear_gain", "likely_gain", "clear_loss", "likely_loss")

Placed = tuple[CompanyScale, CompanyScore]


def findings(scales: Sequence[CompanyScale], wave: str) -> tuple[CompanyFinding, ...]:
    """Two or three findings on the scores in a wave, by the rules of this module.

    Parameters
    ----------
    scales : sequence of CompanyScale
        The primary outcome first.
    wave : str
        The last wave of the company.
    """
    placed = _placed(scales, wave)
    if not placed:
        return ()
    mixed = _most_mixed(placed)
    found: list[CompanyFinding] = []
    if len(placed) > 1:
        high, low = _ends(placed)
        if _apart(high, low):
            found += [CompanyFinding("highest", (high[0].name,)), CompanyFinding("lowest", (low[0].name,))]
        else:
            found += [CompanyFinding("level", (_first(scales, wave),)), CompanyFinding("close", ())]
    else:
        found.append(CompanyFinding("level", (placed[0][0].name,)))
    return (*found, *([CompanyFinding("mixed", (mixed[0].name,))] if mixed is not None else []))


def talking_points(
    scales: Sequence[CompanyScale], changes: Sequence[CompanyChange], wave: str, steps: NextSteps
) -> tuple[TalkingPoint, ...]:
    """Three questions with a step: on the primary outcome, the lowest and the highest, or else general ones."""
    placed = _placed(scales, wave)
    asked: list[Placed] = []
    if placed:
        first = next((one for one in _all_placed(scales, wave) if one[0].name == _first(scales, wave)), placed[0])
        high, low = _ends(placed)
        mixed = _most_mixed(placed)
        wanted = [first, *([mixed] if mixed is not None else []), low, high, *placed]
        asked = list({one[0].name: one for one in wanted}.values())[:MOST_TALKS]
    moved = {one.scale: one for one in changes}
    points = [_point(one, moved.get(one[0].name), steps) for one in asked]
    general = [_told("", "high", advice, advice.question, advice.step, steps) for advice in steps.always]
    return (*(point for point in points if point is not None), *general)[:MOST_TALKS]


def finding_of(scale: CompanyScale, score: CompanyScore, change: CompanyChange | None) -> StepFinding:
    """What a scale is talked about for: that it rose or fell, that people differ, or that it is high or low.

    Only the primary outcome is talked about for its change: that of others was looked at by the way.
    """
    own = change.own if change is not None and change.primary else None
    if own is not None and own.sureness in _MOVED and own.estimate is not None:
        return "risen" if own.estimate > 0 else "fallen"
    if _spread(scale, score) >= MIXED:
        return "mixed"
    return "low" if scale.position(score.mean) < MIDDLE else "high"


def _point(one: Placed, change: CompanyChange | None, steps: NextSteps) -> TalkingPoint | None:
    scale, score = one
    finding = finding_of(scale, score, change)
    advice = steps.advice(scale.name, finding)
    if advice is None:
        return None
    name = {language: lowered(text) for language, text in scale.title.items()}
    return _told(scale.name, finding, advice, filled(advice.question, name), filled(advice.step, name), steps)


def _told(
    scale: str, finding: StepFinding, advice: Advice, question: dict[str, str], step: dict[str, str], steps: NextSteps
) -> TalkingPoint:
    short = tuple(short for short, _ in steps.cited(advice.sources))
    return TalkingPoint(scale, finding, question, step, advice.grade, short)


def _all_placed(scales: Sequence[CompanyScale], wave: str) -> list[Placed]:
    found = [(scale, scale.at(wave)) for scale in scales if scale.bounded]
    return [(scale, score) for scale, score in found if score is not None]


def _placed(scales: Sequence[CompanyScale], wave: str) -> list[Placed]:
    """Outcomes with a score, without those that are a sum of others here."""
    found = _all_placed(scales, wave)
    return [one for one in found if not one[0].is_whole] or found


def _first(scales: Sequence[CompanyScale], wave: str) -> str:
    """The primary outcome, or else the first that has a score."""
    found = _all_placed(scales, wave)
    return next((scale.name for scale, _ in found if scale.is_primary), found[0][0].name)


def _ends(placed: Sequence[Placed]) -> tuple[Placed, Placed]:
    ordered = sorted(placed, key=lambda one: one[0].position(one[1].mean))
    return ordered[-1], ordered[0]


def _apart(high: Placed, low: Placed) -> bool:
    if high[1].conf_low is None or low[1].conf_high is None:
        return False
    return high[0].position(high[1].conf_low) > low[0].position(low[1].conf_high)


def _most_mixed(placed: Sequence[Placed]) -> Placed | None:
    widest = max(placed, key=lambda one: _spread(*one))
    return widest if _spread(*widest) >= MIXED else None


def _spread(scale: CompanyScale, score: CompanyScore) -> float:
    """Standard deviation as a share of the scale; 0 where it is not shown."""
    if score.sd is None or scale.minimum is None or scale.maximum is None:
        return 0.0
    return score.sd / (scale.maximum - scale.minimum)
