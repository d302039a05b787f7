"""What makes a factor model impossible or its solution not to be believed, said with the item or parameter."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lcresearch.errors import MeasurementError, Place, Problem
from lcresearch.measurement.factor_models.arrays import Array
from lcresearch.measurement.factor_models.arrow import Arrow
from lcresearch.measurement.factor_models.blocks import Blocks
from lcresearch.measurement.factor_models.implied import COVARIANCE, Layout
from lcresearch.measurement.factor_models.scoring import Places

_CONSTANT = 1e-12
_NOT_IDENTIFIED = 1e-9
_EDGE = 1e-8


def check_blocks(blocks: Blocks, items: Sequence[str], groups: Sequence[str], variances: Array) -> None:
    """Refuse groups that are too small, and items that do not vary or follow from others.

    Parameters
    ----------
    blocks : Blocks
    items, groups : sequence of str
    variances : array, shape (n_groups, p)
        Of the answers that are there.

    Raises
    ------
    MeasurementError
        M224, M423: a group, or all data, with no more persons than items; M225, M243: an item that does not vary.
    """
    p = len(items)
    small = [f"{label} ({int(n)})" for label, n in zip(groups, blocks.group_sizes, strict=True) if n <= p]
    if small:
        if not any(groups):
            raise MeasurementError("M423", n=int(blocks.n_persons), n_items=p)
        raise MeasurementError("M224", groups=small[:20], n_small=len(small), n_items=p)
    unit = np.nanmax(variances, axis=0, initial=_CONSTANT)
    group, item = np.nonzero(~(variances > _CONSTANT * np.maximum(unit, 1e-300)))
    if len(group):
        where = Place(item=items[int(item[0])])
        if not any(groups):
            raise MeasurementError("M243", where=where)
        raise MeasurementError("M225", where=where, group=groups[int(group[0])], n=len(group))


def check_answered(blocks: Blocks, items: Sequence[str], groups: Sequence[str]) -> None:
    """Refuse items that nobody answered, with their group; M424."""
    group, item = np.nonzero(blocks.summed(blocks.n[:, None] * blocks.known) == 0)
    problems = [
        Problem("M424", Place(item=items[i]), {"group": f" ({groups[g]})" if groups[g] else ""})
        for g, i in zip(group.tolist(), item.tolist(), strict=True)
    ]
    if problems:
        raise MeasurementError(problems)


def check_covariances(covariance: Array, items: Sequence[str], groups: Sequence[str]) -> None:
    """Refuse sample covariances that have no inverse; M226 and M425 name the items that go together without error."""
    unit = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2))
    values, vectors = np.linalg.eigh(covariance / (unit[:, :, None] * unit[:, None, :]))
    singular = np.flatnonzero(values[:, 0] < 1e-10)
    if len(singular):
        at = int(singular[0])
        involved = [items[int(place)] for place in np.flatnonzero(np.abs(vectors[at, :, 0]) > 0.05)]
        if not any(groups):
            raise MeasurementError("M425", items=involved)
        raise MeasurementError("M226", items=involved, group=groups[at])


def check_identified(arrow: Arrow, information: Array, layout: Places, df: int) -> None:
    """Refuse a model whose parameters the data cannot tell apart.

    Parameters
    ----------
    arrow : Arrow
    information : array, shape (n_groups, k, k)
        Of each group, over its free parameters.
    layout : Layout
        Or another that has names.
    df : int

    Raises
    ------
    MeasurementError
        M227: fewer moments than parameters; M228: parameters that can move together without changing what the model
        says, by name.
    """
    if df < 0:
        raise MeasurementError("M227", n_free=layout.n_free, n_moments=layout.n_free + df)
    if layout.n_free <= 400:
        matrix, local = arrow.dense(information)[None], np.arange(layout.n_free)[None]
    else:
        own = arrow.own.astype(float)
        matrix, local = information * own[:, :, None] * own[:, None, :], arrow.local
    diagonal = np.diagonal(matrix, axis1=1, axis2=2)
    there = diagonal > 0
    unit = np.sqrt(np.where(there, diagonal, 1.0))
    scaled = matrix / (unit[:, :, None] * unit[:, None, :])
    places = np.arange(scaled.shape[1])
    scaled[:, places, places] = np.where(there, scaled[:, places, places], 1.0 if layout.n_free > 400 else 0.0)
    poor = np.flatnonzero(np.linalg.eigvalsh(scaled)[:, 0] < _NOT_IDENTIFIED)
    if len(poor):
        at = int(poor[0])
        together = np.abs(np.linalg.eigh(scaled[at])[1][:, 0])
        involved = np.flatnonzero(together > 0.1 * together.max())
        raise MeasurementError("M228", parameters=[layout.names[local[at, place]] for place in involved][:12])


def inadmissible(layout: Layout, values: Array, groups: Sequence[str]) -> list[str]:
    """Negative variances, correlations beyond 1, and factors whose covariances cannot be: named with their group."""
    matrices = layout.matrices(values)[1]
    names = (*layout.table.observed, *layout.table.latent)
    p, found = layout.n_observed, []
    for group, (matrix, label) in enumerate(zip(matrices, groups, strict=True)):
        behind = f" ({label})" if label else ""
        variances = np.diagonal(matrix)
        negative = np.flatnonzero(variances < -_EDGE)
        found += [f"var({names[place]}) = {variances[place]:.3f}{behind}" for place in negative]
        unit = np.sqrt(np.maximum(variances, 0))
        for at in np.flatnonzero((layout.matrix == COVARIANCE) & (layout.row != layout.column)):
            i, j = layout.row[at], layout.column[at]
            if unit[i] * unit[j] > 0 and abs(values[group, at]) > unit[i] * unit[j] * (1 + _EDGE):
                found.append(f"cor({names[i]}, {names[j]}) = {values[group, at] / (unit[i] * unit[j]):.3f}{behind}")
        factors = matrix[p:, p:]
        if len(factors) > 2 and not negative.size and np.linalg.eigvalsh(factors)[0] < -_EDGE * max(variances.max(), 1):
            found.append(f"cov({', '.join(names[p:])}){behind}")
    return found
