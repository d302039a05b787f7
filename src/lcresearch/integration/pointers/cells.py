"""One cell of one table of results: where it is, and what stands in it now."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from lcresearch.disclosure import neutralise
from lcresearch.integration.pointers.model import NumberPointer, Value

PRIVATE = "private"
LARGEST = 50_000_000
"""Largest file of results that is read, in bytes."""
_TRUE_OR_FALSE = {"true": True, "false": False}

Row = Mapping[str, Any]


class NotThereError(Exception):
    """A pointer leads nowhere.

    Attributes
    ----------
    reason : str
        ``outside`` the study, or private; ``file`` is not there; ``unreadable``; ``table``, ``column`` or ``row`` is
        not in it; ``rows``: several fit.
    known : list of str
        What is there instead.
    """

    def __init__(self, reason: str, known: Sequence[str] = ()) -> None:
        super().__init__(reason)
        self.reason, self.known = reason, list(known)


@dataclass(frozen=True)
class Cell:
    """What stands in a cell now, and the hash of its file."""

    value: Value
    sha256: str


def cell(pointer: NumberPointer, study: Path) -> Cell:
    """The cell that a pointer names.

    Raises
    ------
    NotThereError
    """
    from lcresearch.files import file_hash

    path = inside(study, pointer.file)
    rows = table_of(path, pointer.table)
    return Cell(value_of(rows, pointer.row, pointer.column), file_hash(path))


def inside(study: Path, name: str) -> Path:
    """A file of the study that may be shared.

    Raises
    ------
    NotThereError
        ``outside``: it lies elsewhere, or in a private folder; ``file``: it is not there.
    """
    study = study.resolve()
    try:
        path = (study / name).resolve()
        within = path.relative_to(study)
    except (ValueError, OSError, RuntimeError):
        raise NotThereError("outside") from None
    if PRIVATE in {part.casefold() for part in within.parts}:
        raise NotThereError("outside")
    if not path.is_file():
        raise NotThereError("file")
    return path


def table_of(path: Path, table: str | None) -> tuple[Row, ...]:
    """Rows of a table in a CSV or JSON file.

    Raises
    ------
    NotThereError
        ``unreadable, table``.
    """
    try:
        state = path.stat()
        if state.st_size > LARGEST:
            raise NotThereError("unreadable")
        tables = _tables(path, state.st_mtime_ns, state.st_size)
    except (OSError, ValueError, RecursionError, csv.Error):
        raise NotThereError("unreadable") from None
    if table is None and len(tables) == 1:
        return next(iter(tables.values()))
    if table not in tables:
        raise NotThereError("table", list(tables))
    return tables[str(table)]


@lru_cache(maxsize=8)
def _tables(path: Path, _changed: int, _size: int) -> dict[str, tuple[Row, ...]]:
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix.lower() == ".csv":
        return {path.stem: tuple(csv.DictReader(io.StringIO(text)))}
    content = json.loads(text)
    return {str(name): rows for name, part in _parts(content).items() if (rows := _rows(part)) is not None}


def _parts(content: Any) -> dict[str, Any]:
    """Parts of a file by name; a list is one table."""
    return content if isinstance(content, dict) else {"": content}


def _rows(part: Any) -> tuple[Row, ...] | None:
    """Rows of a list of records, or of a frame as results store it; None when it is no table."""
    if isinstance(part, dict) and set(part) == {"frame", "index"} and isinstance(part["frame"], dict):
        names = list(part["frame"])
        columns = [values for values in part["frame"].values() if isinstance(values, list)]
        return tuple(dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)) if columns else ()
    if isinstance(part, list) and part and all(isinstance(row, dict) for row in part):
        return tuple({str(name): value for name, value in row.items()} for row in part)
    return None


def value_of(rows: Sequence[Row], keys: Mapping[str, Value], column: str) -> Value:
    """The value in the one row that has these keys.

    Raises
    ------
    NotThereError
        ``column, row, rows``.

    Examples
    --------
    >>> rows = [{"element": "coaching", "estimate": "0.30"}, {"element": "lead", "estimate": ""}]
    >>> value_of(rows, {"element": "coaching"}, "estimate"), value_of(rows, {"element": "lead"}, "estimate")
    (0.3, None)
    """
    known = [str(name) for name in (rows[0] if rows else {})]
    for name in (*keys, column):
        if name not in known:
            raise NotThereError("column", known)
    wanted = {name: _comparable(value) for name, value in keys.items()}
    fits = [row for row in rows if all(_comparable(row.get(name)) == value for name, value in wanted.items())]
    if len(fits) != 1:
        raise NotThereError("rows" if fits else "row", [f"{name}: {value}" for name, value in keys.items()])
    return plain(fits[0].get(column))


def plain(value: Any) -> Value:
    """A cell as a number where it is one, true or false, text, or None."""
    if isinstance(value, str):
        text = value.strip()
        text = text[1:] if text[:1] == "'" and neutralise(text[1:]) == text else text
        if text.lower() in _TRUE_OR_FALSE:
            return _TRUE_OR_FALSE[text.lower()]
        try:
            value = float(text)
        except ValueError:
            return text or None
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    return value if isinstance(value, bool | int) or value is None else str(value)


def _comparable(value: Any) -> str:
    found = plain(value)
    return "" if found is None else str(found)
