"""Questions with several answers: one column an option in the frame, whatever the file made of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lcresearch.responses.answers import (
    ANSWER,
    DATE,
    DECLARED,
    MARKED,
    OWN_WORDS,
    UNKNOWN,
    Reasons,
    declared_missing,
    decode_text,
    file_codes,
    label_codes,
    recoded,
)
from lcresearch.responses.asked import Asked
from lcresearch.responses.tables import Coded, Column

_COMMA, _BLANK = ",", " "
SEPARATORS = (";", "\n", "|", _COMMA, _BLANK)
_BETWEEN_OWN_WORDS = (";", "\n", _COMMA)
"""What Microsoft Forms and Google Forms put between answers; a blank or bar is part of what somebody wrote."""
_CODE_OR_NAME = re.compile(r"[a-z0-9_][a-z0-9_.-]*")
SOME, AMBIGUOUS = 101, 102

_Meaning = Callable[[str], float | None]


@dataclass(frozen=True)
class Expanded:
    """The answers of a column with several in a cell.

    Attributes
    ----------
    numbers : array of float64, shape (n_options, n_rows)
        1 chosen, 0 not chosen, NaN where nothing was answered.
    reasons : array of int8, shape (n_values,)
        What each distinct cell is: answers, declared missing, a mark for missing, a date, unknown as a whole,
        :data:`SOME` parts unknown, :data:`AMBIGUOUS`: to be split in more than one way, or with own words for "other,
        namely".
    """

    numbers: npt.NDArray[np.float64]
    reasons: Reasons


def expand(coded: Coded, column: Column, item: Asked) -> Expanded:
    """Split cells such as ``1;3`` or ``bouw; zorg`` into one column an option.

    Labels may hold the sign that stands between answers: of all ways to split a cell, those count that give only
    options of the question. A blank stands between answers only if nothing but options comes out, and codes do not
    mix with words there: ``3 scholen samen`` is somebody's own words, not option 3. What is left between blanks that is
    no option is passed over on platforms that put blanks there, where all pieces are codes or names of answers.

    Parameters
    ----------
    coded : Coded
        The column as read.
    column : Column
        What the file says about it.
    item : Asked
        What was asked.
    """
    places = {code: place for place, code in enumerate(item.codes)}
    labels = label_codes(item)
    meaning = _meaning(column, item, labels)
    marks = _BETWEEN_OWN_WORDS if column.own_words else SEPARATORS
    longest = {mark: 1 + max((label.count(mark) for label in _labels(item, labels)), default=0) for mark in marks}
    chosen = np.full((len(coded.values) + 1, len(places)), np.nan)
    reasons = np.empty(len(coded.values), dtype=np.int8)
    for row, value in enumerate(coded.values.tolist()):
        value = "\n".join(part for part in value.split("\n") if not declared_missing(part.strip(), column))
        if not value:
            reasons[row] = DECLARED
            continue
        reasons[row], codes = _split(value, meaning, longest, blanks=column.blanks_between)
        if reasons[row] == UNKNOWN:
            whole = decode_text(value, item, labels)[0]
            reasons[row] = whole if whole in (MARKED, DATE) else UNKNOWN
        if codes:
            chosen[row] = 0
            chosen[row, [places[code] for code in codes]] = 1
    if column.own_words and item.other is not None and np.isin(reasons, (ANSWER, SOME)).any():
        written = np.flatnonzero(np.isin(reasons, (SOME, UNKNOWN)))
        chosen[written] = np.nan_to_num(chosen[written])
        chosen[written, places[item.other]], reasons[written] = 1, OWN_WORDS
    return Expanded(chosen[coded.codes].T, reasons)


def _labels(item: Asked, known: Iterable[str]) -> list[str]:
    return [*known, *(label for labels in item.codes.values() for label in labels)]


def _meaning(column: Column, item: Asked, labels: Mapping[str, float]) -> _Meaning:
    """What one answer means: as the labels of the file say, else its code or label; None if it is no option."""
    of_file = file_codes(column, labels)
    moved = recoded(of_file)
    known: dict[str, float | None] = {}

    def meaning(text: str) -> float | None:
        if text not in known:
            reason, code = (ANSWER, of_file[text]) if text in of_file else decode_text(text, item, labels)
            known[text] = code if reason == ANSWER and (text in of_file or not moved) else None
        return known[text]

    return meaning


def _split(value: str, meaning: _Meaning, longest: Mapping[str, int], *, blanks: bool) -> tuple[int, frozenset[float]]:
    """What a cell is, and the options in it: split in the way that gives only options, else what can be recognised."""
    marks = [mark for mark in longest if mark in value]
    for mark in marks:
        ways = _ways(value.split(mark), mark, meaning, longest[mark])
        if ways:
            return (ANSWER, ways[0]) if len(ways) == 1 else (AMBIGUOUS, frozenset())
    whole = meaning(value)
    if whole is not None:
        return ANSWER, frozenset({whole})
    apart = next((mark for mark in marks if mark != _BLANK or (blanks and _are_names(value))), None)
    found = _recognised(value.split(apart), apart, meaning, longest[apart]) if apart else frozenset()
    return (SOME, found) if found else (UNKNOWN, found)


def _ways(pieces: Sequence[str], mark: str, meaning: _Meaning, longest: int) -> list[frozenset[float]]:
    """The sets of options that a cell can be, up to two: its pieces, or neighbours put together as one label."""
    no_numbers = mark == _BLANK and _among_words(pieces)
    ways: list[list[frozenset[float]]] = [[frozenset()]]
    for end in range(1, len(pieces) + 1):
        found = list(ways[end - 1]) if not pieces[end - 1].strip() else []
        for start in range(max(0, end - longest), end):
            passed = not ways[start] or (no_numbers and _is_number(pieces[start:end]))
            code = None if passed else _together(pieces[start:end], mark, meaning)
            if code is not None:
                found += [way | {code} for way in ways[start]]
        ways.append(list(dict.fromkeys(found))[:2])
    return [way for way in ways[-1] if way]


def _together(pieces: Sequence[str], mark: str, meaning: _Meaning) -> float | None:
    """The code of one piece, or of several that together are a label; numbers are never put together."""
    text = mark.join(pieces).strip()
    if not text or (len(pieces) > 1 and not any(map(str.isalpha, text))):
        return None
    return meaning(text)


def _are_names(value: str) -> bool:
    """Whether all that stands between blanks is a code or a name of an answer."""
    return all(map(_CODE_OR_NAME.fullmatch, value.split()))


def _among_words(pieces: Sequence[str]) -> bool:
    return any(piece.strip() and not piece.strip().isdecimal() for piece in pieces)


def _is_number(pieces: Sequence[str]) -> bool:
    return len(pieces) == 1 and pieces[0].strip().isdecimal()


def _recognised(pieces: Sequence[str], mark: str, meaning: _Meaning, longest: int) -> frozenset[float]:
    """The options among the pieces; the longest label goes first, and what is no option is passed over.

    A number between commas is none where words stand too: it may be part of a sentence.
    """
    no_numbers = mark == _COMMA and _among_words(pieces)
    found, start = set[float](), 0
    while start < len(pieces):
        for end in range(min(len(pieces), start + longest), start, -1):
            code = _together(pieces[start:end], mark, meaning)
            if code is not None and not (no_numbers and _is_number(pieces[start:end])):
                found.add(code)
                break
        start = end
    return frozenset(found)


def fill_not_chosen(numbers: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Read an empty cell of an option as "not chosen", for everyone of whom another one is known.

    Parameters
    ----------
    numbers : array of float64, shape (n_options, n_rows)
        The options of one question.

    Examples
    --------
    >>> fill_not_chosen(np.array([[1, np.nan], [np.nan, np.nan]])).tolist()
    [[1.0, nan], [0.0, nan]]
    """
    empty = np.isnan(numbers)
    return np.where(empty & ~empty.all(axis=0), 0, numbers)
