"""A truth table: the combinations of conditions that were observed, with the outcome they go with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from lcresearch.errors import Problem
from lcresearch.integration.configurations.terms import Condition, configurations_of
from lcresearch.results import FittedModel


@dataclass(frozen=True)
class Cuts:
    """What decides on the outcome of a row; see :func:`~lcresearch.integration.truth_table`."""

    frequency: int = 1
    consistency: float = 0.8
    exclusion: float | None = None
    pri: float = 0.0
    exclude: tuple[int | str, ...] = ()


@dataclass(frozen=True, repr=False, eq=False)
class TruthTable(FittedModel):
    """Observed combinations of conditions with the outcome that they go with.

    Attributes
    ----------
    outcome : str
        As asked: ``SURV``, ``~SURV`` or ``SURV[1]``.
    conditions : tuple of Condition
    frame : DataFrame
        A row a case, named by the index: conditions and outcome as given.
    membership : Series
        Membership of the cases in the outcome as asked.
    table : DataFrame
        A row an observed combination: ``row``, a column a condition, ``out`` (``1``, ``0``, ``C`` or ``?``), ``n``,
        ``consistency``, ``pri``, ``cases`` (a tuple). ``row`` counts all combinations from 1.
    cuts : Cuts
    excluded : tuple of int
        Rows that were put to 0 by ``exclude``, observed or not.
    left_out : tuple of str
        Cases with missing values.
    in_no_row : mapping
        Cases that are neither in nor out of a condition -> those conditions.
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Truth table"

    outcome: str
    conditions: tuple[Condition, ...]
    frame: pd.DataFrame
    membership: pd.Series
    table: pd.DataFrame
    cuts: Cuts = Cuts()
    excluded: tuple[int, ...] = ()
    left_out: tuple[str, ...] = ()
    in_no_row: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def levels(self) -> tuple[int, ...]:
        """Number of values of each condition."""
        return tuple(condition.levels for condition in self.conditions)

    @property
    def n_rows(self) -> int:
        """Number of combinations that are possible."""
        return int(np.prod(self.levels))

    def rows(self, out: str) -> tuple[int, ...]:
        """Numbers of the rows with this outcome; of ``?`` also those that no case is in."""
        if out == "?":
            known = {*self.rows("1"), *self.rows("0"), *self.rows("C")}
            return tuple(row for row in range(1, self.n_rows + 1) if row not in known)
        found = self.table.loc[self.table["out"] == out, "row"].tolist()
        return tuple(sorted({*found, *self.excluded})) if out == "0" else tuple(found)

    def again(self, **changes: Any) -> TruthTable:
        """The truth table with other cases, outcome or cuts, given as in :func:`lcresearch.integration.truth_table`.

        Examples
        --------
        ``table.again(consistency=0.75)``, ``table.again(outcome="~SURV")``,
        ``table.again(frame=table.frame.drop("AU"))``.
        """
        from lcresearch.integration.configurations.truth_table import truth_table

        cuts: dict[str, Any] = {name: getattr(self.cuts, name) for name in self.cuts.__dataclass_fields__}
        asked: dict[str, Any] = {"frame": self.frame, "outcome": self.outcome, "conditions": self.conditions} | cuts
        return truth_table(**asked | changes)

    def complete(self) -> pd.DataFrame:
        """All combinations, also those that no case is in; as :attr:`table`."""
        rows = np.arange(1, self.n_rows + 1)
        values = configurations_of(rows, self.levels)
        names = [condition.name for condition in self.conditions]
        full = pd.DataFrame(values, columns=names)
        full.insert(0, "row", rows)
        rest = self.table.set_index("row").drop(columns=names).reindex(rows).reset_index(drop=True)
        out = np.where(np.isin(rows, self.excluded), "0", "?")
        rest["out"] = rest["out"].where(rest["out"].notna(), pd.Series(out))
        rest["n"] = rest["n"].fillna(0).astype(int)
        rest["cases"] = pd.Series([found if isinstance(found, tuple) else () for found in rest["cases"]], dtype=object)
        return pd.concat([full, rest], axis=1)

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A row an observed combination; the names of cases as one text."""
        return self.table.assign(cases=[", ".join(cases) for cases in self.table["cases"]])

    def glance(self) -> pd.DataFrame:
        """One row: cases, combinations, and how many of these have which outcome."""
        counts = {out: int((self.table["out"] == out).sum()) for out in ("1", "0", "C")}
        row: dict[str, Any] = {"outcome": self.outcome, "n_cases": len(self.frame), "n_left_out": len(self.left_out)}
        row |= {"n_conditions": len(self.conditions), "n_rows": self.n_rows, "n_observed": len(self.table)}
        row |= {"n_sufficient": counts["1"], "n_not_sufficient": counts["0"], "n_contradictory": counts["C"]}
        row |= {"frequency": self.cuts.frequency, "consistency": self.cuts.consistency, "pri": self.cuts.pri}
        return pd.DataFrame([row])

    def cautions(self) -> list[str]:
        """Cases left out or in no row, contradictions, few cases."""
        return [problem.message() for problem in self.problems]
