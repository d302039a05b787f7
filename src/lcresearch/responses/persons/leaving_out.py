"""Columns about persons: recognised, named in the log, and left out unless the study says why it needs them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from lcresearch.errors import Place, Problem, ResponsesError
from lcresearch.responses.asked import Asked
from lcresearch.responses.form_names import columns_named
from lcresearch.responses.identity import group_texts
from lcresearch.responses.log import Log
from lcresearch.responses.matching import Plan
from lcresearch.responses.persons.consent import Consent
from lcresearch.responses.persons.recognition import names_persons, recognise
from lcresearch.responses.tables import Coded, Column, OpenFile, shown
from lcresearch.validation import did_you_mean

_CONTACTS = ("email", "phone")


@dataclass(frozen=True)
class Persons:
    """What a file says about persons.

    Attributes
    ----------
    kinds : mapping of int to str
        Column number -> kind of personal data.
    kept : mapping of str to Column
        Columns that the study needs, by the name it gives them.
    consent : Column or None
        The column with the answer on consent.
    named_after : frozenset of int
        Columns of levels that say they name groups, and hold what looks like names of persons.
    """

    kinds: Mapping[int, str]
    kept: Mapping[str, Column]
    consent: Column | None = None
    named_after: frozenset[int] = frozenset()

    def frame(self, columns: Mapping[int, Coded], n_rows: int) -> pd.DataFrame:
        """The kept columns as text, a row a row of the answers."""
        texts = {name: group_texts(columns[column.number], column) for name, column in self.kept.items()}
        return pd.DataFrame(texts, index=pd.RangeIndex(n_rows))


def find_persons(opened: OpenFile, plan: Plan, keep: Mapping[str, str], consent: Consent | None) -> Persons:
    """Look at every column: its header, its question and the first rows."""
    agreed = consent_column(opened, consent) if consent is not None else None
    kept = {name: column for name in keep if (column := _named(name, opened)) is not None}
    needed = plan.numbers | {column.number for column in kept.values()}
    kinds = {}
    for column in opened.columns:
        if column.personal is not None:
            kinds[column.number] = column.personal
        elif column.role is None or column.number in needed:
            found = recognise(column.header, column.question, opened.sample(column.number))
            if found is not None:
                kinds[column.number] = found.kind
    levels = {column.number for column in plan.levels.values()} - kinds.keys()
    named_after = frozenset(number for number in levels if names_persons(opened.sample(number)))
    return Persons(kinds, kept, agreed, named_after)


def consent_column(opened: OpenFile, consent: Consent) -> Column:
    """The column with the answer on consent.

    Raises
    ------
    ResponsesError
        R125 if there is none of this name.
    """
    named = columns_named(opened.columns, consent.column)
    if not named:
        meant = did_you_mean(consent.column, {shown(column.header, 40) for column in opened.columns if column.header})
        raise ResponsesError("R125", where=Place(file=opened.file), column=consent.column, did_you_mean=meant)
    return named[0]


def _named(name: str, opened: OpenFile) -> Column | None:
    named = columns_named(opened.columns, name)
    return next((column for column in named if column.header == name.strip()), named[0] if named else None)


def without_personal(opened: OpenFile, plan: Plan, persons: Persons, items: Mapping[str, Asked]) -> Plan:
    """The plan without questions, other than those with fixed answers, whose column is about a person.

    Raises
    ------
    ResponsesError
        R132 for each level whose groups would be named by personal data, unless the study says why; addresses and
        phone numbers among the names of groups are refused with their rows when these are read.
    """
    kept = {column.number for column in persons.kept.values()}
    problems = [
        Problem("R132", Place(file=opened.file, column=column.name), {"level": level, "kind": kind_in_words(kind)})
        for level, column in plan.levels.items()
        if (kind := persons.kinds.get(column.number)) not in (None, *_CONTACTS) and column.number not in kept
    ]
    if problems:
        raise ResponsesError(problems)
    about = persons.kinds.keys() - kept
    used = {item: column for item, column in plan.items.items() if items[item].codes or column.number not in about}
    return dataclasses.replace(plan, items=used)


def log_person(column: Column, plan: Plan, persons: Persons, keep: Mapping[str, str], log: Log) -> bool:
    """A line for a column that is about persons or is kept; False when that is all there is to say about it."""
    kind = persons.kinds.get(column.number)
    name = next((name for name, one in persons.kept.items() if one.number == column.number), None)
    level = next((level for level, one in plan.levels.items() if one.number == column.number), None)
    used = column.number in plan.numbers
    if level is not None and (kind not in (None, *_CONTACTS) or column.number in persons.named_after):
        log.add("R199", "noted", column=column.name, level=level, kind=kind_in_words(kind or "name"))
    if name is not None and kind is None:
        log.add("R197", "kept", column=column.name, reason=keep[name])
    elif name is not None:
        log.add("R130", "kept", column=column.name, kind=kind_in_words(kind), reason=keep[name])
    elif kind is not None and not used:
        log.add("R129", "ignored", column=column.name, kind=kind_in_words(kind))
    return used or (name is None and kind is None)


def kind_in_words(kind: str | None) -> dict[str, str]:
    """A kind of personal data in words, by language."""
    from lcresearch.messages import LANGUAGES, Messages

    return {language: Messages(language)(f"privacy.kind.{kind}") for language in LANGUAGES}
