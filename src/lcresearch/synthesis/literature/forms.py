"""Screening forms: one for each screener, who does not see what the other decides; and one for conflicts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from lcresearch.errors import Place, Problem, SynthesisError
from lcresearch.synthesis.literature.records import Records
from lcresearch.synthesis.literature.tables import (
    column_title,
    named_columns,
    names_of_columns,
    plain_name,
    read_table,
    word_of,
    words_of,
    write_table,
)

STAGES = ("title_abstract", "full_text")
DECISIONS = {
    "title_abstract": ("include", "unsure", "exclude"),
    "full_text": ("include", "unsure", "exclude", "not_retrieved"),
}
_ALL_DECISIONS = DECISIONS["full_text"]
_READ = ("record", "title", "authors", "year", "source", "abstract", "doi", "url")
_COLUMNS = ("stage", "screener", *_READ, "decision", "reason", "note")
_RESOLVED = ("stage", "record", "decision", "reason", "by", "note")
DECISION_COLUMNS = ["stage", "screener", "record", "decision", "reason", "note", "file", "row"]
RESOLUTION_COLUMNS = ["stage", "record", "decision", "reason", "by", "note", "file", "row"]


def screening_form(
    records: Records,
    path: str | Path,
    *,
    screener: str,
    stage: str = "title_abstract",
    reasons: Sequence[str] = (),
    seed: int | None = None,
    language: str | None = None,
    force: bool = False,
) -> Path:
    """Write the form in which one screener judges each record.

    Parameters
    ----------
    records : Records
        Without duplicates; for full texts those that went on.
    path : str or Path
        ``.xlsx`` (with lists to choose from) or ``.csv``.
    screener : str
        Name or initials, in every row, so that forms cannot be mixed up.
    stage : {"title_abstract", "full_text"}
    reasons : sequence of str
        Reasons for exclusion to choose from, at full text.
    seed : int, optional
        Puts the records in an order of the screener's own; without it they stand as given.
    language : {"nl", "en"}, optional
        Of the form; by default that of the terminal. Forms are read back in either.
    force : bool
        Replace a file that exists.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    SynthesisError
        Y099: another stage; G002: the file exists, it may be filled in; G004, V035.
    """
    _check_stage(stage)
    frame = records.frame.loc[:, list(_READ)]
    if seed is not None:
        rng = np.random.default_rng([seed, *screener.encode("utf-8")])
        frame = frame.iloc[rng.permutation(len(frame))]
    filled = {
        "stage": word_of("stage", stage, language),
        "screener": screener,
        "decision": "",
        "reason": "",
        "note": "",
    }
    form = frame.assign(**filled)[list(_COLUMNS)]
    form = form.drop(columns="reason") if stage == STAGES[0] else form
    titles = {name: column_title(name, language) for name in form.columns}
    choices = {titles["decision"]: [word_of("decision", code, language) for code in DECISIONS[stage]]}
    if stage == STAGES[1]:
        choices[titles["reason"]] = list(reasons)
    return write_table(form.rename(columns=titles), Path(path), sheet=stage, force=force, choices=choices)


def read_decisions(path: str | Path | Sequence[str | Path]) -> pd.DataFrame:
    """Read forms that screeners filled in.

    Parameters
    ----------
    path : str, Path or several
        The forms.

    Returns
    -------
    DataFrame
        A decision a row: ``stage, screener, record, decision, reason, note, file, row``; rows of a form without a
        decision have an empty one. Decisions are ``include, unsure, exclude`` and at full text ``not_retrieved``.

    Raises
    ------
    SynthesisError
        Y098: a column is missing; Y099: another word for a decision or stage; Y101: a record twice in a form; and
        files that cannot be read. All problems of all forms together.
    """
    paths = [Path(path)] if isinstance(path, str | Path) else [Path(each) for each in path]
    problems: list[Problem] = []
    parts = []
    for file in paths:
        try:
            parts.append(_decisions_of(file, problems))
        except SynthesisError as error:
            problems += error.problems
    if problems:
        raise SynthesisError(problems)
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=DECISION_COLUMNS)


def _decisions_of(path: Path, problems: list[Problem]) -> pd.DataFrame:
    frame = read_table(path)
    names = names_of_columns(("stage", "screener", "record", "decision", "reason", "note"))
    named = named_columns(frame, names, ["stage", "screener", "record", "decision"], path.name)
    found = _coded(named, path.name, problems)
    again = found.duplicated(["stage", "screener", "record"]) & (found["record"] != "")
    for row in found[again].to_dict("records"):
        problems.append(Problem("Y101", Place(file=path.name, row=int(row["row"])), {"record": row["record"]}))
    nobody = found[(found["screener"] == "") | (found["record"] == "")]
    for row in nobody.to_dict("records"):
        column = "screener" if row["screener"] == "" else "record"
        problems.append(Problem("Y107", Place(file=path.name, row=int(row["row"]), column=column), {"what": column}))
    return found[DECISION_COLUMNS]


def _coded(named: pd.DataFrame, file: str, problems: list[Problem]) -> pd.DataFrame:
    """The rows with codes for what was written, and a problem for each word that is not known."""
    found = pd.DataFrame(
        {name: named.get(name, "") for name in [*DECISION_COLUMNS, "by"] if name not in ("file", "row")}
    )
    found = found.reset_index(drop=True).assign(file=file, row=named.index.to_numpy())
    for column, group, codes in (("stage", "stage", STAGES), ("decision", "decision", _ALL_DECISIONS)):
        words = words_of(group, codes)
        plain = found[column].map(plain_name)
        coded = plain.map(words).fillna("")
        wrong = (coded == "") & ((plain != "") | (column == "stage"))
        for row in found[wrong].to_dict("records"):
            known = [f"{word_of(group, code, 'nl')} / {word_of(group, code, 'en')}" for code in codes]
            where = Place(file=file, row=int(row["row"]), column=column)
            problems.append(Problem("Y099", where, {"column": column, "value": row[column] or "–", "known": known}))
        found[column] = coded
    return found


def write_conflicts(
    conflicts: pd.DataFrame, path: str | Path, *, language: str | None = None, force: bool = False
) -> Path:
    """Write the form on which conflicts are settled: what each screener decided, and who settles it.

    Parameters
    ----------
    conflicts : DataFrame
        Of :meth:`ScreeningLog.conflicts`.
    path : str or Path
        ``.xlsx`` or ``.csv``.
    language : {"nl", "en"}, optional
        By default that of the terminal.
    force : bool
        Replace a form that is there.

    Returns
    -------
    Path
        The file.
    """
    form = conflicts.assign(decision="", reason="", by="", note="")
    form["stage"] = [word_of("stage", stage, language) for stage in form["stage"]]
    for number in (1, 2):
        codes = form[f"decision_{number}"]
        form[f"decision_{number}"] = [word_of("decision", code, language) if code else "" for code in codes]
    form["conflict"] = [word_of("conflict", code, language) for code in form["conflict"]]
    titles = {name: column_title(name, language) for name in form.columns}
    choices = {
        titles["decision"]: [word_of("decision", code, language) for code in ("include", "exclude", "not_retrieved")]
    }
    return write_table(form.rename(columns=titles), Path(path), sheet="conflicts", force=force, choices=choices)


def read_resolutions(path: str | Path) -> pd.DataFrame:
    """How conflicts were settled: ``stage, record, decision, reason, by, note, file, row``; open ones are left out.

    Parameters
    ----------
    path : str or Path
        The form that :func:`write_conflicts` wrote.

    Returns
    -------
    DataFrame

    Raises
    ------
    SynthesisError
        Y098: a column is missing; Y099: another word; Y107: nobody settled it; Y101: a record twice.
    """
    path = Path(path)
    problems: list[Problem] = []
    named = named_columns(
        read_table(path), names_of_columns(_RESOLVED), ["stage", "record", "decision", "by"], path.name
    )
    found = _coded(named, path.name, problems)
    found = found[found["decision"] != ""]
    for row in found.to_dict("records"):
        where = Place(file=path.name, row=int(row["row"]))
        if row["decision"] == "unsure":
            values = {"column": "decision", "value": "unsure", "known": ["include", "exclude", "not_retrieved"]}
            problems.append(Problem("Y099", where, values))
        if row["by"] == "":
            problems.append(Problem("Y107", where, {"what": "by"}))
    for row in found[found.duplicated(["stage", "record"])].to_dict("records"):
        problems.append(Problem("Y101", Place(file=path.name, row=int(row["row"])), {"record": row["record"]}))
    if problems:
        raise SynthesisError(problems)
    return found[RESOLUTION_COLUMNS].reset_index(drop=True)


def _check_stage(stage: str) -> None:
    if stage not in STAGES:
        raise SynthesisError("Y099", column="stage", value=stage, known=list(STAGES))
