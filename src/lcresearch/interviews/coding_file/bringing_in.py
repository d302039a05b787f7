"""What one project has beside another, as changes of a file."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Literal

from lcresearch.errors import Problem
from lcresearch.interviews.coding_file import values
from lcresearch.interviews.coding_file.changing import Change, Row
from lcresearch.interviews.coding_file.rows import project_of, put_texts, rows_of_project
from lcresearch.interviews.merging import merge_projects
from lcresearch.interviews.project import Project

_ORDER = ("documents", "coders", "codes", "codings", "notes", "sets", "frames")


def bring_in(
    change: Change, project: Project, different_texts: Literal["refuse", "separate"], path: Path
) -> tuple[Problem, ...]:
    """Take over what a project has beside the file; what was matched and what clashed."""
    mine = project_of(change.connection, with_files=False)
    merged = merge_projects([mine, project], different_texts=different_texts)
    put_difference(change, mine, merged, path)
    change.connection.execute(
        "UPDATE settings SET value = ? WHERE name = 'problems'", (values.problems_written(merged.problems),)
    )
    return merged.problems[len(mine.problems) :]


def put_difference(
    change: Change, before: Project, after: Project, path: Path, tables: Collection[str] = _ORDER
) -> None:
    """Put what a project became into the file that it came from.

    Parameters
    ----------
    change : Change
    before : Project
        As the file has it.
    after : Project
    path : Path
        For messages.
    tables : collection of str
        The only ones that are looked at.
    """
    known = set(before.corpus.by_id)
    put_texts(change.connection, [each for each in after.corpus if each.id not in known], path)
    old, new = rows_of_project(before), rows_of_project(after)
    for table in (each for each in _ORDER if each in tables):
        mine = {row["id"]: row for row in old[table]}
        theirs = {row["id"]: row for row in new[table]}
        for id in mine.keys() - theirs.keys():
            change.drop(table, id)
        for id, row in theirs.items():
            if id not in mine:
                _add(change, table, row)
            elif _said(mine[id]) != _said(row):
                _replace(change, table, row)


def _add(change: Change, table: str, row: Row) -> None:
    if table == "codes":  # behind those that are there; the tree puts it in its place
        (last,) = change.connection.execute("SELECT coalesce(max(position), 0) FROM codes").fetchone()
        row = row | {"position": float(last) + 1.0}
    change.put(table, row)


def _replace(change: Change, table: str, row: Row) -> None:
    now = change.get(table, row["id"])
    kept = {} if now is None else {name: now[name] for name in ("position",) if name in now}
    if now is not None and "version" in now:
        kept["version"] = now["version"] + 1
    change.put(table, row | kept)


def _said(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in ("position", "version", "n")}
