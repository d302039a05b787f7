"""Numbers of persons, means and covariances of items by group: what a factor model of continuous items needs.

They add over places, and save to one file; so consortia share moments in place of persons.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import MeasurementError, Place, Problem
from lcresearch.files import write_whole
from lcresearch.measurement.columns import Array, Codes, groups_in_order, item_names, matrix, places_of

FORMAT, VERSION = "lcresearch-moments", 1
MINIMUM_CELL = 10
_LARGEST_FILE = 200_000_000


@dataclass(frozen=True, repr=False)
class Moments:
    """Moments of p items in each group, over the persons who answered all items. They add: ``a + b``.

    Attributes
    ----------
    items : tuple of str, shape (p,)
    groups : tuple of str, shape (n_groups,)
        Labels; one empty label for one group without a name.
    n : array, shape (n_groups,)
        Persons.
    mean : array, shape (n_groups, p)
    covariance : array, shape (n_groups, p, p)
        Divided by n.
    n_dropped : int
        Persons who left an item open, or have no group.
    """

    items: tuple[str, ...]
    groups: tuple[str, ...]
    n: Array
    mean: Array
    covariance: Array
    n_dropped: int = 0

    def __add__(self, other: object) -> Moments:
        """Moments over the persons of both. The same label is one group; the items must be equal (M222)."""
        if not isinstance(other, Moments):
            return NotImplemented
        if set(self.items) != set(other.items):
            raise MeasurementError("M222", left=list(self.items), right=list(other.items))
        theirs = other.select(self.items)
        labels = tuple(dict.fromkeys((*self.groups, *theirs.groups)))
        code = np.array([labels.index(label) for label in (*self.groups, *theirs.groups)])
        n = np.concatenate([self.n, theirs.n])
        means = np.concatenate([self.mean, theirs.mean])
        covariances = np.concatenate([self.covariance, theirs.covariance])
        total = np.bincount(code, n, len(labels)).astype(np.float64)
        mean, covariance = np.zeros((len(labels), len(self.items))), np.zeros((len(labels), *covariances.shape[1:]))
        weight = n / total[code]
        np.add.at(mean, code, weight[:, None] * means)
        away = means - mean[code]
        np.add.at(covariance, code, weight[:, None, None] * (covariances + away[:, :, None] * away[:, None, :]))
        return Moments(self.items, labels, total, mean, covariance, self.n_dropped + theirs.n_dropped)

    def __repr__(self) -> str:
        persons, groups = int(self.n.sum()), [f"{name} ({int(n)})" for name, n in zip(self.groups, self.n, strict=True)]
        where = f" in {len(groups)} groups: {', '.join(groups[:6])}" if len(groups) > 1 else ""
        rest = " ..." if len(groups) > 6 else ""
        return f"<Moments of {len(self.items)} items, {persons} persons{where}{rest}>"

    def __radd__(self, other: object) -> Moments:
        """So that ``sum(parts)`` works."""
        return self if isinstance(other, int) and other == 0 else NotImplemented

    def select(self, items: Sequence[str]) -> Moments:
        """The moments of some items, in this order; M001 for one that is not there."""
        places = places_of(items, self.items)
        chosen = self.covariance[:, places][:, :, places]
        return Moments(tuple(items), self.groups, self.n, self.mean[:, places], chosen, self.n_dropped)

    def save(self, path: str | Path, minimum_cell: int | None = MINIMUM_CELL) -> Path:
        """Write one JSON file, whole or not at all.

        Parameters
        ----------
        path : str or Path
        minimum_cell : int or None
            Groups with fewer persons are refused, as are groups with no more persons than items: from their means and
            covariances the answers of single persons can be worked out. None checks nothing, for a file that stays in
            your own folder.

        Raises
        ------
        MeasurementError
            M239, M434: a group, or all data, too small to share.
        """
        least = 0 if minimum_cell is None else max(minimum_cell, len(self.items) + 1)
        small = [
            Problem("M239" if label else "M434", values={"group": label, "n": int(n), "minimum": least})
            for label, n in zip(self.groups, self.n, strict=True)
            if n < least
        ]
        if small:
            raise MeasurementError(small)
        return write_whole(Path(path), self.to_json())

    def to_json(self) -> str:
        """What :meth:`save` writes, for a file inside another; nothing is checked."""
        values = {"format": FORMAT, "version": VERSION, "items": list(self.items), "groups": list(self.groups)}
        arrays = {name: getattr(self, name).tolist() for name in ("n", "mean", "covariance")}
        return json.dumps(values | arrays | {"n_dropped": self.n_dropped})

    @classmethod
    def load(cls, path: str | Path) -> Moments:
        """Read what :meth:`save` wrote.

        Raises
        ------
        MeasurementError
            M220: no file of moments, or of another version; M221: numbers that cannot be moments.
        """
        path = Path(path)
        try:
            if path.stat().st_size > _LARGEST_FILE:
                raise ValueError
            text = path.read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise MeasurementError("M220", where=Place(file=path.name)) from error
        return cls.from_json(text, path.name)

    @classmethod
    def from_json(cls, text: str, name: str) -> Moments:
        """Read what :meth:`to_json` gave; ``name`` is that of the file in messages. Raises M220 and M221."""
        try:
            values: Any = json.loads(text)
            known = values["format"] == FORMAT and values["version"] == VERSION
            arrays = {name: np.array(values[name], dtype=float) for name in ("n", "mean", "covariance")}
            items, labels = tuple(map(str, values["items"])), tuple(map(str, values["groups"]))
            n_dropped = int(values["n_dropped"])
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
            raise MeasurementError("M220", where=Place(file=name)) from error
        if not known:
            raise MeasurementError("M220", where=Place(file=name))
        found = cls(items, labels, arrays["n"], arrays["mean"], arrays["covariance"], n_dropped)
        if not found._possible():
            raise MeasurementError("M221", where=Place(file=name))
        return found

    def _possible(self) -> bool:
        """Whether shapes fit, numbers are finite, and covariances are symmetric and not negative definite."""
        g, p = len(self.groups), len(self.items)
        if self.n.shape != (g,) or self.mean.shape != (g, p) or self.covariance.shape != (g, p, p) or not (g and p):
            return False
        if len(set(self.items)) < p or len(set(self.groups)) < g:
            return False
        if not all(np.isfinite(part).all() for part in (self.n, self.mean, self.covariance)) or (self.n < 1).any():
            return False
        symmetric = np.allclose(self.covariance, np.swapaxes(self.covariance, 1, 2), rtol=1e-10, atol=1e-12)
        largest = np.abs(self.covariance).max(axis=(1, 2))
        return bool(symmetric and (np.linalg.eigvalsh(self.covariance)[:, 0] >= -1e-8 * largest).all())


def moments(frame: pd.DataFrame, items: str | Sequence[str], group: str | None = None) -> Moments:
    """Numbers of persons, means and covariances of items, by group.

    Parameters
    ----------
    frame : DataFrame
        A row a person.
    items : sequence of str
        Columns.
    group : str, optional
        Column of the groups.

    Returns
    -------
    Moments
        They add, save and load, and stand in the place of rows in :func:`cfa`.

    Raises
    ------
    MeasurementError
        M001 to M003: columns that are not there, hold text, or stand twice; M223: nobody answered all items.

    Examples
    --------
    Invented answers of two firms, at each of which they are summed:

    >>> firm_a = pd.DataFrame({"a1": [1, 2, 4, 5], "a2": [2, 2, 5, 4], "firm": "A"})
    >>> firm_b = pd.DataFrame({"a1": [3, 2, 5], "a2": [3, 1, 5], "firm": "B"})
    >>> both = moments(firm_a, ["a1", "a2"], "firm") + moments(firm_b, ["a1", "a2"], "firm")
    >>> both.groups, both.n.tolist()
    (('A', 'B'), [4.0, 3.0])
    """
    names = item_names(frame, items)
    answers = matrix(frame, names)
    if group is None:
        codes, labels = np.zeros(len(frame), dtype=np.int64), [""]
    else:
        found = groups_in_order(frame, group)
        codes, labels = found.codes, [str(label) for label in found.labels]
    complete = ~np.isnan(answers).any(axis=1) & (codes >= 0)
    if not complete.any():
        raise MeasurementError("M223", n=len(frame))
    here = np.unique(codes[complete], return_inverse=True)
    kept, code = answers[complete], here[1].reshape(-1).astype(np.int64)
    n = np.bincount(code).astype(float)
    mean = _sums(kept, code, len(n)) / n[:, None]
    away = kept - mean[code]
    covariance = np.stack([_sums(away * away[:, [j]], code, len(n)) for j in range(len(names))], axis=1)
    present = tuple(labels[place] for place in here[0])
    return Moments(tuple(names), present, n, mean, covariance / n[:, None, None], int((~complete).sum()))


def _sums(values: Array, code: Codes, n_groups: int) -> Array:
    columns = [np.bincount(code, column, n_groups) for column in values.T]
    return np.stack(columns, axis=1)
