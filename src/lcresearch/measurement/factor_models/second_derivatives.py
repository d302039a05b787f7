"""Observed second derivatives of the normal likelihood in closed form, for all groups at once.

With E = (I - A)^-1 and T = E S E', an arrow from b to a has l = E_a and r = T_b, a covariance of a and b has l = E_a
and r = E_b (halved for a variance). Of these vectors follow the second derivatives of the moments too: to an arrow from
d to c, E moves by E_c E_d', and to any parameter T moves by l r' + r l'. So all is made of products of l, r and the
slopes of the means, as for the expected information.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lcresearch.measurement.factor_models.arrays import Array
from lcresearch.measurement.factor_models.blocks import Blocks
from lcresearch.measurement.factor_models.implied import ARROW, COVARIANCE, MEAN, Layout


@dataclass(frozen=True)
class _Whole:
    """What derivatives are made of, over all t variables; see :class:`~.implied.Implied`.

    Attributes
    ----------
    effects : array, shape (n_groups, t, t)
        E.
    left, right, slope : array, shape (n_groups, t, n_parameters)
    along : array, shape (n_groups, n_parameters)
        By which the left vector is multiplied to give the slope of the means.
    """

    effects: Array
    left: Array
    right: Array
    slope: Array
    along: Array


def _whole(layout: Layout, values: Array) -> _Whole:
    arrows, covariances, means = layout.matrices(values)
    effects = np.linalg.inv(np.eye(arrows.shape[-1]) - arrows)
    total = effects @ covariances @ np.swapaxes(effects, 1, 2)
    mean = (effects @ means[:, :, None])[:, :, 0]
    left = effects[:, :, layout.row]
    right = np.where(layout.matrix == ARROW, total[:, :, layout.column], effects[:, :, layout.column]) * _times(layout)
    along = np.where(layout.matrix == ARROW, mean[:, layout.column], (layout.matrix == MEAN).astype(float))
    return _Whole(effects, left, right, left * along[:, None, :], along)


def _times(layout: Layout) -> Array:
    """One half for variances, zero for what does not move covariances, else one."""
    variance = (layout.matrix == COVARIANCE) & (layout.row == layout.column)
    return np.asarray(np.where(variance, 0.5, 1.0) * (layout.matrix < MEAN))


def local_hessian(layout: Layout, blocks: Blocks, values: Array, inverse: Array, away: Array) -> Array:
    """Second derivatives of minus the log-likelihood a person, shape (n_groups, n_parameters, n_parameters).

    Parameters
    ----------
    layout : Layout
    blocks : Blocks
    values : array, shape (n_groups, n_parameters)
    inverse : array, shape (n_blocks, p, p)
        Of the covariances of the model, zero where nobody answered.
    away : array, shape (n_blocks, p)
        Means of the blocks minus those of the model; zero where means are no part of it.
    """
    whole = _whole(layout, values)
    weight = blocks.n / blocks.n_persons
    pulled = (inverse @ away[:, :, None])[:, :, 0]
    spread = inverse @ blocks.covariance @ inverse + pulled[:, :, None] * pulled[:, None, :]
    found = blocks.summed(weight[:, None, None] * _of_first(layout, blocks, whole, inverse, spread, pulled))
    pull = blocks.summed(weight[:, None, None] * (spread - inverse))
    found -= _of_covariances(layout, whole, pull)
    if layout.table.mean_structure:
        found -= _of_means(layout, whole, blocks.summed(weight[:, None] * pulled))
    return found


def _of_first(layout: Layout, blocks: Blocks, whole: _Whole, inverse: Array, spread: Array, pulled: Array) -> Array:
    """What products of first derivatives add, shape (n_blocks, n_parameters, n_parameters).

    tr(X D_j Y D_i) + s_j'X D_i u + s_i'X D_j u + s_i'X s_j with X the inverse, u = X (mean - mu), Y = X P X - X / 2.
    """
    p = layout.n_observed
    left, right, slope = (part[blocks.group, :p] for part in (whole.left, whole.right, whole.slope))
    kernel = spread - inverse / 2
    to_left, to_right = inverse @ left, inverse @ right
    turned = np.swapaxes(left, 1, 2), np.swapaxes(right, 1, 2)
    across, across_kernel = turned[0] @ to_right, turned[0] @ (kernel @ right)
    found = (turned[1] @ (kernel @ right)) * (turned[0] @ to_left) + (turned[0] @ (kernel @ left)) * (
        turned[1] @ to_right
    )
    mixed = across_kernel * np.swapaxes(across, 1, 2)
    found += mixed + np.swapaxes(mixed, 1, 2)
    if layout.table.mean_structure:
        u = pulled[:, None, :]
        turned_slope = np.swapaxes(slope, 1, 2)
        moved = (turned_slope @ to_left) * (u @ right) + (turned_slope @ to_right) * (u @ left)
        found += moved + np.swapaxes(moved, 1, 2) + turned_slope @ (inverse @ slope)
    return np.asarray(found)


def _of_covariances(layout: Layout, whole: _Whole, pull: Array) -> Array:
    """l_ij' Pull r_i + l_i' Pull r_ij, shape (n_groups, n_parameters, n_parameters)."""
    p, row, column = layout.n_observed, layout.row, layout.column
    is_arrow = layout.matrix == ARROW
    left, right = whole.left[:, :p], whole.right[:, :p]
    both = np.swapaxes(left, 1, 2) @ pull @ left
    across = np.swapaxes(left, 1, 2) @ pull @ right
    to_row = whole.effects[:, column][:, :, row].swapaxes(1, 2) * is_arrow
    to_column = whole.effects[:, column][:, :, column].swapaxes(1, 2) * is_arrow
    found = to_row * np.swapaxes(across, 1, 2)
    of_arrow = both * whole.right[:, column] + across * whole.left[:, column]
    of_covariance = both * to_column * _times(layout)[:, None]
    return np.asarray(found + np.where(is_arrow[:, None], of_arrow, of_covariance))


def _of_means(layout: Layout, whole: _Whole, shift: Array) -> Array:
    """shift' s_ij, shape (n_groups, n_parameters, n_parameters)."""
    p, row, column = layout.n_observed, layout.row, layout.column
    is_arrow = layout.matrix == ARROW
    pushed = (shift[:, None, :] @ whole.left[:, :p])[:, 0]
    to_row = whole.effects[:, column][:, :, row].swapaxes(1, 2) * is_arrow
    found = to_row * pushed[:, None, :] * whole.along[:, :, None]
    return np.asarray(found + np.where(is_arrow[:, None], pushed[:, :, None] * whole.slope[:, column], 0.0))
