"""What must be right in a project before it can be written."""

from __future__ import annotations

import pandas as pd

from lcresearch.errors import Problem
from lcresearch.interviews.codebook.model import Codebook
from lcresearch.interviews.project import WHOLE_DOCUMENT, Project

_SHOWN = 3


def project_problems(project: Project) -> list[Problem]:
    """Codings that cannot be written, and codes whose place in the tree is none."""
    codings = project.codings
    found = codebook_problems(project.codebook)
    for column, known in (("code", project.codebook.by_id), ("document", project.corpus.by_id)):
        unknown = codings[column][~codings[column].isin(list(known))]
        if len(unknown):
            found.append(Problem("V036", values={"n": len(unknown), "what": column, "examples": _some(unknown)}))
    twice = codings["coding"][codings["coding"].duplicated() | codings["coding"].isna()]
    if len(twice):
        found.append(Problem("V037", values={"n": len(twice), "examples": _some(twice)}))
    beyond = _beyond(project)
    if len(beyond):
        found.append(Problem("V038", values={"n": len(beyond), "examples": _some(beyond)}))
    return found


def codebook_problems(book: Codebook) -> list[Problem]:
    """Codes of one id, below none that is there, or below themselves; a code must stand after the one above it."""
    seen: set[str] = set()
    wrong = []
    for code in book:
        if code.id in seen or (code.parent and code.parent not in seen):
            wrong.append(code.name)
        seen.add(code.id)
    return [Problem("V039", values={"n": len(wrong), "examples": _some(wrong)})] if wrong else []


def _beyond(project: Project) -> pd.Series:
    codings = project.codings
    known = {document.id: len(document.text) for document in project.corpus}
    lengths = codings["document"].map(known).astype("float64")
    whole = (codings["start"] == WHOLE_DOCUMENT) & (codings["end"] == WHOLE_DOCUMENT)
    inside = (codings["start"] >= 0) & (codings["start"] <= codings["end"]) & (codings["end"] <= lengths)
    return codings["coding"][~(whole | inside) & lengths.notna()]


def _some(values: list[str] | pd.Series) -> str:
    different = list(dict.fromkeys(str(value) for value in values))
    return ", ".join(f"'{value}'" for value in different[:_SHOWN]) + (", …" if len(different) > _SHOWN else "")
