"""Whose words were coded: the share of the text of each role that carries codes."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from lcresearch.interviews.code_tables.passages import cases_of, names_of_columns, passages
from lcresearch.interviews.document import Document
from lcresearch.interviews.project import Project

ANY_CODE = "(any)"
"""Stands for all codes together: text that several codes mark counts once."""
_COLUMNS = ["role", "code", "n_documents", "n_characters", "n_coded", "share"]


def coverage(
    project: Project, *, coders: Collection[str] | None = None, with_parents: bool = False, by: str = "document"
) -> pd.DataFrame:
    """Which share of what each role says is coded, for each code and for all together.

    A code that covers much of what managers say and little of what employees say is seen here, and so are questions of
    the interviewer that were coded as if they were answers.

    Parameters
    ----------
    project : Project
    coders : collection of str, optional
        Whose codings count.
    with_parents : bool
        Whether a code above counts what lies below it.
    by : str
        Attribute by which ``n_documents`` counts, such as ``respondent`` where a person has several interviews.

    Returns
    -------
    DataFrame
        One row a role and code: ``role`` (of the speaker; a speaker without one has the attribute ``role`` of the
        document, else an empty role), ``code`` (its path, or ``(any)``), ``n_documents`` in which the role speaks,
        ``n_characters`` it speaks (code points, names of speakers not counted), ``n_coded`` of these, ``share``. Codes
        that do not touch a role are left out; ``(any)`` is always there.

    Raises
    ------
    InterviewError
        V100: a coder who is not there; V101: ``by`` is no attribute.
    """
    found = passages(project, coders=coders, with_parents=with_parents)
    coded = {str(name): rows for name, rows in found.groupby("document", sort=False)}
    spoken: dict[str, int] = {}
    cases: dict[str, set[str]] = {}
    cases_by = cases_of(project, by)
    marked: dict[tuple[str, str], int] = {}
    for document in project.corpus:
        case = cases_by[document.id]
        for role, inside in _spoken(document).items():
            spoken[role] = spoken.get(role, 0) + int(inside.sum())
            cases.setdefault(role, set()).add(case)
            for code, n in _coded(coded.get(document.id), inside).items():
                marked[role, code] = marked.get((role, code), 0) + n
    order = [ANY_CODE, *(code.id for code in project.codebook)]
    names = {ANY_CODE: ANY_CODE} | names_of_columns(project)
    rows = [
        (role, names[code], len(cases[role]), n, marked.get((role, code), 0), marked.get((role, code), 0) / n)
        for role, n in spoken.items()
        for code in order
        if n and (code == ANY_CODE or (role, code) in marked)
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _spoken(document: Document) -> Mapping[str, np.ndarray]:
    """Role -> which characters it speaks. A text without speakers is all of one."""
    own = str(document.attributes.get("role") or "")
    found: dict[str, np.ndarray] = {}
    turns = [(turn.start, turn.end, document.roles.get(turn.speaker) or own) for turn in document.turns]
    for start, end, role in turns or [(0, len(document.text), own)]:
        found.setdefault(role, np.zeros(len(document.text), dtype=bool))[start:end] = True
    return found


def _coded(rows: pd.DataFrame | None, inside: np.ndarray) -> dict[str, int]:
    """Code -> characters of it among these; and of all codes together."""
    if rows is None:
        return {}
    total = np.zeros(len(inside), dtype=bool)
    found: dict[str, int] = {}
    for start, end, code in zip(rows["start"], rows["end"], rows["code"], strict=True):
        total[start:end] = True
        n = int(inside[start:end].sum())  # passages of one code do not overlap
        if n:
            found[str(code)] = found.get(str(code), 0) + n
    return found | {ANY_CODE: int((total & inside).sum())}
