"""Draws from the posterior of regressions, with and without random intercepts, on arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lcresearch.change.arrays import Floats

Ints = npt.NDArray[np.int64]
_RIDGE = 1e-8
_STEPS = 8
"""Steps of the Gibbs sampler a visit; the state goes on at the next visit."""
_LEAST = 1e-6


@dataclass(frozen=True)
class Draw:
    """Predictions for all rows: two that differ as two draws from the posterior do, and the residual deviation.

    Attributes
    ----------
    for_known : array, shape (n,)
        To compare with, for rows that have a value.
    for_missing : array, shape (n,)
    sigma : float
    """

    for_known: Floats
    for_missing: Floats
    sigma: float


@dataclass
class InterceptState:
    """Where the Gibbs sampler of one column stands: variances between and within groups, and intercepts."""

    between: float
    within: float
    intercepts: Floats


def regression_draw(x: Floats, y: Floats, known: npt.NDArray[np.bool_], rng: np.random.Generator) -> Draw:
    """A draw of coefficients and residual variance of a normal regression under the usual flat prior.

    As Rubin (1987): the variance is the residual sum of squares over a chi-square, the coefficients are normal about
    the least-squares ones. Known rows are predicted by the least-squares ones, the others by the drawn ones (type 1
    matching of Van Buuren, 2018).

    Parameters
    ----------
    x : array, shape (n, p)
        With a constant; of full rank over the known rows.
    y : array, shape (n,)
    known : array of bool, shape (n,)
    rng : numpy.random.Generator
    """
    inverse, coefficients = _least_squares(x[known], y[known])
    rest = y[known] - x[known] @ coefficients
    variance = float(rest @ rest) / float(rng.chisquare(max(int(known.sum()) - x.shape[1], 1)))
    drawn = coefficients + np.sqrt(variance) * (_root(inverse) @ rng.normal(size=x.shape[1]))
    return Draw(x @ coefficients, x @ drawn, float(np.sqrt(variance)))


def intercept_draw(
    x: Floats,
    y: Floats,
    known: npt.NDArray[np.bool_],
    groups: Ints,
    state: InterceptState,
    rng: np.random.Generator,
) -> Draw:
    """Draws of a regression with random intercepts of groups, by a Gibbs sampler that goes on from ``state``.

    Flat prior for coefficients and for the standard deviation between groups (Gelman, 2006), the usual one for the
    residual variance. Groups without any known value get an intercept from the distribution of groups. Known and
    missing rows are predicted by different draws (type 3 matching of Van Buuren, 2018).

    Parameters
    ----------
    x, y, known
        As for :func:`regression_draw`.
    groups : array of int, shape (n,)
        0 to k - 1.
    state : InterceptState
        Changed in place.
    """
    k = len(state.intercepts)
    of_known, seen, answers = groups[known], x[known], y[known]
    n_in = np.bincount(of_known, minlength=k)
    products = seen.T @ seen
    inverse: Floats = np.asarray(np.linalg.inv(products + _RIDGE * np.diag(np.diagonal(products))), dtype=np.float64)
    root = _root(inverse)
    before: Floats = np.zeros(len(y))
    coefficients = np.zeros(x.shape[1])
    for step in range(_STEPS):
        centre = inverse @ (seen.T @ (answers - state.intercepts[of_known]))
        coefficients = centre + np.sqrt(state.within) * (root @ rng.normal(size=x.shape[1]))
        rest = answers - seen @ coefficients
        precision = n_in / state.within + 1 / state.between
        mean = np.bincount(of_known, weights=rest, minlength=k) / state.within / precision
        state.intercepts = mean + rng.normal(size=k) / np.sqrt(precision)
        rest = rest - state.intercepts[of_known]
        state.within = max(float(rest @ rest) / float(rng.chisquare(len(rest))), _LEAST)
        squares = float(state.intercepts @ state.intercepts)
        state.between = max(squares / float(rng.chisquare(max(k - 1, 1))), _LEAST * state.within)
        if step == _STEPS // 2 - 1:
            before = x @ coefficients + state.intercepts[groups]
    return Draw(before, x @ coefficients + state.intercepts[groups], float(np.sqrt(state.within)))


def matched(draw: Draw, y: Floats, known: npt.NDArray[np.bool_], n_donors: int, rng: np.random.Generator) -> Floats:
    """For each missing row the value of one of the nearest known rows by prediction, shape (n_missing,).

    Predictive mean matching (Little, 1988): values stay those that persons gave, so within the scale.
    """
    donors = np.flatnonzero(known)
    order = donors[np.argsort(draw.for_known[donors], kind="stable")]
    predicted = draw.for_known[order]
    n_donors = min(n_donors, len(order))
    asked = draw.for_missing[~known]
    place = np.searchsorted(predicted, asked)
    window = place[:, None] + np.arange(-n_donors, n_donors)
    inside = (window >= 0) & (window < len(order))
    distance = np.abs(predicted[np.clip(window, 0, len(order) - 1)] - asked[:, None])
    distance = np.where(inside, distance, np.inf)
    nearest = np.argsort(distance, axis=1, kind="stable")[:, :n_donors]
    chosen = nearest[np.arange(len(asked)), rng.integers(0, n_donors, len(asked))]
    values: Floats = y[order[window[np.arange(len(asked)), chosen]]]
    return values


def _least_squares(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    products = x.T @ x
    inverse: Floats = np.asarray(np.linalg.inv(products + _RIDGE * np.diag(np.diagonal(products))), dtype=np.float64)
    return inverse, inverse @ (x.T @ y)


def _root(matrix: Floats) -> Floats:
    """A square root of a covariance matrix."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    root: Floats = vectors * np.sqrt(np.maximum(values, 0.0))
    return root
