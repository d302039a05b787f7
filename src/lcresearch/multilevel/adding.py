"""Adding sums of products that were made of different rows, in different places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.crossproducts import Crossproducts, Persons, memberships_of
from lcresearch.multilevel.formula import without_spaces
from lcresearch.multilevel.groupings import cell_groupings
from lcresearch.multilevel.person_classes import classes_of, combined, summed_symmetric
from lcresearch.multilevel.small_matrices import Array

Integers = npt.NDArray[np.int64]


def added_together(parts: Sequence[Crossproducts]) -> Crossproducts:
    """Sums over the rows of all parts, at once.

    The same label in several parts is one group whose rows are spread. Summed persons are others in each part. The
    shift is that of all parts where it is equal, else their mean by numbers of rows.

    Parameters
    ----------
    parts : sequence of Crossproducts
        At least one; a single one comes back as it is.

    Returns
    -------
    Crossproducts

    Raises
    ------
    MultilevelError
        L043 when formula, levels, weights, persons, version or kind of labels differ, L044 when a part of the formula
        depends on all rows, L135 when there are no parts.

    Examples
    --------
    >>> import pandas as pd
    >>> from lcresearch.multilevel import crossproducts
    >>> rows = pd.DataFrame({"team": list("AABB"), "hours": [1, 2, 2, 4], "score": [3, 4, 4, 6]})
    >>> parts = [crossproducts("score ~ hours + (1 | team)", part) for part in (rows, rows[1:], rows[:3])]
    >>> whole = added_together(parts)
    >>> whole.n, list(whole.labels[("team",)])
    (10, ['A', 'B'])
    """
    parts = list(parts)
    if not parts:
        raise MultilevelError("L135")
    one = parts[0]
    if len(parts) == 1:
        return one
    _check_alike(parts)
    shift = _shift_of_all(parts)
    keys = pd.concat([part.cells for part in parts], ignore_index=True)
    moves = np.repeat([part.shift - shift for part in parts], [part.sums.shape[2] for part in parts], axis=0).T
    sums = moved(np.concatenate([part.sums for part in parts], axis=2), moves)
    groupings = cell_groupings(keys, one.labels, one.memberships)
    codes = {group: found.codes for group, found in groupings.items()}
    if one.persons is not None:
        everyone = [part.persons for part in parts if part.persons is not None]
        columns, counts = one.persons.columns, np.concatenate([each.counts for each in everyone])
        cells, first = classes_of(codes, sums[np.ix_(columns, columns)], counts)
        persons = _added_persons(everyone, moves, counts, cells, len(first))
    else:
        (cells, first), persons = combined(list(codes.values()), sums.shape[2]), None
    return replace(
        one,
        shift=shift,
        sums=summed_symmetric(lambda i, j: sums[i, j], len(sums), cells, len(first)),
        codes={group: code[first] for group, code in codes.items()},
        labels={group: found.labels for group, found in groupings.items()},
        n=sum(part.n for part in parts),
        log_weights=sum(part.log_weights for part in parts),
        n_dropped=_added_counts([part.n_dropped for part in parts]),
        persons=persons,
        memberships=memberships_of(groupings),
        derivation=None,
    )


def _shift_of_all(parts: Sequence[Crossproducts]) -> Array:
    """The shift that all parts have, else the mean of theirs by numbers of rows: shape (m,)."""
    if all(np.array_equal(parts[0].shift, part.shift) for part in parts):
        return parts[0].shift
    sizes = np.array([part.n for part in parts], dtype=float)
    return np.asarray(sizes @ np.array([part.shift for part in parts]) / sizes.sum())


def moved(sums: Array, moves: Array, places: Sequence[Integers] | None = None) -> Array:
    """Sums of products of columns to which a number a cell was added, shape (m, n_cells); zero for the constant.

    Parameters
    ----------
    sums : array, shape (m, m, n_cells), or with more axes of columns
    moves : array, shape (m, n_cells)
    places : sequence of array of int, optional
        Which columns stand along each axis; all of them unless given. The first is the constant.
    """
    if not moves.any():
        return sums
    axes = range(sums.ndim - 1)
    for axis in axes:
        own = moves if places is None else moves[places[axis]]
        shape = [len(own) if each == axis else 1 for each in axes]
        sums = sums + own.reshape(*shape, -1) * np.take(sums, [0], axis=axis)
    return sums


def _added_persons(everyone: Sequence[Persons], moves: Array, counts: Array, cells: Integers, n: int) -> Persons:
    one, products = everyone[0], np.concatenate([each.products for each in everyone], axis=-1)
    m, e = products.shape[:2]
    whole = np.arange(m)
    flat = moved(products, moves, [whole, one.columns] * 2).reshape(m * e, m * e, -1)
    summed = summed_symmetric(lambda i, j: flat[i, j], m * e, cells, n)
    return replace(one, counts=np.bincount(cells, counts, n), products=summed.reshape(m, e, m, e, n))


def _added_counts(counts: Sequence[pd.Series[int]]) -> pd.Series[int]:
    """Rows that were dropped, by column; ``any`` stays last."""
    names = [name for name in dict.fromkeys(name for each in counts for name in each.index) if name != "any"]
    return pd.Series({name: sum(int(each.get(name, 0)) for each in counts) for name in [*names, "any"]}, dtype="int64")


def _check_alike(parts: Sequence[Crossproducts]) -> None:
    first = _identity(parts[0])
    for part in parts[1:]:
        other = _identity(part)
        for what, left in first.items():
            if left != other[what]:
                raise MultilevelError("L043", what=what, left=str(left), right=str(other[what]))
    if parts[0].data_dependent:
        raise MultilevelError("L044", parts=list(parts[0].data_dependent))


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
