"""What a plan will show, and what it cannot promise, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lcresearch.messages import Messages
from lcresearch.studies.planning.moments import is_series

if TYPE_CHECKING:
    from lcresearch.studies.planning.result import ShortCyclePlan

_AT_RISK = 2
"""A firm whose report is lost when so many more people drop out is at risk."""
_PROBABLY, _PERHAPS = 0.8, 0.5


def precision_in_words(plan: ShortCyclePlan, language: str) -> list[str]:
    """Sentences on what change the study would find; one sentence when there will be no report on a group."""
    say = Messages(language)
    if not plan.group_report:
        return [say("short_cycle.precision.none", n=sum(plan.both))]
    found = plan.precision.iloc[0]
    people = who(plan, say)
    chance = float(found["chance"])
    reach = "probably" if chance >= _PROBABLY else "perhaps" if chance >= _PERHAPS else "hardly"
    if reach == "probably" and found["size"] in ("large", "very_large"):
        reach = "probably_large"
    return [
        say(f"short_cycle.precision.{found['size']}", who=people),
        say(
            "short_cycle.precision.detectable",
            points=say.number(float(found["detectable"]), digits=1),
            sd=say.number(float(found["detectable_sd"]), digits=1),
        ),
        say(
            f"short_cycle.precision.{reach}",
            worthwhile=say.number(plan.worthwhile, digits=1),
            times=min(99, round(100 * chance)),
        ),
        say("short_cycle.precision.assumed", returning=say.percent(plan.returning),
            spread=say.number(plan.spread, digits=1), stability=say.number(plan.stability, digits=1)),
        say(f"short_cycle.precision.{found['inference']}"),
    ]  # fmt: skip


def who(plan: ShortCyclePlan, say: Messages) -> str:
    """The firms and people in words: ``3 bedrijven van 8 mensen``."""
    part = plan.people[: len(plan.firms)]
    firms = say("short_cycle.count.firms", n=len(plan.firms))
    if len(set(part)) == 1:
        return say("short_cycle.who.each", firms=firms, people=say("short_cycle.count.people", n=part[0]))
    return say("short_cycle.who.together", firms=firms, people=say("short_cycle.count.people", n=sum(part)))


def doubts(plan: ShortCyclePlan, language: str) -> list[str]:
    """What the plan cannot promise, the most serious first."""
    say = Messages(language)
    if not plan.group_report:
        return [say("short_cycle.doubt.no_group_report", minimum=plan.minimum_cell)]
    numbered = list(zip((*plan.firms, *plan.comparison), plan.both, strict=True))
    without = [firm for firm, n in numbered if n < plan.minimum_cell]
    at_risk = [firm for firm, n in numbered if 0 <= n - plan.minimum_cell < _AT_RISK]
    found: list[str] = []
    if without:
        listed = _listed(without, say)
        found.append(say("short_cycle.doubt.no_report", n=len(without), firms=listed, minimum=plan.minimum_cell))
        hidden = sum(n for _, n in numbered if n < plan.minimum_cell)
        if hidden < plan.minimum_cell and len(without) < len(numbered):
            found.append(say("short_cycle.doubt.one_more_hidden", firms=listed))
    if at_risk:
        listed = _listed(at_risk, say)
        found.append(say("short_cycle.doubt.at_risk", n=len(at_risk), firms=listed, minimum=plan.minimum_cell))
    if float(plan.precision["chance"].iloc[0]) < _PROBABLY:
        found.append(say("short_cycle.doubt.unseen", worthwhile=say.number(plan.worthwhile, digits=1)))
        if plan.design == "staggered_start":
            found.append(say("short_cycle.doubt.staggered"))
    if plan.suggested:
        found.append(say("short_cycle.doubt.suggested", worthwhile=say.number(plan.worthwhile, digits=1)))
    if len(plan.comparison) == 1:
        found.append(say("short_cycle.doubt.one_comparison"))
    if is_series(plan.design):
        found.append(say("short_cycle.doubt.series"))
    found.append(say("short_cycle.doubt.once", minimum=plan.minimum_cell))
    return found


def _listed(names: list[str], say: Messages) -> str:
    """``A, B en C``."""
    if len(names) == 1:
        return names[0]
    return say("short_cycle.who.and", first=", ".join(names[:-1]), last=names[-1])
