"""The steps of a study in words, each with the part of the page where it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lcresearch.messages import Messages

if TYPE_CHECKING:
    from lcresearch.studies.work_to_do import Step

_PARTS = {"questionnaire": "forms", "answers": "answers", "run": "results", "read": "results"}


def step_words(step: Step) -> dict[str, str]:
    """A step for a template: ``name, state, part, what, more``; ``more`` is empty where nothing is to be added."""
    say = Messages()
    again = ".again" if step.again else ""
    more = say("app.step.answers.count", n=step.of, there=step.n) if step.name == "answers" else ""
    return {
        "name": step.name,
        "state": step.state,
        "part": _PARTS[step.name],
        "what": say(f"app.step.{step.name}{again or '.what'}"),
        "more": more if step.name == "answers" else say(f"app.step.{step.name}.why"),
    }
