"""Columns of sums of products about their means: of all rows, or of groups whose rows may lie in different parts.

The sums of a group hold the mean of each column. So with A = [1 Z X y] of the rows of a cell, the columns about the
mean of its group are A F with a matrix F a cell, and their sums of products are F' (A'A) F.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.crossproducts import Crossproducts, Persons
from lcresearch.multilevel.design import Columns, TermColumns
from lcresearch.multilevel.formula import Formula, parse, quoted
from lcresearch.multilevel.small_matrices import Array

_NAME = re.compile(r"`[^`]+`|[^\W\d][\w.]*")
_NOTHING = 1e-20


def centred_sums(cross: Crossproducts, column: str, group: tuple[str, ...]) -> tuple[Crossproducts, bool]:
    """Sums in which a column is replaced by that about the mean of its group and the group mean about the mean of all.

    Parameters
    ----------
    cross : Crossproducts
    column : str
        A column of the fixed part, which may also be in random terms.
    group : tuple of str
        Grouping factor of the model whose means are taken; without names the mean of all rows.

    Returns
    -------
    Crossproducts
        With ``<column>_within`` and ``<column>_between``, or ``<column>_centered``.
    bool
        Whether the column differs within groups.

    Raises
    ------
    MultilevelError
        L096 when the column stands in an interaction or function, or with weights; or the group is no factor.
    """
    _check(cross, column, group)
    place, m = cross.columns.names.index(column), len(cross.columns.names)
    means, grand = _means(cross, place, group)
    change = np.zeros((m, m + bool(group), cross.sums.shape[2]))
    change[np.arange(m - 1), np.arange(m - 1)] = 1
    change[m - 1, -1] = 1
    change[0, place] = -means
    if group:
        change[0, m - 1] = means - grand
    shift = np.concatenate([cross.shift[: m - 1], [0.0] * bool(group), cross.shift[m - 1 :]])
    shift[place] = 0
    made = (f"{column}_within", f"{column}_between") if group else (f"{column}_centered",)
    columns, text = _columns(cross, place, made)
    sums = np.einsum("iac,ijc,jbc->abc", change, cross.sums, change, optimize=True)
    size = float(cross.sums[place, place].sum())
    found = replace(
        cross,
        formula=text,
        columns=columns,
        shift=shift,
        sums=sums,
        hypotheses=_hypotheses(cross, column, made),
        data_dependent=(*cross.data_dependent, *made),
        persons=_persons(cross, change),
        derivation=None,
    )
    return found, float(sums[place, place].sum()) > _NOTHING * max(size, np.finfo(float).tiny)


def _check(cross: Crossproducts, column: str, group: tuple[str, ...]) -> None:
    names = cross.columns.names
    single = [each for each in cross.codes if each not in cross.memberships]
    alone = column in names[1:-1] and names.index(column) in cross.columns.fixed
    joined = any(column in _NAME.findall(name) for name in names if name != column)
    if not alone or joined or cross.weights is not None or (group and group not in single):
        known = [":".join(each) for each in single]
        raise MultilevelError("L096", column=column, known=list(names[1:-1]), groups=known)


def _means(cross: Crossproducts, place: int, group: tuple[str, ...]) -> tuple[Array, float]:
    """Mean of the group of each cell, shape (n_cells,), and of all rows, both about the shift of the column."""
    sizes, totals = cross.sums[0, 0], cross.sums[0, place]
    grand = float(totals.sum() / sizes.sum())
    if not group:
        return np.full(len(sizes), grand), grand
    codes = cross.codes[group]
    return (np.bincount(codes, totals) / np.bincount(codes, sizes))[codes], grand


def _columns(cross: Crossproducts, place: int, made: tuple[str, ...]) -> tuple[Columns, str]:
    """The columns with their new names, and the formula of these."""
    columns, parsed = cross.columns, parse(cross.formula)
    old, response = columns.names[place], columns.response
    names = [made[0] if k == place else name for k, name in enumerate(columns.names)]
    names[response:response] = made[1:]
    added = [response] if made[1:] else []
    fixed = [each for own in columns.fixed for each in ([own, *added] if own == place else [own])]
    terms = tuple(
        TermColumns(
            replace(term.term, left=_renamed(term.term.left, old, made[:1])),
            term.columns,
            tuple(made[0] if name == old else name for name in term.names),
        )
        for term in columns.terms
    )
    return Columns(tuple(names), np.array(fixed, dtype=np.int64), terms), _formula(parsed, old, made, terms)


def _formula(parsed: Formula, old: str, made: tuple[str, ...], terms: tuple[TermColumns, ...]) -> str:
    parts = [_renamed(parsed.fixed, old, made), *(f"offset({offset})" for offset in parsed.offsets)]
    parts += [f"({each.term.left} | {each.term.group_text})" for each in terms]
    return f"{parsed.response} ~ {' + '.join(parts)}"


def _renamed(text: str, old: str, made: tuple[str, ...]) -> str:
    new = " + ".join(map(quoted, made))
    return _NAME.sub(lambda found: new if found.group().strip("`") == old else found.group(), text)


def _hypotheses(cross: Crossproducts, column: str, made: tuple[str, ...]) -> dict[str, Array]:
    """Contrasts of the terms over the new fixed effects."""
    place = list(cross.columns.fixed_names).index(column)
    found: dict[str, Array] = {}
    for term, rows in cross.hypotheses.items():
        wider = np.insert(rows, place + 1, 0.0, axis=1) if made[1:] else rows
        if term == column:
            found |= {name: np.roll(wider, k, axis=1) for k, name in enumerate(made)}
        else:
            found[term] = wider
    return found


def _persons(cross: Crossproducts, change: Array) -> Persons | None:
    """The products of summed persons after the change; their own columns keep their places."""
    persons = cross.persons
    if persons is None:
        return None
    own = change[np.ix_(persons.columns, persons.columns)]
    products = persons.products
    for subscripts, matrix in (("iac,ijklc->ajklc", change), ("jbc,ajklc->abklc", own),
                               ("kdc,abklc->abdlc", change), ("lec,abdlc->abdec", own)):  # fmt: skip
        products = np.einsum(subscripts, matrix, products)
    return replace(persons, products=products)
