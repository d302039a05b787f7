"""Codings as passages: what several coders marked with one code in one place counts once."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from lcresearch.errors import InterviewError, nearest
from lcresearch.interviews.project import WHOLE_DOCUMENT, Project


def passages(project: Project, *, coders: Collection[str] | None = None, with_parents: bool = False) -> pd.DataFrame:
    """Passages of text by code: codings of one code that overlap are one passage, whoever made them.

    Parameters
    ----------
    project : Project
    coders : collection of str, optional
        Names or ids of the coders that count.
    with_parents : bool
        Whether a passage counts for all codes above its own too.

    Returns
    -------
    DataFrame
        ``document, code, start, end, n_codings, n_coders``, by document, code and place.

    Raises
    ------
    InterviewError
        V100: a coder that is not in the project.
    """
    found = project.codings
    if coders is not None:
        found = found[found["coder"].isin(coder_ids(project, coders))]
    lengths = {document.id: len(document.text) for document in project.corpus}
    whole = found["start"].to_numpy() == WHOLE_DOCUMENT
    start = np.where(whole, 0, found["start"])
    end = np.where(whole, found["document"].map(lengths).fillna(0), found["end"]).astype(np.int64)
    found = found.assign(start=start, end=end)
    if with_parents:
        found = _with_parents(project, found)
    found = found.sort_values(["document", "code", "start", "end"], kind="stable")
    reached = found.groupby(["document", "code"])["end"].cummax()
    before = reached.groupby([found["document"], found["code"]]).shift(fill_value=-1)
    passage = (found["start"] >= before).cumsum()
    grouped = found.groupby(passage.to_numpy(), sort=True)
    return grouped.agg(
        document=("document", "first"),
        code=("code", "first"),
        start=("start", "min"),
        end=("end", "max"),
        n_codings=("coding", "size"),
        n_coders=("coder", "nunique"),
    ).reset_index(drop=True)  # fmt: skip


def coder_ids(project: Project, coders: Collection[str]) -> list[str]:
    """Ids of coders given by id or by name.

    Raises
    ------
    InterviewError
        V100: one that is not there.
    """
    by_name = {str(name): str(coder) for coder, name in project.coders["name"].items()}
    known = set(map(str, project.coders.index))
    for coder in coders:
        if coder not in known and coder not in by_name:
            raise InterviewError("V100", found=coder, known=sorted(by_name), nearest=nearest(coder, by_name) or "–")
    return [coder if coder in known else by_name[coder] for coder in coders]


def _with_parents(project: Project, found: pd.DataFrame) -> pd.DataFrame:
    """Each coding once more for every code above its own."""
    pairs = [
        (code.id, above.id) for code in project.codebook for above in [code, *project.codebook.ancestors(code.id)]
    ]  # fmt: skip
    lifted = pd.DataFrame(pairs, columns=["code", "counts_for"], dtype="str")
    return found.merge(lifted, on="code").drop(columns="code").rename(columns={"counts_for": "code"})


def groups_of(project: Project, by: str) -> pd.Series[str]:
    """Document -> the group that it belongs to; documents without one are left out.

    Parameters
    ----------
    project : Project
    by : str
        ``document`` (its name), ``case`` (its name), or an attribute of documents or cases.

    Raises
    ------
    InterviewError
        V101: nobody has this attribute.
    """
    if by == "document":
        return pd.Series({document.id: document.name for document in project.corpus}, dtype="str")
    attributes = project.corpus.attributes
    if by in attributes.columns:
        return attributes[by].dropna().astype(str)
    cases = project.cases
    if by != "case" and by not in cases.columns:
        known = [*map(str, attributes.columns), *map(str, cases.columns)]
        raise InterviewError("V101", found=by, known=known, nearest=nearest(by, known) or "–")
    values = cases["name" if by == "case" else by].dropna().astype(str)
    links = project.case_documents[project.case_documents["case"].isin(values.index)].drop_duplicates("document")
    return pd.Series(values[links["case"]].to_numpy(), index=links["document"].to_numpy(), dtype="str")
