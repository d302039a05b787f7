"""How much of a code a case has: five measures, each with one definition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, get_args

import pandas as pd

from lcresearch.integration.cases.coded_text import CodedText
from lcresearch.interviews.code_tables.passages import passages
from lcresearch.interviews.project import Project

CodeMeasure = Literal["presence", "respondents", "share", "intensity", "weighted"]
MEASURES: tuple[str, ...] = get_args(CodeMeasure)
OF_ANY_CODER = ("presence", "respondents", "intensity")
"""Measures in which a passage counts when any coder marked it."""


def measured(text: CodedText, measure: str, columns: Sequence[str]) -> pd.DataFrame:
    """Cases by codes; 0 where the code was not given (silence is a finding), NaN where nothing can be said.

    Parameters
    ----------
    text : CodedText
    measure : str
        ``presence``: 1 where any coder gave the code anywhere in the interviews of the case. ``respondents``: persons
        in whose interviews any coder gave it. ``share``: share of the segments of the case that a coder gives it, a
        mean over the coders who read the interview. ``intensity``: passages per 1,000 words; what several coders marked
        counts once. ``weighted``: passages per 1,000 words, each counted by the share of the coders who read the
        interview that marked it; over interviews that at least two coders read, NaN for a case without these.
    columns : sequence of str
        Codes, in order.

    Returns
    -------
    DataFrame, shape (n_cases, n_codes)
    """
    documents = text.documents
    if measure == "weighted":
        documents = documents[documents["n_readers"] > 1]
    cases = list(dict.fromkeys(text.documents["case"]))
    counted: pd.Series[Any]
    if measure == "share":
        counted = _mean_over_coders(text)
        size = documents.groupby("case")["n_segments"].sum().astype("float64")
    elif measure in ("presence", "respondents"):
        pairs = text.passages[["document", "code"]].assign(person=text.passages["document"].map(documents["person"]))
        pairs = pairs.assign(case=pairs["document"].map(documents["case"]))
        counted = pairs.groupby(["case", "code"])["person"].nunique()
        size = pd.Series(1.0, index=documents["case"].unique())
    else:
        counted = _passages(text, documents, weighted=measure == "weighted")
        size = documents.groupby("case")["n_words"].sum() / 1000
    wide = counted.unstack() if len(counted) else pd.DataFrame()
    wide = wide.reindex(index=cases, columns=list(columns)).fillna(0.0).astype(float)
    if measure == "presence":
        return (wide > 0).astype(float)
    size = size.reindex(cases).astype(float)
    return wide.div(size.where(size > 0), axis=0)


def _mean_over_coders(text: CodedText) -> pd.Series[float]:
    """Segments with a code: in each interview the mean over its coders."""
    n = text.touched.groupby(["document", "code"]).size().rename("n").reset_index()
    n["n"] = n["n"] / n["document"].map(text.documents["n_readers"]).astype(float)
    return n.assign(case=n["document"].map(text.documents["case"])).groupby(["case", "code"])["n"].sum()


def _passages(text: CodedText, documents: pd.DataFrame, *, weighted: bool) -> pd.Series[float]:
    found = text.passages[text.passages["document"].isin(documents.index)]
    weight = pd.Series(1.0, index=found.index)
    if weighted:
        weight = (found["n_coders"] / found["document"].map(documents["n_readers"]).astype(float)).clip(upper=1.0)
    return weight.groupby([found["document"].map(documents["case"]).rename("case"), found["code"]]).sum()


def by_coder(
    project: Project, text: CodedText, measure: str, columns: Sequence[str], documents: pd.DataFrame
) -> pd.DataFrame:
    """What each coder alone gives: ``case, code, coder, value``, over interviews that all these coders read.

    Parameters
    ----------
    documents : DataFrame
        ``document, case, coder``: which interviews of a case count for which coder.
    """
    pairs = documents.merge(text.documents[["person", "n_words", "n_segments"]], left_on="document", right_index=True)
    cells = pairs[["case", "coder"]].drop_duplicates().merge(pd.DataFrame({"code": list(columns)}), how="cross")
    if measure in ("presence", "respondents"):
        found = text.codings[["document", "code", "coder"]].drop_duplicates().merge(pairs, on=["document", "coder"])
        value = found.groupby(["case", "coder", "code"])["person"].nunique()
    elif measure == "share":
        found = text.touched.merge(pairs, on=["document", "coder"])
        value = found.groupby(["case", "coder", "code"]).size()
    else:
        own = _own_passages(project, text).merge(pairs, on=["document", "coder"])
        value = own.groupby(["case", "coder", "code"]).size()
    cells = cells.merge(value.rename("value").reset_index(), on=["case", "coder", "code"], how="left")
    cells = cells.fillna({"value": 0.0}).astype({"value": float})
    if measure == "presence":
        return cells.assign(value=(cells["value"] > 0).astype(float))
    if measure == "respondents":
        return cells
    size = pairs.groupby(["case", "coder"])["n_segments" if measure == "share" else "n_words"].sum()
    if measure != "share":
        size = size / 1000
    n = cells.merge(size.rename("size").reset_index(), on=["case", "coder"], how="left")["size"].to_numpy(dtype=float)
    return cells.assign(value=cells["value"] / n)


def _own_passages(project: Project, text: CodedText) -> pd.DataFrame:
    """Passages of each coder alone: ``document, code, coder``."""
    from dataclasses import replace

    if not len(text.codings):
        return pd.DataFrame({name: pd.Series(dtype="str") for name in ("document", "code", "coder")})
    keys = pd.MultiIndex.from_frame(text.codings[["code", "coder"]])
    number, names = pd.factorize(keys)
    alone = replace(project, codings=text.codings.assign(code=number))
    found = passages(alone, coders=list(text.coders))
    chosen = found["code"].to_numpy(dtype=int)
    return pd.DataFrame(
        {
            "document": found["document"],
            "code": names.get_level_values(0)[chosen],
            "coder": names.get_level_values(1)[chosen],
        }
    )
