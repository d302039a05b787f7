"""Enhanced standard analysis: assumptions that should not be made, and solutions without them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lcresearch.integration.configurations.expressions import terms_of
from lcresearch.integration.configurations.observed_rows import TruthTable
from lcresearch.integration.configurations.result import Solution
from lcresearch.integration.configurations.solutions import Solver
from lcresearch.integration.configurations.terms import Bools, Ints, configurations_of, covers, term_name

COLUMNS = ("row", "configuration", "outcome", "solution", "reason")


@dataclass(frozen=True)
class Untenable:
    """Remainders of which nothing may be assumed.

    Attributes
    ----------
    necessity, implausible : frozenset of int
        Rows without a condition that is necessary for the outcome; rows that the researcher calls implausible.
    """

    necessity: frozenset[int] = frozenset()
    implausible: frozenset[int] = frozenset()

    @property
    def rows(self) -> frozenset[int]:
        """All of them."""
        return self.necessity | self.implausible


def untenable_rows(table: TruthTable, necessary: Sequence[str], implausible: Sequence[str]) -> Untenable:
    """Remainders that contradict a statement of necessity, or that the researcher calls implausible.

    If N is necessary for the outcome then nothing without N can show it, so a remainder with ~N must not be assumed
    to (Schneider & Wagemann, 2012, 2013). ``A+B`` is necessary: a remainder with neither.
    """
    rows = np.array(table.rows("?"), dtype=np.int64)
    if not len(rows):
        return Untenable()
    against: Bools = np.zeros(len(rows), dtype=np.bool_)
    for expression in necessary:
        against |= ~_held(table, expression, rows)
    strange: Bools = np.zeros(len(rows), dtype=np.bool_)
    for expression in implausible:
        strange |= _held(table, expression, rows)
    return Untenable(frozenset(rows[against].tolist()), frozenset(rows[strange].tolist()))


def _held(table: TruthTable, expression: str, rows: Ints) -> Bools:
    terms = terms_of(expression, table.conditions)
    return np.asarray(covers(terms, configurations_of(rows, table.levels)).any(axis=0))


def assumed(solutions: Sequence[Solution]) -> frozenset[int]:
    """Remainders that some model of these solutions takes to show the outcome."""
    return frozenset(row for solution in solutions for model in solution.models for row in model.assumptions)


def contradictory(outcome: Sequence[Solution], negated: Sequence[Solution]) -> frozenset[int]:
    """Remainders that are taken to show the outcome, and to lack it (contradictory simplifying assumptions)."""
    return assumed(outcome) & assumed(negated)


def without_contradictions(
    solver: Solver, negated: Solver | None, barred: frozenset[int], barred_negated: frozenset[int]
) -> tuple[frozenset[int], frozenset[int]]:
    """Barred rows of both with, in addition, those on which the parsimonious solutions contradict each other.

    Other models may need other assumptions once some are barred, so this is repeated until no contradiction is left;
    each time at least one more of the remainders is barred, so it ends.
    """
    while negated is not None:
        ours = solver.parsimonious(barred) if solver.explain else None
        theirs = negated.parsimonious(barred_negated) if negated.explain else None
        if ours is None or theirs is None:
            break
        both = contradictory([ours], [theirs])
        if not both:
            break
        barred, barred_negated = barred | both, barred_negated | both
    return barred, barred_negated


def untenable_table(
    table: TruthTable, solutions: Sequence[Solution], rows: Untenable, against: Sequence[Solution]
) -> pd.DataFrame:
    """Assumptions of solutions that should not be made, with the reason; ``against`` explain the opposite outcome."""
    found = []
    for solution in solutions:
        used = assumed([solution])
        opposite = assumed([other for other in against if other.kind == solution.kind])
        for reason, wrong in (
            ("contradictory", used & opposite),
            ("necessity", used & rows.necessity),
            ("implausible", used & rows.implausible),
        ):
            found += [(row, reason, solution) for row in sorted(wrong)]
    names = {row: _configuration(table, row) for row, _, _ in found}
    lines = [(row, names[row], solution.outcome, solution.kind, reason) for row, reason, solution in found]
    return pd.DataFrame(lines, columns=list(COLUMNS)).drop_duplicates(ignore_index=True)


def _configuration(table: TruthTable, row: int) -> str:
    values = configurations_of(np.array([row]), table.levels)[0]
    return term_name(tuple(int(value) for value in values), table.conditions)
