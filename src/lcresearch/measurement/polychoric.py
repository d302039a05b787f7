"""Thresholds and polychoric correlations in two steps, with their joint asymptotic covariance matrix.

Step one takes the thresholds of an item from its margin; step two takes each correlation by maximum likelihood with
the thresholds held (Olsson, 1979). All pairs are estimated at once. The influence of a person on an estimate is a
number that depends only on the person's two answers, so that the covariance matrix of all estimates (Muthén, 1984;
Jöreskog, 1994) is one matrix product. Definitions are those of R's lavaan.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from lcresearch.errors import MeasurementError, Place, Problem
from lcresearch.measurement.bivariate_normal import (
    bivariate_cdf,
    bivariate_density,
    density_slope,
    normal_density,
    rectangles,
)
from lcresearch.measurement.columns import Array, Codes

MISSING = -1
LIMIT = 0.999
"""Largest correlation that is estimated, as in lavaan; a pair on it is marked in :attr:`Polychoric.at_limit`."""

_SMALLEST_CELL = float(np.sqrt(np.finfo(float).eps))
_BLOCK = 20_000


@dataclass(frozen=True)
class Polychoric:
    """Thresholds and polychoric correlations of p items, and how precise they are.

    Attributes
    ----------
    n : int
        Persons.
    n_categories : array of int, shape (p,)
        Answer categories of each item.
    thresholds, threshold_items : arrays, shape (t,)
        All thresholds, item by item, and the number of the item that each belongs to.
    correlations : array, shape (c,)
        One number a pair, c = p (p - 1) / 2, in the order (1, 0), (2, 0), ..., (2, 1), ...: the columns of the lower
        triangle, as lavaan has them.
    pairs : array of int, shape (c, 2)
        The items of each correlation, the later one first.
    pair_counts : array, shape (c,)
        Persons who answered both items.
    at_limit : array of bool, shape (c,)
        Correlations that run to plus or minus 1 and stand on :data:`LIMIT`.
    likelihood_ratio, likelihood_ratio_df : arrays, shape (c,)
        G squared of the table of a pair against the bivariate normal, and its degrees of freedom (0 for 2 x 2).
    gamma : array, shape (t + c, t + c), or None
        n times the asymptotic covariance matrix of thresholds and correlations (lavaan's ``gamma``).
    """

    n: int
    n_categories: Codes
    thresholds: Array
    threshold_items: Codes
    correlations: Array
    pairs: Codes
    pair_counts: Array
    at_limit: npt.NDArray[np.bool_]
    likelihood_ratio: Array
    likelihood_ratio_df: Codes
    gamma: Array | None = None

    @property
    def matrix(self) -> Array:
        """The correlations as a matrix, shape (p, p), with ones on the diagonal."""
        p = len(self.n_categories)
        full = np.eye(p)
        full[self.pairs[:, 0], self.pairs[:, 1]] = full[self.pairs[:, 1], self.pairs[:, 0]] = self.correlations
        return full

    @property
    def std_errors(self) -> Array:
        """Standard errors of the correlations, shape (c,); NaN when ``gamma`` was not asked for."""
        if self.gamma is None:
            return np.full(len(self.correlations), np.nan)
        return np.asarray(np.sqrt(np.diag(self.gamma)[len(self.thresholds) :] / self.n), dtype=np.float64)


def polychoric(
    codes: Codes,
    *,
    n_categories: Sequence[int] | None = None,
    gamma: bool = True,
    names: Sequence[str] | None = None,
) -> Polychoric:
    """Estimate thresholds and polychoric correlations.

    Parameters
    ----------
    codes : array of int, shape (n, p)
        Answers as 0, 1, ..., K - 1; -1 is missing. A person counts for the pairs that he or she answered.
    n_categories : sequence of int, optional
        K of each item; by default its highest code plus one. Give it when several groups must have the same.
    gamma : bool
        Whether to compute the covariance matrix of the estimates.
    names : sequence of str, optional
        Names of the items, for messages.

    Returns
    -------
    Polychoric
        A 2 x 2 table with one empty cell has 0.5 moved into that cell, margins kept, as in lavaan; in larger
        tables an empty cell stays empty.

    Raises
    ------
    MeasurementError
        M300: a category that nobody chose, or an item with fewer than two; M301: a pair that nobody answered.

    Examples
    --------
    >>> import numpy as np
    >>> table = np.array([[40, 10], [10, 40]])
    >>> codes = np.repeat([[0, 0], [0, 1], [1, 0], [1, 1]], table.ravel(), axis=0)
    >>> estimates = polychoric(codes)
    >>> estimates.correlations.round(4), np.sin(np.pi * 0.3).round(4)  # closed form for medians (Sheppard, 1899)
    (array([0.809]), np.float64(0.809))
    """
    n, p = codes.shape
    categories = np.asarray(codes.max(axis=0, initial=0) + 1 if n_categories is None else n_categories, dtype=np.int64)
    labels = [str(j + 1) for j in range(p)] if names is None else list(names)
    margins = _margins(codes, int(categories.max()))
    _check_margins(margins, categories, labels)
    limits = _limits(margins)
    pairs = np.column_stack([np.triu_indices(p, 1)[1], np.triu_indices(p, 1)[0]]).astype(np.int64)
    tables = _tables(codes, margins.shape[1], pairs)
    counts = tables.sum(axis=(1, 2))
    if (counts == 0).any():
        raise MeasurementError(
            [Problem("M301", Place(item=labels[j]), {"other": labels[i]}) for i, j in pairs[counts == 0]]
        )
    rho, at_limit = _correlations(
        _without_empty_cell(tables, categories, pairs), limits[pairs[:, 0]], limits[pairs[:, 1]]
    )
    inner = np.arange(limits.shape[1] - 2) < categories[:, None] - 1
    ratio, df = _likelihood_ratio(tables, _cells(rho, limits[pairs[:, 0]], limits[pairs[:, 1]]), categories[pairs])
    found = Polychoric(
        n=n,
        n_categories=categories,
        thresholds=limits[:, 1:-1][inner],
        threshold_items=np.nonzero(inner)[0].astype(np.int64),
        correlations=rho,
        pairs=pairs,
        pair_counts=counts,
        at_limit=at_limit,
        likelihood_ratio=ratio,
        likelihood_ratio_df=df,
    )
    if not gamma:
        return found
    total = np.zeros((len(found.thresholds) + len(rho),) * 2)
    for block in _influence_blocks(codes, found, margins, tables):
        total += block.T @ block
    return Polychoric(**{**found.__dict__, "gamma": total / n})


def influence(codes: Codes, estimates: Polychoric) -> Array:
    """Influence of each person on each threshold and correlation, shape (n, t + c).

    Columns sum to zero; their mean squares and products are ``gamma``. As in lavaan the information is that of the
    outer products of the scores, which is that of the model where answers are normal behind the thresholds. Sums over
    clusters of persons give a covariance matrix that allows for clustering.
    """
    margins = _margins(codes, int(estimates.n_categories.max()))
    tables = _tables(codes, margins.shape[1], estimates.pairs)
    return np.concatenate(list(_influence_blocks(codes, estimates, margins, tables)))


def _margins(codes: Codes, k: int) -> Array:
    """Counts of each category, shape (p, k)."""
    return np.stack([(codes == category).sum(axis=0) for category in range(k)], axis=1).astype(np.float64)


def _check_margins(margins: Array, categories: Codes, labels: Sequence[str]) -> None:
    declared = np.arange(margins.shape[1]) < categories[:, None]
    empty = (margins == 0) & declared
    problems = [
        Problem("M300", Place(item=label), {"empty": [int(k) + 1 for k in np.nonzero(row)[0]], "n": int(count)})
        for label, row, count in zip(labels, empty, categories, strict=True)
        if row.any() or count < 2
    ]
    if problems:
        raise MeasurementError(problems)


def _limits(margins: Array) -> Array:
    """Limits of the categories, shape (p, k + 1): minus infinity, the thresholds, infinity for all that follows."""
    below = np.cumsum(margins, axis=1)
    share = below[:, :-1] / below[:, -1:]
    outer = np.full((len(margins), 1), np.inf)
    return np.concatenate([-outer, special.ndtri(share), outer], axis=1)


def _tables(codes: Codes, k: int, pairs: Codes) -> Array:
    """Two-way tables of all pairs, shape (c, k, k); rows are the first item of a pair."""
    n, p = codes.shape
    total = np.zeros((p * k, p * k))
    for start in range(0, n, _BLOCK):
        marks = (codes[start : start + _BLOCK, :, None] == np.arange(k)).reshape(-1, p * k).astype(np.float64)
        total += marks.T @ marks
    return np.ascontiguousarray(total.reshape(p, k, p, k).transpose(0, 2, 1, 3)[pairs[:, 0], pairs[:, 1]])


def _without_empty_cell(tables: Array, categories: Codes, pairs: Codes) -> Array:
    """The tables to estimate from: 0.5 is moved into the only empty cell of a 2 x 2 table, margins kept."""
    four = tables[:, :2, :2]
    once = (categories[pairs] == 2).all(axis=1) & ((four == 0).sum(axis=(1, 2)) == 1)
    if not once.any():
        return tables
    on_diagonal = (four[:, 0, 0] == 0) | (four[:, 1, 1] == 0)
    move = np.where(on_diagonal, 0.5, -0.5)[:, None, None] * np.array([[1.0, -1.0], [-1.0, 1.0]])
    moved = tables.copy()
    moved[once, :2, :2] += move[once]
    return moved


def _corners(rho: Array, rows: Array, columns: Array) -> tuple[Array, Array, Array]:
    return rows[:, :, None], columns[:, None, :], rho[:, None, None]


def _cells(rho: Array, rows: Array, columns: Array) -> Array:
    """Probability of each cell, shape (c, k, k)."""
    return np.maximum(rectangles(bivariate_cdf(*_corners(rho, rows, columns))), 0.0)


def _correlations(tables: Array, rows: Array, columns: Array) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Newton's method on all pairs at once, kept between bounds that the sign of the score draws together."""
    rho = np.clip(_product_moment(tables), -0.9, 0.9)
    low, high = np.full(len(rho), -LIMIT), np.full(len(rho), LIMIT)
    for _ in range(60):
        score, curvature = _score(rho, tables, rows, columns)
        low, high = np.where(score > 0, rho, low), np.where(score < 0, rho, high)
        step = np.where(curvature < 0, -score / np.where(curvature < 0, curvature, 1.0), np.sign(score))
        proposal = rho + step
        outside = (np.abs(step) > 1e-9) & ((proposal <= low) | (proposal >= high))
        proposal = np.where(outside, (low + high) / 2, proposal)
        moved, rho = np.abs(proposal - rho).max(initial=0.0), proposal
        if moved < 1e-9:
            break
    at_limit = np.abs(rho) > LIMIT - 1e-6
    return np.where(at_limit, np.sign(rho) * LIMIT, rho), at_limit


def _product_moment(tables: Array) -> Array:
    k = np.arange(tables.shape[1], dtype=float)
    shares = tables / tables.sum(axis=(1, 2), keepdims=True)
    rows, columns = shares.sum(axis=2), shares.sum(axis=1)
    x, y = rows @ k, columns @ k
    spread = np.sqrt((rows @ k**2 - x**2) * (columns @ k**2 - y**2))
    product = np.einsum("cij,i,j->c", shares, k, k) - x * y
    return np.asarray(np.divide(product, spread, out=np.zeros_like(spread), where=spread > 0), dtype=np.float64)


def _score(rho: Array, tables: Array, rows: Array, columns: Array) -> tuple[Array, Array]:
    """First and second derivative of each log-likelihood to rho."""
    grid = _corners(rho, rows, columns)
    cells = np.maximum(rectangles(bivariate_cdf(*grid)), 1e-15)
    first, second = rectangles(bivariate_density(*grid)), rectangles(density_slope(*grid))
    slope = first / cells
    return (tables * slope).sum(axis=(1, 2)), (tables * (second / cells - slope**2)).sum(axis=(1, 2))


def _likelihood_ratio(tables: Array, cells: Array, categories: Codes) -> tuple[Array, Codes]:
    expected = cells * tables.sum(axis=(1, 2), keepdims=True)
    filled = tables > 0
    ratio = np.where(filled, tables / np.where(filled, np.maximum(expected, 1e-300), 1.0), 1.0)
    df = categories.prod(axis=1) - categories.sum(axis=1)
    return 2 * (tables * np.log(ratio)).sum(axis=(1, 2)), df


def _influence_blocks(codes: Codes, estimates: Polychoric, margins: Array, tables: Array) -> Iterator[Array]:
    """Rows of :func:`influence`, a block of persons at a time.

    Category k (one past the last) stands for a missing answer and has no influence.
    """
    limits, pairs, k = _limits(margins), estimates.pairs, margins.shape[1]
    on_thresholds = _threshold_influence(margins, limits, estimates.n)
    on_pair, from_first, from_second = _pair_influence(estimates, tables, limits, on_thresholds)
    by_answers = on_pair - from_first[:, :, None] - from_second[:, None, :]
    kept = np.arange(k - 1) < estimates.n_categories[:, None] - 1
    items, which = np.nonzero(kept)
    number = np.arange(len(pairs))
    for start in range(0, len(codes), _BLOCK):
        answers = codes[start : start + _BLOCK]
        answers = np.where(answers == MISSING, k, answers)
        thresholds = on_thresholds[items, which, answers[:, items]]
        flat = (number * (k + 1) + answers[:, pairs[:, 0]]) * (k + 1) + answers[:, pairs[:, 1]]
        yield np.concatenate([thresholds, by_answers.ravel()[flat]], axis=1)


def _threshold_influence(margins: Array, limits: Array, n: int) -> Array:
    """Influence of each answer on each threshold of its item, shape (p, k - 1, k + 1)."""
    p, k = margins.shape
    answered = margins.sum(axis=1)
    share = np.cumsum(margins, axis=1)[:, :-1] / answered[:, None]
    density = normal_density(limits[:, 1:-1])
    below = (np.arange(k) <= np.arange(k - 1)[:, None]).astype(float)
    table = np.zeros((p, k - 1, k + 1))
    weight = np.where(density > 0, (n / answered)[:, None] / np.where(density > 0, density, 1.0), 0.0)
    table[:, :, :k] = (below - share[:, :, None]) * weight[:, :, None]
    return table


def _pair_influence(
    estimates: Polychoric, tables: Array, limits: Array, on_thresholds: Array
) -> tuple[Array, Array, Array]:
    """Influence of two answers on their correlation, and what it owes to the thresholds of either item."""
    first, second = estimates.pairs[:, 0], estimates.pairs[:, 1]
    rho, k = estimates.correlations, tables.shape[1]
    cells = _cells(rho, limits[first], limits[second])
    seen = cells > _SMALLEST_CELL
    per_cell = np.where(seen, 1.0 / np.where(seen, cells, 1.0), 0.0)
    score = rectangles(bivariate_density(*_corners(rho, limits[first], limits[second]))) * per_cell
    information = (tables * score**2).sum(axis=(1, 2)) / estimates.n
    rows = _cross_information(tables, score, per_cell, _threshold_slopes(rho, limits[first], limits[second]))
    columns = _cross_information(
        tables.transpose(0, 2, 1),
        score.transpose(0, 2, 1),
        per_cell.transpose(0, 2, 1),
        _threshold_slopes(rho, limits[second], limits[first]),
    )
    scale = np.divide(1.0, information, out=np.zeros_like(information), where=information > 0)[:, None] / estimates.n
    on_pair = np.zeros((len(rho), k + 1, k + 1))
    on_pair[:, :k, :k] = score * (scale * estimates.n)[:, :, None]
    from_first = scale * np.einsum("ct,ctk->ck", rows, on_thresholds[first])
    from_second = scale * np.einsum("ct,ctk->ck", columns, on_thresholds[second])
    return on_pair, from_first, from_second


def _threshold_slopes(rho: Array, own: Array, other: Array) -> Array:
    """Change of the cells of category t with its upper limit, shape (c, k - 1, k); those of t + 1 change oppositely."""
    inner = own[:, 1:-1]
    with np.errstate(invalid="ignore"):
        z = (other[:, None, :] - np.where(np.isfinite(inner), rho[:, None] * inner, 0.0)[:, :, None]) / np.sqrt(
            1 - rho**2
        )[:, None, None]
    return np.asarray(normal_density(inner)[:, :, None] * np.diff(special.ndtr(z), axis=2), dtype=np.float64)


def _cross_information(tables: Array, score: Array, per_cell: Array, slopes: Array) -> Array:
    """Sum over persons of the score of rho times that of each threshold of the row item, shape (c, k - 1)."""
    weighted = tables * score * per_cell
    return np.asarray(((weighted[:, :-1] - weighted[:, 1:]) * slopes).sum(axis=2), dtype=np.float64)
