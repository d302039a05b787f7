r"""The profiled (restricted) deviance as a function of the relative covariance matrices, with its gradient.

Bates, Maechler, Bolker & Walker (2015), equations 34 (ML) and 42 (REML). What the eliminations leave at the top gives
:math:`X'V^{-1}X` and the rest; the residual variance and the fixed effects are profiled out. With :math:`\sigma^2 V`
the covariance of :math:`n` rows, :math:`p` fixed effects, no weights, and
:math:`r^2 = (y - X\hat\beta)' V^{-1} (y - X\hat\beta)`,

.. math::

   d_{ML} = \log|V| + n \left(1 + \log\frac{2 \pi r^2}{n}\right)

.. math::

   d_{REML} = \log|V| + \log|X'V^{-1}X| + (n - p) \left(1 + \log\frac{2 \pi r^2}{n - p}\right)
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from lcresearch.multilevel.covariance import CovarianceLayout
from lcresearch.multilevel.small_matrices import Array

Integers = npt.NDArray[np.int64]


class Elimination(Protocol):
    """What the nested and the crossed elimination have in common.

    ``analytic_gradient`` says whether the gradient too can be taken at complex covariance matrices.
    """

    analytic_gradient: bool

    def evaluate(self, covariances: Sequence[Array]) -> tuple[float | complex, Array, Any]:
        """log det V, what is left at the top, and the steps on the way."""
        ...

    def gradient(self, steps: Any, adjoint: Array) -> list[Array]:
        """Derivatives of log det V + sum(adjoint * top) to each covariance matrix."""
        ...

    def effects(self, steps: Any, combination: Array) -> list[tuple[Array, Array]]:
        """Conditional modes and their relative covariance matrices, a pair a grouping factor."""
        ...

    def solve(self, steps: Any, right: Array) -> list[Array]:
        """(S^-1 + Z'WZ)^-1 times a vector that is given as sums over the rows of cells, (n_groups, q) a factor."""
        ...

    def spread(self, steps: Any, factors: Container[int] | None = None) -> Array:
        """Covariances, given the data, of what the columns add up to in each cell, shape (m, m, n_cells).

        Over all grouping factors, or some that are given by their places.
        """
        ...


@dataclass(frozen=True)
class Solution:
    """The profiled fit for given covariance matrices, in working units.

    Attributes
    ----------
    criterion : float
        REML criterion or deviance.
    beta : array, shape (p,)
    unscaled : array, shape (p, p)
        (X'V^-1 X)^-1; times sigma squared it is the covariance matrix of beta.
    sigma2 : float
    residual_sum : float
        Penalised residual sum of squares.
    log_det : float
        log det V.
    top : array, shape (m, m)
    steps : object
        Of the elimination.
    """

    criterion: Any
    beta: Array
    unscaled: Array
    sigma2: Any
    residual_sum: Any
    log_det: Any
    top: Array
    steps: Any


@dataclass(frozen=True)
class Criterion:
    """The criterion of one model over one set of sums.

    Attributes
    ----------
    elimination : Elimination
    layout : CovarianceLayout
    fixed : array of int, shape (p,)
        Columns of A that are X.
    response : array, shape (m,)
        The combination of columns of A that is y: one for its own column; an effect that is held takes its column off.
    n : int
        Number of rows.
    reml : bool
    log_weights : float
        Sum of the logarithms of the precision weights.
    """

    elimination: Elimination
    layout: CovarianceLayout
    fixed: Integers
    response: Array
    n: int
    reml: bool
    log_weights: float = 0.0

    @property
    def df(self) -> int:
        """Divisor of the residual variance."""
        return self.n - len(self.fixed) if self.reml else self.n

    @cached_property
    def among_fixed(self) -> tuple[Integers, ...]:
        """Index of the block of X in a matrix over the columns of A; a search asks for it at each step."""
        return np.ix_(self.fixed, self.fixed)

    def solve(self, covariances: Sequence[Array]) -> Solution:
        """The profiled fit for these relative covariance matrices."""
        log_det, top, steps = self.elimination.evaluate(covariances)
        inner = top[self.among_fixed]
        right = top[self.fixed] @ self.response
        unscaled = np.linalg.inv(inner) if len(inner) else inner
        beta = unscaled @ right
        residual_sum = self.response @ top @ self.response - right @ beta
        criterion = log_det + self.df * (1 + np.log(2 * np.pi * residual_sum / self.df)) - self.log_weights
        if self.reml and len(inner):
            criterion = criterion + _log_det(inner)
        return Solution(criterion, beta, unscaled, residual_sum / self.df, residual_sum, log_det, top, steps)

    def derivatives(self, solution: Solution, sigma2: float | None = None) -> list[Array]:
        """Derivatives of the criterion to each relative covariance matrix.

        With ``sigma2`` given those for this residual variance, instead of the one that fits best.
        """
        vector = self.combination(solution)
        weight = self.df / solution.residual_sum if sigma2 is None else 1 / sigma2
        adjoint = weight * np.outer(vector, vector)
        if self.reml:
            adjoint[self.among_fixed] += solution.unscaled
        return self.elimination.gradient(solution.steps, adjoint)

    def combination(self, solution: Solution) -> Array:
        """The columns of A that make the residual of the fixed part: 1 for y, minus beta for X."""
        vector = self.response.astype(solution.top.dtype)
        vector[self.fixed] -= solution.beta
        return vector

    def residual(self, top: Array) -> Array:
        """As :meth:`combination`, with the fixed effects that ignore the groups, from the sums over all rows."""
        vector = self.response.copy()
        vector[self.fixed] -= np.linalg.solve(top[self.among_fixed], top[self.fixed] @ self.response)
        return vector

    def at(self, theta: Array) -> tuple[float, Array]:
        """Criterion and gradient at theta."""
        solution, derivatives = self.evaluate(theta)
        return solution.criterion, self.layout.gradient(theta, derivatives)

    def evaluate(self, theta: Array) -> tuple[Solution, list[Array]]:
        """The profiled fit at theta, and the derivatives to the covariance matrices."""
        solution = self.solve(self.layout.covariances(theta))
        return solution, self.derivatives(solution)


def _log_det(matrix: Array) -> Any:
    """log det of a positive definite matrix; to first order in an imaginary part."""
    value = np.linalg.slogdet(matrix.real)[1]
    if np.iscomplexobj(matrix):
        return value + 1j * np.trace(np.linalg.solve(matrix.real, matrix.imag))
    return value
