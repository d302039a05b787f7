"""All parameters of a generalised model in the units of the data: in one order, with their names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lcresearch.multilevel.design import TermColumns
from lcresearch.multilevel.estimates import term_numbers
from lcresearch.multilevel.generalised_model import GeneralisedModel
from lcresearch.multilevel.small_matrices import Array


def covariances_of(model: GeneralisedModel, vector: Array) -> tuple[Array, ...]:
    """Covariance matrices of the terms in the order of the formula, in the units of the data.

    Parameters
    ----------
    model : GeneralisedModel
    vector : array, shape (n_parameters,)
        In working units.
    """
    theta, *_ = model.parameters.split(vector)
    relative, found = model.layout.covariances(theta), {}
    for (place, block), number in zip(model.layout.blocks(), term_numbers(model), strict=True):
        own = model.working.part(model.cross.columns.terms[number].columns)
        found[number] = own @ relative[place][block, block] @ own.T
    return tuple(found[number] for number in range(len(found)))


def coefficients_of(model: GeneralisedModel, vector: Array) -> Array:
    """Thresholds and fixed effects in the units of the data."""
    return np.asarray(model.to_units @ vector[model.parameters.n_theta :])


def deviations_and_correlations(
    terms: Sequence[TermColumns], covariances: Sequence[Array]
) -> list[tuple[str, str, float]]:
    """Group, term and value of each standard deviation and, under ``a, b``, of each correlation."""
    rows: list[tuple[str, str, float]] = []
    for term, covariance in zip(terms, covariances, strict=True):
        deviations = np.sqrt(np.maximum(np.diagonal(covariance), 0))
        rows += [(term.term.label, name, float(deviations[k])) for k, name in enumerate(term.names)]
        for a, b in zip(*np.triu_indices(len(deviations), 1), strict=True):
            product = deviations[a] * deviations[b]
            correlation = float(covariance[a, b] / product) if product > 0 else np.nan
            rows.append((term.term.label, f"{term.names[a]}, {term.names[b]}", correlation))
    return rows
