"""Centre lines and standard errors of control charts. Rows of arrays are series, side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.special

from lcresearch.change.arrays import Floats

KINDS = ("individuals", "xbar", "s", "p", "p_prime", "u", "u_prime")
D2 = 2 / np.sqrt(np.pi)
"""Mean of the absolute difference of two normal values, in standard deviations: 1.128 in tables."""


@dataclass(frozen=True)
class Limits:
    """Centre, and what three standard errors above and below give; shape (n_series, n).

    Attributes
    ----------
    centre, std_error : array
    lowest, highest : float
        Beyond which no limit is drawn.
    """

    centre: Floats
    std_error: Floats
    lowest: float
    highest: float

    def at(self, distance: float) -> tuple[Floats, Floats]:
        """Lower and upper limit at so many standard errors."""
        low = np.maximum(self.centre - distance * self.std_error, self.lowest)
        high = np.minimum(self.centre + distance * self.std_error, self.highest)
        return low, high


def c4(n: Floats) -> Floats:
    """What the standard deviation of n normal values is expected to be, in standard deviations; NaN below two."""
    n = np.where(n >= 2, n, np.nan)
    ratio: Floats = np.sqrt(2 / (n - 1)) * np.exp(scipy.special.gammaln(n / 2) - scipy.special.gammaln((n - 1) / 2))
    return ratio


def limits_of(kind: str, values: Floats, sizes: Floats, spreads: Floats, used: slice) -> Limits:
    """Centre and standard errors of one phase.

    Parameters
    ----------
    kind : str
        ``individuals``: mean, and the mean moving range divided by 1.128. ``xbar``: mean weighted by size, and the
        standard deviation within points, each divided by c4 and weighted as Burr (1969). ``s``: that standard
        deviation itself. ``p``, ``u``: binomial and Poisson; with ``_prime`` multiplied by how much more the points
        vary than that (Laney, 2002).
    values : array, shape (n_series, n)
        What is drawn: values, means, standard deviations, or shares and rates. NaN for a gap.
    sizes : array, shape (n,)
        Persons behind a mean, trials behind a share, exposure behind a rate; ones for individuals.
    spreads : array, shape (n_series, n)
        Standard deviations within points, for xbar.
    used : slice
        Points that set the limits.
    """
    own, n, every = values[:, used], sizes[used], np.broadcast_to(sizes, values.shape)
    if kind == "individuals":
        centre = _weighted(own, n)
        error = _moving_range(own)[:, None] * np.ones_like(values)
        return Limits(centre * np.ones_like(values), error, -np.inf, np.inf)
    if kind in ("xbar", "s"):
        sigma = _within(spreads[:, used] if kind == "xbar" else own, n)[:, None]
        if kind == "s":
            constant = c4(every)
            return Limits(sigma * constant, sigma * np.sqrt(1 - constant**2), 0.0, np.inf)
        centre = _weighted(own, n)
        return Limits(centre * np.ones_like(values), sigma / np.sqrt(every), -np.inf, np.inf)
    centre = _weighted(own, n) * np.ones_like(values)
    variance = centre * (1 - centre) if kind.startswith("p") else centre
    error = np.sqrt(np.maximum(variance, 0.0) / every)
    if kind.endswith("prime"):
        with np.errstate(divide="ignore", invalid="ignore"):
            error = error * _moving_range((own - centre[:, used]) / error[:, used])[:, None]
    return Limits(centre, error, 0.0, 1.0 if kind.startswith("p") else np.inf)


def _weighted(values: Floats, sizes: Floats) -> Floats:
    weights = np.where(np.isnan(values), 0.0, sizes)
    total, whole = ((np.nan_to_num(values) * weights).sum(axis=1, keepdims=True), weights.sum(axis=1, keepdims=True))
    mean: Floats = np.divide(total, whole, out=np.full(whole.shape, np.nan), where=whole > 0)
    return mean


def _moving_range(values: Floats) -> Floats:
    """Mean distance of neighbours divided by d2; over a gap the neighbours are those around it."""
    steps = np.abs(np.diff(values[:, ~np.isnan(values).all(axis=0)], axis=1))
    known = ~np.isnan(steps)
    n = known.sum(axis=1)
    total = np.where(known, steps, 0.0).sum(axis=1)
    mean = np.divide(total, n, out=np.full(len(steps), np.nan), where=n > 0)
    return np.asarray(mean / D2, dtype=np.float64)


def _within(spreads: Floats, sizes: Floats) -> Floats:
    """Standard deviation within points, shape (n_series,): minimum variance linear unbiased (Burr, 1969)."""
    constant = c4(sizes)
    weight = np.where(np.isnan(spreads) | np.isnan(constant), 0.0, constant**2 / (1 - constant**2))
    each = np.nan_to_num(spreads / constant)
    sigma: Floats = (weight * each).sum(axis=1) / weight.sum(axis=1)
    return sigma
