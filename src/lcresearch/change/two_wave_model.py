"""All answers of two waves: means of each firm at each wave, with persons' answers at both waves correlated.

Scores of a person before and after have one variance s2 and the correlation rho; each firm has its own mean at each
wave. Who answered once counts too: with rho it tells where the missing answer would have been, so that a change is not
made by who stayed away, as long as that hangs on answers that were given (missing at random: Rubin 1976). rho comes
from restricted likelihood; given rho all else is in closed form, for many studies at once. With everybody there twice,
the changes and their errors are those of linked persons. In lme4's words: ``score ~ firm * wave + (1 | person)``, but
rho may be below zero, as in a t test for pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lcresearch.change.firms_fixed import Array, Booleans, Integers, MeanChange

_LOWEST, _HIGHEST, _POINTS, _NARROWINGS = -1.8, 2.65, 25, 34
_GOLDEN = (np.sqrt(5) - 1) / 2
_STEP = 1e-3
_NOTHING = 1e-12
_ALIKE = 1e-9
_BISECTIONS = 60


@dataclass(frozen=True)
class Sums:
    """What the likelihood needs of s studies and k firms, of scores less the mean of their study.

    Attributes
    ----------
    twice, once_before, once_after : array, shape (s, k)
        Numbers of persons.
    before, after, only_before, only_after : array, shape (s, k)
        Sums of scores: of who answered twice, and of who answered once.
    squares, products, once : array, shape (s,)
        Of who answered twice: squares of both scores, and their products; squares of who answered once.
    """

    twice: Array
    once_before: Array
    once_after: Array
    before: Array
    after: Array
    only_before: Array
    only_after: Array
    squares: Array
    products: Array
    once: Array

    @property
    def free(self) -> Array:
        """Answers less means, shape (s,)."""
        answers = 2 * self.twice + self.once_before + self.once_after
        return np.asarray((answers - 2 * self.counts).sum(axis=1), dtype=np.float64)

    @property
    def counts(self) -> Booleans:
        """Which firms have answers at both waves, shape (s, k)."""
        return np.asarray((self.twice + self.once_before > 0) & (self.twice + self.once_after > 0), dtype=np.bool_)

    @property
    def changes_differ(self) -> Booleans:
        """Whether persons of one firm who answered twice changed differently, shape (s,)."""
        n = np.maximum(self.twice, 1)
        left = self.squares - 2 * self.products - ((self.after - self.before) ** 2 / n).sum(axis=1)
        return np.asarray(left > _ALIKE * self.squares, dtype=np.bool_)

    @property
    def persons(self) -> Array:
        """Of firms that count, shape (s, k)."""
        return np.where(self.counts, self.twice + self.once_before + self.once_after, 0.0)


@dataclass(frozen=True)
class TwoWaveFit:
    """Changes of firms, with what their errors need.

    Attributes
    ----------
    change, factor : array, shape (s, k)
        Estimates, and their variances divided by s2; NaN of firms that do not count.
    persons : array, shape (s, k)
    variance, correlation, free : array, shape (s,)
        s2 (NaN where all persons of a firm changed alike), rho, and the degrees of freedom of s2.
    sums : Sums
    place : array, shape (s,)
        atanh of rho.
    spread : array, shape (s, 2, 2)
        Covariance matrix of log s2 and of that place; zero for the latter where rho is not estimated.
    """

    change: Array
    factor: Array
    persons: Array
    variance: Array
    correlation: Array
    free: Array
    sums: Sums
    place: Array
    spread: Array

    @property
    def most_df(self) -> Array:
        """What a test of linked persons has: persons less firms; where rho is not estimated answers less means."""
        linked = (self.sums.twice - (self.sums.twice > 0)).sum(axis=1)
        return np.where(self.spread[:, 1, 1] > 0, linked, self.free)

    @property
    def of_change(self) -> Array:
        """Variance of the change of a person within a firm, shape (s,)."""
        return np.asarray(2 * self.variance * (1 - self.correlation), dtype=np.float64)


def two_wave_fit(before: Array, after: Array, firm: Integers, k: int, *, linked: bool = True) -> TwoWaveFit:
    """The changes of k firms in s studies.

    Parameters
    ----------
    before, after : array, shape (s, n)
        NaN where there is no answer.
    firm : array of int, shape (n,)
    k : int
    linked : bool
        Whether rho is estimated; else it is zero.

    Examples
    --------
    Three persons of one firm, of whom the last did not answer after:

    >>> fit = two_wave_fit(np.array([[1.0, 2.0, 3.0]]), np.array([[2.0, 3.1, np.nan]]), np.zeros(3, dtype=int), 1)
    >>> fit.change.round(2).tolist(), (fit.correlation > 0.9).tolist()
    ([[1.05]], [True])
    """
    sums = two_wave_sums(before, after, firm, k)
    estimated = linked & (sums.twice.sum(axis=1) > 1)
    place = np.where(estimated, _best_place(sums), 0.0)
    changes, factor, squares = _given(sums, place)
    free = sums.free
    variance = np.divide(squares, free, out=np.full(len(free), np.nan), where=free > 0)
    variance = np.where((variance > _NOTHING) & (~estimated | sums.changes_differ), variance, np.nan)
    spread = _spread(sums, place, free, variance, estimated)
    return TwoWaveFit(changes, factor, sums.persons, variance, np.tanh(place), free, sums, place, spread)


def two_wave_sums(before: Array, after: Array, firm: Integers, k: int) -> Sums:
    """Sums of studies, shape (s, n), over persons of firms with answers at both waves."""
    member = (firm[:, None] == np.arange(k)).astype(np.float64)
    here, there = ~np.isnan(before), ~np.isnan(after)
    counted = ((here @ member > 0) & (there @ member > 0))[:, firm]
    here, there = here & counted, there & counted
    total = np.where(here, before, 0.0).sum(axis=1) + np.where(there, after, 0.0).sum(axis=1)
    centre = (total / np.maximum(here.sum(axis=1) + there.sum(axis=1), 1))[:, None]
    first, last = np.where(here, before - centre, 0.0), np.where(there, after - centre, 0.0)
    both, alone, late = (mask.astype(np.float64) for mask in (here & there, here & ~there, there & ~here))
    return Sums(
        both @ member,
        alone @ member,
        late @ member,
        (first * both) @ member,
        (last * both) @ member,
        (first * alone) @ member,
        (last * late) @ member,
        squares=((first**2 + last**2) * both).sum(axis=1),
        products=(first * last * both).sum(axis=1),
        once=(first**2 * alone + last**2 * late).sum(axis=1),
    )


def firms_fixed(fit: TwoWaveFit, takes_part: Booleans) -> MeanChange:
    """Mean change of the persons of these firms, or its difference between firms that take part and those that do not.

    Degrees of freedom are those of Satterthwaite (1946), from the curvature of the restricted likelihood, but no more
    than a test of linked persons alone has: with few of them rho is hardly known, and the curvature is too sure of it.
    Where nobody is linked they are those of s2.
    """
    weights = np.zeros_like(fit.persons)
    for side, sign in ((takes_part, 1.0), (~takes_part, -1.0)):
        if side.any():
            with np.errstate(divide="ignore", invalid="ignore"):
                weights += sign * fit.persons * side / (fit.persons * side).sum(axis=1, keepdims=True)
    estimate = np.where(weights != 0, weights * fit.change, 0.0).sum(axis=1)

    def factor(place: Array) -> Array:
        found = _given(fit.sums, place)[1]
        return np.asarray(np.where(weights != 0, weights**2 * found, 0.0).sum(axis=1), dtype=np.float64)

    with np.errstate(divide="ignore", invalid="ignore"):
        own = factor(fit.place)
        slope = (np.log(factor(fit.place + _STEP)) - np.log(factor(fit.place - _STEP))) / (2 * _STEP)
        ascent = np.stack([np.ones_like(slope), slope], axis=1)
        df = np.minimum(2 / np.einsum("sa,sab,sb->s", ascent, fit.spread, ascent), fit.most_df)
    missing = np.isnan(weights).any(axis=1) | ~(df > 0)
    estimate, error = np.where(np.isnan(weights).any(axis=1), np.nan, estimate), np.sqrt(fit.variance * own)
    return MeanChange(estimate, np.where(missing, np.nan, error), np.where(missing, 0.0, df), fit.of_change)


def firms_random(fit: TwoWaveFit, takes_part: Booleans) -> MeanChange:
    """Mean change of firms like these, or its difference between those that take part and those that do not.

    The changes of firms are normal about their mean; the variance tau2 between them comes from the generalised Q
    statistic (Paule & Mandel 1982), and the error from how much they do differ (Hartung & Knapp 2001; Sidik & Jonkman
    2002), with the number of firms less one, or two, as degrees of freedom. With as many persons in each firm it is the
    t test of the changes of firms, whose level is exact whether or not firms differ.
    """
    counted = np.isfinite(fit.factor)
    variance = np.where(np.isfinite(fit.variance), fit.variance, 0.0)
    own = np.where(counted, variance[:, None] * fit.factor + _NOTHING, 1.0)
    change = np.where(counted, fit.change, 0.0)
    sides = [side for side in (takes_part, ~takes_part) if side.any()]
    df = counted.sum(axis=1) - float(len(sides))
    low, high = np.zeros(len(change)), np.ptp(change, axis=1) ** 2 * change.shape[1] + 1e-9
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        more = _weighted(change, own, counted, sides, middle)[2] > df
        low, high = np.where(more, middle, low), np.where(more, high, middle)
    at_zero = _weighted(change, own, counted, sides, np.zeros(len(change)))[2] <= df
    tau2 = np.where(at_zero, 0.0, (low + high) / 2)
    means, shares, apart = _weighted(change, own, counted, sides, tau2)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = apart / df
        error = np.sqrt(scale * sum(shares))
    estimate = means[0] - means[1] if len(sides) > 1 else means[0]
    fine = (df > 0) & np.isfinite(estimate) & (error > _NOTHING)
    spread = 2 * variance * (1 - fit.correlation) + tau2
    return MeanChange(estimate, np.where(fine, error, np.nan), np.where(fine, df, 0.0), spread)


def _weighted(
    change: Array, own: Array, counted: Booleans, sides: list[Booleans], tau2: Array
) -> tuple[list[Array], list[Array], Array]:
    """Means of the sides, one divided by their weights, and the weighted squares about the means."""
    weight = counted / (own + tau2[:, None])
    means, shares, apart = [], [], np.zeros(len(change))
    with np.errstate(divide="ignore", invalid="ignore"):
        for side in sides:
            total = (weight * side).sum(axis=1)
            mean = (weight * side * change).sum(axis=1) / total
            apart = apart + (weight * side * (change - mean[:, None]) ** 2).sum(axis=1)
            means.append(mean)
            shares.append(1 / total)
    return means, shares, apart


def _given(sums: Sums, place: Array) -> tuple[Array, Array, Array]:
    """Changes and their variances over s2, shape (s, k), and the squares left over, shape (s,), given rho."""
    _, changes, factor, squares = _likelihood(sums, place)
    return changes, factor, squares


def _likelihood(sums: Sums, place: Array) -> tuple[Array, Array, Array, Array]:
    """Minus twice the log of the restricted likelihood at the best s2, but for a constant; then as :func:`_given`."""
    rho = np.tanh(place)[:, None]
    left = 1 - rho**2
    first = sums.twice / left + sums.once_before
    last = sums.twice / left + sums.once_after
    across = sums.twice * rho / left
    determinant = np.where(sums.counts, first * last - across**2, 1.0)
    moment_first = (sums.before - rho * sums.after) / left + sums.only_before
    moment_last = (sums.after - rho * sums.before) / left + sums.only_after
    mean_first = (last * moment_first + across * moment_last) / determinant
    mean_last = (across * moment_first + first * moment_last) / determinant
    explained = np.where(sums.counts, moment_first * mean_first + moment_last * mean_last, 0.0).sum(axis=1)
    squares = (sums.squares - 2 * rho[:, 0] * sums.products) / left[:, 0] + sums.once - explained
    squares = np.maximum(squares, _NOTHING)
    changes = np.where(sums.counts, mean_last - mean_first, np.nan)
    factor = np.where(sums.counts, (first + last - 2 * across) / determinant, np.nan)
    criterion = sums.free * np.log(squares) + sums.twice.sum(axis=1) * np.log(left[:, 0])
    return criterion + np.log(determinant).sum(axis=1), changes, factor, squares


def _best_place(sums: Sums) -> Array:
    """atanh of the rho with the highest restricted likelihood: on a grid, then by golden section."""
    grid = np.linspace(_LOWEST, _HIGHEST, _POINTS)
    heights = np.stack([_likelihood(sums, np.full(len(sums.once), place))[0] for place in grid])
    best = grid[np.argmin(heights, axis=0)]
    low, high = best - (grid[1] - grid[0]), best + (grid[1] - grid[0])
    for _ in range(_NARROWINGS):
        one, other = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        left = _likelihood(sums, one)[0] < _likelihood(sums, other)[0]
        low, high = np.where(left, low, one), np.where(left, other, high)
    return np.asarray((low + high) / 2, dtype=np.float64)


def _spread(sums: Sums, place: Array, free: Array, variance: Array, estimated: Booleans | bool) -> Array:
    """Covariance matrix of log s2 and atanh rho: twice the inverse of the second derivatives, shape (s, 2, 2)."""
    found = np.zeros((len(place), 2, 2))
    safe = np.maximum(free, 1.0)
    found[:, 0, 0] = 2 / safe
    points = [_likelihood(sums, place + step) for step in (-_STEP, 0.0, _STEP)]
    squares = [point[3] for point in points]
    rest = [point[0] - free * np.log(point[3]) for point in points]
    slope = (squares[2] - squares[0]) / (2 * _STEP) / variance
    bend = (squares[2] - 2 * squares[1] + squares[0]) / _STEP**2 / variance
    bend = bend + (rest[2] - 2 * rest[1] + rest[0]) / _STEP**2
    determinant = safe * bend - slope**2
    known = np.broadcast_to(np.asarray(estimated), place.shape) & (determinant > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = 2 / determinant
        found[:, 0, 0] = np.where(known, inverse * bend, found[:, 0, 0])
        found[:, 0, 1] = found[:, 1, 0] = np.where(known, inverse * slope, 0.0)
        found[:, 1, 1] = np.where(known, inverse * safe, 0.0)
    return found
