"""The table of comparisons (``docs/accuracy.csv``): a row a file and quantity, and a row a test of printed values."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

from tests.accuracy import quantity
from tests.accuracy.quantity import Value
from tests.accuracy.recording import Comparison, Loose

CSV = Path(__file__).parents[2] / "docs" / "accuracy.csv"
SMALL = 1e-3
"""Values nearer to zero than this say nothing by their relative deviation."""
PRINTED = "printed"


@dataclass(frozen=True)
class Row:
    """How far the values of one quantity in one file are from ours."""

    file: str
    quantity: str
    values: int
    compared: int
    largest: float | None
    at: float | None
    allowed: float | None
    relative: float | None
    test: str
    not_compared: str

    @property
    def folder(self) -> str:
        """The folder of the file."""
        return self.file.split("/")[0]


def rows(comparisons: Iterable[Comparison]) -> list[Row]:
    """All quantities of all reference files, those that no test compares too."""
    by_place: dict[tuple[str, tuple[str | int, ...]], list[Comparison]] = defaultdict(list)
    for each in comparisons:
        by_place[each.place].append(each)
    found = []
    for path in quantity.files():
        groups: dict[str, list[Value]] = defaultdict(list)
        for value in quantity.values_of(path):
            if value.quantity:
                groups[value.quantity].append(value)
        for name, values in sorted(groups.items()):
            found.append(_row(name, values, by_place))
    return found


def _row(
    name: str,
    values: list[Value],
    by_place: dict[tuple[str, tuple[str | int, ...]], list[Comparison]],
) -> Row:
    reasons = {value: quantity.why_not(value) for value in values}
    never = {value for value, reason in reasons.items() if reason is not None and reason.never}
    noted = [value for value in values if (value.file, value.path) in by_place and value not in never]
    left = [value for value in values if value not in set(noted)]
    compared = [by_place[value.file, value.path] for value in noted]
    # of several tests of a number the strictest counts: others look at something else, such as a faster way to it
    strictest = [min(each, key=lambda one: (one.derived, one.allowed, one.apart)) for each in compared]
    worst = max(strictest, key=lambda one: one.apart, default=None)
    away = [one.apart / abs(one.expected) for one in strictest if abs(one.expected) >= SMALL]
    return Row(
        values[0].file,
        name,
        len(values),
        len(compared),
        worst and _short(worst.apart),
        worst and _short(worst.expected, 6),
        worst and _short(worst.allowed),
        _short(max(away)) if away else None,
        worst.test if worst else "",
        "; ".join(sorted({reason.why if (reason := reasons[value]) else "?" for value in left})),
    )


def printed_rows(printed: dict[str, list[Loose]], sources: dict[str, str]) -> list[Row]:
    """A row for each test that is marked as one of printed values."""
    found = []
    for test, loose in sorted(printed.items()):
        if not loose:
            continue
        worst = max(loose, key=lambda one: abs(one.actual - one.expected))
        apart = [abs(one.actual - one.expected) / abs(one.expected) for one in loose if abs(one.expected) >= SMALL]
        found.append(
            Row(
                f"{PRINTED}/{sources[test]}",
                "as printed",
                len(loose),
                len(loose),
                _short(abs(worst.actual - worst.expected)),
                _short(worst.expected, 6),
                _short(worst.allowed),
                _short(max(apart)) if apart else None,
                test,
                "",
            )
        )
    return found


def _short(number: float, digits: int = 2) -> float:
    return float(f"{number:.{digits}g}")


def write(found: Iterable[Row]) -> str:
    """The table as CSV."""
    out = io.StringIO()
    names = [field.name for field in fields(Row)]
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for row in found:
        writer.writerow(["" if (value := getattr(row, name)) is None else value for name in names])
    return out.getvalue()


def read(text: str) -> list[Row]:
    """The rows of a table."""

    def number(value: str) -> float | None:
        return float(value) if value else None

    return [
        Row(
            row["file"],
            row["quantity"],
            int(row["values"]),
            int(row["compared"]),
            *(number(row[name]) for name in ("largest", "at", "allowed", "relative")),
            row["test"],
            row["not_compared"],
        )
        for row in csv.DictReader(io.StringIO(text))
    ]
