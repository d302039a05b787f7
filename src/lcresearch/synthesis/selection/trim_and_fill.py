"""How many effects seem to be missing on one side of the funnel, and what the average would be with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from lcresearch.errors import SynthesisError, nearest
from lcresearch.messages import Messages
from lcresearch.results import Result
from lcresearch.synthesis.effect_columns import Array, Column, effects
from lcresearch.synthesis.random_effects.fitting import Fit, fit_studies
from lcresearch.synthesis.random_effects.heterogeneity import Studies
from lcresearch.synthesis.selection.enough import few, needs
from lcresearch.synthesis.selection.funnel import Funnel
from lcresearch.synthesis.selection.weighted_regression import Line, line_table

_ESTIMATORS = ("L0", "R0", "Q0")
_SIDES = ("left", "right")
_MOST_ROUNDS = 100


@dataclass(frozen=True, repr=False, eq=False)
class TrimAndFill(Result):
    """Trim and fill by :func:`~lcresearch.synthesis.trim_and_fill`.

    Attributes
    ----------
    estimator, side : str
    n_missing : int
        Effects that were filled in.
    n_missing_std_error : float
    yi, vi : array, shape (k + n_missing,)
        Effects as seen, then those filled in.
    labels : list of str
        Of the effects as seen.
    left_out : list of str
    """

    title: ClassVar[str] = "Trim and fill"

    estimator: str
    side: str
    n_missing: int
    n_missing_std_error: float
    yi: Array
    vi: Array
    labels: list[str]
    left_out: list[str]

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Rows ``observed`` and ``filled``: the random-effects average (REML) as seen and with what was filled in."""
        k = len(self.labels)
        fits = [_average(self.yi[:n], self.vi[:n]) for n in (k, k + self.n_missing)]
        lines = [line_table(Line(fit.coefficients, fit.covariance, np.inf), ["mean"], conf_level) for fit in fits]
        table = pd.concat(lines, ignore_index=True)
        spread = {"tau2": [fit.tau2 for fit in fits], "i2": [fit.i2 for fit in fits]}
        return table.assign(term=["observed", "filled"], **spread)

    def glance(self) -> pd.DataFrame:
        """One row: ``estimator, side, n, n_missing, n_missing_std_error``."""
        row = {"estimator": self.estimator, "side": self.side, "n": len(self.labels), "n_missing": self.n_missing}
        return pd.DataFrame([row | {"n_missing_std_error": self.n_missing_std_error}])

    def funnel(self) -> Funnel:
        """The funnel with what was filled in."""
        names = [*self.labels, *(f"filled {place}" for place in range(1, self.n_missing + 1))]
        centre = float(self.tidy()["estimate"][1])
        return Funnel(self.yi, self.vi, names, self.left_out, centre, self.n_missing)

    def cautions(self) -> list[str]:
        """What it cannot tell."""
        return [*few(len(self.labels), self.left_out), Messages()("synthesis.selection.trim_and_fill")]


def trim_and_fill(
    yi: Column,
    vi: Column,
    *,
    estimator: str = "L0",
    side: str | None = None,
    data: pd.DataFrame | None = None,
    labels: Column | None = None,
) -> TrimAndFill:
    """Cut off the effects that have no counterpart, find the middle, and fill in the counterparts.

    Parameters
    ----------
    yi, vi : array of shape (k,), or name of a column of ``data``
    estimator : {"L0", "R0", "Q0"}
        Of the number missing (Duval & Tweedie 2000). R0 looks at the extreme effects only.
    side : {"left", "right"}, optional
        Where effects are missing. Unless given: left if effects rise with their standard errors, else right.
    data : DataFrame, optional
    labels : array or name of a column, optional

    Returns
    -------
    TrimAndFill

    Raises
    ------
    SynthesisError
        Y046: no such choice; Y048: fewer than three effects; Y049: all variances are the same and no side is given;
        Y060 to Y065.

    References
    ----------
    Duval & Tweedie (2000), Journal of the American Statistical Association 95, 89-98; Biometrics 56, 455-463.

    Examples
    --------
    >>> found = trim_and_fill([0.2, 0.3, 0.5, 0.9, 0.6], [0.01, 0.02, 0.06, 0.12, 0.08])
    >>> found.side, found.n_missing
    ('left', 2)
    """
    for what, asked, known in (("estimator", estimator, _ESTIMATORS), ("side", side or "left", _SIDES)):
        if asked not in known:
            near = nearest(str(asked), known) or "–"
            raise SynthesisError("Y046", what=what, found=str(asked), known=list(known), nearest=near)
    given = effects(yi, vi, data, labels)
    error = np.sqrt(given.vi)
    needs(3, given.yi, error if side is None else None)
    if side is None:
        design = np.column_stack([np.ones(len(error)), error])
        slope = fit_studies(Studies(given.yi, given.vi, design), "REML", "normal").coefficients[1]
        side = "right" if slope < 0 else "left"
    flip = -1.0 if side == "right" else 1.0
    order = np.argsort(flip * given.yi, kind="stable")
    y, v = flip * given.yi[order], given.vi[order]
    missing, std_error, middle = _missing(y, v, estimator)
    cut = slice(len(y) - missing, None)
    filled = flip * (2 * middle - y[cut])
    return TrimAndFill(
        estimator,
        side,
        missing,
        std_error,
        np.concatenate([given.yi, filled]),
        np.concatenate([given.vi, v[cut]]),
        given.labels,
        given.left_out,
    )


def _missing(y: Array, v: Array, estimator: str) -> tuple[int, float, float]:
    """Number missing on the left of effects in rising order, its standard error, and the middle found."""
    k, missing, before = len(y), 0, -1
    middle, std_error = 0.0, 0.0
    for _ in range(_MOST_ROUNDS):
        if missing == before:
            break
        before = missing
        middle = float(_average(y[: k - missing], v[: k - missing]).coefficients[0])
        off = y - middle
        ranks = np.empty(k)
        ranks[np.argsort(np.abs(off), kind="stable")] = np.arange(1, k + 1)
        missing, std_error = _count(np.where(off < 0, -ranks, np.where(off > 0, ranks, 0.0)), estimator)
        missing = min(missing, k - 2)
    return missing, std_error, middle


def _count(signed_ranks: Array, estimator: str) -> tuple[int, float]:
    """The estimate of Duval & Tweedie (2000) from signed ranks, rounded, and the standard error of the unrounded."""
    k = len(signed_ranks)
    if estimator == "R0":
        below = -signed_ranks[signed_ranks < 0]
        found = max(0.0, k - float(below.max(initial=0)) - 1)
        return round(found), float(np.sqrt(2 * found + 2))
    positive = float(signed_ranks[signed_ranks > 0].sum())
    if estimator == "L0":
        found = (4 * positive - k * (k + 1)) / (2 * k - 1)
        spread = 4 * np.sqrt(max(0.0, _variance(k, found))) / (2 * k - 1)
        return max(0, round(found)), float(spread)
    found = k - 0.5 - float(np.sqrt(max(0.0, 2 * k**2 - 4 * positive + 0.25)))
    room = (k - 0.5) ** 2 - found * (2 * k - found - 1)
    spread = 2 * np.sqrt(max(0.0, _variance(k, found)) / room) if room > 0 else np.nan
    return max(0, round(found)), float(spread)


def _variance(k: int, missing: float) -> float:
    """Of the sum of positive ranks."""
    m = missing
    third = 10 * m**3 + 27 * m**2 + 17 * m - 18 * k * m**2 - 18 * k * m + 6 * k**2 * m
    return (k * (k + 1) * (2 * k + 1) + third) / 24


def _average(yi: Array, vi: Array) -> Fit:
    return fit_studies(Studies(yi, vi, np.ones((len(yi), 1))), "REML", "normal")
