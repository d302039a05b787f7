"""The table of working elements with evidence of both kinds: what can be asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from lcresearch.errors import IntegrationError, nearest
from lcresearch.messages import Messages
from lcresearch.results import Result

ADDED = (
    "n_cases_mentioning",
    "of_cases",
    "n_cases_helping",
    "n_cases_lacking",
    "n_cases_hindering",
    "mechanism",
    "convergence",
    "necessary",
    "combinations",
)
"""Columns that the table of a synthesis gains."""


@dataclass(frozen=True, repr=False, eq=False)
class ElementsOfBothKinds(Result):
    """Working elements by numbers and by interviews (:func:`elements_of_both_kinds`).

    Attributes
    ----------
    table : DataFrame
        The columns of the elements table of a synthesis and those of :data:`ADDED`. ``mechanism`` is the code that
        most persons named with it; ``convergence`` the verdict on numbers and voices; ``necessary`` True, False, or
        None where no comparison of cases looked at it; ``combinations`` a tuple of the terms that it is part of.
    voices : DataFrame
        An element a row: in how many cases and by how many persons it was mentioned; see :class:`Voices`.
    mechanisms : DataFrame
        ``element, code, name, kind, n_persons, n_cases, n_passages, nl, en``.
    quotes : DataFrame
        ``element, quote, described, pointer, direction, nl, en``: released quotes only.
    convergence : DataFrame
        A row an element and outcome: :attr:`Convergence.rows` with ``reason_nl, reason_en``.
    terms : DataFrame
        A row an element and term: ``element, analysis, solution, term, present, others, consistency, pri, coverage,
        n_cases, in_models, n_models``; ``present`` whether the element is there or absent in the term, ``others`` its
        other members, with ``~`` before those that are absent.
    necessity : DataFrame
        ``element, analysis, condition, present, consistency, coverage, necessary``.
    advice : DataFrame
        A row a row of the table: ``element, outcome, model, adjustment, rule, strength, source, nl, en``; ``source`` is
        ``rules`` or ``author``.
    gaps : DataFrame
        ``element, part, reason, nl, en``: what is not there, and why.
    titles : dict
        Element -> title by language.
    set_titles : dict
        Analysis -> condition, or ``outcome`` -> title by language.
    """

    title: ClassVar[str] = "Working elements by numbers and interviews"

    table: pd.DataFrame
    voices: pd.DataFrame
    mechanisms: pd.DataFrame
    quotes: pd.DataFrame
    convergence: pd.DataFrame
    terms: pd.DataFrame
    necessity: pd.DataFrame
    advice: pd.DataFrame
    gaps: pd.DataFrame
    titles: dict[str, dict[str, str]]
    set_titles: dict[str, dict[str, dict[str, str]]]

    def advice_in(self, language: str | None = None) -> pd.Series[Any]:
        """Advice on each row of the table, a sentence each, in ``"nl"`` or ``"en"``."""
        return self.advice[Messages(language).language].rename("advice")

    def frame(self, language: str | None = None) -> pd.DataFrame:
        """The table with the advice, and who gave it: the rules or the author."""
        return self.table.assign(advice=self.advice_in(language).to_numpy(), advice_by=self.advice["source"].to_numpy())

    def of(self, element: str) -> dict[str, pd.DataFrame]:
        """Everything on one element: the rows of each table by its name.

        Raises
        ------
        IntegrationError
            Q150: there is no such element.
        """
        known = [str(name) for name in dict.fromkeys(self.table["element"])]
        if element not in known:
            raise IntegrationError("Q150", element=element, known=known, nearest=nearest(element, known) or "–")
        names = ("table", "voices", "mechanisms", "quotes", "convergence", "terms", "necessity", "advice", "gaps")
        frames = {name: getattr(self, name) for name in names}
        return {name: frame[frame["element"] == element] for name, frame in frames.items()}

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """An element a row: ``term, outcome``, the pooled effect, and what the other evidence says."""
        names = ("outcome", "estimate", "std_error", "df", "conf_low", "conf_high", "verdict", "certainty", *ADDED)
        shown = {name: self.table[name] for name in names if name in self.table}
        return pd.DataFrame({"term": self.table["element"]} | shown)

    def glance(self) -> pd.DataFrame:
        """One row: numbers of elements, of those with an effect, voices and terms, and of gaps."""
        heard: set[str] = set()
        if len(self.voices):
            heard = set(self.voices.loc[self.voices["n_cases"].fillna(0) > 0, "element"])
        row = {
            "n_elements": self.table["element"].nunique(),
            "n_with_effect": int(self.table["estimate"].notna().sum()),
            "n_with_voices": len(heard),
            "n_in_combinations": self.terms["element"].nunique(),
            "n_gaps": len(self.gaps),
        }
        return pd.DataFrame([row])

    def shown(self) -> pd.DataFrame:
        """The columns that decide."""
        names = ("element", "outcome", "estimate", "verdict", "certainty", *ADDED)
        shown = self.table[[name for name in names if name in self.table]]
        joined = ["; ".join(terms) for terms in shown["combinations"]]
        return shown.assign(combinations=joined)

    def cautions(self) -> list[str]:
        """What is not there, a sentence each."""
        return [str(text) for text in self.gaps[Messages().language]]
