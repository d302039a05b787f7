"""Intraclass correlation in the one-way layout: analysis of variance, exact intervals, REML and ML.

All functions work on the sizes and means of the groups and the sum of squares within them; none sees a person.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, stats

from lcresearch.measurement.columns import Array, Codes


@dataclass(frozen=True)
class OneWay:
    """A variable in groups: what the one-way layout needs of it.

    Attributes
    ----------
    sizes : array, shape (k,)
        Persons in each group, all at least 1.
    means : array, shape (k,)
        Mean of each group.
    within : float
        Sum of squared deviations from the group means.
    """

    sizes: Array
    means: Array
    within: float

    @property
    def n(self) -> int:
        """Number of persons."""
        return int(self.sizes.sum())

    @property
    def k(self) -> int:
        """Number of groups."""
        return len(self.sizes)


@dataclass(frozen=True)
class GroupMoments:
    """Size, mean and sum of squared deviations of each group, shape (n_groups,); NaN and 0 for an empty group."""

    sizes: Array
    means: Array
    squares: Array


def group_moments(scores: Array, codes: Codes, n_groups: int) -> GroupMoments:
    """Moments of each group; scores that are NaN and rows with code -1 are left out.

    Two passes, about the overall mean, so that no digit is lost.
    """
    known = (codes >= 0) & ~np.isnan(scores)
    codes, scores = codes[known], scores[known]
    sizes = np.bincount(codes, minlength=n_groups).astype(float)
    shift = scores.mean() if len(scores) else 0.0
    deviations = scores - shift
    with np.errstate(invalid="ignore"):
        means = np.bincount(codes, weights=deviations, minlength=n_groups) / sizes
    squares = np.bincount(codes, weights=(deviations - means[codes]) ** 2, minlength=n_groups).astype(float)
    return GroupMoments(sizes, means + shift, squares)


def one_way(moments: GroupMoments) -> OneWay:
    """The layout without its empty groups."""
    filled = moments.sizes > 0
    return OneWay(moments.sizes[filled], moments.means[filled], float(moments.squares.sum()))


@dataclass(frozen=True)
class Anova:
    """One-way analysis of variance with the intraclass correlations that follow from it; NaN where undefined."""

    ms_between: float
    ms_within: float
    df_between: int
    df_within: int
    f: float
    p_value: float
    eta_squared: float
    n0: float
    icc_1: float
    icc_1_n0: float
    icc_2: float


def anova(layout: OneWay) -> Anova:
    """Analysis of variance and ANOVA estimates of ICC(1) and ICC(2).

    ICC(1) = (MSB - MSW) / (MSB + (m - 1) MSW), with m the mean group size (Bliese, 2000, as R's multilevel) or n0 =
    (N - sum(n_g^2) / N) / (k - 1) (Smith, 1956); ICC(2) = (MSB - MSW) / MSB (Bartko, 1976; Bliese, 2000).
    """
    n, k, sizes = layout.n, layout.k, layout.sizes
    nan = float("nan")
    df_between, df_within = max(k - 1, 0), max(n - k, 0)
    if n == 0:
        return Anova(nan, nan, 0, 0, nan, nan, nan, nan, nan, nan, nan)
    grand = float(sizes @ layout.means) / n
    between = float(sizes @ (layout.means - grand) ** 2)
    # what rounding leaves where a variable does not vary
    scale = max(abs(grand), float(np.max(np.abs(layout.means - grand))))
    noise = n * (8 * np.finfo(float).eps * scale) ** 2
    between, within = (0.0 if square <= noise else square for square in (between, layout.within))
    msb = between / df_between if df_between else nan
    msw = within / df_within if df_within else nan
    f = _ratio(msb, msw)
    total = between + within
    n0 = (n - float(sizes @ sizes) / n) / df_between if df_between else nan
    return Anova(
        ms_between=msb,
        ms_within=msw,
        df_between=df_between,
        df_within=df_within,
        f=f,
        p_value=float(stats.f.sf(f, df_between, df_within)) if np.isfinite(f) else (0.0 if f == np.inf else nan),
        eta_squared=_ratio(between, total),
        n0=n0,
        icc_1=_ratio(msb - msw, msb + (n / k - 1) * msw),
        icc_1_n0=_ratio(msb - msw, msb + (n0 - 1) * msw),
        icc_2=_ratio(msb - msw, msb),
    )


def _ratio(above: float, below: float) -> float:
    if np.isnan(above) or np.isnan(below) or (above == 0 and below == 0):
        return float("nan")
    return above / below if below != 0 else float(np.copysign(np.inf, above))


@dataclass(frozen=True)
class SizeTable:
    """Groups of equal size taken together: the criterion of a one-way model depends on these sums alone.

    ``size`` and ``count`` have shape (number of different sizes,), as have ``sum`` and ``squares``, the sums of the
    group means and of their squares, taken about ``shift``.
    """

    size: Array
    count: Array
    sum: Array
    squares: Array
    shift: float


def size_table(layout: OneWay) -> SizeTable:
    """Collapse groups of equal size."""
    shift = float(layout.sizes @ layout.means) / layout.n
    size, code = np.unique(layout.sizes, return_inverse=True)
    means = layout.means - shift
    count, total, squares = (np.bincount(code, weights).astype(float) for weights in (None, means, means**2))
    return SizeTable(size, count, total, squares, shift)


def weighted_between(table: SizeTable, ratio: float) -> tuple[float, Array, float]:
    """Sum of weighted squared deviations of group means, the weights n / (1 + n ratio) a size, and the weighted mean.

    ``ratio`` is the variance between groups divided by the variance within them.
    """
    weights = table.size / (1 + table.size * ratio)
    mean = float(weights @ table.sum) / float(weights @ table.count)
    squares = table.squares - 2 * mean * table.sum + table.count * mean**2
    return float(weights @ squares), weights, mean


@dataclass(frozen=True)
class Interval:
    """Exact interval for ICC(1) and ICC(2)."""

    icc_1: tuple[float, float]
    icc_2: tuple[float, float]


def intervals(layout: OneWay, conf_level: float = 0.95) -> Interval:
    """Exact intervals for ICC(1) and ICC(2) under normality, also with groups of unequal size (Wald, 1940).

    sum of w_g (mean_g - mean_w)^2 / ((k - 1) MSW), with w_g = n_g / (1 + n_g r), has the F distribution with k - 1 and
    N - k degrees of freedom at the true ratio r of the variances between and within groups, and falls as r grows; its
    two roots are the interval of r. ICC(1) = r / (1 + r) and ICC(2) = n0 r / (1 + n0 r) follow. For groups of
    equal size these are the intervals of Shrout and Fleiss (1979) and McGraw and Wong (1996).
    """
    table_of_variance = anova(layout)
    nan = (float("nan"), float("nan"))
    if not (table_of_variance.df_between and table_of_variance.df_within and table_of_variance.ms_within > 0):
        return Interval(nan, nan)
    a = table_of_variance
    tail = (1 - conf_level) / 2
    quantiles = stats.f.ppf([1 - tail, tail], a.df_between, a.df_within)
    table = size_table(layout)
    low, high = (_variance_ratio(table, a, quantile) for quantile in quantiles)
    return Interval(
        (low / (1 + low), high / (1 + high)), (a.n0 * low / (1 + a.n0 * low), a.n0 * high / (1 + a.n0 * high))
    )


def _variance_ratio(table: SizeTable, a: Anova, quantile: float) -> float:
    def excess(ratio: float) -> float:
        return weighted_between(table, ratio)[0] / (a.df_between * a.ms_within) - quantile

    floor = -1 / float(table.size.max()) * (1 - 1e-9)
    if excess(floor) <= 0:
        return floor
    ceiling = 1.0
    while excess(ceiling) > 0:
        ceiling *= 10
    return float(optimize.brentq(excess, floor, ceiling, xtol=1e-15, rtol=1e-13, maxiter=500))


@dataclass(frozen=True)
class VarianceComponents:
    """A random intercept of groups, without predictors, by REML or ML."""

    between: float
    within: float
    grand_mean: float
    grand_mean_se: float
    log_likelihood: float

    @property
    def icc_1(self) -> float:
        """Variance between groups as a share of the whole."""
        return _ratio(self.between, self.between + self.within)

    def reliability(self, sizes: Array | float) -> npt.NDArray[np.float64]:
        """Reliability of the mean of a group of this size (Spearman-Brown; Snijders & Bosker, 2012, eq. 3.21)."""
        r = self.icc_1
        return np.asarray(sizes * r / (1 + (np.asarray(sizes) - 1) * r), dtype=np.float64)


def variance_components(layout: OneWay, *, reml: bool = True) -> VarianceComponents:
    """Random intercept model by REML or ML, to machine precision.

    With the ratio r of the variances given, mean and residual variance have closed forms, so the criterion depends on r
    alone (Harville, 1977); its derivative is followed from 0 upwards over the range of ICC(1), and of the minima found
    the lowest is polished by Brent's method.
    """
    nan = float("nan")
    if layout.k < 2 or layout.n <= layout.k or not layout.within > 0:
        return VarianceComponents(nan, nan, nan, nan, nan)
    table = size_table(layout)
    free = layout.n - 1 if reml else layout.n

    def slope(ratios: Array) -> Array:
        return _slope(layout, table, ratios, free, reml=reml)

    ratio = min(_minima(slope), key=lambda r: _criterion(layout, table, r, free, reml=reml))
    squares, weights, mean = weighted_between(table, ratio)
    sigma2 = (layout.within + squares) / free
    return VarianceComponents(
        between=ratio * sigma2,
        within=sigma2,
        grand_mean=mean + table.shift,
        grand_mean_se=float(np.sqrt(sigma2 / (weights @ table.count))),
        log_likelihood=-_criterion(layout, table, ratio, free, reml=reml) / 2,
    )


def _slope(layout: OneWay, table: SizeTable, ratios: Array, free: int, *, reml: bool) -> Array:
    """Derivative of the criterion to the ratio of the variances, at ratios of shape (m,)."""
    weights = table.size / (1 + ratios[:, None] * table.size)
    total = weights @ table.count
    mean = (weights @ table.sum / total)[:, None]
    spread = table.squares - 2 * mean * table.sum + table.count * mean**2
    squares = layout.within + (weights * spread).sum(axis=1)
    found = -free * (weights**2 * spread).sum(axis=1) / squares + total
    return np.asarray(found - weights**2 @ table.count / total if reml else found, dtype=np.float64)


def _minima(slope: Callable[[Array], Array]) -> list[float]:
    icc = np.concatenate([np.linspace(0, 0.99, 100), 1 - np.logspace(-2.5, -12, 20)])
    grid = icc / (1 - icc)
    slopes = slope(grid)

    def at(ratio: float) -> float:
        return float(slope(np.array([ratio]))[0])

    found = [0.0] if slopes[0] >= 0 else []
    for i in np.flatnonzero((slopes[:-1] < 0) & (slopes[1:] >= 0)):
        found.append(float(optimize.brentq(at, grid[i], grid[i + 1], xtol=1e-15, rtol=1e-14, maxiter=500)))
    return found or [float(grid[-1])]


def _criterion(layout: OneWay, table: SizeTable, ratio: float, free: int, *, reml: bool) -> float:
    squares, weights, _ = weighted_between(table, ratio)
    determinant = float(table.count @ np.log1p(table.size * ratio))
    if reml:
        determinant += float(np.log(weights @ table.count))
    return free * (1 + float(np.log(2 * np.pi * (layout.within + squares) / free))) + determinant
