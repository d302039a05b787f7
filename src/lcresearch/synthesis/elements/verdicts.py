"""From evidence on an element to its verdict, with the sentence that says why."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.synthesis.elements.estimate import ElementEstimate
from lcresearch.synthesis.elements.intervals import NewConsortium, interval, new_consortium, with_intervals
from lcresearch.synthesis.elements.verdict_rules import Differing, VerdictRules
from lcresearch.synthesis.elements.wording import Reason, all_sectors, between, chance


@dataclass(frozen=True)
class Verdict:
    """A verdict.

    Attributes
    ----------
    name : str
        ``generic, sector-specific, conditional, no worthwhile effect`` or ``not enough evidence``.
    direction : str
        ``positive`` or ``negative``: the sign of the effect on which it rests.
    reason : Reason
    conf_low, conf_high : float
        Interval of the effect on which it rests: that of the part that works, else the pooled one.
    """

    name: str
    direction: str
    reason: Reason
    conf_low: float
    conf_high: float


@dataclass(frozen=True)
class Case:
    """All that the rules look at for one element.

    Attributes
    ----------
    evidence : ElementEstimate
    sector_p : float
        Of the test between sectors, corrected; NaN without one.
    moderator_p : mapping of str to float
        Of the test of each moderator, corrected.
    new, deciding : NewConsortium
        The effect in a new consortium; the one by which the rules decide counts differences between sectors in full.
    conf_low, conf_high : float
        Of the pooled effect.
    sectors, moderators : DataFrame
        With intervals; parts without an estimate are left out.
    """

    evidence: ElementEstimate
    sector_p: float
    moderator_p: Mapping[str, float]
    new: NewConsortium
    deciding: NewConsortium
    conf_low: float
    conf_high: float
    sectors: pd.DataFrame
    moderators: pd.DataFrame

    @property
    def bound(self) -> float:
        """Smallest worthwhile effect."""
        return self.evidence.smallest_worthwhile

    @property
    def sign(self) -> int:
        """1 or -1: the sign of the pooled effect."""
        return -1 if self.evidence.estimate < 0 else 1

    def verdict(self, name: str, code: str, sign: int | None = None, /, **values: Any) -> Verdict:
        """A verdict that rests on the pooled effect."""
        direction = _direction(sign or self.sign)
        return Verdict(name, direction, Reason(f"verdict.{code}", values), self.conf_low, self.conf_high)


def prepare(evidence: ElementEstimate, sector_p: float, moderator_p: Mapping[str, float], rules: VerdictRules) -> Case:
    """Evidence with its intervals and corrected p values."""
    level = rules.interval_level
    low, high = interval(evidence.estimate, evidence.std_error, evidence.df, level)
    new = new_consortium(evidence), new_consortium(evidence, sector_spread=rules.generic.sector_spread)
    sectors, moderators = (with_intervals(frame, level) for frame in (evidence.sectors, evidence.moderators))
    return Case(evidence, sector_p, moderator_p, *new, low, high, sectors, moderators)


def decide(case: Case, rules: VerdictRules) -> Verdict:
    """The verdict of the first rule that holds, in the order of the rules."""
    for name in rules.order:
        found = _CHECKS[name](case, rules)
        if found is not None:
            return found
    return _not_enough(case, rules)


def _few_consortia(case: Case, rules: VerdictRules) -> Verdict | None:
    evidence, rule = case.evidence, rules.few_consortia
    if evidence.n_consortia < rule.in_all:
        numbers_of = {"n": evidence.n_consortia, "minimum": rule.in_all}
        return case.verdict("not enough evidence", "few_consortia", **numbers_of)
    numbers = evidence.sectors["n_consortia"].astype(float)
    few = evidence.sectors[(numbers > 0) & (numbers < rule.in_a_sector)]
    if len(few) == 1:
        values = {"sector": str(few["sector"].iloc[0]), "n": int(few["n_consortia"].iloc[0])}
        return case.verdict("not enough evidence", "few_in_a_sector", minimum=rule.in_a_sector, **values)
    if len(few):
        names = [str(name) for name in few["sector"]]
        return case.verdict("not enough evidence", "few_in_sectors", minimum=rule.in_a_sector, sectors=names)
    return None


def _sector_specific(case: Case, rules: VerdictRules) -> Verdict | None:
    rule = rules.sector_specific
    if not case.sector_p < rule.significance:
        return None
    return _differing(case, case.sectors, "sector", "sector-specific", rule, {"p": case.sector_p})


def _conditional(case: Case, rules: VerdictRules) -> Verdict | None:
    rule = rules.conditional
    significant = [(p, name) for name, p in case.moderator_p.items() if p < rule.significance]
    for p, name in sorted(significant):
        levels = case.moderators[case.moderators["moderator"] == name]
        values = {"moderator": str(name), "p": p}
        found = _differing(case, levels, "level", "conditional", rule, values)
        if found is not None:
            return found
    return None


def _differing(
    case: Case, parts: pd.DataFrame, label: str, name: str, rule: Differing, values: dict[str, Any]
) -> Verdict | None:
    """A verdict when one part works and another does not, or works the other way."""
    pair = _working_and_other(parts, case.bound, rule.other)
    if pair is None:
        return None
    working, other = (parts.iloc[place] for place in pair)
    values |= {"part": str(working[label]), "estimate": float(working["estimate"])}
    values |= {"other": str(other[label]), "other_estimate": float(other["estimate"])}
    reason = Reason(f"verdict.{name.replace('-', '_')}", values)
    low, high = float(working["conf_low"]), float(working["conf_high"])
    return Verdict(name, _direction(1 if working["estimate"] > 0 else -1), reason, low, high)


def _working_and_other(parts: pd.DataFrame, bound: float, other: tuple[str, ...]) -> tuple[int, int] | None:
    """Places of the strongest part that works and of the weakest that does not, or works the other way."""
    estimate, works = parts["estimate"].to_numpy(dtype=np.float64), _works(parts, bound)
    if not works.any():
        return None
    strongest = int(np.argmax(np.where(works, np.abs(estimate), -np.inf)))
    towards = np.sign(estimate[strongest]) * estimate
    fits = {"within": np.abs(estimate) <= bound, "opposite": towards < -bound}
    allowed = np.any([fits[kind] for kind in other], axis=0)
    return (strongest, int(np.argmin(np.where(allowed, towards, np.inf)))) if allowed.any() else None


def _works(parts: pd.DataFrame, bound: float) -> npt.NDArray[np.bool_]:
    """Whether the estimate of each part is beyond the bound, and its interval leaves out zero on that side."""
    estimate, low, high = (parts[name].to_numpy(dtype=np.float64) for name in ("estimate", "conf_low", "conf_high"))
    return np.asarray((np.abs(estimate) > bound) & (np.where(estimate > 0, low, -high) > 0))


def _generic(case: Case, rules: VerdictRules) -> Verdict | None:
    probability = case.deciding.probability_beyond(case.bound, case.sign)
    if not probability >= rules.generic.probability or _clearly_smaller(case) is not None:
        return None
    if rules.generic.moderator_levels and _weakest_level(case) is not None:
        return None
    beyond = case.sign * case.sectors["estimate"].to_numpy(dtype=np.float64) > case.bound
    n = len(beyond)
    kind = "in_all_sectors" if n > 1 and beyond.all() else "in_no_sector_smaller" if n > 1 else "new"
    values: dict[str, Any] = {"bound": case.sign * case.bound, "chance": chance(probability)}
    if kind == "in_all_sectors":
        values["sectors"] = all_sectors(n)
    return case.verdict("generic", f"generic.{kind}.{_direction(case.sign)}", **values)


def _clearly_smaller(case: Case) -> pd.Series[Any] | None:
    """A sector whose whole interval lies below the smallest worthwhile effect, in the direction of the pooled one."""
    ends = case.sectors["conf_high" if case.sign > 0 else "conf_low"].to_numpy(dtype=np.float64)
    below = case.sign * ends < case.bound
    return case.sectors.iloc[int(np.argmax(below))] if below.any() else None


def _weakest_level(case: Case) -> pd.Series[Any] | None:
    """The level of a declared moderator at which the effect is smallest, if at some level it does not work."""
    towards = case.sign * case.moderators["estimate"].to_numpy(dtype=np.float64)
    fails = ~_works(case.moderators, case.bound) | (towards < 0)
    return case.moderators.iloc[int(np.argmin(np.where(fails, towards, np.inf)))] if fails.any() else None


def _no_worthwhile_effect(case: Case, rules: VerdictRules) -> Verdict | None:
    if not (-case.bound < case.conf_low and case.conf_high < case.bound):
        return None
    if rules.no_worthwhile_effect.moderator_levels and _works(case.moderators, case.bound).any():
        return None
    values = {"level": rules.interval_level} | between(case.conf_low, case.conf_high, case.bound)
    return case.verdict("no worthwhile effect", "no_worthwhile_effect", **values)


def _not_enough(case: Case, rules: VerdictRules) -> Verdict:
    name, evidence = "not enough evidence", case.evidence
    if not evidence.estimable:
        return case.verdict(name, "not_estimable")
    probability = case.deciding.probability_beyond(case.bound, case.sign)
    smaller = _clearly_smaller(case)
    if probability >= rules.generic.probability and smaller is not None:
        values = {"sector": str(smaller["sector"]), "estimate": float(smaller["estimate"])}
        code = f"not_enough.sector_smaller.{_direction(case.sign)}"
        return case.verdict(name, code, bound=case.sign * case.bound, chance=chance(probability), **values)
    level = _weakest_level(case) if rules.generic.moderator_levels else None
    if probability >= rules.generic.probability and level is not None:
        about = {part: str(level[part]) for part in ("moderator", "level")}
        estimate, bound = float(level["estimate"]), case.sign * case.bound
        return case.verdict(name, "not_enough.moderator_level", bound=bound, estimate=estimate, **about)
    if case.sign * evidence.estimate > case.bound and not math.isnan(probability):
        values = {"estimate": evidence.estimate, "bound": case.sign * case.bound, "chance": chance(probability)}
        code = f"not_enough.new.{_direction(case.sign)}"
        return case.verdict(name, code, needed=rules.generic.probability, **values)
    ends = between(case.conf_low, case.conf_high, case.bound)
    return case.verdict(name, "not_enough.wide", level=rules.interval_level, **ends)


def _direction(sign: int) -> str:
    return "negative" if sign < 0 else "positive"


_CHECKS: dict[str, Callable[[Case, VerdictRules], Verdict | None]] = {
    "few_consortia": _few_consortia,
    "sector_specific": _sector_specific,
    "conditional": _conditional,
    "generic": _generic,
    "no_worthwhile_effect": _no_worthwhile_effect,
}
