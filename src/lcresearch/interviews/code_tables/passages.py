"""Codings as passages: what several coders marked with one code in one place counts once."""

from __future__ import annotations

import warnings
from collections.abc import Collection
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import InterviewError, LcresearchWarning, Problem, nearest
from lcresearch.interviews.project import WHOLE_DOCUMENT, Project
from lcresearch.interviews.suggestion_coder import without_suggestions


def passages(project: Project, *, coders: Collection[str] | None = None, with_parents: bool = False) -> pd.DataFrame:
    """Passages of text by code: codings of one code that overlap are one passage, whoever made them.

    Parameters
    ----------
    project : Project
    coders : collection of str, optional
        Names or ids of the coders that count; all people by default. Suggestions of a machine count only when they are
        named here (V266).
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

    See also
    --------
    quotes : The words of passages.
    code_matrix : Counts of passages by document or group.
    """
    project, problems = without_suggestions(project, coders)
    for problem in problems:
        warnings.warn(LcresearchWarning(str(problem)), stacklevel=3)
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
    return _one_row_each(found, overlapping(found, ["document", "code"]).to_numpy())


def _one_row_each(found: pd.DataFrame, passage: npt.NDArray[np.integer[Any]]) -> pd.DataFrame:
    """A row for each passage, of codings that stand in the order of their passages and places."""
    first = np.flatnonzero(np.diff(passage, prepend=0))
    coder = pd.factorize(found["coder"])[0].astype(np.int64)
    pairs = np.unique(np.column_stack([passage, coder])[coder >= 0], axis=0)
    end = found["end"].to_numpy(dtype=np.int64)
    return found.iloc[first][["document", "code", "start"]].assign(
        end=np.maximum.reduceat(end, first) if len(end) else end,
        n_codings=np.diff(first, append=len(found)),
        n_coders=np.searchsorted(pairs[:, 0], passage[first], "right") - np.searchsorted(pairs[:, 0], passage[first]),
    ).reset_index(drop=True)  # fmt: skip


def overlapping(found: pd.DataFrame, within: list[str]) -> pd.Series[int]:
    """A number for each row: places of one group that overlap have the same.

    Parameters
    ----------
    found : DataFrame
        ``start, end`` and the columns of the groups, in order of group and place.
    within : list of str
        Columns that tell groups apart.

    Examples
    --------
    >>> places = pd.DataFrame({"code": ["a", "a", "a", "b"], "start": [0, 5, 20, 3], "end": [9, 12, 25, 8]})
    >>> overlapping(places, ["code"]).tolist()
    [1, 1, 2, 3]
    """
    reached = found.groupby(within)["end"].cummax()
    before = reached.groupby([found[name] for name in within]).shift(fill_value=-1)
    return (found["start"] >= before).astype("int64").cumsum()


def coder_ids(project: Project, coders: Collection[str]) -> list[str]:
    """Ids of coders given by id or by name; all of them where several have one name.

    Raises
    ------
    InterviewError
        V100: one that is not there.
    """
    wanted = [coders] if isinstance(coders, str) else list(coders)
    by_name: dict[str, list[str]] = {}
    for coder, name in project.coders["name"].items():
        by_name.setdefault(str(name), []).append(str(coder))
    known = set(map(str, project.coders.index))
    for coder in wanted:
        if coder not in known and coder not in by_name:
            raise InterviewError("V100", found=coder, known=sorted(by_name), nearest=nearest(coder, by_name) or "–")
    return [each for coder in wanted for each in ([coder] if coder in known else by_name[coder])]


def _with_parents(project: Project, found: pd.DataFrame) -> pd.DataFrame:
    """Each coding once more for every code above its own."""
    pairs = [
        (code.id, above.id) for code in project.codebook for above in [code, *project.codebook.ancestors(code.id)]
    ]  # fmt: skip
    lifted = pd.DataFrame(pairs, columns=["code", "counts_for"], dtype="str")
    return found.merge(lifted, on="code").drop(columns="code").rename(columns={"counts_for": "code"})


def groups_of(project: Project, by: str) -> pd.Series[str]:
    """As :func:`grouped`, with a warning for each problem."""
    groups, problems = grouped(project, by)
    for problem in problems:
        warnings.warn(LcresearchWarning(str(problem)), stacklevel=3)
    return groups


def grouped(project: Project, by: str) -> tuple[pd.Series[str], list[Problem]]:
    """Document -> the group that it belongs to, and what to know of it.

    Documents without a group are left out (V109), and one whose cases stand in several counts for the first (V233).

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
        return pd.Series({document.id: document.name for document in project.corpus}, dtype="str"), []
    attributes, cases = project.corpus.attributes, project.cases
    problems: list[Problem] = []
    if by in attributes.columns:
        groups = attributes[by].dropna().astype(str)
    elif by == "case" or by in cases.columns:
        values = cases["name" if by == "case" else by].dropna().astype(str)
        links = project.case_documents[project.case_documents["case"].isin(values.index)]
        groups = pd.Series(values[links["case"]].to_numpy(), index=links["document"].to_numpy(), dtype="str")
        if n := int((groups.groupby(level=0).nunique() > 1).sum()):
            problems.append(Problem("V233", values={"by": by, "n": n}))
        groups = groups[~groups.index.duplicated()]
    else:
        known = [*map(str, attributes.columns), *map(str, cases.columns)]
        raise InterviewError("V101", found=by, known=known, nearest=nearest(by, known) or "–")
    if left_out := len(project.corpus) - len(groups):
        problems.append(Problem("V109", values={"by": by, "n": left_out, "n_all": len(project.corpus)}))
    return groups, problems


def cases_of(project: Project, by: str) -> dict[str, str]:
    """Document -> what counts once, such as a respondent; a document without this attribute counts as itself.

    Raises
    ------
    InterviewError
        V101: no document has this attribute.
    """
    known = [str(name) for name in project.corpus.attributes.columns]
    if by != "document" and by not in known:
        raise InterviewError("V101", found=by, known=["document", *known], nearest=nearest(by, known) or "–")
    return {document.id: str(document.attributes.get(by, document.id)) for document in project.corpus}


def names_of_columns(project: Project) -> dict[str, str]:
    """Code -> its path, with a number behind it where several codes have the same."""
    paths: dict[str, str] = {}
    times: dict[str, int] = {}
    for code in project.codebook:
        path = project.codebook.path(code.id)
        times[path] = times.get(path, 0) + 1
        paths[code.id] = path if times[path] == 1 else f"{path} ({times[path]})"
    return paths
