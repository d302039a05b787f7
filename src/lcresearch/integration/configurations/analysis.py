"""A qualitative comparative analysis from memberships to solutions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import pandas as pd

from lcresearch.errors import IntegrationError, Problem
from lcresearch.integration.configurations.covers import MOST_MODELS
from lcresearch.integration.configurations.enhanced import (
    Untenable,
    untenable_rows,
    untenable_table,
    without_contradictions,
)
from lcresearch.integration.configurations.expectations import Expectations, Expected, read_expectations
from lcresearch.integration.configurations.expressions import opposite_of
from lcresearch.integration.configurations.few_cases import REFUSED, cases_needed, chance_without_contradiction
from lcresearch.integration.configurations.observed_rows import TruthTable
from lcresearch.integration.configurations.reading import Missing
from lcresearch.integration.configurations.result import QCA, Kind, Solution
from lcresearch.integration.configurations.solutions import Solver
from lcresearch.integration.configurations.terms import Condition
from lcresearch.integration.configurations.truth_table import check_choice, truth_table
from lcresearch.integration.configurations.truth_table import few_cases as said_of_few_cases
from lcresearch.messages import LANGUAGES, Messages


def qca(
    frame: Any,
    outcome: str,
    conditions: Sequence[str | Condition],
    *,
    frequency: int = 1,
    consistency: float = 0.8,
    exclusion: float | None = None,
    pri: float = 0.0,
    exclude: Sequence[int | str] = (),
    expectations: Expected | None = None,
    conjunctural: Sequence[str] = (),
    negated: bool = True,
    negated_expectations: Expected | None = None,
    negated_conjunctural: Sequence[str] = (),
    necessary: Sequence[str] = (),
    negated_necessary: Sequence[str] = (),
    implausible: Sequence[str] = (),
    models: Literal["fewest", "all"] = "fewest",
    most_models: int = MOST_MODELS,
    few_cases: Literal["refuse", "accept"] = "refuse",
    cases: str | None = None,
    missing: Missing = "refuse",
) -> QCA:
    """Which combinations of conditions go with an outcome (Ragin, 1987, 2008; Schneider & Wagemann, 2012).

    Parameters
    ----------
    frame, outcome, conditions, frequency, consistency, exclusion, pri, exclude, cases, missing
        As in :func:`~lcresearch.integration.truth_table`.
    expectations : mapping or sequence of str, optional
        What theory expects of each condition: ``{"trust": "present", "size": "absent"}``, or ``["trust", "~size"]``.
        With expectations there is an intermediate solution.
    conjunctural : sequence of str
        Expectations of combinations, such as ``"~LIT*IND"``.
    negated : bool
        Whether the absence of the outcome is explained too. It has its own recipes and is never just the mirror image.
    negated_expectations, negated_conjunctural
        Expectations for the absence of the outcome; by default the opposite of ``expectations``, and of combinations
        none.
    necessary, negated_necessary : sequence of str
        Conditions that are necessary for the outcome (for its absence), such as ``"LIT"`` or ``"URB+IND"``.
    implausible : sequence of str
        Combinations that cannot exist, or of which nothing should be assumed.
    models : {"fewest", "all"}
        Models with the fewest terms, as R's QCA gives, or all of which no term can be left out. How many of the
        latter there are is always told (Baumgartner & Thiem, 2017).
    most_models : int
        The search for models of a solution stops after so many; the result then says so.
    few_cases : {"refuse", "accept"}
        What to do when tossed coins would give a truth table without contradictions with a chance of one half or more:
        too many conditions for these cases.

    Returns
    -------
    QCA
        Conservative and parsimonious solutions, intermediate ones for each pair of models of these, and where
        assumptions were untenable (the enhanced standard analysis of Schneider & Wagemann, 2012) the parsimonious and
        intermediate solutions without these assumptions.

    Raises
    ------
    IntegrationError
        Q001 to Q013, Q026, Q028, Q280 to Q282: what is wrong with the table or the settings; Q014: too many conditions
        for these cases.

    Notes
    -----
    The minimisation is exact. Truth tables, solutions, counterfactuals and fit agree with QCA 3.25 for R (Duşa, 2019).

    Examples
    --------
    >>> cases = pd.DataFrame(
    ...     {
    ...         "trust": [1, 1, 0, 0, 1, 0, 1, 0],
    ...         "time": [1, 0, 1, 0, 1, 1, 0, 0],
    ...         "learning": [1, 0, 0, 0, 1, 0, 0, 0],
    ...     },
    ...     index=list("ABCDEFGH"),
    ... )
    >>> result = qca(cases, "learning", ["trust", "time"])
    >>> result.solution("parsimonious").models
    (<Model: trust*time>,)
    >>> result.solution("parsimonious", negated=True).models
    (<Model: ~trust + ~time>,)
    """
    check_choice("models", models, ("fewest", "all"))
    check_choice("few_cases", few_cases, ("refuse", "accept"))
    if most_models < 1:
        raise IntegrationError("Q011", name="most_models", value=str(most_models), range="1, 2, 3, …")
    cuts: dict[str, Any] = {"frequency": frequency, "consistency": consistency, "exclusion": exclusion}
    cuts |= {"pri": pri, "exclude": exclude}
    table = truth_table(frame, outcome, conditions, **cuts, cases=cases, missing=missing)
    _refuse_few_cases(table, few_cases)
    expected = read_expectations(expectations, conjunctural, table.conditions)
    opposite = read_expectations(negated_expectations, negated_conjunctural, table.conditions)
    if opposite is None and expected is not None:
        opposite = expected.negated(table.conditions)
    ours = _Side(table, expected, untenable_rows(table, necessary, implausible), models, most_models)
    theirs = None
    if negated:
        other = table.again(outcome=opposite_of(table.outcome))
        theirs = _Side(other, opposite, untenable_rows(other, negated_necessary, implausible), models, most_models)
    settings = dict(cuts) | {
        "expectations": expectations,
        "conjunctural": conjunctural,
        "negated": negated,
        "negated_expectations": negated_expectations,
        "negated_conjunctural": negated_conjunctural,
        "necessary": necessary,
        "negated_necessary": negated_necessary,
        "implausible": implausible,
        "models": models,
        "most_models": most_models,
        "few_cases": few_cases,
    }
    return _together(ours, theirs, settings)


class _Side:
    """The outcome, or its absence: truth table, expectations and standard solutions."""

    def __init__(
        self, table: TruthTable, expected: Expectations | None, untenable: Untenable, models: str, most: int
    ) -> None:
        self.table, self.expected, self.untenable = table, expected, untenable
        self.solver = Solver(table, models == "all", most)
        self.conservative = self.solver.conservative()
        self.standard: tuple[Solution, ...] = (
            self.conservative,
            *self._with_remainders(frozenset(), ("parsimonious", "intermediate")),
        )

    def enhanced(self, barred: frozenset[int]) -> tuple[Solution, ...]:
        """Solutions without the barred assumptions."""
        return self._with_remainders(barred, ("enhanced_parsimonious", "enhanced_intermediate"))

    def _with_remainders(self, barred: frozenset[int], kinds: tuple[Kind, Kind]) -> tuple[Solution, ...]:
        parsimonious = self.solver.parsimonious(barred, kinds[0])
        if self.expected is None or not parsimonious.models:
            return (parsimonious,)
        between = self.solver.intermediate(self.conservative, parsimonious, self.expected, kinds[1])
        return (parsimonious, *between)


def _together(ours: _Side, theirs: _Side | None, settings: dict[str, Any]) -> QCA:
    against: tuple[Solution, ...] = theirs.standard if theirs is not None else ()
    untenable = [untenable_table(ours.table, ours.standard, ours.untenable, against)]
    if theirs is not None:
        untenable.append(untenable_table(theirs.table, theirs.standard, theirs.untenable, ours.standard))
    table = pd.concat([part for part in untenable if len(part)] or untenable[:1], ignore_index=True)
    solutions, negated = ours.standard, against
    if len(table):
        solver = theirs.solver if theirs is not None else None
        rows: frozenset[int] = theirs.untenable.rows if theirs is not None else frozenset()
        barred, barred_negated = without_contradictions(ours.solver, solver, ours.untenable.rows, rows)
        solutions += ours.enhanced(barred)
        negated += theirs.enhanced(barred_negated) if theirs is not None else ()
    simultaneous = tuple(sorted(set(ours.table.rows("1")) & set(theirs.table.rows("1"))) if theirs is not None else ())
    return QCA(
        ours.table,
        solutions,
        theirs.table if theirs is not None else None,
        negated,
        table,
        simultaneous,
        settings,
        tuple(_problems(table, simultaneous)),
    )


def _problems(untenable: pd.DataFrame, simultaneous: tuple[int, ...]) -> list[Problem]:
    found = []
    for reason in ("contradictory", "necessity", "implausible"):
        rows = sorted(set(untenable.loc[untenable["reason"] == reason, "row"])) if len(untenable) else []
        if rows:
            found.append(Problem("Q024", values={"rows": rows, "n": len(rows), "reason": _reason(reason)}))
    if simultaneous:
        found.append(Problem("Q025", values={"rows": list(simultaneous), "n": len(simultaneous)}))
    return found


def _reason(name: str) -> dict[str, str]:
    return {language: Messages(language)(f"integration.qca.reason.{name}") for language in LANGUAGES}


def _refuse_few_cases(table: TruthTable, few_cases: str) -> None:
    chance = chance_without_contradiction(len(table.frame), table.n_rows)
    if few_cases == "accept" or chance < REFUSED:
        return
    said = said_of_few_cases(table, chance)
    raise IntegrationError("Q014", **said | {"least": cases_needed(table.n_rows, REFUSED)})
