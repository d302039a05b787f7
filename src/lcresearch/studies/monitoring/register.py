"""The register: a row a group, those that stopped included. It holds no persons and nothing is ever taken out of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from lcresearch.errors import Place, Problem, StudyError, nearest
from lcresearch.responses.formats import open_file
from lcresearch.responses.identity import group_texts
from lcresearch.responses.persons.recognition import names_persons, recognise
from lcresearch.responses.persons.within_names import holds_personal
from lcresearch.responses.tables import Column, shown
from lcresearch.responses.wording import name_key, plain

GROUP, STARTED, STOPPED, REASON, ROW = "group", "started", "stopped", "reason", "row"
COLUMNS = (GROUP, STARTED, STOPPED, REASON)
_NAMES = {
    GROUP: ("group", "groep", "community", "consortium", "organisation", "organisatie", "team", "bedrijf"),
    STARTED: ("started", "gestart", "start", "begonnen"),
    STOPPED: ("stopped", "gestopt", "stop"),
    REASON: ("reason", "reden"),
}


def empty_register() -> pd.DataFrame:
    """A register without rows."""
    return pd.DataFrame({name: pd.Series(dtype="str") for name in COLUMNS} | {ROW: pd.Series(dtype="int64")})


def read_register(path: Path, waves: Sequence[str], *, column: str | None = None) -> pd.DataFrame:
    """Read the register.

    Parameters
    ----------
    path : Path
        Columns ``group`` (or the name of the level, or that of its column in the answers), and if they are there
        ``started`` and ``stopped`` (the wave from which, and the last wave in which, it took part; empty for the first
        wave and for a group that goes on) and ``reason``.
    waves : sequence of str
        Those of the study, in order.
    column : str, optional
        Column of the answers that names the groups: the register may use the same.

    Returns
    -------
    DataFrame
        ``group, started, stopped, reason, row``; texts, missing where the file is empty.

    Raises
    ------
    StudyError
        S190 no column that names the groups, S191 a row without a name or a name that comes back, S192 a wave that the
        study does not have, S193 a group that stopped before it started, S194 personal data; all of them together.
    """
    opened = open_file(path)
    headers = {name_key(one.header): one for one in opened.columns}
    known = {name: (*((column,) if name == GROUP and column else ()), *names) for name, names in _NAMES.items()}
    found = {
        name: headers[key]
        for name, names in known.items()
        for key in [next((name_key(each) for each in names if name_key(each) in headers), None)]
        if key is not None
    }
    if GROUP not in found:
        listed = [shown(one.header, 40) for one in opened.columns if one.header]
        raise StudyError("S190", where=Place(file=opened.file), known=listed)
    table = opened.load(frozenset(one.number for one in found.values()))
    texts = {name: group_texts(table.columns[one.number], one) for name, one in found.items()}
    rows = pd.DataFrame(texts, index=pd.RangeIndex(len(table.row_numbers))).astype("str").reindex(columns=list(COLUMNS))
    rows = rows.assign(**{ROW: table.row_numbers})
    problems = [*_wrong_names(rows, opened.file), *_wrong_waves(rows, list(waves), opened.file)]
    problems += _personal(rows, found, opened.file)
    if problems:
        raise StudyError(problems)
    return rows


def _wrong_names(rows: pd.DataFrame, file: str) -> list[Problem]:
    wrong = rows[rows[GROUP].isna() | rows.duplicated(GROUP)]
    return [
        Problem("S191", Place(file=file, row=int(row)), {"group": "–" if pd.isna(name) else shown(str(name), 60)})
        for row, name in zip(wrong[ROW], wrong[GROUP], strict=True)
    ]


def _wrong_waves(rows: pd.DataFrame, waves: list[str], file: str) -> list[Problem]:
    problems = []
    for name in (STARTED, STOPPED):
        wrong = rows[rows[name].notna() & ~rows[name].isin(waves)]
        problems += [
            Problem(
                "S192",
                Place(file=file, row=int(row), column=name),
                {"value": shown(value, 40), "known": waves, "nearest": nearest(value, waves) or "–"},
            )
            for row, value in zip(wrong[ROW], wrong[name].astype(str), strict=True)
        ]
    place = {wave: number for number, wave in enumerate(waves)}
    before = rows[rows[STARTED].map(place) > rows[STOPPED].map(place)]
    problems += [Problem("S193", Place(file=file, row=int(row))) for row in before[ROW]]
    return problems


def _personal(rows: pd.DataFrame, found: dict[str, Column], file: str) -> list[Problem]:
    """S194; the reason why a group stopped stays in the house, and is looked at as well."""
    problems = []
    for name, column in found.items():
        distinct = [str(value) for value in rows[name].dropna().unique()]
        person = name != REASON and (recognise(column.header, column.question, distinct) or names_persons(distinct))
        if person or any(map(holds_personal, distinct)):
            problems.append(Problem("S194", Place(file=file, column=shown(column.header, 40))))
    return problems


def unmatched(register: pd.DataFrame, groups: Sequence[str], file: str) -> list[Problem]:
    """Groups of the answers that the register lacks (S195): those that stop would be lost with their answers."""
    listed = register[GROUP].astype("str").tolist()
    by_plain = {plain(name): name for name in listed}
    return [
        Problem(
            "S195",
            Place(file=file),
            {"group": shown(name, 60), "nearest": by_plain.get(plain(name)) or nearest(name, listed) or "–"},
        )
        for name in groups
        if name not in listed
    ]
