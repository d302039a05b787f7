"""Wald intervals of standard deviations and correlations, from the second derivatives of the criterion."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import scipy.stats

from lcresearch.multilevel.estimates import RESIDUAL, term_numbers
from lcresearch.multilevel.model import Model
from lcresearch.multilevel.satterthwaite import variability
from lcresearch.multilevel.small_matrices import Array

_STEP = 1e-30
_ZERO, _ONE = 1e-6, 1 - 1e-6


def variance_intervals(model: Model, theta: Array, conf_level: float) -> pd.DataFrame:
    """``group, term, estimate, conf_low, conf_high``: symmetric for log standard deviations and Fisher's z.

    The covariance matrix of theta and the log residual variance is twice the inverse of the second derivatives of the
    criterion; the delta method takes it to each parameter. Missing at the edge, where it does not hold.
    """
    spread = variability(model.criterion, theta).parameters
    solution = model.criterion.solve(model.criterion.layout.covariances(theta))
    parameters = np.append(theta, np.log(solution.sigma2))
    names, values, is_deviation = _described(model, parameters)
    slopes = np.empty((len(values), len(parameters)))
    for place in range(len(parameters)):
        moved = parameters.astype(complex)
        moved[place] += 1j * _STEP
        slopes[:, place] = _described(model, moved)[1].imag / _STEP
    values = values.real
    errors = np.sqrt(np.maximum(np.einsum("ka,ab,kb->k", slopes, spread, slopes), 0))
    z = scipy.stats.norm.ppf(0.5 + conf_level / 2)
    sigma = values[-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = np.where(is_deviation, values > _ZERO * sigma, np.abs(values) < _ONE)
        half = np.where(inside, z * errors / np.where(is_deviation, values, 1 - values**2), np.nan)
        middle = np.where(is_deviation, np.log(values), np.arctanh(values))
        low, high = (np.where(is_deviation, np.exp(x), np.tanh(x)) for x in (middle - half, middle + half))
    columns = ["group", "term", "estimate", "conf_low", "conf_high"]
    rows = [(*name, *numbers) for name, numbers in zip(names, zip(values, low, high, strict=True), strict=True)]
    return pd.DataFrame(rows, columns=columns)


def _described(model: Model, parameters: Array) -> tuple[list[tuple[str, str]], Array, Array]:
    """Names, values in the units of the data, and whether each is a standard deviation; analytic in the parameters."""
    working, columns, layout = model.working, model.cross.columns, model.criterion.layout
    sigma = np.exp(parameters[-1] / 2) * float(working.scale[columns.response])
    relative = layout.covariances(parameters[:-1])
    found: dict[int, Array] = {}
    for (place, block), number in zip(layout.blocks(), term_numbers(model), strict=True):
        own = working.part(columns.terms[number].columns)
        found[number] = sigma**2 * own @ relative[place][block, block] @ own.T
    names, values, is_deviation = [], [], []
    for number, term in enumerate(columns.terms):
        deviations = _root(np.diagonal(found[number]))
        names += [(term.term.label, name) for name in term.names]
        values += list(deviations)
        is_deviation += [True] * len(deviations)
        for a, b in combinations(range(len(deviations)), 2):
            names.append((term.term.label, f"{term.names[a]}, {term.names[b]}"))
            product = deviations[a] * deviations[b]
            values.append(found[number][a, b] / product if product != 0 else np.nan)
            is_deviation.append(False)
    return [*names, (RESIDUAL, "")], np.array([*values, sigma]), np.array([*is_deviation, True])


def _root(values: Array) -> Array:
    """Square roots; zero of what is not positive."""
    return np.sqrt(np.where(values.real > 0, values, 0.0))
