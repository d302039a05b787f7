"""On what persons of different groups are matched before an item is compared between them."""

from __future__ import annotations

import numpy as np

from lcresearch.measurement.columns import Array, Codes
from lcresearch.measurement.item_response import marginal_likelihood, trait_scores
from lcresearch.measurement.item_response.categories import categorise
from lcresearch.measurement.item_response.estimation import fit


def trait(codes: Codes, belongs: Codes, n_groups: int, flagged: Codes) -> Array:
    """EAP of a graded model in which flagged items have parameters of their own in each group (Crane et al., 2006).

    All items count for the score, and those that are the same in all groups hold the groups on one scale. The same for
    all items, shape (n,).
    """
    apart = [np.where(belongs == g, codes[:, j], -1) for j in flagged for g in range(n_groups)]
    common = np.delete(codes, flagged, axis=1)
    columns = np.column_stack([common, *apart]).astype(float)
    columns[columns < 0] = np.nan
    found, _ = categorise(columns, [str(j) for j in range(columns.shape[1])])
    kept = found.counts > 1
    numbers, counts = found.codes[:, kept], found.counts[kept]
    fitted = fit(marginal_likelihood.patterns(numbers, int(counts.max())), counts)
    sign = 1.0 if fitted.items.discriminations.sum() >= 0 else -1.0
    return sign * trait_scores.expected_a_posteriori(fitted.items, numbers, fitted.grid).estimate


def mean_score(codes: Codes, flagged: Codes, item: int, *, with_item: bool) -> Array:
    """Mean category number over the items that were not flagged, with or without the item itself, shape (n,)."""
    anchors = np.setdiff1d(np.arange(codes.shape[1]), [*flagged, item])
    used = codes[:, [*anchors, item] if with_item else anchors]
    known = used >= 0
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(known, used, 0).sum(axis=1) / np.where(known.any(axis=1), known.sum(axis=1), np.nan))
