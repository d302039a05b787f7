"""How a table in a text file or a sheet is laid out: what separates its cells, and where its header stands."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

DELIMITERS = (",", ";", "\t", "|")
HEAD_ROWS = 200
_LOOKED_AT = 20
_FEW = 2


def header_position(rows: Sequence[Sequence[str]]) -> int | None:
    """The first row that can be a header; None when all are empty.

    That is the first row with anything in it, unless it is a title or a remark: a row with one or two filled cells
    above rows that have many more, as in a sheet with the name of the survey on top.

    Parameters
    ----------
    rows : sequence of sequence of str
        The first rows of the table as text.

    Examples
    --------
    >>> header_position([["Meting 1", "", ""], [], ["li01", "li02", "li03", "li04", "li05"], ["4", "2", "3", "3", "1"]])
    2
    """
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows]
    first = next((place for place, n in enumerate(filled) if n), None)
    if first is None or filled[first] > _FEW:
        return first
    wide = max(filled[first : first + _LOOKED_AT])
    for place in range(first, min(first + _LOOKED_AT, len(rows) - 1)):
        if filled[place] > max(_FEW, 2 * filled[first]) and 2 * filled[place] > wide:
            return place
        if filled[place] > _FEW:
            break
    return first


@dataclass(frozen=True)
class Layout:
    """How the records of a delimited text are to be read.

    Attributes
    ----------
    delimiter : str
    records : list of list of str
        The first records, at most one more than :data:`HEAD_ROWS`.
    hidden : int
        Records at the top that a spreadsheet does not count as rows: the line ``sep=;`` that Excel writes.
    header : int or None
        The record that is the header; None when all are empty.
    """

    delimiter: str
    records: list[list[str]]
    hidden: int
    header: int | None


def layout(sample: str) -> Layout:
    r"""Find the delimiter and the header from the beginning of a text.

    Every candidate splits the same sample, quotes respected; the one whose rows agree best with its header wins,
    and of those the one with most columns. Commas in free text or in the wording of questions so never win from the
    delimiter that gives each row the same number of cells.

    Examples
    --------
    >>> found = layout("sep=;\nfile;remark\na.txt;long, and loud\n")
    >>> found.delimiter, found.hidden, found.records[found.header]
    (';', 1, ['file', 'remark'])
    """
    sample = sample.lstrip("\ufeff")
    first_line = sample.split("\n", 1)[0].split("\r", 1)[0].strip("\"' ").lower()
    given = first_line[4:5] if first_line.startswith("sep=") and len(first_line) == 5 else ""
    candidates = (given,) if given else DELIMITERS
    splits = [(delimiter, _records(sample, delimiter)) for delimiter in candidates]
    delimiter, records = max(splits, key=lambda split: _fit(split[1]))
    hidden = 1 if given else 0
    position = header_position(records[hidden:])
    return Layout(delimiter, records, hidden, None if position is None else position + hidden)


def only_blanks_beyond(row: Sequence[str], width: int) -> bool:
    """Whether a row is longer than the header, with nothing in the cells beyond it."""
    return len(row) > width and not any(map(str.strip, row[width:]))


def _records(sample: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    records: list[list[str]] = []
    try:
        for record in reader:
            records.append(record)
            if len(records) > HEAD_ROWS:
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
    agreeing = sum(len(row) == width or only_blanks_beyond(row, width) for row in rows)
    return ((agreeing + 1) / (len(rows) + 1), width)
