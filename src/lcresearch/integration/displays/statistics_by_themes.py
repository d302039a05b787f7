"""Statistics by themes: what was measured in each group, beside how many persons there speak of what."""

from __future__ import annotations

from typing import Any

import pandas as pd

from lcresearch.disclosure import EVERYBODY
from lcresearch.integration.displays.cells import Sheet, words
from lcresearch.integration.displays.options import Options
from lcresearch.integration.displays.statistics import in_one_form, table_of
from lcresearch.integration.displays.voices_cells import add_persons, gap_of

COLUMN = "statistic"


def statistics_by_themes(options: Options) -> Sheet:
    """Rows are groups, a block a statistic; columns are the statistic and the themes.

    A group that has only answers, or only interviews, has a row with a gap.
    """
    statistics = in_one_form(table_of(options.result), value=options.value, group=options.by)
    statistics["group"] = [_group(term, group, options) for term, group in statistics[["term", "group"]].to_numpy()]
    sheet = Sheet()
    sheet.column(COLUMN, "numbers")
    themes = [str(name) for name in options.voices.elements["element"]]
    for theme in themes:
        sheet.column(theme, "voices", options.title(theme))
    interviewed = sorted(options.interviewed.dropna().unique())
    for term in dict.fromkeys(statistics["term"]):
        here = statistics[statistics["term"] == term]
        groups = [""] if (here["group"] == "").all() else list(dict.fromkeys([*here["group"], *interviewed]))
        for group in groups:
            row = f"{term} | {group}" if group else term
            title = options.title(group) if group else words("everybody")
            sheet.row(row, title, term, options.title(term))
            found = here[here["group"] == group]
            if len(found):
                options.add_statistic(sheet, row, COLUMN, row, found.iloc[0].to_dict())
            else:
                sheet.gap(row, COLUMN, "no_numbers")
            for theme in themes:
                _add_theme(sheet, row, theme, group, options)
    return sheet


def _group(term: str, group: Any, options: Options) -> str:
    """The group of a row; empty for everybody."""
    if term in options.groups:
        return str(options.groups[term])
    return "" if group is None or pd.isna(group) or group == EVERYBODY else str(group)


def _add_theme(sheet: Sheet, row: str, theme: str, group: str, options: Options) -> None:
    voices = options.voices
    gap = gap_of(voices, theme)
    if gap in ("no_codes", "no_interviews"):
        sheet.gap(row, theme, gap, case=options.case)
        return
    if not group:
        counts = voices.elements[voices.elements["element"] == theme].iloc[0]
        add_persons(sheet, row, theme, counts, counts["of_persons"])
        return
    found = voices.by_case[(voices.by_case["element"] == theme) & (voices.by_case["case"] == group)]
    if len(found):
        add_persons(sheet, row, theme, found.iloc[0], found["of_persons"].iloc[0])
    else:
        there = group in set(options.interviewed)
        sheet.gap(row, theme, "hidden" if there else "no_interviews", case=options.case)
