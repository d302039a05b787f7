"""How a text file was laid out: its delimiter, and where its header ends."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from lcresearch.errors import Place, ResponsesError
from lcresearch.responses.tables import MAXIMUM_COLUMNS
from lcresearch.table_layout import HEAD_ROWS, layout, only_blanks_beyond

_SAMPLE_CHARACTERS = 4 * 2**20


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
    """Find the delimiter and the header, of one or more rows, from the first records of a file (:func:`layout`)."""
    with path.open(encoding=encoding, newline="") as stream:
        sample = stream.read(_SAMPLE_CHARACTERS)
    found = layout(sample)
    if found.header is None:
        raise ResponsesError("R001", where=Place(file=path.name))
    records, first, hidden = found.records, found.header, found.hidden
    headers, data = records[first], records[first + header_rows :]
    if len(headers) > MAXIMUM_COLUMNS or (len(sample) == _SAMPLE_CHARACTERS and not data):
        raise ResponsesError("R006", where=Place(file=path.name), n=len(headers), limit=MAXIMUM_COLUMNS)
    widened = _widened(path, headers, data)
    above = sum(any(map(str.strip, record)) for record in records[hidden:first])
    head = tuple(tuple(record) for record in records[first:])
    return Dialect(found.delimiter, widened, first + header_rows, hidden, bool(data), above, head)


def _widened(path: Path, headers: list[str], data: list[list[str]]) -> tuple[str, ...]:
    """Room for cells beyond the header when most rows have them and they are empty; refused when they are not."""
    rows = [row for row in data[: HEAD_ROWS - 1] if any(map(str.strip, row))]
    if rows:
        usual = Counter(map(len, rows)).most_common(1)[0][0]
        if usual > len(headers):
            if not all(only_blanks_beyond(row, len(headers)) for row in rows if len(row) == usual):
                where = Place(file=path.name)
                raise ResponsesError("R007", where=where, header=len(headers), cells=usual)
            headers = headers + [""] * (usual - len(headers))
    return tuple(header.strip("\ufeff\u200b \t\r\n\u00a0") for header in headers)
