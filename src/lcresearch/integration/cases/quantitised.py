"""The result of quantitising: codes as numbers of cases, with how reliable each is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pandas as pd

from lcresearch.errors import Problem
from lcresearch.results import Result


@dataclass(frozen=True, repr=False, eq=False)
class Quantitised(Result):
    """Codes as numbers of cases; made by :func:`~lcresearch.integration.quantitise`. Confidential, as the matrix is.

    Attributes
    ----------
    by, measure : str
    values : DataFrame
        Cases (index) by codes; NaN where nothing is known. A case without interviews has no row.
    readers : DataFrame
        Indexed by case: ``n_persons, n_documents, n_words, n_readers``; ``n_readers`` is the harmonic mean of the
        number of coders over the words of the case, so that errors of a mean over coders fall with it.
    reliability : DataFrame
        A row a code: ``code, known`` (whether several coders read the same case), ``segments_alpha`` with interval,
        and what :func:`~lcresearch.integration.cases.code_reliability.reliability_table` gives. With one coder it is
        NaN: not known, not perfect.
    by_coder : DataFrame
        ``case, code, coder, value`` of the cases that several coders read.
    settings : mapping
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Codes as numbers of cases"

    by: str
    measure: str
    values: pd.DataFrame
    readers: pd.DataFrame
    reliability: pd.DataFrame
    by_coder: pd.DataFrame
    settings: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a code: ``code, n_cases, n_with, mean``, and its reliability, at the level that was asked for."""
        table = self.reliability
        head = pd.DataFrame(
            {
                "code": table["code"],
                "n_cases": self.values.notna().sum().reindex(table["code"]).to_numpy(),
                "n_with": (self.values > 0).sum().reindex(table["code"]).to_numpy(),
                "mean": self.values.mean().reindex(table["code"]).to_numpy(),
            }
        )
        return head.join(table.drop(columns="code"))

    def shown(self) -> pd.DataFrame:
        """The columns that fit a terminal."""
        chances = (
            ["sensitivity", "specificity", "basis"] if self.measure == "presence" else ["icc", "icc_low", "icc_high"]
        )
        names = ["code", "n_cases", "n_with", "mean", "n_double", "segments_alpha", "alpha", "alpha_low", "alpha_high"]
        return self.tidy()[[*names, *chances]]

    def glance(self) -> pd.DataFrame:
        """One row: ``by, measure, n_cases, n_codes, n_double`` (cases that several coders read)``, n_unknown``."""
        row: dict[str, Any] = {"by": self.by, "measure": self.measure, "n_cases": len(self.values)}
        row |= {"n_codes": self.values.shape[1], "n_double": int(self.reliability["n_double"].max())}
        return pd.DataFrame([row | {"n_unknown": int((~self.reliability["known"].astype(bool)).sum())}])

    def cautions(self) -> list[str]:
        """What the reader must know, in the language of the terminal."""
        return [problem.message() for problem in self.problems]
