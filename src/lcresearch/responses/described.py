"""What the columns of a file are, for somebody who looks: what stands above them and what kind of values, no rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lcresearch.responses.asked import Asked
from lcresearch.responses.matching import Wanted, match_as_far
from lcresearch.responses.similar import nearest_items
from lcresearch.responses.tables import Column, OpenFile, shown
from lcresearch.responses.waves.wide import Wide
from lcresearch.responses.wording import name_key

_NUMBER = re.compile(r"[-+]?\d{1,15}(?:[.,]\d{1,15})?")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d.*|\d{1,2}[-/]\d{1,2}[-/]\d{2,4}.*")
_FEW, _LONGEST_KEY = 12, 300


@dataclass(frozen=True)
class ColumnDescribed:
    """One column of a file.

    Attributes
    ----------
    number : int
        Place in the file; the first column is 1.
    name : str
        What stands above it, fit for a message.
    key : str
        How a mapping names it: the header, or ``#3`` where that is empty, long, or not the only one.
    question : str
        Text of the question where the file keeps it apart.
    values : str
        Kind of values in its first rows: ``empty``, ``few_numbers``, ``numbers``, ``moments``, ``few_words`` or
        ``texts``.
    low, high : float or None
        Of ``few_numbers``.
    target : str
        Item or role that the column is taken for; empty for none.
    waves : tuple of str
        Of a table with a row a person: the waves that it belongs to.
    role : str
        What the platform uses it for; empty for a question.
    guesses : tuple of str
        Items that it may be, of those that have no column.
    """

    number: int
    name: str
    key: str
    question: str
    values: str
    low: float | None
    high: float | None
    target: str
    waves: tuple[str, ...]
    role: str
    guesses: tuple[str, ...]


def describe_columns(
    opened: OpenFile, items: Mapping[str, Asked], wanted: Wanted, layout: Wide | None = None
) -> list[ColumnDescribed]:
    """Every column of a file, whether or not the file can be read as answers of the study.

    Parameters
    ----------
    opened : OpenFile
    items : mapping
        Id -> item.
    wanted : Wanted
    layout : Wide, optional
        How the columns go over the waves, when there is a row a person.
    """
    parts = (
        [("", list(opened.columns))]
        if layout is None
        else [(wave, layout.of_wave(wave, opened.columns)) for wave in layout.waves]
    )
    taken: dict[int, str] = {}
    waves: dict[int, list[str]] = {}
    for wave, columns in parts:
        for number, target in match_as_far(columns, items, wanted).items():
            taken.setdefault(number, target)
            waves.setdefault(number, []).append(wave)
    left = [item for item in items.values() if item.readable and item.id not in taken.values()]
    repeated = Counter(name_key(column.header) for column in opened.columns)
    return [
        _described(
            column,
            opened,
            repeated,
            left,
            taken.get(column.number, ""),
            tuple(filter(None, waves.get(column.number, ()))),
        )
        for column in opened.columns
        if not column.joins
    ]


def _described(
    column: Column, opened: OpenFile, repeated: Counter[str], left: Sequence[Asked], target: str, waves: tuple[str, ...]
) -> ColumnDescribed:
    header = column.header.strip()
    plainly = header and header == shown(header, _LONGEST_KEY) and repeated[name_key(header)] == 1
    values, low, high = kind_of_values(opened.sample(column.number))
    guesses = nearest_items(column, left) if not target and column.role is None else []
    return ColumnDescribed(
        column.number,
        column.name,
        header if plainly and not header.startswith("#") else f"#{column.number}",
        shown(column.question or next(iter(column.questions), ""), 200),
        values,
        low,
        high,
        target,
        waves,
        column.role or "",
        tuple(guesses),
    )


def kind_of_values(sample: Sequence[str]) -> tuple[str, float | None, float | None]:
    """What kind of values these are, and the range of few numbers; never a value of one person.

    Examples
    --------
    >>> kind_of_values(["4", "2", "4", "5"]), kind_of_values(["eens", "oneens", "eens"])
    (('few_numbers', 2.0, 5.0), ('few_words', None, None))
    >>> kind_of_values([]), kind_of_values(["2026-09-14 09:37:00"])
    (('empty', None, None), ('moments', None, None))
    """
    if not sample:
        return "empty", None, None
    few = len(set(sample)) <= _FEW and (len(set(sample)) < len(sample) or len(sample) == 1)
    if all(_NUMBER.fullmatch(one) for one in sample):
        numbers = [float(one.replace(",", ".")) for one in sample]
        return ("few_numbers", min(numbers), max(numbers)) if few and len(sample) > 1 else ("numbers", None, None)
    if all(_MOMENT.fullmatch(one) for one in sample):
        return "moments", None, None
    return ("few_words" if few else "texts"), None, None
