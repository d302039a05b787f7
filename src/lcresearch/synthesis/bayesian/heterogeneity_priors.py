"""Priors on tau, the standard deviation of true effects, and on their mean."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.special

from lcresearch.errors import SynthesisError, nearest
from lcresearch.synthesis.bayesian.panels import Array

_PARAMETERS = {
    "half-normal": ("scale",),
    "half-cauchy": ("scale",),
    "half-t": ("scale", "df"),
    "exponential": ("scale",),
    "uniform": ("upper",),
    "flat": (),
}
_LEAST_DF = 1.0


@dataclass(frozen=True)
class TauPrior:
    """A prior density on tau.

    Attributes
    ----------
    name : str
    parameters : tuple of float
    log_density : function
        Of tau, an array; of ``flat`` zero everywhere.
    scale : float
        Where the density begins to fall; infinite of ``flat``.
    upper : float
        Above it the density is zero; infinite of most.
    tail : float
        The density falls like tau to the power minus this; infinite where it falls faster than any power.
    """

    name: str
    parameters: tuple[float, ...]
    log_density: Callable[[Array], Array]
    scale: float
    upper: float
    tail: float

    @property
    def proper(self) -> bool:
        """Whether it is a distribution."""
        return self.name != "flat"

    @property
    def spelled(self) -> str:
        """As in the literature: ``half-normal(0.5)``."""
        numbers = ", ".join(f"{value:g}" for value in self.parameters)
        return f"{self.name}({numbers})" if numbers else self.name

    def above(self, tau: float) -> float:
        """Prior probability that tau is larger; NaN of ``flat``."""
        if self.name == "half-normal":
            return float(2 * scipy.special.ndtr(-tau / self.scale))
        if self.name == "exponential":
            return math.exp(-tau / self.scale)
        if self.name == "uniform":
            return max(0.0, 1 - tau / self.upper)
        return float(2 * scipy.special.stdtr(self.tail - 1, -tau / self.scale)) if self.proper else math.nan


def tau_prior(given: str | Sequence[object]) -> TauPrior:
    """The prior that ``("half-normal", 0.5)`` and the like stand for.

    Parameters
    ----------
    given : str or sequence
        ``("half-normal", scale)``, ``("half-cauchy", scale)``, ``("half-t", scale, df)`` with df of at least 1,
        ``("exponential", scale)`` with the scale as its mean, ``("uniform", upper)``, or ``"flat"``: uniform without
        end, which is no distribution.

    Raises
    ------
    SynthesisError
        Y040: there is no such prior; Y041: its numbers are not those that it takes.

    Examples
    --------
    >>> float(tau_prior(("half-normal", 0.5)).log_density(0.0))
    0.4673558279152179
    """
    name, *numbers = (given,) if isinstance(given, str) else tuple(given) or ("",)
    if name not in _PARAMETERS:
        near = nearest(str(name), _PARAMETERS)
        raise SynthesisError("Y040", found=str(name), known=list(_PARAMETERS), nearest=near or "–")
    values = _numbers(str(name), numbers)
    return TauPrior(str(name), values, *_density(str(name), *values))


def _numbers(name: str, numbers: Sequence[object]) -> tuple[float, ...]:
    wanted = _PARAMETERS[name]
    try:
        values = tuple(float(value) for value in numbers)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        values = (math.nan,)
    good = len(values) == len(wanted) and all(math.isfinite(value) and value > 0 for value in values)
    if not good or ("df" in wanted and values[1] < _LEAST_DF):
        form = ", ".join([f'"{name}"', *wanted])
        raise SynthesisError("Y041", found=", ".join(map(str, numbers)) or "–", form=f"({form})")
    return values


def _density(name: str, *values: float) -> tuple[Callable[[Array], Array], float, float, float]:
    if name == "flat":
        return (lambda tau: np.zeros_like(np.asarray(tau, dtype=float))), math.inf, math.inf, 0.0
    scale = values[0]
    if name == "half-normal":
        return (lambda tau: 0.5 * math.log(2 / math.pi) - math.log(scale) - 0.5 * (tau / scale) ** 2), scale, *_LIGHT
    if name == "exponential":
        return (lambda tau: -math.log(scale) - tau / scale), scale, *_LIGHT
    if name == "uniform":
        return (lambda tau: np.where(np.asarray(tau) <= scale, -math.log(scale), -math.inf)), scale, scale, math.inf
    df = values[1] if name == "half-t" else 1.0
    constant = math.log(2) + scipy.special.gammaln((df + 1) / 2) - scipy.special.gammaln(df / 2)
    constant -= 0.5 * math.log(df * math.pi) + math.log(scale)
    return (
        (lambda tau: constant - (df + 1) / 2 * np.log1p((tau / scale) ** 2 / df)),
        scale,
        math.inf,
        df + 1,
    )


_LIGHT = (math.inf, math.inf)


@dataclass(frozen=True)
class MeanPrior:
    """A normal prior on the mean effect, or with infinite ``std_dev`` the flat one."""

    mean: float = 0.0
    std_dev: float = math.inf

    @property
    def proper(self) -> bool:
        """Whether it is a distribution."""
        return math.isfinite(self.std_dev)

    @property
    def spelled(self) -> str:
        """As in the literature: ``normal(0, 1)``."""
        return f"normal({self.mean:g}, {self.std_dev:g})" if self.proper else "flat"


def mean_prior(given: str | Sequence[object]) -> MeanPrior:
    """The prior that ``"flat"`` or ``("normal", mean, std_dev)`` stands for.

    Raises
    ------
    SynthesisError
        Y042: it is neither of the two.

    Examples
    --------
    >>> mean_prior(("normal", 0, 1)).spelled
    'normal(0, 1)'
    """
    name, *numbers = (given,) if isinstance(given, str) else tuple(given) or ("",)
    if name == "flat" and not numbers:
        return MeanPrior()
    try:
        mean, std_dev = (float(value) for value in numbers)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        mean = std_dev = math.nan
    if name != "normal" or not math.isfinite(mean) or not 0 < std_dev < math.inf:
        raise SynthesisError("Y042", found=str(given))
    return MeanPrior(mean, std_dev)
