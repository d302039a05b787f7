"""Cases ordered by score, each with what was said there and released quotes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import IntegrationError
from lcresearch.integration.cases.matrix import CaseMatrix
from lcresearch.integration.displays.cells import CODE, PERSONS, STATISTIC, Sheet
from lcresearch.integration.displays.options import Options
from lcresearch.integration.displays.statistics import in_one_form
from lcresearch.integration.displays.voices_cells import SOURCE, add_quotes
from lcresearch.integration.listening.spoken import DIRECTIONS, direction_of, quotes_by_case

SCORE, INTERVIEWED, THEMES, QUOTES = "score", "interviewed", "themes", "quotes"


def cases_by_score(options: Options) -> Sheet:
    """Rows are cases, the highest score first; those without a score come last, by name.

    In a released version a score that is not shown does not order the rows either, since the order would tell of it.
    """
    scores = _scores(options)
    interviewed = set(options.interviewed.dropna())
    sizes = options.voices.by_case.drop_duplicates("case").set_index("case")["of_persons"]
    cases = list(dict.fromkeys([*map(str, scores.index), *sorted(interviewed)]))
    sheet = Sheet()
    for name, side in ((SCORE, "numbers"), (INTERVIEWED, "voices"), (THEMES, "voices"), (QUOTES, "voices")):
        sheet.column(name, side)
    quotes = quotes_by_case(options.project, options.releases, options.interviewed, options.by, options.policy)
    shown = []
    for case in cases:
        if case in scores.index:
            options.add_statistic(sheet, case, SCORE, f"{options.value or SCORE} | {case}", scores.loc[case].to_dict())
        else:
            sheet.gap(case, SCORE, "no_numbers")
        is_shown = sheet.cells[-1]["kind"] == STATISTIC
        shown.append((-float(scores["value"].loc[case]) if is_shown else np.inf, case))
        _add_voices(sheet, case, case in interviewed, sizes, options)
        if case in interviewed:
            add_quotes(sheet, case, QUOTES, quotes[quotes["case"] == case])
    for _, case in sorted(shown):
        sheet.row(case, options.title(case))
    return sheet


def _add_voices(sheet: Sheet, case: str, interviewed: bool, sizes: pd.Series[Any], options: Options) -> None:
    if not interviewed:
        for column in (INTERVIEWED, THEMES, QUOTES):
            sheet.gap(case, column, "no_interviews", case=options.case)
        return
    if case not in sizes.index:
        for column in (INTERVIEWED, THEMES):
            sheet.gap(case, column, "few_informants")
        return
    sheet.cell(case, INTERVIEWED, PERSONS, n=sizes[case], source=SOURCE)
    by_case = options.voices.by_case
    found = by_case[(by_case["case"] == case) & (by_case["n_persons"] > 0)]
    for one in found.sort_values("n_persons", ascending=False, kind="stable").to_dict("records"):
        direction = direction_of({side: one[f"n_persons_{side}"] > 0 for side in DIRECTIONS})
        sheet.cell(
            case, THEMES, CODE, options.title(str(one["element"])), n=one["n_persons"], of=one["of_persons"],
            direction=direction, source=SOURCE,
        )  # fmt: skip
    elements = options.voices.elements
    n_known = int((by_case["case"].eq(case) & by_case["n_persons"].notna()).sum())
    if n_known < int((elements["gap"] != "no_codes").sum()):
        sheet.gap(case, THEMES, "some_hidden")
    elif not len(found):
        sheet.gap(case, THEMES, "none_spoken")


def _scores(options: Options) -> pd.DataFrame:
    """``value, conf_low, conf_high, n, group`` by case, the highest first."""
    result = options.result
    if isinstance(result, CaseMatrix):
        table = _of_matrix(result, options)
    else:
        frame = result.reset_index() if options.by not in result.columns else result
        if options.by not in frame.columns:
            frame = frame.rename(columns={frame.columns[0]: options.by})
        table = in_one_form(frame, value=options.value, group=options.by).set_index("group")
        table = table[table.index.notna()]
        table.index = table.index.map(str)
    if table.index.has_duplicates:
        raise IntegrationError("Q098", cases=sorted(set(table.index[table.index.duplicated()])))
    table = table.assign(group=table.index)
    return table.sort_values("value", ascending=False, kind="stable", na_position="last")


def _of_matrix(matrix: CaseMatrix, options: Options) -> pd.DataFrame:
    known = [str(name) for name in matrix.frame.columns]
    name = options.value or next(iter(matrix.columns.loc[matrix.columns["kind"] == "scale", "column"]), None)
    if name not in known:
        raise IntegrationError("Q096", column=str(name or "scale"), known=known)
    shown: Any = matrix if options.policy is None else matrix.released(options.policy, options.ledger)
    table = pd.DataFrame(
        index=matrix.frame.index.map(str), columns=["value", "conf_low", "conf_high", "n"], dtype=float
    )
    values = pd.to_numeric(shown.frame[name], errors="coerce") if name in shown.frame else pd.Series(dtype=float)
    table.loc[values.index.map(str), "value"] = values.to_numpy(dtype=float)
    found = shown.estimates[shown.estimates["column"] == name].set_index("case")
    for column in ("conf_low", "conf_high", "n"):
        table.loc[found.index.map(str), column] = found[column].to_numpy(dtype=float)
    there = pd.to_numeric(matrix.frame[name], errors="coerce").notna().to_numpy()
    return table.assign(hidden=there & table["value"].isna().to_numpy())
