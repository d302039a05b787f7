"""Codes as numbers of cases, and how far several coders give the same number."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from lcresearch.errors import Problem
from lcresearch.integration.cases.code_cells import told_of
from lcresearch.integration.cases.code_measures import MEASURES, CodeMeasure, measured
from lcresearch.integration.cases.code_reliability import alpha_of_segments, coder_values, reliability_table
from lcresearch.integration.cases.coded_text import (
    PERSON,
    CodedText,
    Codes,
    CodeSettings,
    coded_text,
    columns_of_codes,
)
from lcresearch.integration.cases.columns import check_choice
from lcresearch.integration.cases.quantitised import Quantitised
from lcresearch.interviews.coding_agreement.who_read import Read
from lcresearch.interviews.project import Project
from lcresearch.interviews.text.segments import Unit

FEW_DOUBLE = 10
_SHOWN = 8


def quantitise(
    project: Project,
    by: str = "community",
    codes: Codes | None = None,
    measure: CodeMeasure = "presence",
    *,
    coders: Collection[str] | None = None,
    without_roles: Collection[str] = (),
    segment: Unit = "turn",
    read: Read = "coded",
    persons: str | Mapping[str, str] = PERSON,
    below: bool = True,
    same_as: Mapping[str, str] | None = None,
    conf_level: float = 0.95,
) -> Quantitised:
    """Codes as numbers of cases, each with how reliable it is at that unit.

    Reliability of a code at the level of passages is another thing than at the level of communities: coders who differ
    on passages may agree on which community speaks of it. Both are shown. At the level of cases the coders are compared
    on interviews that both read, each as if alone.

    Parameters
    ----------
    project : Project
    by : str
        Attribute that names the case.
    codes : sequence or mapping, optional
        As in :func:`~lcresearch.integration.case_matrix`.
    measure : {"presence", "respondents", "share", "intensity", "weighted"}
        As :func:`~lcresearch.integration.cases.code_measures.measured` defines them.
    coders, without_roles, segment, read
        As in :func:`lcresearch.interviews.coder_agreement`.
    persons, below, same_as
        As in :func:`~lcresearch.integration.case_matrix`.
    conf_level : float
        Of the intervals.

    Returns
    -------
    Quantitised
        With the caution Q080 for codes that one coder gave: their reliability is not known.

    Raises
    ------
    IntegrationError
        Q073: another measure.
    InterviewError
        V100, V101, V107, V141, V150, V161.

    Examples
    --------
    >>> from lcresearch.interviews import Code, Codebook, Corpus, Document
    >>> texts = [Document(n, n, "We help each other.", attributes={"community": c}) for n, c in zip("pqr", "AAB")]
    >>> rows = [("1", "p", 0, 7, "help", "An"), ("2", "r", 0, 7, "help", "An")]
    >>> names = ["coding", "document", "start", "end", "code", "coder"]
    >>> invented = Project(
    ...     "invented",
    ...     Corpus(tuple(texts)),
    ...     Codebook((Code("help", "help"),)),
    ...     pd.DataFrame(rows, columns=names),
    ...     pd.DataFrame({"name": ["An"]}, index=["An"]),
    ... )
    >>> found = quantitise(invented, measure="share", read="all")
    >>> found.values["code_help"].to_dict(), bool(found.reliability.loc[0, "known"])
    ({'A': 0.5, 'B': 1.0}, False)
    """
    check_choice("measure", measure, MEASURES)
    settings = CodeSettings(
        by=by,
        codes=columns_of_codes(project, codes, below=below),
        coders=tuple(coders or ()),
        without_roles=tuple(without_roles),
        segment=segment,
        read=read,
        persons=persons,
    )
    text = coded_text(project, settings, same_as=same_as)
    columns = list(settings.codes)
    values = measured(text, measure, columns).rename_axis(index=by, columns=None)
    alone = coder_values(project, text, measure, columns)
    table = reliability_table(alone, measure, columns, conf_level)
    table.insert(1, "known", table["n_double"] > 1)
    segments = alpha_of_segments(project, text, settings, conf_level).reset_index(drop=True)
    for place, name in enumerate(segments, start=2):
        table.insert(place, str(name), segments[name].to_numpy(dtype=float))
    return Quantitised(
        by=by,
        measure=measure,
        values=values,
        readers=_readers(text, measure).reindex(values.index),
        reliability=table,
        by_coder=alone.assign(coder=alone["coder"].map(text.coders).fillna("agreed")) if len(alone) else alone,
        settings={"segment": segment, "without_roles": list(without_roles), "conf_level": conf_level},
        problems=(*text.problems, *told_of(text, [measure]), *_problems(table)),
    )


def _readers(text: CodedText, measure: str) -> pd.DataFrame:
    """Persons, interviews, words and readers of each case; ``weighted`` rests on what two coders read at least."""
    documents = text.documents
    counted = documents[documents["n_readers"] > 1] if measure == "weighted" else documents
    words = counted["n_words"].clip(lower=1).astype(float)
    once = words / counted["n_readers"].clip(lower=1)
    sums = pd.DataFrame({"words": words, "once": once}).groupby(counted["case"]).sum()
    sums = sums.reindex(documents["case"].unique())
    grouped = documents.groupby("case")
    return pd.DataFrame(
        {
            "n_persons": grouped["person"].nunique(),
            "n_documents": grouped.size(),
            "n_words": grouped["n_words"].sum(),
            "n_readers": sums["words"] / sums["once"],
        }
    )


def _problems(table: pd.DataFrame) -> list[Problem]:
    unknown = table.loc[~table["known"], "code"].tolist()
    found = [Problem("Q080", values={"codes": unknown[:_SHOWN]})] if unknown else []
    n = int(table["n_double"].max()) if len(table) else 0
    return [*found, *([Problem("Q081", values={"n": n})] if 1 < n < FEW_DOUBLE else [])]
