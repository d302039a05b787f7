"""Effects of codes on what persons answer: as they are, and corrected for errors of coding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from lcresearch.errors import Problem
from lcresearch.results import Result


@dataclass(frozen=True, repr=False, eq=False)
class CodeEffects(Result):
    """Codes as predictors; made by :func:`~lcresearch.integration.code_effects`.

    Attributes
    ----------
    formula, measure : str
    effects : DataFrame
        Two rows a term with a code: ``term, code, analysis, estimate, std_error, conf_low, conf_high``; ``analysis`` is
        ``naive`` (the code as if without error) or ``corrected``, NaN where the error is not known.
    reliability : DataFrame
        A row a code: ``code, reliability, reliability_low, reliability_high, attenuation, sensitivity, specificity,
        basis, n_double``. ``reliability`` is the share of the variance between these cases that is no coding error, of
        the values as they enter the model (of presence after the matrix method); by ``attenuation`` the naive effect of
        a single code is multiplied. ``basis``: ``agreed`` (after discussion), ``coders`` (two of them compared) or
        ``given``.
    sensitivity : DataFrame
        What the effect would be at other errors: ``term, code, reliability, sensitivity, specificity, estimate,
        conf_low, conf_high``, of one code at a time.
    model : DataFrame
        All coefficients of the naive model.
    n_persons, n_cases : int
    conf_level : float
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Codes as predictors"

    formula: str
    measure: str
    effects: pd.DataFrame
    reliability: pd.DataFrame
    sensitivity: pd.DataFrame
    model: pd.DataFrame
    n_persons: int
    n_cases: int
    conf_level: float
    problems: tuple[Problem, ...] = ()

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """The effects, with reliability and cases behind them; intervals are of the level that was asked for."""
        names = ["code", "reliability", "reliability_low", "reliability_high", "n_double"]
        return self.effects.merge(self.reliability[names], on="code", how="left").assign(n_cases=self.n_cases)

    def shown(self) -> pd.DataFrame:
        """The columns that fit a terminal."""
        names = [
            "term",
            "analysis",
            "estimate",
            "std_error",
            "conf_low",
            "conf_high",
            "reliability",
            "n_cases",
            "n_double",
        ]
        return self.tidy()[names]

    def glance(self) -> pd.DataFrame:
        """One row: ``formula, measure, n_persons, n_cases``."""
        row = {"formula": self.formula, "measure": self.measure, "n_persons": self.n_persons, "n_cases": self.n_cases}
        return pd.DataFrame([row])

    def cautions(self) -> list[str]:
        """What the reader must know, in the language of the terminal."""
        return [problem.message() for problem in self.problems]
