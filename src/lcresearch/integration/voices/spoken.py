"""Released quotes that speak of an element."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pandas as pd

from lcresearch.disclosure.policy import REPORT, Policy
from lcresearch.interviews.project import Project
from lcresearch.interviews.quote_release.record import QuoteRelease
from lcresearch.interviews.quote_release.releasing import fits_enough, parts_of, released_quotes
from lcresearch.messages import LANGUAGES

COLUMNS = ["element", "quote", "described", "pointer", "direction", *LANGUAGES]
_DESCRIPTION = "described_as"
_SHOWN = 12


def quotes_of(
    project: Project,
    elements: pd.DataFrame,
    releases: Sequence[QuoteRelease],
    policy: Policy | None,
    language: str | None,
) -> pd.DataFrame:
    """Quotes that overlap with a passage of an element, as :attr:`~lcresearch.integration.Voices.quotes`.

    Parameters
    ----------
    project : Project
    elements : DataFrame
        ``element, document, start, end, helping, hindering`` of each passage.
    releases : sequence of QuoteRelease
    policy : Policy, optional
        Asks for a description that fits ``minimum_cell`` persons; that of a report when there is none.
    language : str, optional
        Of the descriptions.
    """
    rows = []
    for one in fits_enough(releases, policy or REPORT):
        words = released_quotes(project, [one], language=language).quotes
        if not len(words):
            continue
        others = [released_quotes(project, [one], language=each).quotes[_DESCRIPTION].iloc[0] for each in LANGUAGES]
        document, start, end = parts_of(one.pointer)
        here = elements[(elements["document"] == document) & (elements["start"] < end) & (start < elements["end"])]
        pointer = one.pointer if policy is None else shown_pointer(str(words["quote"].iloc[0]))
        for element, found in here.groupby("element", sort=False):
            direction = _direction(bool(found["helping"].any()), bool(found["hindering"].any()))
            rows.append((element, words["quote"].iloc[0], words[_DESCRIPTION].iloc[0], pointer, direction, *others))
    found = pd.DataFrame(rows, columns=COLUMNS)
    return found.drop_duplicates().sort_values(["element", "quote"], kind="stable", ignore_index=True)


def shown_pointer(quote: str) -> str:
    """A pointer that can be checked and names no interview: a hash of the words as they are shown.

    Examples
    --------
    >>> shown_pointer("We leren van elkaar.")
    'words:438038cbba1f'
    """
    return f"words:{hashlib.sha256(quote.encode('utf-8', 'surrogatepass')).hexdigest()[:_SHOWN]}"


def _direction(helping: bool, hindering: bool) -> str:
    if helping and hindering:
        return "both"
    return "helps" if helping else "hinders" if hindering else "mentions"
