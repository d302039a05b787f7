"""How much single groups matter: the model without each of them, from sums of products alone."""

from __future__ import annotations

import contextlib
import warnings
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import LcresearchWarning, MultilevelError, warning
from lcresearch.multilevel.crossproducts import cells_of
from lcresearch.multilevel.small_matrices import Array
from lcresearch.multilevel.subsets import subset

if TYPE_CHECKING:
    from lcresearch.multilevel.crossproducts import Crossproducts
    from lcresearch.multilevel.linear_mixed_model import LinearMixedModel


def influence(fit: LinearMixedModel, group: str) -> pd.DataFrame:
    """The model fitted again without each group of one factor.

    Parameters
    ----------
    fit : LinearMixedModel
    group : str
        Label of a grouping factor, such as ``community`` or ``consortium:community``.

    Returns
    -------
    DataFrame
        A row a group, by its key: ``cooks_distance`` (the change of all fixed effects, in their covariance matrix,
        divided by their number; Cook 1977), ``n`` (rows of the group), and for each term its estimate without it. With
        multiple membership all rows that have a share in the group are left out. Where the model cannot be fitted
        without a group, as it alone has some level of a factor, its row is missing and a warning (L038) names it.

    Raises
    ------
    MultilevelError
        L036 when there is no such factor, or it has fewer than three groups; L026 for a fit with weights from sums of
        products, which do not tell how many rows a group has.
    """
    cross = fit.model.cross
    key = next((found for found in cross.labels if ":".join(found) == group), None)
    if key is None or len(cross.labels[key]) < 3:
        raise MultilevelError("L036", found=group, known=[":".join(found) for found in cross.labels])
    names, inverse = list(fit.fixed_effects.index), np.linalg.inv(fit.estimates.covariance)
    n_groups = len(cross.labels[key])
    estimates, sizes = np.full((n_groups, len(names)), np.nan), np.empty(n_groups, dtype=np.int64)
    rows, log_weights = _rows_of_cells(fit, cross)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LcresearchWarning)
        for place in range(n_groups):
            out = cross.in_group(key, place)
            sizes[place] = round(float(rows[out].sum()))
            with contextlib.suppress(MultilevelError):
                left = (round(float(rows[~out].sum())), float(log_weights[~out].sum()))
                estimates[place] = _fitted_without(fit, cross, out, *left)
    missing = np.isnan(estimates).any(axis=1)
    if missing.any():
        warnings.warn(warning("L038", groups=[str(label) for label in cross.labels[key][missing]]), stacklevel=3)
    changes = estimates - fit.estimates.beta
    distance = np.einsum("ga,ab,gb->g", changes, inverse, changes) / len(names)
    columns = {"cooks_distance": distance, "n": sizes} | {name: estimates[:, k] for k, name in enumerate(names)}
    return pd.DataFrame(columns, index=cross.labels[key])


def _rows_of_cells(fit: LinearMixedModel, cross: Crossproducts) -> tuple[Array, Array]:
    """Rows of each cell, and the sum of the logarithms of their weights: shapes (n_cells,)."""
    n_cells = cross.n_cells
    if cross.weights is None:
        return cross.sizes, np.zeros(n_cells)
    design = fit.rows_needed("influence")
    weights = np.ones(len(design.matrix)) if design.weights is None else design.weights
    cells, _ = cells_of({group: found.codes for group, found in design.groupings.items()}, len(design.matrix))
    return np.bincount(cells, minlength=n_cells), np.bincount(cells, np.log(weights), n_cells)


def _fitted_without(
    fit: LinearMixedModel, cross: Crossproducts, out: npt.NDArray[np.bool_], n: int, log_weights: float
) -> Array:
    """Fixed effects of the model without some cells, which leaves n rows with these weights."""
    from lcresearch.multilevel.fitting import fitted
    from lcresearch.multilevel.model import model_of

    less = subset(cross, ~out, n, log_weights)
    return fitted(model_of(less, reml=fit.model.criterion.reml), None, fit.optimum).estimates.beta
