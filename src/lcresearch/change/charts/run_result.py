"""A run chart: what it shows, and what may be shown of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from lcresearch.change.charts.points import Points
from lcresearch.disclosure import REPORT, Policy
from lcresearch.errors import Problem
from lcresearch.messages import Messages
from lcresearch.results import FittedModel


@dataclass(frozen=True, repr=False, eq=False)
class RunChart(FittedModel):
    """A run chart.

    Attributes
    ----------
    table : DataFrame
        ``time, value, n_persons, centre, phase``: a row a point.
    signals : DataFrame
        ``phase, rule, found, limit, first, last``: a row a signal; ``first`` and ``last`` are times where the rule is
        about a stretch.
    tests : DataFrame
        ``phase, rule, found, limit_low, limit_high, signal``: a row a rule that was looked at.
    rules : str
    changed : bool or None
        None with too few points: the chart only describes.
    false_alarm_rate : float
        How often a series in which nothing changes gives a signal, by shuffling these values.
    n_withheld : int
        Points left out since they are of fewer persons than the minimum.
    points : Points
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Run chart"

    table: pd.DataFrame
    signals: pd.DataFrame
    tests: pd.DataFrame
    rules: str
    changed: bool | None
    false_alarm_rate: float
    n_withheld: int
    points: Points
    problems: tuple[Problem, ...]

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a point: ``time, value, n_persons, centre, phase``."""
        return self.table.copy()

    def shown(self) -> pd.DataFrame:
        """The rules that were looked at; the points where there are none."""
        return self.tests if len(self.tests) else self.table

    def glance(self) -> pd.DataFrame:
        """One row: points, rules, and whether they show a change."""
        row: dict[str, Any] = {
            "n_points": int(self.table["value"].notna().sum()),
            "n_gaps": int(self.table["value"].isna().sum()),
            "n_withheld": self.n_withheld,
            "rules": self.rules,
            "changed": self.changed,
            "false_alarm_rate": self.false_alarm_rate,
        }
        return pd.DataFrame([row])

    def cautions(self) -> list[str]:
        """How often chance gives a signal, what was left out, and what the eye must judge."""
        return chart_cautions(self.false_alarm_rate, self.n_withheld, self.changed, self.problems)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Points, the whole, rules and signals."""
        return {"tidy": self.tidy(), "glance": self.glance(), "tests": self.tests, "signals": self.signals}

    def released(self, policy: Policy = REPORT) -> RunChart:
        """The same chart with a gap for each point of fewer persons than the minimum.

        Centre and rules are those of the points that are left.

        Raises
        ------
        ChangeError
            C083: it is not known how many persons stand behind the points; C084: no point may be shown.
        """
        from lcresearch.change.charts.run import run_chart_of

        kept, n_withheld = self.points.without_few(policy)
        return run_chart_of(kept, self.rules, n_withheld)


def chart_cautions(rate: float, n_withheld: int, changed: bool | None, problems: tuple[Problem, ...]) -> list[str]:
    """What a reader of a chart must know."""
    say = Messages()
    notes: list[str] = [] if changed is None else [say("chart.false_alarms", percent=say.percent(rate))]
    notes += [say("chart.withheld", n=n_withheld)] if n_withheld else []
    return [*notes, say("chart.judge"), *(problem.message() for problem in problems)]
