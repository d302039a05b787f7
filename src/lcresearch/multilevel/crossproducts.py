"""Sums of products for each cell of the grouping factors: all that a linear mixed model needs of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.multilevel.design import Columns, Design
from lcresearch.multilevel.small_matrices import Array

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Crossproducts:
    """Sums of products of [1 Z X y] a cell, about a shift.

    Attributes
    ----------
    formula : str
    columns : Columns
    shift : array, shape (m,)
        Taken off each column before its products were summed; zero for the constant.
    sums : array, shape (m, m, n_cells)
    codes : mapping of tuple of str to array of int, shape (n_cells,)
        Grouping factor -> group of each cell.
    labels : mapping of tuple of str to Index
        Grouping factor -> labels of its groups.
    n : int
        Rows.
    log_weights : float
        Sum of the logarithms of the precision weights.
    n_dropped : Series
        Rows with a missing value, by column; ``any`` counts each row once.
    hypotheses : mapping of str to array, shape (k, p)
        Term of the fixed part -> the contrasts that are zero when it has no effect.
    """

    formula: str
    columns: Columns
    shift: Array
    sums: Array
    codes: Mapping[tuple[str, ...], Integers]
    labels: Mapping[tuple[str, ...], pd.Index]
    n: int
    log_weights: float
    n_dropped: pd.Series[int]
    hypotheses: Mapping[str, Array]


def sums_of_rows(design: Design, shift: Array | None = None) -> Crossproducts:
    """One pass over the rows of a design.

    Parameters
    ----------
    design : Design
    shift : array, optional, shape (m,)
        The means of the columns, unless given.
    """
    if shift is None:
        shift = design.matrix.mean(axis=0)
        shift[0] = 0
    cells, codes = cells_of({group: found.codes for group, found in design.groupings.items()}, len(design.matrix))
    n_cells = int(cells.max()) + 1
    columns = [np.ascontiguousarray(column) for column in (design.matrix - shift).T]
    m = len(columns)
    sums = np.empty((m, m, n_cells))
    for i, left in enumerate(columns):
        weighted = left if design.weights is None else left * design.weights
        for j, right in enumerate(columns[: i + 1]):
            product = weighted if j == 0 else weighted * right
            sums[i, j] = sums[j, i] = np.bincount(cells, product, n_cells)
    log_weights = float(np.log(design.weights).sum()) if design.weights is not None else 0.0
    labels = {group: found.labels for group, found in design.groupings.items()}
    return Crossproducts(
        design.formula.text, design.columns, shift, sums, codes, labels, len(design.matrix), log_weights,
        design.n_dropped, design.hypotheses,
    )  # fmt: skip


def cells_of(codes: Mapping[tuple[str, ...], Integers], n: int) -> tuple[Integers, dict[tuple[str, ...], Integers]]:
    """The cell of each row, the finest groups that all factors make together, and the groups of each cell."""
    if not codes:
        return np.zeros(n, dtype=np.int64), {}
    finest = max(codes, key=lambda group: int(codes[group].max()))
    cells = codes[finest]
    for group, other in codes.items():
        if group != finest and not is_nested(cells, other):
            cells = pd.factorize(cells * (int(other.max()) + 1) + other, sort=True)[0]
    first = first_rows(cells)
    return cells, {group: found[first] for group, found in codes.items()}


def is_nested(inner: Integers, outer: Integers) -> bool:
    """Whether all rows of an inner group are in one outer group."""
    return bool((outer[first_rows(inner)][inner] == outer).all())


def first_rows(codes: Integers) -> Integers:
    """A row of each group, shape (n_groups,)."""
    rows = np.empty(int(codes.max()) + 1, dtype=np.int64)
    rows[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return rows
