"""Groups within groups as arrays: which cell lies in which, and how many persons each holds.

A tree has a cell for everybody in a wave (its root), and below it one for each group at each level. A group is known
by its whole path, so two groups of the same name under different parents are two cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Tree:
    """Cells are numbered by depth, then parent, then name; ``-1`` stands for none.

    Attributes
    ----------
    columns : tuple of str
        Level columns, outermost first; the root has none.
    keys : tuple of tuple
        Path of each cell, the root's is empty.
    waves : tuple
        Wave of each cell.
    depth, parent : array (n_cells,)
        Depth (root 0) and the cell above.
    leaf : array (n_rows,)
        Deepest cell of each row; a row with a level missing stays in the last cell above it.
    """

    columns: tuple[str, ...]
    keys: tuple[tuple[Any, ...], ...]
    waves: tuple[Any, ...]
    depth: Ints
    parent: Ints
    leaf: Ints

    @property
    def n_cells(self) -> int:
        """Number of cells, roots included."""
        return len(self.keys)

    def at_depth(self, depth: int) -> Ints:
        """For each cell the cell of this depth that it lies in, or -1 if it lies higher."""
        above = np.where(self.depth >= depth, np.arange(self.n_cells), -1)
        for _ in range(depth, int(self.depth.max(initial=0))):
            deeper = (above >= 0) & (self.depth[above] > depth)
            above = np.where(deeper, self.parent[above], above)
        return above

    def blocks(self, released: Bools) -> Ints:
        """For each cell the nearest released cell at or above it: rows of one block cannot be told apart."""
        block = np.where(released, np.arange(self.n_cells), -1)
        for depth in range(1, int(self.depth.max(initial=0)) + 1):
            here = np.flatnonzero((self.depth == depth) & ~released)
            block[here] = block[self.parent[here]]
        return block

    def identity(self, cell: int) -> tuple[Any, tuple[str, ...], tuple[Any, ...]]:
        """What names a cell whatever tree it stands in: wave, level columns, path."""
        return self.waves[cell], self.columns[: self.depth[cell]], self.keys[cell]


def build_tree(frame: pd.DataFrame, columns: tuple[str, ...], wave: str | None) -> Tree:
    """The tree of these level columns over the rows of ``frame``."""
    codes, names = _codes(frame[wave]) if wave is not None else (np.zeros(len(frame), dtype=np.int64), [None])
    cell, keys, waves = codes, [()] * len(names), list(names)
    all_keys: list[tuple[Any, ...]] = list(keys)
    parents, depths = [np.full(len(names), -1)], [np.zeros(len(names), dtype=np.int64)]
    leaf, offset = cell.copy(), 0
    for depth, column in enumerate(columns, start=1):
        codes, names = _codes(frame[column])
        inside = (cell >= 0) & (codes >= 0)
        pairs, inverse = distinct(cell[inside] * max(len(names), 1) + codes[inside])
        above = pairs // max(len(names), 1)
        keys = [(*keys[a - offset], names[b]) for a, b in zip(above, pairs % max(len(names), 1), strict=True)]
        waves += [waves[a] for a in above]
        offset = len(all_keys)
        all_keys += keys
        parents.append(above)
        depths.append(np.full(len(pairs), depth))
        cell = np.full(len(frame), -1)
        cell[inside] = offset + inverse
        leaf = np.where(cell >= 0, cell, leaf)
    return Tree(columns, tuple(all_keys), tuple(waves), np.concatenate(depths), np.concatenate(parents), leaf)


def common_depth(a: tuple[str, ...], b: tuple[str, ...]) -> int:
    """How many levels two trees begin with in common; their cells down to there have the same numbers."""
    same = 0
    while a[same : same + 1] and a[same : same + 1] == b[same : same + 1]:
        same += 1
    return same


def _codes(column: pd.Series[Any]) -> tuple[Ints, list[Any]]:
    """Codes 0.. in the order of the names as text, -1 where missing."""
    codes, found = pd.factorize(column)
    names = found.tolist()
    order = sorted(range(len(names)), key=lambda i: str(names[i]))
    rank = np.empty(len(names) + 1, dtype=np.int64)
    rank[order], rank[-1] = np.arange(len(names)), -1
    return rank[codes], [names[i] for i in order]


@dataclass(frozen=True)
class Tally:
    """Persons in each cell or block, and the lowest and highest of their values."""

    persons: Ints
    low: Floats
    high: Floats

    def too_small(self, minimum: int) -> Bools:
        """Cells with somebody, but with too few."""
        return (self.persons > 0) & (self.persons < minimum)

    @property
    def alike(self) -> Bools:
        """Cells in which all have the same value."""
        width = np.subtract(self.high, self.low, out=np.full(self.low.shape, np.inf), where=self.persons > 0)
        return np.asarray(width <= 1e-9)


class Answers:
    """The rows of one statistic that hold a value, ready to be counted over any union of leaves.

    A person is counted once in each cell. Persons with one row in a wave (the rule) are counted by adding up leaves;
    the few with more are counted one by one. ``times`` says for each row how many its person has in the wave.
    """

    def __init__(self, tree: Tree, rows: Ints, person: Ints, value: Floats | None) -> None:
        self.tree, self.rows = tree, rows
        leaf = tree.leaf[rows]
        root = tree.at_depth(0)[leaf]
        who = person[rows] * (int(root.max(initial=0)) + 1) + root
        self.times = np.bincount(who)[who]
        several = self.times > 1
        self._several = _distinct_pairs(leaf[several], who[several])
        self._single = np.bincount(leaf[~several], minlength=tree.n_cells)
        self._low, self._high = np.full(tree.n_cells, np.inf), np.full(tree.n_cells, -np.inf)
        if value is None:
            self._low[:], self._high[:] = -np.inf, np.inf
        else:
            np.minimum.at(self._low, leaf, value[rows])
            np.maximum.at(self._high, leaf, value[rows])

    def tally(self, target: Ints) -> Tally:
        """Count over the cells that ``target`` (n_cells,) sends each leaf to; -1 is left out."""
        n_cells, used = self.tree.n_cells, target >= 0
        persons = np.bincount(target[used], weights=self._single[used], minlength=n_cells).astype(np.int64)
        goal = target[self._several[0]]
        if (goal >= 0).any():
            pairs = _distinct_pairs(goal[goal >= 0], self._several[1, goal >= 0])
            persons += np.bincount(pairs[0], minlength=n_cells)
        low, high = np.full(n_cells, np.inf), np.full(n_cells, -np.inf)
        np.minimum.at(low, target[used], self._low[used])
        np.maximum.at(high, target[used], self._high[used])
        return Tally(persons, low, high)

    def cells(self) -> Tally:
        """Count over every cell of the tree."""
        tallies = [self.tally(self.tree.at_depth(depth)) for depth in range(len(self.tree.columns) + 1)]
        persons, low, high = (
            np.choose(self.tree.depth, [getattr(t, part) for t in tallies]) for part in ("persons", "low", "high")
        )
        return Tally(persons, low, high)


def distinct(values: Ints) -> tuple[Ints, Ints]:
    """The distinct values in order, and for each value its place among them; faster than sorting all."""
    codes, found = pd.factorize(values)
    order = np.argsort(found)
    place = np.empty(len(found), dtype=np.int64)
    place[order] = np.arange(len(found))
    return found[order], place[codes]


def _distinct_pairs(first: Ints, second: Ints) -> Ints:
    """The distinct pairs of two code arrays, shape (2, n_pairs)."""
    width = int(second.max(initial=0)) + 1
    return np.stack(np.divmod(np.unique(first * width + second), width))
