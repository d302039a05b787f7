"""The lowest point of the alignment criterion: many starts, a smooth criterion first, Newton steps last."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import linalg, optimize

from lcresearch.measurement.comparability.alignment_criterion import Criterion
from lcresearch.measurement.factor_models.arrays import Array

IDENTIFICATIONS = ("fixed", "free", "centred")
_SMOOTH = (1.0, 0.03)
_SAME = 1e-6
_NEWTON = 30


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
    starts = [centre, *(centre + rng.normal(0, 0.5, (n_starts - 1, len(centre))))]
    smooth = [replace(criterion, epsilon=max(eps, criterion.epsilon)) for eps in _SMOOTH]
    ends = []
    for number, start in enumerate(starts):
        stages = [*smooth, criterion] if number % 2 == 0 else [criterion]
        for stage in stages:
            start = _descended(stage, basis, start)
        ends.append((criterion.value(basis @ start)[0], start))
    ends.sort(key=lambda end: end[0])
    z = _polished(criterion, basis, ends[0][1])
    value = criterion.value(basis @ z)[0]
    n_best = sum(found - value < _SAME * max(value, 1.0) for found, _ in ends)
    return Aligned(basis @ z, value, basis, int(n_best))


def _first_guess(criterion: Criterion) -> Array:
    """Means and log standard deviations from medians over items."""
    loadings, intercepts = criterion.loadings, criterion.intercepts
    ratio = np.median(np.abs(loadings) / np.abs(loadings[:1]), axis=1)
    shift = np.median((intercepts - intercepts[:1]) / loadings[:1, criterion.item], axis=1)
    return np.concatenate([shift, np.log(np.maximum(ratio, 1e-3))])


def _descended(criterion: Criterion, basis: Array, start: Array) -> Array:
    def cost(z: Array) -> tuple[float, Array]:
        value, gradient = criterion.value(basis @ z)
        return value, basis.T @ gradient

    options = {"maxiter": 2000, "maxfun": 4000, "ftol": 1e-14, "gtol": 1e-9, "maxcor": 30}
    return np.asarray(optimize.minimize(cost, start, jac=True, method="L-BFGS-B", options=options).x)


def _polished(criterion: Criterion, basis: Array, z: Array) -> Array:
    """Newton steps while they lower the criterion."""
    value, gradient = criterion.value(basis @ z)
    for _ in range(_NEWTON):
        slope = basis.T @ gradient
        curved, turned = np.linalg.eigh(basis.T @ criterion.hessian(basis @ z) @ basis)
        step = -turned @ ((turned.T @ slope) / np.maximum(np.abs(curved), 1e-8 * np.abs(curved).max()))
        for length in (1.0, 0.5, 0.1, 0.01):
            found, new = criterion.value(basis @ (z + length * step))
            if found < value:
                z, value, gradient = z + length * step, found, new
                break
        else:
            break
    return z
