"""Sums of products for each cell of the grouping factors: all that a linear mixed model needs of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.deferred import Deferred, deferred
from lcresearch.multilevel.derivation import Derivation
from lcresearch.multilevel.design import Columns, Design
from lcresearch.multilevel.formula import parse, without_spaces
from lcresearch.multilevel.groupings import Grouping
from lcresearch.multilevel.memberships import Memberships, cell_columns
from lcresearch.multilevel.nesting import first_rows, is_nested
from lcresearch.multilevel.small_matrices import Array, on_both_sides

Integers = npt.NDArray[np.int64]


VERSION = 1
_LATER: Array = np.zeros(0)


@dataclass(frozen=True)
class Persons(Deferred):
    """Persons whose rows were summed with those of others, so that nothing is left of one person.

    A cell holds the persons of one group above them that have equal sums of products of the columns that vary over
    persons, the constant among these. With B = A'[those columns] of a person, their products B (x) B are summed.

    Attributes
    ----------
    group : tuple of str
        The grouping factor that the persons are.
    columns : array of int, shape (e,)
        The constant and the columns that vary over persons.
    counts : array, shape (n_cells,)
        Persons of each cell.
    products : array, shape (m, e, m, e, n_cells)
    """

    group: tuple[str, ...]
    columns: Integers
    counts: Array
    products: Array

    def of_cells(self, cells: npt.NDArray[np.bool_]) -> Persons:
        """The persons of some of the cells."""
        return replace(self, counts=self.counts[cells], products=self.products[..., cells])


@dataclass(frozen=True)
class Crossproducts(Deferred):
    """Sums of products of [1 Z X y] a cell, about a shift. They add: ``a + b`` is the sums over the rows of both.

    Attributes
    ----------
    formula : str
    columns : Columns
    shift : array, shape (m,)
        Taken off each column before its products were summed; zero for the constant.
    sums : array, shape (m, m, n_cells)
    codes : mapping of tuple of str to array of int, shape (n_cells,)
        Grouping factor -> group of each cell; of multiple membership its pattern.
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
    weights : str or None
        Column of precision weights.
    levels : mapping of str to tuple
        Column of a factor -> its levels, the reference first.
    data_dependent : tuple of str
        Parts of the formula whose values depend on all rows, such as ``scale(x)``; such sums cannot be added.
    persons : Persons or None
        Persons of whom only sums over several are kept.
    memberships : mapping of tuple of str to Memberships
        Grouping factor of multiple membership -> its patterns.
    version : int
        Of what is kept; sums of different versions do not add.
    derivation : Derivation or None
        What derived columns were made of.
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
    weights: str | None = None
    levels: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    data_dependent: tuple[str, ...] = ()
    persons: Persons | None = None
    memberships: Mapping[tuple[str, ...], Memberships] = field(default_factory=dict)
    version: int = VERSION
    derivation: Derivation | None = field(default=None, repr=False)

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        if self.persons is not None:
            return len(self.persons.counts)
        return len(next(iter(self.codes.values()))) if self.codes else self.sums.shape[2]

    @property
    def underneath(self) -> Derivation | None:
        """What the sums of derived columns are made of; nothing where the sums were changed since."""
        found, sums = self.derivation, vars(self).get("sums")
        return found if found is None or sums is None or sums is vars(found).get("whole") else None

    @property
    def sizes(self) -> Array:
        """Rows of each cell, or the sum of their precision weights: shape (n_cells,)."""
        return np.asarray((self.sums if self.underneath is None else self.underneath.sums)[0, 0])

    @cached_property
    def total(self) -> Array:
        """The sums over all cells, shape (m, m)."""
        under = self.underneath
        return np.asarray(self.sums.sum(axis=2) if under is None else under.map.total(under.sums))

    @property
    def n_groups(self) -> dict[tuple[str, ...], int]:
        """Grouping factor -> number of its groups, also where these are persons without labels."""
        found = {group: len(labels) for group, labels in self.labels.items()}
        if self.persons is not None:
            found[self.persons.group] = int(self.persons.counts.sum())
        return found

    def in_group(self, group: tuple[str, ...], place: int) -> npt.NDArray[np.bool_]:
        """Which cells belong to a group, also with others: shape (n_cells,)."""
        codes = self.codes[group]
        return self.memberships[group].members(place)[codes] if group in self.memberships else codes == place

    def squared_weights(self, group: tuple[str, ...]) -> Array:
        """Sum of the squared weights of each cell, shape (n_cells,); one where each row has one group."""
        if group not in self.memberships:
            return np.ones(self.n_cells)
        return self.memberships[group].squares[self.codes[group]]

    def weight_sums(self, group: tuple[str, ...]) -> Array:
        """Sum of the weights of each cell, shape (n_cells,)."""
        if group not in self.memberships:
            return np.ones(self.n_cells)
        return np.asarray(self.memberships[group].weights.sum(axis=1)[self.codes[group]])

    @property
    def means(self) -> pd.Series[float]:
        """Mean of each column over all rows, weighted where there are precision weights."""
        totals = self.total[0]
        values = self.shift + totals / totals[0]
        return pd.Series(values[1:], index=list(self.columns.names[1:]), name="mean")

    @property
    def cells(self) -> pd.DataFrame:
        """The groups of each cell, a column each of those that name groups; weights as well in multiple membership."""
        found: dict[str, Any] = {}
        for group, memberships in self.memberships.items():
            found |= cell_columns(group[0], self.labels[group], self.codes[group], memberships)
        for group, labels in self.labels.items():
            if group in self.memberships:
                continue
            for place, name in enumerate(group):
                values = labels.get_level_values(place).take(self.codes[group])
                categories = getattr(values, "categories", None)
                found[name] = values if categories is None else values.astype(categories.dtype)
        return pd.DataFrame(found, index=pd.RangeIndex(self.n_cells))

    def __add__(self, other: object) -> Crossproducts:
        """Sums over the rows of both; see :func:`~lcresearch.multilevel.adding.added_together`, for many at once."""
        from lcresearch.multilevel.adding import added_together

        return added_together([self, other]) if isinstance(other, Crossproducts) else NotImplemented

    def __radd__(self, other: object) -> Crossproducts:
        """So that ``sum(parts)`` works."""
        return self if isinstance(other, int) and other == 0 else NotImplemented

    def only(self, group: str, labels: Iterable[Any]) -> Crossproducts:
        """Sums over the rows of some groups; see :func:`~lcresearch.multilevel.subsets.only`."""
        from lcresearch.multilevel.subsets import only

        return only(self, group, labels)

    def without(self, group: str, labels: Iterable[Any]) -> Crossproducts:
        """Sums over the rows outside some groups; see :func:`~lcresearch.multilevel.subsets.without`."""
        from lcresearch.multilevel.subsets import without

        return without(self, group, labels)

    def save(self, path: str | Path) -> Path:
        """Write one Parquet file, whole or not at all; see :func:`~lcresearch.multilevel.parquet_file.save`."""
        from lcresearch.multilevel.parquet_file import save

        return save(self, Path(path))

    @classmethod
    def load(cls, path: str | Path) -> Crossproducts:
        """Read what :meth:`save` wrote; see :func:`~lcresearch.multilevel.parquet_file.load`."""
        from lcresearch.multilevel.parquet_file import load

        return load(Path(path))

    def to_bytes(self) -> bytes:
        """What :meth:`save` writes, for a file inside another."""
        from lcresearch.multilevel.parquet_file import to_bytes

        return to_bytes(self)

    @classmethod
    def from_bytes(cls, content: bytes, name: str) -> Crossproducts:
        """Read what :meth:`to_bytes` gave; ``name`` is that of the file in messages."""
        from lcresearch.multilevel.parquet_file import load

        return load(Path(name), content)


def with_derivation(cross: Crossproducts, derivation: Derivation) -> Crossproducts:
    """Sums of derived columns, made with the products of their persons only when these are asked for."""
    persons = cross.persons
    if persons is not None:
        persons = deferred(replace(persons, products=_LATER), products=partial(derivation.products, persons.columns))
    made = replace(cross, sums=_LATER, persons=persons, derivation=derivation)
    return deferred(made, sums=partial(getattr, derivation, "whole"))


def check_same_model(cross: Crossproducts, formula: str, weights: str | None = None) -> None:
    """Refuse a formula, or a column of weights, for which the sums were not made.

    Raises
    ------
    MultilevelError
        L049, with what differs.
    """
    if without_spaces(parse(formula).text) != without_spaces(cross.formula):
        raise MultilevelError("L049", what="formula", left=formula, right=cross.formula)
    if weights is not None and weights != cross.weights:
        raise MultilevelError("L049", what="weights", left=weights, right=str(cross.weights))


def mapped_persons(change: Array, persons: Persons) -> Array:
    """The products of summed persons after the columns of A were multiplied by a matrix (m, m), the constant kept."""
    products = persons.products
    m, e = products.shape[:2]
    both = np.kron(change, change[np.ix_(persons.columns, persons.columns)])
    return on_both_sides(both, products.reshape(m * e, m * e, -1)).reshape(products.shape)


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
        design.n_dropped, design.hypotheses, design.weighted_by, design.levels, design.data_dependent,
        memberships=memberships_of(design.groupings),
    )  # fmt: skip


def memberships_of(groupings: Mapping[tuple[str, ...], Grouping]) -> dict[tuple[str, ...], Memberships]:
    """Patterns of the factors that have multiple membership."""
    return {group: found.memberships for group, found in groupings.items() if found.memberships is not None}


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
