"""A control chart: what it shows, and what may be shown of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from lcresearch.change.arrays import Floats
from lcresearch.change.charts.points import Points
from lcresearch.change.charts.run_result import chart_cautions
from lcresearch.disclosure import REPORT, Policy
from lcresearch.errors import Problem
from lcresearch.results import FittedModel


@dataclass(frozen=True, repr=False, eq=False)
class ControlChart(FittedModel):
    """A control chart.

    Attributes
    ----------
    table : DataFrame
        ``time, value, n_persons, centre, std_error, lower, upper, phase, signal``: a row a point.
    signals : DataFrame
        ``time, rule``: a row a point at which a rule gives a signal (the last of those it is about).
    kind, rules : str
    changed : bool or None
        Whether there is any signal; None with too few points: the chart only describes.
    false_alarm_rate : float
        How often a series of as many points in which nothing changes gives a signal, by simulation.
    n_withheld : int
        Points left out since they are of fewer persons than the minimum.
    points : Points
    sizes, spreads : array, shape (n,)
        Of each point; see :func:`control_chart`.
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Control chart"

    table: pd.DataFrame
    signals: pd.DataFrame
    kind: str
    rules: str
    changed: bool | None
    false_alarm_rate: float
    n_withheld: int
    points: Points
    problems: tuple[Problem, ...]
    sizes: Floats
    spreads: Floats

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a point, with centre and limits at three standard errors."""
        return self.table.copy()

    def glance(self) -> pd.DataFrame:
        """One row: kind, points, rules, and whether they show a change."""
        row: dict[str, Any] = {
            "kind": self.kind,
            "n_points": int(self.table["value"].notna().sum()),
            "n_withheld": self.n_withheld,
            "rules": self.rules,
            "changed": self.changed,
            "n_signals": len(self.signals),
            "false_alarm_rate": self.false_alarm_rate,
        }
        return pd.DataFrame([row])

    def cautions(self) -> list[str]:
        """How often chance gives a signal, what was left out, and what the eye must judge."""
        return chart_cautions(self.false_alarm_rate, self.n_withheld, self.changed, self.problems)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Points, the whole, and signals."""
        return {"tidy": self.tidy(), "glance": self.glance(), "signals": self.signals}

    def released(self, policy: Policy = REPORT) -> ControlChart:
        """The same chart with a gap for each point of fewer persons than the minimum; limits are of those left.

        Where limits depend on the number of persons, they have a gap too.

        Raises
        ------
        ChangeError
            C083: it is not known how many persons stand behind the points; C084: no point may be shown.
        """
        from lcresearch.change.charts.control import control_chart_of

        kept, n_withheld = self.points.without_few(policy)
        hidden = np.isnan(kept.values)
        sizes, spreads = (np.where(hidden, np.nan, each) for each in (self.sizes, self.spreads))
        return control_chart_of(kept, self.kind, sizes, spreads, self.rules, n_withheld)
