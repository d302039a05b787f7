"""The extraction form read back: words and numbers checked, effects computed from the figures."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import LcresearchWarning, Place, Problem, SynthesisError, nearest
from lcresearch.responses.written_numbers import plain_number
from lcresearch.synthesis.effect_sizes.effect_size import MEASURES, effect_size
from lcresearch.synthesis.effect_sizes.figures import CORRELATIONS, SPREADS
from lcresearch.synthesis.literature.extraction import Extraction
from lcresearch.synthesis.literature.extraction_form import ABOUT, CHOICES, COLUMNS, FIGURES, parts_of
from lcresearch.synthesis.literature.names import Names, as_names, ids_by_word
from lcresearch.synthesis.literature.records import Records
from lcresearch.synthesis.literature.tables import (
    named_columns,
    names_of_columns,
    plain_name,
    read_table,
    word_of,
    words_of,
)

_NEEDED = ("record", "study", "theme", "sector", "direction")
_COUNTED = frozenset({"n", "n1", "n2", "x", "items", "persons"})


def read_extraction(
    path: str | Path | Sequence[str | Path],
    *,
    records: Records | None = None,
    themes: Names = (),
    sectors: Names = (),
) -> Extraction:
    """Read extraction forms that were filled in, in Dutch or English; numbers with a decimal point or comma.

    Rows in which nothing was filled in are passed over; records that have no other row are named.

    Parameters
    ----------
    path : str, Path or several
    records : Records, optional
        The included records, to compare with: one without a row is named.
    themes, sectors : sequence or mapping
        As for :func:`extraction_form`; when given, others are refused.

    Returns
    -------
    Extraction

    Raises
    ------
    SynthesisError
        Y098: a column is missing; Y099: a word that is not known (direction, theme, sector, measure); Y100: a record
        that is not included; Y107: an empty cell that must be filled; Y108: a figure that is no number, or impossible.
        All problems together; and files that cannot be read.
    """
    paths = [Path(path)] if isinstance(path, str | Path) else [Path(each) for each in path]
    names = names_of_columns([*ABOUT, "outcome", "measure", "note"])
    forms = [(named_columns(read_table(one), names, _NEEDED, one.name), one.name) for one in paths]
    return _extraction(forms, records, as_names(themes), as_names(sectors))


def extraction_of(
    frame: pd.DataFrame, *, records: Records | None = None, themes: Names = (), sectors: Names = ()
) -> Extraction:
    """The same from a frame: see :func:`read_extraction`.

    Parameters
    ----------
    frame : DataFrame
        Columns as in the form.
    records : Records, optional
        Those that were included: others are refused.
    themes, sectors : sequence or mapping
        Names that may stand in the columns of that name.

    Returns
    -------
    Extraction

    Raises
    ------
    SynthesisError
        Y098, Y099, Y100, Y107, Y108.

    See also
    --------
    read_extraction : The same from a file.
    """
    missing = [name for name in _NEEDED if name not in frame]
    if missing:
        known = [str(name) for name in frame]
        raise SynthesisError(Problem("Y098", Place(column=name), {"known": known}) for name in missing)
    return _extraction([(frame, None)], records, as_names(themes), as_names(sectors))


def _extraction(
    forms: Sequence[tuple[pd.DataFrame, str | None]],
    records: Records | None,
    themes: dict[str, dict[str, str]],
    sectors: dict[str, dict[str, str]],
) -> Extraction:
    problems: list[Problem] = []
    read = [row for frame, file in forms for row in _filled_rows(frame, file, problems)]
    rows = [row.read(themes, sectors) for row in read]
    problems += _not_included(read, records)
    if problems:
        raise SynthesisError(problems)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table[["persons", *FIGURES]] = table[["persons", *FIGURES]].astype(np.float64)
    table["stopped"] = table["stopped"].astype(bool)
    table = with_effects(table, [row.where for row in read])
    used_themes, used_sectors = _seen(table["theme"], themes), _seen(table["sector"], sectors)
    return Extraction(table, used_themes, used_sectors, _compared(table, records, forms[-1][1] if forms else None))


def _filled_rows(frame: pd.DataFrame, file: str | None, problems: list[Problem]) -> list[_Row]:
    """Rows in which somebody filled in something."""
    found = []
    for number, cells in zip(frame.index, frame.to_dict("records"), strict=True):
        row = {name: _text(cells.get(name)) for name in COLUMNS}
        if any(row[name] for name in ("theme", "sector", "direction", "outcome", "note", *FIGURES)):
            where = Place(file=file, row=int(number) if isinstance(number, int | np.integer) else None)
            found.append(_Row(row, where, problems))
    return found


@dataclass
class _Row:
    """One row of the form, and what is wrong with it."""

    row: dict[str, Any]
    where: Place
    problems: list[Problem]

    def read(self, themes: Mapping[str, Mapping[str, str]], sectors: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
        """The row with codes and numbers."""
        row = self.row
        for name in ("record", "study"):
            if not row[name]:
                self._refuse("Y107", name, what=name)
        row["theme"], row["sector"] = self._names("theme", themes), self._names("sector", sectors)
        for name, (group, codes) in CHOICES.items():
            row[name] = self._code(name, group, codes)
        row["stopped"] = row["stopped"] == "yes"
        row["direction"] = row["direction"] or "unclear"
        row["measure"] = row["measure"].upper()
        if row["measure"] and row["measure"] not in MEASURES:
            close = nearest(row["measure"], MEASURES) or "SMD"
            self._refuse("Y099", "measure", value=row["measure"], known=[close, "…"])
            row["measure"] = ""
        for name in ("persons", *FIGURES):
            row[name] = self._number(name)
        return row

    def _names(self, name: str, known: Mapping[str, Mapping[str, str]]) -> str:
        ids = ids_by_word(known)
        found = []
        for part in parts_of(self.row[name]):
            if known and plain_name(part) not in ids:
                self._refuse("Y099", name, value=part, known=list(known))
            found.append(ids.get(plain_name(part), part))
        if not found:
            self._refuse("Y107", name, what=name)
        return "; ".join(dict.fromkeys(found))

    def _code(self, name: str, group: str, codes: tuple[str, ...]) -> str:
        written = plain_name(self.row[name])
        code = words_of(group, codes).get(written, "")
        if written and not code:
            known = [f"{word_of(group, one, 'nl')} / {word_of(group, one, 'en')}" for one in codes]
            self._refuse("Y099", name, value=self.row[name], known=known)
        return code

    def _number(self, name: str) -> float:
        text = self.row[name]
        if not text:
            return float("nan")
        number = plain_number(text)
        number = _scientific(text) if number is None else number
        wrong = number is None or not np.isfinite(number) or (name in SPREADS and number < 0)
        wrong = wrong or (name in CORRELATIONS and abs(number or 0) > 1) or (name == "vi" and (number or 0) <= 0)
        wrong = wrong or (name in _COUNTED and not (number is not None and number >= 0 and number == int(number)))
        if wrong:
            self._refuse("Y108", name, figure=name, value=text)
        return float("nan") if number is None else number

    def _refuse(self, code: str, column: str, **values: Any) -> None:
        where = Place(file=self.where.file, row=self.where.row, column=column)
        self.problems.append(Problem(code, where, {"column": column} | values if code == "Y099" else values))


def _scientific(text: str) -> float | None:
    return float(text) if re.fullmatch(r"[+-]?\d+(?:\.\d+)?[eE][+-]?\d{1,3}", text) else None


def _text(value: Any) -> str:
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return ""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, float | np.floating) and float(value) == int(value):
        return str(int(value))
    return str(value).strip()


def with_effects(table: pd.DataFrame, places: Sequence[Place]) -> pd.DataFrame:
    """The table with ``effect`` and ``variance``: as given, or from the figures by the measure in each row.

    Raises
    ------
    SynthesisError
        Y108: a figure that cannot be, with its row.
    """
    given = table["yi"].notna() & table["vi"].notna()
    found = table[["yi", "vi"]].where(given)
    problems: list[Problem] = []
    for code, part in table[~given & (table["measure"] != "")].groupby("measure"):
        measure = MEASURES[str(code)]
        known = [name for name in FIGURES if name in {*measure.needs, *measure.others}]
        filled = part[known].notna()
        if not known:
            continue
        for pattern, rows in filled.groupby(known).groups.items():
            flags = pattern if isinstance(pattern, tuple) else (pattern,)
            used = [name for name, there in zip(known, flags, strict=True) if there]
            found.loc[rows] = _effects_of(str(code), part.loc[rows, used], places, problems)
    if problems:
        raise SynthesisError(problems)
    return table.assign(effect=found["yi"], variance=found["vi"])


def _effects_of(code: str, figures: pd.DataFrame, places: Sequence[Place], problems: list[Problem]) -> pd.DataFrame:
    """Effects of rows with the same figures; empty where these do not suffice."""
    nothing = pd.DataFrame(np.nan, index=figures.index, columns=["yi", "vi"])
    if figures.empty:
        return nothing
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", LcresearchWarning)  # without_effect() lists these
            columns: dict[str, Any] = {str(name): str(name) for name in figures}
            return effect_size(code, data=figures, **columns)
    except SynthesisError as error:
        for problem in error.problems:
            if problem.code == "Y006":
                values = dict(problem.values)
                where = replace(places[int(problem.where.item or 0)], column=str(values["figure"]))
                problems.append(Problem("Y108", where, {"figure": values["figure"], "value": values["value"]}))
        return nothing


def _seen(cells: pd.Series, known: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Those that were agreed on, and in the order of the rows any others."""
    return known | as_names([*dict.fromkeys(part for cell in cells for part in parts_of(cell) if part not in known)])


def _compared(table: pd.DataFrame, records: Records | None, file: str | None) -> tuple[Problem, ...]:
    if records is None:
        return ()
    missing = sorted(set(records.frame["record"]) - set(table["record"]))
    return (Problem("Y109", Place(file=file), {"n": len(missing), "records": missing[:10]}),) if missing else ()


def _not_included(read: Sequence[_Row], records: Records | None) -> list[Problem]:
    if records is None:
        return []
    known = {*records.frame["record"], ""}
    wrong = [row for row in read if row.row["record"] not in known]
    return [Problem("Y100", row.where, {"record": row.row["record"]}) for row in wrong]
