"""Necessity: conditions, and combinations of them, without which the outcome does not occur."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from lcresearch.errors import IntegrationError, Problem
from lcresearch.integration.configurations.expressions import opposite_of, terms_of
from lcresearch.integration.configurations.fit import sufficiency, unique_coverage
from lcresearch.integration.configurations.necessity_fit import (
    ROUNDING,
    Rows,
    necessary_conjunctions,
    necessary_disjunctions,
    necessity_fit,
)
from lcresearch.integration.configurations.reading import Cases, Missing, is_share, read_cases
from lcresearch.integration.configurations.terms import ANY, Array, Condition, Ints, Term, term_membership, term_name
from lcresearch.results import Result

MOST_EXPRESSIONS = 300_000
TRIVIAL = 0.5
"""Below this relevance a necessary condition is hardly more than one that all cases meet."""
FIT = ("consistency", "relevance", "coverage")


@dataclass(frozen=True, repr=False, eq=False)
class Necessity(Result):
    """What is necessary for an outcome (:func:`lcresearch.integration.necessity`).

    Attributes
    ----------
    outcome : str
    single : DataFrame
        ``condition, outcome, consistency, relevance, coverage``: every condition, present and absent (or with each
        value), for the outcome and for its absence.
    combined : DataFrame
        ``expression, kind, outcome, consistency, relevance, coverage``: what reaches the cuts; ``kind`` is
        ``condition``, ``conjunction`` (``A*B``: both are necessary together) or ``union`` (``A + B``: one of them is
        there in nearly every case with the outcome, so they are alternatives for one role).
    sufficient : DataFrame
        ``condition, outcome, consistency, pri, coverage, unique_coverage``: each condition as sufficient on its own;
        what it alone covers is counted beside the others with the same sign.
    cut, relevance_cut : float
    asked : DataFrame
        ``expression, outcome, consistency, relevance, coverage``: the expressions that were asked about.
    left_out : sequence of str
        Cases with missing values.
    problems : sequence of Problem
    """

    title: ClassVar[str] = "Necessity"

    outcome: str
    single: pd.DataFrame
    combined: pd.DataFrame
    sufficient: pd.DataFrame
    cut: float
    relevance_cut: float
    asked: pd.DataFrame = field(default_factory=pd.DataFrame)
    left_out: Sequence[str] = ()
    problems: Sequence[Problem] = field(default_factory=tuple)

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """What reaches the cuts, a row an expression: as :attr:`combined`; ``conf_level`` plays no part."""
        return self.combined.copy()

    def glance(self) -> pd.DataFrame:
        """One row: the cuts, and how much reaches them for the outcome and for its absence."""
        positive = self.combined["outcome"] == self.outcome
        row: dict[str, Any] = {"outcome": self.outcome, "consistency": self.cut, "relevance": self.relevance_cut}
        row |= {"n_necessary": int(positive.sum()), "n_necessary_for_absence": int((~positive).sum())}
        return pd.DataFrame([row | {"n_left_out": len(self.left_out)}])

    def cautions(self) -> list[str]:
        """Cases left out, and what is necessary but trivial."""
        return [problem.message() for problem in self.problems]


def necessity(
    frame: Any,
    outcome: str,
    conditions: Sequence[str | Condition],
    *,
    consistency: float = 0.9,
    relevance: float = 0.0,
    depth: int | None = None,
    expressions: Sequence[str] = (),
    cases: str | None = None,
    missing: Missing = "refuse",
) -> Necessity:
    """Which conditions, and which smallest combinations of them, are necessary for an outcome and for its absence.

    Parameters
    ----------
    frame : DataFrame or CaseMatrix
        A row a case, memberships as in :func:`truth_table`.
    outcome : str
        A column, ``~`` before it for its absence, or with a value (``SURV[1]``).
    conditions : sequence of str
    consistency : float
        Lowest consistency of what is called necessary.
    relevance : float
        Lowest relevance of necessity (RoN); 0 shows all, also what nearly every case has.
    depth : int, optional
        Most conditions in a combination; all of them if absent.
    expressions : sequence of str
        Expressions to look at whatever their fit, such as ``"DEV + ~URB*LIT"``.
    cases : str, optional
        Column with the names of the cases.
    missing : {"refuse", "leave_out"}
        What to do with cases with missing values.

    Returns
    -------
    Necessity

    Raises
    ------
    IntegrationError
        Q001 to Q009: what is wrong with the table; Q010: an expression that cannot be read; Q048: too many
        combinations; Q049: a cut outside 0 to 1; Q051: a depth below 1.

    Notes
    -----
    Consistency and coverage of necessity: Ragin (2006), Political Analysis 14; relevance: Schneider & Wagemann (2012),
    Set-Theoretic Methods for the Social Sciences. As ``superSubset`` of R's QCA: every conjunction that reaches the
    cuts, and every union that does while no part of it does, each with at most one value of a condition.

    Examples
    --------
    >>> import pandas as pd
    >>> cases = pd.DataFrame(
    ...     {"trust": [1, 1, 1, 0, 1, 0], "time": [1, 0, 1, 1, 0, 0], "learning": [1, 1, 1, 0, 0, 0]},
    ...     index=["A", "B", "C", "D", "E", "F"],
    ... )
    >>> found = necessity(cases, "learning", ["trust", "time"])
    >>> found.combined[found.combined["outcome"] == "learning"].round(2)
      expression       kind   outcome  consistency  relevance  coverage
    0      trust  condition  learning          1.0       0.67      0.75
    """
    for what, value in (("consistency", consistency), ("relevance", relevance)):
        if not is_share(value):
            raise IntegrationError("Q049", what=what, found=value)
    if depth is not None and depth < 1:
        raise IntegrationError("Q051", what="depth", found=depth, known="1, 2, …")
    return necessity_of(
        read_cases(frame, outcome, conditions, cases=cases, missing=missing), consistency, relevance, depth, expressions
    )


def necessity_of(
    read: Cases, consistency: float, relevance: float, depth: int | None = None, expressions: Sequence[str] = ()
) -> Necessity:
    """Necessity in cases as read."""
    literals, of = literals_of(read.conditions)
    longest = min(depth or len(read.conditions), len(read.conditions))
    _check_number(read.conditions, longest)
    parts = term_membership(literals, read.frame, read.conditions)
    outcome = read.membership.to_numpy(dtype=np.float64)
    names = [term_name(literal, read.conditions) for literal in literals]
    single, combined, sufficient = [], [], []
    for label, y in ((read.outcome, outcome), (opposite_of(read.outcome), 1 - outcome)):
        fit = pd.DataFrame(necessity_fit(parts, y), columns=list(FIT))
        single.append(pd.concat([pd.DataFrame({"condition": names, "outcome": label}), fit], axis=1))
        combined.append(_combined(literals, of, parts, y, read.conditions, (consistency, relevance), longest, label))
        sufficient.append(_sufficient(literals, of, parts, y, names, label))
    found = pd.concat(combined, ignore_index=True)
    trivial = found["expression"][found["relevance"] < TRIVIAL].tolist()
    notes = [Problem("Q057", values={"least": TRIVIAL, "found": trivial})] if trivial else []
    problems = (*(problem for problem in read.problems if problem.code != "Q009"), *notes)
    tables = (pd.concat(single, ignore_index=True), found, pd.concat(sufficient, ignore_index=True))
    asked = _asked(expressions, read, outcome)
    return Necessity(read.outcome, *tables, consistency, relevance, asked, read.left_out, problems)


def _asked(expressions: Sequence[str], read: Cases, outcome: Array) -> pd.DataFrame:
    """Fit of expressions as necessary for the outcome and for its absence."""
    terms = [terms_of(expression, read.conditions) for expression in expressions]
    sets = [term_membership(one, read.frame, read.conditions).max(axis=1) for one in terms]
    parts = []
    for label, y in ((read.outcome, outcome), (opposite_of(read.outcome), 1 - outcome)):
        fit = necessity_fit(np.column_stack(sets), y) if sets else np.empty((0, 3))
        frame = pd.DataFrame({"expression": list(expressions), "outcome": label})
        parts.append(pd.concat([frame, pd.DataFrame(fit, columns=list(FIT))], axis=1))
    return pd.concat(parts, ignore_index=True)


def literals_of(conditions: Sequence[Condition]) -> tuple[list[Term], Ints]:
    """Every condition with each of its values as a term of its own, presence first; and of which condition it is."""
    literals, of = [], []
    for place, condition in enumerate(conditions):
        for value in reversed(range(condition.levels)):
            literals.append(tuple(value if n == place else ANY for n in range(len(conditions))))
            of.append(place)
    return literals, np.asarray(of, dtype=np.int64)


def _combined(
    literals: Sequence[Term], of: Ints, parts: Array, outcome: Array, conditions: Sequence[Condition],
    cuts: tuple[float, float], depth: int, label: str,
) -> pd.DataFrame:  # fmt: skip
    consistency, relevance = cuts
    both = necessary_conjunctions(parts, of, outcome, cut=consistency, depth=depth)
    either = necessary_disjunctions(parts, of, outcome, cut=consistency, depth=depth)
    names = [term_name(literal, conditions) for literal in literals]
    kinds = ["condition" if len(row) == 1 else "conjunction" for row in both] + ["union"] * len(either)
    frame = pd.DataFrame({"expression": [*_joined(both, names, "*"), *_joined(either, names, " + ")], "kind": kinds})
    sets = [parts[:, list(row)].min(axis=1) for row in both] + [parts[:, list(row)].max(axis=1) for row in either]
    fit = necessity_fit(np.column_stack(sets), outcome) if sets else np.empty((0, 3))
    frame = pd.concat([frame.assign(outcome=label), pd.DataFrame(fit, columns=list(FIT))], axis=1)
    return frame[(frame["relevance"] >= relevance - ROUNDING).to_numpy(dtype=bool)].reset_index(drop=True)


def _joined(rows: Rows, names: Sequence[str], sign: str) -> list[str]:
    return [sign.join(names[place] for place in row) for row in rows]


def _sufficient(
    literals: Sequence[Term], of: Ints, parts: Array, outcome: Array, names: Sequence[str], label: str
) -> pd.DataFrame:
    fit = sufficiency(parts, outcome)
    alone = np.full(len(literals), np.nan)
    values = np.array([literal[place] for literal, place in zip(literals, of, strict=True)])
    for value in np.unique(values):
        chosen = np.flatnonzero(values == value)
        alone[chosen] = unique_coverage(parts[:, chosen], outcome)
    return pd.DataFrame(
        {
            "condition": names,
            "outcome": label,
            "consistency": fit.consistency,
            "pri": fit.pri,
            "coverage": fit.coverage,
            "unique_coverage": alone,
        }
    )


def _check_number(conditions: Sequence[Condition], depth: int) -> None:
    """How many combinations of at most so many conditions there are, before any is made."""
    of_length = np.zeros(depth + 1)
    of_length[0] = 1
    for condition in conditions:
        of_length[1:] += of_length[:-1] * condition.levels
    n = int(of_length[1:].sum())
    if n > MOST_EXPRESSIONS:
        raise IntegrationError("Q048", n_expressions=n, most=MOST_EXPRESSIONS)
