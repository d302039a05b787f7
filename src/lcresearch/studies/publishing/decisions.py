"""Decisions of a study: what was fixed beforehand, what was done, and which result is planned or exploratory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from lcresearch.errors import Place, StudyError
from lcresearch.instruments import Instrument
from lcresearch.studies.model import StudyFile
from lcresearch.studies.planned import Beforehand, decided, fingerprint, fixed_beforehand

State = Literal["as_planned", "changed", "not_in_plan", "no_plan"]


@dataclass(frozen=True)
class Decision:
    """One decision.

    Attributes
    ----------
    name : str
        Key of the catalogue, such as ``worthwhile``.
    done : object
        What was done, as JSON.
    planned : object
        What the plan says; None without one.
    state : {"as_planned", "changed", "not_in_plan", "no_plan"}
    """

    name: str
    done: Any
    planned: Any
    state: State


@dataclass(frozen=True)
class Decisions:
    """All decisions of a study.

    Attributes
    ----------
    made : tuple of Decision
    fingerprint : str
        SHA-256 of what was done.
    beforehand : Beforehand
        The plan, and of which scales it makes the results planned.
    """

    made: tuple[Decision, ...]
    fingerprint: str
    beforehand: Beforehand


def decisions(file: StudyFile, instruments: Sequence[Instrument], folder: Path) -> Decisions:
    """Compare what was done with what was planned.

    Raises
    ------
    StudyError
        S214: it is called confirmatory, and there is no plan with a date; S215: a planned scale that is none of the
        study; S223: the plan cannot be read, or is of another study.
    """
    beforehand, done = fixed_beforehand(file, instruments, folder), decided(file)
    dated = bool(beforehand.plan_date or beforehand.registered)
    confirmatory = file.publication is not None and file.publication.evidence == "confirmatory"
    if confirmatory and not (dated and (beforehand.plan is not None or beforehand.registered)):
        raise StudyError("S214", where=Place(file="study.yaml"))
    made = tuple(_compared(name, value, beforehand.plan) for name, value in done.items())
    return Decisions(made, fingerprint(done), beforehand)


def _compared(name: str, value: Any, plan: Mapping[str, Any] | None) -> Decision:
    if plan is None:
        return Decision(name, value, None, "no_plan")
    if name not in plan:
        return Decision(name, value, None, "not_in_plan")
    return Decision(name, value, plan[name], "as_planned" if plan[name] == value else "changed")
