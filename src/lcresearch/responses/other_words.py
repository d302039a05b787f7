"""A form with other words for its answers than the instrument: some answers are known and others are not.

Setting the unknown ones to missing would leave only those who agree, or only those who do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from rapidfuzz import fuzz

from lcresearch.responses.answers import ANSWER, UNKNOWN, Decoded, letter_codes
from lcresearch.responses.asked import Asked
from lcresearch.responses.file_labels import by_language, listed
from lcresearch.responses.log import Log
from lcresearch.responses.tables import Coded, Column, shown
from lcresearch.responses.wording import plain

_OFTEN, _FEWEST_ROWS = 3, 2
_SHARE = 0.1
_SHARE_OF_ALL, _FEWEST_OF_ALL = 0.25, 4
_ITEMS_NAMED, _WORDS_NAMED = 5, 8
_NO_OPINION = frozenset(
    {"weet niet", "weet ik niet", "ik weet het niet", "geen mening", "geen idee", "wil ik niet zeggen"}
    | {"zeg ik liever niet", "don't know", "dont know", "i don't know", "no opinion", "no idea", "prefer not to say"}
)
"""Texts that say that somebody has no answer: without a label they are set to missing, and no answer is lost."""


@dataclass
class _Text:
    """A text that is no answer: as it stands in the file, how often, and some of its rows."""

    shown: str
    n: int = 0
    rows: frozenset[int] = frozenset()


@dataclass
class _Battery:
    """What was counted in the questions with the same answers; ``n`` are answers and texts, ``known`` the answers."""

    item: Asked
    n: int = 0
    texts: dict[str, _Text] = field(default_factory=dict)
    items: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)


@dataclass
class OtherWords:
    """Counts texts that are no answer, over all questions with the same answers.

    Attributes
    ----------
    batteries : dict
        Labels of the instrument -> what was counted.
    """

    batteries: dict[tuple[tuple[float, tuple[str, ...]], ...], _Battery] = field(default_factory=dict)

    def add(self, item: Asked, column: Column, coded: Coded, decoded: Decoded) -> None:
        """Count those of one question, unless people could fill in words of their own or R100 tells already."""
        if item.kind != "choice" or item.other is not None or letter_codes(coded, decoded, item):
            return
        counts = coded.counts()
        battery = self.batteries.setdefault(tuple(sorted(item.codes.items())), _Battery(item))
        battery.n += int(counts[decoded.reasons == ANSWER].sum())
        battery.known |= set(map(plain, coded.values[decoded.reasons == ANSWER].tolist()))
        found = 0
        for place in np.flatnonzero((decoded.reasons == UNKNOWN) & (counts > 0)).tolist():
            value = str(coded.values[place])
            key = plain(column.labels.get(value, value))
            if key in _NO_OPINION:
                continue
            text = battery.texts.setdefault(key, _Text(shown(column.labels.get(value, value), 40)))
            text.n, found = text.n + int(counts[place]), found + int(counts[place])
            if len(text.rows) < _FEWEST_OF_ALL:
                text.rows |= frozenset(np.flatnonzero(coded.codes == place)[:_FEWEST_OF_ALL].tolist())
        battery.n += found
        if found:
            battery.items.append(item.id)

    def report(self, log: Log) -> None:
        """An error (R094) for questions of which whole answers are unknown; a typing error stays a warning (R041)."""
        for battery in self.batteries.values():
            repeated = [text for text in battery.texts.values() if _is_answer(text, battery.n)]
            if not repeated and not _many(battery):
                continue
            texts = sorted(battery.texts.values(), key=lambda text: -text.n)
            words = [f"'{text.shown}' ({text.n})" for text in texts[:_WORDS_NAMED]]
            log.add(
                "R094",
                "refused",
                items=[*battery.items[:_ITEMS_NAMED], *(["…"] if len(battery.items) > _ITEMS_NAMED else [])],
                words=[*words, *(["…"] if len(texts) > _WORDS_NAMED else [])],
                n=sum(text.n for text in texts),
                total=battery.n,
                own=_labels_like(battery.item, list(battery.texts), battery.known),
            )


def _is_answer(text: _Text, n: int) -> bool:
    """Whether a text is repeated as an answer is, and not by one person alone."""
    return len(text.rows) >= _FEWEST_ROWS and (text.n >= _OFTEN or text.n >= _SHARE * n)


def _many(battery: _Battery) -> bool:
    """Whether so many cells, of several persons, hold some unknown text that they are no typing errors."""
    rows = frozenset[int]().union(*(text.rows for text in battery.texts.values()))
    n = sum(text.n for text in battery.texts.values())
    return len(rows) >= _OFTEN and n >= max(_FEWEST_OF_ALL, _SHARE_OF_ALL * battery.n)


def _labels_like(item: Asked, texts: Sequence[str], known: set[str]) -> str:
    """The labels of the instrument in the language of the answers that are known, else the one most like the texts."""

    def likeness(labels: dict[float, str]) -> tuple[int, float]:
        own = [plain(label) for label in labels.values()]
        alike = sum(max((fuzz.ratio(text, label) for label in own), default=0) for text in texts)
        return len(known.intersection(own)), alike

    return listed(list(max(by_language(item), key=likeness).items()))
