"""The page docs/mutation.md, made of docs/mutation.csv, where each mutant that was tried has a row."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

KIND = "part"
DOCS = Path(__file__).parents[1] / "docs"
COMMAND = "python3 -m uv run --with mutmut==3.8.1 python benchmarks/mutation.py"
STATES = ("killed", "timed out", "survived", "not reached")
TITLES = {
    "disclosure": "Privacy rules",
    "agreement": "Agreement of coders",
    "synthesis": "Effect sizes and meta-analysis",
    "configurations": "Combinations of conditions (QCA)",
    "change": "Change",
    "measurement": "Reliability and agreement within groups",
    "factor_models": "Confirmatory factor models",
    "item_response": "Item response models",
    "two_level": "Factor models of two levels",
    "exploratory": "Exploratory factors and comparability",
    "multilevel": "Multilevel models, the core",
    "mixed_models": "Multilevel models, their fits and results",
    "synthesis_models": "Models of meta-analysis and of pooled data",
}
HEAD = f"""# Mutation tests

Would a test notice if a line were wrong? A *mutant* is this package with one small change in one function: a `<`
became `<=`, a `+` became `-`, a 1 became 2, an argument is left out. When a test fails, the mutant is *killed*: tests
hold that line. When all pass, it *survived*, and somebody looks at it: either the change makes no difference to
anybody, or a test is missing. Line coverage cannot tell this, as a line that runs need not be looked at.

This page is made of `mutation.csv`, where each mutant that was tried has a row, by

```
{COMMAND}
```

The changes are those of mutmut, but for texts, which have tests of their own, and for arguments that only say how
numbers are stored. The mutants of a module are drawn at random, with a fixed seed. Each runs the tests of its area that
reach its line, and the others of the same files, until one fails; one that takes four times as long as without the
change counts as killed (*timed out*). `--only disclosure` runs one area, `--sample` draws more, `--more` goes on with a
draw, `--again` tries the survivors once more after tests were written. A draw says how good the tests of a module are
on average; it does not find every line that no test holds, and says nothing of modules that are not below.
"""
VERDICTS = {
    "equivalent": (
        "Survivors that change nothing",
        "No input gives another result, or only rounding in the last digits differs: no test can tell them from the "
        "package.",
    ),
    "harmless": (
        "Survivors that change nothing a user relies on",
        "Something differs, but neither a result, nor a refusal, nor who can be recognised.",
    ),
    "open": ("Survivors for which a test is missing", "What such a test would have to hold stands beside each."),
    "": ("Survivors that nobody has looked at yet", "Each may be a gap in the tests."),
}


def write_page(docs: Path = DOCS) -> None:
    """Write the page of the table in a folder."""
    with (docs / "mutation.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    (docs / "mutation.md").write_text(page(rows), encoding="utf-8")


def page(rows: list[dict[str, str]]) -> str:
    """The page as Markdown."""
    states = Counter(row["state"] for row in rows)
    dates = sorted({row["date"] for row in rows})
    when = dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"
    modules = {row["module"]: int(row["mutants"]) for row in rows}
    tried = (
        f"Run on {when}: {len(rows):,} mutants, drawn from the {sum(modules.values()):,} of {len(modules)} modules. "
        f"{states['killed'] + states['timed out']:,} are killed, {states['survived'] + states['not reached']:,} "
        f"survive; of those that make a difference {_score(rows)} % are noticed."
    )
    at_first = [row | {"state": row["at_first"] or row["state"]} for row in rows]
    mended = sum(one["state"] != row["state"] for one, row in zip(at_first, rows, strict=True))
    if mended:
        tried += (
            f" Before the tests were written that kill {mended:,} of them, it was {_score(at_first)} %: "
            "expect about that of lines that were not drawn."
        )
    lines = [HEAD, "## What was found", "", tried, "", *_areas(rows)]
    left = [title for name, title in TITLES.items() if not any(row["area"] == name for row in rows)]
    if left:
        lines += [f"**Not run yet:** {'; '.join(left)}.", ""]
    for verdict in ("open", "", "equivalent", "harmless"):
        lines += _survivors(verdict, rows)
    lines += ["## Each module", "", *_table("Module", {name: [row for row in rows if row["module"] == name]
                                                       for name in modules})]  # fmt: skip
    return "\n".join(lines)


def _score(rows: list[dict[str, str]]) -> str:
    """Percentage killed of those not judged to make no difference, never rounded up to 100."""
    killed = sum(row["state"] in ("killed", "timed out") for row in rows)
    counted = sum(row["verdict"] not in ("equivalent", "harmless") for row in rows)
    if not counted:
        return "–"
    return "100" if killed == counted else f"{min(100 * killed / counted, 99.9):.1f}"


def _areas(rows: list[dict[str, str]]) -> list[str]:
    areas = {TITLES[name]: [row for row in rows if row["area"] == name] for name in TITLES}
    counted = {name: len({row["module"] for row in found}) for name, found in areas.items()}
    return _table("Area", {f"{name}: {counted[name]} modules": found for name, found in areas.items() if found})


def _table(first: str, groups: dict[str, list[dict[str, str]]]) -> list[str]:
    lines = [
        f"| {first} | Mutants | Tried | Killed | Timed out | Survived | No test reaches it | No difference | Score, % |"
    ]
    lines.append("|---|" + "---:|" * 8)
    for name, rows in groups.items():
        states = Counter(row["state"] for row in rows)
        possible = sum({row["module"]: int(row["mutants"]) for row in rows}.values())
        idle = sum(row["verdict"] in ("equivalent", "harmless") for row in rows)
        cells = [f"{possible:,}", f"{len(rows):,}", *(str(states[each]) for each in STATES), str(idle), _score(rows)]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return [*lines, ""]


def _survivors(verdict: str, rows: list[dict[str, str]]) -> list[str]:
    found = [row for row in rows if row["state"] in ("survived", "not reached") and row["verdict"] == verdict]
    if not found:
        return []
    title, text = VERDICTS[verdict]
    lines = [f"## {title}", "", text, "", "| Where | Before | After | Why |", "|---|---|---|---|"]
    for row in found:
        why = row["reason"] or ("No test of the area reaches the line." if row["state"] == "not reached" else "")
        lines.append(
            f"| {row['module']}, `{row['function']}` | {_code(row['before'])} | {_code(row['after'])} | {why} |"
        )
    return [*lines, ""]


def _code(text: str) -> str:
    return "`" + text.replace("|", "\\|").replace("`", "'") + "`" if text else "(nothing)"
