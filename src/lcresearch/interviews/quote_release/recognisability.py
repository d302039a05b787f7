"""Who can be recognised from what is known of a speaker, and which description is coarse enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import prod
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.disclosure import REPORT, Policy
from lcresearch.errors import InterviewError, Problem, nearest
from lcresearch.interviews.code_tables.passages import grouped
from lcresearch.interviews.project import Project
from lcresearch.interviews.quote_release.describing import SIZE_NAMES, describe, size_band
from lcresearch.results import Result

OMITTED = -1
_MOST = 5_000
_LEVEL = "~"
Counts = npt.NDArray[np.float64]


@dataclass(frozen=True, repr=False, eq=False)
class Recognisability(Result):
    """Who can be recognised from which attributes; made by :func:`~lcresearch.interviews.recognisability`.

    The table is for the researcher: it names respondents.

    Attributes
    ----------
    table : DataFrame
        One row a respondent: ``respondent, n_alike`` (persons with all the same attributes), ``recognisable,
        recognised_by`` (the smallest sets of attributes that fewer than ``minimum_cell`` persons share; sets with ``;``
        between them), ``described_as`` and ``n_described`` (persons whom that fits).
    descriptions : dict of str to dict
        Respondent -> attribute -> value: the most that can be said; empty when nothing but 'a participant' can, and no
        entry when not even that.
    persons : DataFrame
        Respondents (index) with a column for each attribute and each coarser form of it.
    counted : DataFrame
        Those who are counted, with a column for each attribute and each coarser form of it, and ``n``.
    respondent : str
        The attribute that tells persons apart.
    minimum_cell : int
    by_population : bool
        Whether the population was counted, or only those who were interviewed.
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Who can be recognised"
    table: pd.DataFrame
    descriptions: dict[str, dict[str, str]]
    persons: pd.DataFrame
    counted: pd.DataFrame
    respondent: str
    minimum_cell: int
    by_population: bool
    problems: tuple[Problem, ...] = ()

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a respondent."""
        return self.table.copy()

    def glance(self) -> pd.DataFrame:
        """One row: ``n_respondents, n_recognisable, n_without_description, minimum_cell, counted``."""
        row: dict[str, object] = {"n_respondents": len(self.table)}
        row["n_recognisable"] = int(self.table["recognisable"].sum())
        row["n_without_description"] = len(self.table) - len(self.descriptions)
        row["minimum_cell"] = self.minimum_cell
        return pd.DataFrame([row | {"counted": "population" if self.by_population else "interviewed"}])

    def cautions(self) -> list[str]:
        """Who was counted, and against whom that helps."""
        return [problem.message() for problem in self.problems]

    def n_with(self, *descriptions: Mapping[str, str]) -> int:
        """How many persons have all that these descriptions say, exactly or in a coarser form.

        Raises
        ------
        InterviewError
            V101: an attribute that was not counted.
        """
        known = [str(name) for name in self.counted.columns if _LEVEL not in str(name) and name != "n"]
        fits = np.ones(len(self.counted), dtype=bool)
        for name, value in (pair for description in descriptions for pair in description.items()):
            if name not in known:
                raise InterviewError("V101", found=name, known=known, nearest=nearest(name, known) or "–")
            columns = [c for c in self.counted.columns if c == name or str(c).startswith(name + _LEVEL)]
            fits &= (self.counted[columns].astype(str) == str(value)).any(axis=1).to_numpy()
        return int(self.counted.loc[fits, "n"].sum())

    def is_true_of(self, respondent: str, description: Mapping[str, str]) -> bool:
        """Whether all that a description says is so of this respondent, exactly or in a coarser form."""
        if respondent not in self.persons.index:
            return False
        mine = self.persons.loc[respondent]
        return all(
            str(value) in {str(mine[column]) for column in mine.index if str(column).split(_LEVEL)[0] == name}
            for name, value in description.items()
        )


def recognisability(
    project: Project,
    attributes: Sequence[str],
    *,
    population: pd.DataFrame | None = None,
    minimum_cell: int = REPORT.minimum_cell,
    coarser: Mapping[str, Sequence[Mapping[str, str]]] | None = None,
    respondent: str = "respondent",
    language: str | None = None,
) -> Recognisability:
    """Which attributes of a speaker point to fewer than ``minimum_cell`` persons, and how to describe the speaker.

    Persons are counted, not interviews. A set of attributes recognises a respondent when fewer than ``minimum_cell``
    persons share it; only the smallest sets are named. The description keeps as much detail as at least
    ``minimum_cell`` persons share, with the attributes that stand first going first.

    Parameters
    ----------
    project : Project
    attributes : sequence of str
        What readers may know or be told, the most important first: ``role, firm_size, sector, community,
        organisation``. Attributes of documents or cases.
    population : DataFrame, optional
        All persons that could have spoken: a row a person, or a row a kind of person and how many (``n``), with the
        same columns. By default the respondents are counted.
    minimum_cell : int
        At least 3 (5 in reports to the own community, 10 in what leaves the consortium).
    coarser : mapping, optional
        Attribute -> steps, each a mapping of values to coarser values: ``{"role": [{"welder": "craftsman"}]}``. A
        number of people in ``firm_size`` (or ``bedrijfsgrootte``) has the step micro, small, medium, large, and the
        number itself is never proposed: it tells which firm it is.
    respondent : str
        Attribute that tells persons apart; documents without it are a person each.
    language : {"nl", "en"}, optional
        Of ``described_as``.

    Returns
    -------
    Recognisability

    Raises
    ------
    InterviewError
        V101: an attribute that nobody has; V164: the population lacks one, or there are too many combinations.
    DisclosureError
        D001: ``minimum_cell`` is below 3.

    Examples
    --------
    >>> from lcresearch.interviews import Codebook, Corpus, Document
    >>> from lcresearch.interviews.project import no_codings
    >>> kinds = [("employee", 18)] * 3 + [("employee", 22)] * 2 + [("manager", 18)]
    >>> documents = tuple(
    ...     Document(str(n), f"R{n}", "...", attributes={"respondent": f"R{n}", "role": role, "firm_size": size})
    ...     for n, (role, size) in enumerate(kinds)
    ... )
    >>> nobody = pd.DataFrame({"name": pd.Series(dtype="str")})
    >>> invented = Project("invented", Corpus(documents), Codebook(), no_codings(), nobody)
    >>> found = recognisability(invented, ["role", "firm_size"], language="nl")
    >>> found.tidy().drop_duplicates("recognised_by")[["respondent", "recognised_by", "described_as"]].values.tolist()
    [['R0', 'firm_size', 'een medewerker van een klein bedrijf'], ['R5', 'role; firm_size',
     'een deelnemer van een klein bedrijf']]
    """
    policy = Policy(minimum_cell=minimum_cell)
    persons, problems = _persons(project, attributes, respondent)
    steps = {name: _steps(name, persons, population, coarser or {}) for name in attributes}
    n_combinations = prod(len(each) + 2 for each in steps.values())
    if n_combinations > _MOST:
        raise InterviewError("V164", what=_words("too_many", n=n_combinations))
    levels = {name: len(each) + 1 for name, each in steps.items()}
    mine = _with_steps(persons, steps)
    others = mine.assign(n=1) if population is None else _with_steps(_population(population, attributes), steps)
    counts = _Counts(mine, others)
    plans = _plans(levels)
    shared = np.stack([counts.of(plan) for plan in plans]) if len(mine) else np.zeros((len(plans), 0))
    exact_size = {name for name, each in steps.items() if each and name in SIZE_NAMES}
    sayable = np.array([all(level != 0 for name, level in plan if name in exact_size) for plan in plans])
    safe = (shared >= policy.minimum_cell) & sayable[:, None]
    chosen = {
        str(person): plans[int(np.argmax(safe[:, column]))]
        for column, person in enumerate(mine.index)
        if safe[:, column].any()
    }
    exact = {plan: row for row, plan in enumerate(plans) if all(level <= 0 for _, level in plan)}
    descriptions, rows = {}, []
    for column, person in enumerate(map(str, mine.index)):
        sets = _smallest(list(attributes), exact, shared[:, column], policy.minimum_cell)
        full = next(iter(sets), None)
        row = {"respondent": person, "n_alike": _alike(mine.iloc[column], attributes, exact, shared[:, column])}
        row |= {"recognisable": full is not None, "recognised_by": "; ".join(" + ".join(each) for each in sets)}
        if person in chosen:
            descriptions[person] = {
                name: str(mine.iloc[column][_column(name, level)]) for name, level in chosen[person] if level >= 0
            }
            row["described_as"] = describe(descriptions[person], language)
            row["n_described"] = int(shared[plans.index(chosen[person]), column])
        else:
            row |= {"described_as": "", "n_described": 0}
        rows.append(row)
    columns = ["respondent", "n_alike", "recognisable", "recognised_by", "described_as", "n_described"]
    return Recognisability(
        table=pd.DataFrame(rows, columns=columns),
        descriptions=descriptions,
        persons=mine,
        counted=others.reset_index(drop=True),
        respondent=respondent,
        minimum_cell=minimum_cell,
        by_population=population is not None,
        problems=(*problems, Problem("V168" if population is None else "V169")),
    )


def respondent_of(project: Project, document: str, respondent: str = "respondent") -> str:
    """The person behind a document: its respondent, or else the document itself."""
    value = project.corpus[document].attributes.get(respondent)
    return document if value is None or value != value or not str(value).strip() else str(value)


def _words(reason: str, **values: object) -> dict[str, str]:
    from lcresearch.messages import LANGUAGES, Messages

    return {language: Messages(language)(f"quote_release.problem.{reason}", **values) for language in LANGUAGES}


def _persons(project: Project, attributes: Sequence[str], respondent: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Respondents by attributes; what differs between interviews of one person is missing."""
    problems: list[Problem] = []
    who = pd.Series({document.id: respondent_of(project, document.id, respondent) for document in project.corpus})
    table = pd.DataFrame(index=pd.Index(dict.fromkeys(who), dtype=object))
    for name in attributes:
        values, found = grouped(project, name)
        values = values.map(_plain)
        problems += [problem for problem in found if problem.code != "V109"]  # who lacks it counts, as unknown
        by_person = values.groupby(who.reindex(values.index)).agg(lambda column: sorted(set(column)))
        single = {person: said[0] for person, said in by_person.items() if len(said) == 1}
        table[name] = pd.Series([single.get(str(person)) for person in table.index], index=table.index, dtype=object)
    return table, problems


def _population(population: pd.DataFrame, attributes: Sequence[str]) -> pd.DataFrame:
    missing = [name for name in attributes if name not in population]
    if missing:
        raise InterviewError("V164", what=_words("columns", names=", ".join(missing)))
    n = pd.to_numeric(population["n"], errors="coerce") if "n" in population else pd.Series(1, index=population.index)
    if n.isna().any() or (n < 0).any():
        raise InterviewError("V164", what=_words("counts"))
    plain = population[list(attributes)].astype(object).where(population[list(attributes)].notna(), None)
    return plain.map(lambda value: None if value is None else _plain(value)).assign(n=n.astype(int))


def _plain(value: object) -> str:
    """As text; a whole number without decimals, which a column with gaps gives it."""
    text = str(value).strip()
    return text[:-2] if text.endswith(".0") and text[:-2].isdigit() else text


def _steps(
    name: str,
    persons: pd.DataFrame,
    population: pd.DataFrame | None,
    coarser: Mapping[str, Sequence[Mapping[str, str]]],
) -> list[Mapping[str, str]]:
    """Coarser forms of an attribute, each from the exact value."""
    if name in coarser:
        return list(coarser[name])
    if name not in SIZE_NAMES:
        return []
    values = [*persons[name], *([] if population is None or name not in population else population[name])]
    bands = {_plain(value): size_band(_plain(value)) for value in values if value is not None and value == value}
    known = {value: band for value, band in bands.items() if band is not None}
    return [known] if any(value != band for value, band in known.items()) else []


def _with_steps(table: pd.DataFrame, steps: Mapping[str, Sequence[Mapping[str, str]]]) -> pd.DataFrame:
    added = {
        _column(name, level): [None if value is None else step.get(value, value) for value in table[name]]
        for name, each in steps.items()
        for level, step in enumerate(each, start=1)
    }
    return table.assign(**{name: pd.Series(values, table.index, dtype=object) for name, values in added.items()})


def _column(name: str, level: int) -> str:
    return name if level == 0 else f"{name}{_LEVEL}{level}"


Plan = tuple[tuple[str, int], ...]


def _plans(levels: Mapping[str, int]) -> list[Plan]:
    """All ways to describe somebody, the one with most detail first; -1 leaves an attribute out."""
    names = list(levels)

    def detail(plan: Plan) -> float:
        kept = [0.0 if level == OMITTED else 1 - level / levels[name] for name, level in plan]
        return sum(part * (1 - 0.01 * place) for place, part in enumerate(kept))

    every = product(*[[*range(levels[name]), OMITTED] for name in names])
    return sorted((tuple(zip(names, each, strict=True)) for each in every), key=detail, reverse=True)


class _Counts:
    """For each person, how many of those who are counted have the same values."""

    def __init__(self, mine: pd.DataFrame, others: pd.DataFrame) -> None:
        self.n = others["n"].to_numpy(dtype=float)
        self.codes: dict[str, tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]] = {}
        for name in mine.columns:
            both, _ = pd.factorize(pd.Series([*mine[name], *others[name]], dtype=object))
            self.codes[str(name)] = both[: len(mine)].astype(np.int64), both[len(mine) :].astype(np.int64)
        self.size = len(mine)

    def of(self, plan: Plan) -> Counts:
        """Counts under a plan; 0 for a person of whom an attribute is not known."""
        me, them = np.zeros(self.size, dtype=np.int64), np.zeros(len(self.n), dtype=np.int64)
        unknown = np.zeros(self.size, dtype=bool)
        for name, level in plan:
            if level == OMITTED:
                continue
            mine, others = self.codes[_column(name, level)]
            width = int(max(mine.max(initial=0), others.max(initial=0))) + 2
            unknown |= mine < 0
            me = me * width + np.maximum(mine, 0)
            them = np.where((them < 0) | (others < 0), -1, them * width + others)
            _, packed = np.unique(np.concatenate([me, them]), return_inverse=True)
            me = packed[: self.size]
            them = np.where(them < 0, -1, packed[self.size :])
        totals = np.bincount(them[them >= 0], self.n[them >= 0], minlength=int(me.max(initial=0)) + 1)
        return np.where(unknown, 0.0, totals[me])


def _smallest(attributes: list[str], exact: Mapping[Plan, int], shared: Counts, least: int) -> list[tuple[str, ...]]:
    """Smallest sets of attributes that fewer than ``least`` persons share (and somebody does)."""
    found: list[tuple[str, ...]] = []
    for size in range(1, len(attributes) + 1):
        for names in combinations(attributes, size):
            if any(set(smaller) <= set(names) for smaller in found):
                continue
            plan = tuple((name, 0 if name in names else OMITTED) for name in attributes)
            if 0 < shared[exact[plan]] < least:
                found.append(names)
    return found


def _alike(person: pd.Series, attributes: Sequence[str], exact: Mapping[Plan, int], shared: Counts) -> int:
    """Persons with everything that is known of this one."""
    return int(shared[exact[tuple((name, OMITTED if person[name] is None else 0) for name in attributes)]])
