"""Multiple response sets of SPSS: the variables that together hold the answers to one question."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from lcresearch.responses.tables import Coded, Coding, Column, Loader, RawTable

_CHOSEN, _NOT_CHOSEN = "yes", "no"
_JOINED = "\n"


def with_sets(columns: Sequence[Column], sets: Mapping[str, Mapping[str, Any]]) -> tuple[Column, ...]:
    """The columns of a file, told which of them are options of a question, and one more for each set of categories.

    In a set of dichotomies each variable is one option, chosen when it has the counted value. In a set of categories
    each variable holds one of the answers that were given; they are read together as one column.

    Parameters
    ----------
    columns : sequence of Column
    sets : mapping
        Name of a set -> ``is_dichotomy, counted_value, label, variable_list``.
    """
    known = {column.header: column for column in columns}
    joined: list[Column] = []
    for name, found in sets.items():
        members = [known[member] for member in found["variable_list"] if member in known]
        question = str(found["label"] or "").strip()
        if found["is_dichotomy"]:
            names = tuple(text for text in (name, question) if text)
            known |= {column.header: _option(column, names, str(found["counted_value"])) for column in members}
        elif members:
            number = len(columns) + len(joined) + 1
            joined.append(_together(number, name, question, members))
    return (*(known[column.header] for column in columns), *joined)


def _option(column: Column, names: tuple[str, ...], counted: str) -> Column:
    """A variable that is one option; another counted value than 1 is given a label, as is what is not counted."""
    counted = counted.strip().removesuffix(".0")
    labels = column.labels
    if counted != "1":
        labels = {str(digit): _NOT_CHOSEN for digit in range(10)} | {counted: _CHOSEN}
    return dataclasses.replace(column, option_of=names, option=column.question or column.header, labels=labels)


def _together(number: int, name: str, question: str, members: Sequence[Column]) -> Column:
    """A column of its own for a set of categories."""
    labels = {value: label for column in members for value, label in column.labels.items()}
    return Column(
        number,
        name,
        question or None,
        labels,
        tuple(dict.fromkeys(limits for column in members for limits in column.missing)),
        frozenset().union(*(column.missing_texts for column in members)),
        joins=tuple(column.number for column in members),
    )


def joining(load: Loader, columns: Sequence[Column]) -> Loader:
    """A loader that also puts columns together: their values, one a line, without those that are declared missing."""
    together = {column.number: column for column in columns if column.joins}

    def load_with_sets(wanted: frozenset[int]) -> RawTable:
        sets = [together[number] for number in sorted(wanted & together.keys())]
        members = frozenset(number for column in sets for number in column.joins)
        table = load((wanted - together.keys()) | members)
        for column in sets:
            table.columns[column.number] = _joined([table.columns[number] for number in column.joins])
        for number in members - wanted:
            del table.columns[number]
        return table

    return load_with_sets if together else load


def _joined(members: Sequence[Coded]) -> Coded:
    """One column of several: each combination of values that occurs is a value, with a line for each filled cell."""
    codes = pd.DataFrame({place: coded.codes for place, coded in enumerate(members)})
    groups = codes.groupby(list(codes.columns), sort=False)
    combinations = codes.drop_duplicates().to_numpy().tolist()
    texts = [
        _JOINED.join(str(coded.values[code]) for coded, code in zip(members, row, strict=True) if code >= 0)
        for row in combinations
    ]
    coding = Coding()
    coding.add(texts, groups.ngroup().to_numpy())
    return coding.finish()
