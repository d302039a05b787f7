"""Tests of fit in samples that are small for their model: corrections of chi-square, and its mean by simulation.

With few persons for many items chi-square is too large on average, also for a right model and normal answers. Each
correction multiplies it by a factor below one. The published ones are for one group; with several they are taken with
the harmonic mean of the group sizes and the parameters of one group, because each group adds its own excess. (With the
total number of persons, as is done elsewhere, 40 groups of 50 would pass for one of 2,000.)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import nan
from typing import TypeGuard

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.measurement.factor_models.arrays import Array
from lcresearch.measurement.factor_models.blocks import Blocks
from lcresearch.measurement.factor_models.estimated import Estimated
from lcresearch.measurement.factor_models.fit_measures import Test
from lcresearch.measurement.factor_models.fitted import Fitted
from lcresearch.measurement.factor_models.implied import MEAN, Implied
from lcresearch.measurement.factor_models.scoring import minimise
from lcresearch.messages import Messages

SOURCES = {
    "none": "",
    "swain": "Swain (1975)",
    "yuan": "Yuan, Tian & Yanagihara (2015)",
    "simulated": "mean of simulated samples",
}
NOMINAL = 0.05
_TOO_OFTEN = 0.10
_TOO_LITTLE = 1.1
"""From this ratio of the scaling factors of MLM and MLR on, the latter is taken to be too small.

MLR measures distances of persons with the covariances of the same persons, which bounds them by n: in small samples
with heavy tails its factor is too small (docs/measurement-calibration.md). MLM measures them with those of the model.
"""
_STEPS = 60
_COLUMNS = ["correction", "source", "factor", "chi_square", "df", "p_value"]


@dataclass(frozen=True)
class Size:
    """How large a model and its sample are.

    Attributes
    ----------
    n : float
        Persons; of several groups the harmonic mean.
    n_items : int
    n_free, n_covariance, df : float
        Parameters, those among them that move covariances, and degrees of freedom, divided by the number of groups.
    """

    n: float
    n_items: int
    n_free: float
    n_covariance: float
    df: float


def size_of(estimated: Estimated) -> Size:
    """The size of a fitted model."""
    sizes, layout = estimated.blocks.group_sizes, estimated.layout
    n_groups = len(sizes)
    harmonic = n_groups / float((1 / sizes).sum())
    moves_means = np.zeros(layout.n_free, dtype=bool)
    of_means = layout.free[:, layout.matrix == MEAN]
    moves_means[of_means[of_means >= 0]] = True
    n_covariance = int((~moves_means).sum())
    df = estimated.df / n_groups
    return Size(harmonic, layout.n_observed, layout.n_free / n_groups, n_covariance / n_groups, df)


def swain(size: Size) -> float:
    """(n - 1) / n {1 - [p (2 p^2 + 3 p - 1) - q (2 q^2 + 3 q - 1)] / 12 df (n - 1)}, q (q + 1) / 2 parameters.

    Swain (1975), as in Herzog & Boomsma (2009); the first part turns n times the discrepancy into n - 1 times it.
    Parameters of means do not count, as they have no part in a structure of covariances.
    """
    p, q, n = size.n_items, (np.sqrt(1 + 8 * size.n_covariance) - 1) / 2, size.n - 1
    excess = p * (2 * p**2 + 3 * p - 1) - q * (2 * q**2 + 3 * q - 1)
    return float((n - excess / (12 * size.df)) / size.n)


def yuan(size: Size) -> float:
    """1 - (2.381 + .361 p + .006 q) / n with q parameters: fitted to simulated means (Yuan et al. 2015)."""
    return 1 - (2.381 + 0.361 * size.n_items + 0.006 * size.n_free) / size.n


def applies(estimated: Fitted) -> TypeGuard[Estimated]:
    """Whether corrections exist: maximum likelihood, and nobody left an item open."""
    return isinstance(estimated, Estimated) and estimated.blocks.complete and estimated.df > 0


def tests(estimated: Fitted, n_simulated: int, rng: np.random.Generator) -> pd.DataFrame:
    """A row a correction; see :meth:`FactorModel.small_sample_tests`."""
    test, factors = estimated.test, {"none": 1.0}
    if applies(estimated):
        size = size_of(estimated)
        factors |= {"swain": swain(size), "yuan": yuan(size)}
        if n_simulated:
            factors["simulated"] = test.df / float(simulated(estimated, [estimated], n_simulated, rng).mean())
    rows = []
    for name, factor in factors.items():
        corrected = replace(test, statistic=test.statistic * factor)
        rows.append((name, SOURCES[name], factor, corrected.scaled, test.df, corrected.p_value))
    return pd.DataFrame(rows, columns=_COLUMNS)


def difference(restricted: Fitted, free: Fitted, n_simulated: int, rng: np.random.Generator) -> dict[str, float]:
    """A chi-square difference with the mean that it has in samples from the restricted model; NaN where none applies.

    Returns
    -------
    dict
        ``factor, chi_square_corrected, p_value_corrected``.
    """
    test, factor = restricted.difference(free), nan
    if applies(restricted) and isinstance(free, Estimated):
        found = simulated(restricted, [restricted, free], n_simulated, rng)
        factor = float(test.df / (found[:, 0] - found[:, 1]).mean())
    corrected = replace(test, statistic=test.statistic * factor)
    return {"factor": factor, "chi_square_corrected": corrected.scaled, "p_value_corrected": corrected.p_value}


def cautions(estimated: Estimated) -> list[str]:
    """What a reader of the test of fit must know where the sample is small for the model."""
    say, test, size = Messages(), estimated.test, size_of(estimated)
    found, share = [], expected_size(test, swain(size))
    if share > _TOO_OFTEN:
        name = "group" if estimated.blocks.n_groups > 1 else "one"
        p_value = f"{_corrected(test, size):.3f}"
        found.append(say(f"factor_models.small_sample.{name}", n=round(size.n), share=f"{share:.0%}", p=p_value))
    if estimated.estimator == "MLR" and estimated.rows is not None:
        other = replace(estimated, estimator="MLM").test
        if other.scaling > _TOO_LITTLE * test.scaling:
            values = {
                "mlr": f"{test.scaling:.2f}",
                "mlm": f"{other.scaling:.2f}",
                "p": f"{_corrected(other, size):.3f}",
            }
            found.append(say("factor_models.small_sample.scaled_too_little", **values))
    return found


def _corrected(test: Test, size: Size) -> float:
    """The p value with the factor of Swain."""
    return replace(test, statistic=test.statistic * swain(size)).p_value


def expected_size(test: Test, factor: float) -> float:
    """How often a test at 5% rejects a right model, if chi-square times the factor has its distribution."""
    return float(stats.chi2.sf(factor * stats.chi2.isf(NOMINAL, test.df), test.df)) if test.df > 0 else NOMINAL


def simulated(truth: Estimated, models: list[Estimated], n: int, rng: np.random.Generator) -> Array:
    """Chi-squares of models in samples of the same sizes from a fitted model, shape (n, n_models).

    Means and covariances are drawn, not persons. Models start from their own estimates. Where estimates run away, as
    they do in small groups, chi-square has come to rest long before the search is broken off.
    """
    rows = []
    for _ in range(n):
        blocks = drawn(truth.blocks, truth.implied, rng)
        rows.append([_chi_square(model, blocks) for model in models])
    return np.array(rows)


def drawn(blocks: Blocks, implied: Implied, rng: np.random.Generator) -> Blocks:
    """Means and covariances of a sample of normal answers: the latter Wishart, by the decomposition of Bartlett."""
    n, p = blocks.n, blocks.mean.shape[1]
    root = np.linalg.cholesky(implied.covariance[blocks.group])
    mean = implied.mean[blocks.group] + (root @ rng.normal(size=(len(n), p, 1)))[:, :, 0] / np.sqrt(n)[:, None]
    factor = np.tril(rng.normal(size=(len(n), p, p)), -1)
    places = np.arange(p)
    factor[:, places, places] = np.sqrt(rng.chisquare(n[:, None] - 1 - places))
    factor = root @ factor
    return replace(blocks, mean=mean, covariance=factor @ np.swapaxes(factor, 1, 2) / n[:, None, None])


def _chi_square(model: Estimated, blocks: Blocks) -> float:
    objective = replace(model.objective, blocks=blocks)
    optimum = minimise(objective, model.arrow, model.theta, n_steps=_STEPS)
    return 2 * blocks.n_persons * (optimum.value - objective.value_of(blocks.covariance, blocks.mean))
