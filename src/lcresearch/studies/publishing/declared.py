"""Whether the part ``publication:`` of study.yaml can be right: checked when the study is loaded."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from lcresearch.declared_files import Finding
from lcresearch.files import is_below
from lcresearch.studies.publishing.identifiers import orcid, ror, work
from lcresearch.studies.publishing.settings import PublicationUse

if TYPE_CHECKING:
    from lcresearch.studies.model import StudyFile

_PLACE = "publication"
_LONGEST = 60


def publication_findings(content: StudyFile, folder: Path) -> Iterator[Finding]:
    """What is wrong with who made the study, what belongs to it, and the plan; each with its place."""
    use = content.publication
    if use is None:
        return
    yield from _texts(content, use)
    yield from _identifiers(use)
    yield from _dates(use)
    if use.plan is not None and use.plan.file is not None:
        if not is_below(use.plan.file):
            yield "S185", (_PLACE, "plan", "file"), {"path": use.plan.file}
        elif not (folder / use.plan.file).is_file():
            yield "G001", (_PLACE, "plan", "file"), {"path": use.plan.file}
    known = dict.fromkeys(content.levels) | {
        name: None for name in ("sector", "consortium") if getattr(content, name) is not None
    }
    for n, level in enumerate(use.named):
        if level not in known:
            yield "S213", (_PLACE, "named", n), {"level": level, "known": list(known)}


def _texts(content: StudyFile, use: PublicationUse) -> Iterator[Finding]:
    texts: Mapping[str, Mapping[str, str] | None] = {"title": use.title, "description": use.description}
    for name, text in texts.items():
        for language in content.languages:
            if text is not None and language not in text:
                yield "S002", (_PLACE, name), {"key": f"{_PLACE}.{name}", "language": language}


def _identifiers(use: PublicationUse) -> Iterator[Finding]:
    for n, creator in enumerate(use.creators):
        if creator.orcid is not None and orcid(creator.orcid) is None:
            yield "S210", (_PLACE, "creators", n, "orcid"), {"value": creator.orcid[:_LONGEST], "kind": "ORCID"}
        at = creator.affiliation
        if at is not None and at.ror is not None and ror(at.ror) is None:
            yield "S210", (_PLACE, "creators", n, "affiliation", "ror"), {"value": at.ror[:_LONGEST], "kind": "ROR"}
    for n, funder in enumerate(use.funders):
        if funder.ror is not None and ror(funder.ror) is None:
            yield "S210", (_PLACE, "funders", n, "ror"), {"value": funder.ror[:_LONGEST], "kind": "ROR"}
    for n, one in enumerate(use.related):
        if work(one.identifier, one.kind) is None:
            yield "S210", (_PLACE, "related", n), {"value": one.identifier[:_LONGEST], "kind": one.kind}


def _dates(use: PublicationUse) -> Iterator[Finding]:
    dates = {("embargo",): use.embargo, ("plan", "date"): use.plan.date if use.plan is not None else None}
    for place, value in dates.items():
        if value is not None and not _is_date(value):
            yield "S212", (_PLACE, *place), {"key": ".".join((_PLACE, *place)), "value": value[:_LONGEST]}


def _is_date(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
