"""Logistic regression by penalised likelihood, which has estimates where few stopped, or all of one kind did.

Maximum likelihood is biased away from zero with few events and has no end where a predictor parts those who stopped
from the others. The penalty is Jeffreys' prior: half the logarithm of the determinant of the information (Firth, 1993,
Biometrika 80, equation for the logistic model). Intervals and tests are those of the penalised profile likelihood
(Heinze & Schemper, 2002, Statistics in Medicine 21).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.optimize
import scipy.stats

Array = npt.NDArray[np.float64]

_ROUNDS = 200
_SMALL = 1e-10
_LONGEST_STEP = 5.0
_FARTHEST = 60.0


@dataclass(frozen=True)
class PenalisedFit:
    """Where the penalised likelihood is highest.

    Attributes
    ----------
    beta : array of float, shape (p,)
    covariance : array of float, shape (p, p)
        Inverse of the information at the estimates.
    value : float
        Penalised log-likelihood.
    converged : bool
    """

    beta: Array
    covariance: Array
    value: float
    converged: bool


def penalised_value(beta: Array, x: Array, y: Array) -> float:
    """Log-likelihood with the penalty of Firth.

    Parameters
    ----------
    beta : array of float, shape (p,)
    x : array of float, shape (n, p)
    y : array of float, shape (n,)
        0 or 1.
    """
    eta = x @ beta
    weight = np.exp(-np.abs(eta)) / (1 + np.exp(-np.abs(eta))) ** 2
    sign, logdet = np.linalg.slogdet((x * weight[:, None]).T @ x)
    likelihood = float(y @ eta - np.logaddexp(0, eta).sum())
    return likelihood + 0.5 * float(logdet) if sign > 0 else -np.inf


def penalised_fit(
    x: Array, y: Array, *, held: tuple[int, float] | None = None, start: Array | None = None
) -> PenalisedFit:
    """Estimates by penalised likelihood, one of them held at a value if asked.

    Parameters
    ----------
    x : array of float, shape (n, p)
        Columns that do not depend on each other.
    y : array of float, shape (n,)
        0 or 1.
    held : (int, float), optional
        Column whose coefficient stays at a value.
    start : array of float, shape (p,), optional

    Examples
    --------
    Of ten none stopped, of eight all did; half a count is added to each cell of the table (Firth, 1993):

    >>> x = np.column_stack([np.ones(18), np.repeat([0.0, 1.0], [10, 8])])
    >>> fit = penalised_fit(x, np.repeat([0.0, 1.0], [10, 8]))
    >>> bool(np.isclose(fit.beta[1], np.log(8.5 / 0.5) - np.log(0.5 / 10.5)))
    True
    """
    p = x.shape[1]
    free = np.array([column for column in range(p) if held is None or column != held[0]], dtype=np.int64)
    beta = np.zeros(p) if start is None else start.copy()
    if held is not None:
        beta[held[0]] = held[1]
    value, converged = penalised_value(beta, x, y), False
    for _ in range(_ROUNDS):
        step = _step(beta, x, y, free)
        largest = float(np.abs(step).max(initial=0.0))
        if largest < _SMALL:
            converged = True
            break
        step *= min(1.0, _LONGEST_STEP / largest)
        beta, value = _uphill(beta, step, free, x, y, value)
    return PenalisedFit(beta, _covariance(beta, x), value, converged)


def _step(beta: Array, x: Array, y: Array, free: npt.NDArray[np.int64]) -> Array:
    """Newton step of the free coefficients by the modified score."""
    chance = 1 / (1 + np.exp(-x @ beta))
    weight = chance * (1 - chance)
    root = x * np.sqrt(weight)[:, None]
    leverage = np.einsum("ij,jk,ik->i", root, np.linalg.pinv(root.T @ root), root)
    score = x.T @ (y - chance + leverage * (0.5 - chance))
    information = (root.T @ root)[np.ix_(free, free)]
    step: Array = np.linalg.lstsq(information, score[free], rcond=None)[0]
    return step


def _uphill(
    beta: Array, step: Array, free: npt.NDArray[np.int64], x: Array, y: Array, value: float
) -> tuple[Array, float]:
    """The step, halved until the penalised likelihood does not fall."""
    for halving in range(30):
        new = beta.copy()
        new[free] += step / 2**halving
        found = penalised_value(new, x, y)
        if found >= value - _SMALL:
            return new, found
    return beta, value


def _covariance(beta: Array, x: Array) -> Array:
    chance = 1 / (1 + np.exp(-x @ beta))
    return np.asarray(np.linalg.pinv((x * (chance * (1 - chance))[:, None]).T @ x), dtype=np.float64)


def penalised_test(x: Array, y: Array, fit: PenalisedFit, column: int) -> float:
    """p value of one coefficient by the penalised likelihood ratio."""
    held = penalised_fit(x, y, held=(column, 0.0), start=fit.beta)
    return float(scipy.stats.chi2.sf(max(0.0, 2 * (fit.value - held.value)), 1))


def penalised_interval(x: Array, y: Array, fit: PenalisedFit, column: int, conf_level: float) -> tuple[float, float]:
    """Interval of one coefficient by the penalised profile likelihood; infinite where the profile does not fall."""
    drop = scipy.stats.chi2.ppf(conf_level, 1) / 2
    error = float(np.sqrt(fit.covariance[column, column]))

    def short(value: float) -> float:
        return float(fit.value - penalised_fit(x, y, held=(column, value), start=fit.beta).value - drop)

    return _end(short, float(fit.beta[column]), -error), _end(short, float(fit.beta[column]), error)


def _end(short: Callable[[float], float], middle: float, step: float) -> float:
    """Where the profile has fallen enough, on one side."""
    far = middle + 2 * step
    while short(far) < 0:
        step *= 2
        far = middle + 2 * step
        if abs(step) > _FARTHEST:
            return float(np.copysign(np.inf, step))
    return float(scipy.optimize.brentq(short, middle, far, xtol=1e-9))
