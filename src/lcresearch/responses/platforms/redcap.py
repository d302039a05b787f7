"""Exports of REDCap: CSV with raw values or with labels."""

from __future__ import annotations

import dataclasses
import re

from lcresearch.instruments.forms.redcap.names import names_of
from lcresearch.responses.platforms.platform import Platform
from lcresearch.responses.tables import Column, OpenFile
from lcresearch.responses.wording import name_key

_EVENTS = frozenset({"redcap_event_name", "event name", "redcap_repeat_instance", "repeat instance"})
_OWN = _EVENTS | {"redcap_repeat_instrument", "repeat instrument", "redcap_data_access_group", "data access group"}
_PERSONAL = {"redcap_survey_identifier": "username", "survey identifier": "username"}
_RECORDS = frozenset({"record_id", "record id", "study_id", "study id", "participant_id", "participant id"})
# names that nothing but REDCap gives to columns
_SIGNS = frozenset({name for name in (*_OWN, *_PERSONAL) if name.startswith("redcap_")})
_COMPLETE = re.compile(r"\w+_complete|complete\?(?:\.\d+)?")
_TIME = re.compile(r"\w+_timestamp|survey timestamp(?:\.\d+)?")
_TICKED = re.compile(r"(\w+?)___(\w+)")
_TICKED_LABEL = re.compile(r"(.*\S)\s*\(choice=(.*)\)", re.DOTALL | re.IGNORECASE)
_NOT_TICKED = frozenset({"0", "Unchecked"})
_STATES = {"0": "Incomplete", "1": "Unverified", "2": "Complete"}
_NO_STATE = frozenset({""})


def recognises(opened: OpenFile) -> bool:
    """A name that only REDCap gives; or a record first, with what REDCap adds of its state or of ticked answers."""
    keys = [name_key(column.header) for column in opened.columns]
    if not keys:
        return False
    if _SIGNS.intersection(keys):
        return True
    state = any(_COMPLETE.fullmatch(key) and _is_state(opened, n) for n, key in enumerate(keys, start=1))
    ticked = any(_TICKED.fullmatch(key) or _TICKED_LABEL.fullmatch(key) for key in keys)
    return state and (ticked or keys[0] in _RECORDS)


def _is_state(opened: OpenFile, number: int) -> bool:
    """Whether a column holds nothing but the states of a form."""
    return set(opened.sample(number)) <= {*_STATES, *_STATES.values()} | _NO_STATE


def describe(opened: OpenFile) -> OpenFile:
    """Say of each column which question it asks, or which answer to one, and which are REDCap's own."""
    keys = [name_key(column.header) for column in opened.columns]
    once = not _EVENTS.intersection(keys)
    columns = [
        _described(column, key, first=n == 0, once=once, state=_is_state(opened, column.number))
        for n, (column, key) in enumerate(zip(opened.columns, keys, strict=True))
    ]
    return dataclasses.replace(opened, columns=tuple(columns))


def _described(column: Column, key: str, *, first: bool, once: bool, state: bool) -> Column:
    if key in _PERSONAL:
        return dataclasses.replace(column, role="system", personal=_PERSONAL[key])
    if key in _OWN or (first and key in _RECORDS):
        return dataclasses.replace(column, role="system", response_id=once and key not in _OWN)
    if _COMPLETE.fullmatch(key) and state:
        return dataclasses.replace(column, role="completed", labels=_STATES)
    if _TIME.fullmatch(key):
        return dataclasses.replace(column, role="finished")
    if found := _TICKED.fullmatch(column.header):
        named = (f"{found[1]}_{found[2]}",)
        return _option(dataclasses.replace(column, names=named), found[1], found[2])
    if found := _TICKED_LABEL.fullmatch(column.header):
        return _option(column, found[1], found[2])
    return column


def _option(column: Column, question: str, option: str) -> Column:
    """One answer of a question with several: not ticked says nothing while no other is, as nobody may have looked."""
    missing = column.missing_texts | _NOT_TICKED
    return dataclasses.replace(column, option_of=(question,), option=option.strip(), missing_texts=missing)


REDCAP = Platform("redcap", recognises, describe, codes=names_of)
