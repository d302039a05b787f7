"""The bivariate normal distribution for many pairs at once: distribution function, density, its slope."""

from __future__ import annotations

import numpy as np
from scipy import special

from lcresearch.measurement.columns import Array


def normal_density(x: Array) -> Array:
    """Standard normal density; 0 at plus and minus infinity."""
    return np.asarray(np.exp(-0.5 * np.square(x)) / np.sqrt(2 * np.pi), dtype=np.float64)


def bivariate_cdf(h: Array, k: Array, rho: Array) -> Array:
    """P(X < h, Y < k) for standard normal X and Y with correlation ``rho``, -1 < rho < 1; the arrays broadcast.

    By Owen's T function (Owen, 1956), accurate to about 1e-15; ``h`` and ``k`` may be infinite.
    """
    h, k, rho = np.broadcast_arrays(h + 0.0, k + 0.0, rho)
    finite = np.isfinite(h) & np.isfinite(k)
    x, y = np.where(finite, h, 1.0), np.where(finite, k, 1.0)
    root = np.sqrt(1 - rho**2)
    with np.errstate(divide="ignore", invalid="ignore"):
        tails = special.owens_t(x, (y / x - rho) / root) + special.owens_t(y, (x / y - rho) / root)
    opposite = (x * y < 0) | ((x * y == 0) & (x + y < 0))
    inside = (special.ndtr(x) + special.ndtr(y)) / 2 - tails - 0.5 * opposite
    inside = np.where((x == 0) & (y == 0), 0.25 + np.arcsin(rho) / (2 * np.pi), inside)
    margin = special.ndtr(np.minimum(h, k))
    return np.asarray(np.where(finite, np.clip(inside, 0.0, margin), margin), dtype=np.float64)


def bivariate_density(h: Array, k: Array, rho: Array) -> Array:
    """Density at h, k; also the derivative of :func:`bivariate_cdf` to ``rho`` (Plackett, 1954). 0 where infinite."""
    finite = np.isfinite(h) & np.isfinite(k)
    x, y = np.where(finite, h, 0.0), np.where(finite, k, 0.0)
    rest = 1 - rho**2
    density = np.exp(-(x**2 - 2 * rho * x * y + y**2) / (2 * rest)) / (2 * np.pi * np.sqrt(rest))
    return np.asarray(np.where(finite, density, 0.0), dtype=np.float64)


def density_slope(h: Array, k: Array, rho: Array) -> Array:
    """Derivative of :func:`bivariate_density` to ``rho``; 0 where h or k is infinite."""
    finite = np.isfinite(h) & np.isfinite(k)
    x, y = np.where(finite, h, 0.0), np.where(finite, k, 0.0)
    rest = 1 - rho**2
    factor = (rho * rest + (1 + rho**2) * x * y - rho * (x**2 + y**2)) / rest**2
    return np.asarray(bivariate_density(h, k, rho) * factor, dtype=np.float64)


def rectangles(corners: Array) -> Array:
    """Second differences over the last two axes: from values at the corners of a grid to values of its cells."""
    return np.asarray(np.diff(np.diff(corners, axis=-1), axis=-2), dtype=np.float64)
