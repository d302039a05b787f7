"""Residuals of generalised models, and whether counts vary more than their distribution allows.

Residuals of the kinds ``response``, ``pearson`` and ``deviance`` are those of R: about the fitted means, random effects
included. Of ordered answers there are none of these. Randomised quantile residuals (Dunn & Smyth 1996) exist for all:
the share of simulated outcomes of the row, with new random effects, that are lower than the outcome that was seen, with
ties broken at random. Where the model is right they are uniform between 0 and 1, also where outcomes are few whole
numbers (as in R's DHARMa, Hartig 2022).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy.special
import scipy.stats

from lcresearch.multilevel.outcomes import Outcome
from lcresearch.multilevel.small_matrices import Array

PLAIN = ("response", "pearson", "deviance")
KINDS = (*PLAIN, "quantile")


def plain_residuals(outcome: Outcome, means: Array, kind: str) -> Array:
    """Residuals of successes out of trials or of counts, shape (n,).

    Parameters
    ----------
    outcome : Outcome
    means : array, shape (n,)
        Chances of a trial, or expected counts.
    kind : "response", "pearson" or "deviance"
    """
    binomial = outcome.family == "binomial"
    observed = outcome.values / outcome.sizes if binomial else outcome.values
    left = observed - means
    if kind == "response":
        return left
    if kind == "pearson":
        return np.asarray(left * np.sqrt(outcome.sizes / (means * (1 - means) if binomial else means)))
    rest = scipy.special.xlogy(1 - observed, (1 - observed) / (1 - means)) if binomial else -left
    unit = scipy.special.xlogy(observed, observed / means) + rest
    return np.asarray(np.sign(left) * np.sqrt(2 * outcome.sizes * np.maximum(unit, 0)))


def quantile_residuals(
    observed: Array, simulate: Callable[[int], Array], n_sims: int, rng: np.random.Generator
) -> Array:
    """The place of each outcome among simulated ones, between 0 and 1, shape (n,).

    With r outcomes lower and t equal, the place is (r + u (t + 1)) / (n_sims + 1) with u uniform: exactly uniform when
    the outcome was made as the simulated ones were.

    Parameters
    ----------
    observed : array, shape (n,)
    simulate : callable
        Gives outcomes of shape (n, k) for a number k.
    n_sims : int
    rng : Generator
    """
    lower, equal = np.zeros(len(observed)), np.zeros(len(observed))
    most = max(1, 2_000_000 // max(len(observed), 1))
    for start in range(0, n_sims, most):
        found = simulate(min(most, n_sims - start))
        lower += (found < observed[:, None]).sum(axis=1)
        equal += (found == observed[:, None]).sum(axis=1)
    return np.asarray((lower + rng.random(len(observed)) * (equal + 1)) / (n_sims + 1))


def dispersion(outcome: Outcome, means: Array, n_parameters: int) -> dict[str, float]:
    """The sum of squared Pearson residuals against its degrees of freedom: ``statistic, df, ratio, p_value``.

    Parameters
    ----------
    outcome : Outcome
    means : array, shape (n,)
    n_parameters : int
    """
    statistic = float((plain_residuals(outcome, means, "pearson") ** 2).sum())
    df = len(means) - n_parameters
    p_value = float(scipy.stats.chi2.sf(statistic, df)) if df > 0 else np.nan
    return {"statistic": statistic, "df": df, "ratio": statistic / df if df > 0 else np.nan, "p_value": p_value}
