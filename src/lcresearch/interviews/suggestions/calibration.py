"""From what a method sees to a chance, the threshold above which it speaks, and whether the chances are right."""

from __future__ import annotations

import numpy as np
import pandas as pd

_STEPS, _PENALTY, _TINY = 50, 1e-3, 1e-12


def fit_logistic(features: np.ndarray, hit: np.ndarray) -> np.ndarray:
    """Coefficients of a logistic regression by Newton's method; with one feature this is Platt's (1999) calibration.

    Parameters
    ----------
    features : float array, (n, p)
    hit : bool array, (n,)

    Returns
    -------
    float array, (p + 1,)
        Intercept first. A penalty of .001 on the others keeps them finite where all hits lie on one side.

    Examples
    --------
    >>> x = np.repeat([0.0, 1.0], 100)[:, None]
    >>> y = np.r_[np.arange(100) < 20, np.arange(100) < 50]
    >>> fit_logistic(x, y).round(2).tolist()  # log odds .2/.8, and the log of the odds ratio 4
    [-1.39, 1.39]
    """
    design = np.column_stack([np.ones(len(features)), features])
    penalty = np.r_[0.0, np.full(features.shape[1], _PENALTY)]
    share = np.clip(hit.mean(), 1 / (len(hit) + 2), 1 - 1 / (len(hit) + 2))
    beta = np.zeros(design.shape[1])
    beta[0] = np.log(share / (1 - share))
    value = _loss(design, hit, beta, penalty)
    for _ in range(_STEPS):
        chance = chances(beta, features)
        weight = chance * (1 - chance)
        gradient = design.T @ (hit - chance) - penalty * beta
        step = np.linalg.solve((design * weight[:, None]).T @ design + np.diag(penalty + _TINY), gradient)
        while (new := _loss(design, hit, beta + step, penalty)) > value and np.abs(step).max() > _TINY:
            step = step / 2
        beta, value, before = beta + step, new, value
        if before - value < 1e-10 * (1 + abs(value)):
            break
    return beta


def _loss(design: np.ndarray, hit: np.ndarray, beta: np.ndarray, penalty: np.ndarray) -> float:
    linear = design @ beta
    return float(np.logaddexp(0, linear).sum() - linear[hit].sum() + (penalty * beta**2).sum() / 2)


def chances(beta: np.ndarray, features: np.ndarray) -> np.ndarray:
    """Chances by coefficients of :func:`fit_logistic`, for features of any shape with p last."""
    linear = beta[0] + features @ beta[1:]
    found: np.ndarray = np.exp(-np.logaddexp(0, -linear))
    return found


def best_threshold(chance: np.ndarray, hit: np.ndarray) -> float:
    """The chance from which on suggestions give the highest F1; infinite when there is nothing to hit.

    Examples
    --------
    >>> best_threshold(np.array([0.9, 0.6, 0.5, 0.1]), np.array([True, False, True, False]))
    0.5
    """
    order = np.argsort(-chance, kind="stable")
    right = np.cumsum(hit[order])
    if not len(hit) or not right[-1]:
        return float("inf")
    f1 = 2 * right / (np.arange(1, len(hit) + 1) + right[-1])
    last = np.r_[np.diff(chance[order]) != 0, True]  # all with the same chance, or none
    return float(chance[order][np.argmax(np.where(last, f1, -1))])


def brier_score(chance: np.ndarray, hit: np.ndarray) -> float:
    """Mean squared difference of chance and what happened (Brier 1950).

    Examples
    --------
    >>> round(brier_score(np.array([0.8, 0.3]), np.array([True, False])), 3)
    0.065
    """
    return float(((chance - hit) ** 2).mean())


def reliability_table(chance: np.ndarray, hit: np.ndarray, n_bins: int = 8) -> pd.DataFrame:
    """Chances beside what happened, in bins that hold about as many hits each, so that few data are not all in one.

    Returns
    -------
    DataFrame
        ``n, predicted, observed, n_hits``, from the lowest chance to the highest.
    """
    order = np.argsort(chance, kind="stable")
    so_far = np.cumsum(hit[order]) - hit[order]
    total = max(int(hit.sum()), 1)
    bins = np.minimum(so_far * n_bins // total, n_bins - 1)
    frame = pd.DataFrame({"bin": bins, "chance": chance[order], "hit": hit[order]})
    grouped = frame.groupby("bin")
    table = grouped.agg(
        n=("hit", "size"), predicted=("chance", "mean"), observed=("hit", "mean"), n_hits=("hit", "sum")
    )
    return table.reset_index(drop=True)
