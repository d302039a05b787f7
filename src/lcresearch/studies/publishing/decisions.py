"""Decisions of a study: what was fixed beforehand, what was done, and which result is planned or exploratory."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from lcresearch.errors import LcresearchError, Place, StudyError
from lcresearch.instruments import Instrument
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.studies.model import StudyFile
from lcresearch.studies.publishing.settings import PublicationUse
from lcresearch.validation import HASH, validated
from lcresearch.yaml_lines import read_yaml

SHORT_CYCLE_PLAN = "plan.json"
State = Literal["as_planned", "changed", "not_in_plan", "no_plan"]
Values = dict[str, Any]


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
    plan_fingerprint : str
        SHA-256 of the plan; empty without one that can be read.
    plan_date, registered : str
        When it was fixed, and where; empty when not known.
    short_cycle_fingerprint : str
        Of ``plan.json``, which ``lcresearch new`` wrote; empty without.
    planned_scales : tuple of str
        Results that the plan is about; all others are exploratory.
    """

    made: tuple[Decision, ...]
    fingerprint: str
    plan_fingerprint: str = ""
    plan_date: str = ""
    registered: str = ""
    short_cycle_fingerprint: str = ""
    planned_scales: tuple[str, ...] = ()

    @property
    def has_plan(self) -> bool:
        """Whether anything was fixed beforehand that a reader can check."""
        return bool(self.plan_fingerprint or self.registered or self.short_cycle_fingerprint or self.plan_date)

    def kind(self, scale: str) -> str:
        """``planned`` or ``exploratory``."""
        return "planned" if self.has_plan and scale in self.planned_scales else "exploratory"


def decided(file: StudyFile) -> Values:
    """The decisions in study.yaml that results depend on; without names of groups, files or columns.

    Column names, groups and files belong to one study and may point to a firm: of these only the number is told.
    """
    change = file.change
    found: Values = {
        "instruments": [
            {"id": Path(use.id).stem, "short_form": use.short_form, "averaged_to": use.group}
            for use in file.instruments
        ],
        "levels": list(file.ordered_levels),
        "waves": list(file.waves.labels) if file.waves is not None else [],
        "analyses": list(file.analyses),
        "linking": _linking(file),
        "screening": list(file.screening.exclude),
        "consent": file.consent is not None,
        "minimum_cell": file.privacy.minimum_cell,
        "columns_matched_by_hand": sum(len(one.mapping) for one in file.responses),
    }
    if change is not None:
        names = ("design", "primary", "worthwhile", "improvement", "before", "after", "group")
        found |= {name: getattr(change, name) for name in names}
        found |= {"comparison_groups": len(change.comparison), "staggered_starts": len(change.starts),
                  "starts_drawn": bool(change.starts_drawn)}  # fmt: skip
    if file.interviews is not None:
        found["interviews"] = {"compared_by_attribute": file.interviews.compare is not None,
                               "topics": bool(file.interviews.topics)}  # fmt: skip
    return found


def _linking(file: StudyFile) -> str | Values:
    if file.linking is not None:
        return {"by": "self_made_code", "tolerance": file.linking.tolerance, "within": file.linking.within}
    return "id" if file.respondent is not None else "none"


def fingerprint(values: Mapping[str, Any]) -> str:
    """SHA-256 of decisions, whatever their order.

    Examples
    --------
    >>> fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    True
    """
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def decisions(file: StudyFile, use: PublicationUse, instruments: Sequence[Instrument], folder: Path) -> Decisions:
    """Compare what was done with what was planned.

    Raises
    ------
    StudyError
        S214: it is called confirmatory, and there is no plan with a date; S215: a planned scale that is none of the
        study; S223: the plan cannot be read, or is of another study.
    """
    plan_use, done = use.plan, decided(file)
    plan = _plan(folder / plan_use.file, file.id) if plan_use is not None and plan_use.file is not None else None
    scales = [name for one in instruments for name in one.scales]
    planned = use.planned or ((file.change.primary,) if file.change is not None else ())
    unknown = next((name for name in planned if name not in scales), None)
    if unknown is not None:
        raise StudyError("S215", where=Place(file="study.yaml"), scale=unknown, known=scales)
    found = Decisions(
        made=tuple(_compared(name, value, plan) for name, value in done.items()),
        fingerprint=fingerprint(done),
        plan_fingerprint="" if plan is None else fingerprint(plan),
        plan_date=(plan_use.date or "") if plan_use is not None else "",
        registered=(plan_use.registered or "") if plan_use is not None else "",
        short_cycle_fingerprint=_short_cycle(folder),
        planned_scales=tuple(planned),
    )
    dated = bool(found.plan_date or found.registered)
    if use.evidence == "confirmatory" and not (dated and (found.plan_fingerprint or found.registered)):
        raise StudyError("S214", where=Place(file="study.yaml"))
    return found


def _compared(name: str, value: Any, plan: Mapping[str, Any] | None) -> Decision:
    if plan is None:
        return Decision(name, value, None, "no_plan")
    if name not in plan:
        return Decision(name, value, None, "not_in_plan")
    return Decision(name, value, plan[name], "as_planned" if plan[name] == value else "changed")


def _plan(path: Path, study: str) -> Values:
    """The decisions of a plan, which is a study.yaml."""
    place, reasons = Place(file=path.name), {
        name: {language: Messages(language)(f"publishing.plan.{name}") for language in LANGUAGES}
        for name in ("unreadable", "other_study")
    }  # fmt: skip
    try:
        parsed = read_yaml(path)
    except LcresearchError:
        raise StudyError("S223", where=place, file=path.name, reason=reasons["unreadable"]) from None
    content = validated(StudyFile, parsed.content)[0] if isinstance(parsed.content, dict) else None
    if content is None:
        raise StudyError("S223", where=place, file=path.name, reason=reasons["unreadable"])
    if content.id != study:
        raise StudyError("S223", where=place, file=path.name, reason=reasons["other_study"])
    return decided(content)


def _short_cycle(folder: Path) -> str:
    """The fingerprint in the plan that was made with the study."""
    path = folder / SHORT_CYCLE_PLAN
    if path.is_symlink() or not path.is_file() or path.stat().st_size > 1_000_000:
        return ""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        return ""
    text = found.get("fingerprint", "") if isinstance(found, dict) else ""
    return text if isinstance(text, str) and re.fullmatch(HASH, text) else ""
