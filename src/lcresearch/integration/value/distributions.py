"""Distributions of uncertain numbers, by their inverse: what value has this probability of not being passed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from lcresearch.integration.value.amounts import Kind

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Distribution:
    """A distribution with its inverse.

    Attributes
    ----------
    kind : str
        ``fixed, uniform, triangular, pert, normal`` or ``lognormal``.
    low, high : float
        Its bounds; infinite where it has none. Of a fixed number both are that number.
    mode : float
        Of triangular and pert; else NaN.
    mean, sd : float
        Its mean and standard deviation.
    """

    kind: str
    low: float
    high: float
    mode: float
    mean: float
    sd: float

    @property
    def is_fixed(self) -> bool:
        """Whether nothing varies."""
        return self.kind == "fixed"

    def quantile(self, probability: Array) -> Array:
        """The value that is not passed with this probability.

        Examples
        --------
        >>> from_shape("uniform", {"min": 10, "max": 20}).quantile(np.array([0.1, 0.5])).tolist()
        [11.0, 15.0]
        """
        p = np.asarray(probability, dtype=np.float64)
        width = self.high - self.low
        if self.kind == "fixed":
            return np.full_like(p, self.mean)
        if self.kind == "uniform":
            return self.low + width * p
        if self.kind == "triangular":
            return np.asarray(stats.triang.ppf(p, (self.mode - self.low) / width, self.low, width), dtype=np.float64)
        if self.kind == "pert":
            rise, fall = _pert(self.low, self.mode, self.high)
            return np.asarray(self.low + width * stats.beta.ppf(p, rise, fall), dtype=np.float64)
        if self.kind == "normal":
            return np.asarray(stats.norm.ppf(p, self.mean, self.sd), dtype=np.float64)
        place, spread = _lognormal(self.mean, self.sd)
        return np.asarray(np.exp(stats.norm.ppf(p, place, spread)), dtype=np.float64)

    def at(self, probability: float) -> float:
        """One quantile."""
        return float(self.quantile(np.array([probability]))[0])


def fixed(value: float) -> Distribution:
    """A number that does not vary."""
    return Distribution("fixed", value, value, math.nan, value, 0.0)


def normal(mean: float, sd: float) -> Distribution:
    """The normal distribution; fixed for an sd of zero."""
    return Distribution("normal", -math.inf, math.inf, math.nan, mean, sd) if sd > 0 else fixed(mean)


def from_shape(kind: Kind, shape: dict[str, float]) -> Distribution:
    """A distribution from its numbers, which must have been checked.

    Mean and variance of PERT are those of its beta distribution with weight 4 for the mode (Malcolm, Roseboom, Clark
    and Fazar, 1959): mean (min + 4 mode + max) / 6, variance (mean - min)(max - mean) / 7.
    """
    if kind in ("normal", "lognormal"):
        mean, sd = shape["mean"], shape["sd"]
        return normal(mean, sd) if kind == "normal" else Distribution(kind, 0.0, math.inf, math.nan, mean, sd)
    low, high = shape["min"], shape["max"]
    if kind == "uniform":
        return Distribution(kind, low, high, math.nan, (low + high) / 2, (high - low) / math.sqrt(12))
    mode = shape["mode"]
    if kind == "triangular":
        variance = (low**2 + mode**2 + high**2 - low * mode - low * high - mode * high) / 18
        return Distribution(kind, low, high, mode, (low + mode + high) / 3, math.sqrt(variance))
    mean = (low + 4 * mode + high) / 6
    return Distribution(kind, low, high, mode, mean, math.sqrt((mean - low) * (high - mean) / 7))


def _pert(low: float, mode: float, high: float) -> tuple[float, float]:
    """Both shapes of the beta distribution."""
    width = high - low
    return 1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width


def _lognormal(mean: float, sd: float) -> tuple[float, float]:
    """Mean and standard deviation of the logarithm."""
    variance = math.log1p((sd / mean) ** 2)
    return math.log(mean) - variance / 2, math.sqrt(variance)
