"""Whether the comparisons of cases that integration.yaml plans can be done at all."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lcresearch.declared_files import Finding
from lcresearch.errors import nearest
from lcresearch.integration.plan.model import Calibration, Condition, IntegrationFile, QcaPlan
from lcresearch.yaml_lines import YamlPath

_ANCHORS = ("exclusion", "crossover", "inclusion")
_NEEDED = {"direct": _ANCHORS, "crisp": ("thresholds",), "indirect": ("thresholds",), "qualitative": ("values",)}
_MEMBER = re.compile(r"~?\s*([A-Za-z_][A-Za-z0-9_]*)")


def combination_findings(plan: IntegrationFile) -> Iterator[Finding]:
    """What is wrong with the comparisons of cases: code, place in the file, and values.

    Examples
    --------
    >>> from lcresearch.integration.plan.reading import example_plan
    >>> list(combination_findings(example_plan()))
    []
    """
    for name, one in plan.qca.items():
        place: YamlPath = ("qca", name)
        yield from _calibration(one.outcome.calibration, (*place, "outcome", "calibration"))
        seen: dict[str, str] = {one.outcome.column: "outcome"}
        for key, condition in one.conditions.items():
            at = (*place, "conditions", key)
            yield from _calibration(condition.calibration, (*at, "calibration"))
            yield from _twice(key, condition, at, seen)
        yield from _conjunctural(one, place)


def _twice(key: str, condition: Condition, place: YamlPath, seen: dict[str, str]) -> Iterator[Finding]:
    """A set that stands in a comparison twice would explain itself."""
    if condition.column in seen:
        yield "Q159", (*place, "column"), {"column": condition.column, "first": seen[condition.column], "second": key}
    seen.setdefault(condition.column, key)


def _calibration(one: Calibration, place: YamlPath) -> Iterator[Finding]:
    missing = [
        name for name in _NEEDED.get(one.method, ()) if getattr(one, name) is None or getattr(one, name) in ((), {})
    ]
    if missing:
        yield "Q155", place, {"method": one.method, "missing": missing}
    anchors = [getattr(one, name) for name in _ANCHORS]
    if one.method == "direct" and not missing:
        rising, falling = anchors[0] < anchors[1] < anchors[2], anchors[0] > anchors[1] > anchors[2]
        if not (rising or falling):
            yield "Q156", place, {"anchors": [f"{value:g}" for value in anchors]}
    if list(one.thresholds) != sorted(set(one.thresholds)):
        yield "Q156", (*place, "thresholds"), {"anchors": [f"{value:g}" for value in one.thresholds]}
    if one.method != "as_is" and one.why is None:
        yield "Q157", place, {"method": one.method}


def _conjunctural(one: QcaPlan, place: YamlPath) -> Iterator[Finding]:
    """Expectations on combinations name conditions of this comparison, each once: ``a*~b``."""
    known = list(one.conditions)
    for n, written in enumerate(one.conjunctural):
        members = [_MEMBER.fullmatch(part.strip()) for part in written.split("*")]
        names = [found[1] for found in members if found]
        wrong = [name for name in names if name not in known]
        if len(names) < len(members) or wrong or len(set(names)) < len(names):
            near = nearest(wrong[0], known) if wrong else None
            values = {"written": written, "known": known, "nearest": near or "–"}
            yield "Q158", (*place, "conjunctural", n), values
