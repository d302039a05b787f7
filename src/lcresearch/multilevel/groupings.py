"""The groups of rows or cells: of each factor which group a row has, or which groups with which weights."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.multilevel.formula import Membership
from lcresearch.multilevel.memberships import (
    Memberships,
    check_weights,
    coded,
    from_cell_columns,
    gathered,
    member_rows,
    patterns_of,
)
from lcresearch.multilevel.nesting import is_nested
from lcresearch.multilevel.small_matrices import Array

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Grouping:
    """The groups of one factor.

    Attributes
    ----------
    codes : array of int, shape (n,)
        Group of each row; of multiple membership its pattern.
    labels : Index
        Of each group; a MultiIndex where several columns name a group.
    memberships : Memberships or None
        Patterns of multiple membership.
    """

    codes: Integers
    labels: pd.Index
    memberships: Memberships | None = None

    def gathered(self, values: Array) -> Array:
        """What values of groups, shape (n_groups, ...), add up to in each row, shape (n, ...)."""
        return gathered(values, self.codes, self.memberships)

    @property
    def squared_weights(self) -> Array:
        """Sum of the squared weights of each row, shape (n,); one where each row has one group."""
        return np.ones(len(self.codes)) if self.memberships is None else self.memberships.squares[self.codes]

    def members(self) -> tuple[Integers, Integers]:
        """Row and group of each membership."""
        if self.memberships is None:
            return np.arange(len(self.codes)), self.codes
        return self.memberships.pairs(self.codes)

    def lies_within(self, clusters: Integers) -> bool:
        """Whether all rows of each group are in one cluster, shape (n,)."""
        rows, groups = self.members()
        return is_nested(groups, clusters[rows])


def grouping(frame: pd.DataFrame, group: tuple[str, ...], membership: Membership | None = None) -> Grouping:
    """Codes of the groups that one or more columns name together, in the order of their sorted labels."""
    if membership is not None:
        return _multiple(frame, membership)
    coded = [pd.factorize(frame[column], sort=True) for column in group]
    codes, uniques = coded[0]
    if len(coded) == 1:
        return Grouping(codes.astype(np.int64), pd.Index(uniques, name=group[0]))
    joined = codes.astype(np.int64)
    for more, labels in coded[1:]:
        joined = joined * len(labels) + more
    codes, keys = pd.factorize(joined, sort=True)
    levels = []
    for _, labels in reversed(coded[1:]):
        keys, place = np.divmod(keys, len(labels))
        levels.append(labels.take(place))
    levels.append(uniques.take(keys))
    return Grouping(codes.astype(np.int64), pd.MultiIndex.from_arrays(levels[::-1], names=list(group)))


def _multiple(frame: pd.DataFrame, membership: Membership) -> Grouping:
    """Patterns of multiple membership; labels are those of all columns together."""
    rows = member_rows(frame, membership)
    check_weights(rows, frame, membership)
    codes, labels = coded(rows.labels, membership.members)
    patterns, used, memberships = patterns_of(codes, rows.shares(scaled=membership.scaled))
    return Grouping(patterns, labels.take(used).set_names(membership.label), memberships)


def cell_groupings(
    cells: pd.DataFrame, groups: Iterable[tuple[str, ...]], multiple: Container[tuple[str, ...]]
) -> dict[tuple[str, ...], Grouping]:
    """Groups of cells from the columns that name them; see ``Crossproducts.cells``.

    Parameters
    ----------
    cells : DataFrame
    groups : iterable of tuple of str
        Grouping factors; those whose columns are not there are left out.
    multiple : container of tuple of str
        The factors of multiple membership.
    """
    found = {}
    for group in groups:
        if group in multiple:
            found[group] = Grouping(*from_cell_columns(cells, group[0]))
        elif all(name in cells for name in group):
            found[group] = grouping(cells, group)
    return found
