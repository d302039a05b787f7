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
from lcresearch.multilevel.crossproducts import Crossproducts, Persons, memberships_of, with_derivation
from lcresearch.multilevel.derivation import CellMap, Derivation
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

    See also
    --------
    derived_sums : Takes such columns.
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

    Returns
    -------
    Crossproducts
        Those that :func:`crossproducts` would give of the rows.

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
    made, shift, change = _change(cross, terms, random, columns)
    groupings, persons_stay = _groupings(cross, made)
    codes = {group: found.codes for group, found in groupings.items()}
    persons = cross.persons if persons_stay else None
    if persons is not None:
        own = varying_columns(made, persons.group)
        _check_persons(made, change, persons, own)
        squares = change.part(own).sums(cross.sums, np.arange(cross.n_cells), cross.n_cells)
        cells, first = classes_of(codes, squares, persons.counts)
        persons = Persons(persons.group, own, np.bincount(cells, persons.counts), np.zeros(0))
    else:
        cells, first = combined(list(codes.values()), cross.n_cells)
    found = replace(
        cross,
        formula=_formula(cross, made),
        columns=made,
        shift=shift,
        sums=np.zeros(0),
        derivation=None,
        codes={group: code[first] for group, code in codes.items()},
        labels={group: found.labels for group, found in groupings.items()},
        hypotheses=_hypotheses(made, terms),
        persons=persons,
        memberships=memberships_of(groupings),
    )
    if change.same_within(cells):
        return with_derivation(found, _derivation(cross, change, persons, cells, first))
    sums = change.sums(cross.sums, cells, len(first))
    if persons is not None and cross.persons is not None:
        products = change.products(cross.persons.products, cross.persons.columns, persons.columns)
        persons = replace(persons, products=_summed(products, cells, len(first)))
    return replace(found, sums=sums, persons=persons)


def _change(
    cross: Crossproducts,
    terms: Mapping[str, Sequence[str]],
    random: Sequence[tuple[str, Sequence[str]]],
    columns: Sequence[DerivedColumn],
) -> tuple[Columns, Array, CellMap]:
    """The new columns, their shifts, and how they are made, from the names of those of each term."""
    old, n_cells = list(cross.columns.names[:-1]), cross.n_cells
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
    return Columns(tuple(names), places, found), shift, CellMap(source, factor, constant)


def _made(cross: Crossproducts, columns: Sequence[DerivedColumn]) -> dict[str, DerivedColumn]:
    """The derived columns by name, after a look at each."""
    known, n_cells = cross.columns.names, cross.n_cells
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


def _check_persons(made: Columns, change: CellMap, persons: Persons, own: Integers) -> None:
    """Refuse effects of summed persons on columns that did not vary over them."""
    far = [made.names[place] for place in own if change.source[place] not in persons.columns]
    if far:
        raise MultilevelError("L143", columns=far, persons=":".join(persons.group))


def _derivation(
    cross: Crossproducts, change: CellMap, persons: Persons | None, cells: Integers, first: Integers
) -> Derivation:
    """What the columns are made of: no more of the old columns than are used."""
    used, source = np.unique(change.source, return_inverse=True)
    sums = summed_symmetric(lambda i, j: cross.sums[used[i], used[j]], len(used), cells, len(first))
    under = None
    if persons is not None and cross.persons is not None:
        own = np.flatnonzero(np.isin(used, cross.persons.columns))
        at = np.searchsorted(cross.persons.columns, used[own])
        products = cross.persons.products[used][:, at][:, :, used][:, :, :, at]
        under = Persons(persons.group, own, persons.counts, _summed(products, cells, len(first)))
    return Derivation(sums, under, CellMap(source, change.factor[:, first], change.constant[:, first]))


def _summed(products: Array, cells: Integers, n: int) -> Array:
    """Products of summed persons over the cells with one code."""
    m, e = products.shape[:2]
    flat = products.reshape(m * e, m * e, -1)
    return summed_symmetric(lambda i, j: flat[i, j], m * e, cells, n).reshape(m, e, m, e, n)


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
