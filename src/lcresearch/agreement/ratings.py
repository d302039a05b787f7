"""Ratings as arrays: categories as codes, each pattern of ratings once with the number of units that have it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import AgreementError

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

LARGEST_KEY = 2**62


@dataclass(frozen=True)
class Ratings:
    """Ratings of units by raters; equal rows are held once.

    Attributes
    ----------
    codes : array of int, shape (n_patterns, n_raters)
        Position of the rating in ``categories``; -1 where a rater gave none.
    frequency : array, shape (n_patterns,)
        Number of units with this pattern, or the length of text that has it.
    categories : tuple
        The categories in order, also those that nobody used.
    cluster : array of int, shape (n_patterns,), optional
        Number of the cluster (a document, say) of each pattern, when units within a cluster are not independent.
    identified : bool
        Whether a column is one rater; False when only the numbers of raters a category are known.
    """

    codes: Codes
    frequency: Array
    categories: tuple[Any, ...]
    cluster: Codes | None = None
    identified: bool = True

    @property
    def n_raters(self) -> int:
        """Number of raters, or the largest number of ratings of a unit when raters are not identified."""
        return int(self.codes.shape[1])

    @property
    def q(self) -> int:
        """Number of categories."""
        return len(self.categories)

    @cached_property
    def size(self) -> Codes:
        """Number of ratings of each pattern, shape (n_patterns,)."""
        return np.asarray((self.codes >= 0).sum(axis=1), dtype=np.int64)

    @cached_property
    def counts(self) -> Array:
        """Number of raters that chose each category, shape (n_patterns, q)."""
        row, rater = np.nonzero(self.codes >= 0)
        cells = row * self.q + self.codes[row, rater]
        found = np.bincount(cells, minlength=len(self.codes) * self.q)
        return np.asarray(found.reshape(len(self.codes), self.q), dtype=np.float64)

    @property
    def n_rated(self) -> float:
        """Units (or length) with at least one rating."""
        return float(self.frequency @ (self.size >= 1))

    @property
    def n_pairable(self) -> float:
        """Units (or length) with at least two ratings: only these can agree or not."""
        return float(self.frequency @ (self.size >= 2))

    @property
    def n_clusters(self) -> int:
        """Number of clusters with at least two ratings of a unit; of such units without clusters."""
        if self.cluster is None:
            return round(self.n_pairable)
        return len(np.unique(self.cluster[(self.size >= 2) & (self.frequency > 0)]))

    @cached_property
    def values(self) -> Array | None:
        """The categories as numbers, shape (q,); None when they are no numbers."""
        if not all(isinstance(c, int | float | np.number | np.bool_) for c in self.categories):
            return None
        return np.asarray(self.categories, dtype=np.float64)

    def pair(self, first: int, second: int) -> Ratings:
        """Two of the raters."""
        return Ratings(self.codes[:, [first, second]], self.frequency, self.categories, self.cluster)


def from_units(
    ratings: npt.ArrayLike,
    *,
    categories: Sequence[Any] | None = None,
    clusters: npt.ArrayLike | None = None,
    frequency: npt.ArrayLike | None = None,
) -> Ratings:
    """Ratings of units by raters, from an array with a row a unit and a column a rater.

    Parameters
    ----------
    ratings : array_like, shape (n_units, n_raters)
        Numbers or texts; None, NaN and pandas' NA are missing.
    categories : sequence, optional
        All categories, in order; by default those that occur, sorted.
    clusters : array_like, shape (n_units,), optional
        What the units belong to, such as a document.
    frequency : array_like, shape (n_units,), optional
        How many units a row stands for.

    Returns
    -------
    Ratings

    Raises
    ------
    AgreementError
        A001 the shape, A002 a rating outside the categories, A003 categories that cannot be sorted, A004 clusters or
        frequencies of another length, A005 frequencies that are no counts or lengths.

    See also
    --------
    rater_agreement : What to do with them.
    from_table, from_counts : Ratings in other forms.
    """
    table = np.asarray(ratings, dtype=object if _is_mixed(ratings) else None)
    if table.ndim != 2 or table.shape[1] < 2:
        raise AgreementError("A001", shape=str(tuple(table.shape)))
    codes, labels = _coded(table, categories)
    n = len(table)
    cluster = None if clusters is None else pd.factorize(_column(clusters, n, "clusters"))[0].astype(np.int64)
    return _compressed(codes, _frequency(frequency, n), labels, cluster)


def from_counts(
    counts: npt.ArrayLike, *, categories: Sequence[Any] | None = None, clusters: npt.ArrayLike | None = None
) -> Ratings:
    """Ratings by raters who are not identified, from the number of raters that chose each category.

    Parameters
    ----------
    counts : array_like, shape (n_units, q)
        Row a unit, column a category, as in Fleiss (1971).
    categories : sequence, optional
        The q categories in order; by default 1 to q.
    clusters : array_like, shape (n_units,), optional
        What the units belong to.

    Returns
    -------
    Ratings

    Raises
    ------
    AgreementError
        A001 the shape, A004 clusters of another length, A006 counts that are no whole numbers of 0 or more.

    See also
    --------
    rater_agreement : What to do with them.
    from_units, from_table : Ratings in other forms.
    """
    table = np.asarray(counts, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] < 1 or (categories is not None and len(categories) != table.shape[1]):
        raise AgreementError("A001", shape=str(tuple(table.shape)))
    if not (np.isfinite(table).all() and (table >= 0).all() and (table == np.rint(table)).all()):
        raise AgreementError("A006")
    whole = table.astype(np.int64)
    size = whole.sum(axis=1)
    codes = np.full((len(whole), max(int(size.max(initial=0)), 2)), -1, dtype=np.int64)
    place = np.arange(codes.shape[1]) < size[:, None]
    category = np.indices(whole.shape)[1]
    codes[place] = np.repeat(category.ravel(), whole.ravel())
    labels = tuple(categories) if categories is not None else tuple(range(1, table.shape[1] + 1))
    n = len(whole)
    cluster = None if clusters is None else pd.factorize(_column(clusters, n, "clusters"))[0].astype(np.int64)
    found = _compressed(codes, np.ones(n), labels, cluster)
    return Ratings(found.codes, found.frequency, labels, found.cluster, identified=False)


def from_table(table: npt.ArrayLike, *, categories: Sequence[Any] | None = None) -> Ratings:
    """Ratings by two raters, from their cross-table: row the category of the first, column that of the second.

    Parameters
    ----------
    table : array_like, shape (q, q)
        Numbers of units.
    categories : sequence, optional
        The q categories in order; by default 1 to q.

    Returns
    -------
    Ratings

    Raises
    ------
    AgreementError
        A001 the table is not square, A006 counts that are negative or not finite.

    See also
    --------
    rater_agreement : What to do with them.
    from_units, from_counts : Ratings in other forms.
    """
    cells = np.asarray(table, dtype=np.float64)
    if (
        cells.ndim != 2
        or cells.shape[0] != cells.shape[1]
        or (categories is not None and len(categories) != len(cells))
    ):
        raise AgreementError("A001", shape=str(tuple(cells.shape)))
    if not (np.isfinite(cells).all() and (cells >= 0).all()):
        raise AgreementError("A006")
    first, second = np.indices(cells.shape)
    labels = tuple(categories) if categories is not None else tuple(range(1, len(cells) + 1))
    return Ratings(np.column_stack([first.ravel(), second.ravel()]).astype(np.int64), cells.ravel(), labels)


def _is_mixed(ratings: npt.ArrayLike) -> bool:
    """Whether numpy would turn missing values into text."""
    if isinstance(ratings, np.ndarray):
        return False
    return not isinstance(ratings, pd.DataFrame)


def _coded(table: npt.NDArray[Any], categories: Sequence[Any] | None) -> tuple[Codes, tuple[Any, ...]]:
    flat = pd.Series(table.ravel())
    if flat.dtype == object:
        flat = flat.infer_objects()
    found, labels = pd.factorize(flat, use_na_sentinel=True)
    known = [_plain(label) for label in labels]
    if categories is None:
        try:
            order = sorted(range(len(known)), key=lambda i: known[i])
        except TypeError:
            raise AgreementError("A003", found=", ".join(map(str, known[:8]))) from None
        chosen = [known[i] for i in order]
    else:
        chosen = [_plain(label) for label in categories]
        if outside := [label for label in known if label not in chosen]:
            raise AgreementError("A002", found=", ".join(map(str, outside[:8])), categories=", ".join(map(str, chosen)))
    position = {label: i for i, label in enumerate(chosen)}
    lookup = np.array([position[label] for label in known] + [-1], dtype=np.int64)
    return lookup[found].reshape(table.shape), tuple(chosen)


def _plain(label: Any) -> Any:
    return label.item() if isinstance(label, np.generic) else label


def _column(given: npt.ArrayLike, n: int, name: str) -> npt.NDArray[Any]:
    column = np.asarray(given)
    if column.shape != (n,):
        raise AgreementError("A004", name=name, n=n, shape=str(tuple(column.shape)))
    return column


def _frequency(given: npt.ArrayLike | None, n: int) -> Array:
    if given is None:
        return np.ones(n)
    found = _column(given, n, "frequency").astype(np.float64)
    if not (np.isfinite(found).all() and (found >= 0).all()):
        raise AgreementError("A005")
    return found


def _compressed(codes: Codes, frequency: Array, labels: tuple[Any, ...], cluster: Codes | None) -> Ratings:
    """Equal rows (of a cluster) become one, with their frequencies added."""
    base, n_raters = len(labels) + 1, codes.shape[1]
    n_clusters = 1 if cluster is None else int(cluster.max(initial=0)) + 1
    if base**n_raters * n_clusters >= LARGEST_KEY or not len(codes):
        return Ratings(codes, frequency, labels, cluster)
    key = np.zeros(len(codes), dtype=np.int64) if cluster is None else cluster.copy()
    for rater in range(n_raters):
        key = key * base + codes[:, rater] + 1
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    total = np.bincount(inverse, frequency).astype(np.float64)
    return Ratings(codes[first], total, labels, None if cluster is None else cluster[first])
