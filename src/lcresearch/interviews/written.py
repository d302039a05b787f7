"""What becomes of writing a file: where it is, and what was changed on the way out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lcresearch.errors import Problem
from lcresearch.interviews.corpus import Corpus


@dataclass(frozen=True)
class Written:
    """A file that was written, and what was changed on the way out.

    Attributes
    ----------
    path : Path
    problems : tuple of Problem
        What the program or the standard cannot take, and what was repaired.
    """

    path: Path
    problems: tuple[Problem, ...] = ()

    @property
    def log(self) -> pd.DataFrame:
        """One row a problem: ``code, level, place, message``."""
        return Corpus(problems=self.problems).log

    def __str__(self) -> str:
        return "\n".join([self.path.as_posix(), *(problem.text() for problem in self.problems)])
