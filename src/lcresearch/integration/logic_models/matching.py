"""Which arrow a finding speaks of, or which one comes nearest."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from lcresearch.errors import nearest
from lcresearch.integration.logic_models.findings import EVIDENCE, Finding
from lcresearch.integration.logic_models.model import Arrow, LogicModelFile

_NUMBERS = (
    "n_studies", "estimate", "std_error", "conf_low", "conf_high", "smallest_worthwhile", "n_persons", "of_persons",
)  # fmt: skip


def arrows_of(finding: Finding, model: LogicModelFile) -> list[Arrow]:
    """Arrows that a finding speaks of.

    Examples
    --------
    >>> from lcresearch.integration.logic_models.reading import thinking_model
    >>> told = Finding({}, frozenset({"innovation"}), frozenset({"adaptivity", "employability"}))
    >>> [arrow.pair for arrow in arrows_of(told, thinking_model())]
    ['innovation -> adaptivity']
    """
    if finding.arrows:
        return [arrow for arrow in model.arrows if arrow.name in finding.arrows]
    found = [arrow for arrow in model.arrows if arrow.source in finding.causes and arrow.target in finding.effects]
    if finding.either_way and not found:
        found = [arrow for arrow in model.arrows if arrow.source in finding.effects and arrow.target in finding.causes]
    return found


def nearest_arrow(finding: Finding, model: LogicModelFile) -> str:
    """The arrow that comes nearest: from or to the same construct, else by its name; empty when none does."""
    pairs = [arrow.pair for arrow in model.arrows]
    same = [arrow.pair for arrow in model.arrows if arrow.source in finding.causes]
    same = same or [arrow.pair for arrow in model.arrows if arrow.target in finding.effects]
    wanted = f"{finding.cause} -> {finding.effect}"
    return nearest(wanted, same) or (same[0] if same else nearest(wanted, pairs) or "")


def sort_out(findings: Iterable[Finding], model: LogicModelFile) -> tuple[pd.DataFrame, pd.DataFrame, dict[int, Any]]:
    """Evidence by arrow, what fits none, and the studies behind each row of evidence."""
    matched: list[dict[str, Any]] = []
    left: list[dict[str, Any]] = []
    studies: dict[int, Any] = {}
    for finding in findings:
        row = _row(finding)
        arrows = arrows_of(finding, model)
        for arrow in arrows:
            studies[len(matched)] = finding.studies
            matched.append(row | {"arrow": arrow.name})
        if not arrows:
            left.append(row | {"arrow": "", "nearest": nearest_arrow(finding, model)})
    return _frame(matched, EVIDENCE), _frame(left, (*EVIDENCE, "nearest")), studies


def _row(finding: Finding) -> dict[str, Any]:
    values = finding.values
    row = {name: values.get(name, math.nan if name in _NUMBERS else "") for name in EVIDENCE}
    row["clear"] = bool(values.get("clear", False))
    if not row["outcome"]:
        row["outcome"] = finding.effect
    return row


def _frame(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(columns))
    table[list(_NUMBERS)] = table[list(_NUMBERS)].astype(float)
    return table.astype({"clear": bool})
