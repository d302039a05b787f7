"""Where the search begins: loadings by instrumental variables, variances as shares of those in the sample."""

from __future__ import annotations

import numpy as np

from lcresearch.measurement.factor_models.arrays import Array
from lcresearch.measurement.factor_models.implied import ARROW, COVARIANCE, MEAN, Layout


def starting_theta(layout: Layout, covariance: Array, mean: Array) -> Array:
    """Theta from sample moments, shapes (n_groups, p, p) and (n_groups, p).

    A loading is the ratio of the item's covariances with the other items of its factor to those of the marker (FABIN
    2: Haegglund 1982, with unit weights); half of an item's variance is error, all of it where no arrow leads to a
    variable. Where a parameter stands in several places or groups the mean is taken; starts that a model gives go
    first.
    """
    table = layout.table
    p = layout.n_observed
    values = np.zeros(layout.free.shape)
    variances = np.diagonal(covariance, axis1=1, axis2=2)
    factor_variances = _factor_variances(layout, covariance)
    same = layout.row == layout.column
    for at, parameter in enumerate(table.parameters):
        i, j = layout.row[at], layout.column[at]
        if layout.matrix[at] == MEAN:
            values[:, at] = mean[:, i] if i < p else 0.0
        elif layout.matrix[at] == COVARIANCE and same[at]:
            share = 0.5 if i < p and _is_indicated(layout, i, i) else 1.0
            values[:, at] = share * variances[:, i] if i < p else factor_variances[:, i - p]
        elif parameter.operator == "=~":
            values[:, at] = _loading(layout, covariance, factor_variances, i, j - p)
        elif layout.matrix[at] == COVARIANCE and i < p and j < p and not _is_indicated(layout, i, j):
            values[:, at] = covariance[:, i, j]
        given = np.array([np.nan if value is None else value for value in parameter.start])
        values[:, at] = np.where(np.isnan(given), values[:, at], given)
    kept = layout.free >= 0
    counts = np.bincount(layout.free[kept], minlength=layout.n_free)
    return np.bincount(layout.free[kept], values[kept], layout.n_free) / np.maximum(counts, 1)


def _is_indicated(layout: Layout, i: int, j: int) -> bool:
    """Whether both are indicators of factors: then their covariance is that of residuals, and begins at zero."""
    into = set(layout.row[layout.matrix == ARROW].tolist())
    return i in into or j in into


def _indicators(layout: Layout, factor: int) -> list[int]:
    """Observed indicators of a factor, the marker first."""
    p = layout.n_observed
    at = [
        place
        for place, parameter in enumerate(layout.table.parameters)
        if parameter.operator == "=~" and layout.column[place] == p + factor and layout.row[place] < p
    ]
    at.sort(key=lambda place: bool((layout.free[:, place] >= 0).any()))
    return [int(layout.row[place]) for place in at]


def _factor_variances(layout: Layout, covariance: Array) -> Array:
    """Variance of each factor in units of its marker, shape (n_groups, n_factors): half that of the marker, or 1."""
    found = np.empty((len(covariance), len(layout.table.latent)))
    p = layout.n_observed
    for factor in range(found.shape[1]):
        items = _indicators(layout, factor)
        variance = (layout.matrix == COVARIANCE) & (layout.row == p + factor) & (layout.column == p + factor)
        free = layout.free[:, variance] >= 0
        found[:, factor] = covariance[:, items[0], items[0]] / 2 if items and free.any() else 1.0
        fixed = ~free.any(axis=1) if free.size else np.zeros(len(found), dtype=bool)
        found[fixed, factor] = layout.fixed[:, variance].sum(axis=1)[fixed]
    return np.maximum(found, 0.05)


def _loading(layout: Layout, covariance: Array, variances: Array, item: int, factor: int) -> Array:
    """Start of one loading in each group."""
    items = _indicators(layout, factor)
    if item >= layout.n_observed or item not in items:
        return np.ones(len(covariance))
    marker, others = items[0], [each for each in items if each not in (item, items[0])]
    unit = np.sqrt(covariance[:, marker, marker] / 2 / variances[:, factor])
    if item == marker or not others:
        return np.where(np.isfinite(unit), unit, 1.0)
    below = covariance[:, marker, others].sum(axis=1)
    ratio = np.divide(covariance[:, item, others].sum(axis=1), below, out=np.ones(len(below)), where=below != 0)
    return np.asarray(np.clip(ratio, -3, 3) * unit)
