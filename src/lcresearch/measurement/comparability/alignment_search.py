"""The lowest point of the alignment criterion: many starts, a smooth criterion first, Newton steps last.

All starts go down together, by BFGS from second derivatives of squares above the criterion. Those that the smooth
criterion brings to one place go on as one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import linalg

from lcresearch.measurement.comparability.alignment_criterion import Criterion
from lcresearch.measurement.factor_models.arrays import Array, Integers

IDENTIFICATIONS = ("fixed", "free", "centred")
_SMOOTH = (1.0, 0.03)
_SPREAD, _WIDE = 0.5, 1.5
"""Standard deviations of starts around the first; wide ones find low points that are far from medians."""
_SAME = 1e-6
_NEAR = 0.01
_STEPS, _HALVINGS, _NEWTON = 500, 20, 30
_DOWN, _STILL, _ROUNDING = 1e-4, 1e-12, 1e-14
_AT_ONCE = 2**16
"""Differences of groups that are computed together: what a processor holds near."""


@dataclass(frozen=True)
class Aligned:
    """Where the search ended.

    Attributes
    ----------
    eta : array, shape (2 n_groups,)
        Means and log standard deviations of the factor.
    value : float
        Of the criterion.
    basis : array, shape (2 n_groups, n_free)
        Eta is this times what was searched.
    n_best : int
        Starts that ended at the lowest point.
    """

    eta: Array
    value: float
    basis: Array
    n_best: int


def basis_of(identification: str, n_groups: int) -> Array:
    """Directions in which eta may move; the product of the standard deviations stays 1.

    ``fixed``: mean 0 in the first group; ``free``: its mean is estimated too; ``centred``: mean 0 of the means.
    ``first``: mean 0 and standard deviation 1 in the first group, as sirt with ``fixed = TRUE``; for comparison only.
    With it the loadings of all other groups can shrink to nearly nothing together, which costs differences with one
    group only and so wins when there are many.
    """
    whole = np.eye(n_groups)
    balanced = linalg.null_space(np.ones((1, n_groups)))
    means = {"free": whole, "centred": balanced}.get(identification, whole[:, 1:])
    return np.asarray(linalg.block_diag(means, whole[:, 1:] if identification == "first" else balanced))


def align(criterion: Criterion, identification: str, n_starts: int, rng: np.random.Generator) -> Aligned:
    """The best of several starts: one from medians, others at random around it."""
    basis = basis_of(identification, len(criterion.weight))
    centre = np.linalg.lstsq(basis, _first_guess(criterion), rcond=None)[0]
    spread = np.full((n_starts - 1, 1), _SPREAD)
    spread[2::4] = _WIDE
    starts = np.concatenate([centre[None], centre + spread * rng.normal(size=(n_starts - 1, len(centre)))])
    value, ends = np.empty(n_starts), np.empty_like(starts)
    ends[1::2], value[1::2] = _descended(criterion, basis, starts[1::2])
    points, of_start = starts[::2], np.arange(len(starts[::2]))
    for epsilon in _SMOOTH:
        smooth = replace(criterion, epsilon=max(epsilon, criterion.epsilon))
        points, found = _distinct(_descended(smooth, basis, points)[0], _NEAR * np.sqrt(smooth.epsilon))
        of_start = found[of_start]
    points, values = _descended(criterion, basis, points)
    ends[::2], value[::2] = points[of_start], values[of_start]
    z, lowest = _polished(criterion, basis, ends[value.argmin()])
    n_best = (value - lowest < _SAME * max(lowest, 1.0)).sum()
    return Aligned(basis @ z, lowest, basis, int(n_best))


def _distinct(points: Array, near: float) -> tuple[Array, Integers]:
    """Points that are not near an earlier one, and which of these stands for each."""
    away = np.abs(points[:, None] - points[None, :]).max(axis=2)
    first, found = np.unique((away < near).argmax(axis=1), return_inverse=True)
    return points[first], found


def _first_guess(criterion: Criterion) -> Array:
    """Means and log standard deviations from medians over items."""
    loadings, intercepts = criterion.loadings, criterion.intercepts
    ratio = np.median(np.abs(loadings) / np.abs(loadings[:1]), axis=1)
    shift = np.median((intercepts - intercepts[:1]) / loadings[:1, criterion.item], axis=1)
    return np.concatenate([shift, np.log(np.maximum(ratio, 1e-3))])


def _cost(criterion: Criterion, basis: Array, points: Array) -> tuple[Array, Array]:
    """Values (k,) and gradients (k, n_free) at points (k, n_free)."""
    n_pairs = len(criterion.weight) ** 2 * (criterion.loadings.shape[1] + len(criterion.item))
    size = max(1, _AT_ONCE // n_pairs)
    parts = [criterion.value(points[at : at + size] @ basis.T) for at in range(0, len(points), size)]
    values, gradients = (np.concatenate(part) for part in zip(*parts, strict=True))
    return values, gradients @ basis


def _descended(criterion: Criterion, basis: Array, starts: Array) -> tuple[Array, Array]:
    """Where starts (k, n_free) end, and the values there (k,)."""
    ends, lowest = starts.copy(), np.zeros(len(starts))
    if not len(starts):
        return ends, lowest
    at, left = starts, np.arange(len(starts))
    value, gradient = _cost(criterion, basis, at)
    inverse = np.stack([_inverse(basis.T @ criterion.bowl(basis @ z) @ basis) for z in at])
    for _ in range(_STEPS):
        step = -(inverse @ gradient[:, :, None])[:, :, 0]
        slope = (step * gradient).sum(axis=1)
        length, new, turned = _line(criterion, basis, at, step, value, slope)
        ends[left], lowest[left] = at, value
        going = (length > 0) & (-slope > _STILL * value)
        if not going.any():
            break
        left, step, turned = left[going], (length[:, None] * step)[going], turned[going]
        inverse = _updated(inverse[going], step, turned - gradient[going])
        at, value, gradient = at[going] + step, new[going], turned
    return ends, lowest


def _inverse(curved: Array) -> Array:
    """Of a matrix that has no negative eigenvalues, also where some are nearly 0."""
    ridge = 1e-8 * np.diagonal(curved).max() * np.eye(len(curved))
    return np.asarray(np.linalg.inv(curved + ridge))


def _line(
    criterion: Criterion, basis: Array, at: Array, step: Array, value: Array, slope: Array
) -> tuple[Array, Array, Array]:
    """How much of each step goes down enough, 0 if nothing does, with values and gradients there.

    No standard deviation becomes more than e times as large or small in one step.
    """
    stretch = np.abs((step @ basis.T)[:, len(criterion.weight) :]).max(axis=1)
    length, new, gradient = 1 / np.maximum(stretch, 1.0), value.copy(), np.zeros_like(at)
    trying = np.arange(len(at))
    for _ in range(_HALVINGS):
        part = length[trying]
        new[trying], gradient[trying] = _cost(criterion, basis, at[trying] + part[:, None] * step[trying])
        trying = trying[~(new[trying] <= value[trying] + _DOWN * part * slope[trying])]
        if not len(trying):
            return length, new, gradient
        length[trying] /= 2
    length[trying] = 0
    return length, new, gradient


def _updated(inverse: Array, step: Array, turned: Array) -> Array:
    """Inverse second derivatives (k, n, n) after steps, where the gradient says that these curve upwards (BFGS)."""
    product = (step * turned).sum(axis=1)
    moved = (inverse @ turned[:, :, None])[:, :, 0]
    scale = np.where(product > 0, product, np.inf)
    half = (product + (turned * moved).sum(axis=1)) / (2 * scale)
    other = half[:, None] * step - moved
    outer = step[:, :, None] * (other / scale[:, None])[:, None, :]
    return np.asarray(inverse + outer + np.swapaxes(outer, 1, 2))


def _polished(criterion: Criterion, basis: Array, z: Array) -> tuple[Array, float]:
    """Newton steps while they lower the criterion, or its gradient where the criterion is the same but for rounding."""
    value, gradient = criterion.value(basis @ z)
    slope = basis.T @ gradient
    for _ in range(_NEWTON):
        curved, turned = np.linalg.eigh(basis.T @ criterion.hessian(basis @ z) @ basis)
        step = -turned @ ((turned.T @ slope) / np.maximum(np.abs(curved), 1e-8 * np.abs(curved).max()))
        for length in (1.0, 0.5, 0.1, 0.01):
            found, gradient = criterion.value(basis @ (z + length * step))
            new = basis.T @ gradient
            level = abs(found - value) <= _ROUNDING * value and np.abs(new).max() < np.abs(slope).max() / 2
            if found < value - _ROUNDING * value or level:
                z, value, slope = z + length * step, found, new
                break
        else:
            break
    return z, float(value)
