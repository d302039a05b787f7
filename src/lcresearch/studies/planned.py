"""What a study fixed before there were answers, and which of its results that makes planned.

A result is planned when it is about a scale that the plan names, and there is a plan that a reader can check; all
others are exploratory: ideas that are to be tested later. The report, its tables and a publication say so of each.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lcresearch.errors import LcresearchError, Place, StudyError
from lcresearch.instruments import Instrument
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.reporting.content import PlanFacts
from lcresearch.studies.loading import FILE_NAME
from lcresearch.studies.model import StudyFile
from lcresearch.validation import validated
from lcresearch.yaml_lines import read_yaml

SHORT_CYCLE_PLAN = "plan.json"
_OPEN_STILL = ("fingerprint", "precision", "platforms", "simulated")
Values = dict[str, Any]


@dataclass(frozen=True)
class Beforehand:
    """What was fixed before there were answers.

    Attributes
    ----------
    planned_scales : tuple of str
        Results that the plan is about; all others are exploratory.
    plan : dict or None
        The decisions of the plan that is kept beside study.yaml.
    plan_date, registered : str
        When it was fixed, and where; empty when not known.
    short_cycle_fingerprint : str
        Of ``plan.json``, which ``lcresearch new`` wrote; empty without.
    """

    planned_scales: tuple[str, ...] = ()
    plan: Values | None = None
    plan_date: str = ""
    registered: str = ""
    short_cycle_fingerprint: str = ""

    @property
    def plan_fingerprint(self) -> str:
        """SHA-256 of the plan; empty without one."""
        return "" if self.plan is None else fingerprint(self.plan)

    @property
    def facts(self) -> PlanFacts:
        """What pages and tables say of it.

        Examples
        --------
        >>> Beforehand(("learning_climate",), plan_date="2026-01-31").facts.kind("learning_climate")
        'planned'
        >>> Beforehand(("learning_climate",)).facts.kind("learning_climate")
        'exploratory'
        """
        found = self.plan_fingerprint or self.short_cycle_fingerprint
        there = bool(found or self.registered or self.plan_date)
        return PlanFacts(there, self.plan_date, self.registered, found, self.planned_scales)


def plan_fingerprint(decided: Mapping[str, Any]) -> str:
    """SHA-256 of what a short-cycle plan decided: another fingerprint is another plan.

    Parameters
    ----------
    decided : mapping
        The plan as plain values; what stays open in it, and its fingerprint, do not count.
    """
    kept = {key: value for key, value in decided.items() if key not in _OPEN_STILL}
    text = json.dumps(kept, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def plan_files(file: StudyFile) -> list[str]:
    """Names of the files in the folder of a study that say what was planned; they need not be there."""
    plan = file.publication.plan if file.publication is not None else None
    return [SHORT_CYCLE_PLAN, *([plan.file] if plan is not None and plan.file is not None else [])]


def fixed_beforehand(file: StudyFile, instruments: Sequence[Instrument], folder: Path) -> Beforehand:
    """The plan of a study: of ``publication:`` in study.yaml and of ``plan.json``.

    Parameters
    ----------
    file : StudyFile
    instruments : sequence of Instrument
        Those of the study.
    folder : Path
        Where study.yaml is.

    Raises
    ------
    StudyError
        S215: a planned scale that is none of the study; S223: the plan cannot be read, is of another study, or is
        not of before: study.yaml itself, or a day that is still to come.
    """
    use = file.publication
    named = use.planned if use is not None else ()
    scales = [name for one in instruments for name in one.scales]
    unknown = next((name for name in named if name not in scales), None)
    if unknown is not None:
        raise StudyError("S215", where=Place(file="study.yaml"), scale=unknown, known=scales)
    plan = use.plan if use is not None else None
    if plan is not None and plan.date is not None and plan.date > datetime.date.today().isoformat():
        raise _no_plan(f"publication.plan.date {plan.date}", "to_come")
    kept = _plan(folder, plan.file, file.id) if plan is not None and plan.file is not None else None
    short_cycle, primary = _short_cycle(folder, file.id)
    if kept is not None:  # what the plan says, not what study.yaml says now
        primary = str(kept.get("primary", ""))
    elif not short_cycle and file.change is not None:
        primary = file.change.primary
    return Beforehand(
        planned_scales=tuple(named) or ((primary,) if primary else ()),
        plan=kept,
        plan_date=(plan.date or "") if plan is not None else "",
        registered=(plan.registered or "").strip() if plan is not None else "",
        short_cycle_fingerprint=short_cycle,
    )


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


def _plan(folder: Path, name: str, study: str) -> Values:
    """The decisions of a plan, which is a study.yaml of before."""
    path = folder / name
    if path.resolve() == (folder / FILE_NAME).resolve():
        raise _no_plan(path.name, "itself")
    try:
        parsed = read_yaml(path)
    except LcresearchError:
        raise _no_plan(path.name, "unreadable") from None
    content = validated(StudyFile, parsed.content)[0] if isinstance(parsed.content, dict) else None
    if content is None:
        raise _no_plan(path.name, "unreadable")
    if content.id != study:
        raise _no_plan(path.name, "other_study")
    return decided(content)


def _no_plan(name: str, reason: str) -> StudyError:
    """S223, with the reason in each language."""
    reasons = {language: Messages(language)(f"publishing.plan.{reason}") for language in LANGUAGES}
    return StudyError("S223", where=Place(file=name), file=name, reason=reasons)


def _short_cycle(folder: Path, study: str) -> tuple[str, str]:
    """The fingerprint and the primary scale of the plan that was made with the study; empty where it is not whole."""
    path = folder / SHORT_CYCLE_PLAN
    if path.is_symlink() or not path.is_file() or path.stat().st_size > 1_000_000:
        return "", ""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        kept = found.get("fingerprint") if isinstance(found, dict) else None
        if kept is None or found.get("id") != study or kept != plan_fingerprint(found):
            return "", ""
    except (ValueError, RecursionError):
        return "", ""
    return str(kept), str(found.get("primary", ""))
