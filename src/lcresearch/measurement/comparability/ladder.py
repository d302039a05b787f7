"""From step to step: each model with more equalities is compared with the last one that held.

Where a step fails, parameters are freed one by one (Byrne, Shavelson & Muthen 1989): always the one whose equality
costs most chi-square by its score test, in the unit where it does. An item whose loading is free has a free
intercept in that unit too. The search stops

- when the rule holds: the step holds partially;
- when no candidate exceeds chance (Bonferroni over the candidates), or none may be freed: the step fails. In each unit
  at least two items of a factor, and at least half of them, stay equal to those of the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.measurement.comparability import rules
from lcresearch.measurement.comparability.rules import MEASURES, Rule
from lcresearch.measurement.comparability.settings import Freed, Setting
from lcresearch.measurement.factor_models import fit_measures, modification
from lcresearch.measurement.factor_models.factor_model import FactorModel

_ALPHA = 0.05


@dataclass(frozen=True)
class Step:
    """A fitted step.

    Attributes
    ----------
    name : str
    partial : bool
        Whether parameters were freed in this step.
    model : FactorModel
    freed : frozenset
        All parameters that have a value of their own.
    compared_with : str
        Step before; empty for the first.
    change : dict
        Measure -> this step minus the one before.
    test : Test or None
        Of the difference.
    verdict : str
        ``holds``, ``holds_partially``, ``fails`` or ``not_reached``; ``equivalent`` where it says nothing that the step
        before did not say.
    """

    name: str
    partial: bool
    model: FactorModel
    freed: Freed
    compared_with: str = ""
    change: dict[str, float] = field(default_factory=dict)
    test: fit_measures.Test | None = None
    verdict: str = "holds"
    spared: bool = False

    @property
    def p_value(self) -> float:
        """Of the difference test; NaN where there is none."""
        return self.test.p_value if self.test else np.nan

    @property
    def label(self) -> str:
        """Its name, with a word behind it where parameters were freed in it."""
        return f"{self.name} (partial)" if self.partial else self.name


@dataclass(frozen=True)
class Candidate:
    """An equality that may be given up: its place, the score test of it, and the change it expects.

    ``mi`` is the fall in chi-square that is expected; ``scaled`` the same as a test, which differs for ordered items
    and with MLR and MLM.
    """

    place: tuple[str, int]
    mi: float
    scaled: float
    change: float

    @property
    def p_value(self) -> float:
        """Of the score test."""
        return float(stats.chi2.sf(self.scaled, 1))


@dataclass
class Ladder:
    """Steps as they come, with the rules that were looked at and what was freed."""

    setting: Setting
    rule: Rule
    max_freed: int
    steps: list[Step] = field(default_factory=list)
    judged: list[pd.DataFrame] = field(default_factory=list)
    searched: list[dict[str, object]] = field(default_factory=list)
    reached: bool = True

    def climb(self, names: Sequence[str]) -> None:
        """Fit the steps; after one that fails the others are fitted from it, but not judged."""
        base: Step | None = None
        for name in names:
            kinds = self.setting.scheme.kinds(name)
            freed = self.setting.carried(base.freed if base else frozenset(), kinds)
            model = self.setting.fit(kinds, freed, base.model.estimated if base else None)
            if base is None:
                held = sum(met for *_, met in rules.fits(model.fit_measures, len(self.setting.units)).values()) >= 2
                self.reached = held or name != "configural"
                base = Step(name, False, model, freed, verdict="holds" if self.reached else "fails")
                self.steps.append(base)
                continue
            found = self._compared(name, model, freed, base, partial=False)
            self.steps.append(found)
            if found.verdict == "fails":
                found = self._search(found, base)
            self.reached = self.reached and found.verdict != "fails"
            base = found

    def _compared(self, name: str, model: FactorModel, freed: Freed, base: Step, *, partial: bool) -> Step:
        """A step beside the one before it."""
        change = {m: float(model.fit_measures[m] - base.model.fit_measures[m]) for m in MEASURES}
        if model.estimated.df == base.model.estimated.df:
            verdict = "equivalent" if self.reached else "not_reached"
            return Step(name, partial, model, freed, base.label, dict.fromkeys(MEASURES, 0.0), None, verdict)
        test = model.estimated.difference(base.model.estimated)
        holds = self.rule.holds(name, change, test.p_value)
        verdict = ("holds_partially" if partial else "holds") if holds else "fails"
        verdict = verdict if self.reached else "not_reached"
        spared = holds and self.rule.spares(name, change, test.p_value)
        found = Step(name, partial, model, freed, base.label, change, test, verdict, spared)
        if not partial or holds:
            self._judge(found)
        return found

    def _judge(self, step: Step) -> None:
        for rule in rules.rules_for(step.model.estimated.n, self.setting.scheme):
            decides = rule.name == self.rule.name
            found = rules.as_frame(rule, step.name, step.change, step.p_value, partial=step.partial, decides=decides)
            self.judged.append(found)

    def _search(self, failed: Step, base: Step) -> Step:
        """Free one parameter after another; the step that holds, or the last that was tried."""
        found, scheme = failed, self.setting.scheme
        kind, kinds = scheme.added[failed.name], scheme.kinds(failed.name)
        while len(self.searched) < self.max_freed and found.verdict == "fails":
            best = self._next(found, kind)
            if best is None:
                break
            freed = self.setting.carried(found.freed | {best.place}, kinds)
            model = self.setting.fit(kinds, freed, found.model.estimated)
            new = self._compared(found.name, model, freed, base, partial=True)
            fall = found.model.estimated.test.statistic - model.estimated.test.statistic
            row: dict[str, object] = {"step": found.name, "term": best.place[0]}
            row |= {"unit": self.setting.units[best.place[1]], "mi": best.mi, "p_value": best.p_value}
            self.searched.append(row | {"change": best.change, "chi_square_fall": fall} | new.change)
            found = new
        if found is not failed:
            self.steps.append(found)
            if found.verdict == "fails":
                self._judge(found)
        return found

    def _next(self, step: Step, kind: str) -> Candidate | None:
        """The equality that costs most, of those that may be given up."""
        candidates = self._candidates(step, kind)
        if not candidates:
            return None
        limit = stats.chi2.isf(_ALPHA / len(candidates), 1)
        for each in sorted(candidates, key=lambda one: -one.scaled):
            if each.scaled <= limit:
                return None
            if self._may(step.freed | {each.place}):
                return each
        return None

    def _candidates(self, step: Step, kind: str) -> list[Candidate]:
        """Parameters of a kind that have no value of their own, in each unit."""
        estimated, layout, units = step.model.estimated, step.model.layout, self.setting.units
        index, expected = modification.score_tests(estimated, layout)
        scaling = estimated.score_scaling(layout, estimated.implied)
        scaled = index if scaling is None else index / scaling
        may = self.setting.given_up(layout, kind, step.freed) & np.isfinite(scaled)
        found = []
        for group, at in zip(*np.nonzero(may), strict=True):
            place = self.setting.place(layout.table.parameters[at], int(group))
            if place is None or (len(units) == 2 and place[1] == 0):
                continue  # with two units to free one is to free both
            numbers = (float(values[group, at]) for values in (index, scaled, expected))
            found.append(Candidate(place, *numbers))
        return found

    @staticmethod
    def touched(freed: Freed) -> set[tuple[str, int]]:
        """Items with a parameter of their own, and the units in which they have it."""
        return {(_item(term), unit) for term, unit in freed}

    def _may(self, freed: Freed) -> bool:
        """Whether in each unit enough items of each factor are still equal."""
        touched = self.touched(freed)
        units = range(len(self.setting.units))
        for items in self.setting.items_of.values():
            left = min(sum((item, unit) not in touched for item in items) for unit in units)
            if left < max(2, -(-len(items) // 2)):
                return False
        return True


def _item(term: str) -> str:
    """The item of ``f=~item``, ``item~1``, ``item~~item`` or ``item|t1``."""
    return term.split("=~")[1] if "=~" in term else term.replace("|", "~").split("~")[0]
