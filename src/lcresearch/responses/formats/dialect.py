"""How a text file was laid out: its delimiter, and where its header ends."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from lcresearch.errors import Place, ResponsesError
from lcresearch.responses.formats.header import header_position
from lcresearch.responses.tables import HEAD_ROWS, MAXIMUM_COLUMNS

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_CHARACTERS = 4 * 2**20
_SAMPLE_RECORDS = HEAD_ROWS


@dataclass(frozen=True)
class Dialect:
    """How the records of a text file are to be read.

    ``skip`` records stand above the data, the header included; ``hidden`` of them are not counted as rows by a
    spreadsheet (the line ``sep=;`` that Excel writes), and ``above`` of them are no header, such as a title. ``head``
    holds the first records from the header on.
    """

    delimiter: str
    headers: tuple[str, ...]
    skip: int
    hidden: int
    has_data: bool
    above: int
    head: tuple[tuple[str, ...], ...]


def sniff(path: Path, encoding: str, header_rows: int = 1) -> Dialect:
    """Find the delimiter and the header, of one or more rows, from the first records of a file.

    Every candidate splits the same sample, quotes respected; the one whose rows agree best with its header wins,
    and of those the one with most columns. Commas in free text or in the wording of questions so never win from the
    delimiter that gives each row the same number of cells.
    """
    with path.open(encoding=encoding, newline="") as stream:
        sample = stream.read(_SAMPLE_CHARACTERS)
    sample = sample.lstrip("\ufeff")
    first_line = sample.split("\n", 1)[0].strip("\r\"' ").lower()
    given = first_line[4:5] if first_line.startswith("sep=") and len(first_line) == 5 else ""
    candidates = (given,) if given else DELIMITERS
    splits = [(delimiter, _records(sample, delimiter)) for delimiter in candidates]
    delimiter, records = max(splits, key=lambda split: _fit(split[1]))
    hidden = 1 if given else 0
    position = header_position(records[hidden:])
    if position is None:
        raise ResponsesError("R001", where=Place(file=path.name))
    first = position + hidden
    headers, data = records[first], records[first + header_rows :]
    if len(headers) > MAXIMUM_COLUMNS or (len(sample) == _SAMPLE_CHARACTERS and not data):
        raise ResponsesError("R006", where=Place(file=path.name), n=len(headers), limit=MAXIMUM_COLUMNS)
    widened = _widened(path, headers, data)
    above = sum(any(map(str.strip, record)) for record in records[hidden:first])
    head = tuple(tuple(record) for record in records[first:])
    return Dialect(delimiter, widened, first + header_rows, hidden, bool(data), above, head)


def _records(sample: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    records: list[list[str]] = []
    try:
        for record in reader:
            records.append(record)
            if len(records) > _SAMPLE_RECORDS:
                break
    except csv.Error:
        pass
    return records


def _fit(records: list[list[str]]) -> tuple[float, int]:
    """How well rows agree with their header; a delimiter that only the header has is none."""
    filled = [record for record in records[header_position(records) or 0 :] if any(map(str.strip, record))]
    if not filled or len(filled[0]) == 1:
        return (0.0, 1)
    width, rows = len(filled[0]), filled[1:]
    if rows and all(len(row) == 1 for row in rows):
        return (0.0, 0)
    agreeing = sum(len(row) == width or _only_blanks_beyond(row, width) for row in rows)
    return ((agreeing + 1) / (len(rows) + 1), width)


def _only_blanks_beyond(row: list[str], width: int) -> bool:
    return len(row) > width and not any(map(str.strip, row[width:]))


def _widened(path: Path, headers: list[str], data: list[list[str]]) -> tuple[str, ...]:
    """Room for cells beyond the header when most rows have them and they are empty; refused when they are not."""
    rows = [row for row in data[: _SAMPLE_RECORDS - 1] if any(map(str.strip, row))]
    if rows:
        usual = Counter(map(len, rows)).most_common(1)[0][0]
        if usual > len(headers):
            if not all(_only_blanks_beyond(row, len(headers)) for row in rows if len(row) == usual):
                where = Place(file=path.name)
                raise ResponsesError("R007", where=where, header=len(headers), cells=usual)
            headers = headers + [""] * (usual - len(headers))
    return tuple(header.strip("\ufeff\u200b \t\r\n\u00a0") for header in headers)
