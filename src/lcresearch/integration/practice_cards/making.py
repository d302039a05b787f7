"""Make practice and transfer cards of what people wrote and what the evidence says."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from lcresearch.disclosure import Policy
from lcresearch.errors import IntegrationError, Place, Problem, nearest
from lcresearch.integration.elements.result import ElementsOfBothKinds
from lcresearch.integration.practice_cards.card import Card, Expected, Text
from lcresearch.integration.practice_cards.evidence import (
    combinations_with,
    expectation,
    moderators_of,
    necessary_for,
    numbers_of,
    row_of_element,
    words_of,
)
from lcresearch.integration.practice_cards.model import PARTS, CardsFile, WrittenCard
from lcresearch.integration.practice_cards.reading import FILE_NAME, read_cards
from lcresearch.integration.practice_cards.result import Cards
from lcresearch.integration.value import CommunityValue, community_value
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.synthesis import Synthesis
from lcresearch.synthesis.programme import ProgrammeFile

Values = Mapping[str, CommunityValue]


def cards(
    written: CardsFile | str | Path,
    evidence: ElementsOfBothKinds | Synthesis | pd.DataFrame | None = None,
    *,
    values: Values | None = None,
    programme: ProgrammeFile | None = None,
    persons: Mapping[str, int] | None = None,
    policy: Policy | None = None,
    today: datetime.date | None = None,
) -> Cards:
    """One page a community or element: what was done, what it gave and cost, what failed, and what to expect elsewhere.

    A card needs context, what was done, evidence, what failed, and conditions. One that lacks a part is not made, and
    the result says what is missing. When nothing failed, the card must say where was looked for that.

    Parameters
    ----------
    written : CardsFile or path
        What people wrote: ``cards.yaml``, or the folder that holds it.
    evidence : ElementsOfBothKinds, Synthesis or DataFrame, optional
        The elements with their effects and what to expect in a new consortium (``pred_low, pred_high``).
    values : mapping of str to CommunityValue, optional
        Card -> its costs and benefits; those that cards name under ``value`` are read from the folder of the file.
    programme : ProgrammeFile, optional
        For titles of elements and moderators; that of the synthesis where it is one.
    persons : mapping of str to int, optional
        Community -> persons who took part in its study.
    policy : Policy, optional
        What may be shared: a card of a community then needs its consent (``released_by, released_on``) and at least
        ``minimum_cell`` persons. None makes the researcher's own version, with all cards.
    today : date, optional
        Nothing can be of a later day; today by default.

    Returns
    -------
    Cards

    Raises
    ------
    IntegrationError
        As :func:`read_cards`; Q243: an element that the evidence lacks; Q248: no card can be made; Q251: costs of a
        card that is not there.

    Examples
    --------
    >>> text = {"nl": "Zie hier.", "en": "See here."}
    >>> one = {"element": "coaching", "context": text, "done": text, "failed": text, "conditions": [text]}
    >>> file = CardsFile.model_validate({"id": "pilot", "cards": {"coaching": one | {"by": "A", "date": "2026-01-20"}}})
    >>> table = pd.DataFrame({"element": ["coaching"], "estimate": [0.3], "pred_low": [-0.1], "pred_high": [0.7]})
    >>> made = cards(file, table)
    >>> made.tidy()[["term", "estimate", "pred_low", "pred_high", "expected"]].to_numpy().tolist()
    [['coaching', 0.3, -0.1, 0.7, 'range']]
    """
    content = read_cards(written, today=today)
    programme = evidence.programme if programme is None and isinstance(evidence, Synthesis) else programme
    known = _Known(evidence, programme)
    values = _values(content, written) | dict(values or {})
    file = Path(written).name if isinstance(written, str | Path) and Path(written).is_file() else FILE_NAME
    problems = [*known.unknown_elements(content, file), *_unknown_values(content, values)]
    if problems:
        raise IntegrationError(problems)
    made, left = [], []
    for name, one in content.cards.items():
        card = known.card(name, one, values.get(name))
        found = [*_missing(name, one, card), *_not_shared(name, one, persons or {}, policy)]
        left += [Problem(problem.code, Place(file=file), problem.values) for problem in found]
        made += [] if found else [card]
    if not made:
        raise IntegrationError([*left, Problem("Q248", Place(file=file))])
    return Cards(content.id, tuple(content.languages), content.simulated, tuple(made), tuple(left), policy is None)


class _Known:
    """What is known of elements."""

    def __init__(
        self, evidence: ElementsOfBothKinds | Synthesis | pd.DataFrame | None, programme: ProgrammeFile | None
    ) -> None:
        self.both = evidence if isinstance(evidence, ElementsOfBothKinds) else None
        if isinstance(evidence, Synthesis):
            table: pd.DataFrame | None = evidence.elements
        else:
            table = evidence.table if isinstance(evidence, ElementsOfBothKinds) else evidence
        self.table = table
        self.programme = programme

    def unknown_elements(self, content: CardsFile, file: str) -> Iterator[Problem]:
        """Q243 for elements that the evidence lacks; without evidence nothing is unknown."""
        if self.table is None:
            return
        known = [str(name) for name in dict.fromkeys(self.table["element"])]
        for name, one in content.cards.items():
            for element in (*([one.element] if one.element else []), *one.elements):
                if row_of_element(self.table, element, one.outcome) is None:
                    values = {"card": name, "element": element, "known": known}
                    yield Problem("Q243", Place(file=file), {**values, "nearest": nearest(element, known) or "–"})

    def card(self, name: str, one: WrittenCard, value: CommunityValue | None) -> Card:
        """The card, whether complete or not."""
        elements = (one.element,) if one.element is not None else one.elements
        rows = {element: self._row(element, one.outcome) for element in elements}
        own = one.element or ""
        written = one.evidence
        return Card(
            name=name,
            kind="element" if one.element is not None else "community",
            about=own or str(one.community),
            title=dict(one.title) if one.title else self._title(own or str(one.community)),
            context=dict(one.context or {}),
            done=dict(one.done or {}),
            failed=dict(one.failed or {}),
            looked=dict(one.nothing_failed or {}),
            conditions=tuple(dict(text) for text in one.conditions),
            evidence=dict(written.text) if written else {},
            certainty=written.certainty if written else "",
            source=dict(written.source or {}) if written else {},
            expected=tuple(
                Expected(element, self._title(element), expectation(row), numbers_of(row), words_of(row))
                for element, row in rows.items()
            ),
            by=one.by or "",
            date=one.date or "",
            stopped=one.stopped,
            advice=self._advice(own, one.outcome),
            together=tuple(combinations_with(self.both, own)) if self.both is not None and own else (),
            necessary=tuple(necessary_for(self.both, own)) if self.both is not None and own else (),
            moderators=tuple(self._title(each) for each in moderators_of(rows.get(own))),
            cost=_cost(one, value),
            released_by=one.released_by or "",
            released_on=one.released_on or "",
        )  # fmt: skip

    def _row(self, element: str, outcome: str | None) -> dict[str, Any] | None:
        return None if self.table is None else row_of_element(self.table, element, outcome)

    def _title(self, name: str) -> Text:
        if self.both is not None and name in self.both.titles:
            return dict(self.both.titles[name])
        if self.programme is not None:
            found = self.programme.elements.get(name) or self.programme.covariates.get(name)
            if found is not None:
                return dict(found.title)
        return dict.fromkeys(LANGUAGES, name)

    def _advice(self, element: str, outcome: str | None) -> Text:
        if self.both is None or not element:
            return {}
        row = row_of_element(self.both.advice, element, outcome)
        return {language: str(row[language]) for language in LANGUAGES} if row is not None else {}


def _values(content: CardsFile, written: CardsFile | str | Path) -> dict[str, CommunityValue]:
    """Costs and benefits that cards name; each file is computed once."""
    if isinstance(written, CardsFile):
        return {}
    folder = Path(written) if Path(written).is_dir() else Path(written).parent
    named = {name: one.value for name, one in content.cards.items() if one.value is not None}
    found = {file: community_value(folder / file) for file in dict.fromkeys(named.values())}
    return {name: found[file] for name, file in named.items()}


def _cost(one: WrittenCard, value: CommunityValue | None) -> Text:
    return {language: value.line(language) for language in LANGUAGES} if value is not None else dict(one.cost or {})


def _missing(name: str, one: WrittenCard, card: Card) -> Iterator[Problem]:
    """Q241 with every part that the card lacks."""
    numbers = any(math.isfinite(each.numbers["estimate"]) for each in card.expected) and card.kind == "element"
    there = {
        "context": one.context is not None,
        "done": one.done is not None,
        "evidence": one.evidence is not None or numbers,
        "failed": one.failed is not None or one.nothing_failed is not None,
        "conditions": bool(one.conditions or card.together or card.necessary or card.moderators),
        "by": one.by is not None,
    }
    lacks = [part for part in (*PARTS, "by") if not there[part]]
    if lacks:
        parts = {
            language: "; ".join(Messages(language)(f"integration.cards.part.{part}") for part in lacks)
            for language in LANGUAGES
        }
        yield Problem("Q241", values={"card": name, "parts": parts})


def _not_shared(name: str, one: WrittenCard, persons: Mapping[str, int], policy: Policy | None) -> Iterator[Problem]:
    """Why a card of a community cannot be shared."""
    if policy is None or one.community is None:
        return
    if not one.released:
        yield Problem("Q245", values={"card": name})
    if persons.get(one.community, 0) < policy.minimum_cell:
        yield Problem("Q246", values={"card": name, "minimum_cell": policy.minimum_cell})


def _unknown_values(content: CardsFile, values: Values) -> Iterator[Problem]:
    known = list(content.cards)
    for name in values:
        if name not in known:
            yield Problem("Q251", values={"name": name, "known": known, "nearest": nearest(name, known) or "–"})
