"""Rules of thumb for how much worse a model with more equalities may fit, with where they come from.

A rule says for each step how far CFI may fall and RMSEA and SRMR may rise. What is no part of a rule is NaN. All but
that of Rutkowski & Svetina (2017) come from models of continuous items.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan, nan

import pandas as pd

from lcresearch.measurement.comparability.steps import CONTINUOUS, ORDERED, Scheme

MEASURES = ("cfi", "rmsea", "srmr")
MANY_GROUPS = 10
SMALL_SAMPLE = 300
LEVEL = 0.05

Limits = Mapping[str, tuple[float, float, float]]


@dataclass(frozen=True)
class Rule:
    """Largest changes of CFI (downwards, as a negative number), RMSEA and SRMR a step.

    Attributes
    ----------
    name, source : str
    limits : mapping of step -> (cfi, rmsea, srmr)
    all_needed : bool
        Whether each must hold; otherwise CFI decides, and the step fails too where both others exceed their limits:
        Chen (2007) takes CFI as the main measure, supplemented by the others.
    allows_chance : bool
        Whether a step also holds where the difference test does not reject it.
    spares_rmsea : bool
        Whether RMSEA does not count where the difference test does not reject the step.
    """

    name: str
    source: str
    limits: Limits
    all_needed: bool = True
    allows_chance: bool = False
    spares_rmsea: bool = False

    def spares(self, step: str, change: Mapping[str, float], p_value: float) -> bool:
        """Whether RMSEA is beyond its limit but does not count."""
        return self.spares_rmsea and p_value > LEVEL and self.met(step, change)["rmsea"] is False

    def holds(self, step: str, change: Mapping[str, float], p_value: float = nan) -> bool:
        """Whether a step is within the limits; ``p_value`` is that of the difference test."""
        if self.allows_chance and p_value > LEVEL:
            return True
        met = self.met(step, change)
        if self.spares(step, change, p_value):
            met["rmsea"] = None
        if self.all_needed:
            return all(value for value in met.values() if value is not None)
        return bool(met["cfi"]) and bool(met["rmsea"] or met["srmr"])

    def met(self, step: str, change: Mapping[str, float]) -> dict[str, bool | None]:
        """Measure -> whether its change is within the limit; None where the rule has none."""
        found: dict[str, bool | None] = {}
        for name, limit in zip(MEASURES, self.limits[step], strict=True):
            within = change[name] >= limit if name == "cfi" else change[name] <= limit
            found[name] = None if isnan(limit) else bool(within)
        return found


def _steps(metric: tuple[float, float, float], later: tuple[float, float, float]) -> Limits:
    """Loadings have limits of their own; thresholds are counted as intercepts, which they are to answers."""
    of_loadings = dict.fromkeys(("metric", "loadings"), metric)
    return of_loadings | dict.fromkeys(("scalar", "intercepts", "thresholds", "strict"), later)


CHEUNG_RENSVOLD = Rule("cheung-rensvold", "Cheung & Rensvold (2002)", _steps((-0.01, nan, nan), (-0.01, nan, nan)))
CHEN = Rule("chen", "Chen (2007), N > 300", _steps((-0.010, 0.015, 0.030), (-0.010, 0.015, 0.010)), all_needed=False)
CHEN_SMALL = Rule(
    "chen", "Chen (2007), N <= 300", _steps((-0.005, 0.010, 0.025), (-0.005, 0.010, 0.005)), all_needed=False
)
RUTKOWSKI_SVETINA = Rule(
    "rutkowski-svetina",
    "Rutkowski & Svetina (2014)",
    _steps((-0.020, 0.030, nan), (-0.010, 0.010, nan)),
    spares_rmsea=True,
)
"""RMSEA counts only where the difference test rejects the step.

RMSEA is a root: from 0 a rise of .010 is a misfit of .0001 a degree of freedom, from .05 one of .0011. Where the model
before fits perfectly, small groups pass .010 by chance (``benchmarks/invariance_rmsea.py``).
"""
RUTKOWSKI_SVETINA_ORDERED = Rule(
    "rutkowski-svetina-2017",
    "Rutkowski & Svetina (2017)",
    _steps((-0.004, 0.050, nan), (-0.004, 0.010, nan)),
    allows_chance=True,
)
"""Limits for WLSMV in ten and twenty large groups. In small groups RMSEA passes .010 by chance, hence the test."""


def names_of(scheme: Scheme) -> tuple[str, ...]:
    """Names of the rules that may be asked for."""
    return ("auto", *(rule.name for rule in rules_for(SMALL_SAMPLE, scheme)))


def rules_for(n: float, scheme: Scheme = CONTINUOUS) -> tuple[Rule, ...]:
    """All rules, in the version for this number of persons."""
    found = (CHEUNG_RENSVOLD, CHEN_SMALL if n <= SMALL_SAMPLE else CHEN, RUTKOWSKI_SVETINA)
    return (*found, RUTKOWSKI_SVETINA_ORDERED) if scheme is ORDERED else found


def chosen(name: str, n: float, n_units: int, scheme: Scheme = CONTINUOUS) -> Rule:
    """The rule that decides: with ``"auto"`` Chen's, and from ten groups Rutkowski & Svetina's (2014).

    For ordered items that of Rutkowski & Svetina (2017), whose limits come from WLSMV.
    """
    if name == "auto":
        name = "rutkowski-svetina" if n_units >= MANY_GROUPS else "chen"
        name = "rutkowski-svetina-2017" if scheme is ORDERED else name
    return next(rule for rule in rules_for(n, scheme) if rule.name == name)


def as_frame(
    rule: Rule, step: str, change: Mapping[str, float], p_value: float, *, partial: bool, decides: bool
) -> pd.DataFrame:
    """``step, partial, rule, source, measure, change, limit, met, holds, decides``: a row a measure of the rule."""
    met, holds = rule.met(step, change), rule.holds(step, change, p_value)
    rows = [
        {
            "step": step,
            "partial": partial,
            "rule": rule.name,
            "source": rule.source,
            "measure": name,
            "change": change[name],
            "limit": limit,
            "met": met[name],
            "holds": holds,
            "decides": decides,
        }
        for name, limit in zip(MEASURES, rule.limits[step], strict=True)
        if met[name] is not None
    ]
    return pd.DataFrame(rows)


def fits(fit: pd.Series[float], n_units: int) -> dict[str, tuple[float, float, bool]]:
    """Whether the model fits at all: measure -> (value, limit, met).

    CFI at least .90 (Bentler & Bonett 1980), RMSEA at most .08 (Browne & Cudeck 1993; .10 from ten groups: Rutkowski &
    Svetina 2014), SRMR at most .08 (Hu & Bentler 1999).
    """
    rmsea = 0.10 if n_units >= MANY_GROUPS else 0.08
    return {
        "cfi": (float(fit["cfi"]), 0.90, bool(fit["cfi"] >= 0.90)),
        "rmsea": (float(fit["rmsea"]), rmsea, bool(fit["rmsea"] <= rmsea)),
        "srmr": (float(fit["srmr"]), 0.08, bool(fit["srmr"] <= 0.08)),
    }
