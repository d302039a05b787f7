"""Codings of what is answered, without those of what an interviewer asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from lcresearch.interviews.project import WHOLE_DOCUMENT, Project


def answers_only(project: Project, roles: Iterable[str]) -> tuple[Project, int]:
    """The project without codings of words that only such roles said, and how many these are."""
    out = set(roles)
    places = {
        each.id: [(turn.start, turn.end) for turn in each.turns if each.roles.get(turn.speaker, "") in out]
        for each in project.corpus
    }
    rows = zip(project.codings["document"], project.codings["start"], project.codings["end"], strict=True)
    asked = [
        start != WHOLE_DOCUMENT and any(first <= start and end <= last for first, last in places.get(document, ()))
        for document, start, end in rows
    ]
    kept = project.codings[~np.array(asked, dtype=bool)].reset_index(drop=True)
    return replace(project, codings=kept), sum(asked)
