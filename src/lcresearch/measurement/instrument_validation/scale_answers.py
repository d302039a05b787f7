"""The answers to one scale that may stand behind what is shown, and the groups that may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.disclosure import EVERYBODY, Policy, groups_for_statistics, protect
from lcresearch.measurement.instrument_validation.people import LANGUAGE, PERSON, People, families

if TYPE_CHECKING:
    from lcresearch.instruments import Instrument

SCORE = "score"
FEWEST_TO_COMPARE = 30
_SINGULAR = 1e-6
MOST_ORDERED = 4
"""Items with at most so many answers are taken as ordered: with five or more, numbers will do (Rhemtulla, 2012)."""


@dataclass(frozen=True)
class ScaleAnswers:
    """One scale at the wave that is looked at.

    Attributes
    ----------
    name : str
    items : tuple of str
        Its items, as columns.
    frame : DataFrame
        A row a person with a score: ``respondent``, groups, ``language``, items in the direction of the scale,
        ``score``. Groups that may not be shown are missing.
    cells : DataFrame
        What :func:`lcresearch.disclosure.protect` said of the score.
    composition, level : str
    formative : bool
        Items need not go together.
    response_range : tuple of two floats or None
    ordered : bool
        Answers have few categories.
    n_answered, n_left_out : int
        Persons with any answer; those of them without a score, or left out since their answers could be derived.
    """

    name: str
    items: tuple[str, ...]
    frame: pd.DataFrame
    cells: pd.DataFrame
    composition: str
    level: str
    formative: bool
    response_range: tuple[float, float] | None
    score_range: tuple[float, float]
    ordered: bool
    n_answered: int
    n_left_out: int

    @property
    def n(self) -> int:
        """Persons with a score."""
        return len(self.frame)

    @cached_property
    def usable(self) -> tuple[str, ...]:
        """Items whose answers differ: models and correlations take these."""
        answers = self.frame[list(self.items)].nunique()
        return tuple(item for item in self.items if answers[item] > 1)

    @property
    def fewest_to_compare(self) -> int:
        """Persons that a group needs for a model of its own: two an item, and at least 30."""
        return max(FEWEST_TO_COMPARE, 2 * len(self.usable))

    @property
    def shown(self) -> bool:
        """Whether anything of the scale may be shown."""
        return bool(self.cells.loc[self.cells["level"] == EVERYBODY, "released"].any())

    def in_groups(self, by: str) -> pd.DataFrame:
        """The rows in groups that may be shown."""
        return self.frame[self.frame[by].notna()]

    def comparable(self, by: str, policy: Policy) -> tuple[pd.DataFrame, int, int]:
        """Rows of the groups that can be compared item by item; how many groups those are, and how many there were.

        A group needs :attr:`fewest_to_compare` persons, answers to each item that differ and that do not follow from
        each other, and must be one that may be shown with all its items.
        """
        frame = self.frame
        there = int(frame[by].nunique())
        if there < 2:
            return frame[frame[by].notna()], there, there
        choice = protect(frame, [SCORE, *self.usable], [by], policy, wave=None, person=PERSON)
        released = choice[(choice["level"] == by)].groupby("group")["released"].all()
        kept = frame[frame[by].isin(released[released].index)]
        grouped = kept.groupby(by)
        enough = grouped.size() >= max(policy.minimum_cell, self.fewest_to_compare)
        used = enough.index[enough.to_numpy() & _regular(kept, by, list(self.usable), enough.index)]
        return kept[kept[by].isin(used)].reset_index(drop=True), len(used), there


def _regular(frame: pd.DataFrame, by: str, items: list[str], groups: pd.Index) -> npt.NDArray[np.bool_]:
    """Which groups have answers to each item that differ, and that do not follow from those to others."""
    if not len(groups):
        return np.zeros(0, dtype=bool)
    covariance = frame.groupby(by)[items].cov().to_numpy(dtype=float).reshape(len(groups), len(items), len(items))
    known = np.isfinite(covariance).all(axis=(1, 2))
    spread = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2))
    varies = known & (spread > 0).all(axis=1)
    unit = np.where(varies[:, None], spread, 1.0)
    safe = np.where(varies[:, None, None], covariance, np.eye(len(items)))
    smallest = np.linalg.eigvalsh(safe / (unit[:, :, None] * unit[:, None, :]))[:, 0]
    return np.asarray(varies & (smallest > _SINGULAR))


def scale_answers(
    instrument: Instrument, people: People, policy: Policy, *, ordered: bool | None = None
) -> list[ScaleAnswers]:
    """The scales of an instrument, each with the persons and groups that may stand behind its results.

    Scales that share items are about the same persons: those with a score on each of them. If fewer than the minimum
    cell of those left an item open, these are left out too; else the sums of items and of scores would tell of them.
    """
    frame = people.now
    scores = instrument.score(frame)
    items_of = {name: [item.id for item in instrument.items_of(name)] for name in instrument.scales}
    found: list[ScaleAnswers] = []
    for family in families(items_of) if items_of else []:
        found += _family(instrument, people, policy, scores, {name: items_of[name] for name in family}, ordered)
    order = list(instrument.scales)
    return sorted(found, key=lambda one: order.index(one.name))


def _family(
    instrument: Instrument,
    people: People,
    policy: Policy,
    scores: pd.DataFrame,
    items_of: dict[str, list[str]],
    ordered: bool | None,
) -> list[ScaleAnswers]:
    """Scales that share items."""
    frame, names = people.now, list(items_of)
    columns = [column for items in items_of.values() for item in items for column in instrument.columns_of(item)]
    columns = list(dict.fromkeys(columns))
    answered = frame[columns].notna()
    scored = scores[names].notna().all(axis=1)
    incomplete = scored & ~answered.all(axis=1)
    kept = scored & ~incomplete if 0 < int(incomplete.sum()) < policy.minimum_cell else scored
    rows = np.flatnonzero(kept.to_numpy())
    by = [*people.groups, *([LANGUAGE] if len(people.languages) > 1 and LANGUAGE not in people.groups else [])]
    base = frame.loc[rows, [PERSON, *by]].reset_index(drop=True)
    own = pd.concat([base, scores.loc[rows, names].reset_index(drop=True)], axis=1)
    cells = protect(own, names, by[:1], policy, wave=None, person=PERSON, crossing=by[1:])
    any_answer = answered.any(axis=1)
    made = []
    for name, items in items_of.items():
        mine = cells[cells["statistic"] == name].reset_index(drop=True)
        keyed = instrument.reversed(frame.loc[rows], name).reset_index(drop=True)[items]
        made.append(
            ScaleAnswers(
                name=name,
                items=tuple(items),
                frame=_masked(base, mine, by).assign(**{one: keyed[one] for one in items}, **{SCORE: own[name]}),
                cells=mine,
                composition=instrument.composition_of(name),
                level=instrument.level_of(name),
                formative=is_formative(instrument, name),
                response_range=answer_range(instrument, name),
                score_range=instrument.range_of(name),
                ordered=_few_answers(instrument, items) if ordered is None else ordered,
                n_answered=int(any_answer.sum()),
                n_left_out=int((any_answer & ~kept).sum()),
            )
        )
    return made


def _masked(base: pd.DataFrame, cells: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Groups that may not be shown taken out of the columns of groups."""
    hidden = {}
    for name in by:
        choice = groups_for_statistics(cells, [name])
        hidden[name] = base[name].where(choice.rows(base))
    return base.assign(**hidden)


def is_formative(instrument: Instrument, scale: str) -> bool:
    """Whether the items of a scale make up its score without being signs of one thing."""
    formative = instrument.composition_of(scale) == "formative_index"
    return instrument.scales[scale].method == "index" or formative


def answer_range(instrument: Instrument, scale: str) -> tuple[float, float] | None:
    """Lowest and highest code, when all items of a scale share them."""
    found = set()
    for item in instrument.items_of(scale):
        answers = instrument.response_scale_of(item.id) if item.type == "choice" else None
        found.add((float(answers.minimum), float(answers.maximum)) if answers else None)
    return found.pop() if len(found) == 1 else None


def _few_answers(instrument: Instrument, items: Sequence[str]) -> bool:
    scales = [instrument.response_scale_of(item) for item in items]
    return bool(scales) and all(scale is not None and len(scale.codes) <= MOST_ORDERED for scale in scales)
