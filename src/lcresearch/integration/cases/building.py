"""Putting cases in rows: scales, elements, characteristics and codes, each from its own source."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import IntegrationError, Problem
from lcresearch.instruments.model import Instrument
from lcresearch.integration.cases.code_cells import CodeCells, code_cells
from lcresearch.integration.cases.code_measures import MEASURES, CodeMeasure
from lcresearch.integration.cases.coded_text import PERSON, Codes, CodeSettings, columns_of_codes
from lcresearch.integration.cases.columns import check_choice
from lcresearch.integration.cases.facts import Facts, facts
from lcresearch.integration.cases.matrix import COLUMNS, ESTIMATES, GAPS, PROVENANCE, CaseMatrix, empty
from lcresearch.integration.cases.names import in_order, unmatched
from lcresearch.integration.cases.scale_cells import WAVE, ScaleCells, ScaleSettings, scale_cells, settled_waves
from lcresearch.interviews.coding_agreement.who_read import Read
from lcresearch.interviews.project import Project
from lcresearch.interviews.text.segments import Unit
from lcresearch.measurement import Agreement, Verdict

CASES = ("community", "consortium", "organisation")
_ABSENT = {"scores": "no_answers", "project": "no_interviews", "elements": "no_row", "characteristics": "no_row"}


def case_matrix(
    *,
    scores: pd.DataFrame | None = None,
    elements: pd.DataFrame | Sequence[str] | None = None,
    project: Project | None = None,
    case: str = "community",
    scales: Sequence[str] | None = None,
    characteristics: pd.DataFrame | Sequence[str] | None = None,
    codes: Codes | None = None,
    measures: CodeMeasure | Sequence[CodeMeasure] = "presence",
    wave: str | None = None,
    change: tuple[str, str] | None = None,
    by_wave: bool = False,
    instruments: Iterable[Instrument] = (),
    agreements: Mapping[str, Agreement | Verdict] | None = None,
    only_warranted: bool = False,
    not_comparable: Mapping[str, Collection[str]] | None = None,
    fewest: int = 1,
    person: str = PERSON,
    persons: str | Mapping[str, str] = PERSON,
    within: str | None = None,
    coders: Collection[str] | None = None,
    without_roles: Collection[str] = (),
    segment: Unit = "turn",
    read: Read = "coded",
    below: bool = True,
    same_as: Mapping[str, str] | None = None,
    titles: Mapping[str, str] | None = None,
) -> CaseMatrix:
    """One row a case, with columns from answers, elements, characteristics and interviews.

    Nothing is imputed: where a source says nothing of a case there is a gap, with its reason.

    Parameters
    ----------
    scores : DataFrame, optional
        A row a person (and wave), with the case, the scales and ``wave`` where there are several.
    elements : DataFrame or sequence of str, optional
        Elements of cases, present (1, 0) or a degree: a table with a row a case, or columns of ``scores``. An element
        that is not the same in all rows of a case is a gap, and named (Q066).
    project : Project, optional
        Interviews whose documents or cases have the attribute ``case``.
    case : str
        What a case is: ``community``, ``consortium``, ``organisation``, or another column.
    scales : sequence of str, optional
        Columns of ``scores``; by default those that ``instruments`` score.
    characteristics : DataFrame or sequence of str, optional
        Such as sector and size; as ``elements``, and texts may be among them.
    codes : sequence or mapping, optional
        Codes, or column -> codes of which any counts; by default all. Columns are called ``code_`` and the short name.
    measures : str or sequence of str
        ``presence``, ``respondents``, ``share``, ``intensity``, ``weighted``, as
        :func:`~lcresearch.integration.cases.code_measures.measured` defines them. With several, columns are called
        ``code_NAME_MEASURE``.
    wave : str, optional
        Wave of the means; needed where ``scores`` has several.
    change : tuple of two str, optional
        Waves between which change is shown, in ``SCALE_change``: the mean over persons who answered at both.
    by_wave : bool
        Whether each case stands in a row a wave. Sources without waves hold for all waves of a case (Q072).
    instruments : iterable of Instrument
        For provenance: version and hash of what was asked; several versions of one instrument are all named.
    agreements : mapping of str to Agreement or Verdict, optional
        Scale -> whether averaging is warranted (:func:`lcresearch.measurement.agreement`). Means for which it is not
        are marked, or with ``only_warranted`` left out.
    only_warranted : bool
    not_comparable : mapping of str to collection of str, optional
        Scale -> cases whose means cannot be compared, for instance after
        :func:`lcresearch.measurement.invariance`.
    fewest : int
        Persons that a mean needs.
    person : str
        Column of ``scores`` with the respondent; empty where a row is a person.
    persons : str or mapping
        Attribute of documents that names who is interviewed, or document -> person.
    within : str, optional
        Column of ``scores`` with the group that a case is part of: totals by it are known, so what is hidden in
        :meth:`CaseMatrix.released` must not follow from them. By default the consortium of a community.
    coders, without_roles, segment, read
        As in :func:`lcresearch.interviews.coder_agreement`.
    below : bool
        Whether codes below a code count for it.
    same_as : mapping of str to str, optional
        Name of a case in a source -> its name in the matrix: your decision on names that nearly match (Q068).
    titles : mapping of str to str, optional
        Column -> how a reader calls it.

    Returns
    -------
    CaseMatrix

    Raises
    ------
    IntegrationError
        Q060: no source; Q061: columns that are missing; Q062, Q063: waves; Q064: two columns of one name; Q065: text
        where a degree is expected; Q073: an option that does not exist; Q285: no case or no column.
    InterviewError
        V100, V101, V107, V141, V150, V161.

    Examples
    --------
    Invented answers of seven persons in two communities, of which one has a facilitator:

    >>> people = pd.DataFrame({"community": list("AAABBBB"), "respondent": range(7), "trust": [4, 3, 5, 2, 3, 2, 3]})
    >>> has = pd.DataFrame({"community": ["A", "B", "C"], "facilitator": [1, 0, 1]})
    >>> matrix = case_matrix(scores=people, scales=["trust"], elements=has)
    >>> matrix.frame
               trust  facilitator
    community
    A            4.0          1.0
    B            2.5          0.0
    C            NaN          1.0
    >>> matrix.gaps
      case column      reason
    0    C  trust  no_answers
    """
    if scores is None and project is None and not isinstance(elements, pd.DataFrame):
        raise IntegrationError("Q060")
    wanted = [measures] if isinstance(measures, str) else list(measures)
    for measure in wanted:
        check_choice("measures", measure, MEASURES)
    asked: dict[str, list[tuple[str, str, str]]] = {}
    for one in instruments:
        for name in one.scales:
            asked.setdefault(name, []).append((one.id, one.version, one.hash))
    same_as = dict(same_as or {})
    parts = _Parts()
    if scores is not None:
        names = list(scales) if scales is not None else [one for one in asked if one in scores.columns]
        within = within if within is not None else _within(scores, case)
        settings = ScaleSettings(
            tuple(names), case, person, wave or "", tuple(change or ()), by_wave, within, fewest
        )  # fmt: skip
        settings = settled_waves(scores, settings)
        cells = scale_cells(scores, settings, same_as=same_as, not_comparable=not_comparable)
        parts.add_scales(cells, settings, asked, agreements, only_warranted=only_warranted)
    for name, given, numeric in (("elements", elements, True), ("characteristics", characteristics, False)):
        table, columns = _table(given, scores)
        if table is not None:
            found = facts(table, case, columns, name=name, numeric=numeric, by_wave=by_wave, same_as=same_as)
            parts.add_facts(found, name, dated=by_wave and WAVE in table.columns)
    if project is not None:
        code_settings = CodeSettings(
            case, columns_of_codes(project, codes, below=below), tuple(coders or ()), tuple(without_roles), segment,
            read, persons, by_wave,
        )  # fmt: skip
        dated = by_wave and WAVE in project.corpus.attributes.columns
        parts.add_codes(
            code_cells(project, code_settings, wanted, same_as=same_as), project, code_settings, dated=dated
        )
    return parts.matrix(case, by_wave, same_as, not_comparable, titles or {})


def _within(scores: pd.DataFrame, case: str) -> str:
    return "consortium" if case == "community" and "consortium" in scores.columns else ""


def _table(
    given: pd.DataFrame | Sequence[str] | None, scores: pd.DataFrame | None
) -> tuple[pd.DataFrame | None, list[str] | None]:
    if given is None or isinstance(given, pd.DataFrame):
        return given, None
    if scores is None:
        raise IntegrationError("Q060")
    return scores, list(given)


class _Parts:
    """What the sources gave, until it is put together."""

    def __init__(self) -> None:
        self.values: list[pd.DataFrame] = []
        self.gaps: list[pd.DataFrame] = []
        self.columns: list[tuple[str, str, str, str, str]] = []
        self.sources: dict[str, set[str]] = {}
        self.of_source: dict[str, str] = {}
        self.undated: list[str] = []
        self.problems: list[Problem] = []
        self.estimates = empty(ESTIMATES)
        self.answers = self.informants = pd.DataFrame()
        self.settings: dict[str, Any] = {}

    def add_scales(
        self,
        cells: ScaleCells,
        settings: ScaleSettings,
        asked: Mapping[str, Sequence[tuple[str, str, str]]],
        agreements: Mapping[str, Agreement | Verdict] | None,
        *,
        only_warranted: bool,
    ) -> None:
        """Means, with the instrument and whether averaging is warranted."""
        self.sources["scores"], self.answers = cells.cases, cells.persons
        self.settings |= {
            "scales": asdict(settings),
            "asked": {name: [list(one) for one in each] for name, each in asked.items()},
        }
        table, gaps = cells.estimates, [cells.gaps]
        verdicts = {
            name: one.verdict if isinstance(one, Agreement) else one for name, one in (agreements or {}).items()
        }
        marked = {name: "not_warranted" for name, one in verdicts.items() if one.warranted == "no"}
        marked |= {name: "doubtful" for name, one in verdicts.items() if one.warranted in ("mixed", "unknown")}
        if only_warranted and len(table):
            barred = [column for column, (name, _) in settings.columns.items() if marked.get(name) == "not_warranted"]
            out = table["column"].isin(barred)
            gaps.append(table.loc[out, ["case", "column"]].assign(reason="not_warranted"))
            table = table[~out]
        scale_of = {column: name for column, (name, _) in settings.columns.items()}
        for column, (name, measure) in settings.columns.items():
            versions = [f"{one} {version} ({digits:.12})" for one, version, digits in asked.get(name, ())]
            instrument = ", ".join(versions) or "scores"
            self.columns.append((column, "scale", measure, column, instrument))
            self.of_source[column] = "scores"
        if len(table):
            self.estimates = table.assign(marked=[marked.get(scale_of[one], "") for one in table["column"]])[
                list(ESTIMATES)
            ]
            source = table["column"].map({column: row[4] for column, row in zip(scale_of, self.columns, strict=True)})
            filled = table.assign(value=table["mean"], n_persons=table["n"], source=source)
            self.values.append(filled[["case", "column", "value", "wave", "n_persons", "source", "fingerprint"]])
        self.gaps += gaps
        unchecked = [name for name in settings.scales if name not in verdicts]
        if unchecked and len(table):
            self.problems.append(Problem("Q070", values={"scales": unchecked}))
        if doubted := [name for name in settings.scales if name in marked]:
            self.problems.append(Problem("Q071", values={"scales": doubted}))

    def add_facts(self, found: Facts, name: str, *, dated: bool) -> None:
        """Elements or characteristics."""
        kind = {"elements": "element", "characteristics": "characteristic"}[name]
        self.sources[name] = found.cases
        self.columns += [(column, kind, "value", column, name) for column in found.columns]
        self.of_source |= dict.fromkeys(found.columns, name)
        self.values.append(found.values.assign(source=name))
        self.gaps.append(found.gaps)
        self.problems += found.problems
        self.undated += [] if dated else [name]

    def add_codes(self, cells: CodeCells, project: Project, settings: CodeSettings, *, dated: bool) -> None:
        """Codes of interviews."""
        book = project.codebook
        source = " ".join(part for part in (book.name or project.name, book.version) if part)
        titles = {
            column: [book.path(one) for one in ids[:1] if one in book.by_id] for column, ids in settings.codes.items()
        }
        for column, (code, measure) in cells.columns.items():
            self.columns.append((column, "code", measure, (titles[code] or [code])[0], source))
        self.of_source |= dict.fromkeys(cells.columns, "project")
        self.sources["project"] = cells.cases
        self.values.append(cells.values.assign(source=source, wave=""))
        self.gaps.append(cells.gaps)
        self.informants, self.problems = cells.informants, [*self.problems, *cells.problems]
        self.settings |= {"codes": asdict(settings), "code_columns": {k: list(v) for k, v in cells.columns.items()}}
        self.undated += [] if dated else ["project"]

    def matrix(
        self,
        case: str,
        by_wave: bool,
        same_as: Mapping[str, str],
        not_comparable: Mapping[str, Collection[str]] | None,
        titles: Mapping[str, str],
    ) -> CaseMatrix:
        """The matrix of all of it."""
        columns = pd.DataFrame(self.columns, columns=list(COLUMNS))
        twice = columns.loc[columns["column"].duplicated(), "column"].unique().tolist()
        if twice:
            raise IntegrationError("Q064", columns=twice)
        columns["title"] = [
            titles.get(name, title) for name, title in zip(columns["column"], columns["title"], strict=True)
        ]
        values = pd.concat(self.values, ignore_index=True) if self.values else pd.DataFrame(columns=["case", "column"])
        gaps = pd.concat(self.gaps, ignore_index=True) if self.gaps else empty(GAPS)
        if by_wave:
            values, gaps = self._over_waves(values), self._over_waves(gaps)
        table, problems = unmatched(self.sources)
        rows = in_order(set().union(*self.sources.values()))
        if not rows or columns.empty:
            raise IntegrationError("Q285", cases=len(rows), columns=len(columns))
        wide = values.pivot(index="case", columns="column", values="value") if len(values) else pd.DataFrame()
        frame = wide.reindex(index=rows, columns=columns["column"].tolist()).rename_axis(index=case, columns=None)
        numeric = columns.loc[columns["kind"] != "characteristic", "column"]
        frame = frame.astype(dict.fromkeys(numeric, float)).infer_objects()
        return CaseMatrix(
            case=case,
            frame=frame,
            columns=columns,
            provenance=_provenance(values),
            gaps=self._all_gaps(frame, gaps),
            estimates=self.estimates.reset_index(drop=True),
            unmatched=table,
            answers=self.answers,
            informants=self.informants,
            settings=self.settings
            | {"same_as": dict(same_as), "not_comparable": {k: list(v) for k, v in (not_comparable or {}).items()}},
            waves=by_wave,
            problems=(*problems, *self.problems),
        )

    def _over_waves(self, table: pd.DataFrame) -> pd.DataFrame:
        """What no wave is told of, at all waves of its case."""
        dated = set().union(*(names for source, names in self.sources.items() if source not in self.undated))
        places = [(name.rpartition(", ")[0], name) for name in in_order(dated)]
        waves = pd.DataFrame(places, columns=["case", "label"], dtype="str")
        spread = table["column"].map(self.of_source).isin(self.undated)
        if not spread.any() or not len(waves):
            return table
        over = table[spread].merge(waves, on="case", how="left")
        over = over.assign(case=over["label"].fillna(over["case"])).drop(columns="label")
        for source in list(dict.fromkeys(self.undated)):
            names = self.sources[source]
            told = {label for place, label in places if place in names} | (names - {place for place, _ in places})
            if names != told:
                self.problems.append(Problem("Q072", values={"source": source}))
            self.sources[source] = told
        return pd.concat([table[~spread], over], ignore_index=True)

    def _all_gaps(self, frame: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
        """Every empty cell, with the reason that its source gave, or that the case is not in the source."""
        row, column = np.nonzero(frame.isna().to_numpy())
        cells = pd.DataFrame({"case": frame.index.to_numpy()[row], "column": frame.columns.to_numpy()[column]})
        cells = cells.merge(told.drop_duplicates(["case", "column"]), on=["case", "column"], how="left")
        absent = cells["column"].map(self.of_source).map(_ABSENT)
        return cells.assign(reason=cells["reason"].fillna(absent))[list(GAPS)]


def _provenance(values: pd.DataFrame) -> pd.DataFrame:
    table = values.reindex(columns=[*PROVENANCE])
    pointers = [each if isinstance(each, tuple) else () for each in table["pointers"]]
    texts = {name: table[name].astype(object).fillna("") for name in ("wave", "coders", "source", "fingerprint")}
    return table.assign(**texts, pointers=pd.Series(pointers, index=table.index, dtype=object))
