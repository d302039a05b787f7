"""The normal likelihood of a model over blocks: value, gradient and expected information, without loops over groups."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lcresearch.measurement.factor_models import second_derivatives
from lcresearch.measurement.factor_models.arrays import Array
from lcresearch.measurement.factor_models.blocks import Blocks
from lcresearch.measurement.factor_models.implied import Implied, Layout


@dataclass(frozen=True)
class NormalTheory:
    """Minus the log-likelihood a person, but for constants: half of lavaan's discrepancy.

    Attributes
    ----------
    layout : Layout
    blocks : Blocks
    """

    layout: Layout
    blocks: Blocks

    def over(self, layout: Layout) -> NormalTheory:
        """The same data under another layout."""
        return replace(self, layout=layout)

    def value(self, theta: Array) -> float:
        """Sum of n / 2N [log det Sigma + tr(Sigma^-1 S) + (m - mu)' Sigma^-1 (m - mu)]; infinite outside."""
        implied = self.layout.implied(theta)
        return self.value_of(implied.covariance, implied.mean)

    def value_of(self, covariance: Array, mean: Array) -> float:
        """The same for given moments, shapes (n_groups, p, p) and (n_groups, p)."""
        log_det = self.blocks.log_det(covariance)
        if not np.isfinite(log_det).all():
            return np.inf
        inverse = self.blocks.inverse(covariance)
        products = self._products(mean)
        inside = log_det + (inverse * products).sum(axis=(1, 2))
        return float((self.blocks.n * inside).sum() / (2 * self.blocks.n_persons))

    def _away(self, mean: Array) -> Array:
        """Means of the blocks minus those of the model; zero without a mean structure and where nobody answered."""
        if not self.layout.table.mean_structure:
            return np.zeros_like(self.blocks.mean, dtype=mean.dtype)
        return np.where(self.blocks.known, self.blocks.mean - mean[self.blocks.group], 0.0)

    def _products(self, mean: Array) -> Array:
        away = self._away(mean)
        return np.asarray(self.blocks.covariance + away[:, :, None] * away[:, None, :])

    def local_gradient(self, implied: Implied) -> Array:
        """Derivatives to each parameter of each group, shape (n_groups, n_parameters)."""
        blocks = self.blocks
        inverse = blocks.inverse(implied.covariance)
        weight = blocks.n / blocks.n_persons
        inner = inverse @ self._products(implied.mean) @ inverse - inverse
        pull = blocks.summed(weight[:, None, None] * inner)
        shift = blocks.summed(weight[:, None] * (inverse @ self._away(implied.mean)[:, :, None])[:, :, 0])
        along = (implied.left * (pull @ implied.right)).sum(axis=1)
        return np.asarray(-along - (implied.slope * shift[:, :, None]).sum(axis=1))

    def local_information(self, implied: Implied) -> Array:
        """Expected second derivatives, shape (n_groups, n_parameters, n_parameters)."""
        blocks = self.blocks
        inverse = blocks.inverse(implied.covariance)
        weight = blocks.n / blocks.n_persons
        left, right, slope = (part[blocks.group] for part in (implied.left, implied.right, implied.slope))
        to_left, to_right = inverse @ left, inverse @ right
        both, across = np.swapaxes(left, 1, 2) @ to_left, np.swapaxes(left, 1, 2) @ to_right
        found = both * (np.swapaxes(right, 1, 2) @ to_right) + across * np.swapaxes(across, 1, 2)
        if self.layout.table.mean_structure:
            found = found + np.swapaxes(slope, 1, 2) @ (inverse @ slope)
        return blocks.summed(weight[:, None, None] * found)

    def local_hessian(self, theta: Array) -> Array:
        """Observed second derivatives, shape (n_groups, n_parameters, n_parameters)."""
        values = self.layout.values(theta)
        implied = self.layout.implied_by(values)
        inverse = self.blocks.inverse(implied.covariance)
        return second_derivatives.local_hessian(
            self.layout, self.blocks, values, inverse, self._away(implied.mean)
        )  # fmt: skip

    def gathered(self, local: Array) -> Array:
        """Sums over the places where a free parameter stands, from values (n_groups, n_parameters)."""
        free = self.layout.free
        kept = free >= 0
        found = np.zeros(self.layout.n_free, dtype=local.dtype)
        np.add.at(found, free[kept], local[kept])
        return found
