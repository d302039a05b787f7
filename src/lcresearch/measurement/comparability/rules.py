"""Rules of thumb for how much worse a model with more equalities may fit, with where they come from.

A rule says for each step how far CFI may fall and RMSEA and SRMR may rise. What is no part of a rule is NaN.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan, nan

import pandas as pd

STEPS = ("configural", "metric", "scalar", "strict")
MEASURES = ("cfi", "rmsea", "srmr")
MANY_GROUPS = 10
SMALL_SAMPLE = 300

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
    """

    name: str
    source: str
    limits: Limits
    all_needed: bool = True

    def holds(self, step: str, change: Mapping[str, float]) -> bool:
        """Whether a step is within the limits."""
        met = self.met(step, change)
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
    return {"metric": metric, "scalar": later, "strict": later}


CHEUNG_RENSVOLD = Rule("cheung-rensvold", "Cheung & Rensvold (2002)", _steps((-0.01, nan, nan), (-0.01, nan, nan)))
CHEN = Rule("chen", "Chen (2007), N > 300", _steps((-0.010, 0.015, 0.030), (-0.010, 0.015, 0.010)), all_needed=False)
CHEN_SMALL = Rule(
    "chen", "Chen (2007), N <= 300", _steps((-0.005, 0.010, 0.025), (-0.005, 0.010, 0.005)), all_needed=False
)
RUTKOWSKI_SVETINA = Rule(
    "rutkowski-svetina", "Rutkowski & Svetina (2014)", _steps((-0.020, 0.030, nan), (-0.010, 0.010, nan))
)
NAMES = ("auto", "cheung-rensvold", "chen", "rutkowski-svetina")


def rules_for(n: float) -> tuple[Rule, ...]:
    """All rules, in the version for this number of persons."""
    return CHEUNG_RENSVOLD, CHEN_SMALL if n <= SMALL_SAMPLE else CHEN, RUTKOWSKI_SVETINA


def chosen(name: str, n: float, n_units: int) -> Rule:
    """The rule that decides: with ``"auto"`` Chen's, and from ten groups Rutkowski & Svetina's."""
    if name == "auto":
        name = "rutkowski-svetina" if n_units >= MANY_GROUPS else "chen"
    return next(rule for rule in rules_for(n) if rule.name == name)


def as_frame(rule: Rule, step: str, change: Mapping[str, float], *, partial: bool, decides: bool) -> pd.DataFrame:
    """``step, partial, rule, source, measure, change, limit, met, holds, decides``: a row a measure of the rule."""
    met, holds = rule.met(step, change), rule.holds(step, change)
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
