"""From states to a proposal: the first rule that holds, with its reason in both languages."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from lcresearch.integration.converging.rules import ConvergenceRule, ConvergenceRules
from lcresearch.integration.converging.states import new_setting_states, numbers_states, voices_states
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.synthesis.elements.wording import word


def propose(table: pd.DataFrame, rules: ConvergenceRules) -> tuple[pd.DataFrame, list[dict[str, str]]]:
    """States and proposal of each row, and its reason by language.

    Parameters
    ----------
    table : DataFrame
        Of :func:`~lcresearch.integration.converging.evidence.side_by_side`.
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
    valuing, hindering = float(row["n_persons_valuing"]), float(row["n_persons_hindering"])
    values |= {"n_valuing": _count(valuing), "n_hindering": _count(hindering)}
    sides = valuing + hindering
    if sides > 0:
        values |= {"share_valuing": valuing / sides, "share_hindering": hindering / sides}
        values["told"] = {language: told(row, language) for language in LANGUAGES}
    if row["certainty"]:
        values["certainty"] = {one: word("level_name", str(row["certainty"]), one) for one in LANGUAGES}
    return {language: Messages(language).fill(dict(rule.reason), **values) for language in LANGUAGES}


def told(row: Mapping[Any, Any], language: str | None = None) -> str:
    """How many say that it helps, miss it, and find it in the way; the first two together where one of them is hidden.

    A side that nobody took is left out: it may be that no code tells of it.

    Examples
    --------
    >>> counts = {"helping": 1, "lacking": 9, "hindering": 2, "valuing": 10}
    >>> told({f"n_persons_{side}": n for side, n in counts.items()}, "en")
    '1 person says that it helps, 9 miss it, 2 find it in the way'
    """
    say = Messages(language)
    counts = {side: float(row[f"n_persons_{side}"]) for side in ("helping", "lacking", "hindering", "valuing")}
    apart = not any(math.isnan(counts[side]) for side in ("helping", "lacking"))
    sides = ("helping", "lacking", "hindering") if apart else ("valuing", "hindering")
    return ", ".join(say(f"integration.convergence.told.{side}", n=int(counts[side])) for side in sides if counts[side])


def _count(value: float) -> int | str:
    return "–" if math.isnan(value) else int(value)
