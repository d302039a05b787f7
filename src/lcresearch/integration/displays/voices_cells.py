"""Cells with what people said: persons, mechanisms and released quotes."""

from __future__ import annotations

from typing import Any

import pandas as pd

from lcresearch.integration.displays.cells import CODE, PERSONS, QUOTE, WORDS, Sheet, words
from lcresearch.integration.listening.codes import BARRIER, MECHANISM, VALUE
from lcresearch.integration.listening.result import Voices
from lcresearch.integration.listening.spoken import DIRECTIONS
from lcresearch.messages import LANGUAGES

KINDS = {MECHANISM: "mechanisms", BARRIER: "barriers", VALUE: "value"}
"""Kind of a mechanism -> column of the display."""
SOURCE = "voices"
_MOST_CODES, _MOST_QUOTES = 5, 3


def add_persons(
    sheet: Sheet, row: str, column: str, counts: Any, of: float, texts: dict[str, str] | None = None
) -> None:
    """Persons who speak of something, and among them those who say that it helps, miss it, or find it in the way.

    Parameters
    ----------
    counts : mapping
        ``n_persons, n_persons_helping, n_persons_lacking, n_persons_hindering``; a count that is hidden is NaN.
    of : float
        Persons interviewed.
    """
    if counts["n_persons"] == counts["n_persons"]:
        sheet.cell(row, column, PERSONS, texts, n=counts["n_persons"], of=of, source=SOURCE)
    else:
        sheet.gap(row, column, "hidden")
    for side, direction in DIRECTIONS.items():
        n = counts[f"n_persons_{side}"]
        if n > 0:
            sheet.cell(row, column, PERSONS, texts, n=n, of=counts["n_persons"], direction=direction, source=SOURCE)


def add_mechanisms(sheet: Sheet, row: str, element: str, voices: Voices) -> None:
    """The mechanisms, barriers and values that most persons name with an element, each kind in its column."""
    found = voices.mechanisms[voices.mechanisms["element"] == element]
    gap = gap_of(voices, element)
    for kind, column in KINDS.items():
        named = found[found["kind"] == kind]
        if gap:
            sheet.gap(row, column, gap)
        elif not len(named):
            sheet.gap(row, column, "none_named" if voices.confidential else "none_enough")
        for one in named.head(_MOST_CODES).to_dict("records"):
            names = {each: str(one[each]) for each in LANGUAGES}
            sheet.cell(row, column, CODE, names, n=one["n_persons"], n_cases=one["n_cases"], source=SOURCE)
        if len(named) > _MOST_CODES:
            sheet.cell(row, column, WORDS, words("more_codes", n=len(named) - _MOST_CODES))


def add_quotes(sheet: Sheet, row: str, column: str, quotes: pd.DataFrame) -> None:
    """Released quotes, or that there are none."""
    if not len(quotes):
        sheet.gap(row, column, "no_quotes")
    for one in quotes.head(_MOST_QUOTES).to_dict("records"):
        sheet.cell(
            row, column, QUOTE, dict.fromkeys(LANGUAGES, str(one["quote"])), direction=one["direction"],
            pointer=one["pointer"], source="quotes", **{f"described_{each}": one[each] for each in LANGUAGES},
        )  # fmt: skip
    if len(quotes) > _MOST_QUOTES:
        sheet.cell(row, column, WORDS, words("more_quotes", n=len(quotes) - _MOST_QUOTES))


def gap_of(voices: Voices, element: str) -> str:
    """Why nothing is known of what people say of an element; empty when something is."""
    found = voices.elements.loc[voices.elements["element"] == element, "gap"]
    return str(found.iloc[0]) if len(found) else "no_codes"
