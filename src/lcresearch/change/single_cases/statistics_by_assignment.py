"""A test statistic for every assignment of treatment to time at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lcresearch.change.arrays import Floats
from lcresearch.change.single_cases.overlap import pairs_won

STATISTICS = ("mean_difference", "median_difference", "nap", "level_change")


def statistic(name: str, scores: Floats, treated: npt.NDArray[np.bool_]) -> Floats:
    """The statistic under each assignment, shape (n_assignments,); higher is better.

    Parameters
    ----------
    name : str
        ``mean_difference``, ``median_difference``, ``nap``, or ``level_change``: the coefficient of treatment beside a
        straight line in time, for series that rise or fall anyway.
    scores : array, shape (n,)
    treated : array of bool, shape (n_assignments, n)
    """
    n_treated = treated.sum(axis=1)
    n_baseline = treated.shape[1] - n_treated
    if name == "median_difference":
        with_treated = np.where(treated, scores, np.nan)
        without = np.where(treated, np.nan, scores)
        medians: Floats = np.nanmedian(with_treated, axis=1) - np.nanmedian(without, axis=1)
        return medians
    z = treated.astype(np.float64)
    if name == "nap":
        won = pairs_won(scores, scores)
        shares: Floats = (((1 - z) @ won) * z).sum(axis=1) / (n_treated * n_baseline)
        return shares
    if name == "level_change":
        return _level_change(scores, z)
    difference: Floats = z @ scores / n_treated - (1 - z) @ scores / n_baseline
    return difference


def _level_change(scores: Floats, z: Floats) -> Floats:
    """Coefficient of treatment with an intercept and a line taken out (Frisch, Waugh & Lovell)."""
    n = len(scores)
    line = np.column_stack([np.ones(n), np.arange(n) - (n - 1) / 2])
    q, _ = np.linalg.qr(line)
    left = z - (z @ q) @ q.T
    rest = scores - q @ (q.T @ scores)
    with np.errstate(divide="ignore", invalid="ignore"):
        change: Floats = left @ rest / (left**2).sum(axis=1)
    return change
