"""Codes by case: the table that goes beside numbers."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, get_args

import pandas as pd

from lcresearch.errors import InterviewError
from lcresearch.interviews.code_tables.passages import groups_of, names_of_columns, passages
from lcresearch.interviews.project import Project

Measure = Literal["passages", "documents", "presence", "share", "characters"]


def code_matrix(
    project: Project,
    by: str = "document",
    *,
    measure: Measure = "passages",
    coders: Collection[str] | None = None,
    with_parents: bool = False,
) -> pd.DataFrame:
    """How much of each code there is in each document, case or group of cases.

    Parameters
    ----------
    project : Project
    by : str
        ``document``, ``case``, or an attribute such as ``community`` or ``sector``.
    measure : {"passages", "documents", "presence", "share", "characters"}
        Passages (what several coders marked counts once), documents with the code, 0 or 1, share of the group's
        documents with the code, or characters coded.
    coders : collection of str, optional
        Whose codings count; all by default.
    with_parents : bool
        Whether a code above counts what lies below it.

    Returns
    -------
    DataFrame
        A row a group, ``n_documents`` and a column a code, named by its path. Codes that nobody used are 0, since
        silence is a finding; headings that cannot be coded are left out unless somebody did.

    Raises
    ------
    InterviewError
        V101: an attribute that nobody has; V102: another measure; V100: a coder who is not there.
    """
    if measure not in get_args(Measure):
        raise InterviewError("V102", found=str(measure), known=list(get_args(Measure)))
    groups = groups_of(project, by)
    found = passages(project, coders=coders, with_parents=with_parents)
    found = found.assign(group=found["document"].map(groups), characters=found["end"] - found["start"])
    found = found.dropna(subset="group")
    rows = groups.drop_duplicates().tolist()
    if measure == "passages":
        table = found.groupby(["group", "code"]).size()
    elif measure == "characters":
        table = found.groupby(["group", "code"])["characters"].sum()
    else:
        table = found.groupby(["group", "code"])["document"].nunique()
    wide = table.unstack(fill_value=0) if len(table) else pd.DataFrame()
    names, used = names_of_columns(project), set(found["code"])
    paths = {
        code.id: names[code.id] for code in project.codebook if code.codable or with_parents or code.id in used
    }  # fmt: skip
    wide = wide.reindex(index=rows, columns=list(paths), fill_value=0).rename(columns=paths)
    n_documents = groups.value_counts().reindex(rows)
    if measure == "presence":
        wide = (wide > 0).astype(int)
    elif measure == "share":
        wide = wide.div(n_documents, axis=0)
    wide.insert(0, "n_documents", n_documents)
    return wide.rename_axis(index=by, columns=None)
