"""What was fixed before there were answers, in words, and whether each result is planned or exploratory."""

from __future__ import annotations

from lcresearch.reporting.content import PlanFacts
from lcresearch.reporting.wording import Wording


def plan_sentences(plan: PlanFacts, say: Wording) -> list[str]:
    """What a report says of the plan: whether there was one, when and where it was fixed, and what the labels mean."""
    if not plan.there:
        return [say("plan.none")]
    dated = say.messages("publishing.plan.date", date=say.messages.date(plan.date)) if plan.date else say("plan.there")
    found = [dated, say("plan.labels")]
    return found + ([say.messages("publishing.plan.registered", where=plan.registered)] if plan.registered else [])


def kind_word(plan: PlanFacts | None, scale: str, say: Wording) -> str:
    """The label of results on a scale; empty in a report that knows of no plan and of no lack of one.

    What is no scale, such as what came out of interviews, has an empty name.
    """
    return say(f"plan.kind.{plan.kind(scale)}") if plan is not None else ""
