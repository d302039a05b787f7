"""From sums of products to a criterion: which factor is eliminated first, and whether the model can be identified."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
import numpy.typing as npt

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.covariance import CovarianceLayout
from lcresearch.multilevel.criterion import Criterion, Elimination
from lcresearch.multilevel.crossed import CrossedElimination
from lcresearch.multilevel.crossed_sums import Factor
from lcresearch.multilevel.crossproducts import Crossproducts
from lcresearch.multilevel.derivation import Expansion
from lcresearch.multilevel.memberships_alone import MembershipsAlone, crossed_choice, crossed_elimination
from lcresearch.multilevel.nested import Level, NestedElimination, NestedSums
from lcresearch.multilevel.nesting import is_nested
from lcresearch.multilevel.small_matrices import Array
from lcresearch.multilevel.starting_values import starting_theta
from lcresearch.multilevel.summed_persons import SummedElimination
from lcresearch.multilevel.working import Working, working_units
from lcresearch.multilevel.working_sums import SumsUnderneath, WholeSums, WorkingSums

Integers = npt.NDArray[np.int64]
_COLLINEAR = 1e-11
_COLLINEAR_GROUPS = 1e-9
_COLUMN_OF_ZEROS = 1e-12
_PERFECT = 1e-13


@dataclass(frozen=True)
class Model:
    """A criterion in working units with what is needed to read its results.

    Attributes
    ----------
    cross : Crossproducts
    working : Working
    criterion : Criterion
    groups : tuple of tuple of str
        Grouping factors in the order of elimination: that of the covariance matrices.
    terms : tuple of tuple of int
        For each grouping factor the places of its terms in ``cross.columns.terms``.
    start : array
        Theta at which the search begins.
    order : tuple of array
        For each grouping factor, the codes of its groups in the order of the engine.
    """

    cross: Crossproducts
    working: Working
    criterion: Criterion
    groups: tuple[tuple[str, ...], ...]
    terms: tuple[tuple[int, ...], ...]
    order: tuple[Integers, ...]
    start: Array

    @property
    def nested(self) -> bool:
        """Whether each grouping factor lies within the next."""
        return isinstance(self.criterion.elimination, NestedElimination)

    @property
    def n_dense(self) -> int:
        """Order of the largest dense matrix in which random effects are eliminated together."""
        elimination = self.criterion.elimination
        return elimination.dense_size if isinstance(elimination, (CrossedElimination, MembershipsAlone)) else 0


def model_of(cross: Crossproducts, *, reml: bool) -> Model:
    """The criterion of a model over its sums of products.

    Raises
    ------
    MultilevelError
        L010 to L019, when the model cannot be identified; L100 when its effects do not fit in memory.
    """
    columns = cross.columns
    if not columns.terms:
        raise MultilevelError("L016", formula=cross.formula)
    working = working_units(cross)
    total = working.total(cross)
    _check_identified(cross, total)
    under = cross.underneath
    whole = WholeSums(cross, working)
    sums: WorkingSums = whole if under is None else SumsUnderneath(under, cross.shift - working.shift, working.scale)
    check_apart_from_fixed(cross, sums, total)
    groups = tuple(sorted(columns.groups, key=lambda group: _rank(cross, group)))
    terms = tuple(
        tuple(place for place, term in enumerate(columns.terms) if term.term.group == group) for group in groups
    )
    layout = CovarianceLayout(tuple(tuple(len(columns.terms[place].columns) for place in each) for each in terms))
    varying = [np.concatenate([columns.terms[place].columns for place in each]) for each in terms]
    elimination: Elimination
    codes = _codes(cross)
    factors = [
        Factor(found, codes[group], len(cross.labels.get(group, codes[group])), cross.memberships.get(group))
        for group, found in zip(groups, varying, strict=True)
    ]
    if not cross.memberships and all(is_nested(codes[a], codes[b]) for a, b in pairwise(groups)):
        elimination, order = _nested(whole, sums, [codes[group] for group in groups], varying)
    elif cross.persons is not None:
        raise MultilevelError("L047", persons=":".join(cross.persons.group))
    else:
        by_cell = working.sums(cross)
        elimination = crossed_elimination(by_cell, factors, crossed_choice(by_cell, factors, groups))
        order = tuple(np.arange(len(cross.labels[group])) for group in groups)
    response = np.zeros(len(columns.names))
    response[columns.response] = 1
    criterion = Criterion(elimination, layout, columns.fixed, response, cross.n, reml, cross.log_weights)
    _check_imperfect(criterion, total)
    counts = None if cross.persons is None else cross.persons.counts
    start = starting_theta(criterion, total, sums, factors, counts)
    return Model(cross, working, criterion, groups, terms, order, start)


def _rank(cross: Crossproducts, group: tuple[str, ...]) -> tuple[bool, bool, int]:
    """Summed persons first, then large factors before small ones, multiple membership last."""
    summed = cross.persons is not None and cross.persons.group == group
    return not summed, group in cross.memberships, -cross.n_groups[group]


def _codes(cross: Crossproducts) -> dict[tuple[str, ...], Integers]:
    """The group of each cell for all factors; for summed persons the cell itself."""
    codes = dict(cross.codes)
    if cross.persons is not None:
        codes[cross.persons.group] = np.arange(cross.n_cells)
    return codes


def _nested(
    whole: WholeSums, sums: WorkingSums, codes: list[Integers], varying: list[Integers]
) -> tuple[NestedElimination, tuple[Integers, ...]]:
    order, levels, orders = nested_levels(codes, varying)
    if isinstance(sums, SumsUnderneath) and (n_under := sums.derivation.lowest_levels(codes, varying)):
        return _nested_underneath(sums, n_under, codes, varying), orders
    finest, persons = levels[0], whole.cross.persons
    parents = np.empty_like(order)
    parents[order] = finest.parent
    found = NestedSums(whole.rows(finest.columns)[:, :, order], whole.summed(parents, len(finest.starts)))
    if persons is None:
        return NestedElimination(found, levels), orders
    places = np.searchsorted(persons.columns, varying[0])
    products = whole.products[:, places][:, :, :, places]
    return SummedElimination(found, products[..., order], persons.counts[order], levels), orders


def _nested_underneath(
    sums: SumsUnderneath, n_under: int, codes: list[Integers], varying: list[Integers]
) -> NestedElimination:
    """The same with some levels, the finest, in the columns of which others were derived."""
    own = [sums.map.source[columns] if level < n_under else columns for level, columns in enumerate(varying)]
    order, levels, orders = nested_levels(codes, own)
    first = np.unique(codes[n_under], return_index=True)[1][orders[n_under]]
    expansion = Expansion(n_under - 1, sums.map.matrices(first, len(sums.sums)))
    found, persons = sums.sums[:, :, order], sums.derivation.persons
    if persons is None:
        return NestedElimination(found, levels, expansion)
    places = np.searchsorted(persons.columns, own[0])
    products = sums.products[:, places][:, :, :, places]
    return SummedElimination(found, products[..., order], persons.counts[order], levels, expansion)


def nested_levels(
    codes: list[Integers], varying: list[Integers]
) -> tuple[Integers, tuple[Level, ...], tuple[Integers, ...]]:
    """Groups sorted so that those of one parent stand together, on all levels.

    Parameters
    ----------
    codes : list of array of int, shape (n_cells,)
        Group of each cell, the finest factor first; its groups are the cells.
    varying : list of array of int
        Columns that vary, for the same.

    Returns
    -------
    order : array of int, shape (n_cells,)
        The cells as the levels have them.
    levels : tuple of Level
    orders : tuple of array of int
        For each level the codes of its groups, in its order.
    """
    order = np.lexsort(codes)
    levels, orders = [], []
    current = [code[order] for code in codes]
    for place, found in enumerate(varying):
        orders.append(current[place])
        if place + 1 < len(varying):
            parent = current[place + 1]
            changes = np.r_[True, parent[1:] != parent[:-1]]
            starts = np.flatnonzero(changes)
            levels.append(Level(found, starts, np.cumsum(changes) - 1))
            current = [each[starts] for each in current]
        else:
            levels.append(Level(found, np.zeros(1, dtype=np.int64), np.zeros(len(current[place]), dtype=np.int64)))
    return order, tuple(levels), tuple(orders)


def _check_identified(cross: Crossproducts, total: Array) -> None:
    columns = cross.columns
    if total[columns.response, columns.response] <= 0:
        raise MultilevelError("L010", outcome=columns.names[-1])
    check_terms(cross, total)


def check_apart_from_fixed(cross: Crossproducts, sums: WorkingSums, total: Array) -> None:
    """Refuse a random term whose groups the fixed part already tells apart, each with an effect of its own.

    Parameters
    ----------
    cross : Crossproducts
    sums : WorkingSums
    total : array, shape (m, m)
        Sums of products over all rows, in working units.

    Raises
    ------
    MultilevelError
        L039.
    """
    fixed = cross.columns.fixed
    for term in cross.columns.terms:
        group = term.term.group
        if group not in cross.codes or group in cross.memberships or len(cross.labels[group]) > len(fixed):
            continue
        codes, n_groups = cross.codes[group], len(cross.labels[group])
        inverse = np.linalg.pinv(total[np.ix_(fixed, fixed)], hermitian=True)
        for column, name, row in zip(term.columns, term.names, sums.rows(term.columns), strict=True):
            own = row[column].sum()
            crossing = np.stack([np.bincount(codes, row[place], n_groups) for place in fixed])
            if own - np.einsum("ag,ab,bg->", crossing, inverse, crossing) < _COLLINEAR_GROUPS * own:
                raise MultilevelError("L039", term=_written(name, term.term.label), group=term.term.label)


def check_terms(cross: Crossproducts, total: Array, *, saturated: bool = False) -> None:
    """Refuse terms that cannot be identified.

    Parameters
    ----------
    cross : Crossproducts
    total : array, shape (m, m)
        Sums of products over all rows, in working units.
    saturated : bool
        Whether there may be as many random effects as rows: where an outcome tells how much it varies by chance.

    Raises
    ------
    MultilevelError
        L011 to L015; L125 for two terms with the same effects.
    """
    columns = cross.columns
    for group in columns.groups:
        if cross.n_groups[group] < 2:
            raise MultilevelError("L011", group=":".join(group))
        if group in cross.memberships and (cross.codes[group] == cross.codes[group][0]).all():
            raise MultilevelError("L074", group=":".join(group))
    _check_apart(cross)
    for term in columns.terms:
        n_effects = len(term.columns) * cross.n_groups[term.term.group]
        if n_effects > cross.n or (n_effects == cross.n and not saturated):
            written = _written(term.term.left, term.term.label)
            raise MultilevelError("L012", term=written, n_effects=n_effects, n=cross.n)
        extra = collinear(total[np.ix_(term.columns, term.columns)], _COLUMN_OF_ZEROS * total[0, 0])
        if extra:
            names = [term.names[place] for place in extra]
            raise MultilevelError("L013", term=_written(term.term.left, term.term.label), columns=names)
    extra = collinear(total[np.ix_(columns.fixed, columns.fixed)], _COLUMN_OF_ZEROS * total[0, 0])
    if extra:
        names = [columns.fixed_names[place] for place in extra]
        raise MultilevelError("L014", columns=names)
    if cross.n <= len(columns.fixed):
        raise MultilevelError("L015", n=cross.n, n_fixed=len(columns.fixed))


def _check_apart(cross: Crossproducts) -> None:
    """Refuse two terms of one grouping factor with an effect in common: only the sum of their variances is known."""
    for one, other in combinations(cross.columns.terms, 2):
        both = [name for name in one.names if name in other.names]
        if one.term.group == other.term.group and both:
            written = [_written(term.term.left, term.term.label) for term in (one, other)]
            raise MultilevelError("L125", terms=written, columns=both)


def _check_imperfect(criterion: Criterion, total: Array) -> None:
    """Refuse an outcome that the fixed part explains in full."""
    vector = criterion.residual(total)
    if vector @ total @ vector <= _PERFECT * (criterion.response @ total @ criterion.response):
        raise MultilevelError("L019")


def collinear(products: Array, nothing: float = 0.0) -> list[int]:
    """Columns that those before them explain, from their sums of products; also those whose squares add to nothing."""
    q = len(products)
    left = products.copy()
    size = np.diagonal(products).copy()
    found = []
    for k in range(q):
        if size[k] <= nothing or left[k, k] <= _COLLINEAR * size[k]:
            found.append(k)
            continue
        left = left - np.outer(left[:, k], left[k]) / left[k, k]
    return found


def _written(left: str, label: str) -> str:
    return f"({left} | {label})"
