"""Numbers that people keep themselves, such as publications: ``progress-records.csv``, a row an event."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from lcresearch.errors import Place, Problem, SynthesisError, nearest
from lcresearch.synthesis.programme.model import ProgrammeFile
from lcresearch.synthesis.progress_table.shared_files import read_rows

FILE_NAME = "progress-records.csv"
COLUMNS = ("criterion", "date", "number", "sector")
_MOST = 1_000_000


@dataclass(frozen=True)
class Record:
    """A number of something on a day."""

    criterion: str
    date: datetime.date
    number: float
    sector: str = ""


def read_records(path: str | Path, programme: ProgrammeFile) -> tuple[Record, ...]:
    """Rows of the file: ``criterion, date`` and, if you like, ``number`` (1 when empty) and ``sector``.

    Other columns, such as the title of a publication, are not read.

    Raises
    ------
    SynthesisError
        G001: there is no such file; Y224: it is no table; Y227: every row that cannot be read, with its number.
    """
    path = Path(path)
    if not path.is_file():
        raise SynthesisError("G001", path=str(path))
    known = [one.id for one in programme.criteria if one.measure == "recorded"]
    found: list[Record] = []
    problems: list[Problem] = []
    for n, row in enumerate(read_rows(path), start=2):
        name = row.get("criterion", "").strip()
        if name not in known:
            values = {"column": "criterion", "value": name[:60], "nearest": nearest(name, known) or "–"}
            problems.append(Problem("Y227", Place(file=path.name, row=n, column="criterion"), values))
            continue
        try:
            date = datetime.date.fromisoformat(row.get("date", "").strip())
        except ValueError:
            problems.append(_wrong(path, n, "date", row))
            continue
        text, sector = row.get("number", "").strip(), row.get("sector", "").strip()
        try:
            number = float(text.replace(",", ".")) if text else 1.0
        except ValueError:
            number = -1.0
        if not 0 <= number <= _MOST:
            problems.append(_wrong(path, n, "number", row))
        elif sector and sector not in programme.sectors:
            problems.append(_wrong(path, n, "sector", row))
        else:
            found.append(Record(name, date, number, sector))
    if problems:
        raise SynthesisError(problems)
    return tuple(found)


def _wrong(path: Path, row: int, column: str, values: dict[str, str]) -> Problem:
    told = {"column": column, "value": values.get(column, "")[:60], "nearest": "–"}
    return Problem("Y227", Place(file=path.name, row=row, column=column), told)
