"""From a value to the degree in which a case belongs to a set: the curves of calibration, on plain arrays."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

Array = npt.NDArray[np.float64]

OUT_BELOW, IN_ABOVE = 0.0001, 0.9999
"""Memberships beyond these are fully out and fully in, as in R's package QCA."""
SMALLEST = 1e-5
"""What stands for zero in the logarithm of the indirect method."""


def crisp(values: Array, thresholds: Sequence[float]) -> Array:
    """How many thresholds a value has reached: 0 or 1 with one threshold, 0, 1, 2, ... with several; shape (n,)."""
    reached = np.searchsorted(np.asarray(thresholds, dtype=np.float64), values, side="right").astype(np.float64)
    return np.asarray(np.where(np.isnan(values), np.nan, reached), dtype=np.float64)


def logistic(values: Array, exclusion: float, crossover: float, inclusion: float, *, log_odds: float) -> Array:
    """Direct method (Ragin, 2008): log odds of membership run in a straight line from the crossover to each anchor.

    Parameters
    ----------
    values : array, shape (n,)
    exclusion, crossover, inclusion : float
        Rising, or falling for a set that holds the low values.
    log_odds : float
        Of membership at the inclusion anchor; at the exclusion anchor it is minus this.

    Returns
    -------
    array, shape (n,)
        ``expit((x - crossover) * log_odds / (inclusion - crossover))`` on the side of the inclusion anchor, and with
        ``crossover - exclusion`` on the other side.
    """
    upward = np.sign(inclusion - exclusion)
    distance = upward * (values - crossover)
    width = np.where(distance >= 0, abs(inclusion - crossover), abs(crossover - exclusion))
    with np.errstate(over="ignore"):  # far beyond an anchor is wholly in or out
        return _to_the_ends(expit(log_odds * distance / width))


def log_odds_of(membership: float) -> float:
    """Log odds of the membership that the inclusion anchor stands for: 2.944 of 0.95."""
    return float(logit(membership))


def piecewise(
    values: Array, exclusion: float, crossover: float, inclusion: float, *, below: float = 1.0, above: float = 1.0
) -> Array:
    """Direct method in pieces: 0 up to exclusion, 0.5 at the crossover, 1 from inclusion on; shape (n,).

    Straight lines with ``below`` and ``above`` of 1; with others the part under and over 0.5 bends (Thiem & Duşa, 2013:
    powers of the relative distance to the anchor).
    """
    upward = np.sign(inclusion - exclusion)
    x, low, middle, high = upward * values, upward * exclusion, upward * crossover, upward * inclusion
    lower = np.clip((x - low) / (middle - low), 0.0, 1.0) ** below / 2
    upper = 1 - np.clip((high - x) / (high - middle), 0.0, 1.0) ** above / 2
    return _to_the_ends(np.where(x < middle, lower, upper))


def bell(values: Array, anchors: Sequence[float], *, below: float = 1.0, above: float = 1.0) -> Array:
    """A set that holds the middle: six rising anchors exclusion, crossover, inclusion and back; shape (n,)."""
    rising = piecewise(values, *anchors[:3], below=below, above=above)
    falling = piecewise(values, *anchors[:2:-1], below=below, above=above)
    return np.asarray(np.minimum(rising, falling), dtype=np.float64)


def valley(values: Array, anchors: Sequence[float], *, below: float = 1.0, above: float = 1.0) -> Array:
    """A set that holds both ends: six rising anchors inclusion, crossover, exclusion and back; shape (n,)."""
    falling = piecewise(values, *anchors[2::-1], below=below, above=above)
    rising = piecewise(values, *anchors[3:], below=below, above=above)
    return np.asarray(np.maximum(falling, rising), dtype=np.float64)


def powers(values: Array) -> Array:
    """Columns 1, log x, sqrt x, x and x squared of the fractional polynomial; shape (n, 5)."""
    x = np.where(values == 0, SMALLEST, values)
    return np.column_stack([np.ones_like(x), np.log(x), np.sqrt(x), x, x**2])


def groups_of(values: Array, thresholds: Sequence[float]) -> Array:
    """First guess of the indirect method: equal steps from 0 to 1, a group for what lies above each threshold."""
    steps = np.round(np.linspace(0, 1, len(thresholds) + 1), 3)
    return np.asarray(steps[np.searchsorted(np.asarray(thresholds), values, side="left")], dtype=np.float64)


def indirect_coefficients(values: Array, thresholds: Sequence[float]) -> Array:
    """Quasi-binomial regression of the groups on the fractional polynomial (Ragin, 2008, indirect method); shape (5,).

    ``values`` are all known and not negative.
    """
    import statsmodels.api as sm
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    design = powers(values)
    scale = np.abs(design).max(axis=0)
    model = sm.GLM(groups_of(values, thresholds), design / scale, family=sm.families.Binomial())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PerfectSeparationWarning)  # a curve through all groups is a good one here
        fitted = model.fit(tol=1e-9, rtol=1e-8)
    return np.asarray(fitted.params / scale, dtype=np.float64)


def indirect(values: Array, coefficients: Array) -> Array:
    """Membership by the curve of the indirect method; shape (n,)."""
    return _to_the_ends(expit(powers(values) @ coefficients))


def _to_the_ends(membership: Array) -> Array:
    near = np.where(membership < OUT_BELOW, 0.0, np.where(membership > IN_ABOVE, 1.0, membership))
    return np.asarray(near, dtype=np.float64)
