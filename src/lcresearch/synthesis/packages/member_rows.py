"""The rows behind each member of a package that is to be: which persons, in which cells, with which columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.disclosure.sums import SummedRows
from lcresearch.errors import Place, Problem, SynthesisError
from lcresearch.synthesis.packages.contents import ConsortiumEvidence
from lcresearch.synthesis.packages.summed_rows import summed_rows
from lcresearch.synthesis.programme import ModelPlan, ProgrammeFile, columns_of, plan_of, rows_of
from lcresearch.synthesis.programme.plan import (
    COMMUNITY,
    CONSORTIUM,
    RESPONDENT,
    TIME,
    WAVE,
    numbers_of,
    problems_of_columns,
)

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class ModelRows:
    """Complete rows of a model of the programme.

    Attributes
    ----------
    plan : ModelPlan
    rows : DataFrame
        ``consortium, community, respondent`` and the columns of the formula, nothing missing.
    person : array of int, shape (n,)
        Number of each row's person among all of the consortium.
    cell : array of int, shape (n,)
        Community, or community and number of waves.
    labels : list of tuple of str
        Of the cells: community, and number of rows a person where rows of persons are summed.
    group : array of int, shape (n_persons,)
        Cell to which each person of the consortium would belong, complete or not; -1 for none.
    incomplete, moved : array of bool, shape (n_persons,)
        Persons with rows of whom none is complete, and those in two communities where rows of persons are summed.
    scores : array, shape (n_persons, n_waves)
        The outcome at the waves of the model; missing where unknown.
    summed : SummedRows
        The rows as the disclosure rules see them.
    part : array of int, shape (n_persons,)
        Parts of cells by the waves at which persons answered, of which products with time give the sums; -1 for none.
    part_labels : list of tuple of str
        Cell and waves of each part.
    cell_of_part : array of int, shape (n_parts,)
    """

    plan: ModelPlan
    rows: pd.DataFrame
    person: Integers
    cell: Integers
    labels: list[tuple[str, ...]]
    group: Integers
    incomplete: Truths
    moved: Truths
    scores: Array
    summed: SummedRows
    part: Integers
    part_labels: list[tuple[str, ...]]
    cell_of_part: Integers

    @property
    def name(self) -> str:
        """Name of the model."""
        return self.plan.name

    @cached_property
    def start(self) -> Integers:
        """Cell of each person of the consortium, -1 for those without complete rows."""
        found = np.full(len(self.group), -1, dtype=np.int64)
        found[self.person] = self.cell
        return found

    @cached_property
    def at_all_waves(self) -> Truths:
        """Who is in the sums with a score at each wave, shape (n_persons,).

        A score whose row is not complete, and so not in the sums, is no score of theirs: it would be told by the
        difference.
        """
        found: Truths = ~np.isnan(self.scores).any(axis=1) & (self.start >= 0)
        if self.plan.persons is not None:
            found &= np.bincount(self.person, minlength=len(self.group)) == len(self.plan.waves)
        return found

    @cached_property
    def community(self) -> Integers:
        """Number of the community of each cell, -1 at the end for none."""
        codes = pd.factorize(np.array([label[0] for label in self.labels], dtype=object))[0]
        return np.append(codes, -1).astype(np.int64)


@dataclass(frozen=True)
class ScaleRows:
    """Answers to the items of a scale at one wave.

    Attributes
    ----------
    about : str
        Name of the member.
    items : tuple of str
    person : array of int, shape (n,)
        Persons who answered all items.
    answers : array, shape (n, n_items)
    """

    about: str
    scale: str
    wave: str
    items: tuple[str, ...]
    person: Integers
    answers: Array


@dataclass(frozen=True)
class Prepared:
    """All rows of a consortium, before any rule was applied.

    Attributes
    ----------
    evidence : ConsortiumEvidence
    programme : ProgrammeFile
    persons : Index
        Respondents.
    models : dict of str to ModelRows
    scales : dict of str to ScaleRows
    """

    evidence: ConsortiumEvidence
    programme: ProgrammeFile
    persons: pd.Index
    models: dict[str, ModelRows]
    scales: dict[str, ScaleRows]

    @cached_property
    def person(self) -> Integers:
        """Number of the person of each row of the consortium's frame; -1 for none."""
        return self.persons.get_indexer(pd.Index(self.evidence.frame[RESPONDENT])).astype(np.int64)

    def frame_of(self, persons: Truths) -> pd.DataFrame:
        """Rows of some persons, given as truth values, shape (n_persons,)."""
        return self.evidence.frame[np.append(persons, False)[self.person]]

    def parts(self, member: str, cell: Integers) -> Integers:
        """Parts of cells of the persons in a member, of which sums can be computed; -1 for who is not in it."""
        kind, _, about = member.partition("/")
        return np.where(cell >= 0, self.models[about].part, -1) if kind == "models" else cell

    def cells(self, member: str, parts: Integers) -> Integers:
        """The cells of parts."""
        kind, _, about = member.partition("/")
        return np.unique(self.models[about].cell_of_part[parts]) if kind == "models" else parts


def prepared(evidence: ConsortiumEvidence, programme: ProgrammeFile) -> Prepared:
    """The rows of all members of a package.

    Raises
    ------
    SynthesisError
        Y150: rows of another consortium, or none; Y151: a sector that the programme does not know; Y152: an element or
        a characteristic of communities that differs within one; Y153: a policy that is looser than the programme's;
        Y158: an instrument in a version that the programme does not name. As ``rows_of`` for columns and values.
    """
    problems = [*_labels(evidence, programme), *_policy(evidence, programme), *_instruments(evidence, programme)]
    if not problems:
        problems = [*_within_communities(evidence.frame, programme)]
    if problems:
        raise SynthesisError(problems)
    persons = pd.Index(evidence.frame[RESPONDENT].dropna().unique())
    names = {name: plan_of(programme, name) for name in programme.models}
    rows = {name: rows_of(plan, programme, evidence.frame) for name, plan in names.items()}  # checks all columns first
    problems = [*problems_of_columns(programme, evidence.frame)]
    if evidence.stopped is not None:
        problems += problems_of_columns(programme, evidence.stopped)
    if problems:
        raise SynthesisError(problems)
    models = {name: _model_rows(plan, programme, evidence.frame, rows[name], persons) for name, plan in names.items()}
    return Prepared(evidence, programme, persons, models, _scale_rows(evidence, programme, persons))


def _labels(evidence: ConsortiumEvidence, programme: ProgrammeFile) -> list[Problem]:
    problems = []
    found = evidence.frame[CONSORTIUM].dropna().astype("str").unique().tolist() if CONSORTIUM in evidence.frame else []
    if found != [evidence.consortium]:
        values = {"consortium": evidence.consortium, "found": ", ".join(found[:5]) or "–"}
        problems.append(Problem("Y150", Place(column=CONSORTIUM), values))
    if evidence.sector not in programme.sectors:
        values = {"sector": evidence.sector, "known": ", ".join(programme.sectors)}
        problems.append(Problem("Y151", Place(), values))
    return problems


def _policy(evidence: ConsortiumEvidence, programme: ProgrammeFile) -> list[Problem]:
    asked, own = programme.disclosure, evidence.policy
    if own is None or (own.minimum_cell >= asked.minimum_cell and own.minimum_category >= asked.minimum_category):
        return []
    values = {"cell": own.minimum_cell, "category": own.minimum_category}
    return [Problem("Y153", values=values | {"least": asked.minimum_cell, "least_category": asked.minimum_category})]


def _instruments(evidence: ConsortiumEvidence, programme: ProgrammeFile) -> list[Problem]:
    uses = {use.id: use for use in programme.instruments}
    problems = []
    for one in evidence.instruments:
        use = uses.get(one.id)
        if use is not None and (one.version not in use.versions or (use.hashes and one.hash not in use.hashes)):
            values = {"instrument": one.id, "version": one.version, "known": ", ".join(use.versions)}
            problems.append(Problem("Y158", values=values))
    return problems


def _within_communities(frame: pd.DataFrame, programme: ProgrammeFile) -> list[Problem]:
    """Columns of communities, and of the consortium, that differ within one: sums of them would be of persons."""
    of = {element.column: COMMUNITY for element in programme.elements.values()}
    of |= {one.column: one.level for one in programme.covariates.values() if one.level != RESPONDENT}
    problems = []
    for column, level in of.items():
        if column not in frame or level not in frame:
            continue
        differ = frame.groupby(level, observed=True)[column].nunique() > 1
        if differ.any():
            values = {"column": column, "level": level, "n": int(differ.sum())}
            problems.append(Problem("Y152", Place(column=column), values))
    return problems


def _model_rows(
    plan: ModelPlan, programme: ProgrammeFile, frame: pd.DataFrame, rows: pd.DataFrame, persons: pd.Index
) -> ModelRows:
    rows = rows[rows[RESPONDENT].notna()]
    person = persons.get_indexer(pd.Index(rows[RESPONDENT])).astype(np.int64)
    complete = rows.notna().all(axis=1).to_numpy()
    with_rows, with_complete = (np.zeros(len(persons), dtype=bool) for _ in range(2))
    with_rows[person], with_complete[person[complete]] = True, True
    kept, beside = rows[complete].reset_index(drop=True), _beside(plan, programme, frame.loc[rows.index[complete]])
    kept = kept.assign(**{COMMUNITY: kept[COMMUNITY].astype("str")})
    person = person[complete]
    moved = np.zeros(len(persons), dtype=bool)
    if plan.persons is not None:
        several = kept.groupby(person)[COMMUNITY].transform("nunique").to_numpy() > 1
        moved[person[several]] = True
        kept, person, beside = kept[~several].reset_index(drop=True), person[~several], beside[~several]
    cell, labels = _cells(plan, kept, person)
    part, part_labels, cell_of_part = _parts(plan, kept, person, cell, labels, len(persons))
    scores = _scores(plan, frame, persons)
    return ModelRows(
        plan=plan,
        rows=kept,
        person=person,
        cell=cell,
        labels=labels,
        group=_groups(plan, frame, persons, person, cell, labels),
        incomplete=with_rows & ~with_complete,
        moved=moved,
        scores=scores,
        summed=replace(summed_rows(plan, programme, kept, person, cell, len(labels), scores), beside=beside),
        part=part,
        part_labels=part_labels,
        cell_of_part=cell_of_part,
    )


def _beside(plan: ModelPlan, programme: ProgrammeFile, frame: pd.DataFrame) -> Array:
    """Columns of persons in other models, for the rows of this one; -1 for a value that is not known."""
    others = {
        name: columns_of(name, programme.covariates[name])
        for model in programme.models.values()
        for name in model.covariates
        if name not in plan.terms and programme.covariates[name].level == RESPONDENT
    }
    columns = dict(numbers_of(replace(plan, terms=others), programme, frame))
    return pd.DataFrame(columns, index=frame.index).fillna(-1).to_numpy(dtype=np.float64)


def _cells(plan: ModelPlan, rows: pd.DataFrame, person: Integers) -> tuple[Integers, list[tuple[str, ...]]]:
    keys = [rows[COMMUNITY].to_numpy(dtype=object)]
    if plan.persons is not None:
        keys.append(np.bincount(person)[person].astype(str).astype(object) if len(person) else keys[0])
    codes, found = pd.factorize(pd.MultiIndex.from_arrays(keys), sort=True)
    return codes.astype(np.int64), [tuple(map(str, label)) for label in found]


def _parts(
    plan: ModelPlan,
    rows: pd.DataFrame,
    person: Integers,
    cell: Integers,
    labels: list[tuple[str, ...]],
    n_persons: int,
) -> tuple[Integers, list[tuple[str, ...]], Integers]:
    """Part of each person, labels of the parts, and their cells."""
    found = np.full(n_persons, -1, dtype=np.int64)
    found[person] = cell
    if plan.persons is None:
        return found, labels, np.arange(len(labels))
    pattern = np.bincount(person, 1 + rows[TIME].to_numpy(dtype=np.float64), n_persons).astype(np.int64)
    own = np.unique(person)
    number = 4 * found[own] + pattern[own]
    present, found[own] = np.unique(number, return_inverse=True)
    waves = {1: plan.waves[0], 2: plan.waves[-1], 3: " ".join(plan.waves)}
    return found, [(*labels[one // 4], waves[one % 4]) for one in present.tolist()], (present // 4).astype(np.int64)


def _groups(
    plan: ModelPlan,
    frame: pd.DataFrame,
    persons: pd.Index,
    person: Integers,
    cell: Integers,
    labels: list[tuple[str, ...]],
) -> Integers:
    """With whom a person leaves: those of one cell; without summed persons also who is in its community otherwise."""
    found = np.full(len(persons), -1, dtype=np.int64)
    if plan.persons is None:
        number = {label[0]: place for place, label in enumerate(labels)}
        known = frame[frame[RESPONDENT].notna()].drop_duplicates(RESPONDENT, keep="last")
        places = known[plan.community].astype("str").map(number).fillna(-1).to_numpy(dtype=np.int64)
        found[persons.get_indexer(pd.Index(known[RESPONDENT]))] = places
    found[person] = cell
    return found


def _scores(plan: ModelPlan, frame: pd.DataFrame, persons: pd.Index) -> Array:
    found = np.full((len(persons), len(plan.waves)), np.nan)
    for place, wave in enumerate(plan.waves):
        here = frame[(frame[WAVE].astype("str") == wave) & frame[RESPONDENT].notna()]
        found[persons.get_indexer(pd.Index(here[RESPONDENT])), place] = pd.to_numeric(here[plan.score])
    return found


def _scale_rows(evidence: ConsortiumEvidence, programme: ProgrammeFile, persons: pd.Index) -> dict[str, ScaleRows]:
    found: dict[str, ScaleRows] = {}
    scales = [one.scale for one in programme.comparability]
    for one in programme.comparability:
        items = one.items or tuple(evidence.items.get(one.scale, ()))
        missing = [item for item in items if item not in evidence.frame]
        if not items or missing:
            values = {"scale": one.scale, "missing": ", ".join(missing) or "–"}
            raise SynthesisError("Y155", where=Place(column=missing[0] if missing else None), **values)
        about = one.scale if scales.count(one.scale) == 1 else f"{one.scale}-{one.wave}"
        found[about] = _answers(evidence.frame, persons, about, one.scale, one.wave, items)
    return found


def _answers(
    frame: pd.DataFrame, persons: pd.Index, about: str, scale: str, wave: str, items: Sequence[str]
) -> ScaleRows:
    here = frame[(frame[WAVE].astype("str") == wave) & frame[RESPONDENT].notna()].drop_duplicates(RESPONDENT)
    answers = here[list(items)].apply(pd.to_numeric).to_numpy(dtype=np.float64, na_value=np.nan)
    complete = ~np.isnan(answers).any(axis=1)
    person = persons.get_indexer(pd.Index(here[RESPONDENT]))[complete].astype(np.int64)
    return ScaleRows(about, scale, wave, tuple(items), person, answers[complete])
