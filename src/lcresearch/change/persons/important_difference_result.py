"""Smallest changes that matter to persons, by several methods side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from lcresearch.errors import Problem
from lcresearch.messages import Messages
from lcresearch.results import Result


@dataclass(frozen=True, repr=False, eq=False)
class ImportantDifference(Result):
    """Minimal important differences.

    Attributes
    ----------
    table : DataFrame
        ``term, kind, estimate, std_error, conf_low, conf_high, n``. ``kind`` is ``named_beforehand``, ``anchor`` or
        ``distribution``; what was named beforehand stands first and is what a conclusion rests on.
    anchor_correlation : float
        Of the anchor with the change; NaN without an anchor.
    share_improved : float
        Share that says to be at least a little better; NaN without an anchor.
    conf_level : float
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Minimal important difference"

    table: pd.DataFrame
    anchor_correlation: float
    share_improved: float
    conf_level: float
    problems: tuple[Problem, ...]

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a method: ``term, kind, estimate, std_error, conf_low, conf_high, n``, at the level of the call."""
        return self.table.copy()

    def glance(self) -> pd.DataFrame:
        """One row: how the anchor goes with the change, the share that improved, and the level of the intervals."""
        row = {
            "anchor_correlation": self.anchor_correlation,
            "share_improved": self.share_improved,
            "conf_level": self.conf_level,
        }
        return pd.DataFrame([row])

    def cautions(self) -> list[str]:
        """That distributions say nothing of importance, and what is weak here."""
        return [Messages()("important_difference.distribution"), *(problem.message() for problem in self.problems)]
