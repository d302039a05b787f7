"""Multiple membership: groups of which a row may have several, with weights (Browne, Goldstein & Rasbash 2001).

A row i has sum over g of w_ig z_i' b_g where others have z_i' b_g. Rows with equal groups and equal weights have one
pattern; codes say the pattern of a row or cell where those of an ordinary factor say its group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import MultilevelError, Place
from lcresearch.multilevel.formula import Membership
from lcresearch.multilevel.matching_labels import places_among
from lcresearch.multilevel.nesting import first_rows
from lcresearch.multilevel.small_matrices import Array

Integers = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Memberships:
    """Patterns of membership. K is the largest number of groups in one of them; places that stay empty weigh zero.

    Attributes
    ----------
    groups : array of int, shape (n_patterns, K)
        Each group once in a pattern, sorted.
    weights : array, shape (n_patterns, K)
    """

    groups: Integers
    weights: Array

    @property
    def squares(self) -> Array:
        """Sum of the squared weights of each pattern, shape (n_patterns,)."""
        return np.asarray((self.weights**2).sum(axis=1))

    def squared(self) -> Memberships:
        """The same patterns with squared weights."""
        return Memberships(self.groups, self.weights**2)

    def members(self, group: int) -> Truths:
        """Which patterns have a group, shape (n_patterns,)."""
        return np.asarray(((self.groups == group) & (self.weights > 0)).any(axis=1))

    def pairs(self, codes: Integers) -> tuple[Integers, Integers]:
        """Row and group of each single membership, for the pattern of each row."""
        rows, places = np.nonzero(self.weights[codes])
        return rows, self.groups[codes[rows], places]

    def beyond(self, n_groups: int) -> Memberships:
        """The same patterns of other groups, behind a number of groups."""
        return Memberships(np.where(self.weights != 0, self.groups + n_groups, 0), self.weights)

    def kept(self, patterns: Integers) -> tuple[Memberships, Integers]:
        """Some of the patterns, with groups numbered anew, and the old numbers of the groups that are left."""
        groups, weights = self.groups[patterns], self.weights[patterns]
        left = np.unique(groups[weights > 0])
        return Memberships(np.where(weights > 0, np.searchsorted(left, groups), 0), weights), left


def gathered(values: Array, codes: Integers, memberships: Memberships | None) -> Array:
    """What effects of groups, shape (n_groups, ...), add up to in rows or cells, shape (n, ...)."""
    if memberships is None:
        return np.asarray(values[codes])
    return np.asarray(np.einsum("pk,pk...->p...", memberships.weights, values[memberships.groups])[codes])


def summed(values: Array, codes: Integers, n_groups: int, memberships: Memberships | None) -> Array:
    """Sums over the groups of values of rows or cells (n,), each times its weight: shape (n_groups,)."""
    if memberships is None:
        return np.bincount(codes, values, n_groups)
    own = np.bincount(codes, values, len(memberships.weights))[:, None] * memberships.weights
    return np.bincount(memberships.groups.ravel(), own.ravel(), n_groups)


def shared(codes: Integers, memberships: Memberships | None) -> Array:
    """How much two rows have in common, the sum of products of their weights: shape (n, n)."""
    if memberships is None:
        return np.asarray(codes[:, None] == codes, dtype=float)
    patterns, places = np.unique(codes, return_inverse=True)
    few, _ = memberships.kept(patterns)
    incidence = np.zeros((len(patterns), int(few.groups.max()) + 1))
    np.add.at(incidence, (np.arange(len(patterns))[:, None], few.groups), few.weights)
    return np.asarray((incidence @ incidence.T)[np.ix_(places, places)])


@dataclass(frozen=True)
class MemberRows:
    """What a table says about memberships.

    Attributes
    ----------
    labels : list of Series, K
    known : array of bool, shape (n, K)
        Where a group is named.
    weights : array, shape (n, K)
        As they are in the table; one where there are no columns of weights, not a number where one is missing.
    """

    labels: list[pd.Series]
    known: Truths
    weights: Array

    @property
    def none(self) -> Truths:
        """Rows without any membership, shape (n,)."""
        return np.asarray(~(self.known & (self.weights != 0)).any(axis=1))

    @property
    def unknown_weight(self) -> Truths:
        """Memberships whose weight is missing, shape (n, K)."""
        return np.asarray(self.known & np.isnan(self.weights))

    @property
    def unknown_group(self) -> Truths:
        """Weights above zero whose group is missing, shape (n, K)."""
        return np.asarray(~self.known & (self.weights > 0) & np.isfinite(self.weights))

    def shares(self, *, scaled: bool) -> Array:
        """Weights of memberships, zero elsewhere: shape (n, K)."""
        found = np.where(self.known, self.weights, 0.0)
        total = found.sum(axis=1, keepdims=True)
        return found / np.where(total > 0, total, 1.0) if scaled else found


def member_rows(frame: pd.DataFrame, membership: Membership) -> MemberRows:
    """What the columns of a multiple membership say.

    Raises
    ------
    MultilevelError
        L071 for weights that are no numbers.
    """
    labels = [_plain_labels(frame[name]) for name in membership.members]
    known = np.column_stack([column.notna().to_numpy() for column in labels])
    if not membership.weights:
        return MemberRows(labels, known, known.astype(float))
    weights = []
    for name in membership.weights:
        if not (pd.api.types.is_numeric_dtype(frame[name].dtype) or pd.api.types.is_bool_dtype(frame[name].dtype)):
            raise MultilevelError("L071", where=Place(column=name), found=str(frame[name].dtype))
        weights.append(frame[name].to_numpy(dtype=float, na_value=np.nan))
    return MemberRows(labels, known, np.column_stack(weights))


def check_weights(rows: MemberRows, frame: pd.DataFrame, membership: Membership) -> None:
    """Refuse weights below zero, and infinite ones.

    Raises
    ------
    MultilevelError
        L072, with column and row of the first.
    """
    wrong = (rows.weights < 0) | np.isinf(rows.weights)
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        place, found = Place(column=membership.weights[column]), f"{rows.weights[row, column]:g}"
        n = int(wrong.any(axis=1).sum())
        raise MultilevelError("L072", where=place, row=str(frame.index[row]), found=found, n=n)


def coded(labels: Sequence[pd.Series], names: Sequence[str]) -> tuple[Integers, pd.Index]:
    """Codes of labels in several columns, minus one where they are missing, and all labels, sorted.

    Raises
    ------
    MultilevelError
        L070 where one column holds numbers and another texts: these would never be the same group.
    """
    present = {name: column.dropna().infer_objects() for name, column in zip(names, labels, strict=True)}
    kinds = {name: _kind(column) for name, column in present.items() if len(column)}
    if len(set(kinds.values())) > 1:
        numbers = next(name for name, kind in kinds.items() if kind == "number")
        texts = next(name for name, kind in kinds.items() if kind != "number")
        raise MultilevelError("L070", where=Place(column=texts), numbers=numbers, texts=texts)
    values = np.concatenate([column.to_numpy() for column in present.values() if len(column)] or [np.zeros(0)])
    if set(kinds.values()) == {"number"} and (values == np.round(values)).all():
        values = values.astype(np.int64)
    places, uniques = pd.factorize(values, sort=True)
    found = np.full((len(labels[0]), len(labels)), -1, dtype=np.int64)
    known = np.column_stack([column.notna().to_numpy() for column in labels])
    found.T[known.T] = places
    return found, pd.Index(uniques)


def patterns_of(codes: Integers, weights: Array) -> tuple[Integers, Integers, Memberships]:
    """The pattern of each row, the groups that have a weight at all, and the patterns.

    Parameters
    ----------
    codes : array of int, shape (n, K)
        Group of each membership.
    weights : array, shape (n, K)
        Zero where there is none. Weights of the same group add.
    """
    used, flat = np.unique(codes[weights > 0], return_inverse=True)
    groups = np.full(codes.shape, len(used), dtype=np.int64)
    groups[weights > 0] = flat
    groups, weights = _once(*_sorted(groups, np.where(weights > 0, weights, 0.0)), empty=len(used))
    most = max(int((weights > 0).sum(axis=1).max()), 1)
    groups, weights = groups[:, :most], weights[:, :most]
    keys = pd.DataFrame(np.column_stack([groups, weights]))
    patterns = np.asarray(keys.groupby(list(keys), sort=True).ngroup(), dtype=np.int64)
    first = first_rows(patterns)
    own = weights[first]
    return patterns, used, Memberships(np.where(own > 0, groups[first], 0), own)


def _sorted(groups: Integers, weights: Array) -> tuple[Integers, Array]:
    order = np.argsort(groups, axis=1, kind="stable")
    return np.take_along_axis(groups, order, 1), np.take_along_axis(weights, order, 1)


def _once(groups: Integers, weights: Array, empty: int) -> tuple[Integers, Array]:
    """Each group once a row, from sorted ones."""
    groups, weights = groups.copy(), weights.copy()
    for place in range(1, groups.shape[1]):
        same = (groups[:, place] == groups[:, place - 1]) & (groups[:, place] < empty)
        weights[:, place] += np.where(same, weights[:, place - 1], 0)
        weights[same, place - 1], groups[same, place - 1] = 0, empty
    return _sorted(groups, weights)


def placed_patterns(frame: pd.DataFrame, membership: Membership, labels: pd.Index) -> tuple[Integers, Memberships]:
    """Patterns of new rows, with groups as places among labels; those that are not among them come behind.

    Groups that are not known are told apart within a row only. A row without any membership belongs to one group that
    is not known. A weight that is missing stays so.
    """
    rows = member_rows(frame, membership)
    check_weights(rows, frame, membership)
    weights = rows.shares(scaled=membership.scaled)
    codes, own = coded(rows.labels, membership.members)
    patterns, used, found = patterns_of(codes, np.where(np.isnan(weights), 1.0, weights))
    places = places_among(own.take(used), labels) if len(used) else np.zeros(1, dtype=np.int64)
    groups = places[found.groups].astype(np.int64)
    behind = len(labels) + np.arange(groups.shape[1])
    groups = np.where(found.weights > 0, np.where(groups < 0, behind, groups), 0)
    nowhere = ~(found.weights > 0).any(axis=1)
    groups[nowhere, 0], found.weights[nowhere, 0] = len(labels), 1.0
    if not np.isnan(weights).any():
        return patterns, Memberships(groups, found.weights)
    unknown = np.isnan(weights).any(axis=1)
    more = Memberships(groups[:1], np.full((1, groups.shape[1]), np.nan))
    return np.where(unknown, len(groups), patterns), followed_by(Memberships(groups, found.weights), more)


def followed_by(one: Memberships, other: Memberships) -> Memberships:
    """The patterns of one, and those of another behind them."""
    most = max(one.groups.shape[1], other.groups.shape[1])
    wide = [[(0, 0), (0, most - each.groups.shape[1])] for each in (one, other)]
    groups = [np.pad(each.groups, width) for each, width in zip((one, other), wide, strict=True)]
    weights = [np.pad(each.weights, width) for each, width in zip((one, other), wide, strict=True)]
    return Memberships(np.concatenate(groups), np.concatenate(weights))


def cell_columns(label: str, labels: pd.Index, codes: Integers, memberships: Memberships) -> dict[str, pd.Series]:
    """Memberships as columns: ``label[1]`` and ``label[1] weight`` and so on; a group that is not there is missing."""
    found: dict[str, pd.Series] = {}
    values = np.asarray(labels, dtype=object)
    for place in range(memberships.groups.shape[1]):
        weights = memberships.weights[codes, place]
        names = values[memberships.groups[codes, place]]
        names[weights == 0] = None
        found[f"{label}[{place + 1}]"] = pd.Series(names, dtype=object)
        found[f"{label}[{place + 1}] weight"] = pd.Series(weights)
    return found


def from_cell_columns(frame: pd.DataFrame, label: str) -> tuple[Integers, pd.Index, Memberships]:
    """Codes, labels and patterns from what :func:`cell_columns` made, also of several tables one after the other."""
    places = range(1, sum(str(name).startswith(f"{label}[") for name in frame) // 2 + 1)
    names = [f"{label}[{place}]" for place in places]
    weights = frame[[f"{name} weight" for name in names]].fillna(0.0).to_numpy(dtype=float)
    codes, labels = coded([frame[name] for name in names], names)
    patterns, used, memberships = patterns_of(codes, np.where(codes >= 0, weights, 0.0))
    return patterns, labels.take(used).set_names(label), memberships


def _plain_labels(column: pd.Series) -> pd.Series:
    """A column of labels without categories."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.astype(column.cat.categories.dtype if column.notna().all() else object)
    return column


def _kind(column: pd.Series) -> str:
    return "number" if pd.api.types.is_numeric_dtype(column.dtype) else "text"
