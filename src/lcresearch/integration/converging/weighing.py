"""Judgements laid on their rows: which count, which were made on earlier evidence, and where researchers differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from lcresearch.errors import IntegrationError, Problem, nearest
from lcresearch.integration.converging.evidence import KEYS
from lcresearch.integration.converging.fingerprints import changed, changes_in_words
from lcresearch.integration.converging.judgements import Judgement
from lcresearch.integration.converging.rules import HIDDEN
from lcresearch.messages import LANGUAGES

CURRENT, EARLIER, CONFLICT, SETTLED, REPLACED = "current", "earlier evidence", "conflict", "settled", "replaced"
COLUMNS = ("judgement", "judged_by", "judged_on", "judged_because", "judgement_state")
_KEPT = (*KEYS, "judgement", "by", "date", "because", "settles", "state", "changes")


def rows_of(judgements: Sequence[Judgement], rows: pd.DataFrame) -> list[int]:
    """The place of the row that each judgement is about.

    Raises
    ------
    IntegrationError
        Q124: there is no such element, outcome, model or adjustment; Q125: several rows fit. All problems together.
    """
    found: list[int] = []
    problems: list[Problem] = []
    for one in judgements:
        fits = rows["element"] == one.element
        if not fits.any():
            known = [str(name) for name in dict.fromkeys(rows["element"])]
            near = nearest(one.element, known) or "–"
            values = {"key": "element", "value": one.element, "known": known, "nearest": near}
            problems.append(Problem("Q124", one.place, values))
            continue
        for key in KEYS[1:]:
            wanted = getattr(one, key)
            known = [str(name) for name in dict.fromkeys(rows.loc[fits, key])]
            if wanted and wanted not in known:
                values = {"key": key, "value": wanted, "known": known, "nearest": nearest(wanted, known) or "–"}
                problems.append(Problem("Q124", one.place, values))
            fits = fits & (rows[key] == wanted) if wanted else fits
        if fits.sum() > 1:
            differ = [key for key in KEYS[1:] if rows.loc[fits, key].nunique() > 1]
            several = {"element": one.element, "n": int(fits.sum()), "keys": differ}
            problems.append(Problem("Q125", one.place, several))
        found += [int(fits.to_numpy().argmax())]
    if problems:
        raise IntegrationError(problems)
    return found


def weigh(
    judgements: Sequence[Judgement], rows: pd.DataFrame, *, confidential: bool = True
) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Columns with the judgement of each row, and all judgements with what became of them.

    A later judgement of the same researcher replaces an earlier one. Researchers who differ are in conflict until a
    judgement that settles it: the proposal then stands. Where voices may not be shown, judgements are not shown either;
    and what counts were is not told where the result is not ``confidential``.
    """
    by_row: dict[int, list[Judgement]] = {}
    for one, place in zip(judgements, rows_of(judgements, rows), strict=True):
        by_row.setdefault(place, []).append(one)
    columns, kept = [], []
    for place, row in enumerate(rows.to_dict("records")):
        mine = sorted(by_row.get(place, []), key=lambda one: one.date)
        hidden = row["voices"] in HIDDEN or row["proposal"] == "not shown"
        states = _states(mine, row)
        columns.append(_column([] if hidden else mine, states))
        kept += (
            [] if hidden else [_kept(one, state, row, confidential) for one, state in zip(mine, states, strict=True)]
        )
    return pd.DataFrame(columns, columns=list(COLUMNS), index=rows.index), kept


def _states(mine: Sequence[Judgement], row: Mapping[Any, Any]) -> list[str]:
    """What became of each judgement of one row, in the order of their dates."""
    last = {one.by.casefold(): place for place, one in enumerate(mine)}
    settling = max((place for place, one in enumerate(mine) if one.settles), default=-1)
    states = []
    for place, one in enumerate(mine):
        if place < settling:
            states.append(SETTLED)
        elif last[one.by.casefold()] != place:
            states.append(REPLACED)
        else:
            states.append(EARLIER if changed(one.evidence, row) else CURRENT)
    counted = {one.judgement for one, state in zip(mine, states, strict=True) if state in (CURRENT, EARLIER)}
    if len(counted) > 1:
        states = [CONFLICT if state in (CURRENT, EARLIER) else state for state in states]
    return states


def _column(mine: Sequence[Judgement], states: Sequence[str]) -> dict[str, str]:
    """The judgement of a row; of a conflict none, but all names."""
    counted = [(one, state) for one, state in zip(mine, states, strict=False) if state not in (SETTLED, REPLACED)]
    if not counted:
        return dict.fromkeys(COLUMNS, "")
    agreed = {one.judgement for one, _ in counted}
    state = next((each for each in (CONFLICT, CURRENT) if each in {of for _, of in counted}), EARLIER)
    return {
        "judgement": agreed.pop() if len(agreed) == 1 else "",
        "judged_by": "; ".join(one.by for one, _ in counted),
        "judged_on": counted[-1][0].date,
        "judged_because": _reasons([one for one, _ in counted]),
        "judgement_state": state,
    }


def _reasons(counted: Sequence[Judgement]) -> str:
    """The reason; of several researchers each with the name."""
    if len(counted) == 1:
        return counted[0].because
    return " | ".join(f"{one.by}: {one.because}" for one in counted)


def _kept(one: Judgement, state: str, row: Mapping[Any, Any], confidential: bool) -> dict[str, Any]:
    values: dict[str, Any] = {name: row[name] for name in KEYS} | {"state": state}
    values |= {name: getattr(one, name) for name in ("judgement", "by", "date", "because", "settles")}
    values["changes"] = {
        language: changes_in_words(one.evidence, row, language, counts=confidential) for language in LANGUAGES
    }
    return {name: values[name] for name in _KEPT}
