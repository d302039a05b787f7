"""How sure we are of a verdict: a level, and each reason that brought it down."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lcresearch.synthesis.elements.certainty_rules import LEVELS, CertaintyRules
from lcresearch.synthesis.elements.unmeasured_confounding import e_value_of_interval
from lcresearch.synthesis.elements.verdicts import Case, Verdict
from lcresearch.synthesis.elements.wording import Reason, chance

_Doubt = tuple[bool, Reason]
"""Whether it is very serious, and the reason."""
_PRESENCE = {"self-report": "self_report", "not known": "not_known"}
"""Ways of establishing the presence of an element that have a sentence of their own."""


@dataclass(frozen=True)
class Certainty:
    """A level of certainty with the reasons that brought it down, as in GRADE (Guyatt et al., 2008)."""

    level: str
    reasons: tuple[Reason, ...]


def certainty(case: Case, verdict: Verdict, rules: CertaintyRules) -> Certainty:
    """The level of certainty of a verdict."""
    doubts = [
        *_number(case, rules),
        *_consistency(case, verdict, rules),
        *_two_ways(case, rules),
        *_precision(case, verdict, rules),
        *_measurement(case, rules),
        *_confounding(case, verdict, rules),
        *_selection(case, rules),
    ]
    down = sum(rules.steps.very_serious if very else rules.steps.serious for very, _ in doubts)
    place = min(LEVELS.index(rules.start) + down, len(LEVELS) - 1)
    return Certainty(LEVELS[place], tuple(reason for _, reason in doubts))


def _doubt(code: str, very: bool = False, /, **values: Any) -> _Doubt:
    return very, Reason(f"doubt.{code}", values)


def _number(case: Case, rules: CertaintyRules) -> Iterator[_Doubt]:
    rule, n = rules.number, case.evidence.n_consortia
    if rule is not None and n < rule.serious:
        yield _doubt("number", n < rule.very_serious, n=n)


def _consistency(case: Case, verdict: Verdict, rules: CertaintyRules) -> Iterator[_Doubt]:
    rule, tau = rules.consistency, case.evidence.tau
    if rule is None or verdict.name in rule.explained_by:
        return
    spread = tau / case.bound
    same = case.new.probability_beyond(0.0, case.sign)
    if math.isnan(spread):
        yield _doubt("consistency.not_known")
    elif spread > rule.serious:
        yield _doubt("consistency.tau", spread > rule.very_serious, tau=tau, bound=case.bound)
    elif same < rule.same_sign and verdict.name not in rule.sign_not_asked:
        yield _doubt("consistency.sign", chance=chance(same))


def _two_ways(case: Case, rules: CertaintyRules) -> Iterator[_Doubt]:
    rule, other = rules.two_ways, case.evidence.two_stage
    if rule is None or other is None:
        return
    if abs(other.estimate - case.evidence.estimate) > rule.serious * case.bound:
        yield _doubt("two_ways", one=case.evidence.estimate, two=other.estimate)


def _precision(case: Case, verdict: Verdict, rules: CertaintyRules) -> Iterator[_Doubt]:
    rule, width = rules.precision, (verdict.conf_high - verdict.conf_low) / case.bound
    if rule is None:
        return
    if math.isnan(width):
        yield _doubt("precision.not_known", True)
    elif width > rule.serious:
        values = {"low": verdict.conf_low, "high": verdict.conf_high}
        yield _doubt("precision.wide", width > rule.very_serious, **values)


def _measurement(case: Case, rules: CertaintyRules) -> Iterator[_Doubt]:
    how, same = case.evidence.how_measured, case.evidence.comparability
    if rules.presence is not None and how not in rules.presence.trusted:
        code = _PRESENCE.get(how)
        yield _doubt("presence.other", how=how) if code is None else _doubt(f"presence.{code}")
    rule = rules.comparability
    if rule is not None and same not in rule.trusted:
        fails = same in rule.very_serious
        yield _doubt("comparability.fails", True) if fails else _doubt("comparability.not_shown")


def _confounding(case: Case, verdict: Verdict, rules: CertaintyRules) -> Iterator[_Doubt]:
    rule = rules.confounding
    if rule is None:
        return
    if not case.evidence.adjusted_for:
        yield _doubt("confounding.not_adjusted", True)
    elif not e_value_of_interval(verdict.conf_low, verdict.conf_high) >= rule.strong_e_value:
        yield _doubt("confounding.adjusted")


def _selection(case: Case, rules: CertaintyRules) -> Iterator[_Doubt]:
    if rules.exploratory is not None and not case.evidence.planned:
        yield _doubt("exploratory")
    stopped = case.evidence.stopped_included
    if rules.stopped is not None and not stopped:
        yield _doubt("stopped.not_known" if stopped is None else "stopped.left_out")
