"""What the pages of elements show: the report on a programme, with interviews and combinations beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from lcresearch.integration.elements.hearing import key_of
from lcresearch.integration.elements.result import ElementsOfBothKinds
from lcresearch.reporting.content import Head, Text
from lcresearch.reporting.synthesis_content import ElementContent, SynthesisContent


@dataclass(frozen=True)
class ElementEvidence:
    """One page.

    Attributes
    ----------
    one : ElementContent
        What the numbers say.
    row : mapping
        Of the table of both kinds: ``necessary, combinations, convergence`` and the counts of cases.
    heard : mapping
        Of :attr:`Voices.elements`; empty where there is nothing.
    mechanisms, quotes, terms, necessity : DataFrame
        The rows on this element.
    agreement : mapping
        Of :attr:`Convergence.rows`, with ``reason_nl, reason_en``; empty where it was not looked at.
    advice : mapping
        ``rule, strength, source, nl, en``.
    gaps : DataFrame
        ``part, reason, nl, en``.
    """

    one: ElementContent
    row: Mapping[str, Any]
    heard: Mapping[str, Any]
    mechanisms: pd.DataFrame
    quotes: pd.DataFrame
    terms: pd.DataFrame
    necessity: pd.DataFrame
    agreement: Mapping[str, Any]
    advice: Mapping[str, Any]
    gaps: pd.DataFrame

    @property
    def element(self) -> str:
        """Its id in the programme."""
        return str(self.row["element"])

    def gap(self, part: str) -> Mapping[str, Any] | None:
        """The gap in a part, with its reason in words; None where there is none."""
        found = self.gaps[self.gaps["part"] == part].to_dict("records")
        return {str(name): value for name, value in found[0].items()} if found else None


@dataclass(frozen=True)
class ElementPages:
    """All pages, and the table before them.

    Attributes
    ----------
    head : Head
    synthesis : SynthesisContent
    both : ElementsOfBothKinds
    pages : tuple of ElementEvidence
        In the order of the plan.
    minimum : int
        Fewer cases than this are not told exactly.
    confidential : bool
        Whether it is the researcher's own version.
    links : tuple of (Text, mapping)
        Other pages in the same folder: title, and file name by language.
    """

    head: Head
    synthesis: SynthesisContent
    both: ElementsOfBothKinds
    pages: tuple[ElementEvidence, ...]
    minimum: int = 3
    confidential: bool = False
    links: tuple[tuple[Text, Mapping[str, str]], ...] = ()


def element_pages(
    synthesis: SynthesisContent,
    both: ElementsOfBothKinds,
    *,
    provenance: Mapping[str, str] | None = None,
    minimum: int = 3,
    confidential: bool = False,
    links: tuple[tuple[Text, Mapping[str, str]], ...] = (),
) -> ElementPages:
    """Put evidence of both kinds on pages, an element and outcome each.

    Parameters
    ----------
    synthesis : SynthesisContent
    both : ElementsOfBothKinds
        Made of the same synthesis.
    provenance : mapping, optional
        What the footer prints.
    minimum : int
        Fewer cases than this are not told exactly.
    confidential : bool
        Whether it is the researcher's own version.
    links : tuple of (Text, mapping)
        Other pages in the same folder: title, and file name by language.
    """
    head = replace(synthesis.head, provenance=dict(provenance or synthesis.head.provenance))
    return ElementPages(head, synthesis, both, tuple(_pages(synthesis, both)), minimum, confidential, links)


def _pages(synthesis: SynthesisContent, both: ElementsOfBothKinds) -> Iterator[ElementEvidence]:
    agreement = _by_key(both.convergence)
    advice, rows = _by_key(both.advice), _by_key(both.table)
    for one in synthesis.elements:
        key = key_of(one.row)
        element = str(one.row["element"])
        heard = both.voices[both.voices["element"] == element].to_dict("records")
        yield ElementEvidence(
            one=one,
            row=rows[key],
            heard={str(name): value for name, value in heard[0].items()} if heard else {},
            mechanisms=_of(both.mechanisms, element),
            quotes=_of(both.quotes, element),
            terms=_of(both.terms, element),
            necessity=_of(both.necessity, element),
            agreement=agreement.get(key, {}),
            advice=advice[key],
            gaps=_of(both.gaps, element),
        )


def _by_key(table: pd.DataFrame) -> dict[tuple[str, ...], dict[str, Any]]:
    rows = [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]
    return {key_of(row): row for row in rows}


def _of(table: pd.DataFrame, element: str) -> pd.DataFrame:
    return table[table["element"] == element].reset_index(drop=True)
