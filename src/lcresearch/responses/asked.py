"""What was asked: the items of all instruments in the form that reading needs, whatever kind of answer they take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lcresearch.errors import Problem, ResponsesError
from lcresearch.responses.wording import plain

if TYPE_CHECKING:
    from lcresearch.instruments import Instrument, Item


# what platforms write in the column of an option that was, or was not, chosen
_CHOSEN = ("yes", "ja", "y", "j", "true", "waar", "selected", "checked", "x")
_NOT_CHOSEN = ("no", "nee", "nein", "n", "false", "onwaar", "not selected", "unchecked")
OTHER = "-oth-"
"""How LimeSurvey writes "other, namely"; readers of other platforms use it too for the column with that text."""


@dataclass(frozen=True)
class Asked:
    """One item.

    Attributes
    ----------
    id : str
    kind : str
        ``choice`` (one of the codes), ``number``, ``multiple`` (several of the codes in one cell), ``option`` (one
        answer of such a question, in a column of its own) or ``text``, which is not read into the frame.
    texts : frozenset of str
        Plain text of the question in every language.
    codes : mapping of float to tuple of str
        Code -> its labels in every language.
    missing : mapping of float to tuple of str
        The same for codes that stand for a missing answer ("weet niet").
    minimum, maximum : float or None
        Range of a number.
    decimals : int
        Digits of a number after the decimal mark; 0 asks for a whole number.
    part_of : str or None
        Of an option: the question that it belongs to.
    other : float or None
        The code of "other, namely"; of the option itself 1, since any text that was filled in means that it was chosen.
    languages : mapping of str to frozenset of str
        Plain label -> languages that have it.
    """

    id: str
    kind: str
    texts: frozenset[str]
    codes: Mapping[float, tuple[str, ...]] = field(default_factory=dict)
    missing: Mapping[float, tuple[str, ...]] = field(default_factory=dict)
    minimum: float | None = None
    maximum: float | None = None
    decimals: int = 0
    part_of: str | None = None
    other: float | None = None
    languages: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """Its columns in the frame."""
        return tuple(f"{self.id}_{code:g}" for code in self.codes) if self.kind == "multiple" else (self.id,)

    @property
    def allowed(self) -> str:
        """The answers that count, in a few words: ``1-5``, or ``0-60`` for a number."""
        low, high = (min(self.codes), max(self.codes)) if self.codes else (self.minimum, self.maximum)
        return f"{_short(low)}–{_short(high)}"

    @property
    def readable(self) -> bool:
        """Whether its answers can stand in the frame."""
        return self.kind != "text"


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
            for asked in _asked(instrument, item):
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


def option_named(item: Asked, name: str) -> str | None:
    """The option of a question with several answers that has this code or label; None when there is none.

    :data:`OTHER` names the option "other, namely", whatever its label. Underscores count as blanks.

    Examples
    --------
    >>> option_named(Asked("ba01", "multiple", frozenset(), {2.0: ("zorg", "care")}), "Care")
    'ba01_2'
    """
    if item.kind != "multiple":
        return None
    named = {plain(label): code for code, labels in item.codes.items() for label in (*labels, f"{code:g}")}
    code = item.other if name == OTHER else named.get(plain(name), named.get(plain(name.replace("_", " "))))
    return None if code is None else f"{item.id}_{code:g}"


def _asked(instrument: Instrument, item: Item) -> list[Asked]:
    """The item; and after a question with several answers, each answer as a column of its own."""
    texts = frozenset(plain(text) for text in item.text.values()) - {""}
    scale = instrument.response_scale_of(item.id)
    if scale is None:
        missing, low, high = _labels(item.missing), item.minimum, item.maximum
        return [Asked(item.id, item.type, texts, {}, missing, low, high, item.decimals)]
    codes = {float(code): tuple(scale.labels.get(code, {}).values()) for code in scale.codes}
    if item.type != "multiple":
        missing, languages = _labels(scale.missing), _languages(scale.labels)
        return [Asked(item.id, item.type, texts, codes, missing, other=scale.other, languages=languages)]
    options = dict(sorted((codes | _labels(scale.missing)).items()))
    whole = Asked(item.id, "multiple", texts, options, other=scale.other)
    return [whole, *(_option(whole, code) for code in options)]


def _option(whole: Asked, code: float) -> Asked:
    codes = {0.0: _NOT_CHOSEN, 1.0: (*_CHOSEN, *whole.codes[code], f"{code:g}")}
    other = 1.0 if code == whole.other else None
    return Asked(f"{whole.id}_{code:g}", "option", frozenset(), codes, part_of=whole.id, other=other)


def _languages(labels: Mapping[int, Mapping[str, str]]) -> dict[str, frozenset[str]]:
    """Plain label -> the languages in which it is a label."""
    found: dict[str, frozenset[str]] = {}
    for language, text in (pair for texts in labels.values() for pair in texts.items()):
        found[plain(text)] = found.get(plain(text), frozenset()) | {language}
    return found


def _labels(codes: Mapping[int, Mapping[str, str]]) -> dict[float, tuple[str, ...]]:
    return {float(code): tuple(labels.values()) for code, labels in codes.items()}
