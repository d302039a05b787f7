"""Sampling covariances of effects: assumed from one correlation, or known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import Place, Problem, SynthesisError
from lcresearch.synthesis.effect_sizes.figures import Array
from lcresearch.synthesis.random_effects.reading import Input
from lcresearch.synthesis.several_levels.groups import Codes, places_in_groups, rows_by_group, stacked_rows


@dataclass(frozen=True)
class AssumedSampling:
    """Variances ``v`` (k,), and one correlation of effects with the same number in ``within`` (k,)."""

    v: Array
    correlation: float
    within: Codes

    def _weights(self) -> tuple[Array, Array]:
        """1 / (v (1 - correlation)), and by how much the sum of a group counts in the inverse; see :meth:`solve`."""
        share = self.correlation / (1 - self.correlation)
        n = np.bincount(self.within).astype(np.float64)
        return 1 / (self.v * (1 - self.correlation)), share / (1 + n * share)

    def solve(self, columns: Array) -> Array:
        """The inverse of the covariances times columns (k, p), with the formula of Sherman and Morrison."""
        weight, counted = self._weights()
        if self.correlation == 0:
            return np.asarray(columns * weight[:, None])
        scaled = columns * np.sqrt(weight)[:, None]
        sums = np.stack([np.bincount(self.within, column) for column in scaled.T], axis=1)
        return np.asarray((scaled - (counted[:, None] * sums)[self.within]) * np.sqrt(weight)[:, None])

    def inverse_trace(self) -> float:
        """Trace of the inverse of the covariances."""
        weight, counted = self._weights()
        return float(np.sum(weight * (1 - counted[self.within])))

    def log_determinant(self) -> float:
        """Logarithm of the determinant of the covariances."""
        share = self.correlation / (1 - self.correlation)
        groups = float(np.sum(np.log1p(share * np.bincount(self.within))))
        return groups - float(np.sum(np.log(self._weights()[0])))

    def of(self, rows: Codes) -> Array:
        """Covariances of effects in blocks: rows of shape (m, n) give (m, n, n)."""
        size = rows.shape[1]
        root = np.sqrt(self.v[rows])
        if self.correlation == 0:
            return np.asarray(np.eye(size) * (root**2)[:, :, None])
        within = self.within[rows]
        together = self.correlation * (within[:, :, None] == within[:, None, :])
        together[:, np.arange(size), np.arange(size)] = 1.0
        return np.asarray(together * root[:, :, None] * root[:, None, :])


@dataclass(frozen=True)
class KnownSampling:
    """Covariances as entries of a matrix of effects by effects: ``value[e]`` stands at ``row[e]``, ``column[e]``.

    ``groups`` (k,) are those outside of which there are no covariances.
    """

    row: Codes
    column: Codes
    value: Array
    groups: Codes

    def _blocks(self) -> list[tuple[Codes, Array]]:
        return [(rows, self.of(rows)) for rows in stacked_rows(self.groups)]

    def solve(self, columns: Array) -> Array:
        """The inverse of the covariances times columns (k, p)."""
        found = np.empty(columns.shape)
        for rows, block in self._blocks():
            found[rows] = np.linalg.solve(block, columns[rows])
        return found

    def inverse_trace(self) -> float:
        """Trace of the inverse of the covariances."""
        return sum(float(np.trace(np.linalg.inv(block), axis1=1, axis2=2).sum()) for _, block in self._blocks())

    def log_determinant(self) -> float:
        """Logarithm of the determinant of the covariances."""
        return sum(float(np.linalg.slogdet(block)[1].sum()) for _, block in self._blocks())

    def of(self, rows: Codes) -> Array:
        """Covariances of effects in blocks: rows of shape (m, n) give (m, n, n)."""
        m, n = rows.shape
        places = np.full(int(max(self.row.max(), rows.max())) + 1, -1, dtype=np.intp)
        places[rows.ravel()] = np.arange(m * n)
        first, second = places[self.row], places[self.column]
        here = (first >= 0) & (second >= 0)
        first, second = first[here], second[here]
        same = first // n == second // n
        found = np.zeros((m, n, n))
        found[first[same] // n, first[same] % n, second[same] % n] = self.value[here][same]
        return found


Sampling = AssumedSampling | KnownSampling


def known_sampling(given: Input, covariance: Any, groups: Codes, names: Sequence[str]) -> KnownSampling:
    """Covariances as a user gives them, checked; those of effects that are left out are left out too.

    Parameters
    ----------
    given : Input
    covariance : array of shape (given, given), list of columns of the data, or dict of a group to its matrix
    groups : array of int, shape (given,)
        Outermost groups of all effects given: effects of two groups have no covariance.
    names : sequence of str, shape (groups,)

    Raises
    ------
    SynthesisError
        Y070: a matrix has another shape, or is missing; Y071: it is not symmetric and positive definite, or its
        diagonal is not ``vi``; Y005: a column is not there.
    """
    place = places_in_groups(groups)[given.kept]
    sizes = np.bincount(groups, minlength=len(names))
    rows = rows_by_group(groups[given.kept], len(names))
    if isinstance(covariance, Mapping):
        matrices = _of_mapping(covariance, [place[chosen] for chosen in rows], sizes, names)
    elif isinstance(covariance, list | tuple) and all(isinstance(column, str) for column in covariance):
        matrices = _of_columns(given, list(covariance), rows, place, sizes, names)
    else:
        matrices = _of_matrix(given, covariance, rows)
    problems = [
        Problem("Y071", Place(item=name))
        for name, matrix, chosen in zip(names, matrices, rows, strict=True)
        if not _is_covariance(matrix, given.studies.v[chosen])
    ]
    if problems:
        raise SynthesisError(problems)
    first = [np.repeat(chosen, len(chosen)) for chosen in rows]
    second = [np.tile(chosen, len(chosen)) for chosen in rows]
    values = np.concatenate([matrix.ravel() for matrix in matrices])
    used = np.unique(groups[given.kept], return_inverse=True)[1].astype(np.intp)
    return KnownSampling(np.concatenate(first), np.concatenate(second), values, used)


def _of_mapping(covariance: Mapping[Any, Any], places: list[Codes], sizes: Codes, names: Sequence[str]) -> list[Array]:
    """A matrix a group, of all its effects given."""
    by_name = {str(key): np.asarray(matrix, dtype=np.float64) for key, matrix in covariance.items()}
    problems, found = [], []
    for name, place, size in zip(names, places, sizes, strict=True):
        matrix = by_name.get(name, np.zeros((0, 0)))
        if not len(place):
            found.append(np.zeros((0, 0)))
        elif matrix.shape != (size, size):
            problems.append(Problem("Y070", Place(item=name), {"found": _size(matrix), "n": int(size)}))
        else:
            found.append(matrix[np.ix_(place, place)])
    if problems:
        raise SynthesisError(problems)
    return found


def _of_columns(
    given: Input, columns: list[str], rows: list[Codes], place: Codes, sizes: Codes, names: Sequence[str]
) -> list[Array]:
    """Column j holds the covariance with effect j of the same group, in the order of the rows."""
    data = given.data if given.data is not None else pd.DataFrame()
    absent = [column for column in columns if column not in data.columns]
    if absent:
        raise SynthesisError("Y005", column=absent[0], known=[str(column) for column in data.columns])
    wide = data[columns].to_numpy(dtype=np.float64)
    large = [
        Problem("Y070", Place(item=name), {"found": f"{size} x {len(columns)}", "n": int(size)})
        for name, size in zip(names, sizes, strict=True)
        if size > len(columns)
    ]
    if large:
        raise SynthesisError(large)
    return [wide[np.ix_(chosen, place[chosen])] for chosen in rows]


def _size(matrix: Array) -> str:
    return " x ".join(map(str, matrix.shape))


def _of_matrix(given: Input, covariance: Any, rows: list[Codes]) -> list[Array]:
    """Blocks of one matrix of all effects; what stands outside of them must be 0."""
    matrix = np.asarray(covariance, dtype=np.float64)
    k = given.studies.k
    if matrix.shape == (len(given.kept), len(given.kept)):
        matrix = matrix[np.ix_(given.kept, given.kept)]
    if matrix.shape != (k, k):
        raise SynthesisError("Y070", found=_size(matrix), n=k)
    blocks = [matrix[np.ix_(chosen, chosen)] for chosen in rows]
    if np.count_nonzero(matrix) > sum(int(np.count_nonzero(block)) for block in blocks):
        raise SynthesisError("Y072")
    return blocks


def _is_covariance(matrix: Array, v: Array) -> bool:
    if not len(v):
        return True
    if not np.isfinite(matrix).all() or not np.allclose(matrix, matrix.T, rtol=1e-8, atol=0):
        return False
    root = np.sqrt(v)
    if not np.allclose(np.diag(matrix), v, rtol=1e-6, atol=0):
        return False
    return bool(np.linalg.eigvalsh(matrix / root[:, None] / root).min() > 1e-10)
