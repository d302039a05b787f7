"""The rules of screening, their limits and where those come from.

Limits were chosen by simulation (``benchmarks/screening.py``; the table is in ``docs/screening.md``): each rule on
patterns flags fewer than one in a hundred honest respondents, also where most people agree with most statements and
where some tend to agree with everything.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lcresearch.errors import Problem, ResponsesError
from lcresearch.validation import did_you_mean

LIMITS: Mapping[str, float] = {
    "opposite_run": 6,
    "long_run": 24,
    "identical_share": 0.9,
    "identical_items": 20,
    "contradiction": 0.4,
    "contradiction_items": 3,
    "inconsistency": 0.9,
    "inconsistency_items": 20,
    "seconds_per_question": 2,
    "speed_index": 2,
    "speed_rows": 10,
    "timed_questions": 5,
    "slow_factor": 10,
    "answered_share": 0.5,
    "reached_share": 0.8,
    "copies_by_chance": 0.01,
    "copied_items": 10,
}
"""Limit: its value, unless :func:`screen` is told otherwise.

======================  ================================================================================================
opposite_run            identical answers in a row that hold a question and its opposite, in a battery of up to 24; of a
                        longer one a quarter (longstring: Johnson, 2005; Curran, 2016)
long_run                identical answers in a row, whatever they are (Johnson, 2005)
identical_share         share of one's most frequent answer, battery by battery, over at least identical_items
contradiction           agreement with both statements and their opposites, over at least contradiction_items reversed
                        items; 0.5 is 'agree' to everything on a scale of five
inconsistency           spread of answers within scales, 1 being that of random answers (inter-item standard deviation:
                        Marjanovic et al., 2015) and that of one's own answers in any order (after the resampled
                        consistency of Curran, 2016): the smaller of both, over at least inconsistency_items
seconds_per_question    seconds an answered question (Huang et al., 2012: 2)
speed_index             median time of the same form divided by one's own (Leiner, 2019: above 2), where speed_rows rows
                        or more have a time and at least half of the answers
timed_questions         answers that it takes before time is judged
slow_factor             own time divided by the median; noted, not flagged
answered_share          share of the questions asked that was answered (AAPOR, 2023: below half is a break-off)
reached_share           place of the last answer among the questions asked (AAPOR, 2023: from 80% on complete)
copies_by_chance        other rows that would repeat these answers by chance, over at least copied_items
======================  ================================================================================================
"""


@dataclass(frozen=True)
class Rule:
    """One way in which a row can stand out.

    Attributes
    ----------
    name : str
        Column of ``Screening.rows`` with its flag.
    code : str
        ``lcresearch explain CODE`` says in plain words what it means.
    measure : str
        Column with the number that it looks at.
    limit : str
        Name of its limit.
    unjudged : str
        Why rows are not judged, as a rule: key of a text.
    note : bool
        True when it is only noted: such a row does not count as flagged.
    """

    name: str
    code: str
    measure: str
    limit: str
    unjudged: str
    note: bool = False


RULES: tuple[Rule, ...] = (
    Rule("opposite_answers_alike", "R173", "contradicting_run", "opposite_run", "no_reversed"),
    Rule("long_run_of_one_answer", "R174", "longest_run", "long_run", "few_items"),
    Rule("mostly_one_answer", "R175", "identical_share", "identical_share", "few_items"),
    Rule("agrees_with_opposites", "R176", "contradiction", "contradiction", "no_reversed"),
    Rule("inconsistent", "R177", "inconsistency", "inconsistency", "few_scale_items"),
    Rule("too_fast", "R178", "seconds_per_question", "seconds_per_question", "no_time"),
    Rule("faster_than_others", "R179", "speed_index", "speed_index", "few_times"),
    Rule("few_answers", "R180", "answered_share", "answered_share", "nothing_asked"),
    Rule("stopped_early", "R181", "reached_share", "reached_share", "random_order"),
    Rule("same_answers", "R182", "copies_by_chance", "copies_by_chance", "chance"),
    Rule("nearly_same_answers", "R183", "near_copies_by_chance", "copies_by_chance", "chance"),
    Rule("very_slow", "R184", "speed_index", "slow_factor", "few_times", note=True),
)


def checked_limits(given: Mapping[str, float] | None) -> dict[str, float]:
    """All limits, with those given instead of their defaults.

    Raises
    ------
    ResponsesError
        R170 no limit has this name, R171 it is no number above zero.
    """
    given = given or {}
    problems = [
        Problem(
            "R170", values={"limit": str(name), "known": list(LIMITS), "did_you_mean": did_you_mean(str(name), LIMITS)}
        )
        for name in given
        if name not in LIMITS
    ]
    problems += [
        Problem("R171", values={"limit": str(name), "value": str(value)})
        for name, value in given.items()
        if name in LIMITS and not _is_positive(value)
    ]
    if problems:
        raise ResponsesError(problems)
    return {name: float(value) for name, value in (dict(LIMITS) | dict(given)).items()}


def _is_positive(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value > 0


def rules_named(names: str | Iterable[str] | None) -> list[Rule]:
    """The rules of these names; without names all that flag.

    Raises
    ------
    ResponsesError
        R172 no rule has this name.
    """
    if names is None:
        return [rule for rule in RULES if not rule.note]
    wanted = [names] if isinstance(names, str) else list(names)
    by_name = {rule.name: rule for rule in RULES}
    unknown = [name for name in wanted if name not in by_name]
    if unknown:
        values = [
            {"rule": str(n), "known": list(by_name), "did_you_mean": did_you_mean(str(n), by_name)} for n in unknown
        ]
        raise ResponsesError([Problem("R172", values=value) for value in values])
    return [by_name[name] for name in wanted]
