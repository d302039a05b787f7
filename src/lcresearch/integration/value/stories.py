"""Value that people tell of in interviews: codes that are linked to a value cycle, as items of value.yaml."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lcresearch.integration.value.model import CYCLES, Cycle, CycleItem
from lcresearch.interviews import passages
from lcresearch.interviews.codebook.model import Code
from lcresearch.interviews.project import Project

LINK = "value_cycle"


def stories_of(project: Project, persons: Mapping[str, str] | None = None) -> dict[str, CycleItem]:
    """An item for each code with a ``value_cycle`` link that stands in an interview.

    Parameters
    ----------
    project : Project
        Coded interviews of this community.
    persons : mapping of str to str, optional
        Document -> who was interviewed; each document is another person unless given.

    Returns
    -------
    dict of str to CycleItem
        By short name of the code. ``persons`` counts who told it: below ``minimum_cell`` it stays with the researcher.
    """
    found = passages(project)
    told: dict[str, CycleItem] = {}
    for code in project.codebook:
        cycle = cycle_of(code)
        documents = found.loc[found["code"] == code.id, "document"].astype(str)
        if cycle is None or documents.empty:
            continue
        who = {(persons or {}).get(document, document) for document in documents}
        name = re.sub(r"\W", "_", code.key or code.name)
        titles = {project.codebook.language: code.name} | {
            language: texts["name"] for language, texts in code.translations.items() if "name" in texts
        }
        told[f"told_{name}"[:60]] = CycleItem(
            cycle=cycle, kind="story", title=titles, code=code.key or code.name, persons=len(who)
        )
    return told


def cycle_of(code: Code) -> Cycle | None:
    """The cycle that a code is linked to: ``applied_value`` is ``applied``; None for another link or none."""
    link = code.links.get(LINK, "").removesuffix("_value")
    return next((cycle for cycle in CYCLES if cycle == link), None)
