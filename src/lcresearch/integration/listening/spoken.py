"""Released quotes that speak of an element."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from lcresearch.disclosure.policy import REPORT, Policy
from lcresearch.integration.listening.codes import HELPS, HINDERS, LACKS, MENTIONS
from lcresearch.interviews.project import Project
from lcresearch.interviews.quote_release.record import QuoteRelease
from lcresearch.interviews.quote_release.releasing import fits_enough, parts_of, released_quotes
from lcresearch.messages import LANGUAGES

COLUMNS = ["element", "quote", "described", "pointer", "direction", *LANGUAGES]
DIRECTIONS = {"helping": HELPS, "lacking": LACKS, "hindering": HINDERS}
"""Side of a count -> what a passage on that side tells."""
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
        ``element, document, start, end, helping, lacking, hindering`` of each passage.
    releases : sequence of QuoteRelease
    policy : Policy, optional
        Asks for a description that fits ``minimum_cell`` persons; that of a report when there is none.
    language : str, optional
        Of the descriptions.
    """
    rows = []
    for words in _released(project, releases, policy, language):
        document, start, end = parts_of(words.release.pointer)
        here = elements[(elements["document"] == document) & (elements["start"] < end) & (start < elements["end"])]
        for element, found in here.groupby("element", sort=False):
            direction = direction_of({side: bool(found[side].any()) for side in DIRECTIONS}) or MENTIONS
            rows.append((element, words.quote, words.described, words.pointer, direction, *words.others))
    found = pd.DataFrame(rows, columns=COLUMNS)
    return found.drop_duplicates().sort_values(["element", "quote"], kind="stable", ignore_index=True)


def quotes_by_case(
    project: Project,
    releases: Sequence[QuoteRelease],
    cases: pd.Series[str],
    by: str,
    policy: Policy | None,
) -> pd.DataFrame:
    """Quotes by the case in which they were said: ``case`` and the columns of :data:`COLUMNS` but the element.

    That a quote stands beside a case describes who spoke. To others it is shown there only when the description that
    was released names the case, so that those whom it fits were counted with it.

    Parameters
    ----------
    project : Project
    releases : sequence of QuoteRelease
    cases : Series
        By document.
    by : str
        Attribute that tells cases apart.
    policy : Policy, optional
    """
    rows = []
    for words in _released(project, releases, policy, None):
        case = cases.get(words.release.document)
        if case is None or (policy is not None and words.release.description.get(by) != case):
            continue
        rows.append((str(case), words.quote, words.described, words.pointer, "", *words.others))
    found = pd.DataFrame(rows, columns=["case", *COLUMNS[1:]])
    return found.drop_duplicates().sort_values(["case", "quote"], kind="stable", ignore_index=True)


@dataclass(frozen=True)
class _Words:
    """A quote that may be shown: its words, who spoke (as asked and in each language), and its pointer."""

    release: QuoteRelease
    quote: str
    described: str
    others: tuple[str, ...]
    pointer: str


def _released(
    project: Project, releases: Sequence[QuoteRelease], policy: Policy | None, language: str | None
) -> Iterator[_Words]:
    """Quotes of releases that hold now."""
    for one in fits_enough(releases, policy or REPORT):
        found = {each: released_quotes(project, [one], language=each).quotes for each in (language, *LANGUAGES)}
        if not len(found[language]):
            continue
        quote = str(found[language]["quote"].iloc[0])
        described = {each: str(words[_DESCRIPTION].iloc[0]) for each, words in found.items()}
        pointer = one.pointer if policy is None else shown_pointer(quote)
        yield _Words(one, quote, described[language], tuple(described[each] for each in LANGUAGES), pointer)


def shown_pointer(quote: str) -> str:
    """A pointer that can be checked and names no interview: a hash of the words as they are shown.

    Examples
    --------
    >>> shown_pointer("We leren van elkaar.")
    'words:438038cbba1f'
    """
    return f"words:{hashlib.sha256(quote.encode('utf-8', 'surrogatepass')).hexdigest()[:_SHOWN]}"


def direction_of(sides: Mapping[str, bool]) -> str:
    """Which sides people take, joined by ``+``; empty when none.

    Examples
    --------
    >>> direction_of({"helping": True, "lacking": False, "hindering": True})
    'helps+hinders'
    """
    return "+".join(name for side, name in DIRECTIONS.items() if sides[side])
