"""Whether chance assignment alone could bring about what was seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from lcresearch.change.arrays import Floats
from lcresearch.errors import Problem
from lcresearch.messages import Messages
from lcresearch.results import Result


@dataclass(frozen=True, repr=False, eq=False)
class RandomisationTest(Result):
    """A randomisation test.

    Attributes
    ----------
    statistic : str
    estimate : float
        The statistic of what was done; positive (NAP above .5) is better.
    p_value : float
    n_assignments : float
        Assignments that the design could have drawn.
    exact : bool
        Whether all were looked at; else a sample was, and the one that was drawn is counted with it.
    distribution : array, shape (n_used,)
        The statistic under each assignment that was looked at.
    design, alternative : str
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Randomisation test"

    statistic: str
    estimate: float
    p_value: float
    n_assignments: float
    exact: bool
    distribution: Floats
    design: str
    alternative: str
    problems: tuple[Problem, ...]

    @property
    def smallest_p(self) -> float:
        """The smallest p value that this design can give."""
        return 1 / self.n_assignments if self.exact else 1 / (len(self.distribution) + 1)

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row: ``term, estimate, p_value, n_assignments, exact, smallest_p``."""
        row = {
            "term": self.statistic,
            "estimate": self.estimate,
            "p_value": self.p_value,
            "n_assignments": self.n_assignments,
            "exact": self.exact,
            "smallest_p": self.smallest_p,
        }
        return pd.DataFrame([row])

    def glance(self) -> pd.DataFrame:
        """One row: the design, the question, and how much the statistic varies by chance."""
        spread = float(np.std(self.distribution))
        return pd.DataFrame([{"design": self.design, "alternative": self.alternative, "std_dev_by_chance": spread}])

    def cautions(self) -> list[str]:
        """That the test is valid only when chance did the assigning, and when it cannot find anything."""
        return [Messages()("single_case.randomised"), *(problem.message() for problem in self.problems)]
