"""What the evidence says for a card: the effect, what to expect elsewhere, and what it hangs on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from lcresearch.integration.elements.combining import ABSENT
from lcresearch.integration.elements.result import ElementsOfBothKinds
from lcresearch.integration.plan.model import Name
from lcresearch.integration.practice_cards.card import Text, Together
from lcresearch.messages import LANGUAGES

NUMBERS = (
    "n_consortia", "n_communities", "estimate", "conf_low", "conf_high", "pred_low", "pred_high", "p_positive_new",
    "p_worthwhile_new", "smallest_worthwhile", "n_cases_helping", "n_cases_lacking", "n_cases_hindering", "of_cases",
)  # fmt: skip
"""Numbers that a card takes over from the table of elements; NaN where the table lacks them."""
WORDS = ("outcome", "verdict", "direction", "certainty", "convergence")
_DECISIVE = 0.05


def row_of_element(table: pd.DataFrame, element: Name, outcome: str | None) -> dict[str, Any] | None:
    """The row on an element, for an outcome or the first; None when there is none."""
    rows = table[table["element"] == element]
    if outcome is not None and "outcome" in rows:
        rows = rows[rows["outcome"] == outcome]
    return {str(name): value for name, value in rows.iloc[0].items()} if len(rows) else None


def numbers_of(row: Mapping[str, Any] | None) -> dict[str, float]:
    """Numbers of :data:`NUMBERS`."""
    found = {name: math.nan if row is None else row.get(name, math.nan) for name in NUMBERS}
    return {name: math.nan if pd.isna(value) else float(value) for name, value in found.items()}


def words_of(row: Mapping[str, Any] | None) -> dict[str, str]:
    """Words of :data:`WORDS`; empty where the table lacks them."""
    found = {name: "" if row is None else row.get(name, "") for name in WORDS}
    return {name: value if isinstance(value, str) else "" for name, value in found.items()}


def expectation(row: Mapping[str, Any] | None) -> str:
    """What can be said of a new setting: ``range``, ``provisional`` (no verdict yet) or ``unknown``.

    Examples
    --------
    >>> expectation({"pred_low": -0.1, "pred_high": 0.4, "verdict": "generic"})
    'range'
    >>> expectation({"pred_low": float("nan"), "pred_high": float("nan")})
    'unknown'
    """
    numbers = numbers_of(row)
    if not (math.isfinite(numbers["pred_low"]) and math.isfinite(numbers["pred_high"])):
        return "unknown"
    return "provisional" if words_of(row)["verdict"] == "not enough evidence" else "range"


def moderators_of(row: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Moderators of which the effect hangs on: those with a corrected p below .05."""
    found = row.get("moderators") if row is not None else None
    return tuple(str(name) for name, p in found.items() if p < _DECISIVE) if isinstance(found, Mapping) else ()


def combinations_with(both: ElementsOfBothKinds, element: str) -> list[Together]:
    """What stands beside an element in each combination in which it is present: present, absent, and the outcome."""
    rows = both.terms[(both.terms["element"] == element) & both.terms["present"].astype(bool)]
    found: list[Together] = []
    for row in rows.to_dict("records"):
        titles = both.set_titles.get(str(row["analysis"]), {})
        absent = tuple(name.removeprefix(ABSENT) for name in row["others"] if name.startswith(ABSENT))
        present = tuple(name for name in row["others"] if not name.startswith(ABSENT))
        sides = [tuple(_titles(titles, name) for name in names) for names in (present, absent)]
        found.append((sides[0], sides[1], _titles(titles, "outcome")))
    return found


def necessary_for(both: ElementsOfBothKinds, element: str) -> list[Text]:
    """Outcomes for which an element is necessary."""
    rows = both.necessity[both.necessity["element"] == element]
    rows = rows[rows["present"].astype(bool) & rows["necessary"].astype(bool)] if len(rows) else rows
    found = []
    for row in rows.to_dict("records"):
        titles = both.set_titles.get(str(row["analysis"]), {})
        found.append(_titles(titles, "outcome"))
    return found


def _titles(titles: Mapping[str, Text], name: str) -> Text:
    return {language: _title(titles, name, language) for language in LANGUAGES}


def _title(titles: Mapping[str, Text], name: str, language: str) -> str:
    text = titles.get(name, {})
    return text.get(language) or next(iter(text.values()), name)
