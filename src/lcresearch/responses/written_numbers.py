"""Numbers as people and programs write them: 1250, 1.250, 1 250,50; and those that can be read in two ways."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lcresearch.responses.asked import Asked
from lcresearch.responses.wording import plain

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_BETWEEN = "[ \u00a0\u2007\u2009\u202f'’]"
_SPACED = re.compile(rf"[+-]?[1-9]\d{{0,2}}(?:{_BETWEEN}\d{{3}})+(?:[.,]\d+)?")
_POINTED = re.compile(r"[+-]?[1-9]\d{0,2}(?:(?:\.\d{3})+,\d+|(?:\.\d{3}){2,})")
_COMMAED = re.compile(r"[+-]?[1-9]\d{0,2}(?:(?:,\d{3})+\.\d+|(?:,\d{3}){2,})")
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_LONGEST = 99_999
_OTHER_MARK = {".": ",", ",": "."}

PLAIN, GROUPED, DOUBTFUL = range(3)


@dataclass(frozen=True)
class Written:
    """A number, and how it was written: :data:`PLAIN`, :data:`GROUPED` with thousands apart, or :data:`DOUBTFUL`."""

    number: float
    how: int = PLAIN


@dataclass(frozen=True)
class _Habits:
    """How a column writes its numbers, as far as single values leave no doubt.

    ``decimal`` and ``thousands`` are the marks that stand for these; ``whole`` says whether whole numbers stand there
    that no program wrote with three decimals; ``exact`` whether a program wrote them, from numbers and not from texts.
    """

    decimal: frozenset[str]
    thousands: frozenset[str]
    whole: bool
    exact: bool


def plain_number(text: str) -> float | None:
    """A number with a decimal point or comma; None if the text is anything else.

    Examples
    --------
    >>> plain_number("2,5"), plain_number("1.250,50")
    (2.5, None)
    """
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def label_key(text: str) -> str:
    """A text as labels are compared; of a number without what programs add to it: ``1.0`` is ``1``.

    Examples
    --------
    >>> label_key("1.0"), label_key(" Meer. ")
    ('1', 'meer')
    """
    number = plain_number(text)
    return plain(text) if number is None or number > _LONGEST else f"{number:g}"


def written_numbers(values: Iterable[str], item: Asked, *, exact: bool = False) -> dict[str, Written]:
    """Which number each text is; texts that are none are left out.

    A mark before three digits stands for thousands or for decimals. What the question allows decides: whole numbers or
    not, the range; then what the other values of the column show. Where both readings are left, it is doubtful.

    Parameters
    ----------
    values : iterable of str
        The distinct values of a column.
    item : Asked
        A question that takes a number.
    exact : bool
        Whether the file keeps numbers as numbers, as SPSS, Parquet and workbooks do: a mark in those is a decimal one.

    Examples
    --------
    >>> staff = Asked("staff", "number", frozenset())
    >>> [number.number for number in written_numbers(["1.250", "1 250", "1.250,50"], staff).values()]
    [1250.0, 1250.0, 1250.5]
    """
    texts = list(values)
    habits = _habits(texts, item, exact)
    found = ((text, _written(text, item, habits)) for text in texts)
    return {text: number for text, number in found if number is not None}


def is_fraction(number: float, item: Asked) -> bool:
    """Whether a number has decimals where the question asks for whole numbers."""
    return item.decimals == 0 and number != int(number)


def _habits(texts: Iterable[str], item: Asked, exact: bool) -> _Habits:
    decimal, thousands, whole = set[str](), set[str](), False
    for text in texts:
        if _POINTED.fullmatch(text) or _COMMAED.fullmatch(text):
            mark = "." if _POINTED.fullmatch(text) else ","
            thousands.add(mark)
            decimal |= {_OTHER_MARK[mark]} & set(text)
        elif _NUMBER.fullmatch(text) and not _EITHER.fullmatch(text):
            marks = {".", ","} & set(text)
            decimal |= marks
            whole = whole or not marks
        elif _EITHER.fullmatch(text):
            whole = whole or is_fraction(float(text.replace(",", ".")), item)
    return _Habits(frozenset(decimal), frozenset(thousands), whole, exact)


def _written(text: str, item: Asked, habits: _Habits) -> Written | None:
    if _EITHER.fullmatch(text):
        return _settled(text, item, habits)
    number = plain_number(text)
    if number is not None:
        return Written(number)
    if _POINTED.fullmatch(text):
        return Written(float(text.replace(".", "").replace(",", ".")), GROUPED)
    if _COMMAED.fullmatch(text):
        return Written(float(text.replace(",", "")), GROUPED)
    if _SPACED.fullmatch(text):
        return Written(float(re.sub(_BETWEEN, "", text).replace(",", ".")), GROUPED)
    return None


def _settled(text: str, item: Asked, habits: _Habits) -> Written:
    """``1.250`` or ``1,250``: thousands or decimals, or doubtful."""
    mark = "." if "." in text else ","
    fraction, grouped = Written(float(text.replace(",", "."))), Written(float(text.replace(mark, "")), GROUPED)
    from_number = habits.exact and mark == "." and not text.endswith("0")
    possible = [] if from_number or mark in habits.decimal else [grouped]
    if not is_fraction(fraction.number, item) and mark not in habits.thousands:
        possible.append(fraction)
    inside = [one for one in possible if _allowed(one.number, item)] or possible
    if len(inside) == 1:
        return inside[0]
    if item.decimals >= 3 or from_number:
        return fraction
    settled = possible and ((habits.whole and item.decimals == 0) or _OTHER_MARK[mark] in habits.decimal)
    return grouped if settled else Written(fraction.number, DOUBTFUL)


def _allowed(number: float, item: Asked) -> bool:
    low, high = item.minimum, item.maximum
    return number in item.missing or ((low is None or number >= low) and (high is None or number <= high))
