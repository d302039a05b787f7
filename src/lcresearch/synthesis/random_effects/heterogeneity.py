r"""The variance of true effects, tau2: estimators, their standard errors and intervals.

Study :math:`i` has effect :math:`y_i = x_i'\beta + u_i + e_i`, with :math:`u_i` of variance :math:`\tau^2` and
:math:`e_i` of the known variance :math:`v_i`. With :math:`\hat\beta(\tau^2)` by weights :math:`1 / (v_i + \tau^2)`,

.. math::

   Q(\tau^2) = \sum_i \frac{(y_i - x_i'\hat\beta(\tau^2))^2}{v_i + \tau^2}

falls with :math:`\tau^2`. Paule and Mandel take the :math:`\tau^2` at which it equals its expectation, :math:`k - p`
for :math:`k` studies and :math:`p` coefficients.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from lcresearch.synthesis.effect_sizes.figures import Array
from lcresearch.synthesis.random_effects.weighted_fit import WeightedFit, weighted_fit

METHODS = ("EE", "FE", "DL", "HE", "HS", "HSk", "SJ", "ML", "REML", "EB", "PM", "PMM")
EQUAL_EFFECTS = ("EE", "FE")


@dataclass(frozen=True)
class Studies:
    """Effects (k,), sampling variances (k,) and design (k, p)."""

    y: Array
    v: Array
    x: Array

    @property
    def k(self) -> int:
        """Number of studies."""
        return len(self.y)

    @property
    def p(self) -> int:
        """Number of coefficients."""
        return int(self.x.shape[1])

    def at(self, tau2: float) -> WeightedFit:
        """The fit with weights 1 / (v + tau2)."""
        return weighted_fit(self.y, self.x, 1 / (self.v + tau2))

    def without(self, study: int) -> Studies:
        """All studies but one."""
        keep = np.arange(self.k) != study
        return Studies(self.y[keep], self.v[keep], self.x[keep])

    def generalised_q(self, tau2: float) -> float:
        """Sum of squared residuals with weights 1 / (v + tau2); it falls with tau2."""
        return self.at(tau2).weighted_sum_of_squares


def estimate_tau2(studies: Studies, method: str) -> tuple[float, float]:
    """tau2, never below 0, and its large-sample standard error; 0 and NaN for equal effects.

    Methods: DL (DerSimonian & Laird, 1986), HE (Hedges & Olkin, 1985), HS and HSk (Hunter & Schmidt; Brannick et al.,
    2019), SJ (Sidik & Jonkman, 2005), ML and REML (Raudenbush, 2009), EB (Morris, 1983), PM (Paule & Mandel, 1982),
    PMM (median unbiased; Viechtbauer, 2021). EB and PM are the same number.
    """
    if method in EQUAL_EFFECTS:
        return 0.0, float("nan")
    if method in ("DL", "HE", "HS", "HSk", "SJ"):
        return _of_moments(studies, method)
    if method in ("EB", "PM", "PMM"):
        df = studies.k - studies.p
        tau2 = _where_q_is(studies, df if method != "PMM" else float(stats.chi2.median(df)))
        weights = 1 / (studies.v + tau2)
        return tau2, float(np.sqrt(2 * studies.k**2 / df) / np.sum(weights))
    tau2 = most_likely(studies, restricted=method == "REML")
    fit = studies.at(tau2)
    information = np.sum(fit.weights**2) if method == "ML" else fit.trace_of_square()
    return tau2, float(np.sqrt(2 / information))


def _of_moments(studies: Studies, method: str) -> tuple[float, float]:
    """Estimators in closed form, with the error of a quadratic form at the estimate."""
    k, df, v = studies.k, studies.k - studies.p, studies.v
    start = 0.0
    if method == "HE":
        fit = weighted_fit(studies.y, studies.x, np.ones(k))
        estimate, scale = (fit.weighted_sum_of_squares - fit.trace(v)) / df, 1 / df
    elif method == "SJ":
        start = float(np.var(studies.y))
        fit = studies.at(start)
        estimate, scale = start * fit.weighted_sum_of_squares / df, start / df
    else:
        fit = studies.at(0.0)
        q, total = fit.weighted_sum_of_squares, float(np.sum(fit.weights))
        if method == "DL":
            estimate, scale = (q - df) / fit.trace(), 1 / fit.trace()
        else:
            bigger = k / df if method == "HSk" else 1.0
            estimate, scale = (q * bigger - k) / total, bigger / total
    tau2 = max(float(estimate), 0.0)
    crossed = _trace_of_pvp(fit, v)
    spread = 2 * fit.trace_of_square(v) + 4 * tau2 * crossed + 2 * tau2**2 * fit.trace_of_square()
    return tau2, float(scale * np.sqrt(spread))


def _trace_of_pvp(fit: WeightedFit, v: Array) -> float:
    """Trace of P V P."""
    w = fit.weights
    first = fit.inverse @ (fit.x.T * w**2) @ fit.x
    second = fit.inverse @ (fit.x.T * (w**2 * v)) @ fit.x
    third = np.trace(fit.inverse @ (fit.x.T * (w**3 * v)) @ fit.x)
    return float(np.sum(w**2 * v) - 2 * third + np.sum(first * second.T))


def _where_q_is(studies: Studies, target: float) -> float:
    """The tau2 at which the generalised Q equals a target; 0 when it is below it already."""
    if studies.generalised_q(0.0) <= target:
        return 0.0
    return _root(lambda tau2: studies.generalised_q(tau2) - target, _scale(studies))


def _scale(studies: Studies) -> float:
    return float(np.var(studies.y) + np.median(studies.v))


def _root(falls: Callable[[float], float], scale: float) -> float:
    """Root above 0 of a function that starts positive and ends negative."""
    high = scale
    while falls(high) > 0:
        high *= 2
    return float(optimize.brentq(falls, 0.0, high, xtol=1e-15 * scale, rtol=1e-14))


def log_likelihood(studies: Studies, tau2: float, *, restricted: bool) -> float:
    """Log-likelihood at tau2 with the coefficients at their best (restricted: over error contrasts)."""
    fit = studies.at(tau2)
    value = -0.5 * (float(np.sum(np.log(studies.v + tau2))) + fit.weighted_sum_of_squares)
    if not restricted:
        return float(value - 0.5 * studies.k * np.log(2 * np.pi))
    designed = float(np.linalg.slogdet(studies.x.T @ studies.x)[1])
    df = studies.k - studies.p
    return float(value - 0.5 * (df * np.log(2 * np.pi) + fit.log_determinant() - designed))


def score(studies: Studies, tau2: float, *, restricted: bool) -> float:
    """Twice the derivative of the log-likelihood to tau2."""
    fit = studies.at(tau2)
    return fit.squared_projection() - (fit.trace() if restricted else float(np.sum(fit.weights)))


def most_likely(studies: Studies, *, restricted: bool) -> float:
    """The tau2 with the largest likelihood: the best point of a grid, then the root of the score beside it.

    The likelihood of tau2 may have more than one top, also at 0; the grid is wide enough to see them.
    """
    scale = _scale(studies)
    grid = np.concatenate([[0.0], scale * np.geomspace(1e-4, 10, 24)])
    values = [log_likelihood(studies, t, restricted=restricted) for t in grid]
    best = int(np.argmax(values))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]

    def slope(tau2: float) -> float:
        return score(studies, tau2, restricted=restricted)

    if best == 0 and slope(0.0) <= 0:
        return 0.0
    while best == len(grid) - 1 and slope(high) > 0:
        low, high = high, 2 * high
    if slope(low) > 0 > slope(high):
        return float(optimize.brentq(slope, low, high, xtol=1e-15 * scale, rtol=1e-14))
    found = optimize.minimize_scalar(  # two tops between points of the grid
        lambda t: -log_likelihood(studies, t, restricted=restricted),
        bounds=(low, high),
        options={"xatol": 1e-10 * scale},
    )
    return float(found.x)


def q_profile(studies: Studies, conf_level: float) -> tuple[float, float]:
    """Interval of tau2 from the generalised Q, exact when true effects are normal (Viechtbauer, 2007)."""
    df, tail = studies.k - studies.p, (1 - conf_level) / 2
    low, high = (float(stats.chi2.isf(share, df)) for share in (tail, 1 - tail))
    return _where_q_is(studies, low), _where_q_is(studies, high)


def profile_likelihood(studies: Studies, tau2: float, conf_level: float, *, restricted: bool) -> tuple[float, float]:
    """Interval of tau2 from the likelihood (Hardy & Thompson, 1996)."""
    drop = float(stats.chi2.ppf(conf_level, 1)) / 2
    floor = log_likelihood(studies, tau2, restricted=restricted) - drop

    def above(t: float) -> float:
        return log_likelihood(studies, t, restricted=restricted) - floor

    scale = _scale(studies)
    high = max(tau2, scale)
    while above(high) > 0:
        high *= 2
    upper = float(optimize.brentq(above, tau2, high, xtol=1e-14 * scale))
    lower = 0.0 if tau2 == 0 or above(0.0) >= 0 else float(optimize.brentq(above, 0.0, tau2, xtol=1e-14 * scale))
    return lower, upper
