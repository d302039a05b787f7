"""What phases of a case have to say of a change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from lcresearch.errors import Problem
from lcresearch.messages import Messages
from lcresearch.results import Result


@dataclass(frozen=True, repr=False, eq=False)
class SingleCase(Result):
    """Phases of one or more cases compared.

    Attributes
    ----------
    measures : DataFrame
        ``case, contrast, term, estimate, std_error, conf_low, conf_high, n_baseline, n_treated``.
    series : DataFrame
        The measurements: ``case, time, score, treated, run``.
    outcome, improvement : str
    conf_level : float
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Single case"

    measures: pd.DataFrame
    series: pd.DataFrame
    outcome: str
    improvement: str
    conf_level: float
    problems: tuple[Problem, ...]

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a case, contrast and measure, with intervals at the level of the call."""
        return self.measures.copy()

    def glance(self) -> pd.DataFrame:
        """One row: cases, contrasts and measurements."""
        n_contrasts = len(self.measures[["case", "contrast"]].drop_duplicates())
        row = {"n_cases": self.series["case"].nunique(), "n_contrasts": n_contrasts, "n": len(self.series)}
        return pd.DataFrame([row])

    def cautions(self) -> list[str]:
        """What the measures do not say, and what is weak in these data."""
        say = Messages()
        fixed = [say("single_case.no_test"), say("single_case.person")]
        return [*fixed, *(problem.message() for problem in self.problems)]
