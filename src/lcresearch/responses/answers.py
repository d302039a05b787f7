"""From what stands in a cell to the code that it means. Works on the distinct values of a column, never on its rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lcresearch.responses.asked import Asked
from lcresearch.responses.tables import Coded, Column
from lcresearch.responses.wording import plain

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_CODE_FIRST = re.compile(r"\(?([+-]?\d+)\)?\s*[=:.)–-]?\s*(\D.*)", re.DOTALL)
_CODE_LAST = re.compile(r"(.*\D)\s*[\[(]([+-]?\d+)[\])]", re.DOTALL)
_DATE = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}([ T].*)?|\d{1,2}[-/. ](\d{1,2}|[a-z]{3,9}\.?)[-/. ]\d{2,4}( .*)?"
    r"|\d{1,2}[-/ ](jan|feb|mrt|mar|apr|mei|may|jun|jul|aug|sep|okt|oct|nov|dec)[a-z.]*"
    r"|(jan|feb|mrt|mar|apr|mei|may|jun|jul|aug|sep|okt|oct|nov|dec)[a-z.]*[-/ ]\d{1,4}",
    re.IGNORECASE,
)
# texts that programs write for "nothing here"; a label of the response scale goes before them
MARKERS = frozenset({"na", "n/a", "#n/a", "n.a", "nan", "<na>", "null", "#null!", "", "-", "--"})

ANSWER, DECLARED, MARKED, OUTSIDE, UNKNOWN, DATE, UNSURE = range(7)
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
        is no answer, a date, or a value whose label and code contradict each other.
    relabelled : dict
        Value of the file -> code, where the file's labels give it another code than its own.
    """

    numbers: npt.NDArray[np.float64]
    reasons: Reasons
    relabelled: dict[str, float]


def decode(coded: Coded, column: Column, item: Asked) -> Decoded:
    """Turn a column into the codes of its item.

    A value is, in this order: declared missing by the file, the label that the file gives it, a code or number, a
    label of the response scale in any language, a code with its label, a mark for missing. Anything else is set to
    missing.

    Parameters
    ----------
    coded : Coded
        The column as read.
    column : Column
        What the file says about it.
    item : Asked
        What was asked.
    """
    numbers = np.full(len(coded.values) + 1, np.nan)
    reasons = np.empty(len(coded.values), dtype=np.int8)
    labels = label_codes(item)
    recoded = _file_codes(column, labels)
    moved = {value: code for value, code in recoded.items() if _number(value) not in (None, code)}
    for place, value in enumerate(coded.values.tolist()):
        if declared_missing(value, column):
            reasons[place] = DECLARED
        elif value in recoded:
            reasons[place], numbers[place] = _checked(recoded[value], item)
        elif moved:
            reasons[place] = UNSURE
        else:
            reasons[place], numbers[place] = decode_text(value, item, labels)
    used = {value: code for value, code in moved.items() if value in set(coded.values.tolist())}
    return Decoded(numbers[coded.codes], reasons, used)


def decode_text(value: str, item: Asked, labels: Mapping[str, float]) -> tuple[int, float]:
    """What one text is (:data:`ANSWER` and so on), and its code; ``labels`` are the :func:`label_codes` of the item."""
    number = _number(value)
    if number is not None and (_checked(number, item)[0] != OUTSIDE or plain(value) not in labels):
        return _checked(number, item)
    text = next((form for form in (plain(value), plain(value.replace("_", " "))) if form in labels), None)
    if text is not None:
        return _checked(labels[text], item)
    parts = _CODE_FIRST.fullmatch(value) or _CODE_LAST.fullmatch(value)
    if parts:
        code, label = sorted(parts.groups(), key=lambda part: _number(part) is None)
        if plain(label) in labels:
            same = labels[plain(label)] == _number(code)
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


def _number(text: str) -> float | None:
    """A number with a decimal point or comma; None if the text is anything else."""
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def label_codes(item: Asked) -> dict[str, float]:
    """Plain label -> code, without labels that stand for two codes."""
    found: dict[str, set[float]] = {}
    for codes in (item.codes, item.missing):
        for code, labels in codes.items():
            for label in labels:
                found.setdefault(plain(label), set()).add(code)
    return {label: codes.pop() for label, codes in found.items() if len(codes) == 1 and label}


def _file_codes(column: Column, labels: Mapping[str, float]) -> dict[str, float]:
    """Value -> code, for the values whose label in the file is a label of the response scale."""
    return {value: labels[plain(label)] for value, label in column.labels.items() if plain(label) in labels}


def declared_missing(value: str, column: Column) -> bool:
    """Whether the file declares a value missing."""
    number = _number(value)
    inside = number is not None and any(low <= number <= high for low, high in column.missing)
    return inside or value in column.missing_texts
