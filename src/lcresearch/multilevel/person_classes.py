"""Persons without a sum each: those of one group whose own columns have equal products are summed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.crossproducts import Crossproducts, Persons
from lcresearch.multilevel.design import Columns
from lcresearch.multilevel.nesting import is_nested
from lcresearch.multilevel.small_matrices import Array

Integers = npt.NDArray[np.int64]
Entry = Callable[[int, int], Array]
DIGITS = 9


def factor_of_persons(columns: Columns, persons: str) -> tuple[str, ...]:
    """The grouping factor that a column of persons names.

    Raises
    ------
    MultilevelError
        L046 when no factor, or more than one, is named by the column.
    """
    found = [group for group in columns.groups if persons in group]
    if len(found) != 1 or found[0][-1] != persons:
        raise MultilevelError("L046", persons=persons, known=[":".join(group) for group in columns.groups])
    return found[0]


def varying_columns(columns: Columns, group: tuple[str, ...]) -> Integers:
    """The constant and the columns that vary over a grouping factor, sorted."""
    own = [term.columns for term in columns.terms if term.term.group == group]
    return np.unique(np.concatenate([[0], *own])).astype(np.int64)


def sum_persons(cross: Crossproducts, persons: str) -> Crossproducts:
    """Sums of products without one a person, which give the same fit.

    Parameters
    ----------
    cross : Crossproducts
        With a cell for each person.
    persons : str
        The column that names persons.

    Raises
    ------
    MultilevelError
        L046 when the column names no grouping factor of the model; L047 when a person is in several groups of another.
    """
    group = factor_of_persons(cross.columns, persons)
    others = {key: codes for key, codes in cross.codes.items() if key != group}
    n_cells = cross.sums.shape[2]
    single = not cross.memberships and len(cross.labels[group]) == n_cells
    if not single or not all(is_nested(cross.codes[group], each) for each in others.values()):
        raise MultilevelError("L047", persons=":".join(group))
    columns = varying_columns(cross.columns, group)
    rows = cross.sums[:, columns]
    m, e = rows.shape[:2]
    flat = rows.reshape(m * e, n_cells)
    classes, first = classes_of(others, rows[columns], np.ones(n_cells))
    sums = summed_symmetric(lambda i, j: cross.sums[i, j], m, classes, len(first))
    products = summed_symmetric(lambda i, j: flat[i] * flat[j], m * e, classes, len(first))
    counts = np.bincount(classes, minlength=len(first)).astype(float)
    return replace(
        cross,
        sums=sums,
        codes={key: codes[first] for key, codes in others.items()},
        labels={key: labels for key, labels in cross.labels.items() if key != group},
        persons=Persons(group, columns, counts, products.reshape(m, e, m, e, -1)),
    )


def classes_of(codes: dict[tuple[str, ...], Integers], own: Array, counts: Array) -> tuple[Integers, Integers]:
    """The class of each person or cell of persons, and one member of each class.

    Parameters
    ----------
    codes : mapping of tuple of str to array of int, shape (n,)
        Groups above the persons.
    own : array, shape (e, e, n)
        Sums of products of the columns that vary over persons, over ``counts`` persons.
    counts : array, shape (n,)
    """
    return combined([*codes.values(), *rounded(own, counts)], len(counts))


def combined(parts: Sequence[npt.NDArray[Any]], n: int) -> tuple[Integers, Integers]:
    """A code for each combination of values, shape (n,), and one place of each combination."""
    found = np.zeros(n, dtype=np.int64)
    for part in parts:
        code = pd.factorize(part, sort=True)[0]
        found = pd.factorize(found * (int(code.max()) + 1) + code, sort=True)[0].astype(np.int64)
    first = np.unique(found, return_index=True)[1]
    return found, first.astype(np.int64)


def rounded(own: Array, counts: Array) -> list[Array]:
    """Products a person, rounded: logarithms of squares, and products over the roots of two squares."""
    each = own / counts
    found = []
    with np.errstate(divide="ignore", invalid="ignore"):
        for a in range(len(each)):
            square = each[a, a]
            found.append(np.where(square > 0, np.round(np.log(square), DIGITS), -np.inf))
            for b in range(a):
                size = np.sqrt(square * each[b, b])
                found.append(np.where(size > 0, np.round(each[a, b] / size, DIGITS), 0.0))
    return found


def summed_symmetric(entry: Entry, size: int, codes: Integers, n: int) -> Array:
    """Sums of matrices by code, from their entries below the diagonal, shape (size, size, n)."""
    found = np.empty((size, size, n))
    for i in range(size):
        for j in range(i + 1):
            found[i, j] = found[j, i] = np.bincount(codes, entry(i, j), n)
    return found
