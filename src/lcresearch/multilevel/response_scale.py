"""Estimated marginal means of a generalised model on the scale of the response: chances, counts, shares of categories.

The mean of a grid is taken on the scale of the link and then brought back, as R's emmeans does; chances of categories
are averaged themselves, as its mode "prob". Standard errors are by the delta method. Random effects are at zero: these
are means for a group in the middle, and no means over all groups.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy.special
import scipy.stats

from lcresearch.multilevel.cumulative import category_chances
from lcresearch.multilevel.families import inverse_link
from lcresearch.multilevel.link_scale import Coefficients
from lcresearch.multilevel.small_matrices import Array


def brought_back(table: pd.DataFrame, link: str) -> pd.DataFrame:
    """Means on the scale of the link as chances or expected counts; tests, which are of the link, are left out."""
    eta = table["estimate"].to_numpy()
    ends = {name: inverse_link(link, table[name].to_numpy()) for name in ("conf_low", "conf_high")}
    errors = density(link, eta) * table["std_error"]
    found = table.assign(estimate=inverse_link(link, eta), std_error=errors, **ends)
    return found.drop(columns=["statistic", "p_value"])


def density(link: str, eta: Array) -> Array:
    """The derivative of the inverse link."""
    if link == "probit":
        return np.asarray(np.exp(-0.5 * eta**2) / np.sqrt(2 * np.pi))
    mean = inverse_link(link, eta)
    return np.asarray(mean * (1 - mean) if link == "logit" else mean)


def category_means(
    cells: Array, coefficients: Coefficients, link: str, df: Array, conf_level: float
) -> tuple[Array, Array, Array, Array]:
    """The chance of each category, averaged over cells: estimate, error and both ends of the interval.

    Parameters
    ----------
    cells : array, shape (n_rows, n_each, n_slopes)
        Weights of the fixed effects in each cell of the grid.
    coefficients : Coefficients
    link : str
    df : array, shape (n_rows,)
    conf_level : float

    Returns
    -------
    tuple of array, shape (n_rows, n_categories)
        Intervals are made on the scale of log odds, so that they stay between 0 and 1.
    """
    k = coefficients.n_thresholds
    thresholds, beta = coefficients.values[:k], coefficients.values[k:]
    eta = cells @ beta
    shape = (*eta.shape, k + 1)
    chances = category_chances(link, eta.ravel(), thresholds).reshape(shape).mean(axis=1)
    at = density("logit" if link == "logit" else "probit", thresholds - eta[..., None])
    gradient = np.zeros((*eta.shape, k + 2, len(coefficients.values)))
    places = np.arange(k)
    gradient[..., places + 1, places] = at
    gradient[..., 1:-1, k:] = -at[..., None] * cells[..., None, :]
    slopes = np.diff(gradient, axis=2).mean(axis=1)
    errors = np.sqrt(np.einsum("rja,ab,rjb->rj", slopes, coefficients.covariance, slopes))
    spread = chances * (1 - chances)
    half = scipy.stats.t.ppf(0.5 + conf_level / 2, df)[:, None] * errors / np.maximum(spread, np.finfo(float).tiny)
    odds = scipy.special.logit(chances)
    return chances, errors, scipy.special.expit(odds - half), scipy.special.expit(odds + half)
