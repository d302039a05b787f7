"""What is not there of an element, and why: a gap is shown as a gap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from lcresearch.integration.converging.result import Convergence
from lcresearch.integration.listening.result import Voices
from lcresearch.messages import LANGUAGES, Messages

GAPS = ("element", "part", "reason", *LANGUAGES)
PARTS = ("numbers", "voices", "quotes", "convergence", "combinations")
_TEXTS = "integration.elements.gap"


@dataclass(frozen=True)
class Compared:
    """What was done with comparisons of cases.

    Attributes
    ----------
    planned : bool
        Whether the plan has any.
    elements : frozenset of str
        Elements that are a condition of one that was done.
    failed : mapping of str to mapping
        Analysis -> why it could not be done, by language.
    without_solution : tuple of str
        Analyses in which no combination is sufficient.
    elements_of : mapping of str to frozenset
        Analysis -> elements that are a condition in it.
    """

    planned: bool
    elements: frozenset[str]
    failed: Mapping[str, Mapping[str, str]]
    without_solution: tuple[str, ...]
    elements_of: Mapping[str, frozenset[str]]


def gaps_table(
    table: pd.DataFrame, voices: Voices | None, convergence: Convergence | None, compared: Compared
) -> pd.DataFrame:
    """A row an element and part that is not there.

    Returns
    -------
    DataFrame
        ``element, part`` (:data:`PARTS`), ``reason`` (a word) and a sentence in ``nl`` and ``en``.
    """
    gap_of = {} if voices is None else dict(zip(voices.elements["element"], voices.elements["gap"], strict=True))
    quoted = set() if voices is None else set(voices.quotes["element"])
    rows: list[tuple[str, str, str, Mapping[str, str]]] = []
    for element in dict.fromkeys(str(name) for name in table["element"]):
        own = table[table["element"] == element]
        if own["estimate"].isna().any():
            rows.append((element, "numbers", "no_estimate", _words("numbers.no_estimate")))
        silent = "no_interviews" if voices is None else str(gap_of.get(element, "no_codes"))
        if silent:
            rows.append((element, "voices", silent, _words(f"voices.{silent}")))
        elif element not in quoted:
            rows.append((element, "quotes", "none_released", _words("quotes.none_released")))
        if convergence is None:
            rows.append((element, "convergence", "not_compared", _words("convergence.not_compared")))
        rows += [(element, "combinations", reason, text) for reason, text in _combinations(element, compared)]
    return pd.DataFrame([(*row[:3], *(row[3][one] for one in LANGUAGES)) for row in rows], columns=list(GAPS))


def _combinations(element: str, compared: Compared) -> Iterable[tuple[str, Mapping[str, str]]]:
    if not compared.planned:
        yield "not_planned", _words("combinations.not_planned")
        return
    failed = [name for name in compared.failed if element in compared.elements_of.get(name, frozenset())]
    for name in failed:
        why = {one: str(compared.failed[name].get(one, "")) for one in LANGUAGES}
        yield "failed", {one: Messages(one)(f"{_TEXTS}.combinations.failed", reason=why[one]) for one in LANGUAGES}
    if element in compared.elements:
        without = [name for name in compared.without_solution if element in compared.elements_of.get(name, frozenset())]
        if without:
            yield "none_sufficient", _words("combinations.none_sufficient")
    elif not failed:
        yield "no_condition", _words("combinations.no_condition")


def _words(key: str) -> dict[str, str]:
    return {language: Messages(language)(f"{_TEXTS}.{key}") for language in LANGUAGES}
