"""Many studies of one plan at once, and what the analysis of each would find."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lcresearch.change.analyses import FEWEST_FIRMS
from lcresearch.change.firms_fixed import Array, Booleans, Integers, MeanChange, unlinked_change
from lcresearch.change.mixed_models import fitted
from lcresearch.change.staggered import RANDOM, starts_in_turn, within_persons
from lcresearch.change.two_wave_model import firms_fixed, firms_random, two_wave_fit

STAGGERED = "staggered_start"


@dataclass(frozen=True)
class Plan:
    """What is planned, and what is thought of the answers.

    Attributes
    ----------
    design : str
        ``before_after, before_after_comparison`` or ``staggered_start``.
    people : tuple of int
        Asked in each firm.
    n_comparison : int
        How many of the firms, the first, do not take part.
    n_waves : int
        Of a staggered start.
    linked : bool
    change, sd, correlation, firm_sd, firm_change_sd : float
        True change of firms that take part, and spread of scores between people of a firm, both in points; correlation
        of a person's scores between waves, within firms; spread of firms, in their level and in how much they change.
    answering : float
        Share of the people asked that answers at each wave after the first.
    starts : tuple of int
        Place of the wave at which each firm has started, of a staggered start; in turn where empty.
    """

    design: str
    people: tuple[int, ...]
    n_comparison: int
    n_waves: int
    linked: bool
    change: float
    sd: float
    correlation: float
    firm_sd: float
    firm_change_sd: float
    answering: float
    starts: tuple[int, ...] = ()

    @property
    def firms_random(self) -> bool:
        """Whether the analysis speaks of firms like these."""
        n = len(self.people)
        return n >= FEWEST_FIRMS and (not self.n_comparison or min(self.n_comparison, n - self.n_comparison) > 1)

    @property
    def one_by_one(self) -> bool:
        """Whether each study needs a mixed model of its own."""
        return self.design == STAGGERED and (self.firms_random or not self.linked)

    @property
    def takes_part(self) -> Booleans:
        """Shape (k,)."""
        return np.arange(len(self.people)) >= self.n_comparison

    @property
    def firm(self) -> Integers:
        """Of each person, shape (n,)."""
        return np.repeat(np.arange(len(self.people)), self.people)


def found_changes(plan: Plan, n_sims: int, rng: np.random.Generator) -> MeanChange:
    """Estimates with their errors, a study each."""
    if plan.design == STAGGERED:
        return _staggered(plan, n_sims, rng)
    effect = np.column_stack([np.zeros(len(plan.people)), plan.change * plan.takes_part])
    scores = _scores(plan, effect, n_sims, rng)
    before, after = scores[..., 0], scores[..., 1]
    if not plan.linked and not plan.firms_random:
        return unlinked_change(before, after, plan.firm, plan.takes_part)
    fit = two_wave_fit(before, after, plan.firm, len(plan.people), linked=plan.linked)
    return firms_random(fit, plan.takes_part) if plan.firms_random else firms_fixed(fit, plan.takes_part)


def _scores(plan: Plan, effect: Array, n_sims: int, rng: np.random.Generator) -> Array:
    """Scores, shape (n_sims, n, t), of firms with an effect at each wave, shape (k, t); NaN of who does not answer."""
    k, t = effect.shape
    firm, n = plan.firm, len(plan.firm)
    moment = plan.firm_change_sd / np.sqrt(2)
    of_firm = plan.firm_sd * rng.normal(size=(n_sims, k, 1)) + moment * rng.normal(size=(n_sims, k, t))
    people = 1 if plan.linked else t
    person = np.sqrt(plan.correlation) * plan.sd * rng.normal(size=(n_sims, n, people))
    rest = np.sqrt(1 - plan.correlation) * plan.sd * rng.normal(size=(n_sims, n, t))
    found: Array = (effect + of_firm)[:, firm] + person + rest
    found[..., 1:][rng.random((n_sims, n, t - 1)) >= plan.answering] = np.nan
    return found


def _staggered(plan: Plan, n_sims: int, rng: np.random.Generator) -> MeanChange:
    k, t, firm = len(plan.people), plan.n_waves, plan.firm
    starts = np.array(plan.starts) if plan.starts else starts_in_turn(k, t)
    started = starts[:, None] <= np.arange(t)
    effect: Array = plan.change * started.astype(np.float64)
    scores = _scores(plan, effect, n_sims, rng)
    if not plan.one_by_one:
        return within_persons(scores, started[firm])
    person, wave = (each.ravel() for each in np.indices(scores.shape[1:]))
    names = {"firm": firm[person], "person": person, "wave": wave, "firm_wave": firm[person] * t + wave}
    rows = pd.DataFrame({name: codes.astype(str) for name, codes in names.items()})
    rows = rows.assign(started=started[firm[person], wave].astype(float))
    formula = f"{RANDOM} + (1 | person)" if plan.linked else RANDOM
    numbers = np.full((4, n_sims), np.nan)
    for place, outcome in enumerate(scores.reshape(n_sims, -1)):
        model = fitted(formula, rows.assign(score=outcome).dropna(), "started")
        if model is not None:
            numbers[:, place] = model.estimate, model.std_error, model.df, model.variance
    return MeanChange(*numbers)
