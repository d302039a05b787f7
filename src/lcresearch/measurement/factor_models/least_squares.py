"""Diagonally weighted least squares: distances between sample and model, each in units of its own standard error.

Thresholds and polychoric correlations of each group against those of the model, with the inverse of their asymptotic
variances as weights (Muthen, du Toit & Spisic 1997).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from lcresearch.measurement.factor_models.arrays import Array
from lcresearch.measurement.factor_models.implied import Implied, Layout
from lcresearch.measurement.factor_models.ordinal_layout import OrdinalImplied, OrdinalLayout
from lcresearch.measurement.factor_models.ordinal_sample import OrdinalSample


@dataclass(frozen=True)
class LeastSquares:
    """Half the weighted sum of squares a person: sum of (n - 1) / 2N (s - sigma)' W (s - sigma) over groups.

    As in lavaan and Mplus a group counts with one person less in the discrepancy, not in its curvature.

    Attributes
    ----------
    layout : OrdinalLayout
    sample : OrdinalSample
    """

    layout: OrdinalLayout
    sample: OrdinalSample

    @cached_property
    def share(self) -> Array:
        """Persons of each group as share of all, shape (n_groups,)."""
        return np.asarray(self.sample.n / self.sample.n.sum())

    @cached_property
    def weights(self) -> Array:
        """Of thresholds and correlations, times the share of the group: shape (n_groups, t + c)."""
        return np.asarray(self.share[:, None] / self.sample.variances)

    @cached_property
    def pull(self) -> Array:
        """Weights of the discrepancy, of the same shape."""
        return np.asarray((1 - 1 / self.sample.n)[:, None] * self.weights)

    def over(self, layout: Layout) -> LeastSquares:
        """The same data under another layout."""
        if not isinstance(layout, OrdinalLayout):
            raise TypeError("ordered items need an OrdinalLayout")
        return replace(self, layout=layout)

    def value(self, theta: Array) -> float:
        """The discrepancy; infinite where a response has no variance or a scaling is not positive."""
        values = self.layout.values(theta)
        scaling = values[:, self.layout.scaling_place]
        if not (np.isfinite(scaling).all() and (scaling > 0).all()):
            return np.inf
        away = self.sample.statistics - self.layout.implied_by(values).statistics
        return float((self.pull * away**2).sum() / 2)

    def local_gradient(self, implied: Implied) -> Array:
        """Derivatives to each parameter of each group, shape (n_groups, n_parameters)."""
        own = ordinal_moments(implied)
        pulled = self.pull * (self.sample.statistics - own.statistics)
        return np.asarray(-(pulled[:, None, :] @ own.jacobian)[:, 0])

    def local_information(self, implied: Implied) -> Array:
        """J' W J, shape (n_groups, n_parameters, n_parameters): the curvature where the model is right."""
        jacobian = ordinal_moments(implied).jacobian
        return np.asarray(np.swapaxes(jacobian, 1, 2) @ (self.weights[:, :, None] * jacobian))

    def local_hessian(self, theta: Array) -> Array:
        """The same at theta: steps of Gauss and Newton need no other curvature."""
        return self.local_information(self.layout.implied(theta))

    def gathered(self, local: Array) -> Array:
        """Sums over the places where a free parameter stands, from values (n_groups, n_parameters)."""
        free = self.layout.free
        kept = free >= 0
        found = np.zeros(self.layout.n_free, dtype=local.dtype)
        np.add.at(found, free[kept], local[kept])
        return found


def ordinal_moments(implied: Implied) -> OrdinalImplied:
    """The moments, known to be those of ordered items."""
    if not isinstance(implied, OrdinalImplied):
        raise TypeError("the moments of ordered items come from an OrdinalLayout")
    return implied
