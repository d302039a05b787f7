"""Rotation to simple structure by gradient projection (Jennrich, 2001, 2002; Bernaards & Jennrich, 2005).

All random starts are rotated at once: loadings have shape (starts, p, m). Criteria follow R's GPArotation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lcresearch.measurement.columns import Array

Rotation = Literal["oblimin", "geomin", "promax", "varimax", "quartimax", "none"]
ROTATIONS = ("oblimin", "geomin", "promax", "varimax", "quartimax", "none")
OBLIQUE = ("oblimin", "geomin", "promax")

GEOMIN_EPSILON = 0.01
PROMAX_POWER = 4
_COARSE, _FINE = 1e-5, 1e-9

Criterion = Callable[[Array], tuple[Array, Array]]


@dataclass(frozen=True)
class Rotated:
    """Rotated factors.

    Attributes
    ----------
    loadings : array, shape (p, m)
        Pattern matrix; factors in order of the variance they explain, each with a positive sum.
    factor_correlations : array, shape (m, m)
        The identity for an orthogonal rotation.
    criterion : float
        Value of the rotation criterion; NaN when there is none (promax, none).
    converged : bool
        Whether the best start came to rest.
    n_starts, n_at_best : int
        Starts, and how many of them ended at the best value.
    loadings_of_next : array, shape (p, m), or None
        The best other solution among the starts, when there is one.
    """

    loadings: Array
    factor_correlations: Array
    criterion: float
    converged: bool
    n_starts: int
    n_at_best: int
    loadings_of_next: Array | None = None


def rotate(loadings: Array, rotation: Rotation, *, n_starts: int = 30, seed: int | None = 0) -> Rotated:
    """Rotate loadings of shape (p, m); the first start is the unrotated position, the others are random."""
    m = loadings.shape[1]
    if m == 1 or rotation == "none":
        return _ordered(loadings, np.eye(m), Rotated(loadings, np.eye(m), np.nan, True, 1, 1))
    if rotation == "promax":
        return _promax(loadings, n_starts, seed)
    oblique = rotation in OBLIQUE
    weights = kaiser_weights(loadings) if rotation == "varimax" else np.ones((len(loadings), 1))
    starts = _random_starts(m, n_starts, np.random.default_rng(seed))
    turned, values, still = _descend(loadings / weights, starts, CRITERIA[rotation], oblique, _COARSE, 1000)
    best = int(np.argmin(values))
    near = values < values[best] + 1e-5 * max(1.0, abs(float(values[best])))
    final, value, still = _descend(loadings / weights, turned[[best]], CRITERIA[rotation], oblique, _FINE, 20_000)
    found, phi = _apply(loadings, final, oblique)
    next_best = None
    if not near.all():
        other = int(np.argmin(np.where(near, np.inf, values)))
        other_found, other_phi = _apply(loadings, turned[[other]], oblique)
        next_best = ordered(other_found[0], other_phi[0])[0]
    return _ordered(
        found[0],
        phi[0],
        Rotated(found[0], phi[0], float(value[0]), bool(still[0]), n_starts, int(near.sum()), next_best),
    )


def ordered(loadings: Array, phi: Array) -> tuple[Array, Array]:
    """Factors in order of the variance they explain, each with loadings that sum to a positive number."""
    explained = np.diag(phi @ loadings.T @ loadings)
    order = np.argsort(-explained, kind="stable")
    sign = np.where(loadings[:, order].sum(axis=0) < 0, -1.0, 1.0)
    turned = phi[np.ix_(order, order)] * np.outer(sign, sign)
    return loadings[:, order] * sign, np.asarray(turned, dtype=np.float64)


def _ordered(loadings: Array, phi: Array, rotated: Rotated) -> Rotated:
    loadings, phi = ordered(loadings, phi)
    return Rotated(**{**rotated.__dict__, "loadings": loadings, "factor_correlations": phi})


def kaiser_weights(loadings: Array) -> Array:
    """Root of the communality of each item, shape (p, 1) (Kaiser's normalisation); 1 for an item without any."""
    size = np.sqrt((loadings**2).sum(axis=-1, keepdims=True))
    return np.asarray(np.where(size == 0, 1.0, size))


def oblimin(loadings: Array) -> tuple[Array, Array]:
    """Direct quartimin, oblimin with gamma 0 (Jennrich & Sampson, 1966): value and gradient."""
    squares = loadings**2
    others = squares.sum(axis=-1, keepdims=True) - squares
    return (squares * others).sum(axis=(-2, -1)) / 4, loadings * others


def geomin(loadings: Array) -> tuple[Array, Array]:
    """Geometric means of the squared loadings of each item, plus epsilon (Yates, 1987; Browne, 2001)."""
    squares = loadings**2 + GEOMIN_EPSILON
    mean = np.exp(np.log(squares).mean(axis=-1, keepdims=True))
    return mean.sum(axis=(-2, -1)), 2 / loadings.shape[-1] * loadings / squares * mean


def varimax(loadings: Array) -> tuple[Array, Array]:
    """Minus a quarter of the variance of the squared loadings within factors (Kaiser, 1958)."""
    squares = loadings**2
    deviations = squares - squares.mean(axis=-2, keepdims=True)
    return -(deviations**2).sum(axis=(-2, -1)) / 4, -loadings * deviations


def quartimax(loadings: Array) -> tuple[Array, Array]:
    """Minus a quarter of the sum of fourth powers (Neuhaus & Wrigley, 1954)."""
    return -(loadings**4).sum(axis=(-2, -1)) / 4, -(loadings**3)


CRITERIA: dict[str, Criterion] = {"oblimin": oblimin, "geomin": geomin, "varimax": varimax, "quartimax": quartimax}


def _random_starts(m: int, n_starts: int, rng: np.random.Generator) -> Array:
    """The identity and random orthogonal matrices, shape (n_starts, m, m)."""
    draws = np.linalg.qr(rng.normal(size=(n_starts - 1, m, m)))[0] if n_starts > 1 else np.empty((0, m, m))
    return np.concatenate([np.eye(m)[None], draws])


def _apply(loadings: Array, turn: Array, oblique: bool) -> tuple[Array, Array]:
    """Rotated loadings A inv(T)', and factor correlations T'T, for transformations of shape (starts, m, m)."""
    transposed = turn.transpose(0, 2, 1)
    phi = transposed @ turn
    rotated = loadings @ (np.linalg.inv(transposed) if oblique else turn)
    return np.asarray(rotated, dtype=np.float64), np.asarray(phi, dtype=np.float64)


def _descend(
    loadings: Array, turn: Array, criterion: Criterion, oblique: bool, tolerance: float, steps: int
) -> tuple[Array, Array, Array]:
    """Gradient projection from each start: transformations, values, and whether each came to rest."""

    def evaluate(turn: Array) -> tuple[Array, Array]:
        rotated, _ = _apply(loadings, turn, oblique)
        value, slope = criterion(rotated)
        if oblique:
            back = np.linalg.solve(turn.transpose(0, 2, 1), slope.transpose(0, 2, 1) @ rotated)
            return value, np.asarray(-back, dtype=np.float64)
        return value, loadings.T @ slope

    size = np.ones(len(turn))
    value, gradient = evaluate(turn)
    for _ in range(steps):
        direction = _projected(turn, gradient, oblique)
        length = np.sqrt((direction**2).sum(axis=(1, 2)))
        moving = length >= tolerance
        if not moving.any():
            break
        size = size * 2
        waiting = moving.copy()
        for _ in range(25):
            at = np.nonzero(waiting)[0]
            proposal = _back(turn[at] - size[at, None, None] * direction[at], oblique)
            new_value, new_gradient = evaluate(proposal)
            falls = new_value < value[at] - 0.5 * length[at] ** 2 * size[at]
            done = at[falls]
            turn[done], value[done], gradient[done] = proposal[falls], new_value[falls], new_gradient[falls]
            waiting[done] = False
            if not waiting.any():
                break
            size[waiting] /= 2
        if waiting[moving].all():
            break
    length = np.sqrt((_projected(turn, gradient, oblique) ** 2).sum(axis=(1, 2)))
    return turn, value, length < max(100 * tolerance, 1e-6)


def _projected(turn: Array, gradient: Array, oblique: bool) -> Array:
    """The part of the gradient that keeps columns of unit length (oblique), or orthogonal (else)."""
    if oblique:
        return np.asarray(gradient - turn * (turn * gradient).sum(axis=1, keepdims=True), dtype=np.float64)
    product = turn.transpose(0, 2, 1) @ gradient
    return np.asarray(gradient - turn @ (product + product.transpose(0, 2, 1)) / 2, dtype=np.float64)


def _back(turn: Array, oblique: bool) -> Array:
    """The nearest transformation that is allowed."""
    if oblique:
        return np.asarray(turn / np.sqrt((turn**2).sum(axis=1, keepdims=True)), dtype=np.float64)
    left, _, right = np.linalg.svd(turn)
    return np.asarray(left @ right, dtype=np.float64)


def _promax(loadings: Array, n_starts: int, seed: int | None) -> Rotated:
    """Varimax, then least squares to its own fourth powers (Hendrickson & White, 1964), as R's ``promax``."""
    first = rotate(loadings, "varimax", n_starts=n_starts, seed=seed)
    target = first.loadings * np.abs(first.loadings) ** (PROMAX_POWER - 1)
    turn = np.linalg.lstsq(first.loadings, target, rcond=None)[0]
    turn = turn * np.sqrt(np.diag(np.linalg.inv(turn.T @ turn)))
    phi = np.linalg.inv(turn.T @ turn)
    return _ordered(first.loadings @ turn, phi, Rotated(**{**first.__dict__, "criterion": np.nan}))
