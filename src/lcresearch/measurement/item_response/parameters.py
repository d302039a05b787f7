"""Free parameters of a graded model as one vector, with all discriminations free or all equal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lcresearch.measurement.columns import Array, Codes
from lcresearch.measurement.item_response.graded_model import GradedItems


@dataclass(frozen=True)
class Layout:
    """Which free parameter stands where.

    Attributes
    ----------
    positions : array of int, shape (p, K)
        Number in the vector of the slope and the thresholds of each item; -1 where an item has no such threshold.
    size : int
        Length of the vector.
    """

    positions: Codes
    size: int

    def items(self, vector: Array) -> GradedItems:
        """The parameters in the form of the model."""
        padded = np.append(vector, np.nan)[self.positions]
        return GradedItems(padded[:, 0], padded[:, 1:])

    def vector(self, items: GradedItems) -> Array:
        """The free parameters; an equal discrimination is the mean."""
        padded = np.column_stack([items.discriminations, items.thresholds])
        inside = self.positions >= 0
        total = np.bincount(self.positions[inside], padded[inside], self.size)
        return np.asarray(total / np.bincount(self.positions[inside], minlength=self.size))

    def sum_rows(self, by_item: Array) -> Array:
        """Add up derivatives given item by item, shape (..., p, K), to those of the vector, shape (..., size)."""
        inside = self.positions >= 0
        flat = by_item[..., inside]
        if self.size == int(inside.sum()):
            ordered = np.empty_like(flat)
            ordered[..., self.positions[inside]] = flat
            return ordered
        matrix = np.zeros((flat.shape[-1], self.size))
        matrix[np.arange(flat.shape[-1]), self.positions[inside]] = 1
        return np.asarray(flat @ matrix)

    def assemble(self, by_item: Array) -> Array:
        """Matrices of the items, shape (p, K, K), as one, shape (size, size)."""
        rows = np.broadcast_to(self.positions[:, :, None], by_item.shape)
        columns = np.broadcast_to(self.positions[:, None, :], by_item.shape)
        inside = (rows >= 0) & (columns >= 0)
        whole = np.zeros((self.size, self.size))
        np.add.at(whole, (rows[inside], columns[inside]), by_item[inside])
        return whole


def layout(n_categories: Codes, *, equal: bool) -> Layout:
    """The layout for items with these numbers of categories; ``equal`` for one discrimination for all."""
    p, k = len(n_categories), int(n_categories.max())
    inside = np.arange(k) < n_categories[:, None]
    positions = np.full((p, k), -1, dtype=np.int64)
    if equal:
        positions[:, 0] = 0
        inside[:, 0] = False
        n_thresholds = int(inside.sum())
        positions[inside] = np.arange(1, n_thresholds + 1)
        return Layout(positions, n_thresholds + 1)
    positions[inside] = np.arange(int(inside.sum()))
    return Layout(positions, int(inside.sum()))
