"""How sure predictions from fixed and random effects are: the mixed model equations, without their matrix.

With X and Z of the rows of the model, W their weights, S the relative covariance matrix of the random effects u,
U = (X'V^-1 X)^-1 and M = (S^-1 + Z'WZ)^-1, the inverse of Henderson's matrix gives for a row with x and z

    var(x'(beta_hat - beta) + z'(u_hat - u)) = sigma2 (h'U h + z'M z)        h = x - X'WZ M z

(Henderson 1975; McLean, Sanders & Stroup 1991). M is never made: it comes group by group from the elimination. Groups
that the model does not know are groups without rows: their part of M is S, the full variance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.criterion import Elimination
from lcresearch.multilevel.crossed_sums import Factor
from lcresearch.multilevel.memberships import Memberships, followed_by, gathered
from lcresearch.multilevel.memberships_alone import crossed_choice, crossed_elimination
from lcresearch.multilevel.model import Model, nested_levels
from lcresearch.multilevel.nested import NestedElimination
from lcresearch.multilevel.nesting import is_nested
from lcresearch.multilevel.person_classes import combined
from lcresearch.multilevel.satterthwaite import Variability
from lcresearch.multilevel.small_matrices import Array

Integers = npt.NDArray[np.int64]
Group = tuple[str, ...]
_ROWS_AT_ONCE = 20_000
_LARGEST_DENSE = 6_000
_STEP = 1e-4


@dataclass(frozen=True)
class ErrorTerms:
    """The parts of the error variance of predictions, relative to the residual variance, in working units.

    Attributes
    ----------
    x : array, shape (n, p)
    h : array, shape (n, p)
        What is left of x after the random effects; X'V^-1 is this times the weights.
    unscaled : array, shape (p, p)
        U.
    given_fixed : array, shape (n,)
        z'M z: the error when the fixed effects were known.
    """

    x: Array
    h: Array
    unscaled: Array
    given_fixed: Array

    @property
    def total(self) -> Array:
        """Error variances, shape (n,)."""
        return np.einsum("na,ab,nb->n", self.h, self.unscaled, self.h) + self.given_fixed

    @property
    def of_fixed(self) -> Array:
        """x'U h, shape (n,): times the weight of the row its leverage on the fixed part."""
        return np.einsum("na,ab,nb->n", self.x, self.unscaled, self.h)


@dataclass(frozen=True)
class _Cells:
    """An elimination over the cells of the model and those of new rows.

    Attributes
    ----------
    elimination : Elimination
    sums : array, shape (m, m, n_cells)
        In its order; zero for cells without rows.
    cell : array of int, shape (n,)
        Of each new row.
    places : list of array of int, shape (n,)
        Place of the group of each new row, or its pattern, a factor each.
    memberships : list of Memberships or None
        Patterns, for the same.
    """

    elimination: Elimination
    sums: Array
    cell: Integers
    places: list[Integers]
    memberships: list[Memberships | None]


class PredictionError:
    """Error variances of predictions for rows, for any relative covariance matrices.

    Parameters
    ----------
    model : Model
    matrix : array, shape (n, m)
        The columns A of the rows in the units of the data; that of the outcome does not count.
    codes : mapping of tuple of str to array of int, shape (n,)
        Grouping factor -> code of the group of each row, -1 for one that the model does not know; of multiple
        membership its pattern.
    factors : sequence of tuple of str, optional
        The factors whose random effects are predicted; all unless given. In nested models the outermost ones.
    memberships : mapping of tuple of str to Memberships, optional
        Patterns of the rows, where these are not those of the model; groups that it does not know come behind its own.

    Raises
    ------
    MultilevelError
        L090 when the rows cross factors that are nested in the model, and there are too many groups for that.
    """

    def __init__(
        self,
        model: Model,
        matrix: Array,
        codes: Mapping[Group, Integers],
        factors: Sequence[Group] | None = None,
        memberships: Mapping[Group, Memberships] | None = None,
    ) -> None:
        self._fixed = model.criterion.fixed
        self._rows = matrix @ model.working.map
        self._rows[:, model.cross.columns.response] = 0
        self._varying = _varying(model)
        self._counted = [place for place, group in enumerate(model.groups) if factors is None or group in factors]
        self._cells = _cells(model, *_with_patterns(model, codes, memberships or {}))

    def terms(self, covariances: Sequence[Array]) -> ErrorTerms:
        """The parts of the error variances, for relative covariance matrices in working units, a factor each."""
        cells, x = self._cells, self._rows[:, self._fixed]
        _, top, steps = cells.elimination.evaluate(covariances)
        unscaled = np.linalg.inv(top[np.ix_(self._fixed, self._fixed)])
        h = x.copy()
        for j, column in enumerate(self._fixed):
            effects = cells.elimination.solve(steps, cells.sums[:, column])
            for place in self._counted:
                own = self._rows[:, self._varying[place]]
                found = gathered(effects[place], cells.places[place], cells.memberships[place])
                h[:, j] -= np.einsum("nq,nq->n", own, found)
        spread = cells.elimination.spread(steps, self._counted)
        given = np.empty(len(x))
        for start in range(0, len(x), _ROWS_AT_ONCE):
            rows = slice(start, start + _ROWS_AT_ONCE)
            a = self._rows[rows]
            given[rows] = np.einsum("na,abn,nb->n", a, spread[:, :, cells.cell[rows]], a, optimize=True)
        return ErrorTerms(x, h, unscaled, np.maximum(given, 0))


def satterthwaite_df(error: PredictionError, model: Model, theta: Array, known: Variability, extra: Array) -> Array:
    """Degrees of freedom of error variances (Giesbrecht & Burns 1985), shape (n,), with central differences in theta.

    Parameters
    ----------
    error : PredictionError
    model : Model
    theta : array
        At the optimum.
    known : Variability
        With the covariance matrix of theta and the logarithm of the residual variance.
    extra : array, shape (n,)
        What is added to the error relative to the residual variance: zero, or one divided by the weight.
    """

    def at(point: Array) -> Array:
        return error.terms(model.criterion.layout.covariances(point)).total + extra

    variances = at(theta)
    slopes = np.empty((len(variances), len(theta) + 1))
    for place in range(len(theta)):
        step = np.zeros(len(theta))
        step[place] = _STEP * max(abs(float(theta[place])), 0.1)
        slopes[:, place] = (at(theta + step) - at(theta - step)) / (2 * step[place])
    slopes[:, -1] = variances
    spread = np.einsum("nk,kl,nl->n", slopes, known.parameters, slopes)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(spread > 0, 2 * variances**2 / spread, np.inf)


def _varying(model: Model) -> list[Integers]:
    terms = model.cross.columns.terms
    return [np.concatenate([terms[place].columns for place in each]) for each in model.terms]


def _with_patterns(
    model: Model, codes: Mapping[Group, Integers], more: Mapping[Group, Memberships]
) -> tuple[list[Integers], list[Memberships | None]]:
    """Codes and patterns of each factor; patterns of new rows stand behind those of the model."""
    known = model.cross.memberships
    joined = {group: followed_by(known[group], found) for group, found in more.items()}
    moved = {group: codes[group] + len(known[group].groups) for group in more}
    return [{**codes, **moved}[group] for group in model.groups], [
        joined.get(group, known.get(group)) for group in model.groups
    ]


def _cells(model: Model, codes: list[Integers], memberships: list[Memberships | None]) -> _Cells:
    """Cells for all rows: those of the model where it has them, cells without rows elsewhere."""
    cross = model.cross
    own = [cross.codes[group] for group in model.groups]
    n_cells = cross.sums.shape[2]
    kinds, first = combined(codes, len(codes[0]))
    kind_codes = [each[first] for each in codes]
    classes, _ = combined([np.concatenate([a, b]) for a, b in zip(own, kind_codes, strict=True)], n_cells + len(first))
    place_of = np.full(int(classes.max()) + 1, -1, dtype=np.int64)
    place_of[classes[:n_cells]] = np.arange(n_cells)
    place = place_of[classes[n_cells:]]
    new = np.flatnonzero(place < 0)
    place[new] = n_cells + np.arange(len(new))
    sums = model.working.sums(cross)
    if not len(new):
        return _of_model(model, sums, place[kinds], codes, memberships)
    sums = np.concatenate([sums, np.zeros((*sums.shape[:2], len(new)))], axis=2)
    sizes = [len(cross.labels[group]) for group in model.groups]
    if model.nested:
        numbered = [_each_new(each, size, new) for each, size in zip(kind_codes, sizes, strict=True)]
        joined = [np.concatenate([a, b[new]]) for a, b in zip(own, numbered, strict=True)]
        if all(is_nested(a, b) for a, b in pairwise(joined)) and len(np.unique(joined[0])) == len(joined[0]):
            return _nested(model, sums, joined, place[kinds], [each[kinds] for each in numbered])
        if sum(size * len(columns) for size, columns in zip(sizes[1:], _varying(model)[1:], strict=True)) > (
            _LARGEST_DENSE
        ):
            raise MultilevelError("L090", groups=[":".join(group) for group in model.groups])
    numbered = [np.where(each < 0, size, each) for each, size in zip(kind_codes, sizes, strict=True)]
    joined = [np.concatenate([a, b[new]]) for a, b in zip(own, numbered, strict=True)]
    counts = [
        size + 1 if found is None else max(size, int(found.groups.max()) + 1)
        for found, size in zip(memberships, sizes, strict=True)
    ]
    factors = [Factor(*each) for each in zip(_varying(model), joined, counts, memberships, strict=True)]
    elimination = crossed_elimination(sums, factors, crossed_choice(sums, factors, model.groups))
    return _Cells(elimination, sums, place[kinds], [each[kinds] for each in numbered], memberships)


def _each_new(codes: Integers, size: int, new: Integers) -> Integers:
    """Codes in which each unknown group of a new cell is a group of its own."""
    found = codes.copy()
    unknown = new[codes[new] < 0]
    found[unknown] = size + np.arange(len(unknown))
    return found


def _of_model(
    model: Model, sums: Array, cell: Integers, codes: list[Integers], memberships: list[Memberships | None]
) -> _Cells:
    """The elimination of the model itself, as all cells have rows in it."""
    if not model.nested:
        return _Cells(model.criterion.elimination, sums, cell, codes, memberships)
    places = [_back(order)[code] for order, code in zip(model.order, codes, strict=True)]
    order = np.lexsort([model.cross.codes[group] for group in model.groups])
    return _Cells(model.criterion.elimination, sums[:, :, order], _back(order)[cell], places, memberships)


def _nested(model: Model, sums: Array, joined: list[Integers], cell: Integers, codes: list[Integers]) -> _Cells:
    order, levels, orders = nested_levels(joined, _varying(model))
    sums = sums[:, :, order]
    places = [_back(each)[code] for each, code in zip(orders, codes, strict=True)]
    return _Cells(NestedElimination(sums, levels), sums, _back(order)[cell], places, [None] * len(places))


def _back(order: Integers) -> Integers:
    """The inverse of a permutation."""
    found = np.empty(len(order), dtype=np.int64)
    found[order] = np.arange(len(order))
    return found
