"""The page ``docs/accuracy.md``, made of ``docs/accuracy.csv`` and the reference files."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from fnmatch import fnmatchcase
from pathlib import Path

import yaml
from tests.accuracy import quantity
from tests.accuracy.table import PRINTED, Row

PAGE = Path(__file__).parents[2] / "docs" / "accuracy.md"
PROGRAM = r"([A-Za-z][A-Za-z0-9]*) (\d+\.\d[\d.-]*\d|\d+\.\d)"
FAR = 1e-3
"""From this relative deviation on the page must say where it comes from."""
HEAD = """# Accuracy

Every number in `tests/reference/` was found by another program or stands in a publication, and tests hold ours against
it. This page counts them: how many, how far apart at most, and how far the test allows. It is made of the comparisons
that the tests themselves make, by

```
python tests/accuracy/renew.py
```

which runs these tests, notes each comparison with a number of a reference file, and writes `docs/accuracy.csv` and this
page. A test of the suite fails when a reference file has a number that is neither compared nor named below with a
reason.

How to read a row: *Largest deviation* is the largest absolute difference among the values of that quantity, *Of* the
other program's value there, *Allowed* how far the test of that value lets them be apart. *Relative* is the largest
difference relative to the value itself, among values of at least 0.001 in size; it may belong to another value. Where
several tests compare one value, the strictest counts. Reference values have up to 15 digits: a deviation below 1e-12 is
rounding. Most larger ones are of searches that stop early, in the other program: they stand under
[Larger deviations](#larger-deviations-and-where-they-come-from).
"""


def page(rows: list[Row]) -> str:
    """The whole page."""
    rows = [row for row in rows if row.values]
    of_files = [row for row in rows if row.folder != PRINTED]
    printed = [row for row in rows if row.folder == PRINTED]
    folders = sorted({row.folder for row in of_files})
    parts = [HEAD, *_overview(of_files, folders)]
    for folder in folders:
        parts += _section(folder, [row for row in of_files if row.folder == folder])
    parts += _printed(printed)
    parts += _causes(of_files)
    parts += _not_compared(of_files)
    return "\n".join(parts).rstrip() + "\n"


def _titles() -> dict[str, str]:
    content = yaml.safe_load((quantity.HERE / "quantities.yaml").read_text(encoding="utf-8"))
    titles: dict[str, str] = content["titles"]
    return titles


def _programs(folder: str) -> str:
    """The programs and versions that the files of a folder name."""
    found: set[str] = set()
    for path in quantity.files():
        if path.parent.name == folder:
            software = json.loads(path.read_text(encoding="utf-8")).get("software", "")
            whole = software
            if isinstance(software, dict):
                whole = ", ".join(f"{key} {value}" for key, value in software.items())
            whole = whole.replace("R version", "R").replace(" for Python", "")
            found |= {f"{name} {version.replace('-', '.')}" for name, version in re.findall(PROGRAM, whole)}
    return ", ".join(sorted(found, key=str.lower))


def _overview(rows: list[Row], folders: list[str]) -> list[str]:
    titles = _titles()
    lines = ["## All together", "", "| Reference files | Values | Compared | Other program |", "|---|---:|---:|---|"]
    for folder in folders:
        own = [row for row in rows if row.folder == folder]
        values, compared = sum(row.values for row in own), sum(row.compared for row in own)
        anchor = titles[folder].lower().replace(",", "").replace(" ", "-")
        lines.append(f"| [{titles[folder]}](#{anchor}) | {values:,} | {compared:,} | {_programs(folder)} |")
    values, compared = sum(row.values for row in rows), sum(row.compared for row in rows)
    return [*lines, f"| **All** | **{values:,}** | **{compared:,}** | |", ""]


def _section(folder: str, rows: list[Row]) -> list[str]:
    by_quantity: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_quantity[row.quantity].append(row)
    lines = [f"## {_titles()[folder]}", "", f"`tests/reference/{folder}/`: {_programs(folder)}.", ""]
    lines += [
        "| Quantity | Values | Compared | Largest deviation | Of | Allowed | Relative | Test of the largest |",
        "|---|---:|---:|---:|---:|---:|---:|---|",
    ]
    for name, own in sorted(by_quantity.items()):
        measured = [row for row in own if row.largest is not None]
        counts = f"| {name} | {sum(row.values for row in own):,} | {sum(row.compared for row in own):,} |"
        if not measured:
            lines.append(f"{counts} – | – | – | – | [not compared](#not-compared-and-why) |")
            continue
        worst = max(measured, key=lambda row: row.largest or 0.0)
        relative = max((row.relative for row in measured if row.relative is not None), default=None)
        lines.append(
            f"{counts} {_number(worst.largest)} | {_plain(worst.at)} | {_number(worst.allowed)} | {_number(relative)} |"
            f" {_test(worst.test)} |"
        )
    return [*lines, ""]


def _printed(rows: list[Row]) -> list[str]:
    lines = [
        "## Printed in publications",
        "",
        "Values that stand in the test as a publication prints them. *Allowed* is half of the last printed digit: a",
        "deviation within it is the rounding of the printed figure. Where more is allowed, the test says why.",
        "",
        "| Source | Values | Largest deviation | Of | Allowed | Test |",
        "|---|---:|---:|---:|---:|---|",
    ]
    for row in sorted(rows, key=lambda row: row.file):
        source = row.file.removeprefix(f"{PRINTED}/")
        cells = [source, str(row.values), _number(row.largest), _plain(row.at), _number(row.allowed), _test(row.test)]
        lines.append(f"| {' | '.join(cells)} |")
    return [*lines, ""]


def far_apart(rows: list[Row]) -> list[Row]:
    """Rows whose deviation asks for a cause."""
    return [row for row in rows if row.folder != PRINTED and (row.relative or 0.0) >= FAR]


def cause(row: Row) -> str:
    """Where a larger deviation comes from; empty if ``causes.yaml`` does not say."""
    content = yaml.safe_load((quantity.HERE / "causes.yaml").read_text(encoding="utf-8")) or {}
    name = f"{row.file.removesuffix('.json')}:{row.quantity}"
    return next((text for text, patterns in content.items() if any(fnmatchcase(name, each) for each in patterns)), "")


def _causes(rows: list[Row]) -> list[str]:
    lines = [
        "## Larger deviations and where they come from",
        "",
        f"Every quantity of a file with a relative deviation of {FAR:g} or more, the largest first.",
        "",
        "| File | Quantity | Relative | Cause |",
        "|---|---|---:|---|",
    ]
    for row in sorted(far_apart(rows), key=lambda row: -(row.relative or 0.0)):
        cells = [f"`{row.file}`", row.quantity, _number(row.relative), cause(row) or "not known yet"]
        lines.append(f"| {' | '.join(cells)} |")
    return [*lines, ""]


def _not_compared(rows: list[Row]) -> list[str]:
    lines = ["## Not compared and why", "", "| Values | Where | Why |", "|---:|---|---|"]
    by_reason: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.not_compared:
            by_reason[row.not_compared].append(row)
    for reason, own in sorted(by_reason.items(), key=lambda each: -sum(row.values - row.compared for row in each[1])):
        left = sum(row.values - row.compared for row in own)
        where = ", ".join(f"{folder}: {', '.join(names)}" for folder, names in _where(own).items())
        lines.append(f"| {left:,} | {where} | {reason} |")
    skipped = sum(not value.quantity for path in quantity.files() for value in quantity.values_of(path))
    others = ", ".join(f"`{name}/`" for name in quantity.OTHER)
    return [
        *lines,
        "",
        f"Numbers that name a row or were given to the other program ({skipped:,}) are not counted on this page;",
        f"{others} hold no values of another program.",
    ]


def _where(rows: list[Row]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.quantity not in found[row.folder]:
            found[row.folder].append(row.quantity)
    return found


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return "0" if value == 0 else f"{value:.1e}"


def _plain(value: float | None) -> str:
    return "–" if value is None else f"{value:.6g}"


def _test(name: str) -> str:
    return f"`{name.removeprefix('tests/').replace('::', ': ')}`"
