"""Labels that are numbers, such as 0, 1, 2, 3 and "more" for the codes 1 to 5: is a cell a label or a code?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lcresearch.responses.answers import declared_missing, file_codes, label_codes
from lcresearch.responses.asked import Asked
from lcresearch.responses.log import Log
from lcresearch.responses.tables import Coded, Column
from lcresearch.responses.wording import plain
from lcresearch.responses.written_numbers import label_key, plain_number

_LABELS, _CODES, _BOTH = "labels", "codes", "both"


@dataclass(frozen=True)
class _Seen:
    """A column of a question with such labels: cells that can be a label or a code, and what its other cells show."""

    item: Asked
    column: Column
    either: dict[str, tuple[float, float]]
    shows: str | None


def read_as_labels(found: Iterable[tuple[Asked, Column]], columns: Mapping[int, Coded], log: Log) -> frozenset[str]:
    """The items whose numbers are labels; a column of which nobody can tell is refused.

    A column holds labels when a cell is a label and no code, and codes when a cell is a code and no label. Without such
    a cell the platform decides, when it always writes labels; else the other columns with the same answers, when all
    of them show the same, since an export writes these in one way.

    Parameters
    ----------
    found : iterable of (Asked, Column)
        Items with their column.
    columns : mapping of int to Coded
        By column number.
    log : Log
        Gets a note for each column that was settled, and an error (R088) for each that was not.
    """
    seen = [one for one in (_seen(item, column, columns[column.number]) for item, column in found) if one is not None]
    as_labels = set[str]()
    for one in (one for one in seen if one.either):
        alike = {other.shows for other in seen if other.item.codes == one.item.codes} - {None}
        shows = one.shows or (alike.pop() if len(alike) == 1 else None)
        value, (code, label_of) = min(one.either.items())
        column, item = one.column.name, one.item.id
        if shows == _LABELS:
            as_labels.add(one.item.id)
            pairs = ", ".join(f"{text} → {codes[1]:g}" for text, codes in sorted(one.either.items()))
            log.add("R086", "noted", column=column, item=item, pairs=pairs)
        elif shows == _CODES:
            log.add("R087", "noted", column=column, item=item, values=sorted(one.either))
        else:
            text = " / ".join(dict.fromkeys(one.item.codes.get(code, ())))
            log.add("R088", "refused", column=column, item=item, number=value, label=text, other=f"{label_of:g}")
    return frozenset(as_labels)


def _seen(item: Asked, column: Column, coded: Coded) -> _Seen | None:
    """What a column shows; None when no label of its question is the number of another code."""
    labels = label_codes(item)
    if item.kind != "choice" or not any(plain_number(label) not in (None, code) for label, code in labels.items()):
        return None
    known, codes = {plain(label) for each in _labels(item) for label in each}, item.codes.keys() | item.missing.keys()
    of_file = file_codes(column, labels)
    values = [value for value, n in zip(coded.values.tolist(), coded.counts().tolist(), strict=True) if n]
    either, shows = dict[str, tuple[float, float]](), set[str]()
    for value in values:
        number, label = plain_number(value), label_key(value)
        if value in of_file or declared_missing(value, column):
            continue
        if number is not None and number in codes and label in known:
            if labels.get(label, number) != number:
                either[value] = (number, labels[label])
        elif number is not None and number in codes:
            shows.add(_CODES)
        elif label in known:
            shows.add(_LABELS)
    evidence = _BOTH if len(shows) == 2 else next(iter(shows), _LABELS if column.own_words else None)
    return _Seen(item, column, either, evidence)


def _labels(item: Asked) -> list[tuple[str, ...]]:
    return [*item.codes.values(), *item.missing.values()]
