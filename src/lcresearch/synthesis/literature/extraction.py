"""The extraction form: what each included study did and found, in columns that effect sizes can be computed from."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from lcresearch.errors import LcresearchWarning, Place, Problem, SynthesisError, nearest
from lcresearch.messages import Messages
from lcresearch.responses.written_numbers import plain_number
from lcresearch.results import Result
from lcresearch.synthesis.effect_sizes.effect_size import MEASURES, effect_size
from lcresearch.synthesis.effect_sizes.figures import CORRELATIONS, SPREADS
from lcresearch.synthesis.literature.records import Records, shown_texts
from lcresearch.synthesis.literature.tables import (
    column_title,
    named_columns,
    names_of_columns,
    plain_name,
    read_table,
    word_of,
    words_of,
    write_table,
)

DIRECTIONS = ("positive", "null", "negative", "mixed", "unclear")
RISKS = ("low", "some", "high")
STOPPED = ("no", "yes")
FIGURES = (
    "m1", "sd1", "n1", "m2", "sd2", "n2", "a", "b", "c", "d", "x", "r", "n", "alpha", "items", "t", "se", "yi", "vi",
)  # fmt: skip
"""Figures that effect sizes take, and effects with their variances where a study reports those."""
_ABOUT = ("record", "study", "title", "theme", "sector", "design", "persons", "direction", "risk_of_bias", "stopped")
_LAST = ("outcome", "measure", *FIGURES, "note")
COLUMNS = (*_ABOUT, *_LAST)
_NEEDED = ("record", "study", "theme", "sector", "direction")
_COUNTED = frozenset({"n", "n1", "n2", "x", "items", "persons"})
_CHOICES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "direction": ("direction", DIRECTIONS),
    "risk_of_bias": ("risk", RISKS),
    "stopped": ("yes_no", STOPPED),
}
Names = Mapping[str, Mapping[str, str] | str] | Sequence[str]
"""Themes or sectors: ids, or ids with what they are called (in one language, or by language)."""


def extraction_form(
    records: Records,
    path: str | Path,
    *,
    themes: Names = (),
    sectors: Names = (),
    language: str | None = None,
    force: bool = False,
) -> Path:
    """Write the form on which what each study did and found is noted, a row a record; copy a row for more outcomes.

    Parameters
    ----------
    records : Records
        Those that are included.
    path : str or Path
        ``.xlsx`` (with lists to choose from) or ``.csv``.
    themes, sectors : sequence or mapping
        Ids to choose from, or ids with what they are called: ``{"trust": {"nl": "vertrouwen", "en": "trust"}}``.
    language : {"nl", "en"}, optional
        Of the form; by default that of the terminal.
    force : bool
        Replace a file that exists.

    Raises
    ------
    SynthesisError
        G002: the file exists; G004, V035.
    """
    frame = records.frame
    form = pd.DataFrame("", index=frame.index, columns=list(COLUMNS), dtype=object)
    form["record"], form["title"] = frame["record"], frame["title"]
    form["study"] = _labels(frame)
    form["stopped"] = word_of("yes_no", "no", language)
    titles = {name: column_title(name, language) if name not in FIGURES else name for name in form.columns}
    choices = {
        titles[name]: [word_of(group, code, language) for code in codes] for name, (group, codes) in _CHOICES.items()
    }
    choices |= {titles[name]: list(names) for name, names in (("theme", themes), ("sector", sectors))}
    return write_table(form.rename(columns=titles), Path(path), sheet="extraction", force=force, choices=choices)


def _labels(frame: pd.DataFrame) -> list[str]:
    """``Vries 2021``, with a letter where several are called that."""
    first = [re.split(r"[;,]", authors)[0].strip() or "?" for authors in frame["authors"]]
    years = ["" if pd.isna(year) else f" {year}" for year in frame["year"]]
    plain = pd.Series([a + y for a, y in zip(first, years, strict=True)], index=frame.index, dtype=object)
    number = plain.groupby(plain).cumcount()
    several = plain.map(plain.value_counts()) > 1
    return [
        f"{label}{chr(97 + n % 26)}" if more else label for label, n, more in zip(plain, number, several, strict=True)
    ]


@dataclass(frozen=True, repr=False, eq=False)
class Extraction(Result):
    """What included studies did and found (:func:`lcresearch.synthesis.read_extraction`).

    Attributes
    ----------
    frame : DataFrame
        An outcome of a study a row, with the columns of the form; ``theme`` and ``sector`` are lists of ids in a text,
        with ``;`` between them. Figures are numbers; ``effect`` and ``variance`` are those given, or else computed.
    themes, sectors : mapping of str to mapping
        Id -> what it is called, by language.
    problems : tuple of Problem
        Warnings: included records without a row.
    """

    title: ClassVar[str] = "Extraction of included studies"

    frame: pd.DataFrame
    themes: Mapping[str, Mapping[str, str]]
    sectors: Mapping[str, Mapping[str, str]]
    problems: tuple[Problem, ...] = ()

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A study a row: the table of included studies."""
        return self.studies()

    def studies(self) -> pd.DataFrame:
        """The table of included studies, null and stopped ones among them.

        Returns
        -------
        DataFrame
            ``study, n_records, theme, sector, design, persons, direction, risk_of_bias, stopped, n_outcomes,
            n_effects``. A study whose outcomes point different ways is ``mixed``.
        """
        rows = []
        for study, part in self.frame.groupby("study", sort=False):
            row: dict[str, Any] = {"study": study, "n_records": part["record"].nunique()}
            row |= {name: _joined(part[name]) for name in ("theme", "sector", "design")}
            row["persons"] = part["persons"].max()
            row |= {"direction": direction_of(part["direction"]), "risk_of_bias": worst_risk(part["risk_of_bias"])}
            row |= {"stopped": bool(part["stopped"].any()), "n_outcomes": len(part)}
            rows.append(row | {"n_effects": int(part["effect"].notna().sum())})
        return pd.DataFrame(rows)

    def effects(self, measure: str | None = None) -> pd.DataFrame:
        """Effects and variances for :func:`lcresearch.synthesis.meta_analysis`, a row an outcome that has them.

        Effects that are given as ``yi`` and ``vi`` are taken as they are; others are computed from the figures, by the
        measure in the row. Outcomes without either are not here: :meth:`without_effect` lists them.

        Parameters
        ----------
        measure : str, optional
            Only this one (``SMD``, ``ZCOR`` ...): effects of different measures cannot be pooled.

        Returns
        -------
        DataFrame
            ``study, record, outcome, theme, sector, design, direction, risk_of_bias, stopped, measure, yi, vi``.

        Examples
        --------
        >>> from lcresearch.synthesis import meta_analysis
        >>> found = extraction_of(pd.DataFrame({
        ...     "record": ["r1", "r2", "r3"], "study": ["A", "B", "C"], "theme": "trust", "sector": "care",
        ...     "direction": ["positive", "null", "unclear"], "measure": "SMD", "m1": [3.9, 3.5, None],
        ...     "sd1": [0.7, 0.7, None], "n1": [40, 30, None], "m2": [3.5, 3.5, None], "sd2": [0.8, 0.7, None],
        ...     "n2": [40, 30, None]}))
        >>> meta_analysis("yi", "vi", data=found.effects("SMD"), labels="study").glance()["n"].item()
        2
        """
        keep = ["study", "record", "outcome", *_ABOUT[3:6], *_ABOUT[7:], "measure"]
        table = self.frame[keep].assign(yi=self.frame["effect"], vi=self.frame["variance"])
        table = table[table["yi"].notna()]
        return (table if measure is None else table[table["measure"] == measure]).reset_index(drop=True)

    def without_effect(self) -> pd.DataFrame:
        """Outcomes that enter the map, but no meta-analysis: no figures from which an effect follows."""
        missing = self.frame["effect"].isna()
        return self.frame.loc[missing, ["study", "outcome", "theme", "sector", "direction", "stopped"]].reset_index(
            drop=True
        )

    def glance(self) -> pd.DataFrame:
        """Numbers of studies, outcomes, effects, and of null and stopped studies."""
        studies = self.studies()
        row = {"n": len(studies), "n_outcomes": len(self.frame), "n_effects": int(studies["n_effects"].sum())}
        row |= {"n_null": int((studies["direction"] == "null").sum()), "n_stopped": int(studies["stopped"].sum())}
        return pd.DataFrame([row])

    def shown(self) -> pd.DataFrame:
        """The studies, their texts cut to fit."""
        return shown_texts(self.studies().drop(columns=["n_records", "n_outcomes"]))

    def cautions(self) -> list[str]:
        """Outcomes without an effect, and warnings of the reader."""
        n = len(self.without_effect())
        more = [Messages()("synthesis.literature.without_effect", n=n)] if n else []
        return [*more, *(problem.message() for problem in self.problems)]


def read_extraction(
    path: str | Path, *, records: Records | None = None, themes: Names = (), sectors: Names = ()
) -> Extraction:
    """Read the extraction form that was filled in, in Dutch or English; numbers with a decimal point or comma.

    Rows in which nothing was filled in are passed over; records that have no other row are named.

    Parameters
    ----------
    path : str or Path
    records : Records, optional
        The included records, to compare with: one without a row is named.
    themes, sectors : sequence or mapping
        As for :func:`extraction_form`; when given, others are refused.

    Raises
    ------
    SynthesisError
        Y098: a column is missing; Y099: a word that is not known (direction, theme, sector, measure); Y100: a record
        that is not included; Y107: an empty cell that must be filled; Y108: a figure that is no number, or impossible.
        All problems together; and files that cannot be read.
    """
    path = Path(path)
    named = named_columns(
        read_table(path), names_of_columns([*_ABOUT, "outcome", "measure", "note"]), _NEEDED, path.name
    )
    return extraction_of(named, records=records, themes=themes, sectors=sectors, file=path.name)


def extraction_of(
    frame: pd.DataFrame,
    *,
    records: Records | None = None,
    themes: Names = (),
    sectors: Names = (),
    file: str | None = None,
) -> Extraction:
    """The same from a frame: see :func:`read_extraction`.

    Raises
    ------
    SynthesisError
        Y098, Y099, Y108.
    """
    missing = [name for name in _NEEDED if name not in frame]
    if missing:
        known = [str(name) for name in frame]
        raise SynthesisError(Problem("Y098", Place(file=file, column=name), {"known": known}) for name in missing)
    known_themes, known_sectors = as_names(themes), as_names(sectors)
    problems: list[Problem] = []
    read: list[_Row] = []
    for number, cells in zip(frame.index, frame.to_dict("records"), strict=True):
        row = {name: _text(cells.get(name)) for name in COLUMNS}
        if not any(row[name] for name in ("theme", "sector", "direction", "outcome", "note", *FIGURES)):
            continue
        where = Place(file=file, row=int(number) if isinstance(number, int | np.integer) else None)
        read.append(_Row(row, where, problems))
    rows = [row.read(known_themes, known_sectors) for row in read]
    problems += _not_included(read, records)
    if problems:
        raise SynthesisError(problems)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table[["persons", *FIGURES]] = table[["persons", *FIGURES]].astype(np.float64)
    table["stopped"] = table["stopped"].astype(bool)
    table = with_effects(table, [row.where for row in read])
    used_themes, used_sectors = _seen(table["theme"], known_themes), _seen(table["sector"], known_sectors)
    return Extraction(table, used_themes, used_sectors, _compared(table, records, file))


def as_names(given: Names) -> dict[str, dict[str, str]]:
    """Ids with what they are called, by language.

    Examples
    --------
    >>> as_names(["trust"]), as_names({"trust": "vertrouwen"})["trust"]["nl"]
    ({'trust': {'nl': 'trust', 'en': 'trust'}}, 'vertrouwen')
    """
    pairs = given.items() if isinstance(given, Mapping) else [(name, name) for name in given]
    return {key: {"nl": text, "en": text} if isinstance(text, str) else dict(text) for key, text in pairs}


def parts_of(cell: str) -> list[str]:
    """The themes or sectors in a cell."""
    return list(dict.fromkeys(part.strip() for part in re.split(r"[;|]", cell) if part.strip()))


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
        for name, (group, codes) in _CHOICES.items():
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
        ids = {plain_name(word): key for key, words in known.items() for word in (key, *words.values())}
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
            used = [name for name, there in zip(known, np.atleast_1d(pattern), strict=True) if there]
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
            return effect_size(code, data=figures, **{name: name for name in figures})
    except SynthesisError as error:
        for problem in error.problems:
            if problem.code == "Y006":
                values = dict(problem.values)
                where = replace(places[int(problem.where.item or 0)], column=str(values["figure"]))
                problems.append(Problem("Y108", where, {"figure": values["figure"], "value": values["value"]}))
        return nothing


def _joined(values: pd.Series) -> str:
    return "; ".join(dict.fromkeys(part for value in values for part in parts_of(value)))


def direction_of(directions: pd.Series) -> str:
    """The direction of several outcomes together: ``mixed`` when they differ, those that are unclear left aside."""
    known = set(directions) - {"unclear"}
    return str(known.pop()) if len(known) == 1 else "mixed" if known else "unclear"


def worst_risk(risks: pd.Series) -> str:
    """The highest risk of bias among several outcomes; empty when none was judged."""
    return next((risk for risk in reversed(RISKS) if (risks == risk).any()), "")


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
