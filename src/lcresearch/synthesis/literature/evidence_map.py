"""A map of what is known and what is missing: themes by sectors, with the studies in each cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from lcresearch.messages import Messages
from lcresearch.results import Result
from lcresearch.synthesis.literature.extraction import Extraction, direction_of, worst_risk
from lcresearch.synthesis.literature.extraction_form import DIRECTIONS, RISKS, parts_of

KNOWN_FROM = 3
"""Studies from which a cell is no longer called thin."""
SAME_SHARE = 2 / 3
"""Share of studies with a direction that must agree, else a cell is called contradictory."""
STATES = ("missing", "thin", "contradictory", "known")


@dataclass(frozen=True, repr=False, eq=False)
class EvidenceMap(Result):
    """What is known by theme and sector (:func:`lcresearch.synthesis.evidence_map`).

    Attributes
    ----------
    table : DataFrame
        A cell a row, empty ones too: ``theme, sector, n`` (studies), ``positive, null, negative, mixed, unclear``
        (studies of each direction), ``stopped``, ``low, some, high`` (risk of bias), ``persons``, ``direction`` (that
        of most studies, ``mixed`` when none has most), ``state``: ``missing`` (no study), ``thin`` (fewer than
        ``known_from``), ``contradictory`` or ``known``; and ``studies``.
    themes, sectors : mapping of str to mapping
        Id -> what it is called, by language.
    known_from : int
    """

    title: ClassVar[str] = "Evidence map"

    table: pd.DataFrame
    themes: Mapping[str, Mapping[str, str]]
    sectors: Mapping[str, Mapping[str, str]]
    known_from: int = KNOWN_FROM

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A cell a row."""
        return self.table.copy()

    def glance(self) -> pd.DataFrame:
        """How many cells are in each state."""
        counts = self.table["state"].value_counts()
        return pd.DataFrame([{"n_cells": len(self.table)} | {state: int(counts.get(state, 0)) for state in STATES}])

    def grid(self) -> pd.DataFrame:
        """Numbers of studies: a theme a row, a sector a column."""
        wide = self.table.pivot(index="theme", columns="sector", values="n")
        return wide.loc[list(self.themes), list(self.sectors)]

    def missing(self) -> pd.DataFrame:
        """Cells without a study."""
        return self.table.loc[self.table["state"] == "missing", ["theme", "sector"]].reset_index(drop=True)

    def shown(self) -> pd.DataFrame:
        """The grid."""
        return self.grid().reset_index()

    def cautions(self) -> list[str]:
        """What the map does not say."""
        return [Messages()("synthesis.literature.map_caution")]


def evidence_map(extraction: Extraction, *, known_from: int = KNOWN_FROM) -> EvidenceMap:
    """Count the included studies by theme and sector; null and stopped studies count as any other.

    A study with several themes or sectors stands in each of these cells. Within a cell its direction is that of its
    outcomes there, ``mixed`` when these differ.

    Parameters
    ----------
    extraction : Extraction
        Of :func:`lcresearch.synthesis.read_extraction`. Themes and sectors that were agreed on beforehand have a row
        or column even when no study is about them: that is what shows what is missing.
    known_from : int
        Studies from which a cell is ``known`` (or ``contradictory``); with fewer it is ``thin``.

    Returns
    -------
    EvidenceMap
        A row a cell: how many studies, in which direction, and what that makes of it.

    Examples
    --------
    >>> from lcresearch.synthesis import extraction_of
    >>> found = evidence_map(extraction_of(pd.DataFrame({
    ...     "record": ["r1", "r2"], "study": ["A", "B"], "theme": ["trust", "trust; time"], "sector": ["care", "care"],
    ...     "direction": ["positive", "null"]}), themes=["trust", "time"], sectors=["care", "building"]))
    >>> found.tidy()[["theme", "sector", "n", "state"]].values.tolist()
    [['trust', 'care', 2, 'thin'], ['trust', 'building', 0, 'missing'],
     ['time', 'care', 1, 'thin'], ['time', 'building', 0, 'missing']]
    """
    frame = extraction.frame
    long = frame.assign(theme=frame["theme"].map(parts_of), sector=frame["sector"].map(parts_of))
    long = long.explode("theme").explode("sector")
    cells = dict(list(long.groupby(["theme", "sector"], sort=False)))
    empty = _cell(long.iloc[:0], known_from)
    rows = [
        {"theme": theme, "sector": sector}
        | (_cell(cells[theme, sector], known_from) if (theme, sector) in cells else empty)
        for theme in extraction.themes
        for sector in extraction.sectors
    ]
    table = pd.DataFrame(rows, columns=["theme", "sector", *empty])
    return EvidenceMap(table, extraction.themes, extraction.sectors, known_from)


def _cell(part: pd.DataFrame, known_from: int) -> dict[str, Any]:
    studies = [
        (
            str(study),
            direction_of(rows["direction"]),
            worst_risk(rows["risk_of_bias"]),
            bool(rows["stopped"].any()),
            rows["persons"].max(),
        )
        for study, rows in part.groupby("study", sort=False)
    ]
    directions = pd.Series([direction for _, direction, _, _, _ in studies], dtype=object)
    row: dict[str, Any] = {"n": len(studies)} | {name: int((directions == name).sum()) for name in DIRECTIONS}
    row["stopped"] = sum(stopped for _, _, _, stopped, _ in studies)
    row |= {risk: sum(found == risk for _, _, found, _, _ in studies) for risk in RISKS}
    row["persons"] = int(sum(n for *_, n in studies if pd.notna(n)))
    row |= _verdict(row, known_from)
    return row | {"studies": "; ".join(study for study, *_ in studies)}


def _verdict(row: Mapping[str, Any], known_from: int) -> dict[str, str]:
    """Direction of most studies of a cell, and its state."""
    clear = {name: row[name] for name in DIRECTIONS if name != "unclear"}
    total = sum(clear.values())
    most = max(clear, key=lambda name: clear[name])
    agreeing = total > 0 and clear[most] >= SAME_SHARE * total and most != "mixed"
    direction = most if agreeing else "mixed" if total else "unclear"
    if row["n"] == 0:
        return {"direction": "", "state": "missing"}
    if row["n"] < known_from or total == 0:
        return {"direction": direction, "state": "thin"}
    return {"direction": direction, "state": "known" if agreeing else "contradictory"}
