"""Answers as ordered categories: numbered from 0 without gaps, rare ones merged with their neighbour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lcresearch.errors import MeasurementError, Place, Problem
from lcresearch.measurement.columns import Array, Codes

MOST_CATEGORIES = 15
"""More different answers than this to one item are no ordered categories."""


@dataclass(frozen=True)
class Categories:
    """Answers as numbered categories.

    Attributes
    ----------
    codes : array of int, shape (n, p)
        Category of each answer, from 0; -1 where an answer is missing.
    labels : tuple of tuples
        For each item, for each category, the answers (codes of the data) in it: one, or several that were merged.
    """

    codes: Codes
    labels: tuple[tuple[tuple[float, ...], ...], ...]

    @property
    def counts(self) -> Codes:
        """Number of categories of each item, shape (p,)."""
        return np.array([len(categories) for categories in self.labels], dtype=np.int64)

    def values(self) -> Array:
        """Answer code of each category (the mean where some were merged), shape (p, most categories); NaN beyond."""
        found = np.full((len(self.labels), int(self.counts.max(initial=0))), np.nan)
        for j, categories in enumerate(self.labels):
            found[j, : len(categories)] = [float(np.mean(merged)) for merged in categories]
        return found


def categorise(
    answers: Array,
    names: Sequence[str],
    *,
    fewest: int = 1,
    groups: Codes | None = None,
    expected: Sequence[float] | None = None,
) -> tuple[Categories, list[Problem]]:
    """Number the categories of every item, and merge those with fewer than ``fewest`` answers (in any group).

    A rare category joins the neighbour with the fewer answers, so that as little as can be is lost; ties go to the
    middle of the scale. Merging is the same for all groups, as it must be for their curves to be compared.

    Parameters
    ----------
    answers : array, shape (n, p)
        NaN is missing.
    fewest : int
        Fewest answers that a category keeps to itself, in each group.
    groups : array of int, shape (n,), optional
        Number of the group of each row; rows of -1 do not count.
    expected : sequence of float, optional
        Answer codes that the form offers: those that nobody chose are said.

    Raises
    ------
    MeasurementError
        M330 an item has too many different answers to be ordered categories.
    """
    problems: list[Problem] = []
    too_many = []
    codes = np.full(answers.shape, -1, dtype=np.int64)
    labels = []
    for j, name in enumerate(names):
        known = ~np.isnan(answers[:, j])
        values, numbers = np.unique(answers[known, j], return_inverse=True)
        if len(values) > MOST_CATEGORIES:
            too_many.append(Problem("M330", Place(item=name), {"n": len(values), "most": MOST_CATEGORIES}))
            continue
        if expected is not None and (unused := [float(v) for v in expected if v not in values]):
            problems.append(Problem("M331", Place(item=name), {"n": len(unused), "codes": _text(unused)}))
        belongs = np.zeros(int(known.sum()), dtype=np.int64) if groups is None else groups[known]
        table = _table(numbers, belongs, len(values))
        merged = _merge(table, fewest)
        target = np.repeat(np.arange(len(merged)), [len(part) for part in merged])
        codes[known, j] = target[numbers] if len(values) else -1
        labels.append(tuple(tuple(float(values[k]) for k in part) for part in merged))
        if together := [part for part in labels[-1] if len(part) > 1]:
            said = "; ".join(_text(part) for part in together)
            problems.append(Problem("M332", Place(item=name), {"codes": said, "fewest": fewest}))
    if too_many:
        raise MeasurementError(too_many)
    return Categories(codes, tuple(labels)), problems


def _text(codes: Sequence[float]) -> str:
    return ", ".join(f"{code:g}" for code in codes)


def _table(numbers: npt.NDArray[np.int64], belongs: Codes, n_values: int) -> Codes:
    """Answers by group, shape (n_groups, n_values)."""
    inside = belongs >= 0
    n_groups = int(belongs.max(initial=0)) + 1
    flat = np.bincount(belongs[inside] * n_values + numbers[inside], minlength=n_groups * n_values)
    table = flat.reshape(n_groups, n_values).astype(np.int64)
    return np.asarray(table[table.sum(axis=1) > 0], dtype=np.int64)


def _merge(table: Codes, fewest: int) -> list[list[int]]:
    """Categories that go together, each at least ``fewest`` in every group, or two that are left."""
    parts = [[k] for k in range(table.shape[1])]
    while len(parts) > 2 and len(table):
        counts = np.array([table[:, part].sum(axis=1).min() for part in parts])
        rare = int(counts.argmin())
        if counts[rare] >= fewest:
            break
        total = [int(table[:, part].sum()) for part in parts]
        middle = (len(parts) - 1) / 2
        near = [k for k in (rare - 1, rare + 1) if 0 <= k < len(parts)]
        other = min(near, key=lambda k: (total[k], abs(k - middle)))
        low, high = sorted((rare, other))
        parts[low : high + 1] = [parts[low] + parts[high]]
    return parts
