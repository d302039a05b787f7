"""Codes that go together: in the same words, in the same turn, or in the same document."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy import sparse

from lcresearch.errors import InterviewError
from lcresearch.interviews.code_tables.passages import cases_of, names_of_columns, passages
from lcresearch.interviews.project import Project
from lcresearch.interviews.text.segments import segments
from lcresearch.interviews.text.touching import touching

Within = Literal["turn", "paragraph", "sentence", "document"]


def co_occurrence(
    project: Project, within: Within = "turn", *, coders: Collection[str] | None = None, by: str = "document"
) -> pd.DataFrame:
    """How often two codes stand in the same part of a text.

    Parameters
    ----------
    project : Project
    within : {"turn", "paragraph", "sentence", "document"}
        The part in which both must stand. A passage stands in each part that it touches.
    coders : collection of str, optional
        Whose codings count.
    by : str
        What ``n_cases`` counts: documents, or an attribute such as ``respondent``.

    Returns
    -------
    DataFrame
        One row a pair that occurs: ``code_1, code_2`` (paths), ``n_1, n_2`` (parts with each), ``n_both, n_parts``,
        ``n_cases`` (documents, or respondents, in which they go together somewhere), ``expected`` (if they had nothing
        to do with each other), ``jaccard`` (shared parts of all parts with either), ``lift`` (n_both / expected); the
        most frequent first.

    Raises
    ------
    InterviewError
        V082: a part that does not exist; V100: a coder who is not there; V101: ``by`` is no attribute.
    """
    if within not in get_args(Within):
        raise InterviewError("V082", found=str(within), known=list(get_args(Within)))
    parts = segments(project.corpus, within)
    found = passages(project, coders=coders)
    inside, codes = _incidence(parts, found)
    cases = cases_of(project, by)
    together = (inside.T @ inside).toarray()
    alone = np.diagonal(together)
    first, second = np.triu_indices(len(codes), k=1)
    both = together[first, second]
    kept = both > 0
    first, second, both = first[kept], second[kept], both[kept]
    expected = alone[first] * alone[second] / max(len(parts), 1)
    names = names_of_columns(project)
    paths = np.array([names[code] for code in codes], dtype=object)
    frame = pd.DataFrame(
        {
            "code_1": paths[first] if len(codes) else [],
            "code_2": paths[second] if len(codes) else [],
            "n_1": alone[first],
            "n_2": alone[second],
            "n_both": both,
            "n_parts": len(parts),
            "n_cases": _cases(inside, parts["document"].map(cases), first, second),
            "expected": expected,
            "jaccard": both / (alone[first] + alone[second] - both),
            "lift": both / expected,
        }
    )
    return frame.sort_values(["n_both", "lift"], ascending=False, kind="stable", ignore_index=True)


def _cases(inside: sparse.csr_array, cases: pd.Series[str], first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Cases in which both codes of each pair stand in one part."""
    n = np.zeros(len(first), dtype=np.int64)
    for rows in cases.groupby(cases.to_numpy()).indices.values():
        here = inside[rows]
        n += (here.T @ here).toarray()[first, second] > 0
    return n


def _incidence(parts: pd.DataFrame, found: pd.DataFrame) -> tuple[sparse.csr_array, list[str]]:
    """Parts x codes, 1 where a passage of the code touches the part; and the codes."""
    codes = sorted(found["code"].unique())
    number = {code: place for place, code in enumerate(codes)}
    passage, row = touching(parts, found)
    column = found["code"].map(number).to_numpy(dtype=np.int64)[passage]
    counts = sparse.coo_array((np.ones(len(row)), (row, column)), shape=(len(parts), len(codes))).tocsr()
    counts.data[:] = 1
    return counts, codes
