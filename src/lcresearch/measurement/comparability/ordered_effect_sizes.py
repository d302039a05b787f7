"""How much it matters that an ordered item works otherwise in a group: differences of expected answers.

The response functions of the configural model, P(answer >= k | eta) = Phi(lambda' eta - tau_k), are put on the scale
that the model with equal intercepts (where needed with freed parameters) gives the factors in each unit. With d(eta)
the expected answer in a unit minus that in the reference, and eta distributed as in the unit,

    difference = sqrt(E d(eta)^2)       d_macs = difference / pooled standard deviation       bias = E d(eta)

This is dMACS (Nye & Drasgow 2011) with expected answers in place of the straight lines of continuous items; bias is
the expected score difference of an item (Meade 2010). Integrals are by Gauss-Hermite quadrature.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from lcresearch.measurement.comparability.effect_sizes import UnitParameters, as_table, unit_parameters
from lcresearch.measurement.comparability.ordered_settings import OrderedSetting
from lcresearch.measurement.factor_models.arrays import Array
from lcresearch.measurement.factor_models.factor_model import FactorModel

_NODES = 61


@dataclass(frozen=True)
class ResponseFunctions:
    """Of all items in each unit, on one scale of the factors.

    Attributes
    ----------
    slopes : array, shape (n_units, n_items, n_factors)
    thresholds : tuple of array, shapes (n_units, n_thresholds)
        Of each item.
    means : array, shape (n_units, n_factors)
    covariances : array, shape (n_units, n_factors, n_factors)
        Of the factors.
    """

    slopes: Array
    thresholds: tuple[Array, ...]
    means: Array
    covariances: Array


def response_functions(setting: OrderedSetting, configural: FactorModel, common: UnitParameters) -> ResponseFunctions:
    """Response functions of the configural model with the factors of another."""
    own = unit_parameters(setting, configural)
    before = np.sqrt(np.diagonal(own.covariances, axis1=1, axis2=2))
    after = np.sqrt(np.diagonal(common.covariances, axis1=1, axis2=2))
    slopes = own.loadings * (before / after)[:, None, :]
    shift = np.einsum("uif,uf->ui", slopes, common.means) - np.einsum("uif,uf->ui", own.loadings, own.means)
    shift = shift - own.intercepts
    thresholds = _thresholds(setting, configural)
    moved = tuple(each + shift[:, i, None] for i, each in enumerate(thresholds))
    return ResponseFunctions(slopes, moved, common.means, common.covariances)


def _thresholds(setting: OrderedSetting, model: FactorModel) -> list[Array]:
    """Thresholds of each item of the model in each unit, shapes (n_units, n_thresholds)."""
    values, parameters = model.estimated.values, model.layout.table.parameters
    place = {each.name: at for at, each in enumerate(parameters) if each.operator == "|"}
    units = range(len(setting.units))
    group = [0 if setting.of_waves else unit for unit in units]
    found = []
    for item in setting.items:
        numbers = range(1, len(setting.categories(item)))
        at = [[place[f"{setting.name_at(item, unit)}|t{number}"] for number in numbers] for unit in units]
        found.append(values[np.array(group)[:, None], np.array(at)])
    return found


def expected_answer(place: Array, thresholds: Array, answers: Array) -> Array:
    """Expected answer where the response lies at a place (...), with thresholds (..., t) and answers (t + 1,)."""
    above = special.ndtr(place[..., None] - thresholds)
    return np.asarray(answers[0] + above @ np.diff(answers))


def ordered_effect_sizes(setting: OrderedSetting, functions: ResponseFunctions, reference: int | None) -> pd.DataFrame:
    """``item, unit, reference, d_macs, difference, bias, size``: a row an item and unit.

    Parameters
    ----------
    setting : OrderedSetting
    functions : ResponseFunctions
    reference : int or None
        Number of the reference unit; None for the item with the mean parameters of all units, weighted with their
        persons.
    """
    n, _, spread = sample_answers(setting)
    weight = n / n.sum() if reference is None else np.eye(len(n))[reference]
    difference, bias = np.empty((2, *spread.shape))
    for i, item in enumerate(setting.items):
        slopes, thresholds, answers = functions.slopes[:, i], functions.thresholds[i], setting.categories(item)
        against, weights = _pairs(slopes, weight @ slopes, functions)
        own = expected_answer(against[0], thresholds[:, None], answers)
        other = expected_answer(against[1], weight @ thresholds, answers)
        away = own - other
        bias[:, i] = away @ weights
        difference[:, i] = np.sqrt(away**2 @ weights)
    return as_table(setting, difference, bias, n, spread, reference)


def _pairs(slopes: Array, reference: Array, functions: ResponseFunctions) -> tuple[Array, Array]:
    """Where a response lies in a unit, and in the reference with the same factors: (2, n_units, k), and weights (k,).

    Both are sums of factors, and normal together.
    """
    both = np.stack([slopes, np.broadcast_to(reference, slopes.shape)], axis=1)
    mean = np.einsum("usf,uf->us", both, functions.means)
    covariance = both @ functions.covariances @ np.swapaxes(both, 1, 2)
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0))[:, None, :]
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    weights = weights / weights.sum()
    grid = np.stack([part.ravel() for part in np.meshgrid(nodes, nodes)])
    return np.moveaxis(mean[:, :, None] + root @ grid, 1, 0), np.outer(weights, weights).ravel()


def sample_answers(setting: OrderedSetting) -> tuple[Array, Array, Array]:
    """Persons of each unit (n_units,), means and standard deviations of answers (n_units, n_items), by the margins."""
    sample = setting.sample
    units = range(len(setting.units))
    group = np.array([0 if setting.of_waves else unit for unit in units])
    owner = np.repeat(np.arange(len(sample.items)), np.array(sample.n_categories) - 1)
    mean, square = np.empty((2, len(units), len(setting.items)))
    for i, item in enumerate(setting.items):
        at = [np.flatnonzero(owner == sample.items.index(setting.name_at(item, unit))) for unit in units]
        above = special.ndtr(-sample.statistics[group[:, None], np.array(at)])
        answers = setting.categories(item)
        mean[:, i] = answers[0] + above @ np.diff(answers)
        square[:, i] = answers[0] ** 2 + above @ np.diff(answers**2)
    return sample.n[group], mean, np.sqrt(square - mean**2)
