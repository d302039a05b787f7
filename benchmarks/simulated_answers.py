"""Answers of invented persons to three factors, for the simulations of measurement models."""

import numpy as np
import pandas as pd

KIND = "part"

CORRELATION = 0.4
SHAPE = 1.5
SKEW = 0.4
PATTERN = {9: (0.6, 0.7, 0.8), 12: (0.6, 0.7, 0.8, 0.7)}
FACTORS = ("f1", "f2", "f3")


def loadings(n_items):
    """Of each item on its factor, shape (n_items,): .6, .7, .8 and in models of twelve items .7."""
    return np.tile(PATTERN[n_items], len(FACTORS))


def syntax(n_items):
    """The model; items are x1, x2, ..., those of a factor side by side."""
    size = n_items // len(FACTORS)
    sums = [" + ".join(f"x{size * at + k}" for k in range(1, size + 1)) for at in range(len(FACTORS))]
    return "\n".join(f"{factor} =~ {own}" for factor, own in zip(FACTORS, sums, strict=True))


def items(n_items):
    """Names of the items."""
    return [f"x{k}" for k in range(1, n_items + 1)]


def answers(n, n_items, rng, *, normal=True, slopes=None):
    """Items with mean 0 and variance 1, shape (n, n_items), of factors with variance 1 that correlate .4.

    Answers that are not normal are spread more for some persons than for others: factors and errors are multiplied with
    the root of one gamma variable a person (mean 1, variance 2/3), which also moves the factors, so that the answers
    have an excess kurtosis of 2.2 and a skewness of 0.5 to 0.6. The model stays true,
    whereas tests for normal answers do not: factors and errors depend on each other.
    """
    of_factors = np.full((3, 3), CORRELATION) + (1 - CORRELATION) * np.eye(3)
    slopes = loadings(n_items) if slopes is None else slopes
    spread = np.ones(n) if normal else rng.gamma(SHAPE, 1 / SHAPE, n)
    if not normal:
        of_factors = of_factors - SKEW**2 / SHAPE
    root = np.sqrt(spread)[:, None]
    factors = root * (rng.normal(size=(n, 3)) @ np.linalg.cholesky(of_factors).T) + SKEW * (spread[:, None] - 1)
    errors = root * rng.normal(size=(n, n_items)) * np.sqrt(1 - loadings(n_items) ** 2)
    return np.repeat(factors, n_items // 3, axis=1) * slopes + errors


def frame_of(values):
    """A data frame of answers."""
    return pd.DataFrame(values, columns=items(values.shape[1]))
