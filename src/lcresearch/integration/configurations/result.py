"""Results of a qualitative comparative analysis: models, solutions, and all of them together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import pandas as pd

from lcresearch.errors import Problem
from lcresearch.integration.configurations.observed_rows import TruthTable
from lcresearch.integration.configurations.terms import Condition, Term, term_membership, term_name
from lcresearch.integration.configurations.words import words_of
from lcresearch.results import FittedModel

Kind = Literal["conservative", "parsimonious", "intermediate", "enhanced_parsimonious", "enhanced_intermediate"]


@dataclass(frozen=True, repr=False, eq=False)
class Model:
    """One way to explain all sufficient rows: terms joined by OR.

    Attributes
    ----------
    conditions : tuple of Condition
    terms : tuple of Term
    fit : DataFrame
        A row a term: ``term, consistency, pri, coverage, unique_coverage, cases, typical, deviant_consistency,
        deviant_degree, uniquely_covered``; the last five are tuples of names of cases.
    consistency, pri, coverage : float
        Of the model as a whole.
    deviant_coverage : tuple of str
        Cases with the outcome that no term explains.
    assumptions : tuple of int
        Remainders that the model says would show the outcome (simplifying assumptions).
    """

    conditions: tuple[Condition, ...]
    terms: tuple[Term, ...]
    fit: pd.DataFrame
    consistency: float
    pri: float
    coverage: float
    deviant_coverage: tuple[str, ...] = ()
    assumptions: tuple[int, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Its terms as they are written."""
        return tuple(term_name(term, self.conditions) for term in self.terms)

    @property
    def name(self) -> str:
        """The model as it is written: ``DEV*~IND + URB*STB``."""
        return " + ".join(self.names)

    def memberships(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Membership of cases in each term; ``frame`` holds the conditions."""
        found = term_membership(self.terms, frame, self.conditions)
        return pd.DataFrame(found, index=frame.index, columns=list(self.names))

    def membership(self, frame: pd.DataFrame) -> pd.Series:
        """Membership of cases in the model: the highest of those in its terms."""
        return self.memberships(frame).max(axis=1).rename(self.name)

    def __repr__(self) -> str:
        return f"<Model: {self.name}>"


@dataclass(frozen=True, repr=False, eq=False)
class Solution(FittedModel):
    """All models that fit the truth table equally well under the same assumptions.

    Attributes
    ----------
    outcome : str
    kind : str
        ``conservative``, ``parsimonious``, ``intermediate``, ``enhanced_parsimonious`` or ``enhanced_intermediate``.
    pair : str
        Of an intermediate solution: the conservative and parsimonious model it lies between, such as ``C1P2``.
    models : tuple of Model
        More than one: the data cannot tell which of them holds.
    prime_implicants : tuple of str
    chart : DataFrame
        Prime implicants by sufficient rows: which holds which.
    essential : tuple of str
        Terms that are part of every model, as in R's QCA; of an incomplete search those that alone hold some row.
    n_irredundant : int
        Number of models of which no term can be left out, also those with more terms than the fewest; where the search
        for them stopped, as many as were found.
    complete : bool
        Whether all models were found; False when a limit stopped the search.
    easy, difficult : tuple of int
        Of an intermediate solution: remainders that agree with the expectations, and the others of the parsimonious
        model.
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Solution"

    outcome: str
    kind: Kind
    pair: str = ""
    models: tuple[Model, ...] = ()
    prime_implicants: tuple[str, ...] = ()
    chart: pd.DataFrame = field(default_factory=pd.DataFrame)
    essential: tuple[str, ...] = ()
    n_irredundant: int = 0
    complete: bool = True
    easy: tuple[int, ...] = ()
    difficult: tuple[int, ...] = ()
    problems: tuple[Problem, ...] = ()

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A row a term of each model; names of cases as one text."""
        rows = [_rows_of(self, place, model) for place, model in enumerate(self.models, start=1)]
        return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=list(TIDY))

    def glance(self) -> pd.DataFrame:
        """One row: how many models there are, and the fit of the first."""
        row: dict[str, Any] = {"outcome": self.outcome, "solution": self.kind, "pair": self.pair}
        row |= {"n_models": len(self.models), "n_irredundant": self.n_irredundant, "complete": self.complete}
        if self.models:
            first = self.models[0]
            row |= {"n_terms": len(first.terms), "n_assumptions": len(first.assumptions)}
            row |= {"consistency": first.consistency, "pri": first.pri, "coverage": first.coverage}
        return pd.DataFrame([row])

    @property
    def is_everything(self) -> bool:
        """Whether there is no model since no combination is known to lack the outcome."""
        return not self.models and any(problem.code == "Q019" for problem in self.problems)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Also the models as a whole and the chart of prime implicants."""
        chart = self.chart.rename_axis("term").rename(columns=str).reset_index()
        return super().tables() | {"models": self.model_table(), "chart": chart}

    def model_table(self) -> pd.DataFrame:
        """A row a model: ``model, expression, n_terms, consistency, pri, coverage, deviant_coverage, assumptions``."""
        rows = [
            {"model": f"M{place}", "expression": model.name, "n_terms": len(model.terms)}
            | {"consistency": model.consistency, "pri": model.pri, "coverage": model.coverage}
            | {"deviant_coverage": ", ".join(model.deviant_coverage)}
            | {"assumptions": ", ".join(map(str, model.assumptions))}
            for place, model in enumerate(self.models, start=1)
        ]
        return pd.DataFrame(rows)

    def shown(self) -> pd.DataFrame:
        """Terms with their fit and cases."""
        return self.tidy()[list(SHOWN)]

    def cautions(self) -> list[str]:
        """Several models, a search that stopped, assumptions made."""
        return [problem.message() for problem in self.problems]

    def __repr__(self) -> str:
        return f"<Solution, {self.kind}: {'; '.join(model.name for model in self.models) or '–'}>"


@dataclass(frozen=True, repr=False, eq=False)
class QCA(FittedModel):
    """A qualitative comparative analysis (:func:`lcresearch.integration.qca`).

    Attributes
    ----------
    truth_table : TruthTable
        Of the outcome.
    solutions : tuple of Solution
        Of the outcome.
    negated_truth_table : TruthTable, optional
    negated_solutions : tuple of Solution
        Of the absence of the outcome.
    untenable : DataFrame
        A row an assumption that should not be made: ``row, configuration, outcome, solution, reason``
        (``contradictory``, ``necessity`` or ``implausible``).
    simultaneous : tuple of int
        Rows that are sufficient for the outcome and for its absence.
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Qualitative comparative analysis"

    truth_table: TruthTable
    solutions: tuple[Solution, ...]
    negated_truth_table: TruthTable | None = None
    negated_solutions: tuple[Solution, ...] = ()
    untenable: pd.DataFrame = field(default_factory=pd.DataFrame)
    simultaneous: tuple[int, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def again(self, **changes: Any) -> QCA:
        """The analysis with other cases or settings; arguments as in :func:`~lcresearch.integration.qca`."""
        from lcresearch.integration.configurations.analysis import qca

        table = self.truth_table
        asked: dict[str, Any] = {"frame": table.frame, "outcome": table.outcome, "conditions": table.conditions}
        return qca(**asked | dict(self.settings) | changes)

    @property
    def main_kind(self) -> Kind:
        """The solution that is read first: the intermediate one, else the parsimonious, else the conservative."""
        kinds: tuple[Kind, ...] = ("intermediate", "parsimonious", "conservative")
        return next((kind for kind in kinds if any(one.models for one in self.found(kind))), "parsimonious")

    def found(self, kind: Kind, *, negated: bool = False) -> tuple[Solution, ...]:
        """Solutions of a kind, of the outcome or of its absence; several of an intermediate one are possible."""
        solutions = self.negated_solutions if negated else self.solutions
        return tuple(solution for solution in solutions if solution.kind == kind)

    def solution(self, kind: Kind, *, negated: bool = False) -> Solution | None:
        """The first solution of a kind; None where there is none."""
        return next(iter(self.found(kind, negated=negated)), None)

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A row a term of each model of each solution, of the outcome and of its absence."""
        tables = [solution.tidy() for solution in (*self.solutions, *self.negated_solutions) if solution.models]
        return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(TIDY))

    def shown(self) -> pd.DataFrame:
        """Terms with their fit and cases."""
        return self.tidy()[["outcome", "solution", "pair", *SHOWN]]

    def glance(self) -> pd.DataFrame:
        """One row: the truth table, and how many models each solution of the outcome has."""
        row = self.truth_table.glance()
        for kind in dict.fromkeys(solution.kind for solution in self.solutions):
            row[f"n_models_{kind}"] = sum(len(solution.models) for solution in self.found(kind))
        return row.assign(n_untenable=len(self.untenable), n_simultaneous=len(self.simultaneous))

    def tables(self) -> dict[str, pd.DataFrame]:
        """Also the truth tables, the models as a whole, and assumptions that should not be made."""
        found = super().tables() | {"truth_table": self.truth_table.tidy()}
        if self.negated_truth_table is not None:
            found["negated_truth_table"] = self.negated_truth_table.tidy()
        return found | {"models": self.model_table(), "untenable": self.untenable}

    def model_table(self) -> pd.DataFrame:
        """A row a model of each solution; see :meth:`Solution.model_table`."""
        tables = [
            solution.model_table().assign(outcome=solution.outcome, solution=solution.kind, pair=solution.pair)
            for solution in (*self.solutions, *self.negated_solutions)
            if solution.models
        ]
        return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()

    def summary(self) -> str:
        """The analysis in words: what leads to the outcome and to its absence, with how well that fits."""
        return words_of(self)

    def cautions(self) -> list[str]:
        """What the reader must know: cases, ambiguity, assumptions, rows that are sufficient for both."""
        tables = [self.truth_table, *([self.negated_truth_table] if self.negated_truth_table is not None else [])]
        found = [*self.problems, *(problem for table in tables for problem in table.problems)]
        found += _one_of_each_kind((*self.solutions, *self.negated_solutions))
        return list(dict.fromkeys(problem.message() for problem in found))


TIDY = (
    "outcome",
    "solution",
    "pair",
    "model",
    "term",
    "consistency",
    "pri",
    "coverage",
    "unique_coverage",
    "cases",
    "typical",
    "deviant_consistency",
    "deviant_degree",
    "uniquely_covered",
)
SHOWN = ("model", "term", "consistency", "pri", "coverage", "unique_coverage", "cases")


def _rows_of(solution: Solution, place: int, model: Model) -> pd.DataFrame:
    """The terms of a model, with what it is a model of."""
    rows = model.fit.copy()
    for name in ("cases", "typical", "deviant_consistency", "deviant_degree", "uniquely_covered"):
        rows[name] = [", ".join(cases) for cases in rows[name]]
    rows = rows.assign(outcome=solution.outcome, solution=solution.kind, pair=solution.pair, model=f"M{place}")
    return rows[list(TIDY)]


def _one_of_each_kind(solutions: tuple[Solution, ...]) -> list[Problem]:
    """Of intermediate solutions that have the same problem, only the one where it is largest."""
    found: dict[tuple[str, str, str], Problem] = {}
    for solution in solutions:
        for problem in solution.problems:
            key = (problem.code, solution.outcome, solution.kind)
            known = found.get(key)
            if known is None or _size(problem) > _size(known):
                found[key] = problem
    return list(found.values())


def _size(problem: Problem) -> int:
    return int(problem.values.get("every", problem.values.get("n", 0)))
