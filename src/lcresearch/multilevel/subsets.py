"""Sums of products over some of the groups only: one consortium, all but one, those of one sector."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.crossproducts import Crossproducts, Persons, with_derivation

Truths = npt.NDArray[np.bool_]
_MOST_NAMED = 20


def only(cross: Crossproducts, group: str, labels: Iterable[Any]) -> Crossproducts:
    """Sums over the rows of some groups.

    Parameters
    ----------
    cross : Crossproducts
    group : str
        Label of a grouping factor, such as ``consortium`` or ``consortium:community``; or one of its columns.
    labels : iterable
        Of the groups; tuples where several columns name a group. With multiple membership the rows count that have a
        share in one of them.

    Raises
    ------
    MultilevelError
        L136 for a factor or label that the sums do not have, L137 when no rows are left, L138 for sums with weights.

    Examples
    --------
    >>> import pandas as pd
    >>> from lcresearch.multilevel import crossproducts
    >>> rows = pd.DataFrame({"team": list("AABBCC"), "hours": [1, 2, 2, 4, 3, 5], "score": [3, 4, 4, 6, 4, 7]})
    >>> cross = crossproducts("score ~ hours + (1 | team)", rows)
    >>> cross.only("team", ["A", "B"]).n, cross.without("team", ["A"]).labels[("team",)].tolist()
    (4, ['B', 'C'])
    """
    return subset(cross, _in_groups(cross, group, labels))


def without(cross: Crossproducts, group: str, labels: Iterable[Any]) -> Crossproducts:
    """Sums over the rows that are in none of some groups; see :func:`only`."""
    return subset(cross, ~_in_groups(cross, group, labels))


def subset(
    cross: Crossproducts, cells: Truths, n: int | None = None, log_weights: float | None = None
) -> Crossproducts:
    """Sums over the rows of some cells.

    What was dropped for missing values is that of all cells, since it is not known by cell.

    Parameters
    ----------
    cross : Crossproducts
    cells : array of bool, shape (n_cells,)
        Such as ``(cross.cells["consortium"] == "A").to_numpy()``.
    n, log_weights : optional
        Rows that are left and the logarithms of their weights, where these are known; needed for sums with weights.

    Raises
    ------
    MultilevelError
        L137 when no cells are left, L138 for sums with weights whose number of rows is not given.
    """
    if not cells.any():
        raise MultilevelError("L137")
    if cross.weights is not None and (n is None or log_weights is None):
        raise MultilevelError("L138", weights=cross.weights)
    codes, labels, memberships = {}, {}, {}
    for group, groups in cross.codes.items():
        kept, codes[group] = np.unique(groups[cells], return_inverse=True)
        if group in cross.memberships:
            memberships[group], kept = cross.memberships[group].kept(kept)
        labels[group] = cross.labels[group][kept]
    under, persons = cross.underneath, cross.persons
    sums: Any
    if under is not None:
        sizes, sums, derivation = under.sums[0, 0, cells], np.zeros(0), under.of_cells(cells)
        persons = None if persons is None else Persons(persons.group, persons.columns, persons.counts[cells], sums)
    else:
        sums, derivation = cross.sums[:, :, cells], None
        sizes, persons = sums[0, 0], None if persons is None else persons.of_cells(cells)
    found = replace(
        cross,
        sums=sums,
        derivation=None,
        codes=codes,
        labels=labels,
        n=round(float(sizes.sum())) if n is None else n,
        log_weights=0.0 if log_weights is None else log_weights,
        persons=persons,
        memberships=memberships,
    )
    return found if derivation is None else with_derivation(found, derivation)


def _in_groups(cross: Crossproducts, group: str, labels: Iterable[Any]) -> Truths:
    """Which cells are in one of the groups, shape (n_cells,)."""
    key = next((found for found in cross.labels if ":".join(found) == group), None)
    if key is not None:
        places = _places(group, cross.labels[key], labels)
        if key not in cross.memberships:
            return np.isin(cross.codes[key], places)
        members = [cross.in_group(key, place) for place in places]
        return np.any(members, axis=0) if members else np.zeros(cross.sums.shape[2], dtype=np.bool_)
    columns = {name: each for each in cross.labels if each not in cross.memberships for name in each}
    if group not in columns:
        raise MultilevelError("L136", found=group, known=list(dict.fromkeys([*map(":".join, cross.labels), *columns])))
    codes, values = pd.factorize(cross.cells[group])
    return np.isin(codes, _places(group, pd.Index(values), labels))


def _places(group: str, known: pd.Index, labels: Iterable[Any]) -> list[int]:
    """Where labels stand among those of a grouping factor."""
    where = {label: place for place, label in enumerate(known)}
    wanted = list(labels)
    unknown = [label for label in wanted if label not in where]
    if unknown:
        raise MultilevelError("L136", found=f"{group} = {unknown[0]!r}", known=list(where)[:_MOST_NAMED])
    return [where[label] for label in wanted]
