"""Adding sums of products that were made of different rows, in different places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.crossproducts import Crossproducts, Persons, mapped_persons, memberships_of
from lcresearch.multilevel.formula import without_spaces
from lcresearch.multilevel.groupings import cell_groupings
from lcresearch.multilevel.person_classes import classes_of, combined, summed_symmetric
from lcresearch.multilevel.small_matrices import Array, on_both_sides


def added(one: Crossproducts, other: Crossproducts) -> Crossproducts:
    """Sums over the rows of both.

    The same label on both sides is one group whose rows are spread. Summed persons are others on each side. The shift
    is that of both where it is equal, else the mean of both by their numbers of rows.

    Raises
    ------
    MultilevelError
        L043 when formula, levels, weights, persons, version or kind of labels differ, L044 when a part of the formula
        depends on all rows.
    """
    _check_alike(one, other)
    shift = one.shift
    if not np.array_equal(shift, other.shift):
        shift = (one.n * one.shift + other.n * other.shift) / (one.n + other.n)
    one, other = rebased(one, shift), rebased(other, shift)
    keys = pd.concat([one.cells, other.cells], ignore_index=True)
    sums = np.concatenate([one.sums, other.sums], axis=2)
    groupings = cell_groupings(keys, one.labels, one.memberships)
    codes = {group: found.codes for group, found in groupings.items()}
    if one.persons is not None and other.persons is not None:
        counts = np.concatenate([one.persons.counts, other.persons.counts])
        columns = one.persons.columns
        cells, first = classes_of(codes, sums[np.ix_(columns, columns)], counts)
        persons = _added_persons(one.persons, other.persons, cells, len(first))
    else:
        (cells, first), persons = combined(list(codes.values()), sums.shape[2]), None
    return replace(
        one,
        shift=shift,
        sums=summed_symmetric(lambda i, j: sums[i, j], len(sums), cells, len(first)),
        codes={group: code[first] for group, code in codes.items()},
        labels={group: found.labels for group, found in groupings.items()},
        n=one.n + other.n,
        log_weights=one.log_weights + other.log_weights,
        n_dropped=_added_counts(one.n_dropped, other.n_dropped),
        persons=persons,
        memberships=memberships_of(groupings),
    )


def rebased(cross: Crossproducts, shift: Array) -> Crossproducts:
    """The same sums about another shift, shape (m,)."""
    change = np.eye(len(shift))
    change[0] += cross.shift - shift
    persons = cross.persons
    if persons is not None:
        persons = replace(persons, products=mapped_persons(change, persons))
    return replace(cross, shift=shift, sums=on_both_sides(change, cross.sums), persons=persons)


def _added_persons(one: Persons, other: Persons, cells: Array, n: int) -> Persons:
    products = np.concatenate([one.products, other.products], axis=-1)
    m, e = products.shape[:2]
    flat = products.reshape(m * e, m * e, -1)
    counts = np.bincount(cells, np.concatenate([one.counts, other.counts]), n)
    summed = summed_symmetric(lambda i, j: flat[i, j], m * e, cells, n)
    return Persons(one.group, one.columns, counts, summed.reshape(m, e, m, e, n))


def _added_counts(one: pd.Series[int], other: pd.Series[int]) -> pd.Series[int]:
    """Rows that were dropped, by column; ``any`` stays last."""
    names = [name for name in dict.fromkeys([*one.index, *other.index]) if name != "any"]
    return pd.Series({name: int(one.get(name, 0)) + int(other.get(name, 0)) for name in [*names, "any"]}, dtype="int64")


def _check_alike(one: Crossproducts, other: Crossproducts) -> None:
    both = [_identity(one), _identity(other)]
    for what, left in both[0].items():
        if left != both[1][what]:
            raise MultilevelError("L043", what=what, left=str(left), right=str(both[1][what]))
    if one.data_dependent:
        raise MultilevelError("L044", parts=list(one.data_dependent))


def _identity(cross: Crossproducts) -> Mapping[str, Any]:
    """What must be equal."""
    kinds = {
        name: "numbers" if pd.api.types.is_numeric_dtype(labels.get_level_values(place).dtype) else "text"
        for group, labels in cross.labels.items()
        for place, name in enumerate(group)
    }
    return {
        "version": cross.version,
        "formula": without_spaces(cross.formula),
        "weights": cross.weights,
        "levels": dict(cross.levels),
        "columns": cross.columns.names,
        "persons": None if cross.persons is None else ":".join(cross.persons.group),
        "labels": kinds,
    }
