"""How good scales of ordered items are: reliability of the sum of answers, and scores of persons."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special

from lcresearch.measurement.bivariate_normal import bivariate_cdf, normal_density
from lcresearch.measurement.factor_models import standardised as units
from lcresearch.measurement.factor_models.arrays import Array, Integers
from lcresearch.measurement.factor_models.ordinal_estimated import OrdinalEstimated
from lcresearch.measurement.factor_models.quality import loadings_of
from lcresearch.measurement.polychoric import MISSING
from lcresearch.messages import Messages

SCORES = ("ebm",)

_STEPS = 100
_DONE = 1e-10
_SINGULAR = 1e-8


def cautions(estimated: OrdinalEstimated) -> list[str]:
    """Pairs of items whose correlation runs to 1, and correlations that cannot be together."""
    say, sample, found = Messages(), estimated.sample, []
    group, pair = np.nonzero(sample.at_limit)
    if len(pair):
        names = sample.items
        pairs = [
            f"{names[estimated.layout.pairs[at, 1]]}, {names[estimated.layout.pairs[at, 0]]}"
            + (f" ({sample.groups[g]})" if sample.groups[g] else "")
            for g, at in zip(group, pair, strict=True)
        ]
        found.append(say("factor_models.at_limit", pairs="; ".join(pairs[:6])))
    singular = np.flatnonzero(np.linalg.eigvalsh(sample.correlation)[:, 0] < _SINGULAR)
    if len(singular):
        labels = ", ".join(sample.groups[at] for at in singular if sample.groups[at])
        found.append(say("factor_models.not_positive", groups=f" ({labels})" if labels else ""))
    return found


def reliability(estimated: OrdinalEstimated, groups: Sequence[str]) -> pd.DataFrame:
    """Omega of the answers and of the responses behind them; see :meth:`FactorModel.reliability`."""
    loadings, covariances = loadings_of(estimated, estimated.values)
    scaling = estimated.values[:, estimated.layout.scaling_place]
    model, sample = estimated.implied.covariance, estimated.sample.correlation
    limits = _limits(estimated)
    indicators = estimated.layout.table.indicators
    rows = []
    for number, factor in enumerate(estimated.layout.table.latent):
        items = [at for at, name in enumerate(estimated.layout.table.observed) if name in indicators[factor]]
        if not items:
            continue
        for group, label in enumerate(groups):
            own = loadings[group, items, number] * scaling[group, items]
            true = np.outer(own, own) * covariances[group, number, number]
            there = np.ix_(items, items)
            edges = [limits[group][item] for item in items]
            explained = _covariance_of_answers(true, edges)
            answers, by_model = (_covariance_of_answers(part[group][there], edges) for part in (sample, model))
            latent = true.sum() / sample[group][there].sum()
            rows.append((factor, label, explained / answers, explained / by_model, latent, np.trace(true) / len(items)))
    return pd.DataFrame(rows, columns=["factor", "group", "omega", "omega_model", "omega_responses", "ave"])


def _limits(estimated: OrdinalEstimated) -> list[list[Array]]:
    """Thresholds of the model in standard deviations, of each group and item."""
    t = estimated.sample.n_thresholds
    item = estimated.layout.threshold_item
    p = len(estimated.sample.items)
    return [[row[:t][item == at] for at in range(p)] for row in estimated.implied.statistics]


def _covariance_of_answers(correlation: Array, limits: Sequence[Array]) -> float:
    """Variance of the sum of answers 1, 2, ... whose responses go together thus (Green & Yang 2009, equation 21).

    The covariance of two answers is the sum over pairs of thresholds of P(both below) - P(below) P(below). On the
    diagonal of a correlation matrix stands the variance of an answer itself.
    """
    owner = np.repeat(np.arange(len(limits)), [len(each) for each in limits])
    edge = np.concatenate(limits)
    rho = correlation[owner[:, None], owner]
    below = special.ndtr(edge)
    same = (owner[:, None] == owner) & (rho > 1 - 1e-12)
    both = bivariate_cdf(edge[:, None], edge, np.where(same, 0.0, rho))
    both = np.where(same, np.minimum(below[:, None], below), both)
    return float((both - below[:, None] * below).sum())


def factor_scores(estimated: OrdinalEstimated, codes: Integers, group: Integers) -> Array:
    """Most likely places of persons on the factors given their answers (EBM), shape (n, n_factors).

    The mode of the factors' normal density times the chances of the answers, in which the residuals of items are taken
    to be independent; NaN where nobody answered. All persons at once, by Newton's method: the density is log-concave.
    """
    layout = estimated.layout
    p = layout.n_observed
    values = estimated.values
    arrows, covariances, means = layout.matrices(values)
    effects = np.linalg.inv(np.eye(arrows.shape[-1]) - arrows)
    mean = (effects @ means[:, :, None])[:, p:, 0]
    precision = np.linalg.inv(units.total_covariances(layout, values)[:, p:, p:])
    unit = np.sqrt(np.diagonal(covariances, axis1=1, axis2=2)[:, :p])
    slopes = arrows[:, :p, p:] / unit[:, :, None]
    lower, upper = _bounds(estimated, codes, group, means[:, :p], unit)
    here, pull, eta = slopes[group], precision[group], mean[group].copy()
    for _ in range(_STEPS):
        place = (here @ eta[:, :, None])[:, :, 0]
        first, second = _answer_slopes(lower - place, upper - place)
        away = eta - mean[group]
        gradient = (pull @ away[:, :, None])[:, :, 0] - (first[:, :, None] * here).sum(axis=1)
        curvature = pull + np.swapaxes(here, 1, 2) @ (second[:, :, None] * here)
        step = np.linalg.solve(curvature, gradient[:, :, None])[:, :, 0]
        longest = np.abs(step).max(axis=1, initial=0.0, keepdims=True)
        eta -= step / np.maximum(longest, 1.0)
        if longest.max(initial=0.0) < _DONE:
            break
    return np.where((codes == MISSING).all(axis=1)[:, None], np.nan, eta)


def _bounds(
    estimated: OrdinalEstimated, codes: Integers, group: Integers, means: Array, unit: Array
) -> tuple[Array, Array]:
    """Limits of the response behind each answer, less its intercept, in residual standard deviations: shapes (n, p)."""
    layout, counts = estimated.layout, np.array(estimated.sample.n_categories)
    n_groups, p = means.shape
    edges = np.full((n_groups, p, int(counts.max()) + 2), np.inf)
    edges[:, :, 0] = -np.inf
    number = np.concatenate([np.arange(1, count) for count in counts])
    item = layout.threshold_item
    edges[:, item, number] = (estimated.values[:, layout.threshold_place] - means[:, item]) / unit[:, item]
    known = codes != MISSING
    at = np.where(known, codes, 0)
    own = edges[group[:, None], np.arange(p), at]
    above = edges[group[:, None], np.arange(p), at + 1]
    return np.where(known, own, -np.inf), np.where(known, above, np.inf)


def _answer_slopes(lower: Array, upper: Array) -> tuple[Array, Array]:
    """First derivative of log P(answer) to the place of the response, and minus the second, shapes as given."""
    flip = upper > -lower
    low, high = np.where(flip, -upper, lower), np.where(flip, -lower, upper)
    chance = np.maximum(special.ndtr(high) - special.ndtr(low), 1e-300)
    at_low, at_high = normal_density(low), normal_density(high)
    weighted_low = np.where(np.isfinite(low), low, 0.0) * at_low
    weighted_high = np.where(np.isfinite(high), high, 0.0) * at_high
    first = (at_low - at_high) / chance
    second = first**2 - (weighted_low - weighted_high) / chance
    return np.where(flip, -first, first), np.maximum(second, 0.0)
