"""What a sample says of ordered items: thresholds and polychoric correlations of each group, with their precision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from lcresearch.errors import MeasurementError, Place, Problem
from lcresearch.measurement.columns import category_labels, check_labels, groups_or_one, item_names, matrix
from lcresearch.measurement.factor_models.arrays import Array, Flags, Integers
from lcresearch.measurement.polychoric import MISSING, Polychoric, polychoric

MOST_CATEGORIES = 20


@dataclass(frozen=True)
class OrdinalRows:
    """Rows behind the statistics.

    Attributes
    ----------
    codes : array of int, shape (n, p)
        Answers of persons as places among the categories; -1 is missing.
    group : array of int, shape (n,)
    index : Index
        Of the rows that are used.
    labels : dict
        Item -> its categories in their order, of items that came as ordered categoricals.
    """

    codes: Integers
    group: Integers
    index: pd.Index
    labels: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class OrdinalSample:
    """Thresholds and polychoric correlations of groups.

    Attributes
    ----------
    items, groups : tuple of str
        Groups have one empty label where there are none.
    categories : tuple of array
        Answers of each item in their order.
    n : array, shape (n_groups,)
        Persons.
    statistics : array, shape (n_groups, t + c)
        Thresholds, item by item, then correlations.
    gamma : array, shape (n_groups, t + c, t + c)
        n times their asymptotic covariance matrix.
    correlation : array, shape (n_groups, p, p)
    at_limit : array of bool, shape (n_groups, c)
        Correlations that run to 1 or -1.
    n_dropped : dict
        Reason -> rows.
    rows : OrdinalRows or None
        None where only the statistics are there.
    missing : "listwise" or "pairwise"
    """

    items: tuple[str, ...]
    groups: tuple[str, ...]
    categories: tuple[Array, ...]
    n: Array
    statistics: Array
    gamma: Array
    correlation: Array
    at_limit: Flags
    n_dropped: dict[str, int]
    rows: OrdinalRows | None = None
    missing: str = "listwise"

    @property
    def index(self) -> pd.Index | None:
        """Of the rows that are used."""
        return self.rows.index if self.rows is not None else None

    @cached_property
    def answered(self) -> Array:
        """Persons of each group who answered each item, shape (n_groups, p)."""
        if self.rows is None:
            return np.repeat(self.n[:, None], len(self.items), axis=1)
        known = (self.rows.codes != MISSING).T
        counts = [np.bincount(self.rows.group, each, len(self.n)) for each in known]
        return np.stack(counts, axis=1)

    @cached_property
    def variances(self) -> Array:
        """n times the asymptotic variances, shape (n_groups, t + c)."""
        return np.diagonal(self.gamma, axis1=1, axis2=2)

    @property
    def n_categories(self) -> tuple[int, ...]:
        """Of each item."""
        return tuple(map(len, self.categories))

    @property
    def n_thresholds(self) -> int:
        """Of all items together, t."""
        return sum(self.n_categories) - len(self.items)

    def coded(self, frame: pd.DataFrame) -> Integers:
        """Answers of other persons as places among the categories, shape (n, p); -1 is missing.

        Raises
        ------
        MeasurementError
            M001 to M003, M008, M416: columns; M418: other categories; M251: an answer that nobody gave when the model
            was fitted.
        """
        names = item_names(frame, list(self.items), ordered=True)
        check_labels(frame, names, self.rows.labels if self.rows is not None else {})
        answers = matrix(frame, names)
        codes = np.full(answers.shape, MISSING, dtype=np.int64)
        problems = []
        for j, levels in enumerate(self.categories):
            known = ~np.isnan(answers[:, j])
            place = np.minimum(np.searchsorted(levels, answers[known, j]), len(levels) - 1)
            strange = np.unique(answers[known, j][levels[place] != answers[known, j]])
            codes[known, j] = place
            if len(strange):
                values = {"found": [f"{each:g}" for each in strange[:10]], "known": [f"{each:g}" for each in levels]}
                problems.append(Problem("M251", Place(item=self.items[j]), values))
        if problems:
            raise MeasurementError(problems)
        return codes


def ordinal_sample(data: pd.DataFrame, items: Sequence[str], group: str | None, missing: str) -> OrdinalSample:
    """Estimate thresholds and polychoric correlations in each group.

    Parameters
    ----------
    data : DataFrame
    items : sequence of str
    group : str or None
    missing : "listwise" or "pairwise"
        Persons with an open answer are left out, or count for the pairs that they answered.

    Raises
    ------
    MeasurementError
        M001 to M003, M008, M416: columns; M223: nobody is left; M240: an answer that nobody in a group gave; M242: an
        item with too many answers; M243: an item without differences.
    """
    names = item_names(data, list(items), ordered=True)
    answers = matrix(data, names)
    codes, labels = groups_or_one(data, group)
    known = ~np.isnan(answers)
    used = (known.all(axis=1) if missing == "listwise" else known.any(axis=1)) & (codes >= 0)
    dropped = {"missing_group": int((codes < 0).sum()), "missing_answers": int((~used & (codes >= 0)).sum())}
    if not used.any():
        raise MeasurementError("M223", n=len(data))
    present, own = np.unique(codes[used], return_inverse=True)
    labels, own = tuple(labels[place] for place in present), own.reshape(-1).astype(np.int64)
    categories, answered = _categories(answers[used], names)
    _check_groups(answered, own, names, labels, categories)
    counts = [len(each) for each in categories]
    found = [polychoric(answered[own == number], n_categories=counts, names=names) for number in range(len(labels))]
    return OrdinalSample(
        items=tuple(names),
        groups=labels,
        categories=categories,
        n=np.array([each.n for each in found], dtype=float),
        statistics=np.stack([np.concatenate([each.thresholds, each.correlations]) for each in found]),
        gamma=np.stack([_gamma(each) for each in found]),
        correlation=np.stack([each.matrix for each in found]),
        at_limit=np.stack([each.at_limit for each in found]),
        n_dropped=dropped,
        rows=OrdinalRows(answered, own, data.index[used], category_labels(data, names)),
        missing=missing,
    )


def _gamma(found: Polychoric) -> Array:
    if found.gamma is None:
        raise TypeError("polychoric() was asked for gamma")
    return found.gamma


def _categories(answers: Array, names: Sequence[str]) -> tuple[tuple[Array, ...], Integers]:
    """The answers of each item, in order of size, and the place of each person's answer among them."""
    codes = np.full(answers.shape, MISSING, dtype=np.int64)
    categories, problems = [], []
    for j, name in enumerate(names):
        known = ~np.isnan(answers[:, j])
        levels, codes[known, j] = np.unique(answers[known, j], return_inverse=True)
        categories.append(levels)
        if len(levels) > MOST_CATEGORIES:
            problems.append(Problem("M242", Place(item=name), {"n": len(levels), "most": MOST_CATEGORIES}))
        elif len(levels) < 2:
            problems.append(Problem("M243", Place(item=name)))
    if problems:
        raise MeasurementError(problems)
    return tuple(categories), codes


def _check_groups(
    codes: Integers, group: Integers, names: Sequence[str], labels: Sequence[str], categories: Sequence[Array]
) -> None:
    """Each answer must be given in each group, or thresholds cannot be compared."""
    problems = []
    for j, (name, levels) in enumerate(zip(names, categories, strict=True)):
        seen = np.zeros((len(labels), len(levels)), dtype=bool)
        known = codes[:, j] != MISSING
        seen[group[known], codes[known, j]] = True
        for at in np.flatnonzero(~seen.all(axis=1)):
            lacking = [f"{level:g}" for level in levels[~seen[at]]]
            problems.append(Problem("M240", Place(item=name), {"group": labels[int(at)] or "–", "empty": lacking}))
    if problems:
        raise MeasurementError(problems)
