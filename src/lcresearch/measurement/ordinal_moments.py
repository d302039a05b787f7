"""Thresholds and polychoric correlations of groups with their precision: what a model of ordered items needs.

They are estimated where the rows are, saved to one file, and used in place of rows. Groups of several files go
together; persons of one group cannot be added afterwards, since thresholds and correlations of a whole do not follow
from those of its parts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from lcresearch.errors import MeasurementError, Place, Problem
from lcresearch.files import write_whole
from lcresearch.measurement.columns import Array, item_names, places_of
from lcresearch.measurement.factor_models.arrays import Flags, Integers
from lcresearch.measurement.factor_models.ordinal_sample import MOST_CATEGORIES, OrdinalSample, ordinal_sample
from lcresearch.measurement.item_response.graded_response import known_option
from lcresearch.measurement.polychoric import LIMIT

FORMAT, VERSION = "lcresearch-ordinal-moments", 1
MINIMUM_CELL, MINIMUM_CATEGORY = 10, 3
MISSING = ("listwise", "pairwise")
_LARGEST_FILE = 200_000_000
_ARRAYS = ("n", "answered", "statistics")
_SAME = 1e-8


@dataclass(frozen=True, repr=False, eq=False)
class OrdinalMoments:
    """Statistics of p ordered items in each group. Groups of two go together by ``a + b``.

    With t thresholds of all items and c = p (p - 1) / 2 correlations:

    Attributes
    ----------
    items : tuple of str, shape (p,)
    groups : tuple of str, shape (n_groups,)
        Labels; one empty label for one group without a name.
    categories : tuple of array
        Answers of each item, in their order.
    n : array, shape (n_groups,)
        Persons.
    answered : array, shape (n_groups, p)
        Persons who answered each item.
    statistics : array, shape (n_groups, t + c)
        Thresholds, item by item, then correlations of pairs (2, 1), (3, 1), ..., (3, 2), ... of items.
    gamma : array, shape (n_groups, t + c, t + c)
        n times their asymptotic covariance matrix.
    at_limit : array of bool, shape (n_groups, c)
        Correlations that run to 1 or -1.
    missing : "listwise" or "pairwise"
    n_dropped : dict
        Reason -> rows.
    """

    items: tuple[str, ...]
    groups: tuple[str, ...]
    categories: tuple[Array, ...]
    n: Array
    answered: Array
    statistics: Array
    gamma: Array
    at_limit: Flags
    missing: str
    n_dropped: Mapping[str, int]

    def __repr__(self) -> str:
        """Sizes only: the arrays are long."""
        return f"OrdinalMoments({len(self.items)} items, {len(self.groups)} groups, {int(self.n.sum())} persons)"

    @property
    def n_thresholds(self) -> int:
        """Of all items together, t."""
        return sum(map(len, self.categories)) - len(self.items)

    @property
    def counts(self) -> list[Array]:
        """Persons a group and answer, shapes (n_groups, n_categories), of each item."""
        found, at = [], 0
        for j, levels in enumerate(self.categories):
            below = special.ndtr(self.statistics[:, at : at + len(levels) - 1])
            edges = np.column_stack([np.zeros(len(self.n)), below, np.ones(len(self.n))])
            found.append(np.rint(np.diff(edges) * self.answered[:, [j]]))
            at += len(levels) - 1
        return found

    def __add__(self, other: object) -> OrdinalMoments:
        """The groups of both.

        Raises
        ------
        MeasurementError
            M222: other items; M258: a group that is in both; M299: other answers of an item.
        """
        if not isinstance(other, OrdinalMoments):
            return NotImplemented
        if set(self.items) != set(other.items):
            raise MeasurementError("M222", left=list(self.items), right=list(other.items))
        theirs = other.select(self.items)
        twice = sorted(set(self.groups) & set(theirs.groups))
        if twice:
            raise MeasurementError("M258", groups=[label or "–" for label in twice])
        problems = [
            Problem("M299", Place(item=item), {"left": _written(ours), "right": _written(others)})
            for item, ours, others in zip(self.items, self.categories, theirs.categories, strict=True)
            if not np.array_equal(ours, others)
        ]
        if problems:
            raise MeasurementError(problems)
        whole = {
            name: np.concatenate([getattr(self, name), getattr(theirs, name)])
            for name in ("n", "answered", "statistics", "gamma", "at_limit")
        }
        dropped = {
            reason: self.n_dropped.get(reason, 0) + theirs.n_dropped.get(reason, 0)
            for reason in (self.n_dropped | theirs.n_dropped)  # type: ignore[operator]
        }
        missing = self.missing if self.missing == theirs.missing else "pairwise"
        return OrdinalMoments(
            self.items, (*self.groups, *theirs.groups), self.categories, **whole, missing=missing, n_dropped=dropped
        )

    def __radd__(self, other: object) -> OrdinalMoments:
        """So that ``sum(parts)`` works."""
        return self if isinstance(other, int) and other == 0 else NotImplemented

    def select(self, items: Sequence[str]) -> OrdinalMoments:
        """The statistics of some items, in this order; M001 for one that is not there."""
        places = places_of(items, self.items)
        thresholds, pairs = self._places(places)
        t = self.n_thresholds
        at = np.concatenate([thresholds, t + pairs])
        return OrdinalMoments(
            items=tuple(items),
            groups=self.groups,
            categories=tuple(self.categories[place] for place in places),
            n=self.n,
            answered=self.answered[:, places],
            statistics=self.statistics[:, at],
            gamma=self.gamma[:, at][:, :, at],
            at_limit=self.at_limit[:, pairs],
            missing=self.missing,
            n_dropped=self.n_dropped,
        )

    def _places(self, places: Sequence[int]) -> tuple[Integers, Integers]:
        """Numbers of the thresholds of some items, and of the correlations among them."""
        p = len(self.items)
        owner = np.repeat(np.arange(p), [len(levels) - 1 for levels in self.categories])
        thresholds = [np.flatnonzero(owner == place) for place in places]
        number = np.zeros((p, p), dtype=np.int64)
        rows, columns = np.triu_indices(p, 1)
        number[rows, columns] = number[columns, rows] = np.arange(len(rows))
        one, other = np.triu_indices(len(places), 1)
        chosen = np.array(places, dtype=np.int64)
        return np.concatenate(thresholds).astype(np.int64), number[chosen[one], chosen[other]]

    @property
    def correlation(self) -> Array:
        """Polychoric correlations as matrices, shape (n_groups, p, p)."""
        p = len(self.items)
        rows, columns = np.triu_indices(p, 1)
        found = np.tile(np.eye(p), (len(self.n), 1, 1))
        found[:, rows, columns] = found[:, columns, rows] = self.statistics[:, self.n_thresholds :]
        return found

    def sample(self, items: Sequence[str]) -> OrdinalSample:
        """What a model of some items is fitted to."""
        own = self.select(items)
        return OrdinalSample(
            own.items, own.groups, own.categories, own.n, own.statistics, own.gamma, own.correlation, own.at_limit,
            dict(own.n_dropped), missing=own.missing,
        )  # fmt: skip

    def save(self, path: str | Path, minimum_cell: int | None = MINIMUM_CELL) -> Path:
        """Write one JSON file, whole or not at all.

        Parameters
        ----------
        path : str or Path
        minimum_cell : int or None
            Groups with fewer persons are refused, as are answers that one or two persons gave, and groups with no more
            persons than there are thresholds and correlations: from their covariance matrix the answers of single
            persons can be worked out. None checks nothing, for a file that stays in your own folder.

        Raises
        ------
        MeasurementError
            M257: a rare answer; M259: a group that is too small.
        """
        if minimum_cell is not None:
            self._check_shareable(minimum_cell)
        rows, columns = np.tril_indices(self.gamma.shape[1])
        values: dict[str, Any] = {"format": FORMAT, "version": VERSION, "missing": self.missing}
        values |= {"items": list(self.items), "groups": list(self.groups)}
        values |= {"categories": [levels.tolist() for levels in self.categories]}
        values |= {name: getattr(self, name).tolist() for name in _ARRAYS}
        values |= {"gamma": self.gamma[:, rows, columns].tolist(), "at_limit": self.at_limit.tolist()}
        values |= {"n_dropped": {str(reason): int(n) for reason, n in self.n_dropped.items()}}
        path = Path(path)
        write_whole(path, json.dumps(values))
        return path

    def _check_shareable(self, minimum_cell: int) -> None:
        """Section 9 of the design: minimum cells, and no statistics that single persons follow from."""
        size = self.statistics.shape[1]
        least = max(minimum_cell, size + 1)
        problems = [
            Problem("M259" if label else "M434", values={"group": label, "n": int(n), "minimum": least})
            for label, n in zip(self.groups, self.n, strict=True)
            if n < least
        ]
        for item, levels, counts in zip(self.items, self.categories, self.counts, strict=True):
            for group, at in zip(*np.nonzero(counts < MINIMUM_CATEGORY), strict=True):
                label = self.groups[group]
                values = {"group": label, "answer": f"{levels[at]:g}", "least": MINIMUM_CATEGORY}
                problems.append(Problem("M257" if label else "M435", Place(item=item), values))
        if problems:
            raise MeasurementError(problems)

    @classmethod
    def load(cls, path: str | Path) -> OrdinalMoments:
        """Read what :meth:`save` wrote.

        Raises
        ------
        MeasurementError
            M256: no file of such statistics, of another version, or with numbers that cannot be.
        """
        path = Path(path)
        try:
            if path.stat().st_size > _LARGEST_FILE:
                raise ValueError
            values: Any = json.loads(path.read_text(encoding="utf-8"))
            if values["format"] != FORMAT or values["version"] != VERSION or values["missing"] not in MISSING:
                raise ValueError
            found = cls._of(values)
        except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError, AttributeError) as error:
            raise MeasurementError("M256", where=Place(file=path.name)) from error
        return found

    @classmethod
    def _of(cls, values: Any) -> OrdinalMoments:
        """The statistics in a file; ValueError for what cannot be."""
        items, groups = tuple(map(str, values["items"])), tuple(map(str, values["groups"]))
        categories = tuple(np.array(levels, dtype=float) for levels in values["categories"])
        numbers = {name: np.array(values[name], dtype=float) for name in _ARRAYS}
        p, n_groups = len(items), len(groups)
        if not _possible_categories(categories) or len(categories) != p:
            raise ValueError
        size = sum(map(len, categories)) - p + p * (p - 1) // 2
        lower = np.array(values["gamma"], dtype=float)
        limit = np.array(values["at_limit"], dtype=bool).reshape(n_groups, -1)
        shapes = {"n": (n_groups,), "answered": (n_groups, p), "statistics": (n_groups, size)}
        right = all(numbers[name].shape == shape for name, shape in shapes.items())
        right = (
            right and lower.shape == (n_groups, size * (size + 1) // 2) and limit.shape == (n_groups, p * (p - 1) // 2)
        )
        if not right or not (p and n_groups) or len(set(items)) < p or len(set(groups)) < n_groups:
            raise ValueError
        rows, columns = np.tril_indices(size)
        gamma = np.zeros((n_groups, size, size))
        gamma[:, rows, columns] = gamma[:, columns, rows] = lower
        dropped = {str(reason): int(n) for reason, n in values["n_dropped"].items()}
        found = cls(
            items, groups, categories, **numbers, gamma=gamma, at_limit=limit, missing=values["missing"],
            n_dropped=dropped,
        )  # fmt: skip
        if not found._possible():
            raise ValueError
        return found

    def _possible(self) -> bool:
        """Whether numbers are finite, thresholds ascend, correlations are within 1, and gamma can be one."""
        if not all(np.isfinite(part).all() for part in (self.n, self.answered, self.statistics, self.gamma)):
            return False
        whole = (self.n == np.rint(self.n)).all() and (self.answered == np.rint(self.answered)).all()
        if not whole or (self.n < 2).any() or (self.answered < 1).any() or (self.answered > self.n[:, None]).any():
            return False
        t = self.n_thresholds
        owner = np.repeat(np.arange(len(self.items)), [len(levels) - 1 for levels in self.categories])
        rising = np.diff(self.statistics[:, :t]) > 0
        if not rising[:, np.diff(owner) == 0].all() or (np.abs(self.statistics[:, t:]) > LIMIT + _SAME).any():
            return False
        spread = np.diagonal(self.gamma, axis1=1, axis2=2)
        lowest = np.linalg.eigvalsh(self.gamma)[:, 0]
        return bool((spread > 0).all() and (lowest >= -_SAME * spread.max(axis=1)).all())


def _possible_categories(categories: Sequence[Array]) -> bool:
    """Whether each item has two answers or more, in order."""
    sizes = all(levels.ndim == 1 and 2 <= len(levels) <= MOST_CATEGORIES for levels in categories)
    return sizes and all(np.isfinite(levels).all() and (np.diff(levels) > 0).all() for levels in categories)


def _written(levels: Array) -> list[str]:
    return [f"{level:g}" for level in levels]


def ordinal_moments(
    frame: pd.DataFrame, items: Sequence[str], group: str | None = None, *, missing: str = "listwise"
) -> OrdinalMoments:
    """Thresholds and polychoric correlations of ordered items by group, with their asymptotic covariance matrix.

    Parameters
    ----------
    frame : DataFrame
        A row a person.
    items : sequence of str
        Columns.
    group : str, optional
        Column of the groups.
    missing : "listwise" or "pairwise"
        Persons with an open answer are left out, or count for the pairs that they answered.

    Returns
    -------
    OrdinalMoments
        They save and load, and stand in the place of rows in :func:`cfa` of ordered items.

    Raises
    ------
    MeasurementError
        M001 to M003, M008: columns; M223: nobody is left; M240: an answer that nobody in a group gave; M242, M243:
        items with too many answers, or one.

    Examples
    --------
    Invented answers of two firms, each of which saves its own file:

    >>> rng = np.random.default_rng(1)
    >>> place = rng.normal(size=(400, 1)) + rng.normal(size=(400, 3))
    >>> frame = pd.DataFrame(np.digitize(place, [-1, 0, 1]), columns=["a1", "a2", "a3"]).assign(firm=["A", "B"] * 200)
    >>> parts = [ordinal_moments(part, ["a1", "a2", "a3"], "firm") for _, part in frame.groupby("firm")]
    >>> sum(parts)
    OrdinalMoments(3 items, 2 groups, 400 persons)
    """
    known_option("missing", missing, MISSING)
    names = item_names(frame, items)  # numbers only: codes of categoricals would depend on the categories of each file
    found = ordinal_sample(frame, names, group, missing)
    return OrdinalMoments(
        items=found.items,
        groups=found.groups,
        categories=found.categories,
        n=found.n,
        answered=found.answered,
        statistics=found.statistics,
        gamma=found.gamma,
        at_limit=found.at_limit,
        missing=missing,
        n_dropped=found.n_dropped,
    )
