"""How much single groups matter: the model without each of them, from sums of products alone."""

from __future__ import annotations

import dataclasses
import warnings
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from lcresearch.errors import LcresearchWarning, MultilevelError

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
        multiple membership all rows that have a share in the group are left out.

    Raises
    ------
    MultilevelError
        L036 when there is no such factor, or it has fewer than three groups.
    """
    cross = fit.model.cross
    key = next((found for found in cross.labels if ":".join(found) == group), None)
    if key is None or len(cross.labels[key]) < 3:
        raise MultilevelError("L036", found=group, known=[":".join(found) for found in cross.labels])
    names, inverse = list(fit.fixed_effects.index), np.linalg.inv(fit.estimates.covariance)
    n_groups = len(cross.labels[key])
    estimates, sizes = np.empty((n_groups, len(names))), np.empty(n_groups, dtype=np.int64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LcresearchWarning)
        for place in range(n_groups):
            out = cross.in_group(key, place)
            sizes[place] = round(float(cross.sums[0, 0, out].sum()))
            estimates[place] = _fitted_without(fit, cross, out)
    changes = estimates - fit.estimates.beta
    distance = np.einsum("ga,ab,gb->g", changes, inverse, changes) / len(names)
    columns = {"cooks_distance": distance, "n": sizes} | {name: estimates[:, k] for k, name in enumerate(names)}
    return pd.DataFrame(columns, index=cross.labels[key])


def _fitted_without(fit: LinearMixedModel, cross: Crossproducts, out: np.ndarray) -> np.ndarray:
    """Fixed effects of the model without some cells; the search begins where that of all cells ended."""
    from lcresearch.multilevel.fitting import fitted
    from lcresearch.multilevel.model import model_of

    left = ~out
    codes, labels, memberships = {}, {}, {}
    for group, found in cross.codes.items():
        kept, codes[group] = np.unique(found[left], return_inverse=True)
        if group in cross.memberships:
            memberships[group], kept = cross.memberships[group].kept(kept)
        labels[group] = cross.labels[group][kept]
    n = cross.n - round(float(cross.sums[0, 0, out].sum()))
    persons = cross.persons
    if persons is not None:
        persons = dataclasses.replace(persons, counts=persons.counts[left], products=persons.products[..., left])
    less = dataclasses.replace(
        cross, sums=cross.sums[:, :, left], codes=codes, labels=labels, n=n, persons=persons, memberships=memberships
    )
    return fitted(model_of(less, reml=fit.model.criterion.reml), None).estimates.beta
