"""From the columns of a file to the frame: who, when, where, and the codes of the answers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import ResponsesError
from lcresearch.responses import answers, identity
from lcresearch.responses.asked import Asked
from lcresearch.responses.file_labels import FileLabels
from lcresearch.responses.log import MAXIMUM_LINES, Log
from lcresearch.responses.matching import RESPONDENT, WAVE, Plan
from lcresearch.responses.multiple import AMBIGUOUS, SOME, expand, fill_not_chosen
from lcresearch.responses.numbered_labels import read_as_labels
from lcresearch.responses.other_words import OtherWords
from lcresearch.responses.shifted import Numbering
from lcresearch.responses.tables import Coded, Column, Mask, RawTable

MAXIMUM_VALUES = 50
_DATES, _DATES_OF_LABELS = "R042", "R119"
_REFUSED = (
    (answers.OUTSIDE, "R040"),
    (answers.UNKNOWN, "R041"),
    (answers.DATE, _DATES),
    (answers.UNSURE, "R054"),
    (answers.FRACTION, "R084"),
    (answers.EITHER, "R085"),
)
_WRITTEN = (answers.OWN_WORDS, "R057", "noted")
_NOTED = (_WRITTEN, (answers.THOUSANDS, "R083", "noted"))
_PARTLY = (
    _WRITTEN,
    (answers.UNKNOWN, "R041", "set_missing"),
    (answers.DATE, _DATES, "set_missing"),
    (SOME, "R055", "noted"),
    (AMBIGUOUS, "R118", "set_missing"),
)


def build_frame(
    table: RawTable, plan: Plan, items: Mapping[str, Asked], constant: str, log: Log, *, exact: bool = False
) -> pd.DataFrame:
    """Identity and levels as text, then one float column an item, or an option of a question with several answers.

    Takes the columns out of the table as it goes, so that a large file does not stand in memory twice.

    Parameters
    ----------
    table : RawTable
    plan : Plan
        Which column is what.
    items : mapping of str to Asked
        In the order that their columns get.
    constant : str
        The wave, where no column gives it.
    log : Log
        Gets a line for whatever is set to missing.
    exact : bool
        Whether the file keeps numbers as numbers, and not as texts.

    Raises
    ------
    ResponsesError
        R036, when names of groups hold an e-mail address, a phone number or the like; R100, when answers are codes that
        nobody explains.
    """
    rows = table.row_numbers

    def coded(column: Column | None) -> Coded | None:
        return None if column is None else table.columns.pop(column.number)

    texts = {
        RESPONDENT: identity.respondent_values(coded(plan.respondent), plan.respondent, rows, log),
        WAVE: identity.wave_values(coded(plan.wave), plan.wave, constant, rows, log),
    }
    for level, column in plan.levels.items():
        texts[level] = identity.level_values(table.columns.pop(column.number), column, level, rows, log)
    levels = {level: (column, texts[level]) for level, column in plan.levels.items()}
    identity.refuse_contacts(levels, rows, log.file)
    frame = _item_columns(table, plan, items, log, exact)
    if refused := [problem for problem in log.problems if problem.level == "error"]:
        raise ResponsesError(refused)
    for place, (name, values) in enumerate(texts.items()):
        frame.insert(place, name, values)
    return frame


def _item_columns(table: RawTable, plan: Plan, items: Mapping[str, Asked], log: Log, exact: bool) -> pd.DataFrame:
    """The float columns, in the order of the instruments."""
    found = [item for item in items.values() if item.id in plan.items and item.readable]
    names = [name for item in found for name in item.columns]
    as_labels = read_as_labels([(item, plan.items[item.id]) for item in found], table.columns, log)
    numbers, place = np.empty((len(names), len(table.row_numbers))), 0
    numbering, file_labels, other_words = Numbering(), FileLabels(), OtherWords()
    for item in found:
        column, rows = plan.items[item.id], slice(place, place + len(item.columns))
        coded = table.columns.pop(column.number)
        if item.kind == "multiple":
            numbers[rows] = _several_answers(coded, column, item, table.row_numbers, log)
        else:
            decoded = answers.decode(coded, column, item, exact=exact, labels_first=item.id in as_labels)
            _log_answers(decoded, coded, column, item, table.row_numbers, log)
            numbers[rows] = decoded.numbers
            file_labels.add(item, column, coded)
            other_words.add(item, column, coded, decoded)
            if item.id not in as_labels:
                numbering.add(item, coded, decoded)
        place = rows.stop
    numbering.report(log)
    file_labels.report(log)
    other_words.report(log)
    for question in {item.part_of for item in found} - {None}:
        options = [place for place, name in enumerate(names) if items[name].part_of == question]
        numbers[options] = fill_not_chosen(numbers[options])
        if np.isnan(numbers[options]).all():
            log.add("R052", "noted", item=question, n=numbers.shape[1])
    return pd.DataFrame(numbers.T, columns=names, copy=False)


def _several_answers(
    coded: Coded, column: Column, item: Asked, rows: npt.NDArray[np.int64], log: Log
) -> npt.NDArray[np.float64]:
    """The options of one question; parts of a cell that are no option are logged."""
    found = expand(coded, column, item)
    _log_missing(found.reasons, coded, column, item, log)
    for reason, code, status in _PARTLY:
        wrong = np.append(found.reasons == reason, False)[coded.codes]
        _log_cells(code, status, wrong, coded, column, item, rows, log)
    return found.numbers


def _log_answers(
    decoded: answers.Decoded, coded: Coded, column: Column, item: Asked, rows: npt.NDArray[np.int64], log: Log
) -> None:
    """What was set to missing, cell by cell; what was declared missing is counted."""
    if decoded.relabelled and item.part_of is None:
        pairs = ", ".join(f"{value} → {code:g}" for value, code in decoded.relabelled.items())
        log.add("R051", "noted", column=column.name, item=item.id, pairs=pairs)
    if letters := answers.letter_codes(coded, decoded, item):
        log.add("R100", "refused", column=column.name, item=item.id, examples=letters[:5], allowed=item.allowed)
    languages = answers.languages_of(coded, item)
    if len(languages) > 1:
        named = ", ".join(f"{language} ({n})" for language, n in sorted(languages.items()))
        log.add("R115", "noted", column=column.name, item=item.id, languages=named)
    _log_missing(decoded.reasons, coded, column, item, log)
    for reason, code in _REFUSED:
        wrong = np.append(decoded.reasons == reason, False)[coded.codes]
        _log_cells(code, "set_missing", wrong, coded, column, item, rows, log)
    for reason, code, status in _NOTED:
        read = np.append(decoded.reasons == reason, False)[coded.codes]
        _log_cells(code, status, read, coded, column, item, rows, log)
    if item.part_of is None and np.isnan(decoded.numbers).all():
        log.add("R052", "noted", column=column.name, item=item.id, n=len(rows))


def _log_cells(
    code: str,
    status: str,
    cells: Mask,
    coded: Coded,
    column: Column,
    item: Asked,
    rows: npt.NDArray[np.int64],
    log: Log,
) -> None:
    texts = coded.values[coded.codes[cells][:MAXIMUM_LINES]].tolist()
    example = answers.turned_into_dates(item) if code == _DATES else None
    code = _DATES_OF_LABELS if example else code
    named = {"allowed": item.allowed, "example": example or ""}
    log.cells(code, status, rows=rows[cells], texts=texts, column=column.name, item=item.id, n=None, **named)


def _log_missing(reasons: answers.Reasons, coded: Coded, column: Column, item: Asked, log: Log) -> None:
    for reason, code in ((answers.DECLARED, "R064"), (answers.MARKED, "R065")):
        _count_missing(code, reasons == reason, coded, column, item, log)


def _count_missing(code: str, values: Mask, coded: Coded, column: Column, item: Asked, log: Log) -> None:
    """One line for each value that stands for a missing answer, with how often it occurs; many values share a line."""
    places, counts = np.flatnonzero(values), coded.counts()
    for place in places[:MAXIMUM_VALUES]:
        value, n = str(coded.values[place]), int(counts[place])
        log.add(code, "missing", column=column.name, item=item.id, value=value, n=n)
    rest = int(counts[places[MAXIMUM_VALUES:]].sum())
    if rest:
        log.add("R070", "missing", column=column.name, item=item.id, n=rest, about=code)
