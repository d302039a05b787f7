"""Whether the cells of a matrix still hold: computed again from their sources, and compared by hash."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from lcresearch.instruments.model import Instrument
from lcresearch.integration.cases.code_cells import code_cells
from lcresearch.integration.cases.coded_text import CodeSettings
from lcresearch.integration.cases.matrix import GAPS, CaseMatrix
from lcresearch.integration.cases.scale_cells import ScaleSettings, scale_cells
from lcresearch.interviews.code_tables.quotes import check_pointer
from lcresearch.interviews.project import Project


def changed_cells(
    matrix: CaseMatrix, project: Project | None, scores: pd.DataFrame | None, instruments: Iterable[Instrument] = ()
) -> pd.DataFrame:
    """``case, column, reason`` of cells that would be other now."""
    found: list[pd.DataFrame] = []
    if scores is not None and "scales" in matrix.settings:
        found += [_scales(matrix, scores), _instruments(matrix, instruments)]
    if project is not None and "codes" in matrix.settings:
        found.append(_codes(matrix, project))
    tables = [table for table in found if len(table)]
    if not tables:
        return pd.DataFrame({name: pd.Series(dtype="str") for name in GAPS})
    return pd.concat(tables, ignore_index=True).drop_duplicates(["case", "column"], ignore_index=True)


def _scales(matrix: CaseMatrix, scores: pd.DataFrame) -> pd.DataFrame:
    given = dict(matrix.settings["scales"])
    settings = ScaleSettings(**given | {"scales": tuple(given["scales"]), "change": tuple(given["change"])})
    asked = {"same_as": matrix.settings["same_as"], "not_comparable": matrix.settings["not_comparable"]}
    now = scale_cells(scores, settings, **asked).estimates
    return _compared(matrix, _filled(matrix, "scale"), now, "answers_changed")


def _instruments(matrix: CaseMatrix, instruments: Iterable[Instrument]) -> pd.DataFrame:
    """Cells of scales whose instrument asks or scores otherwise than it did."""
    hashes: dict[str, set[str]] = {}
    for one in instruments:
        for name in one.scales:
            hashes.setdefault(name, set()).add(one.hash)
    asked = {name: {version[2] for version in told} for name, told in matrix.settings["asked"].items()}
    other = {name for name in asked if name in hashes and hashes[name] != asked[name]}
    scales = matrix.columns[matrix.columns["kind"] == "scale"]
    names = [name for name in scales["column"] if name in other or name.removesuffix("_change") in other]
    cells = matrix.provenance[matrix.provenance["column"].isin(names)]
    return cells[["case", "column"]].assign(reason="instrument_changed")


def _codes(matrix: CaseMatrix, project: Project) -> pd.DataFrame:
    """Words first: where these are not there any more, the codings cannot be the same either."""
    given: dict[str, Any] = dict(matrix.settings["codes"])
    for name in ("coders", "without_roles"):
        given[name] = tuple(given[name])
    given["codes"] = {column: tuple(ids) for column, ids in given["codes"].items()}
    measures = list(dict.fromkeys(measure for _, measure in matrix.settings["code_columns"].values()))
    cells = _filled(matrix, "code")
    holds = [all(check_pointer(project, one) for one in pointers) for pointers in cells["pointers"]]
    words = cells.loc[[not one for one in holds], ["case", "column"]].assign(reason="words_changed")
    now = code_cells(project, CodeSettings(**given), measures, same_as=matrix.settings["same_as"]).values
    if matrix.waves and len(now):
        now = _over_waves(cells, now)
    return pd.concat([words, _compared(matrix, cells, now, "coding_changed")], ignore_index=True)


def _over_waves(cells: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Cells of interviews without a wave, at each wave of their case."""
    labels = cells[["case"]].drop_duplicates().assign(label=lambda table: table["case"])
    labels["case"] = [name if name in set(now["case"]) else name.rpartition(", ")[0] for name in labels["label"]]
    return now.merge(labels, on="case").assign(case=lambda table: table["label"])


def _filled(matrix: CaseMatrix, kind: str) -> pd.DataFrame:
    names = matrix.columns.loc[matrix.columns["kind"] == kind, "column"]
    return matrix.provenance[matrix.provenance["column"].isin(names)]


def _compared(matrix: CaseMatrix, cells: pd.DataFrame, now: pd.DataFrame, reason: str) -> pd.DataFrame:
    if not len(now):
        return cells[["case", "column"]].assign(reason="gone")
    barred = matrix.gaps[matrix.gaps["reason"] == "not_warranted"]
    known = pd.concat([cells[["case", "column"]], barred[["case", "column"]]])
    new = now[["case", "column"]].merge(known, on=["case", "column"], how="left", indicator=True)
    new = new.loc[new["_merge"] == "left_only", ["case", "column"]].assign(reason="filled")
    both = cells.merge(now[["case", "column", "fingerprint"]], on=["case", "column"], how="left", suffixes=("", "_now"))
    gone = both["fingerprint_now"].isna()
    other = gone | (both["fingerprint"] != both["fingerprint_now"])
    told = gone.map({True: "gone", False: reason})
    return pd.concat([both.loc[other, ["case", "column"]].assign(reason=told[other]), new], ignore_index=True)
