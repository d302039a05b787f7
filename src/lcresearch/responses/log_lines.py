"""The lines of the log that say what each column of a file became, and which rows were left out."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from lcresearch.responses.asked import Asked
from lcresearch.responses.log import Log
from lcresearch.responses.matching import CONSENT, RESPONDENT, WAVE, Plan
from lcresearch.responses.persons.leaving_out import Persons, log_person
from lcresearch.responses.similar import Leftovers
from lcresearch.responses.tables import Column, OpenFile, RawTable, shown
from lcresearch.responses.wording import name_key, same_question
from lcresearch.text_encoding import MAC


def log_columns(
    opened: OpenFile, plan: Plan, persons: Persons, items: Mapping[str, Asked], keep: Mapping[str, str], log: Log
) -> None:
    """What the file is; one line for each column of the file, then one for each item that has none."""
    facts = ", ".join(f"{name}: {value!r}" for name, value in opened.facts.items() if value)
    n_columns = sum(not column.joins for column in opened.columns)
    log.add("R073", "noted", format=opened.format, columns=n_columns, facts=facts or "–")
    if opened.facts.get("encoding") == MAC:
        log.add("R105", "noted", encoding="Mac Roman")
    if opened.platform is not None:
        log.add("R190", "noted", platform=opened.platform)
    if opened.above:
        log.add("R194", "noted", n=opened.above)
    if opened.other_sheets:
        log.add("R114", "noted", sheets=[shown(name, 40) for name in opened.other_sheets])
    roles = {column.number: level for level, column in plan.levels.items()}
    for role, found_column in ((RESPONDENT, plan.respondent), (WAVE, plan.wave)):
        if found_column is not None:
            roles[found_column.number] = role
    if persons.consent is not None:
        roles.setdefault(persons.consent.number, CONSENT)
    found = {column.number: item for item, column in plan.items.items()}
    doubts = {doubt.column.number: doubt for doubt in plan.doubts}
    for column in opened.columns:
        if not log_person(column, plan, persons, keep, log):
            continue
        if column.number in roles:
            log.add("R067", "matched", column=column.name, role=roles[column.number])
        elif column.number in found:
            _log_item(column, items[found[column.number]], plan, log)
        elif column.role is not None:
            log.add("R191", "ignored", column=column.name, role=column.role)
        elif (question := _asks_more(column, plan, items)) is not None:
            log.add("R095", "ignored", column=column.name, item=question)
        elif column.number not in doubts:
            log.add("R061", "ignored", column=column.name)
        if column.number in doubts:
            doubt = doubts[column.number]
            log.add(doubt.code, doubt.status, column=column.name, item=doubt.item, **doubt.values)
    free = [c for c in opened.columns if c.role is None and c.number not in plan.numbers | persons.kinds.keys()]
    leftovers = Leftovers(free, opened.other_sheets)
    split = {items[item].part_of for item in plan.items}
    for item in items.values():
        expected = item.readable and item.id not in split and (item.part_of is None or item.part_of in split)
        if expected and item.id not in plan.items:
            log.add("R043", "not_found", item=item.id, similar=leftovers.hint(item))


def _log_item(column: Column, item: Asked, plan: Plan, log: Log) -> None:
    if not item.readable:
        log.add("R066", "ignored", column=column.name, item=item.id)
        return
    log.add("R060", "matched", column=column.name, item=item.id, how=plan.how[item.id])
    if item.id in plan.contradicting:
        others = list(plan.contradicting[item.id])
        log.add("R049", "noted", column=column.name, item=item.id, others=others)


def _asks_more(column: Column, plan: Plan, items: Mapping[str, Asked]) -> str | None:
    """The question with several answers that a column is an answer to, though the instrument does not have it."""
    if column.option is None or column.joins or any(doubt.column.number == column.number for doubt in plan.doubts):
        return None
    texts = {text: frozenset({item.id}) for item in items.values() if item.kind == "multiple" for text in item.texts}
    named = {name_key(item.id): frozenset({item.id}) for item in items.values() if item.kind == "multiple"}
    found = (named.get(name_key(base)) or same_question(base, texts) for base in column.option_of)
    question = next((min(ids) for ids in found if len(ids) == 1), None)
    read = plan.items.keys() | {items[item].part_of for item in plan.items}
    return question if question in read else None


def log_rows(table: RawTable, width: int, log: Log) -> None:
    """Rows that were filled up, left out because they are too long, or blank."""
    if table.cut_row is not None:
        left_out = table.cut_row not in table.row_numbers[-1:]
        log.add("R104", "dropped" if left_out else "noted", row=table.cut_row)
    log.cells("R047", "filled", rows=table.short_rows[table.short_rows != (table.cut_row or 0)], cells=width)
    log.cells("R048", "dropped", rows=table.long_rows, cells=width)
    log.cells("R062", "dropped", rows=table.blank_rows, n=table.n_blank)


def log_formulas(table: RawTable, opened: OpenFile, plan: Plan, log: Log) -> None:
    """Cells that read as empty because their formula has no outcome in the file, column by column."""
    items = {column.number: item for item, column in plan.items.items()}
    names = {column.number: column.name for column in opened.columns}
    for number, rows in table.formulas.items():
        log.cells("R056", "set_missing", rows=rows, column=names[number], item=items.get(number))


def log_cut_cell(table: RawTable, opened: OpenFile, plan: Plan, log: Log) -> None:
    """The cell in which the file breaks off, when it was read."""
    if table.cut_cell is not None:
        number, text = table.cut_cell
        item = next((item for item, column in plan.items.items() if column.number == number), None)
        name = next((column.name for column in opened.columns if column.number == number), None)
        log.add("R203", "set_missing", column=name, item=item, row=table.cut_row, value=shown(text, 60))


def log_unfinished(paradata: pd.DataFrame, log: Log) -> None:
    """How many did not come to the end of the form, where the platform tells."""
    n = int((~paradata["completed"]).fillna(False).sum())
    if n:
        log.add("R195", "noted", n=n)
