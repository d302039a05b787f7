"""From what stands in a cell to the code that it means. Works on the distinct values of a column, never on its rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lcresearch.responses.asked import OTHER, Asked
from lcresearch.responses.tables import Coded, Column
from lcresearch.responses.wording import plain
from lcresearch.responses.written_numbers import (
    DOUBTFUL,
    GROUPED,
    Written,
    is_fraction,
    label_key,
    plain_number,
    written_numbers,
)

_CODE_FIRST = re.compile(r"\(?([+-]?\d+)\)?\s*[=:.)–-]?\s*(\D.*)", re.DOTALL)
_CODE_LAST = re.compile(r"(.*\D)\s*[\[(]([+-]?\d+)[\])]", re.DOTALL)
_DATE = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}([ T].*)?|\d{1,2}[-/. ](\d{1,2}|[a-z]{3,9}\.?)[-/. ]\d{2,4}( .*)?"
    r"|\d{1,2}[-/ ](jan|feb|mrt|maa|mar|apr|mei|may|jun|jul|aug|sep|okt|oct|nov|dec)[a-z.]*"
    r"|(jan|feb|mrt|maa|mar|apr|mei|may|jun|jul|aug|sep|okt|oct|nov|dec)[a-z.]*[-/ ]\d{1,4}"
    r"|0\d[-/]\d{1,2}|\d{1,2}[-/]0\d",
    re.IGNORECASE,
)
_MONTH = "(?:[1-9]|1[0-2])"
_RANGE = re.compile(rf"(?<![\d.,])(?:(?:[12]?\d|3[01])\s?[-–/]\s?{_MONTH}|{_MONTH}\s?[-–/]\s?\d{{1,2}})(?![\d.,])")
# texts that programs write for "nothing here"; a label of the response scale goes before them
MARKERS = frozenset(
    {"na", "n/a", "#n/a", "n.a", "nan", "<na>", "null", "#null!", "", "-", "--", "?", "??", "#n/b", "n.v.t", "nvt"}
    | {"niet van toepassing", "not applicable", "geen antwoord", "no answer", "niet ingevuld", "niet beantwoord"}
    | {"not answered"}
)
# a letter for an answer, and how programs name the answer with a line to fill in
_LETTERS = {"y": ("yes", "ja"), "n": ("no", "nee")}
# names that platforms give to "other, namely" themselves: "Other (please specify)", "Anders, namelijk"
_OTHER_NAMES = ("other", "overig", "overige", "anders", "iets anders", "something else", "sonstiges")
_FILL_IN = ("please specify", "specify", "namely", "namelijk", "geef nadere toelichting", "bitte angeben")
_FORMS = ("{} ({})", "{}, {}", "{}: {}")
_NAMED_OTHER = (form.format(name, ask) for form in _FORMS for name in _OTHER_NAMES for ask in _FILL_IN)
_OTHER_WORDS = (OTHER, *_OTHER_NAMES, *_NAMED_OTHER)
_LETTER_CODE = re.compile(r"[A-Za-z]{1,4}\d{1,4}")

ANSWER, DECLARED, MARKED, OUTSIDE, UNKNOWN, DATE, UNSURE, OWN_WORDS, THOUSANDS, FRACTION, EITHER = range(11)
_NO_ANSWER = (OUTSIDE, UNKNOWN, DATE)
Reasons = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Decoded:
    """The answers of one column.

    Attributes
    ----------
    numbers : array of float64, shape (n_rows,)
        Code or number; NaN where there is none.
    reasons : array of int8, shape (n_values,)
        What each distinct value is: an answer, declared missing, a mark for missing, outside the scale, a text that
        is no answer, a date, a value whose label and code contradict each other, own words for "other, namely"; and of
        a number: with thousands apart, a fraction where whole numbers are asked, or in doubt between the two.
    relabelled : dict
        Value of the file -> code, where the file's labels give it another code than its own.
    """

    numbers: npt.NDArray[np.float64]
    reasons: Reasons
    relabelled: dict[str, float]


def decode(coded: Coded, column: Column, item: Asked, *, exact: bool = False, labels_first: bool = False) -> Decoded:
    """Turn a column into the codes of its item.

    A value is, in this order: declared missing by the file, the label that the file gives it, a code or number, a
    label of the response scale in any language, a code with its label, a mark for missing. Anything else is set to
    missing, but counts as chosen in the column of "other, namely"; and as "other, namely" on platforms that write down
    these words and nothing else, unless no answer of the column is known.

    Parameters
    ----------
    coded : Coded
        The column as read.
    column : Column
        What the file says about it.
    item : Asked
        What was asked.
    exact : bool
        Whether the file keeps numbers as numbers, and not as texts.
    labels_first : bool
        Whether a number that is a code and the label of another code is that label.
    """
    numbers = np.full(len(coded.values) + 1, np.nan)
    reasons = np.empty(len(coded.values), dtype=np.int8)
    labels = label_codes(item)
    of_file = file_codes(column, labels)
    moved = recoded(of_file)
    written = written_numbers(coded.values.tolist(), item, exact=exact) if item.kind == "number" else {}
    for place, value in enumerate(coded.values.tolist()):
        if declared_missing(value, column):
            reasons[place] = DECLARED
        elif value in of_file:
            reasons[place], numbers[place] = _checked(of_file[value], item)
        elif moved:
            reasons[place] = UNSURE
        elif value in written:
            reasons[place], numbers[place] = _as_number(written[value], item)
        elif labels_first and label_key(value) in labels:
            reasons[place], numbers[place] = _checked(labels[label_key(value)], item)
        else:
            reasons[place], numbers[place] = decode_text(value, item, labels)
        if item.kind == "option" and item.other is not None and reasons[place] in _NO_ANSWER:
            reasons[place], numbers[place] = ANSWER, item.other
    if column.own_words and item.kind == "choice" and item.other is not None and (reasons == ANSWER).any():
        told = np.flatnonzero(reasons == UNKNOWN)
        reasons[told], numbers[told] = OWN_WORDS, item.other
    used = {value: code for value, code in moved.items() if value in set(coded.values.tolist())}
    return Decoded(numbers[coded.codes], reasons, used)


def decode_text(value: str, item: Asked, labels: Mapping[str, float]) -> tuple[int, float]:
    """What one text is (:data:`ANSWER` and so on), and its code; ``labels`` are the :func:`label_codes` of the item."""
    number = plain_number(value)
    if number is not None and (_checked(number, item)[0] != OUTSIDE or plain(value) not in labels):
        return _checked(number, item)
    text = next((form for form in (plain(value), plain(value.replace("_", " "))) if form in labels), None)
    if text is not None:
        return _checked(labels[text], item)
    parts = _CODE_FIRST.fullmatch(value) or _CODE_LAST.fullmatch(value)
    if parts:
        code, label = sorted(parts.groups(), key=lambda part: plain_number(part) is None)
        if plain(label) in labels:
            same = labels[plain(label)] == plain_number(code)
            return _checked(labels[plain(label)], item) if same else (UNSURE, np.nan)
    if value.casefold().strip(". ") in MARKERS:
        return MARKED, np.nan
    return (DATE if _DATE.fullmatch(value) else UNKNOWN), np.nan


def _checked(number: float, item: Asked) -> tuple[int, float]:
    if number in item.missing:
        return DECLARED, np.nan
    if item.codes:
        inside = number in item.codes
    else:
        low, high = item.minimum, item.maximum
        inside = (low is None or number >= low) and (high is None or number <= high)
    return (ANSWER, number) if inside else (OUTSIDE, np.nan)


def _as_number(written: Written, item: Asked) -> tuple[int, float]:
    """What a number is for a question that takes one: in range, whole where it must be, and not in doubt."""
    reason, number = _checked(written.number, item)
    if written.how == DOUBTFUL:
        return EITHER, np.nan
    if reason == ANSWER and is_fraction(number, item):
        return FRACTION, np.nan
    return (THOUSANDS, number) if reason == ANSWER and written.how == GROUPED else (reason, number)


def label_codes(item: Asked) -> dict[str, float]:
    """Plain label -> code, without labels that stand for two codes."""
    found: dict[str, set[float]] = {}
    for codes in (item.codes, item.missing):
        for code, labels in codes.items():
            for label in labels:
                found.setdefault(plain(label), set()).add(code)
    named = {label: codes.pop() for label, codes in found.items() if len(codes) == 1 and label}
    for letter, words in _LETTERS.items():
        meant = {named[word] for word in words if word in named}
        if len(meant) == 1:
            named.setdefault(letter, meant.pop())
    if item.other is not None:
        named = dict.fromkeys(_OTHER_WORDS, float(item.other)) | named
    return named


def letter_codes(coded: Coded, decoded: Decoded, item: Asked) -> list[str]:
    """Values such as ``A1`` and ``AO02`` of a column that has no other answers: nobody can tell what they stand for.

    Whether A1 is the first or the last answer of the scale depends on how the form was made.
    """
    unknown, answered = (set(coded.values[decoded.reasons == kind].tolist()) - {OTHER} for kind in (UNKNOWN, ANSWER))
    certain = item.kind == "choice" and not answered and all(map(_LETTER_CODE.fullmatch, unknown))
    return sorted(unknown) if certain else []


def file_codes(column: Column, labels: Mapping[str, float]) -> dict[str, float]:
    """Value -> code, for the values whose label in the file is a label of the response scale."""
    found: dict[str, float] = {}
    for texts in (*column.more_labels, column.labels):
        found |= {value: labels[plain(label)] for value, label in texts.items() if plain(label) in labels}
    return found


def recoded(of_file: Mapping[str, float]) -> dict[str, float]:
    """Those of the :func:`file_codes` that give a number another code than itself."""
    return {value: code for value, code in of_file.items() if plain_number(value) not in (None, code)}


def turned_into_dates(item: Asked) -> str | None:
    """A label such as ``2-9`` or ``10/12`` that spreadsheets take for a date; None when the item has none."""
    labels = (label for labels in item.codes.values() for label in labels)
    return next((label for label in labels if _RANGE.search(label)), None)


def languages_of(coded: Coded, item: Asked) -> dict[str, int]:
    """Languages in which answers are written that no other language shares, with how many answers."""
    found: dict[str, int] = {}
    for value, n in zip(coded.values.tolist(), coded.counts().tolist(), strict=True):
        languages = item.languages.get(plain(value), frozenset())
        if len(languages) == 1:
            found[min(languages)] = found.get(min(languages), 0) + n
    return found


def declared_missing(value: str, column: Column) -> bool:
    """Whether the file declares a value missing."""
    number = plain_number(value)
    inside = number is not None and any(low <= number <= high for low, high in column.missing)
    return inside or value in column.missing_texts
