"""What was asked: the items of all instruments in the form that reading needs, whatever kind of answer they take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lcresearch.errors import Problem, ResponsesError
from lcresearch.responses.wording import plain

if TYPE_CHECKING:
    from lcresearch.instruments import Instrument, Item


@dataclass(frozen=True)
class Asked:
    """One item.

    Attributes
    ----------
    id : str
    kind : str
        ``choice`` (one of the codes), ``number``, or another kind that is not read into the frame.
    texts : frozenset of str
        Plain text of the question in every language.
    codes : mapping of float to tuple of str
        Code -> its labels in every language.
    missing : mapping of float to tuple of str
        The same for codes that stand for a missing answer ("weet niet").
    minimum, maximum : float or None
        Range of a number.
    """

    id: str
    kind: str
    texts: frozenset[str]
    codes: Mapping[float, tuple[str, ...]] = field(default_factory=dict)
    missing: Mapping[float, tuple[str, ...]] = field(default_factory=dict)
    minimum: float | None = None
    maximum: float | None = None

    @property
    def allowed(self) -> str:
        """The answers that count, in a few words: ``1-5``, or ``0-60`` for a number."""
        low, high = (min(self.codes), max(self.codes)) if self.codes else (self.minimum, self.maximum)
        return f"{_short(low)}–{_short(high)}"

    @property
    def readable(self) -> bool:
        """Whether its answers are codes or numbers."""
        return self.kind in ("choice", "number")


def _short(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def asked_items(instruments: Iterable[Instrument]) -> dict[str, Asked]:
    """The items of all instruments by id.

    Raises
    ------
    ResponsesError
        R032 if two instruments use one id for different questions.
    """
    items: dict[str, Asked] = {}
    owner: dict[str, str] = {}
    problems = []
    for instrument in instruments:
        for item in instrument.items:
            asked = _asked(instrument, item)
            if items.setdefault(asked.id, asked) != asked:
                values = {"item": asked.id, "first": owner[asked.id], "second": instrument.id}
                problems.append(Problem("R032", values=values))
            owner.setdefault(asked.id, instrument.id)
    if problems:
        raise ResponsesError(problems)
    return items


def questions(items: Mapping[str, Asked]) -> dict[str, frozenset[str]]:
    """Plain text of each question -> ids of the items that ask it."""
    found: dict[str, frozenset[str]] = {}
    for item in items.values():
        for text in item.texts:
            found[text] = found.get(text, frozenset()) | {item.id}
    return found


def _asked(instrument: Instrument, item: Item) -> Asked:
    texts = frozenset(plain(text) for text in item.text.values()) - {""}
    scale = instrument.response_scale_of(item.id)
    if scale is None:
        return Asked(item.id, item.type, texts, {}, _labels(item.missing), item.minimum, item.maximum)
    codes = {float(code): tuple(scale.labels.get(code, {}).values()) for code in scale.codes}
    return Asked(item.id, item.type, texts, codes, _labels(scale.missing))


def _labels(codes: Mapping[int, Mapping[str, str]]) -> dict[float, tuple[str, ...]]:
    return {float(code): tuple(labels.values()) for code, labels in codes.items()}
