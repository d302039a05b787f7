"""How much it matters that an item works otherwise in a group: dMACS (Nye & Drasgow 2011), and what it adds to a mean.

Loadings and intercepts are those of the configural model, put on the scale that the scalar model (where needed with
freed parameters) gives the factors in each unit. With d the difference of an item's expected answer between a unit and
the reference, d(eta) = (nu_u - nu_r) + (lambda_u - lambda_r)' eta, and eta distributed as in the unit,

    difference = sqrt(E d(eta)^2)       d_macs = difference / pooled standard deviation       bias = E d(eta)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lcresearch.measurement.comparability.settings import Setting
from lcresearch.measurement.factor_models import standardised
from lcresearch.measurement.factor_models.arrays import Array
from lcresearch.measurement.factor_models.factor_model import FactorModel
from lcresearch.measurement.factor_models.saturated import FreeMoments

SMALL, MEDIUM, LARGE = 0.2, 0.4, 0.7
"""Sizes of dMACS (Nye, Bradburn, Olenick, Bialko & Drasgow 2019)."""


@dataclass(frozen=True)
class UnitParameters:
    """Parameters of each unit.

    Attributes
    ----------
    loadings : array, shape (n_units, n_items, n_factors)
    intercepts : array, shape (n_units, n_items)
    means : array, shape (n_units, n_factors)
    covariances : array, shape (n_units, n_factors, n_factors)
        Of the factors.
    """

    loadings: Array
    intercepts: Array
    means: Array
    covariances: Array


def unit_parameters(setting: Setting, model: FactorModel) -> UnitParameters:
    """The parameters of a fitted model by unit."""
    layout, values = model.layout, model.estimated.values
    arrows, _, intercepts = layout.matrices(values)
    total = standardised.total_covariances(layout, values)
    mean = np.linalg.solve(np.eye(arrows.shape[-1]) - arrows, intercepts[:, :, None])[:, :, 0]
    names = {name: at for at, name in enumerate((*layout.table.observed, *layout.table.latent))}
    parts = []
    for unit in range(len(setting.units)):
        group = 0 if setting.of_waves else unit
        items = [names[setting.name_at(item, unit)] for item in setting.items]
        factors = [names[setting.name_at(factor, unit)] for factor in setting.factors]
        parts.append(
            (
                arrows[group][np.ix_(items, factors)],
                intercepts[group, items],
                mean[group, factors],
                total[group][np.ix_(factors, factors)],
            )
        )
    return UnitParameters(*(np.stack(part) for part in zip(*parts, strict=True)))


def on_common_scale(configural: UnitParameters, scalar: UnitParameters) -> UnitParameters:
    """Configural loadings and intercepts with the means and variances that the scalar model gives the factors.

    NaN for a unit in which the variance of a factor is not above zero: there is no scale then.
    """
    before, after = (
        np.sqrt(np.where(variances > 0, variances, np.nan))
        for variances in (np.diagonal(each.covariances, axis1=1, axis2=2) for each in (configural, scalar))
    )
    loadings = configural.loadings * (before / after)[:, None, :]
    level = np.einsum("uif,uf->ui", configural.loadings, configural.means)
    intercepts = configural.intercepts + level - np.einsum("uif,uf->ui", loadings, scalar.means)
    return UnitParameters(loadings, intercepts, scalar.means, scalar.covariances)


def effect_sizes(
    setting: Setting, parameters: UnitParameters, moments: FreeMoments, reference: int | None
) -> pd.DataFrame:
    """``item, unit, reference, d_macs, difference, bias, size``: a row an item and unit.

    Parameters
    ----------
    setting : Setting
    parameters : UnitParameters
        On one scale.
    moments : FreeMoments
        Of the sample.
    reference : int or None
        Number of the reference unit; None for the mean of all units, weighted with their persons.
    """
    n, _, spread = sample_sizes(setting, moments)
    weight = n / n.sum() if reference is None else np.eye(len(n))[reference]
    slope = parameters.loadings - np.einsum("u,uif->if", weight, parameters.loadings)
    level = parameters.intercepts - weight @ parameters.intercepts
    bias = level + np.einsum("uif,uf->ui", slope, parameters.means)
    square = bias**2 + np.einsum("uif,ufg,uig->ui", slope, parameters.covariances, slope)
    difference = np.sqrt(np.maximum(square, 0))
    return as_table(setting, difference, bias, n, spread, reference)


def as_table(
    setting: Setting, difference: Array, bias: Array, n: Array, spread: Array, reference: int | None
) -> pd.DataFrame:
    """``item, unit, reference, d_macs, difference, bias, size``: a row an item and unit that is not the reference.

    Parameters
    ----------
    setting : Setting
    difference, bias, spread : array, shape (n_units, n_items)
        In answer points; ``spread`` is the standard deviation of the answers.
    n : array, shape (n_units,)
        Persons.
    reference : int or None
    """
    if reference is None:
        pooled = np.broadcast_to(((n - 1) @ spread) / (n - 1).sum(), spread.shape)
    else:
        own, other = (n - 1)[:, None], n[reference] - 1
        pooled = (own * spread + other * spread[reference]) / (own + other)
    units, against = setting.units, "" if reference is None else setting.units[reference]
    rows = [
        {
            "item": item,
            "unit": units[u],
            "reference": against,
            "d_macs": difference[u, i] / pooled[u, i],
            "difference": difference[u, i],
            "bias": bias[u, i],
        }
        for i, item in enumerate(setting.items)
        for u in range(len(units))
        if u != reference
    ]
    table = pd.DataFrame(rows)
    bounds = [-np.inf, SMALL, MEDIUM, LARGE, np.inf]
    size = pd.cut(table["d_macs"], bounds, right=False, labels=["negligible", "small", "medium", "large"])
    return table.assign(size=size.astype(object).where(size.notna(), "").astype(str))


def scale_effects(setting: Setting, items: pd.DataFrame, n: Array, mean: Array, reference: int | None) -> pd.DataFrame:
    """``factor, unit, reference, observed, bias, share``: what items that work otherwise add to a mean score.

    ``observed`` is how much higher the mean of the items is in the unit than in the reference, in answer points;
    ``bias`` the part of it that is not the factor's (mean of the items' ``bias``); ``share`` is bias / observed.

    Parameters
    ----------
    setting : Setting
    items : DataFrame
        As :func:`effect_sizes` gives it.
    n : array, shape (n_units,)
        Persons.
    mean : array, shape (n_units, n_items)
        Of the answers.
    reference : int or None
    """
    weight = n / n.sum() if reference is None else np.eye(len(n))[reference]
    others = [unit for at, unit in enumerate(setting.units) if at != reference]
    away = pd.DataFrame(mean - weight @ mean, index=setting.units, columns=setting.items)
    bias = items.pivot(index="unit", columns="item", values="bias")
    parts = [
        pd.DataFrame(
            {
                "factor": factor,
                "unit": others,
                "reference": "" if reference is None else setting.units[reference],
                "observed": away.loc[others, list(own)].mean(axis=1).to_numpy(),
                "bias": bias.loc[others, list(own)].mean(axis=1).to_numpy(),
            }
        )
        for factor, own in setting.items_of.items()
    ]
    table = pd.concat(parts, ignore_index=True)
    return table.assign(share=table["bias"] / table["observed"].where(table["observed"] != 0))


def sample_sizes(setting: Setting, moments: FreeMoments) -> tuple[Array, Array, Array]:
    """Persons of each unit (n_units,), means and standard deviations of items (n_units, n_items)."""
    spread = np.sqrt(np.diagonal(moments.covariance, axis1=1, axis2=2))
    names = {name: at for at, name in enumerate(setting.table.observed)}
    units = range(len(setting.units))
    places = np.array([[names[setting.name_at(item, unit)] for item in setting.items] for unit in units])
    group = np.zeros(len(places), dtype=np.int64) if setting.of_waves else np.arange(len(places))
    return setting.group_sizes[group], moments.mean[group[:, None], places], spread[group[:, None], places]


def factor_means(setting: Setting, model: FactorModel) -> pd.DataFrame:
    """``factor, unit, mean, std_error, variance, standardised``: of the factors, 0 and 1 in the first unit.

    ``standardised`` is the mean in standard deviations of the first unit.
    """
    found = unit_parameters(setting, model)
    table = model.tidy().set_index(["term", "group"])["std_error"]
    rows = []
    for f, factor in enumerate(setting.factors):
        for u, unit in enumerate(setting.units):
            label = setting.groups[0] if setting.of_waves else unit
            rows.append(
                {
                    "factor": factor,
                    "unit": unit,
                    "mean": found.means[u, f],
                    "std_error": table.get((f"{setting.name_at(factor, u)}~1", label), np.nan),
                    "variance": found.covariances[u, f, f],
                    "standardised": found.means[u, f] / np.sqrt(found.covariances[0, f, f]),
                }
            )
    return pd.DataFrame(rows)
