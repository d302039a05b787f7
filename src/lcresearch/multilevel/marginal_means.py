"""Estimated marginal means: predictions of the fixed part over a grid, averaged as if groups were of equal size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import MultilevelError, Place
from lcresearch.multilevel.design import Design, new_matrices
from lcresearch.multilevel.small_matrices import Array
from lcresearch.validation import did_you_mean


@dataclass(frozen=True)
class Grid:
    """Combinations of values, and for each the weights of the fixed effects that give its mean.

    Attributes
    ----------
    values : DataFrame
        A row a combination.
    cells : array, shape (n_rows, n_each, p)
        Weights before they are averaged over the levels of other factors.
    """

    values: pd.DataFrame
    cells: Array

    @property
    def contrasts(self) -> Array:
        """Weights of the fixed effects that give the mean of each combination, shape (n_rows, p)."""
        return np.asarray(self.cells.mean(axis=1))

    @property
    def names(self) -> list[str]:
        """A name for each combination: ``sector=care, hours=8``."""
        columns = [f"{name}=" + self.values[name].astype(str) for name in self.values]
        return [", ".join(row) for row in zip(*columns, strict=True)]

    def differences(self, sign: str = "-") -> tuple[list[str], Array]:
        """All pairs of combinations: names, with a sign between the two, and weights."""
        pairs = list(combinations(range(len(self.values)), 2))
        names = [f"{self.names[a]} {sign} {self.names[b]}" for a, b in pairs]
        return names, np.array([self.contrasts[a] - self.contrasts[b] for a, b in pairs])


def grid_of(design: Design, specs: str | Sequence[str], at: Mapping[str, Any] | None) -> Grid:
    """The grid of some predictors: levels of factors, the mean of numbers or the values that are given.

    Other factors are averaged over their levels, each level equally; other numbers are held at their mean over the rows
    of the model, as R's emmeans does.

    Parameters
    ----------
    design : Design
    specs : str or sequence of str
    at : mapping, optional
        Column -> value or values.

    Raises
    ------
    MultilevelError
        L005 for a column that the fixed part does not have.
    """
    asked = [specs] if isinstance(specs, str) else list(specs)
    known = [str(name) for name in design.specs["fixed"].required_variables]
    chosen = {name: _listed(values) for name, values in (at or {}).items()}
    for name in [*asked, *chosen]:
        if name not in known:
            raise MultilevelError("L005", where=Place(column=name), known=known, hint=did_you_mean(name, known))
    values = {name: chosen.get(name, _values(design.frame[name])) for name in known}
    others = [name for name in known if name not in asked]
    order = [*asked, *others]
    rows = pd.DataFrame(list(product(*(values[name] for name in order))), columns=order)
    for name in known:
        if isinstance(design.frame[name].dtype, pd.CategoricalDtype):
            rows[name] = pd.Categorical(rows[name], categories=design.frame[name].cat.categories)
    matrix = new_matrices(design, rows.assign(**_constants(design, rows)))[0]
    n_each = int(np.prod([len(values[name]) for name in others])) if others else 1
    cells = matrix.reshape(len(rows) // n_each, n_each, -1)
    return Grid(rows[asked].iloc[::n_each].reset_index(drop=True), cells)


def _listed(values: Any) -> list[Any]:
    return list(values) if isinstance(values, Sequence) and not isinstance(values, str) else [values]


def _values(column: pd.Series[Any]) -> list[Any]:
    """The levels of a factor, or the mean of numbers."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return list(column.cat.categories)
    if pd.api.types.is_numeric_dtype(column.dtype):
        return [float(column.mean())]
    return sorted(column.unique().tolist())


def _constants(design: Design, rows: pd.DataFrame) -> dict[str, Any]:
    """Values for what only random terms and offsets need; they do not count."""
    needed = {str(name) for spec in design.specs.values() for name in spec.required_variables}
    return {
        name: design.frame[name].iloc[0]
        for name in sorted(needed)
        if name not in rows.columns and name in design.frame.columns
    }
