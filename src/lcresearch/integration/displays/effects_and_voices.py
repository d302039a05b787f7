"""The effect of each element beside what people say of it: how it works, what stands in its way, and quotes."""

from __future__ import annotations

from typing import Any

import pandas as pd

from lcresearch.integration.displays.cells import CASES, WORDS, Sheet
from lcresearch.integration.displays.options import Options
from lcresearch.integration.displays.statistics import in_one_form, table_of
from lcresearch.integration.displays.voices_cells import KINDS, SOURCE, add_mechanisms, add_persons, add_quotes, gap_of
from lcresearch.messages import LANGUAGES, Messages

EFFECT, JUDGED, MENTIONED, QUOTES = "effect", "judged", "mentioned", "quotes"
_KEYS = ("outcome", "model", "adjustment")


def effects_and_voices(options: Options) -> Sheet:
    """Rows are elements, a block an outcome where there are several; elements that only people speak of come last."""
    table = table_of(options.result)
    effects = in_one_form(table, value=options.value)
    sheet = Sheet()
    sheet.column(EFFECT, "numbers")
    judged = "verdict" in table
    if judged:
        sheet.column(JUDGED, "numbers")
    for name in (MENTIONED, *KINDS.values(), QUOTES):
        sheet.column(name, "voices")
    keys = [name for name in _KEYS if name in table and table[name].nunique() > 1]
    known = set(map(str, options.voices.elements["element"]))
    for place, numbers in enumerate(effects.to_dict("records")):
        element, own = str(numbers["term"]), table.iloc[place]
        if element not in known and "element" not in table:
            continue  # of a model: intercepts, covariates and the like
        block = " · ".join(str(own[name]) for name in keys)
        row = f"{element} | {block}" if block else element
        titles = [options.title(str(own[name])) for name in keys]
        sheet.row(
            row, options.title(element), block, {each: " · ".join(one[each] for one in titles) for each in LANGUAGES}
        )
        options.add_statistic(sheet, row, EFFECT, row, numbers | {"group": None})
        _add_consortia(sheet, row, own)
        if judged:
            _add_verdict(sheet, row, own)
        _add_voices(sheet, row, element, options)
    for element in options.voices.elements["element"]:
        if element not in set(effects["term"]):
            sheet.row(str(element), options.title(str(element)))
            for column in (EFFECT, *([JUDGED] if judged else [])):
                sheet.gap(str(element), column, "no_numbers")
            _add_voices(sheet, str(element), str(element), options)
    return sheet


def _add_consortia(sheet: Sheet, row: str, own: pd.Series[Any]) -> None:
    """In how many consortia the effect was looked at, where the table knows."""
    n = own.get("n_consortia")
    if n is not None and n == n:
        sheet.cell(
            row, EFFECT, WORDS, {each: Messages(each)("report.level.consortium", n=int(n)) for each in LANGUAGES}
        )


def _add_verdict(sheet: Sheet, row: str, own: pd.Series[Any]) -> None:
    verdict, certainty = own["verdict"], own.get("certainty")
    if not isinstance(verdict, str) or not verdict:
        sheet.gap(row, JUDGED, "no_numbers")
        return
    texts = {each: _named("verdict_name", verdict, each) for each in LANGUAGES}
    sheet.cell(row, JUDGED, WORDS, texts, source="verdict")
    if isinstance(certainty, str) and certainty:
        level = {each: _named("level_name", certainty, each) for each in LANGUAGES}
        sheet.cell(
            row, JUDGED, WORDS,
            {each: Messages(each)("integration.display.certainty", level=level[each]) for each in LANGUAGES},
            source="certainty",
        )  # fmt: skip


def _named(folder: str, name: str, language: str) -> str:
    try:
        return Messages(language)(f"synthesis.elements.{folder}.{name.replace(' ', '_')}")
    except KeyError:
        return name


def _add_voices(sheet: Sheet, row: str, element: str, options: Options) -> None:
    voices = options.voices
    gap = gap_of(voices, element)
    if gap in ("no_codes", "no_interviews"):
        for column in (MENTIONED, *KINDS.values(), QUOTES):
            sheet.gap(row, column, gap, case=options.case)
        return
    counts = voices.elements[voices.elements["element"] == element].iloc[0]
    add_persons(sheet, row, MENTIONED, counts, counts["of_persons"])
    if counts["n_cases"] == counts["n_cases"]:
        sheet.cell(row, MENTIONED, CASES, n=counts["n_cases"], of=counts["of_cases"], source=SOURCE)
    add_mechanisms(sheet, row, element, voices)
    add_quotes(sheet, row, QUOTES, voices.quotes[voices.quotes["element"] == element])
