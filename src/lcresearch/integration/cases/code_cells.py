"""Cells of codes, with the passages and coders that each rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import Problem
from lcresearch.integration.cases.code_measures import OF_ANY_CODER, measured
from lcresearch.integration.cases.coded_text import CodedText, CodeSettings, coded_text
from lcresearch.integration.cases.columns import fingerprint
from lcresearch.interviews.code_tables.quotes import pointer_to
from lcresearch.interviews.project import Project


@dataclass(frozen=True)
class CodeCells:
    """Values with what they rest on.

    Attributes
    ----------
    values : DataFrame
        ``case, column, value, n_persons, n_coders, coders, pointers, fingerprint``.
    columns : dict of str to (str, str)
        Column of the matrix -> column of the code and measure.
    gaps : DataFrame
        ``case, column, reason``: ``not_coded`` or ``one_coder``.
    cases : set of str
    informants : DataFrame
        ``respondent, case`` and a 0/1 column a code.
    """

    values: pd.DataFrame
    columns: dict[str, tuple[str, str]]
    gaps: pd.DataFrame
    cases: set[str]
    informants: pd.DataFrame
    problems: tuple[Problem, ...] = ()


def names_of_measures(codes: Sequence[str], measures: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Column of the matrix -> code and measure; the measure stands in the name where there are several.

    Examples
    --------
    >>> list(names_of_measures(["code_time"], ["presence", "share"]))
    ['code_time_presence', 'code_time_share']
    """
    several = len(measures) > 1
    return {f"{code}_{one}" if several else code: (code, one) for code in codes for one in measures}


def code_cells(
    project: Project, settings: CodeSettings, measures: Sequence[str], *, same_as: Mapping[str, str] | None = None
) -> CodeCells:
    """Codes by case, and why some cells stay empty.

    Raises
    ------
    InterviewError
        As :func:`~lcresearch.integration.cases.coded_text.coded_text`.
    """
    text = coded_text(project, settings, same_as=same_as)
    codes = list(settings.codes)
    names = names_of_measures(codes, measures)
    tables = {one: measured(text, one, codes) for one in measures}
    behind = _behind(project, text, codes)
    rows = [
        pd.Series(table.rename_axis(index="case", columns="code").stack(), name="value")
        .reset_index()
        .assign(measure=measure)
        for measure, table in tables.items()
    ]
    long = pd.concat(rows, ignore_index=True)
    column_of = {place: column for column, place in names.items()}
    long["column"] = [column_of[place] for place in zip(long["code"], long["measure"], strict=True)]
    known = long.dropna(subset="value").merge(behind, on=["case", "code"], how="left")
    prints = [fingerprint(*row) for row in known[["column", "value", "print"]].itertuples(index=False, name=None)]
    values = known.assign(fingerprint=prints).drop(columns=["code", "measure", "print"])
    return CodeCells(
        values,
        names,
        pd.DataFrame(_gaps(text, tables, names), columns=["case", "column", "reason"]),
        set(text.cases),
        _informants(text, codes),
        (*text.problems, *told_of(text, measures)),
    )


def _behind(project: Project, text: CodedText, codes: Sequence[str]) -> pd.DataFrame:
    """Of each case and code: persons interviewed, coders who read, pointers to the passages, and a print of these."""
    documents = text.documents
    n_persons = documents.groupby("case")["person"].nunique()
    readers = text.reading.groupby(documents["case"].reindex(text.reading.index)).any()
    names = {str(case): sorted(text.coders[str(one)] for one in readers.columns[row]) for case, row in _rows(readers)}
    found = text.passages
    places = zip(found["document"], found["start"], found["end"], strict=True)
    pointers = [pointer_to(project.corpus[str(one)], int(start), int(end)) for one, start, end in places]
    marked = found.assign(case=found["document"].map(documents["case"]), pointer=pointers)
    by_cell = {
        (str(case), str(code)): (tuple(rows["pointer"]), rows["n_coders"].tolist())
        for (case, code), rows in marked.groupby(["case", "code"], sort=False)
    }
    read = {str(case): sorted(one["n_readers"].to_dict().items()) for case, one in documents.groupby("case")}
    rows_of_cells = []
    for case in names:
        for code in codes:
            pointed, marks = by_cell.get((case, code), ((), []))
            print_of = fingerprint(code, read[case], pointed, marks)
            head = (case, code, int(n_persons[case]), len(names[case]), ", ".join(names[case]))
            rows_of_cells.append((*head, pointed, print_of))
    columns = ["case", "code", "n_persons", "n_coders", "coders", "pointers", "print"]
    return pd.DataFrame(rows_of_cells, columns=columns)


def _rows(readers: pd.DataFrame) -> list[tuple[str, npt.NDArray[np.bool_]]]:
    return [(str(case), row.to_numpy(dtype=bool)) for case, row in readers.iterrows()]


def _gaps(
    text: CodedText, tables: Mapping[str, pd.DataFrame], names: Mapping[str, tuple[str, str]]
) -> list[tuple[str, str, str]]:
    read = set(text.documents["case"])
    gaps = [(case, column, "not_coded") for case in text.cases if case not in read for column in names]
    for column, (code, measure) in names.items():
        empty = tables[measure][code]
        why = "one_coder" if measure == "weighted" else "no_words"
        gaps += [(str(case), column, why) for case in empty.index[empty.isna()]]
    return gaps


def _informants(text: CodedText, codes: Sequence[str]) -> pd.DataFrame:
    """A row a person and case, with 0 or 1 for each code."""
    documents = text.documents.reset_index()
    marks = pd.crosstab(text.passages["document"], text.passages["code"]) > 0
    wide = marks.reindex(index=documents["document"], columns=list(codes), fill_value=False).astype(int)
    wide.index = pd.MultiIndex.from_frame(documents[["person", "case"]])
    table = wide.groupby(level=[0, 1], sort=False).max().reset_index()
    return table.rename(columns={"person": "respondent"}).rename_axis(columns=None)


def told_of(text: CodedText, measures: Sequence[str]) -> list[Problem]:
    """Interviews that nobody read, and measures that grow with the number of coders."""
    found = [Problem("Q069", values={"n": text.unread})] if text.unread else []
    uneven = text.documents["n_readers"].nunique() > 1
    affected = [one for one in measures if one in OF_ANY_CODER]
    if uneven and affected:
        found.append(Problem("Q076", values={"measures": affected}))
    return found
