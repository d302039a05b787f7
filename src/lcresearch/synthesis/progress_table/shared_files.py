"""Files of results that were received: only whole numbers of persons and groups are taken from them, and checked."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from lcresearch.errors import Place, SynthesisError
from lcresearch.synthesis.packages.strict_json import strict_json, without_steering

_MOST_BYTES = 20_000_000
_MOST_PERSONS = 100_000_000
Row = dict[str, str]


def is_regular(path: Path) -> bool:
    """Whether it is a file itself: no link to elsewhere, and no pipe that never ends."""
    return path.is_file() and not path.is_symlink()


def read_rows(path: Path) -> list[Row]:
    """Rows of a CSV by column name; none when the file is not there.

    Raises
    ------
    SynthesisError
        Y224: it is no table, or larger than a table of results can be.
    """
    if not is_regular(path):
        return []
    try:
        text = _bytes(path).decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        return [{str(name): str(value or "") for name, value in row.items() if name is not None} for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error, ValueError) as error:
        raise SynthesisError("Y224", where=Place(file=path.name)) from error


def read_json(path: Path) -> dict[str, Any]:
    """The values of a JSON file.

    Raises
    ------
    SynthesisError
        Y224: it holds no block of keys and values.
    """
    try:
        values = strict_json(_bytes(path))
    except (OSError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise SynthesisError("Y224", where=Place(file=path.name)) from error
    if not isinstance(values, dict):
        raise SynthesisError("Y224", where=Place(file=path.name))
    return values


def number_of(row: Row, column: str, file: str) -> int | None:
    """A number of persons or groups; None where it is not known or was not shown.

    Raises
    ------
    SynthesisError
        Y224: it is no whole number, below zero, or larger than a country.
    """
    text = row.get(column, "").strip()
    if text.lower() in ("", "nan", "none", "null"):
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= _MOST_PERSONS or value != int(value):
        raise SynthesisError("Y224", where=Place(file=file, column=column))
    return int(value)


def text_of(values: dict[str, Any], key: str) -> str | None:
    """A short text; None where there is none."""
    value = values.get(key)
    return without_steering(value)[:200].strip() or None if isinstance(value, str) else None


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise ValueError("larger than a table of results")
    return content
