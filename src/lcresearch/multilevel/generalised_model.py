"""From a design and its outcome to a deviance: working units, cells, order of elimination, and where to begin."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import scipy.special

from lcresearch.multilevel.covariance import CovarianceLayout
from lcresearch.multilevel.crossed_sums import Factor
from lcresearch.multilevel.crossproducts import Crossproducts, cells_of, sums_of_rows
from lcresearch.multilevel.design import Columns, Design
from lcresearch.multilevel.families import Family, PoissonLog
from lcresearch.multilevel.grouped_rows import GroupedRows
from lcresearch.multilevel.laplace import Parameters
from lcresearch.multilevel.memberships_alone import crossed_choice
from lcresearch.multilevel.model import check_terms, nested_levels
from lcresearch.multilevel.nesting import is_nested
from lcresearch.multilevel.outcomes import Outcome
from lcresearch.multilevel.small_matrices import Array
from lcresearch.multilevel.working import Working, working_units

Integers = npt.NDArray[np.int64]
_LEAST, _MOST = 0.01, 4.0


@dataclass(frozen=True)
class GeneralisedModel:
    """A deviance in working units with what is needed to read its results.

    Attributes
    ----------
    cross : Crossproducts
        Sums over the rows, each counted once.
    working : Working
        Units of the columns on which random effects work.
    predictors : Working
        Units of the columns of the fixed part.
    outcome : Outcome
    rows : GroupedRows
        In working units.
    family : Family
        The outcome in the order of the rows.
    parameters : Parameters
    n_quadrature : int
    groups : tuple of tuple of str
        Grouping factors in the order of elimination: that of the covariance matrices.
    terms : tuple of tuple of int
        For each grouping factor the places of its terms in ``cross.columns.terms``.
    order : tuple of array of int
        For each grouping factor the codes of its groups in the order of the engine.
    row_order : array of int, shape (n,)
        Places of the rows of the design in the order of ``rows``.
    """

    cross: Crossproducts
    working: Working
    predictors: Working
    outcome: Outcome
    rows: GroupedRows
    family: Family
    parameters: Parameters
    n_quadrature: int
    groups: tuple[tuple[str, ...], ...]
    terms: tuple[tuple[int, ...], ...]
    order: tuple[Integers, ...]
    row_order: Integers

    @property
    def layout(self) -> CovarianceLayout:
        """How theta holds the covariance matrices."""
        return self.parameters.layout

    @property
    def slopes(self) -> Integers:
        """Places among the fixed effects of those that are estimated: thresholds stand for the intercept."""
        fixed = self.cross.columns.fixed
        return np.flatnonzero(fixed != 0) if self.parameters.n_extra else np.arange(len(fixed))

    @property
    def to_units(self) -> Array:
        """The matrix that takes thresholds and fixed effects from working units to those of the data."""
        fixed_map, slopes, k = self.predictors.fixed_map, self.slopes, self.parameters.n_extra
        found = np.eye(k + len(slopes))
        found[k:, k:] = fixed_map[np.ix_(slopes, slopes)]
        if k:
            found[:k, k:] = -fixed_map[list(self.cross.columns.fixed).index(0), slopes]
        return found


def generalised_model(design: Design, outcome: Outcome, n_quadrature: int) -> GeneralisedModel:
    """The deviance of a design and an outcome.

    Raises
    ------
    MultilevelError
        L011 to L015, when the model cannot be identified.
    """
    design = dataclasses.replace(design, columns=_with_constant(design.columns, outcome), weights=None)
    cross = sums_of_rows(design)
    columns, working = cross.columns, working_units(cross)
    check_terms(cross, working.total(cross), saturated=bool((outcome.sizes > 1).any()) or _counts(outcome))
    groups = tuple(sorted(columns.groups, key=lambda group: (group in cross.memberships, -len(cross.labels[group]))))
    terms = tuple(
        tuple(place for place, term in enumerate(columns.terms) if term.term.group == group) for group in groups
    )
    layout = CovarianceLayout(tuple(tuple(len(columns.terms[place].columns) for place in each) for each in terms))
    matrix = (design.matrix - working.shift) / working.scale
    rows, order, orders = _grouped(design, matrix, groups, terms)
    family = outcome.rows(order)
    rows = rows if not family.n_extra else dataclasses.replace(rows, fixed=rows.fixed[:, columns.fixed != 0])
    parameters = Parameters(layout, family.n_extra, rows.fixed.shape[1])
    return GeneralisedModel(
        cross, working, working, outcome, rows, family, parameters, n_quadrature, groups, terms, orders, order
    )  # fmt: skip


def _with_constant(columns: Columns, outcome: Outcome) -> Columns:
    """The columns with the constant in the fixed part, where thresholds stand for it."""
    if outcome.family != "cumulative" or 0 in columns.fixed:
        return columns
    return dataclasses.replace(columns, fixed=np.concatenate([[0], columns.fixed]))


def _counts(outcome: Outcome) -> bool:
    """Whether an effect of each single row can be told from chance."""
    return outcome.family == "poisson"


def _grouped(
    design: Design, matrix: Array, groups: tuple[tuple[str, ...], ...], terms: tuple[tuple[int, ...], ...]
) -> tuple[GroupedRows, Integers, tuple[Integers, ...]]:
    """Rows sorted by cell, the order that sorts them, and the groups of each factor in the order of the engine."""
    columns, n = design.columns, len(matrix)
    places = _varying_places(columns)
    varying = [
        np.array([places.index(place) for number in each for place in columns.terms[number].columns]) for each in terms
    ]
    cells, by_group = cells_of({group: design.groupings[group].codes for group in groups}, n)
    codes = [by_group[group] for group in groups]
    sizes = [len(design.groupings[group].labels) for group in groups]
    memberships = [design.groupings[group].memberships for group in groups]
    levels = None
    if not columns.memberships and all(is_nested(a, b) for a, b in pairwise(codes)) and codes:
        order, levels, orders = nested_levels(codes, varying)
        codes = [np.argsort(ordered)[code[order]] for ordered, code in zip(orders, codes, strict=True)]
        cells = np.argsort(order)[cells]
    else:
        orders = tuple(np.arange(size) for size in sizes)
    by_cell = np.argsort(cells, kind="stable")
    starts = np.searchsorted(cells[by_cell], np.arange(int(cells.max()) + 1))
    factors = tuple(Factor(*each) for each in zip(varying, codes, sizes, memberships, strict=True))
    offset = np.zeros(n) if design.offset is None else design.offset[by_cell]
    fixed = np.asfortranarray(matrix[np.ix_(by_cell, columns.fixed)])
    columns_that_vary = np.ascontiguousarray(matrix[by_cell][:, places].T)
    choice = None
    if levels is None and factors:
        choice = crossed_choice(np.ones((len(places), len(places), len(starts))), factors, groups)
    rows = GroupedRows(fixed, offset, columns_that_vary, starts, factors, levels, choice)
    return rows, by_cell, orders


def without_groups(rows: GroupedRows) -> GroupedRows:
    """The same rows as one cell without random effects."""
    return dataclasses.replace(
        rows, varying=np.zeros((0, rows.n)), starts=np.zeros(1, dtype=np.int64), factors=(), levels=None
    )


def first_guess(model: GeneralisedModel) -> Array:
    """Thresholds and fixed effects when no predictor matters, in working units."""
    outcome, family, k = model.outcome, model.family, model.parameters.n_extra
    found = np.zeros(k + model.parameters.n_fixed)
    fixed = list(model.cross.columns.fixed)
    if k:
        shares = np.cumsum(np.bincount(outcome.values.astype(np.int64), outcome.sizes, k + 1))[:-1]
        found[:k] = _link(outcome.link, shares / outcome.sizes.sum())
    elif 0 not in fixed:
        return found
    elif isinstance(family, PoissonLog):
        counts, exposure = family.counts * family.weights, family.weights * np.exp(model.rows.offset)
        found[fixed.index(0)] = np.log(counts.sum() / exposure.sum())
    else:
        found[fixed.index(0)] = _link(outcome.link, outcome.values.sum() / outcome.sizes.sum())
    return found


def _link(link: str, share: Array) -> Array:
    return np.asarray(scipy.special.logit(share) if link == "logit" else scipy.special.ndtri(share))


def in_units_of_chance(model: GeneralisedModel, fixed: Array) -> tuple[GeneralisedModel, Array]:
    """The model with random effects in units of how far chance alone moves a group, and theta to begin with.

    At the fit without groups a score T = sum(z l') has variance I + v I^2 in a group, with I = sum(z^2 w) and v the
    variance of the effect. The unit of a column is 1 / sqrt(I) in the mean, or sqrt(v) where that is more, so that
    theta is near one in small groups and in large ones. It begins where the scores have it, without correlations.

    Parameters
    ----------
    model : GeneralisedModel
    fixed : array, shape (n_extra + p,)
        Thresholds and fixed effects of the fit without groups.
    """
    rows, extra, beta = model.rows, fixed[: model.parameters.n_extra], fixed[model.parameters.n_extra :]
    if not rows.factors:
        return model, np.zeros(0)
    found = model.family.at(rows.offset + rows.fixed @ beta, extra)
    scores = rows.group_sums(rows.cell_sums(found.first))
    squares = dataclasses.replace(
        rows, varying=rows.varying**2, factors=tuple(factor.squared() for factor in rows.factors)
    )
    information = squares.group_sums(squares.cell_sums(found.weight))
    variances = [
        np.clip((score**2 - size).sum(axis=0) / np.maximum((size**2).sum(axis=0), 1e-300), 0, _MOST)
        for score, size in zip(scores, information, strict=True)
    ]
    units = _units(rows, information, variances)
    starts = [
        np.diag(np.maximum(variance / units[factor.columns] ** 2, _LEAST))
        for factor, variance in zip(rows.factors, variances, strict=True)
    ]
    scale = model.working.scale.copy()
    scale[_varying_places(model.cross.columns)] /= units
    scaled = dataclasses.replace(
        model,
        working=dataclasses.replace(model.working, scale=scale),
        rows=dataclasses.replace(rows, varying=rows.varying * units[:, None]),
    )
    return scaled, model.layout.theta(starts)


def _units(rows: GroupedRows, information: list[Array], variances: list[Array]) -> Array:
    """The unit of each varying column: the root of 1 / I or v, what is larger; the geometric mean over the factors."""
    sizes: list[list[float]] = [[] for _ in rows.varying]
    for factor, size, variance in zip(rows.factors, information, variances, strict=True):
        for column, mean, begin in zip(factor.columns, size.mean(axis=0), variance, strict=True):
            sizes[int(column)].append(float(np.log(max(1 / np.clip(mean, 1e-2, 1e12), begin))))
    return np.exp([sum(logs) / len(logs) / 2 for logs in sizes])


def _varying_places(columns: Columns) -> list[int]:
    """Columns on which random effects work, each once."""
    return sorted({int(place) for term in columns.terms for place in term.columns})
