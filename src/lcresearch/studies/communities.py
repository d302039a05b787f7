"""The table of communities: elements, covariates, and which communities stopped. It holds no persons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lcresearch.errors import Place, Problem, StudyError, nearest
from lcresearch.responses.formats import open_file
from lcresearch.responses.identity import group_texts
from lcresearch.responses.persons.recognition import names_persons, recognise
from lcresearch.responses.persons.within_names import holds_personal
from lcresearch.responses.tables import Column, OpenFile, shown
from lcresearch.responses.wording import name_key, plain
from lcresearch.studies.model import Communities

CONSORTIUM, COMMUNITY, STATUS, REASON, ROW = "consortium", "community", "status", "reason", "row"
ACTIVE, STOPPED = "active", "stopped"
_STATUSES = {"active": ACTIVE, "actief": ACTIVE, "stopped": STOPPED, "gestopt": STOPPED}
_HEAD = (CONSORTIUM, COMMUNITY, STATUS, REASON, ROW)


@dataclass(frozen=True)
class CommunityTable:
    """What the table says.

    Attributes
    ----------
    file : str
        Name for messages.
    rows : DataFrame
        A row a community: ``consortium`` (when the table has it), ``community, status, reason``, its ``row`` in the
        file, then columns that the programme names, as text.
    """

    file: str
    rows: pd.DataFrame

    @property
    def keys(self) -> list[str]:
        """Columns that together name a community."""
        return [name for name in (CONSORTIUM, COMMUNITY) if name in self.rows.columns]

    @property
    def columns(self) -> list[str]:
        """Columns of the programme that stand in it."""
        return [name for name in self.rows.columns if name not in _HEAD]

    def beside(self, column: str, frame: pd.DataFrame) -> pd.Series[str]:
        """A column of it for each row of the answers, by the name of the community; index as ``frame``."""
        known = self.rows[[*self.keys, column]].dropna(subset=self.keys).drop_duplicates(self.keys)
        found = frame[self.keys].astype("str").merge(known, on=self.keys, how="left")[column]
        return found.set_axis(frame.index).astype("str")

    def stopped(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The communities that stopped, with the names of the answers around them."""
        gone = self.rows[self.rows[STATUS] == STOPPED].drop(columns=[STATUS, ROW])
        if CONSORTIUM in gone.columns or CONSORTIUM not in frame.columns:
            return gone.reset_index(drop=True)
        around = frame[[CONSORTIUM, COMMUNITY]].dropna().drop_duplicates(COMMUNITY)
        return gone.merge(around, on=COMMUNITY, how="left").reset_index(drop=True)


def read_communities(use: Communities, folder: Path, wanted: Sequence[str]) -> CommunityTable:
    """Read the table that study.yaml names under ``communities``.

    Parameters
    ----------
    use : Communities
    folder : Path
        Folder of study.yaml.
    wanted : sequence of str
        Columns that the programme names; others stay in the file.

    Raises
    ------
    StudyError
        S110 no column with the name of the community, S111 a community without a name, S112 one that comes back, S113 a
        status that is neither active nor stopped, S114 personal data; all of them together.
    """
    opened = open_file(folder / use.file)
    headers = {name_key(column.header): column for column in opened.columns}
    named = {COMMUNITY: use.community, STATUS: use.status, REASON: use.reason}
    named |= {CONSORTIUM: use.consortium} if use.consortium is not None else {}
    named |= {name: name for name in wanted if name not in named.values() and name not in _HEAD}
    found = {name: headers[name_key(header)] for name, header in named.items() if name_key(header) in headers}
    absent = [named[name] for name in (COMMUNITY, CONSORTIUM) if name in named and name not in found]
    if absent:
        known = [shown(column.header, 40) for column in opened.columns if column.header]
        place = Place(file=opened.file)
        raise StudyError([Problem("S110", place, {"column": name, "known": known}) for name in absent])
    table = opened.load(frozenset(column.number for column in found.values()))
    texts = {name: group_texts(table.columns[column.number], column) for name, column in found.items()}
    rows = pd.DataFrame(texts, index=pd.RangeIndex(len(table.row_numbers))).astype("str")
    rows = rows.reindex(columns=[*rows.columns, *(name for name in (STATUS, REASON) if name not in rows)])
    rows = rows.assign(**{ROW: table.row_numbers})
    problems = [*_personal(found, rows, opened), *_wrong_rows(rows, opened.file, use)]
    if problems:
        raise StudyError(problems)
    status = rows[STATUS].map(lambda text: _STATUSES[plain(text)] if isinstance(text, str) else ACTIVE)
    return CommunityTable(opened.file, rows.assign(**{STATUS: status.astype("str")}))


def _personal(found: dict[str, Column], rows: pd.DataFrame, opened: OpenFile) -> list[Problem]:
    """S114 for columns that are about persons. Why a community stopped is not read further than the house."""
    problems = []
    for name, column in found.items():
        distinct = rows[name].dropna().unique().tolist()
        kind = recognise(column.header, column.question, distinct)
        if name != REASON and (kind is not None or names_persons(distinct) or any(map(holds_personal, distinct))):
            problems.append(Problem("S114", Place(file=opened.file, column=shown(column.header, 40)), {}))
    return problems


def _wrong_rows(rows: pd.DataFrame, file: str, use: Communities) -> list[Problem]:
    keys = [name for name in (CONSORTIUM, COMMUNITY) if name in rows.columns]
    problems = [
        Problem("S111", Place(file=file, row=int(row), column=use.community))
        for row in rows.loc[rows[keys].isna().any(axis=1), ROW]
    ]
    twice = rows[rows.duplicated(keys) & rows[keys].notna().all(axis=1)]
    problems += [
        Problem("S112", Place(file=file, row=int(row)), {"community": shown(name, 60)})
        for row, name in zip(twice[ROW], twice[COMMUNITY], strict=True)
    ]
    known = rows[STATUS].map(lambda text: not isinstance(text, str) or plain(text) in _STATUSES)
    wrong = rows[~known.astype(bool)]
    problems += [
        Problem("S113", Place(file=file, row=int(row), column=use.status), {"value": shown(value, 40)})
        for row, value in zip(wrong[ROW], wrong[STATUS], strict=True)
    ]
    return problems


def unmatched(table: CommunityTable, frame: pd.DataFrame) -> list[Problem]:
    """Active communities of the table without answers (S115), and those of the answers that it lacks (S116)."""
    there = frame[table.keys].dropna().drop_duplicates().astype("str")
    known = table.rows[[*table.keys, STATUS, ROW]]
    both = known.merge(there, on=table.keys, how="outer", indicator="side")
    names, listed = there[COMMUNITY].tolist(), known[COMMUNITY].dropna().tolist()
    alone = both[(both["side"] == "left_only") & (both[STATUS] == ACTIVE)]
    problems = [
        Problem(
            "S115", Place(file=table.file, row=int(row)), {"community": name, "nearest": nearest(name, names) or "–"}
        )
        for row, name in zip(alone[ROW], alone[COMMUNITY].astype("str"), strict=True)
    ]
    problems += [
        Problem("S116", Place(file=table.file), _with_nearest(name, listed))
        for name in both.loc[both["side"] == "right_only", COMMUNITY].astype("str")
    ]
    return problems


def _with_nearest(name: str, names: Sequence[str]) -> dict[str, str]:
    return {"community": name, "nearest": nearest(name, names) or "–"}
