"""What a factor model says of ordered items: thresholds, and correlations of the responses behind the answers.

An answer is above category k where a normal response y* is above the threshold tau_k. Only the order of answers is
seen, so that thresholds and correlations are known in units of the response's standard deviation. With Sigma and mu of
y* and the scaling delta of each item,

    r_ij = delta_i Sigma_ij delta_j        z_ik = delta_i (tau_ik - mu_i)

In the delta parameterisation the scalings are parameters (1, unless groups share thresholds) and residual variances
follow, delta^-2 minus what factors explain; in the theta parameterisation residual variances are parameters (1, unless
groups share thresholds) and scalings follow (Muthen & Asparouhov 2002).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lcresearch.measurement.factor_models.arrays import Array, Integers
from lcresearch.measurement.factor_models.implied import (
    ARROW,
    COVARIANCE,
    SCALING,
    THRESHOLD,
    Implied,
    Layout,
    layout_of,
)
from lcresearch.measurement.factor_models.parameter_table import ParameterTable

PARAMETERIZATIONS = ("delta", "theta")


@dataclass(frozen=True)
class OrdinalImplied(Implied):
    """Moments of the responses in units of their standard deviations, as one vector, with its derivatives.

    ``covariance`` holds the correlations that the model says, ``mean`` the means in the same units.

    Attributes
    ----------
    statistics : array, shape (n_groups, t + c)
        Thresholds, item by item, then correlations as :class:`~lcresearch.measurement.polychoric.Polychoric` has them.
    jacobian : array, shape (n_groups, t + c, n_parameters)
    """

    statistics: Array
    jacobian: Array


@dataclass(frozen=True)
class OrdinalLayout(Layout):
    """Where each parameter of a model for ordered items stands.

    Attributes
    ----------
    parameterization : str
        ``delta`` or ``theta``.
    threshold_place, threshold_item : arrays of int, shape (t,)
        Parameter and item of each threshold.
    scaling_place, variance_place : arrays of int, shape (p,)
        Parameters of each item.
    pairs : array of int, shape (c, 2)
    """

    parameterization: str
    threshold_place: Integers
    threshold_item: Integers
    scaling_place: Integers
    variance_place: Integers
    pairs: Integers

    def values(self, theta: Array) -> Array:
        """Value of each parameter in each group, with those that follow, shape (n_groups, n_parameters)."""
        return self.completed(super().values(theta))

    def completed(self, values: Array) -> Array:
        """The same with residual variances (delta) or scalings (theta) made to follow from the others; analytic."""
        found = values.copy()
        p = self.n_observed
        if self.parameterization == "delta":
            found[:, self.variance_place] = 0.0
            found[:, self.variance_place] = found[:, self.scaling_place] ** -2 - self._variances(found)[:, :p]
        else:
            variances = self._variances(found)[:, :p]
            found[:, self.scaling_place] = np.where(
                variances.real > 0, 1 / np.sqrt(np.where(variances.real > 0, variances, 1.0)), np.nan
            )
        return found

    def _variances(self, values: Array) -> Array:
        """Of all variables, shape (n_groups, t)."""
        arrows, covariances, _ = self.matrices(values)
        effects = np.linalg.inv(np.eye(arrows.shape[-1]) - arrows)
        return np.asarray(((effects @ covariances) * effects).sum(axis=2))

    def implied(self, theta: Array) -> OrdinalImplied:
        """Moments at theta."""
        return self.implied_by(self.values(theta))

    def implied_by(self, values: Array) -> OrdinalImplied:
        """Moments from complete values, shape (n_groups, n_parameters)."""
        of_responses = super().implied_by(values)
        left, right = of_responses.left, of_responses.right
        delta = values[:, self.scaling_place]
        moved = self._scaling_slopes(delta, left, right)
        i, j = self.pairs.T
        covariance = of_responses.covariance[:, i, j]
        both = delta[:, i] * delta[:, j]
        bends = left[:, i] * right[:, j] + right[:, i] * left[:, j]
        stretched = moved[:, i] * delta[:, j, None] + moved[:, j] * delta[:, i, None]
        on_correlations = both[:, :, None] * bends + covariance[:, :, None] * stretched
        item = self.threshold_item
        distance = values[:, self.threshold_place] - of_responses.mean[:, item]
        own = np.arange(values.shape[1]) == self.threshold_place[:, None]
        on_thresholds = moved[:, item] * distance[:, :, None] + delta[:, item, None] * (
            own - of_responses.slope[:, item]
        )
        return OrdinalImplied(
            covariance=of_responses.covariance * delta[:, :, None] * delta[:, None, :],
            mean=of_responses.mean * delta,
            left=left,
            right=right,
            slope=of_responses.slope,
            statistics=np.concatenate([delta[:, item] * distance, both * covariance], axis=1),
            jacobian=np.concatenate([on_thresholds, on_correlations], axis=1),
        )

    def _scaling_slopes(self, delta: Array, left: Array, right: Array) -> Array:
        """Derivatives of the scalings of items, shape (n_groups, p, n_parameters)."""
        if self.parameterization == "theta":
            return np.asarray(-(delta**3)[:, :, None] * left * right)
        own = np.arange(left.shape[2]) == self.scaling_place[:, None]
        return np.broadcast_to(own.astype(float), left.shape)


def ordinal_layout(table: ParameterTable, parameterization: str) -> OrdinalLayout:
    """Places of the parameters of a table in which each item has thresholds, a residual variance and a scaling."""
    plain = layout_of(table)
    p = plain.n_observed
    by_item = np.lexsort((_threshold_numbers(table), plain.row))
    thresholds = by_item[plain.matrix[by_item] == THRESHOLD]
    on_item = plain.row < p
    variances = np.flatnonzero((plain.matrix == COVARIANCE) & (plain.row == plain.column) & on_item)
    scalings = np.flatnonzero(plain.matrix == SCALING)
    second, first = np.triu_indices(p, 1)
    return OrdinalLayout(
        **vars(plain),
        parameterization=parameterization,
        threshold_place=thresholds,
        threshold_item=plain.row[thresholds],
        scaling_place=scalings[np.argsort(plain.row[scalings])],
        variance_place=variances[np.argsort(plain.row[variances])],
        pairs=np.column_stack([first, second]).astype(np.int64),
    )


def _threshold_numbers(table: ParameterTable) -> Integers:
    return np.array([int(each.right[1:]) if each.operator == "|" else 0 for each in table.parameters], dtype=np.int64)


def items_with_arrows(layout: Layout) -> list[str]:
    """Observed variables that predict others."""
    out = np.unique(layout.column[(layout.matrix == ARROW) & (layout.column < layout.n_observed)])
    return [layout.table.observed[int(at)] for at in out]
