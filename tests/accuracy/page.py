"""The page ``docs/accuracy.md``, made of ``docs/accuracy.csv`` and the reference files."""

from __future__ import annotations

import json
import math
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
NEAR = (
    (1e-6, "up to 1e-6", "the same in every digit that one prints"),
    (1e-4, "up to 1e-4", "the same to about four digits"),
    (FAR, "up to 1e-3", "the third or fourth digit may differ by one"),
    (math.inf, "more", "a printed digit differs: each has its [cause](#larger-deviations-and-where-they-come-from)"),
)
"""Relative deviations in steps: up to where, how it is called, and what a reader of a table would see."""
READING = """## How to read a row

*Values* are the numbers of the other program, *Largest deviation* the largest absolute difference among them, *Of* the
other program's value there, *Allowed* how far the test of that value lets them be apart. *Relative* is the largest
difference relative to the value itself, among values of at least 0.001 in size; it may belong to another value. Where
several tests compare one value, the strictest counts. Reference values have up to 15 digits: a deviation below 1e-12 is
rounding. 1.2e-08 is 0.000000012.

The page is made of the comparisons that the tests themselves make: `python tests/accuracy/renew.py` runs them, notes
each comparison with a number of a reference file, and writes `docs/accuracy.csv` and this page. A test of the suite
fails when a reference file has a number that is neither compared nor named below with a reason.
"""


def page(rows: list[Row]) -> str:
    """The whole page."""
    rows = [row for row in rows if row.values]
    of_files = [row for row in rows if row.folder != PRINTED]
    printed = [row for row in rows if row.folder == PRINTED]
    folders = sorted({row.folder for row in of_files})
    parts = [*_trust(of_files, printed), *_overview(of_files, folders), READING]
    for folder in folders:
        parts += _section(folder, [row for row in of_files if row.folder == folder])
    parts += _printed(printed)
    parts += _causes(of_files)
    parts += _not_compared(of_files)
    return "\n".join(parts).rstrip() + "\n"


def _trust(rows: list[Row], printed: list[Row]) -> list[str]:
    """The first screen: how far apart the worst value of each group is, in words of somebody who reads tables."""
    values, compared = sum(row.values for row in rows), sum(row.compared for row in rows)
    lines = [
        "# Accuracy: can I trust the numbers?",
        "",
        f"The tests hold {values:,} numbers that R and other programs found on the same data, and"
        f" {sum(row.values for row in printed)} that publications print.",
        f"{compared:,} of the former are compared with ours one by one, each time the tests run; the other"
        f" {values - compared:,} have a [reason](#not-compared-and-why).",
        "",
        "A group is one quantity of one file, such as all standard errors of a model. So far is the **worst** value of",
        "each group from the other program, in proportion to the value:",
        "",
        "| Worst of the group | Groups | Values in them | In a table of a paper |",
        "|---|---:|---:|---|",
    ]
    seen, left = -math.inf, [row for row in rows if row.compared]
    for limit, name, meaning in NEAR:
        own = [row for row in left if row.relative is not None and seen <= row.relative < limit]
        lines.append(f"| {name} | {len(own):,} | {sum(row.compared for row in own):,} | {meaning} |")
        seen = limit
    own = [row for row in left if row.relative is None]
    lines.append(
        f"| all below 0.001 | {len(own)} | {sum(row.compared for row in own):,} |"
        " so near zero that a proportion says nothing: see the absolute deviation |"
    )
    return [
        *lines,
        "",
        "Where the third digit differs, the reason was looked for: mostly the other program stops its search earlier,",
        "prints few digits, or approximates otherwise. Where one can tell who is nearer, the cause says by what.",
        "",
        "This does **not** say that a model suits your data, or that an interval keeps its promise with few groups.",
        "How often intervals and tests are right was simulated: [measurement](measurement-calibration.md),",
        "[multilevel models](multilevel.md#how-right), [change](change.md#how-often-a-report-is-wrong),",
        "[few consortia](synthesis-few-consortia.md). What is missing here stands in [limits](limits.md), speed in",
        "[benchmarks](benchmarks.md), and which call of R is which of ours in [coming from R](coming-from-r.md).",
        "",
    ]


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
        numbers = f"| {name} | {sum(row.values for row in own):,} | {sum(row.compared for row in own):,} |"
        if not measured:
            lines.append(f"{numbers} – | – | – | – | [not compared](#not-compared-and-why) |")
            continue
        worst = max(measured, key=lambda row: row.largest or 0.0)
        relative = max((row.relative for row in measured if row.relative is not None), default=None)
        lines.append(
            f"{numbers} {_number(worst.largest)} | {_plain(worst.at)} | {_number(worst.allowed)} |"
            f" {_number(relative)} | {_test(worst.test)} |"
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
    lines = ["## Not compared and why", "", "| Values | Why | Where |", "|---:|---|---|"]
    by_reason: dict[str, list[Row]] = {reason.why: [] for reason in quantity.reasons()}
    several: list[Row] = []
    for row in rows:
        if row.not_compared:
            by_reason.get(row.not_compared, several).append(row)
    for reason, own in sorted(by_reason.items(), key=lambda each: -_left(each[1])):
        if own:
            lines.append(f"| {_left(own):,} | {reason} | {_where(own)} |")
        elif any(reason in row.not_compared for row in several):
            lines.append(f"| – | {reason} | among the next |")
    lines.append(f"| {_left(several):,} | more than one of these reasons in one quantity | {_where(several)} |")
    skipped = sum(not value.quantity for path in quantity.files() for value in quantity.values_of(path))
    others = ", ".join(f"`{name}/`" for name in quantity.OTHER)
    return [
        *lines,
        "",
        f"Numbers that name a row or were given to the other program ({skipped:,}) are not counted on this page;",
        f"{others} hold no values of another program.",
    ]


def _left(rows: list[Row]) -> int:
    return sum(row.values - row.compared for row in rows)


def _where(rows: list[Row]) -> str:
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.quantity not in found[row.folder]:
            found[row.folder].append(row.quantity)
    return "; ".join(f"*{folder}*: {', '.join(names)}" for folder, names in found.items())


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return "0" if value == 0 else f"{value:.1e}"


def _plain(value: float | None) -> str:
    return "–" if value is None else f"{value:.6g}"


def _test(name: str) -> str:
    return f"`{name.removeprefix('tests/').replace('::', ': ')}`"
