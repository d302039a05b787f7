"""Numbers and voices brought together: a row an element and outcome, before any rule is applied."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import IntegrationError, Problem
from lcresearch.integration.listening.result import Voices

KEYS = ("element", "outcome", "model", "adjustment")
"""What tells rows apart; but for the element they are empty where the table of effects does not have them."""
NEEDED = ("element", "estimate", "conf_low", "conf_high", "smallest_worthwhile")
NUMBERS = ("estimate", "conf_low", "conf_high", "smallest_worthwhile", "pred_low", "pred_high")
COUNTS = (
    "n_persons",
    "of_persons",
    "n_cases",
    "of_cases",
    "n_persons_helping",
    "n_persons_lacking",
    "n_persons_hindering",
    "n_persons_valuing",
)
NOT_LISTENED = ("no_codes", "no_interviews")
"""Gaps in the table of voices that mean that nobody looked."""
_TEXTS = ("effect_verdict", "certainty")
_OF_BOTH = "helping_and_lacking"


def side_by_side(evidence: pd.DataFrame, voices: Voices | pd.DataFrame) -> pd.DataFrame:
    """A row an element and outcome: keys, numbers, ``effect_verdict, certainty``, counts, and ``asked``.

    Elements of the table of effects come first, in its order; then those that only people spoke of.

    Raises
    ------
    IntegrationError
        Q120: a column is missing; Q132: an element stands twice; Q129: a smallest worthwhile effect that is none, or
        more persons or cases than there are. All problems together.
    """
    said = voices if isinstance(voices, pd.DataFrame) else voices.elements
    problems = [*_lacking("evidence", evidence, NEEDED), *_lacking("voices", said, ("element", *COUNTS))]
    if problems:
        raise IntegrationError(problems)
    numbers, counts = _numbers_part(evidence), _voices_part(said)
    problems = [*_twice("evidence", numbers, list(KEYS)), *_twice("voices", counts, ["element"])]
    problems += [*_no_bound(numbers), *_too_many(counts)]
    if problems:
        raise IntegrationError(problems)
    only_said = counts.loc[~counts["element"].isin(numbers["element"]), ["element"]]
    rows = _numbers_part(pd.concat([numbers, only_said], ignore_index=True)) if len(only_said) else numbers
    rows = rows.merge(counts, on="element", how="left", sort=False)
    return rows.assign(asked=rows["asked"].eq(True))


def _lacking(table: str, frame: pd.DataFrame, needed: tuple[str, ...]) -> Iterator[Problem]:
    lacking = [name for name in needed if name not in frame.columns]
    if lacking:
        yield Problem("Q120", values={"table": table, "columns": lacking, "known": list(needed)})


def _numbers_part(evidence: pd.DataFrame) -> pd.DataFrame:
    texts = {name: _texts(evidence, name) for name in (*KEYS, "certainty")}
    texts["effect_verdict"] = _texts(evidence, "effect_verdict" if "effect_verdict" in evidence else "verdict")
    numbers = {name: _floats(evidence, name) for name in NUMBERS}
    return pd.DataFrame({name: texts[name] for name in KEYS} | numbers | {name: texts[name] for name in _TEXTS})


def _voices_part(said: pd.DataFrame) -> pd.DataFrame:
    counts = {name: _floats(said, name) for name in COUNTS}
    listened = [gap not in NOT_LISTENED for gap in _texts(said, "gap")]
    return pd.DataFrame({"element": _texts(said, "element")} | counts | {"asked": listened})


def _texts(frame: pd.DataFrame, name: str) -> list[str]:
    if name not in frame.columns:
        return [""] * len(frame)
    return ["" if pd.isna(value) else str(value) for value in frame[name]]


def _floats(frame: pd.DataFrame, name: str) -> Any:
    if name not in frame.columns:
        return np.full(len(frame), np.nan)
    return pd.to_numeric(frame[name], errors="coerce").astype("float64").to_numpy(dtype=np.float64, na_value=np.nan)


def _twice(table: str, frame: pd.DataFrame, keys: list[str]) -> Iterator[Problem]:
    repeated = frame.loc[frame.duplicated(keys), keys].drop_duplicates()
    for row in repeated.itertuples(index=False):
        yield Problem("Q132", values={"table": table, "row": ", ".join(part for part in map(str, row) if part)})


def _no_bound(numbers: pd.DataFrame) -> Iterator[Problem]:
    known = numbers["estimate"].notna()
    wrong = numbers[known & ~(numbers["smallest_worthwhile"] > 0)]
    for row in wrong.itertuples(index=False):
        values = {"element": row.element, "name": "smallest_worthwhile", "value": str(row.smallest_worthwhile)}
        yield Problem("Q129", values=values)


def _too_many(counts: pd.DataFrame) -> Iterator[Problem]:
    parts = (
        ("n_persons", "of_persons"),
        ("n_cases", "of_cases"),
        ("n_persons_helping", "n_persons_valuing"),
        ("n_persons_lacking", "n_persons_valuing"),
        ("n_persons_helping", "n_persons"),
        ("n_persons_lacking", "n_persons"),
        ("n_persons_hindering", "n_persons"),
        ("n_persons_valuing", "n_persons"),
        ("n_persons_valuing", _OF_BOTH),
    )
    counts = counts.assign(**{_OF_BOTH: counts["n_persons_helping"] + counts["n_persons_lacking"]})
    found: dict[tuple[str, str], float] = {}
    for part, whole in parts:
        for row in counts[(counts[part] < 0) | (counts[part] > counts[whole])].to_dict("records"):
            found.setdefault((str(row["element"]), part), float(row[part]))
    for (element, part), value in found.items():
        yield Problem("Q129", values={"element": element, "name": part, "value": f"{value:g}"})
