"""Estimated marginal means: predictions of the fixed part over a grid, averaged as if groups were of equal size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.design import Design, levels_of, new_matrices
from lcresearch.multilevel.formula_marks import unknown_column
from lcresearch.multilevel.formula_parts import columns_of
from lcresearch.multilevel.small_matrices import Array


@dataclass(frozen=True)
class Grid:
    """Combinations of values, and for each the weights of the fixed effects that give its mean.

    Attributes
    ----------
    values : DataFrame
        A row a combination.
    cells : array, shape (n_rows, n_each, p)
        Weights before they are averaged over the levels of other factors.
    offset_cells : array, shape (n_rows, n_each)
        The offset in each cell; zero without one.
    """

    values: pd.DataFrame
    cells: Array
    offset_cells: Array

    @property
    def contrasts(self) -> Array:
        """Weights of the fixed effects that give the mean of each combination, shape (n_rows, p)."""
        return np.asarray(self.cells.mean(axis=1))

    @property
    def offsets(self) -> Array:
        """The mean offset of each combination, shape (n_rows,)."""
        return np.asarray(self.offset_cells.mean(axis=1))

    @property
    def names(self) -> list[str]:
        """A name for each combination: ``sector=care, hours=8``."""
        rows = self.values.astype(object).itertuples(index=False, name=None)
        return [", ".join(f"{name}={value}" for name, value in zip(self.values, row, strict=True)) for row in rows]

    def differences(self, sign: str = "-") -> tuple[list[str], Array, Array]:
        """All pairs of combinations: names, with a sign between the two, weights, and differences of the offset.

        Raises
        ------
        MultilevelError
            L131 when there are no two combinations.
        """
        pairs = list(combinations(range(len(self.values)), 2))
        if not pairs:
            raise MultilevelError("L131", columns=list(self.values.columns))
        names = [f"{self.names[a]} {sign} {self.names[b]}" for a, b in pairs]
        first, second = map(list, zip(*pairs, strict=True))
        offsets = self.offsets[first] - self.offsets[second]
        return names, self.contrasts[first] - self.contrasts[second], offsets


def grid_of(design: Design, specs: str | Sequence[str], at: Mapping[str, Any] | None) -> Grid:
    """The grid of some predictors: levels of factors, the mean of numbers or the values that are given.

    Other factors are averaged over their levels, each level equally; other numbers are held at their mean over the rows
    of the model, as R's emmeans does. Truth values, and numbers inside ``C()``, are factors. An offset has its value at
    the same grid.

    Parameters
    ----------
    design : Design
    specs : str or sequence of str
        None for the mean over all.
    at : mapping, optional
        Column -> value or values.

    Raises
    ------
    MultilevelError
        L005 for a column that the fixed part does not have, L120 for a level that the model does not know.
    """
    asked = [specs] if isinstance(specs, str) else list(specs)
    parts = {name: spec for name, spec in design.specs.items() if name == "fixed" or name.startswith("offset:")}
    known = list(dict.fromkeys(name for spec in parts.values() for name in sorted(columns_of(spec.formula))))
    chosen = {name: as_list(values) for name, values in (at or {}).items()}
    for name in [*asked, *chosen]:
        if name not in known:
            raise unknown_column(name, known)
    levels = levels_of(parts)
    values = {name: chosen.get(name) or levels.get(name) or _values(design.frame[name]) for name in known}
    others = [name for name in known if name not in asked]
    order = [*asked, *others]
    rows = pd.DataFrame(dict(zip(order, zip(*product(*(values[name] for name in order)), strict=True), strict=True)))
    rows = rows if order else pd.DataFrame(index=[0])
    matrix, _, offset = new_matrices(design, rows.assign(**_constants(design, rows)))
    n_each = int(np.prod([len(values[name]) for name in others])) if others else 1
    cells = matrix.reshape(len(rows) // n_each, n_each, -1)
    offsets = np.zeros(len(rows)) if offset is None else offset
    return Grid(rows[asked].iloc[::n_each].reset_index(drop=True), cells, offsets.reshape(cells.shape[:2]))


def as_list(values: Any) -> list[Any]:
    """One value, or several in a list, array, Series or other collection, as a list."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        return [values]
    return np.asarray(values).tolist() if isinstance(values, np.ndarray | pd.Series | pd.Index) else list(values)


def _values(column: pd.Series[Any]) -> list[Any]:
    """False and true, or the mean of numbers."""
    return [False, True] if pd.api.types.is_bool_dtype(column.dtype) else [float(column.mean())]


def _constants(design: Design, rows: pd.DataFrame) -> dict[str, Any]:
    """Values for what only random terms need; they do not count."""
    needed = {name for spec in design.specs.values() for name in columns_of(spec.formula)}
    return {
        name: design.frame[name].iloc[0]
        for name in sorted(needed)
        if name not in rows.columns and name in design.frame.columns
    }
