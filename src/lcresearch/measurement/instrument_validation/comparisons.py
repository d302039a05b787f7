"""Whether scores may be compared: between groups, between languages, between waves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from lcresearch.disclosure import Policy
from lcresearch.errors import Problem
from lcresearch.measurement.comparability import rules
from lcresearch.measurement.comparability.alignment import Alignment, alignment
from lcresearch.measurement.comparability.invariance import Invariance, invariance
from lcresearch.measurement.instrument_validation.attempts import attempt
from lcresearch.measurement.instrument_validation.people import PERSON, WAVE, People
from lcresearch.measurement.instrument_validation.scale_answers import ScaleAnswers
from lcresearch.measurement.item_response.differential_item_functioning import (
    DifferentialItemFunctioning,
    differential_item_functioning,
)

if TYPE_CHECKING:
    from lcresearch.instruments import Instrument

Kind = Literal["group", "language", "wave"]
ALIGNED_FROM = 5
MOST_FREED = 12
STARTS = 10
_FEWEST_TWICE = 50


@dataclass(frozen=True)
class Comparison:
    """One comparison of one scale.

    Attributes
    ----------
    kind : {"group", "language", "wave"}
    by : str
        Column of the groups; ``language`` or ``wave``.
    n_units, n_there : int
        Groups or waves that were compared, and those that there are.
    invariance : Invariance or None
    alignment : Alignment or None
        From five groups on, where means may not simply be compared or there are ten or more.
    dif : DifferentialItemFunctioning or None
        When it was asked for.
    problems : tuple of Problem
        What could not be computed, and why.
    """

    kind: Kind
    by: str
    n_units: int
    n_there: int
    invariance: Invariance | None = None
    alignment: Alignment | None = None
    dif: DifferentialItemFunctioning | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def represents_all(self) -> bool:
        """Whether at least half of the groups, or all waves, took part."""
        return 2 * self.n_units >= self.n_there

    @property
    def warranted(self) -> Literal["none", "relations", "means", "unknown"]:
        """What may be compared; ``unknown`` as well where fewer than half of the groups took part."""
        if not self.represents_all:
            return "unknown"
        return self.invariance.warranted if self.invariance is not None else "unknown"


def compare_groups(scale: ScaleAnswers, by: str, kind: Kind, policy: Policy, *, dif: bool, seed: int) -> Comparison:
    """Invariance over the groups of a column that can be compared; alignment where there are many."""
    frame, n_units, n_there = scale.comparable(by, policy)
    if n_units < 2:
        code = "M385" if n_there < 2 else "M386"
        values = {"by": by, "n": n_there, "fewest": max(policy.minimum_cell, scale.fewest_to_compare)}
        return Comparison(kind, by, n_units, n_there, problems=(Problem(code, values=values),))
    model = one_factor_model(scale)
    few = n_units < rules.MANY_GROUPS  # with more, alignment tells which groups deviate, and a search takes long
    options = _estimation(frame[list(scale.usable)], ordered=scale.ordered)
    found, problems = attempt(
        lambda: invariance(
            model, frame, by, ordered=scale.ordered, estimator=options.estimator, missing=options.missing,
            partial=few, max_freed=MOST_FREED,
        )
    )  # fmt: skip
    aligned = tested = None
    means = found is not None and found.warranted == "means"
    if n_units >= ALIGNED_FROM and (not means or not few):
        aligned, more = attempt(
            lambda: alignment(
                model, frame, by, ordered=scale.ordered, missing=options.missing, seed=seed, n_starts=STARTS
            )
        )
        problems += more
    if dif:
        tested, more = attempt(lambda: differential_item_functioning(frame, list(scale.usable), by))
        problems += more
    if n_units < n_there:
        problems += (Problem("M387", values={"by": by, "n": n_there - n_units, "used": n_units}),)
    return Comparison(kind, by, n_units, n_there, found, aligned, tested, problems)


def one_factor_model(scale: ScaleAnswers) -> str:
    """The model that a scale implies: its items measure one thing."""
    return f"{scale.name} =~ {' + '.join(scale.usable)}"


@dataclass(frozen=True)
class _Estimation:
    estimator: str | None
    missing: str


def _estimation(answers: pd.DataFrame, *, ordered: bool) -> _Estimation:
    """Everybody with a score counts, also with an open item."""
    opened = bool(answers.isna().to_numpy().any())
    some = "pairwise" if ordered else "fiml"
    return _Estimation(None if ordered else "MLR", some if opened else "listwise")


def compare_waves(instrument: Instrument, people: People, scale: ScaleAnswers, policy: Policy) -> Comparison | None:
    """Invariance over waves of the same persons; None when there is one wave."""
    if len(people.waves) < 2:
        return None
    columns = {wave: {item: f"{item}__{at}" for item in scale.usable} for at, wave in enumerate(people.waves)}
    wide = _wide(instrument, people, scale, columns)
    several = int((wide.notna().sum(axis=1) > len(scale.usable)).sum())
    fewest = max(_FEWEST_TWICE, policy.minimum_cell, 2 * len(scale.usable) * len(columns))
    if several < fewest:
        values = {"n": several, "fewest": fewest}
        return Comparison("wave", WAVE, 0, len(columns), problems=(Problem("M388", values=values),))
    model = one_factor_model(scale)
    options = _estimation(wide, ordered=scale.ordered)
    found, problems = attempt(
        lambda: invariance(
            model, wide, waves=columns, ordered=scale.ordered, estimator=options.estimator, missing=options.missing,
            max_freed=MOST_FREED,
        )
    )  # fmt: skip
    return Comparison("wave", WAVE, len(columns), len(columns), found, problems=problems)


def _wide(
    instrument: Instrument, people: People, scale: ScaleAnswers, columns: dict[str, dict[str, str]]
) -> pd.DataFrame:
    """A row a person, a column an item and wave, in the direction of the scale."""
    scored = instrument.score(people.frame)[scale.name].notna()
    frame = people.frame[scored]
    keyed = instrument.reversed(frame, scale.name)[list(scale.usable)].assign(**{PERSON: frame[PERSON]})
    parts = [
        keyed[frame[WAVE] == wave].set_index(PERSON)[list(scale.usable)].rename(columns=named)
        for wave, named in columns.items()
    ]
    return pd.concat(parts, axis=1)
