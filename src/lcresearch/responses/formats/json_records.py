"""Answers as JSON: a list of objects, or an object a line (.jsonl, .ndjson), one for each respondent."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from lcresearch.errors import Place, ResponsesError
from lcresearch.files import file_hash
from lcresearch.responses.formats.blocks import BlockTable
from lcresearch.responses.tables import MAXIMUM_COLUMNS, Column, OpenFile, RawTable
from lcresearch.table_layout import HEAD_ROWS
from lcresearch.workbooks import cell_text

Record = dict[str, Any]
_MOST_BYTES = 500_000_000
_DEEPEST = 6
_FIRST_ROW = 2
_AROUND = ("data", "results", "Data", "Results")
_COMMENT = "-Comment"


def open_json(path: Path) -> OpenFile:
    """Describe a file of JSON. Its rows are numbered as if a header stood above them.

    An object within an object becomes columns of its own, ``outer.inner``. Several answers in one cell stand behind
    each other with a semicolon. An answer with a comment (``{"value": 97, "comment": "..."}``) becomes the answer, and
    the comment a column ``NAME-Comment``.

    Raises
    ------
    ResponsesError
        R001 empty, R004 no JSON of records, R005 no records, R006 too many columns, F080 a form in place of answers.
    """
    rows = [_flat(record) for record in _records(path)]
    names = list(dict.fromkeys(name for row in rows for name in row))
    where = Place(file=path.name)
    if len(names) > MAXIMUM_COLUMNS:
        raise ResponsesError("R006", where=where, n=len(names), limit=MAXIMUM_COLUMNS)
    if not names:
        raise ResponsesError("R005", where=where)
    columns = tuple(Column(number, name.strip()) for number, name in enumerate(names, start=1))

    def load(wanted: frozenset[int]) -> RawTable:
        table = BlockTable(wanted)
        table.add([[row.get(name) for row in rows] for name in names], _numbers(len(rows)))
        return table.finish()

    head = tuple(tuple(cell_text(row.get(name)) or "" for name in names) for row in rows[:HEAD_ROWS])
    return OpenFile(path.name, "json", columns, load, file_hash(path), {"encoding": "utf-8"}, head=head)


def _numbers(n: int) -> Any:
    return np.arange(_FIRST_ROW, _FIRST_ROW + n, dtype=np.int64)


def _records(path: Path) -> list[Record]:
    """The objects of the file, one a respondent."""
    where = Place(file=path.name)
    if path.stat().st_size > _MOST_BYTES:
        raise ResponsesError("R004", where=where, format="JSON", reason=f"> {_MOST_BYTES} bytes")
    try:
        text = path.read_bytes().decode("utf-8-sig").strip()
        if not text:
            raise ResponsesError("R001", where=where)
        content = _by_line(text) if path.suffix.lower() != ".json" else _whole(text)
    except (ValueError, RecursionError) as error:
        raise ResponsesError("R004", where=where, format="JSON", reason=str(error)[:200]) from error
    if isinstance(content, dict):
        content = next((content[name] for name in _AROUND if isinstance(content.get(name), list)), [content])
    if not isinstance(content, list) or not all(isinstance(one, dict) for one in content):
        raise ResponsesError("R004", where=where, format="JSON", reason="[{...}, {...}]?")
    if len(content) == 1 and _is_form(content[0]):
        raise ResponsesError("F080", where=where)
    if not content:
        raise ResponsesError("R005", where=where)
    return content


def _whole(text: str) -> Any:
    """One value; a file that is called .json may hold one a line after all."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        if "\n" not in text or not text.startswith("{"):
            raise
        return _by_line(text)


def _by_line(text: str) -> Any:
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def _is_form(content: Mapping[str, Any]) -> bool:
    """Whether this is what is asked, and not what was answered."""
    pages = content.get("pages", content.get("elements"))
    return isinstance(pages, list) and any(isinstance(page, dict) and "name" in page for page in pages)


def _flat(record: Record) -> Record:
    return dict(_cells(record, "", 0))


def _cells(value: Mapping[str, Any], before: str, depth: int) -> Iterator[tuple[str, Any]]:
    for name, cell in value.items():
        header = f"{before}{name}"
        if isinstance(cell, dict) and "value" in cell and cell.keys() <= {"value", "comment"}:
            yield header, _scalar(cell["value"])
            yield from _comments(header, [cell])
        elif isinstance(cell, dict) and depth < _DEEPEST:
            yield from _cells(cell, f"{header}.", depth + 1)
        elif isinstance(cell, list):
            answers = [each["value"] if isinstance(each, dict) and "value" in each else each for each in cell]
            yield header, ";".join(str(_scalar(answer)) for answer in answers)
            yield from _comments(header, cell)
        else:
            yield header, _scalar(cell)


def _comments(header: str, answers: list[Any]) -> Iterator[tuple[str, str]]:
    said = [str(each["comment"]) for each in answers if isinstance(each, dict) and each.get("comment")]
    if said:
        yield f"{header}{_COMMENT}", "; ".join(said)


def _scalar(value: Any) -> Any:
    """A number or text as it is, yes and no as 1 and 0, anything else as JSON."""
    if isinstance(value, bool):
        return int(value)
    if value is None or isinstance(value, int | float | str):
        return value
    return json.dumps(value, ensure_ascii=False)
