"""The result of a calibration: memberships of cases, with the anchors and the reason for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from lcresearch.errors import Problem
from lcresearch.integration.configurations import membership
from lcresearch.integration.configurations.membership import Array
from lcresearch.messages import Messages
from lcresearch.results import Result


@dataclass(frozen=True, repr=False, eq=False)
class Calibrated(Result):
    """Membership of cases in one set (:func:`lcresearch.integration.calibrate`).

    Attributes
    ----------
    name : str
        Name of the set; empty when it has none.
    method : {"as_is", "crisp", "direct", "linear", "bell", "valley", "indirect", "qualitative"}
    table : DataFrame
        ``case, value, membership``: a row a case, in the order given; NaN where a case has no value.
    anchors : dict
        Anchors and thresholds by name, in the order of values; of ``qualitative`` the memberships by what was found.
    settings : dict
        ``log_odds``, ``below``, ``above``, ``coefficients``, as far as the method has them.
    why : str or mapping of str to str
        Why these anchors, perhaps by language; empty when no reason was given.
    problems : sequence of Problem
        What the reader must know.
    """

    title: ClassVar[str] = "Calibration"

    name: str
    method: str
    table: pd.DataFrame
    anchors: dict[str, float]
    settings: dict[str, Any] = field(default_factory=dict)
    why: str | Mapping[str, str] = ""
    problems: Sequence[Problem] = ()

    def why_in(self, language: str | None = None) -> str:
        """The reason in one language, by default that of the terminal; in another one where it has no other."""
        if isinstance(self.why, str):
            return self.why
        return self.why.get(language or Messages().language) or next(iter(self.why.values()), "")

    @property
    def memberships(self) -> pd.Series:
        """Membership by case, under the name of the set."""
        cases = pd.Index(self.table["case"], name="case")
        return pd.Series(self.table["membership"].to_numpy(), index=cases, name=self.name or None, dtype=float)

    @property
    def crossover(self) -> float | None:
        """The value of neither in nor out, where there is one."""
        return self.anchors.get("crossover")

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A case a row: ``case, value, membership``; ``conf_level`` plays no part."""
        return self.table.copy()

    def glance(self) -> pd.DataFrame:
        """One row: method, cases, how many lie in the set, out of it and on neither side, and the anchors."""
        found = self.table["membership"].to_numpy(dtype=np.float64)
        row: dict[str, Any] = {"method": self.method, "n": len(found), "n_missing": int(np.isnan(found).sum())}
        if self.n_values > 2:
            row |= {f"n_{value}": int((found == value).sum()) for value in range(self.n_values)}
        else:
            row |= {
                "n_in": int((found > 0.5).sum()),
                "n_out": int((found < 0.5).sum()),
                "n_neither": int((found == 0.5).sum()),
            }
        return pd.DataFrame([row | ({} if self.method == "qualitative" else self.anchors)])

    @property
    def n_values(self) -> int:
        """Number of values of a multi-value condition; 2 of any other set."""
        return len(self.anchors) + 1 if self.method == "crisp" else 2

    def cautions(self) -> list[str]:
        """Cases at 0.5, all cases on one side, anchors far from the data or without a reason, gaps."""
        return [problem.message() for problem in self.problems]

    def curve(self, values: Array) -> Array:
        """Membership that the method gives to any values; shape (n,). Not of ``qualitative``."""
        return curve(self.method, values, self.anchors, self.settings)

    def shifted(self, moves: Mapping[str, float]) -> Calibrated:
        """The same cases with anchors moved by so much, for a check of robustness; ``moves`` by name of anchor."""
        anchors = {name: value + moves.get(name, 0.0) for name, value in self.anchors.items()}
        values = self.table["value"].to_numpy(dtype=np.float64)
        settings = settings_with_curve(self.method, values, list(anchors.values()), self.settings)
        again = curve(self.method, values, anchors, settings)
        return replace(self, table=self.table.assign(membership=again), anchors=anchors, settings=settings)


def settings_with_curve(
    method: str, values: Array, thresholds: Sequence[float], settings: Mapping[str, Any]
) -> dict[str, Any]:
    """The settings, of the indirect method with the coefficients of its curve."""
    if method != "indirect":
        return dict(settings)
    known = values[~np.isnan(values)]
    return {**settings, "coefficients": membership.indirect_coefficients(known, thresholds).tolist()}


def curve(method: str, values: Array, anchors: Mapping[str, float], settings: Mapping[str, Any]) -> Array:
    """Membership of values by a method with its anchors; NaN where the value is."""
    places = list(anchors.values())
    if method == "crisp":
        return membership.crisp(values, places)
    if method == "indirect":
        return membership.indirect(values, np.asarray(settings["coefficients"], dtype=np.float64))
    if method == "as_is":
        return values
    bends = {name: float(settings.get(name, 1.0)) for name in ("below", "above")}
    if method in ("bell", "valley"):
        drawn = membership.bell if method == "bell" else membership.valley
        return drawn(values, places, **bends)
    three = (anchors["exclusion"], anchors["crossover"], anchors["inclusion"])
    if method == "direct":
        return membership.logistic(values, *three, log_odds=float(settings["log_odds"]))
    return membership.piecewise(values, *three, **bends)
