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
from lcresearch.measurement.factor_models.parameter_table import kind_of

ADDED = {"metric": "loadings", "scalar": "intercepts", "strict": "residuals"}
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
        ``holds``, ``holds_partially``, ``fails`` or ``not_reached``.
    """

    name: str
    partial: bool
    model: FactorModel
    freed: Freed
    compared_with: str = ""
    change: dict[str, float] = field(default_factory=dict)
    test: fit_measures.Test | None = None
    verdict: str = "holds"


@dataclass(frozen=True)
class Candidate:
    """An equality that may be given up: its place, the score test of it, and the change it expects."""

    place: tuple[str, int]
    mi: float
    change: float

    @property
    def p_value(self) -> float:
        """Of the score test."""
        return float(stats.chi2.sf(self.mi, 1))


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
            kinds = _kinds(name)
            freed = self._with_intercepts(base.freed if base else frozenset(), kinds)
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
            self.reached = self.reached and found.verdict in ("holds", "holds_partially")
            base = found

    def _compared(self, name: str, model: FactorModel, freed: Freed, base: Step, *, partial: bool) -> Step:
        """A step beside the one before it."""
        change = {m: float(model.fit_measures[m] - base.model.fit_measures[m]) for m in MEASURES}
        test = fit_measures.difference_test(model.estimated.test, base.model.estimated.test)
        holds = self.rule.holds(name, change)
        verdict = ("holds_partially" if partial else "holds") if holds else "fails"
        verdict = verdict if self.reached else "not_reached"
        before = f"{base.name} (partial)" if base.partial else base.name
        found = Step(name, partial, model, freed, before, change, test, verdict)
        if not partial or holds:
            self._judge(found)
        return found

    def _judge(self, step: Step) -> None:
        for rule in rules.rules_for(step.model.estimated.n):
            decides = rule.name == self.rule.name
            self.judged.append(
                rules.as_frame(rule, step.name, step.change, partial=step.partial, decides=decides)
            )  # fmt: skip

    def _search(self, failed: Step, base: Step) -> Step:
        """Free one parameter after another; the step that holds, or the last that was tried."""
        found, kind = failed, ADDED[failed.name]
        while len(self.searched) < self.max_freed and found.verdict == "fails":
            best = self._next(found, kind)
            if best is None:
                break
            freed = self._with_intercepts(found.freed | {best.place}, _kinds(found.name))
            model = self.setting.fit(_kinds(found.name), freed, found.model.estimated)
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
        candidates = self._candidates(step.model, kind)
        if not candidates:
            return None
        limit = stats.chi2.isf(_ALPHA / len(candidates), 1)
        for each in sorted(candidates, key=lambda one: -one.mi):
            if each.mi <= limit:
                return None
            if self._may(step.freed | {each.place}):
                return each
        return None

    def _candidates(self, model: FactorModel, kind: str) -> list[Candidate]:
        """Parameters of a kind that units share."""
        layout, units = model.layout, self.setting.units
        index, expected = modification.score_tests(model.estimated, layout)
        times = np.bincount(layout.free[layout.free >= 0], minlength=layout.n_free)
        shared = (layout.free >= 0) & (times[layout.free] > 1) & np.isfinite(index)
        found = []
        for group, at in zip(*np.nonzero(shared), strict=True):
            parameter = layout.table.parameters[at]
            place = self.setting.place(parameter, int(group))
            if kind_of(parameter, layout.table.latent) != kind or place is None:
                continue
            if len(units) == 2 and place[1] == 0:
                continue  # with two units to free one is to free both
            found.append(Candidate(place, float(index[group, at]), float(expected[group, at])))
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

    def _with_intercepts(self, freed: Freed, kinds: Sequence[str]) -> Freed:
        """With the intercepts of items whose loadings are free."""
        if "intercepts" not in kinds:
            return freed
        return freed | {(f"{term.split('=~')[1]}~1", unit) for term, unit in freed if "=~" in term}


def _kinds(step: str) -> tuple[str, ...]:
    """What is equal in a step."""
    at = rules.STEPS.index(step)
    return ("loadings", "intercepts", "residuals")[:at]


def _item(term: str) -> str:
    """The item of ``f=~item``, ``item~1`` or ``item~~item``."""
    return term.split("=~")[1] if "=~" in term else term.split("~")[0]
