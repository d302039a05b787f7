"""Value that is not money, by cycle: indicators and stories, and the chains that they form."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from lcresearch.integration.value.distributions import Distribution
from lcresearch.integration.value.model import CYCLES, CycleItem, ValueFile

COLUMNS = (
    "cycle", "item", "kind", "title", "number", "low_95", "high_95", "unit", "code", "pointer", "persons", "shown",
    "leads_to", "money",
)  # fmt: skip


def cycles_table(content: ValueFile, numbers: Mapping[str, Distribution], language: str) -> pd.DataFrame:
    """A row an indicator or story, by cycle from immediate to reframing.

    ``shown`` says whether it may leave the researcher's folder: an indicator may; a story only from ``minimum_cell``
    persons, or when it was released. ``money`` names benefits that count the same outcome.
    """
    rows = [
        _row(name, item, content, numbers, language)
        for cycle in CYCLES
        for name, item in content.value_cycles.items()
        if item.cycle == cycle
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def is_shown(item: CycleItem, minimum: int) -> bool:
    """Whether others than the researcher may see it."""
    return item.kind == "indicator" or item.released or (item.persons or 0) >= minimum


def chains(content: ValueFile) -> list[tuple[str, ...]]:
    """Ways along ``leads_to`` from items that nothing leads to, the longest first; a circle ends where it closes."""
    items = content.value_cycles
    led_to = {following for item in items.values() for following in item.leads_to}
    found: list[tuple[str, ...]] = []
    waiting: list[tuple[str, ...]] = [(name,) for name in items if name not in led_to and items[name].leads_to]
    while waiting and len(found) < 100:
        way = waiting.pop()
        following = [name for name in items[way[-1]].leads_to if name not in way]
        waiting += [(*way, name) for name in following]
        found += [] if following else [way]
    return sorted(found, key=lambda way: (-len(way), way))


def _row(
    name: str, item: CycleItem, content: ValueFile, numbers: Mapping[str, Distribution], language: str
) -> dict[str, object]:
    number = numbers.get(name)
    outcomes = [key for key, benefit in content.benefits.items() if benefit.outcome == name]
    varies = number is not None and not number.is_fixed
    return {
        "cycle": item.cycle,
        "item": name,
        "kind": item.kind,
        "title": item.title.get(language) or next(iter(item.title.values())),
        "number": number.at(0.5) if number is not None else math.nan,
        "low_95": number.at(0.025) if number is not None and varies else math.nan,
        "high_95": number.at(0.975) if number is not None and varies else math.nan,
        "unit": (item.unit.get(language) or next(iter(item.unit.values()))) if item.unit else "",
        "code": item.code or "",
        "pointer": item.pointer or "",
        "persons": item.persons,
        "shown": is_shown(item, content.minimum_cell),
        "leads_to": ", ".join(item.leads_to),
        "money": ", ".join(outcomes),
    }
