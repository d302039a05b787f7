"""Columns of an export of our own form: found by the names that the form gave them, however the platform writes these.

A platform may shorten a name, put the name of a group before it, or write the text of the question in its place. The
study knows what it asked; so each column gets the name that was meant as one more name to be found by.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from lcresearch.responses.tables import Column, OpenFile
from lcresearch.responses.wording import name_key, plain

Codes = Callable[[str], Sequence[str]]
"""The names under which a platform may keep a question of this name."""


@dataclass(frozen=True)
class OwnQuestion:
    """A question that a study asked itself: for consent, a group, or a part of a code.

    Attributes
    ----------
    name : str
        The column as the study calls it.
    texts : tuple of str
        The question in every language.
    """

    name: str
    texts: tuple[str, ...] = ()


def with_form_names(
    opened: OpenFile, names: Iterable[str], own: Sequence[OwnQuestion] = (), codes: Codes | None = None
) -> OpenFile:
    """Give columns the names that were meant, beside those that they have.

    Parameters
    ----------
    opened : OpenFile
    names : iterable of str
        Ids of items, and columns that the study names.
    own : sequence of OwnQuestion
    codes : callable, optional
        How the platform writes a name; as it is by default.
    """
    columns = list(opened.columns)
    if codes is not None:
        meant = _meant([*names, *(one.name for one in own)], codes)
        columns = [_renamed(column, meant) for column in columns]
    for one in own:
        found = columns_named(columns, one.name) or [column for column in columns if _asks(column, one)]
        if len(found) == 1:
            place = columns.index(found[0])
            names = tuple(dict.fromkeys((*found[0].names, one.name)))
            columns[place] = dataclasses.replace(found[0], names=names)
    return dataclasses.replace(opened, columns=tuple(columns))


def with_mapped_names(
    opened: OpenFile, mapping: Mapping[str | int, str | None], named: Iterable[str]
) -> tuple[OpenFile, dict[str | int, str | None]]:
    """Give the columns that a mapping calls by a name of the study, such as the one with consent, that name as well.

    Parameters
    ----------
    opened : OpenFile
    mapping : mapping
        Column -> what it is.
    named : iterable of str
        Columns that the study names and that are no items, levels or roles.

    Returns
    -------
    (OpenFile, dict)
        The file, and what is left of the mapping.
    """
    keys, columns, rest = {name_key(name): name for name in named}, list(opened.columns), dict(mapping)
    for name, target in mapping.items():
        meant = keys.get(name_key(target)) if target is not None else None
        by_number = str(name).removeprefix("#")
        found = columns_named(columns, str(name)) or [c for c in columns if str(c.number) == by_number]
        if meant is not None and len(found) == 1:
            names = tuple(dict.fromkeys((*found[0].names, meant)))
            columns[columns.index(found[0])] = dataclasses.replace(found[0], names=names)
            del rest[name]
    return dataclasses.replace(opened, columns=tuple(columns)), rest


def columns_named(columns: Iterable[Column], name: str) -> list[Column]:
    """Columns with this header; where there are none, those that have it as another name.

    Examples
    --------
    >>> [column.number for column in columns_named([Column(1, "group/firm", names=("firm",)), Column(2, "x")], "Firm")]
    [1]
    """
    key, known = name_key(name), list(columns)
    by_header = [column for column in known if name_key(column.header) == key]
    return by_header or [column for column in known if key in map(name_key, column.names)]


def _meant(names: Iterable[str], codes: Codes) -> dict[str, str]:
    """Key of a platform's name -> the name that was meant, where that is not the same and only one can be meant."""
    wanted = list(dict.fromkeys(names))
    plainly = {name_key(name) for name in wanted}
    found: dict[str, set[str]] = {}
    for name in wanted:
        for code in codes(name):
            if name_key(code) not in plainly:
                found.setdefault(name_key(code), set()).add(name)
    return {code: meant.pop() for code, meant in found.items() if len(meant) == 1}


def _renamed(column: Column, meant: Mapping[str, str]) -> Column:
    if column.role is not None:
        return column
    named = [meant[key] for key in map(name_key, (column.header, *column.names)) if key in meant]
    options = [meant[key] for key in map(name_key, column.option_of) if key in meant]
    if not named and not options:
        return column
    return dataclasses.replace(
        column,
        names=tuple(dict.fromkeys((*column.names, *named))),
        option_of=tuple(dict.fromkeys((*options, *column.option_of))),
    )


def _asks(column: Column, one: OwnQuestion) -> bool:
    """Whether a column repeats the text of the question."""
    texts = {plain(text) for text in one.texts} - {""}
    asked = (column.question, column.header, *column.questions)
    return column.role is None and any(plain(text) in texts for text in asked if text)
