"""Means of few groups, drawn to each other: the posterior of each group's own mean, by one integral.

The answers of group i have the mean theta_i and the standard deviation sigma, alike in all groups; the theta_i are
normal about x_i'beta with the standard deviation rho sigma. With flat priors on beta and log sigma, both can be
integrated out by hand: given rho each theta_i has a t distribution with df + k - p degrees of freedom. What is left is
an integral over rho, whose prior is half-t. No value of rho is picked out, so that intervals are honest also with three
groups, where any estimate of rho is often zero (Gelman 2006; Röver 2020 for known sigma).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.special

Array = npt.NDArray[np.float64]
PRIOR_SCALE, PRIOR_DF = 0.5, 4.0
"""Of the half-t prior on rho: half of it lies below 0.37, 95% below 1.39."""
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(96)
_BISECTIONS = 50
_NEWTON_STEPS, _NEAR = 8, 1e-10


@dataclass(frozen=True)
class PooledMeans:
    """Posterior of the means of k groups.

    Attributes
    ----------
    mean, std_dev, weight : array, shape (k,)
        Posterior mean and standard deviation, and how much of the own mean is in the first.
    peer_mean : array, shape (k,)
        Posterior mean of x_i'beta: that to which a group is drawn.
    rho : float
        Posterior mean of the standard deviation between groups, relative to that within.
    sigma : float
        Standard deviation within groups.
    centre, scale : array, shape (m, k)
        Of the t distributions of the mixture.
    share : array, shape (m,)
    df : float
    """

    mean: Array
    std_dev: Array
    weight: Array
    peer_mean: Array
    rho: float
    sigma: float
    centre: Array
    scale: Array
    share: Array
    df: float

    def quantiles(self, probability: float) -> Array:
        """Of the mean of each group, shape (k,)."""
        low = (self.centre - 1e4 * self.scale).min(axis=0)
        high = (self.centre + 1e4 * self.scale).max(axis=0)
        left, right = self._around(probability)
        for _ in range(_BISECTIONS):
            middle = (low + high) / 2
            below = middle <= left
            if (near := (middle > left) & (middle < right)).any():
                below = np.where(near, self._share_below(middle) < probability, below)
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return np.asarray((low + high) / 2, dtype=np.float64)

    def _share_below(self, at: Array) -> Array:
        return np.asarray(self.share @ scipy.special.stdtr(self.df, (at - self.centre) / self.scale), dtype=np.float64)

    def _around(self, probability: float) -> tuple[Array, Array]:
        """Places just below and just above the quantiles, by Newton's steps; infinite where these do not lead there."""
        df, ln_gamma = self.df, scipy.special.gammaln
        top = np.exp(ln_gamma((df + 1) / 2) - ln_gamma(df / 2)) / np.sqrt(df * np.pi) / self.scale
        at = self.share @ self.centre + scipy.special.stdtrit(df, probability) * (self.share @ self.scale)
        with np.errstate(all="ignore"):
            for _ in range(_NEWTON_STEPS):
                density = top * (1 + ((at - self.centre) / self.scale) ** 2 / df) ** (-(df + 1) / 2)
                step = (self._share_below(at) - probability) / (self.share @ density)
                at = at - step
                if (np.abs(step) < _NEAR / 10 * self.scale.min(axis=0)).all():
                    break
            left, right = (at + sign * _NEAR * self.scale.max(axis=0) for sign in (-1, 1))
            found = (self._share_below(left) < probability) & (self._share_below(right) > probability)
        return np.where(found, left, -np.inf), np.where(found, right, np.inf)


def pooled_means(y: Array, n: Array, within: float, df: float, design: Array) -> PooledMeans:
    """Draw the means of k groups to what their peers have.

    Parameters
    ----------
    y, n : array, shape (k,)
        Mean and number of answers of each group.
    within : float
        Sum of squares within groups.
    df : float
        Answers less groups.
    design : array, shape (k, p)
        x_i, with p below k: a column of ones, and what tells peers apart.

    Examples
    --------
    Three groups of six, drawn to each other:

    >>> found = pooled_means(np.array([3.0, 3.5, 4.0]), np.full(3, 6.0), 12.0, 15.0, np.ones((3, 1)))
    >>> found.mean.round(2).tolist()
    [3.3, 3.5, 3.7]
    """
    u = (_NODES + 1) / 2
    rho = PRIOR_SCALE * u / (1 - u)
    log_mass = np.log(_WEIGHTS) - 2 * np.log1p(-u) - (PRIOR_DF + 1) / 2 * np.log1p((rho / PRIOR_SCALE) ** 2 / PRIOR_DF)
    spread = rho[:, None] ** 2 + 1 / n
    cross = np.einsum("kp,mk,kq->mpq", design, 1 / spread, design)
    inverse = np.linalg.inv(cross)
    beta = np.einsum("mpq,kq,mk,k->mp", inverse, design, 1 / spread, y)
    peer = beta @ design.T
    total = within + ((y - peer) ** 2 / spread).sum(axis=1)
    free = df + len(y) - design.shape[1]
    log_mass += -0.5 * np.log(spread).sum(axis=1) - 0.5 * np.linalg.slogdet(cross)[1] - free / 2 * np.log(total)
    share = np.exp(log_mass - log_mass.max())
    share /= share.sum()
    weight = rho[:, None] ** 2 / spread
    centre = weight * y + (1 - weight) * peer
    of_peer = np.einsum("kp,mpq,kq->mk", design, inverse, design)
    relative = weight / n + (1 - weight) ** 2 * of_peer
    scale = np.sqrt(relative * (total / free)[:, None])
    mean = share @ centre
    variance = share @ (scale**2 * (free / (free - 2) if free > 2 else np.nan) + (centre - mean) ** 2)
    values: dict[str, Any] = {"weight": share @ weight, "peer_mean": share @ peer, "rho": float(share @ rho)}
    sigma = float(np.sqrt(share @ total / free))
    return PooledMeans(
        mean, np.sqrt(variance), **values, sigma=sigma, centre=centre, scale=scale, share=share, df=float(free)
    )
