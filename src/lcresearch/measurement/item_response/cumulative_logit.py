"""The chance of an answer between two thresholds under the logistic distribution, with its derivatives.

With a the threshold above an answer and c the one below it, both less the predictor, the chance is F(a) - F(c), which
for the logistic F is F(a) F(-c) (1 - exp(c - a)): a product, so that its logarithm loses no digits in the tails. The
last factor does not depend on the predictor. Graded responses and ordinal regression share this kernel.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy.special

from lcresearch.measurement.columns import Array


class LogChances(NamedTuple):
    """Logarithms of chances and their derivatives to the threshold above and below; all of one shape.

    ``predictor`` is the derivative to the predictor, minus ``above`` minus ``below``. Second derivatives: ``above_2``
    and ``below_2`` of each threshold with itself, ``crossed`` of the two.
    """

    value: Array
    above: Array
    below: Array
    predictor: Array
    above_2: Array
    below_2: Array
    crossed: Array


def log_chances(above: Array, below: Array, gap: Array) -> LogChances:
    """Logarithm of F(above) - F(below), with derivatives (McCullagh, 1980, equation 2.4).

    Parameters
    ----------
    above, below : array
        Thresholds less the predictor; infinite where an answer is the highest or the lowest.
    gap : array
        ``above - below``, which has no predictor in it; broadcast against them; must be above 0.
    """
    upper, lower = scipy.special.expit(above), scipy.special.expit(below)
    with np.errstate(over="ignore"):
        inverse = 1 / np.expm1(gap)
        curve = inverse * (1 + inverse)
    value = scipy.special.log_expit(above) + scipy.special.log_expit(-below) + np.log1p(-np.exp(-gap))
    of_above, of_below = 1 - upper + inverse, -lower - inverse
    return LogChances(
        value,
        of_above,
        of_below,
        upper + lower - 1,
        -upper * (1 - upper) - curve,
        -lower * (1 - lower) - curve,
        np.broadcast_to(curve, np.shape(value)),
    )
