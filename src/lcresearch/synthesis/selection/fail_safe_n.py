"""How many unseen studies without an effect would undo the result: fail-safe numbers, and why not to lean on them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import scipy.special

from lcresearch.errors import SynthesisError
from lcresearch.messages import Messages
from lcresearch.results import Result
from lcresearch.synthesis.effect_columns import Array, Column, effects
from lcresearch.synthesis.random_effects.fitting import fit_studies
from lcresearch.synthesis.random_effects.heterogeneity import Studies
from lcresearch.synthesis.selection.enough import few, needs

_MOST = 10_000_000


@dataclass(frozen=True, repr=False, eq=False)
class FailSafeN(Result):
    """Fail-safe numbers by :func:`~lcresearch.synthesis.fail_safe_n`.

    Attributes
    ----------
    table : DataFrame
        As :meth:`tidy`.
    n : int
    left_out : list of str
    alpha : float
    """

    title: ClassVar[str] = "Fail-safe N"

    table: pd.DataFrame
    n: int
    left_out: list[str]
    alpha: float

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A row a method: ``term, fail_safe_n, estimate, target, p_value``.

        ``rosenthal`` (sum of z, one-sided), ``orwin`` and ``orwin_weighted`` (until the average falls to the target),
        ``rosenberg`` (average with weights 1/vi), ``random_effects`` (average by REML).
        """
        return self.table.copy()

    def glance(self) -> pd.DataFrame:
        """One row: ``n, alpha, rosenthal_rule``: 5 n + 10, above which Rosenthal called a result tolerant."""
        return pd.DataFrame([{"n": self.n, "alpha": self.alpha, "rosenthal_rule": 5 * self.n + 10}])

    def cautions(self) -> list[str]:
        """Why not to lean on these numbers."""
        return [*few(self.n, self.left_out), Messages()("synthesis.selection.fail_safe")]


def fail_safe_n(
    yi: Column,
    vi: Column,
    *,
    alpha: float = 0.05,
    target: float | None = None,
    data: pd.DataFrame | None = None,
    labels: Column | None = None,
) -> FailSafeN:
    """How many unseen studies with an average effect of zero it would take.

    Reviewers ask for these numbers; they rest on the belief that unseen studies show nothing on average, and say
    nothing of the size of the effect. A selection model says more.

    Parameters
    ----------
    yi, vi : array of shape (k,), or name of a column of ``data``
    alpha : float
        Level that the p value must reach (Rosenthal: one-sided).
    target : float, optional
        Of Orwin: what the average must fall to; half of it unless given. Its sign is made that of the average.
    data : DataFrame, optional
    labels : array or name of a column, optional

    Returns
    -------
    FailSafeN

    Raises
    ------
    SynthesisError
        Y045: alpha is no probability; Y048: fewer than two effects; Y060 to Y065.

    References
    ----------
    Rosenthal (1979), Psychological Bulletin 86, 638-641. Orwin (1983), Journal of Educational Statistics 8, 157-159.
    Rosenberg (2005), Evolution 59, 464-468. Against all of them: Becker (2005), in Rothstein, Sutton & Borenstein
    (eds.), Publication Bias in Meta-Analysis, 111-125.

    Examples
    --------
    >>> found = fail_safe_n([0.2, 0.3, 0.5, 0.9, 0.6], [0.01, 0.02, 0.06, 0.12, 0.08]).tidy()
    >>> found[["term", "fail_safe_n"]].head(3)
                 term  fail_safe_n
    0       rosenthal         39.0
    1           orwin          5.0
    2  orwin_weighted          5.0
    """
    if not 0 < alpha < 1:
        raise SynthesisError("Y045", found=str(alpha))
    given = effects(yi, vi, data, labels)
    needs(2, given.yi)
    y, v = given.yi, given.vi
    rows = [_rosenthal(y, v, alpha), _orwin("orwin", y, np.ones(len(y)), target)]
    rows += [_orwin("orwin_weighted", y, 1 / v, target), _rosenberg(y, v, alpha), _random_effects(y, v, alpha)]
    return FailSafeN(pd.DataFrame(rows), len(y), given.left_out, alpha)


def _row(term: str, found: float, estimate: float, target: float, p_value: float) -> dict[str, Any]:
    n = math.ceil(found - 1e-9 * max(1.0, found)) if math.isfinite(found) else found
    return {"term": term, "fail_safe_n": float(n), "estimate": estimate, "target": target, "p_value": p_value}


def _rosenthal(y: Array, v: Array, alpha: float) -> dict[str, Any]:
    k = len(y)
    z = abs(float((y / np.sqrt(v)).sum())) / math.sqrt(k)
    found = max(0.0, k * (z / float(scipy.special.ndtri(1 - alpha))) ** 2 - k)
    return _row("rosenthal", found, math.nan, math.nan, float(scipy.special.ndtr(-z)))


def _orwin(term: str, y: Array, weight: Array, target: float | None) -> dict[str, Any]:
    estimate = float(weight @ y / weight.sum())
    goal = estimate / 2 if target is None else math.copysign(target, estimate)
    found = math.inf if goal == 0 else max(0.0, len(y) * (estimate - goal) / goal)
    return _row(term, found, estimate, goal, math.nan)


def _rosenberg(y: Array, v: Array, alpha: float) -> dict[str, Any]:
    weight = 1 / v
    total, product = float(weight.sum()), float(weight @ y)
    found = max(0.0, ((product / float(scipy.special.ndtri(alpha / 2))) ** 2 - total) * len(y) / total)
    p_value = float(2 * scipy.special.ndtr(-abs(product) / math.sqrt(total)))
    return _row("rosenberg", found, product / total, math.nan, p_value)


def _random_effects(y: Array, v: Array, alpha: float) -> dict[str, Any]:
    """The smallest number with which the test of the random-effects average is no longer significant."""
    fit = fit_studies(Studies(y, v, np.ones((len(y), 1))), "REML", "normal")
    mean, error = float(fit.coefficients[0]), math.sqrt(float(fit.covariance[0, 0]))
    p_value = float(2 * scipy.special.ndtr(-abs(mean) / error))
    low, high = 0, 1
    if p_value >= alpha:
        return _row("random_effects", 0, mean, math.nan, p_value)
    while p_value_with(high, y, v, mean, fit.tau2) < alpha and high < _MOST:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if p_value_with(middle, y, v, mean, fit.tau2) >= alpha else (middle, high)
    return _row("random_effects", high, mean, math.nan, p_value)


def p_value_with(unseen: int, y: Array, v: Array, mean: float, tau2: float) -> float:
    """P value of the average with this many studies more (:func:`average_with`)."""
    estimate, error, _ = average_with(unseen, y, v, mean, tau2)
    return float(2 * scipy.special.ndtr(-abs(estimate) / error))


def average_with(unseen: int, y: Array, v: Array, mean: float, tau2: float) -> tuple[float, float, float]:
    """Average, its error and tau2 with this many studies more: average zero, typical variance, tau2 spread out."""
    k = len(y)
    together = k * mean / (k + unseen)
    spread = (k - 1 + unseen - 1) * tau2 + k * (mean - together) ** 2 + unseen * together**2
    wider = spread / (k + unseen - 1)
    typical = k / float((1 / v).sum())
    weight = 1 / (v + wider)
    total = float(weight.sum()) + unseen / (typical + wider)
    return float(weight @ y) / total, 1 / math.sqrt(total), wider
