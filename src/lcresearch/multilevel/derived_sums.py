"""Sums of products of a model whose columns are chosen from those of another, or made of them cell by cell.

A column x that was shifted by s, times a number f that is the same for all rows of a cell, about a shift t of its own:

    x f - t = (x - s) f + (s f - t) 1

So with A = [1 Z X y] of the rows of a cell, the new columns are A F with a matrix F a cell that has two entries a
column, and their sums of products are F'(A'A) F: no row is needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.crossproducts import Crossproducts, Persons, memberships_of
from lcresearch.multilevel.derivation import Derivation
from lcresearch.multilevel.design import INTERCEPT, Columns, TermColumns
from lcresearch.multilevel.formula import RandomTerm, parse, quoted
from lcresearch.multilevel.groupings import Grouping, cell_groupings
from lcresearch.multilevel.person_classes import classes_of, combined, summed_symmetric, varying_columns
from lcresearch.multilevel.small_matrices import Array

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class DerivedColumn:
    """A column of the sums times a number a cell: an interaction with a dummy of the sector, or the dummy itself.

    Attributes
    ----------
    name : str
    source : str
        A column of the sums; ``Intercept`` for a column that is the factor itself.
    factor : array, shape (n_cells,)
        The number of each cell, in the order of ``Crossproducts.cells``.
    """

    name: str
    source: str
    factor: npt.ArrayLike


def derived_sums(
    cross: Crossproducts,
    terms: Mapping[str, Sequence[str]],
    random: Sequence[tuple[str, Sequence[str]]],
    columns: Sequence[DerivedColumn] = (),
) -> Crossproducts:
    """Sums of products of another model of the same rows and outcome, without these rows.

    Columns and random terms that are not named are left out, so that the model of one element with its confounders
    comes from the sums of a model of all elements. The result adds, saves and fits like sums that were made of rows:
    ``fit_lmm(found.formula, found)``. Its tests by term are those of the columns of each term, the others held; main
    effects beside products with dummies are those of the reference.

    Parameters
    ----------
    cross : Crossproducts
    terms : mapping of str to sequence of str
        Term of the fixed part -> its columns, by name: those of the sums and derived ones; ``Intercept`` for the
        constant, which is not in the model unless it is named.
    random : sequence of (str, sequence of str)
        Grouping factor, such as ``consortium`` or ``consortium:community``, and the columns whose effects vary over its
        groups, with all covariances; several entries of one factor are independent of each other.
    columns : sequence of DerivedColumn

    Raises
    ------
    MultilevelError
        L139 for a column that the sums do not have, or one that is named twice; L140 for a name that a derived column
        cannot have; L141 for a factor that is not one finite number a cell; L142 for a grouping factor that the sums do
        not have; L143 for effects of summed persons on a column that did not vary over them.

    Examples
    --------
    Invented answers of two firms in each of two sectors; the effect of hours in the second differs:

    >>> import numpy as np
    >>> import pandas as pd
    >>> from lcresearch.multilevel import crossproducts
    >>> rng = np.random.default_rng(3)
    >>> rows = pd.DataFrame({"firm": np.repeat(list("ABCD"), 20), "hours": rng.integers(1, 9, 80)})
    >>> care = rows["firm"].isin(["C", "D"])
    >>> rows["score"] = 3 + 0.2 * rows["hours"] + 0.5 * care * rows["hours"] + rng.normal(0, 0.5, 80)
    >>> cross = crossproducts("score ~ hours + (1 | firm)", rows)
    >>> in_care = cross.cells["firm"].isin(["C", "D"]).to_numpy()
    >>> found = derived_sums(
    ...     cross,
    ...     {"Intercept": ["Intercept"], "hours": ["hours"], "care": ["care"], "hours:care": ["hours:care"]},
    ...     [("firm", ["Intercept"])],
    ...     [DerivedColumn("care", "Intercept", in_care), DerivedColumn("hours:care", "hours", in_care)],
    ... )
    >>> found.formula
    'score ~ 1 + hours + care + `hours:care` + (1 | firm)'
    """
    change = _change(cross, terms, random, columns)
    groupings, persons_stay = _groupings(cross, change.columns)
    codes = {group: found.codes for group, found in groupings.items()}
    n_cells = cross.sums.shape[2]
    if cross.persons is not None and persons_stay:
        own, counts = varying_columns(change.columns, cross.persons.group), cross.persons.counts
        cells, first = classes_of(codes, change.part(own).sums(cross, np.arange(n_cells), n_cells), counts)
        persons = _persons(change, own, cross.persons, cells, len(first))
    else:
        (cells, first), persons = combined(list(codes.values()), n_cells), None
    sums = change.sums(cross, cells, len(first))
    return replace(
        cross,
        formula=_formula(cross, change.columns),
        columns=change.columns,
        shift=change.shift,
        sums=sums,
        derivation=_derivation(cross, change, sums, persons, cells, first),
        codes={group: code[first] for group, code in codes.items()},
        labels={group: found.labels for group, found in groupings.items()},
        hypotheses=_hypotheses(change.columns, terms),
        persons=persons,
        memberships=memberships_of(groupings),
    )


@dataclass(frozen=True)
class _Change:
    """How the new columns are made: each the old one at ``source`` times ``factor``, plus ``constant`` times 1.

    Attributes
    ----------
    columns : Columns
    shift : array, shape (m,)
    source : array of int, shape (m,)
    factor, constant : array, shape (m, n_cells)
    """

    columns: Columns
    shift: Array
    source: Integers
    factor: Array
    constant: Array

    def part(self, places: Integers) -> _Change:
        """The same for some of the new columns."""
        rows = (self.shift[places], self.source[places], self.factor[places], self.constant[places])
        return _Change(self.columns, *rows)

    def sums(self, cross: Crossproducts, cells: Integers, n: int) -> Array:
        """Sums of products of the new columns over the cells with one code, shape (m, m, n)."""
        m = len(self.source)
        found = np.empty((m, m, n))
        for i in range(m):
            row = cross.sums[self.source[i]] * self.factor[i] + cross.sums[0] * self.constant[i]
            for j in range(i + 1):
                entry = row[self.source[j]] * self.factor[j] + row[0] * self.constant[j]
                found[i, j] = found[j, i] = np.bincount(cells, entry, n)
        return found

    def along(self, axis: int, products: Array, places: Integers) -> Array:
        """Products, shape (..., n_cells), with the new columns along an axis on which old columns have these places."""
        shape = [len(self.source) if each == axis else 1 for each in range(products.ndim - 1)]
        at = np.searchsorted(places, self.source)
        own = np.take(products, at, axis=axis) * self.factor.reshape(*shape, -1)
        return own + np.take(products, [0], axis=axis) * self.constant.reshape(*shape, -1)


def _change(
    cross: Crossproducts,
    terms: Mapping[str, Sequence[str]],
    random: Sequence[tuple[str, Sequence[str]]],
    columns: Sequence[DerivedColumn],
) -> _Change:
    """The new columns, from the names of those of each term."""
    old, n_cells = list(cross.columns.names[:-1]), cross.sums.shape[2]
    made = _made(cross, columns)
    fixed = [name for each in terms.values() for name in each]
    effects = [name for _, each in random for name in each]
    unknown = [name for name in dict.fromkeys([*fixed, *effects]) if name not in made and name not in old]
    again = [*_repeated(fixed), *(name for _, each in random for name in _repeated(each))]
    if unknown or again or not all(each for _, each in random):
        raise MultilevelError("L139", found=[*unknown, *again], known=[*old, *made])
    names = list(dict.fromkeys([INTERCEPT, *fixed, *effects, cross.columns.names[-1]]))
    sources = [made[name].source if name in made else name for name in names]
    source = np.array([cross.columns.names.index(name) for name in sources], dtype=np.int64)
    factor, moved = np.ones((len(names), n_cells)), cross.shift[source]
    for place, name in enumerate(names):
        if name in made:
            factor[place] = np.asarray(made[name].factor, dtype=float)
    totals = ((cross.sums[0, source] + moved[:, None] * cross.sums[0, 0]) * factor).sum(axis=1)
    derived = np.array([name in made for name in names])
    shift = np.where(derived, totals / cross.sums[0, 0].sum(), moved)
    constant = np.where(derived[:, None], moved[:, None] * factor - shift[:, None], 0.0)
    places = np.array([names.index(name) for name in fixed], dtype=np.int64)
    found = tuple(_term(cross, label, tuple(each), names) for label, each in random)
    return _Change(Columns(tuple(names), places, found), shift, source, factor, constant)


def _made(cross: Crossproducts, columns: Sequence[DerivedColumn]) -> dict[str, DerivedColumn]:
    """The derived columns by name, after a look at each."""
    known, n_cells = cross.columns.names, cross.sums.shape[2]
    found: dict[str, DerivedColumn] = {}
    for column in columns:
        if not column.name or column.name in known or column.name in found or "`" in column.name:
            raise MultilevelError("L140", found=column.name, known=[*known, *found])
        if column.source not in known[:-1]:
            raise MultilevelError("L139", found=[column.source], known=list(known[:-1]))
        try:
            factor = np.asarray(column.factor, dtype=float)
        except (TypeError, ValueError) as error:
            raise MultilevelError("L141", column=column.name, n=n_cells, found=type(column.factor).__name__) from error
        if factor.shape != (n_cells,) or not np.isfinite(factor).all():
            what = str(factor.shape) if factor.shape != (n_cells,) else "NaN, inf"
            raise MultilevelError("L141", column=column.name, n=n_cells, found=what)
        found[column.name] = column
    return found


def _repeated(names: Sequence[str]) -> list[str]:
    return [name for place, name in enumerate(names) if name in names[:place]]


def _term(cross: Crossproducts, label: str, effects: tuple[str, ...], names: list[str]) -> TermColumns:
    """A random term over a grouping factor of the sums."""
    old = {term.term.label: term.term for term in cross.columns.terms}
    group = tuple(label.split(":"))
    if label not in old and not all(name in cross.cells for name in group):
        raise MultilevelError("L142", found=label, known=list(dict.fromkeys([*old, *map(str, cross.cells)])))
    left = " + ".join(["1" if name == INTERCEPT else quoted(name) for name in effects])
    left = left if INTERCEPT in effects else f"0 + {left}"
    term = replace(old[label], left=left) if label in old else RandomTerm(left, group)
    return TermColumns(term, np.array([names.index(name) for name in effects], dtype=np.int64), effects)


def _groupings(cross: Crossproducts, columns: Columns) -> tuple[dict[tuple[str, ...], Grouping], bool]:
    """Groups of the cells for each factor that stays, and whether summed persons do."""
    persons = None if cross.persons is None else cross.persons.group
    new = [group for group in columns.groups if group != persons and group not in cross.codes]
    made = cell_groupings(cross.cells, new, ())
    found = {
        group: made[group]
        if group in made
        else Grouping(cross.codes[group], cross.labels[group], cross.memberships.get(group))
        for group in columns.groups
        if group != persons
    }
    return found, persons in columns.groups


def _persons(change: _Change, own: Integers, persons: Persons, cells: Integers, n: int) -> Persons:
    """Products of summed persons after the change."""
    old = persons.columns
    far = [place for place in own if change.source[place] not in old]
    if far:
        names = [change.columns.names[place] for place in far]
        raise MultilevelError("L143", columns=names, persons=":".join(persons.group))
    every, some = np.arange(persons.products.shape[0]), change.part(own)
    products = persons.products
    for axis, (part, places) in enumerate([(change, every), (some, old)] * 2):
        products = part.along(axis, products, places)
    m, e = products.shape[:2]
    flat = products.reshape(m * e, m * e, -1)
    summed = summed_symmetric(lambda i, j: flat[i, j], m * e, cells, n)
    return Persons(persons.group, own, np.bincount(cells, persons.counts, n), summed.reshape(m, e, m, e, n))


def _derivation(
    cross: Crossproducts, change: _Change, of: Array, persons: Persons | None, cells: Integers, first: Integers
) -> Derivation | None:
    """What the columns were made of; nothing where cells that were taken together have different factors."""
    used, source = np.unique(change.source, return_inverse=True)
    if len(used) == len(source) or not all(
        np.array_equal(each, each[:, first][:, cells]) for each in (change.factor, change.constant)
    ):
        return None
    m0 = len(used)
    sums = summed_symmetric(lambda i, j: cross.sums[used[i], used[j]], m0, cells, len(first))
    under = None
    if persons is not None and cross.persons is not None:
        own = np.flatnonzero(np.isin(used, cross.persons.columns))
        at = np.searchsorted(cross.persons.columns, used[own])
        products = cross.persons.products[used][:, at][:, :, used][:, :, :, at]
        m, e = products.shape[:2]
        flat = products.reshape(m * e, m * e, -1)
        summed = summed_symmetric(lambda i, j: flat[i, j], m * e, cells, len(first))
        under = Persons(persons.group, own, persons.counts, summed.reshape(m, e, m, e, -1))
    return Derivation(of, sums, under, source, change.factor[:, first], change.constant[:, first])


def _formula(cross: Crossproducts, columns: Columns) -> str:
    """The formula of the new columns; names that are no plain ones stand in backticks."""
    parsed = parse(cross.formula)
    names = ["1" if name == INTERCEPT else quoted(name) for name in columns.fixed_names]
    parts = names if INTERCEPT in columns.fixed_names else ["0", *names]
    parts += [f"offset({offset})" for offset in parsed.offsets]
    parts += [f"({each.term.left} | {each.term.group_text})" for each in columns.terms]
    return f"{parsed.response} ~ {' + '.join(parts)}"


def _hypotheses(columns: Columns, terms: Mapping[str, Sequence[str]]) -> dict[str, Array]:
    """Of each term but the constant, that all its columns have no effect."""
    names, each = list(columns.fixed_names), np.eye(len(columns.fixed))
    return {
        term: each[[names.index(name) for name in own]]
        for term, own in terms.items()
        if own and list(own) != [INTERCEPT]
    }
