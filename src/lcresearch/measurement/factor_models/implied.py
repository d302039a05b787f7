"""What a model says the covariances and means are, and how they move with each parameter, for all groups at once.

All variables stand in one vector (reticular action model: McArdle & McDonald 1984): arrows A, variances and covariances
S and means m, with E = (I - A)^-1. Of these the observed ones are taken:

    Sigma = (E S E')_oo       mu = (E m)_o

Each derivative of Sigma is of rank two, d Sigma = l r' + r l'. Gradients and information matrices then need products of
the l, the r and the derivatives of mu only, and no matrix as long as the number of covariances.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from lcresearch.measurement.factor_models.arrays import Array, Integers
from lcresearch.measurement.factor_models.parameter_table import ParameterTable

ARROW, COVARIANCE, MEAN, THRESHOLD, SCALING = 0, 1, 2, 3, 4


@dataclass(frozen=True)
class Implied:
    """Moments that a model says, with what their derivatives are made of.

    Attributes
    ----------
    covariance : array, shape (n_groups, p, p)
    mean : array, shape (n_groups, p)
    left, right : array, shape (n_groups, p, n_parameters)
        The derivative of the covariances to parameter k is l_k r_k' + r_k l_k'.
    slope : array, shape (n_groups, p, n_parameters)
        That of the means.
    """

    covariance: Array
    mean: Array
    left: Array
    right: Array
    slope: Array


@dataclass(frozen=True)
class Layout:
    """Where each parameter of a table stands, and which are one number.

    Attributes
    ----------
    table : ParameterTable
    matrix : array of int, shape (n_parameters,)
        ARROW, COVARIANCE or MEAN; THRESHOLD or SCALING of an ordered item.
    row, column : array of int, shape (n_parameters,)
        Place among the variables, the observed first.
    free : array of int, shape (n_groups, n_parameters)
        Number of the estimated parameter; -1 where it is fixed.
    fixed : array, shape (n_groups, n_parameters)
        Values where it is fixed, else 0.
    names : tuple of str, shape (n_free,)
        Of the estimated parameters: the label, or the parameter with its group behind a dot.
    """

    table: ParameterTable
    matrix: Integers
    row: Integers
    column: Integers
    free: Integers
    fixed: Array
    names: tuple[str, ...]

    @property
    def n_free(self) -> int:
        """Number of estimated parameters."""
        return len(self.names)

    @property
    def n_observed(self) -> int:
        """Number of observed variables, p."""
        return len(self.table.observed)

    def values(self, theta: Array) -> Array:
        """Value of each parameter in each group, shape (n_groups, n_parameters)."""
        return np.where(self.free >= 0, theta[self.free], self.fixed)

    def matrices(self, values: Array) -> tuple[Array, Array, Array]:
        """A, S and m from values, shapes (n_groups, t, t), (n_groups, t, t), (n_groups, t)."""
        n_groups = len(values)
        t = self.n_observed + len(self.table.latent)
        arrows, covariances = np.zeros((2, n_groups, t, t), dtype=values.dtype)
        means = np.zeros((n_groups, t), dtype=values.dtype)
        for kind, target in ((ARROW, arrows), (COVARIANCE, covariances)):
            chosen = self.matrix == kind
            target[:, self.row[chosen], self.column[chosen]] = values[:, chosen]
        chosen = self.matrix == COVARIANCE
        covariances[:, self.column[chosen], self.row[chosen]] = values[:, chosen]
        chosen = self.matrix == MEAN
        means[:, self.row[chosen]] = values[:, chosen]
        return arrows, covariances, means

    def extended(self, wide: Layout) -> Self:
        """This layout with the parameters of another, of which the first are its own and the others stand fixed."""
        free = np.full(wide.free.shape, -1, dtype=np.int64)
        free[:, : self.free.shape[1]] = self.free
        return replace(
            self, table=wide.table, matrix=wide.matrix, row=wide.row, column=wide.column, free=free, fixed=wide.fixed
        )

    def implied(self, theta: Array) -> Implied:
        """Moments at theta."""
        return self.implied_by(self.values(theta))

    def implied_by(self, values: Array) -> Implied:
        """Moments from the value of each parameter in each group, shape (n_groups, n_parameters)."""
        arrows, covariances, means = self.matrices(values)
        p = self.n_observed
        effects = np.linalg.inv(np.eye(arrows.shape[-1]) - arrows)
        total = effects @ covariances @ np.swapaxes(effects, 1, 2)
        mean = (effects @ means[:, :, None])[:, :, 0]
        paths = effects[:, :p]
        left = paths[:, :, self.row]
        right = np.where(self.matrix == ARROW, total[:, :p][:, :, self.column], paths[:, :, self.column])
        halved = (self.matrix == COVARIANCE) & (self.row == self.column)
        right = np.where(halved, right / 2, right) * (self.matrix < MEAN)
        along = np.where(self.matrix == ARROW, mean[:, self.column], (self.matrix == MEAN).astype(float))
        return Implied(total[:, :p, :p], mean[:, :p], left, right, left * along[:, None, :])


def layout_of(table: ParameterTable) -> Layout:
    """Places of the parameters of a table, and numbers for those that are estimated."""
    parameters = table.parameters
    names = (*table.observed, *table.latent)
    place = {name: at for at, name in enumerate(names)}
    entries = []
    for each in parameters:
        if each.operator == "~~":
            entries.append((COVARIANCE, place[each.left], place[each.right]))
        elif each.operator == "=~":
            entries.append((ARROW, place[each.right], place[each.left]))
        elif each.operator in ("|", "~*~"):
            entries.append((THRESHOLD if each.operator == "|" else SCALING, place[each.left], place[each.left]))
        elif each.right == "1":
            entries.append((MEAN, place[each.left], 0))
        else:
            entries.append((ARROW, place[each.left], place[each.right]))
    free = np.full((table.n_groups, len(parameters)), -1, dtype=np.int64)
    fixed = np.zeros(free.shape)
    numbers: dict[str, int] = {}
    for group in range(table.n_groups):
        for at, each in enumerate(parameters):
            value, label = each.fixed[group], each.labels[group]
            if value is not None:
                fixed[group, at] = value
            else:
                own = f"{each.name}.g{group + 1}" if table.n_groups > 1 else each.name
                free[group, at] = numbers.setdefault(label or own, len(numbers))
    matrix, row, column = np.array(entries, dtype=np.int64).reshape(-1, 3).T
    return Layout(table, matrix, row, column, free, fixed, tuple(numbers))
