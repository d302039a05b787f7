"""From states to a proposal: the first rule that holds, with its reason in both languages."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from lcresearch.integration.convergence.rules import ConvergenceRule, ConvergenceRules
from lcresearch.integration.convergence.states import new_setting_states, numbers_states, voices_states
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.synthesis.elements.wording import word


def propose(table: pd.DataFrame, rules: ConvergenceRules) -> tuple[pd.DataFrame, list[dict[str, str]]]:
    """States and proposal of each row, and its reason by language.

    Parameters
    ----------
    table : DataFrame
        Of :func:`~lcresearch.integration.convergence.evidence.side_by_side`.
    rules : ConvergenceRules
    """
    states = table.assign(
        numbers=numbers_states(table, rules.numbers),
        voices=voices_states(table, rules.voices),
        new_setting=new_setting_states(table),
    )
    rows = states.to_dict("records")
    first = [next(rule for rule in rules.rules if _holds(rule, row)) for row in rows]
    proposed = states.assign(
        proposal=[rule.proposal for rule in first],
        silent=[rule.silent or "" for rule in first],
        rule=[rule.name for rule in first],
    )
    return proposed, [_reason(rule, row, rules) for rule, row in zip(first, rows, strict=True)]


def _holds(rule: ConvergenceRule, row: Mapping[Any, Any]) -> bool:
    return (
        row["numbers"] in rule.numbers
        and row["voices"] in rule.voices
        and (rule.certainty is None or row["certainty"] in rule.certainty)
        and (rule.new_setting is None or row["new_setting"] in rule.new_setting)
    )


def _reason(rule: ConvergenceRule, row: Mapping[Any, Any], rules: ConvergenceRules) -> dict[str, str]:
    values: dict[str, Any] = {"persons": rules.voices.persons, "cases": rules.voices.cases, "share": rules.voices.share}
    values |= {name: float(row[name]) for name in ("estimate", "conf_low", "conf_high", "pred_low", "pred_high")}
    values |= {"bound": float(row["smallest_worthwhile"])}
    values |= {name: _count(row[name]) for name in ("n_persons", "of_persons", "n_cases", "of_cases")}
    helping, hindering = float(row["n_persons_helping"]), float(row["n_persons_hindering"])
    values |= {"n_helping": _count(helping), "n_hindering": _count(hindering)}
    sides = helping + hindering
    values |= {"share_helping": helping / sides, "share_hindering": hindering / sides} if sides > 0 else {}
    if row["certainty"]:
        values["certainty"] = {one: word("level_name", str(row["certainty"]), one) for one in LANGUAGES}
    return {language: Messages(language).fill(dict(rule.reason), **values) for language in LANGUAGES}


def _count(value: float) -> int | str:
    return "–" if math.isnan(value) else int(value)
