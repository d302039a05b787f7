"""What people say of each element, as a result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.disclosure.policy import LOWEST
from lcresearch.errors import Problem
from lcresearch.integration.listening.codes import MECHANISM
from lcresearch.interviews.code_tables.comparison import wilson
from lcresearch.results import Result

TYPICAL = LOWEST
"""Persons who must say of a mechanism that it goes with an element before it is called typical."""


@dataclass(frozen=True, repr=False, eq=False)
class Voices(Result):
    """What interviews say of elements (:func:`lcresearch.integration.voices`).

    Attributes
    ----------
    elements : DataFrame
        A row an element: ``element, n_cases, of_cases, n_persons, of_persons, n_cases_helping, n_cases_lacking,
        n_cases_hindering, n_persons_helping, n_persons_lacking, n_persons_hindering, n_persons_valuing, n_passages,
        gap``. ``helping``: they say that it helps; ``lacking``: that it is not there and they miss it; ``hindering``:
        that it is in the way where it is there. Who says several of these counts in each. ``valuing``: persons who say
        that it helps, or miss it, each once. Counts are NaN where there is a gap or where they are hidden; ``gap`` is
        empty, ``no_codes`` (no code speaks of this element), ``no_interviews``, or ``hidden`` (too few persons to show
        anything).
    mechanisms : DataFrame
        A row an element and code that stands with it in one answer: ``element, code, name, kind`` (``mechanism``,
        ``barrier`` or ``value``), ``n_persons, n_cases, n_passages, nl, en`` (its name in each language); the most
        persons first. In a released version only those of enough persons, and ``n_cases`` is NaN where it is hidden.
    by_case : DataFrame
        ``element, case, n_persons, n_persons_helping, n_persons_lacking, n_persons_hindering, of_persons``.
        Confidential; in a released version only the cells that may be shown. Cases where nobody speaks of an element
        have 0; a case without interviews has no row.
    quotes : DataFrame
        Released quotes only: ``element, quote, described, pointer, direction`` (``helps``, ``lacks``, ``hinders``,
        several of them joined by ``+``, or ``mentions``), ``nl, en`` (who spoke, in each language). In a released
        version the pointer is a hash of the words, which names no interview.
    n_hidden : int
        Counts that are there and not shown.
    by : str
        What a case is.
    confidential : bool
        Whether it is the researcher's own version.
    reason : str
        Why nothing is shown, or empty.
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Voices on elements"

    elements: pd.DataFrame
    mechanisms: pd.DataFrame
    by_case: pd.DataFrame
    quotes: pd.DataFrame
    n_hidden: int = 0
    by: str = "community"
    confidential: bool = True
    reason: str = ""
    problems: tuple[Problem, ...] = ()

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A row an element, with the share of persons who speak of it and its interval (Wilson, 1927)."""
        n, of = (self.elements[name].to_numpy(dtype=float) for name in ("n_persons", "of_persons"))
        known = ~np.isnan(n) & (of > 0)
        share, low, high = (np.full(len(n), np.nan) for _ in range(3))
        share[known] = n[known] / of[known]
        low[known], high[known] = wilson(n[known], of[known], float(stats.norm.ppf((1 + conf_level) / 2)))
        return self.elements.assign(share=share, conf_low=low, conf_high=high)

    def glance(self) -> pd.DataFrame:
        """One row: ``n_elements, n_persons, n_cases, n_quotes, n_hidden, confidential``."""
        row: dict[str, object] = {"n_elements": len(self.elements)}
        for name, column in (("n_persons", "of_persons"), ("n_cases", "of_cases")):
            row[name] = self.elements[column].iloc[0] if len(self.elements) else float("nan")
        row |= {"n_quotes": len(self.quotes), "n_hidden": self.n_hidden, "confidential": self.confidential}
        return pd.DataFrame([row])

    def shown(self) -> pd.DataFrame:
        """Elements, with whole numbers."""
        return self.elements.map(lambda value: f"{value:.0f}" if isinstance(value, float) and value == value else value)

    def typical(self, kind: str = MECHANISM) -> pd.DataFrame:
        """The mechanism, barrier or value that most persons name with each element; at least three must.

        Parameters
        ----------
        kind : {"mechanism", "barrier", "value"}

        Returns
        -------
        DataFrame
            As :attr:`mechanisms`, at most one row an element; of equals the one in most cases, then in most passages.
        """
        found = self.mechanisms[(self.mechanisms["kind"] == kind) & (self.mechanisms["n_persons"] >= TYPICAL)]
        return found.drop_duplicates("element").reset_index(drop=True)

    def cautions(self) -> list[str]:
        """Elements that no code speaks of, what is hidden, and how direction was told."""
        return [problem.message() for problem in self.problems]
