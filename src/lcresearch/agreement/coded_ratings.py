"""Codes as ratings of 0 and 1: what everybody left alone is counted by numbers, never written out."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from lcresearch.agreement.ratings import Array, Codes, Ratings


@dataclass(frozen=True)
class Cells:
    """Units and codes of which at least one rater gave the code: position and who did, shape (n_cells, ...)."""

    code: Codes
    unit: Codes
    given: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, code: Codes, unit: Codes, rater: Codes, n_units: int, n_raters: int) -> Cells:
        """The cells of codings, each given by its code, unit and rater, arrays of shape (n_codings,)."""
        cell, position = np.unique(code * n_units + unit, return_inverse=True)
        given = np.bincount(position * n_raters + rater, minlength=len(cell) * n_raters) > 0
        return cls(cell // max(n_units, 1), cell % max(n_units, 1), given.reshape(len(cell), n_raters))


@dataclass(frozen=True)
class UnitRows:
    """Which pattern each unit has for each code, when units are not in clusters.

    ``cell_code``, ``cell_unit`` and ``cell_row`` (n_cells,) tell the row, within the ratings of a code, of a unit to
    which somebody gave it; other units have the row ``zero_row[code, group[unit]]``. ``size`` is the number of raters
    of a group.
    """

    cell_code: Codes
    cell_unit: Codes
    cell_row: Codes
    group: Codes
    size: Codes
    zero_row: Codes


@dataclass(frozen=True)
class CodedRatings:
    """Ratings of 0 and 1 for each code."""

    ratings: list[Ratings]
    units: UnitRows | None


def by_code(
    cells: Cells, reads: npt.NDArray[np.bool_], in_use: npt.NDArray[np.bool_], cluster: Codes | None, n_codes: int
) -> CodedRatings:
    """Seen cells as they are; units without the code by numbers, for each group of units with the same raters."""
    n_raters = reads.shape[1]
    bits = np.unique(reads, axis=0, return_inverse=True)
    base, group = bits[0], bits[1].reshape(-1)
    of_cluster = np.zeros(len(group), dtype=np.int64) if cluster is None else cluster
    pairs, group = np.unique(of_cluster * len(base) + group, return_inverse=True)
    in_group = np.bincount(group[in_use], minlength=len(pairs))
    seen = np.bincount(cells.code * len(pairs) + group[cells.unit], minlength=n_codes * len(pairs))
    zeros = np.tile(in_group, n_codes) - seen
    of_code, of_group = np.divmod(np.arange(n_codes * len(pairs)), max(len(pairs), 1))
    states = np.concatenate(
        [
            np.where(reads[cells.unit], cells.given.astype(np.int64), -1),
            np.where(base[pairs[of_group] % len(base)], 0, -1)
            if len(pairs)
            else np.zeros((0, n_raters), dtype=np.int64),
        ]
    )
    code = np.concatenate([cells.code, of_code])
    where = np.concatenate([of_cluster[cells.unit], pairs[of_group] // len(base)]) if len(pairs) else cells.code * 0
    count = np.concatenate([np.ones(len(cells.code)), zeros])
    data, row = grouped_rows(code, where, states, count.astype(np.float64), n_codes, cluster is not None)
    if cluster is not None:
        return CodedRatings(data, None)
    split, place = len(cells.code), np.cumsum(in_use) - 1
    zero_row = row[split:].reshape(n_codes, len(pairs))
    size = base[pairs % len(base)].sum(axis=1).astype(np.int64)
    return CodedRatings(data, UnitRows(cells.code, place[cells.unit], row[:split], group[in_use], size, zero_row))


def grouped(code: Codes, cluster: Codes, states: Codes, count: Array, n_codes: int) -> list[Ratings]:
    """Ratings of each code, by clusters, with equal rows of ``states`` (n_rows, n_raters) taken together."""
    return grouped_rows(code, cluster, states, count, n_codes, True)[0]


def grouped_rows(
    code: Codes, cluster: Codes, states: Codes, count: Array, n_codes: int, clustered: bool
) -> tuple[list[Ratings], Codes]:
    """Ratings of each code with equal rows taken together, and the row of each given row within its code."""
    n_clusters = int(cluster.max(initial=0)) + 1
    found, pattern = np.unique(states, axis=0, return_inverse=True) if states.shape[1] > 35 else _patterns(states)
    key = (code * n_clusters + cluster) * max(len(found), 1) + pattern.reshape(-1)
    distinct, position = np.unique(key, return_inverse=True)
    total = np.bincount(position, count, minlength=len(distinct)).astype(np.float64)
    cells, of_pattern = np.divmod(distinct, max(len(found), 1))
    of_code, of_cluster = np.divmod(cells, n_clusters)
    ends = np.searchsorted(of_code, np.arange(n_codes + 1))
    ratings = [
        Ratings(found[of_pattern[a:b]], total[a:b], (0, 1), of_cluster[a:b] if clustered else None)
        for a, b in pairwise(ends.tolist())
    ]
    return ratings, (position - ends[code]).astype(np.int64)


def _patterns(states: Codes) -> tuple[Codes, Codes]:
    """Distinct rows of -1, 0 and 1, and the number of each row."""
    key = np.zeros(len(states), dtype=np.int64)
    for column in states.T:
        key = key * 3 + column + 1
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    return states[first], inverse.astype(np.int64)
