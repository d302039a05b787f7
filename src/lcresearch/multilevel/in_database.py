"""Sums of products made inside a database, by one group-by over an Ibis table.

Every row goes into its cell, with incomplete rows in cells of their own, so that the same pass counts missing values.
Only the cells leave the database. Persons who are to be summed are a group-by of their own within it: first the sums
of each person, then those over the persons of one class.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import MultilevelError, Place
from lcresearch.multilevel.complete_rows import warn_of_groups, without_membership
from lcresearch.multilevel.crossproducts import Crossproducts, Persons, memberships_of
from lcresearch.multilevel.formula import Formula
from lcresearch.multilevel.formula_parts import needed_columns, read_parts, used_columns
from lcresearch.multilevel.groupings import grouping
from lcresearch.multilevel.memberships import member_rows
from lcresearch.multilevel.person_classes import DIGITS, combined, factor_of_persons, summed_symmetric, varying_columns
from lcresearch.multilevel.plain_columns import check_level_names
from lcresearch.multilevel.shifts import shift_of
from lcresearch.multilevel.small_matrices import Array
from lcresearch.multilevel.table_columns import Plan, Product, evaluated, plan_of

_COMPLETE = "complete"
_LEAST = -1e300


@dataclass(frozen=True)
class _Query:
    """A table prepared for sums.

    Attributes
    ----------
    plan : Plan
    table : Ibis table
        As it was given.
    rows : Ibis table
        ``a1 ... `` columns of A without the constant, ``w`` weights, ``g0 ...`` groups, ``m0 ...`` whether a column is
        missing, ``o0 ...`` whether a value is no level, ``complete``.
    groups : tuple of str
        Columns that name groups; ``g0`` is the first.
    outside : tuple of str
        Columns with levels; ``o0`` is the first.
    weights : str or None
    """

    plan: Plan
    table: Any
    rows: Any
    groups: tuple[str, ...]
    outside: tuple[str, ...]
    weights: str | None

    @property
    def size(self) -> int:
        """Number of columns of A."""
        return len(self.plan.products)

    def entry(self, table: Any, i: int, j: int) -> Any:
        """The product of two columns of A, and of the weight."""
        factors = [f"a{k}" for k in (i, j) if k] + (["w"] if self.weights is not None else [])
        return reduce(lambda a, b: a * b, [table[name] for name in factors]) if factors else table["one"]

    def counts(self, table: Any, *, summed: bool) -> dict[str, Any]:
        """Rows, logarithms of weights, missing values and values that are no level: of rows, or of sums of these."""
        names = [*(f"m{k}" for k in range(len(self.plan.used))), *(f"o{k}" for k in range(len(self.outside)))]
        names += ["log_w", "bad_w"] if self.weights is not None else []
        found = {name: table[name].sum() for name in names}
        return found | {"n": table["n"].sum() if summed else table.count()}


def sums_in_database(
    formula: Formula,
    table: Any,
    levels: Mapping[str, Sequence[Any]],
    shift: Mapping[str, float] | None,
    weights: str | None,
    persons: str | None,
) -> Crossproducts:
    """As :func:`~lcresearch.multilevel.crossproducts` for an Ibis table.

    Raises
    ------
    MultilevelError
        L040 to L042, L046, L047 and L061 to L064; L005 to L007 and L070 and L071 as for rows; L076.
    """
    import ibis

    try:
        query = _prepared(formula, table, levels, weights)
    except ibis.common.exceptions.IbisError as error:
        raise MultilevelError("L064", reason=" ".join(str(error).split())[:300]) from error
    group = None if persons is None else factor_of_persons(query.plan.columns, persons)
    multiple = query.plan.columns.memberships
    if group is not None and multiple:
        raise MultilevelError("L047", persons=":".join(group))
    by_name = shift_of(query.plan.columns, shift)
    moved = _means(query) if by_name is None else by_name
    query = _shifted(query, moved)
    found = _run(_cells(query) if group is None else _cells_of_persons(query, group))
    found, more = _with_memberships(query, found, formula)
    n_dropped = _counted(query, found, more)
    cells = found[found[_COMPLETE]].reset_index(drop=True)
    if not len(cells):
        raise MultilevelError("L006", n=int(found["n"].sum()))
    labels = {name: f"g{k}" for k, name in enumerate(query.groups) if f"g{k}" in cells}
    cells = _in_order(query, cells, list(labels.values()))
    sums = _symmetric(cells, "s", query.size)
    if not np.isfinite(sums).all():
        _refuse_infinite(query)
    if group is not None and cells["spread"].any():
        raise MultilevelError("L047", persons=":".join(group))
    named = cells[list(labels.values())].set_axis(list(labels), axis=1)
    groupings = {each: grouping(named, each, multiple.get(each)) for each in query.plan.columns.groups if each != group}
    codes = {each: grouped.codes for each, grouped in groupings.items()}
    if multiple:
        kinds, first = combined(list(codes.values()), len(cells))
        codes = {each: code[first] for each, code in codes.items()}
        sums = summed_symmetric(
            lambda i, j: cells[f"s{max(i, j)}_{min(i, j)}"].to_numpy(dtype=float), query.size, kinds, len(first)
        )
    return Crossproducts(
        formula.text,
        query.plan.columns,
        moved,
        sums,
        codes,
        {each: grouped.labels for each, grouped in groupings.items()},
        int(cells["n"].sum()),
        float(cells["log_w"].sum()) if weights is not None else 0.0,
        n_dropped,
        query.plan.hypotheses,
        weights,
        query.plan.levels,
        (),
        None if group is None else _persons(query, cells, group),
        memberships_of(groupings),
    )


def _prepared(formula: Formula, table: Any, levels: Mapping[str, Sequence[Any]], weights: str | None) -> _Query:
    """The table with the columns of A, the groups, and what must be counted."""
    schema = table.schema()
    parts = read_parts(formula, table.columns)
    used = used_columns(formula, parts, table.columns, weights)
    check_level_names(levels, table.columns)
    needed = list(dict.fromkeys(needed_columns(formula, parts, weights)))
    numeric = {name: schema[name].is_numeric() or schema[name].is_boolean() for name in used}
    plan = plan_of(formula, needed, numeric, levels)
    groups = tuple(dict.fromkeys(name for term in formula.random for name in term.group_columns))
    shares = {name for term in formula.random if term.membership for name in term.membership.weights}
    for name in shares:
        if not numeric[name]:
            raise MultilevelError("L071", where=Place(column=name), found=str(schema[name]))
    outside = tuple(name for name in used if name in levels)
    numbers = {name: table[name].cast("float64") for name in used if numeric[name] and name not in levels}
    columns = numbers | {name: table[name] for name in outside}
    missing = [_missing(table[name], schema[name]) for name in needed]
    made = {f"a{k}": _column(plan.products[k], columns) for k in range(1, len(plan.products))}
    made |= {
        f"g{k}": table[name].cast("float64") if name in shares else _label(table[name], schema[name])
        for k, name in enumerate(groups)
    }
    made |= {f"m{k}": each.cast("int64") for k, each in enumerate(missing)}
    made |= {f"o{k}": _outside(table[name], levels[name]) for k, name in enumerate(outside)}
    made |= {_COMPLETE: ~reduce(lambda a, b: a | b, missing), "one": _literal(1.0)}
    if weights is not None:
        weight = table[weights].cast("float64")
        good = (weight > 0) & ~weight.isinf() & ~weight.isnan()
        log = good.ifelse(good.ifelse(weight, 1.0).ln(), 0.0)
        made |= {"w": weight, "log_w": log, "bad_w": (~good & made[_COMPLETE]).cast("int64")}
    return _Query(plan, table, table.select(**made), groups, outside, weights)


def _column(products: Sequence[Product], columns: Mapping[str, Any]) -> Any:
    """A column of A; what cannot be computed is not a number."""
    first, *offsets = [evaluated(each, columns, _FUNCTIONS) for each in products]
    value = reduce(lambda a, b: a - b, offsets, first)
    if isinstance(value, int | float):
        return _literal(float(value))
    return value.fill_null(float("nan"))


def _literal(number: float) -> Any:
    import ibis

    return ibis.literal(number, type="float64")


def _label(column: Any, kind: Any) -> Any:
    return column.cast("float64") if kind.is_boolean() else column


def _in_order(query: _Query, cells: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Cells sorted by their groups; whole numbers as such, also where incomplete rows lacked them."""
    schema = query.rows.schema()
    whole = {key: "int64" for key in keys if schema[key].is_integer() and cells[key].notna().all()}
    return cells.astype(whole).sort_values(keys, ignore_index=True) if keys else cells


def _missing(column: Any, kind: Any) -> Any:
    return column.isnull() | column.isnan().fill_null(False) if kind.is_floating() else column.isnull()


def _outside(column: Any, levels: Sequence[Any]) -> Any:
    return (column.notnull() & ~column.isin(list(levels)).fill_null(True)).cast("int64")


def _coding(column: Any, values: Sequence[tuple[Any, float]]) -> Any:
    import ibis

    pairs = [(column == level, _literal(number)) for level, number in values if number]
    return ibis.cases(*pairs, else_=_literal(0.0)) if pairs else _literal(0.0)


def _where(condition: Callable[[Any], Any], then: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A function where it exists; elsewhere not a number. Its argument is always one for which it exists."""
    return lambda value: condition(value).ifelse(then(condition(value).ifelse(value, 1.0)), _literal(float("nan")))


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "log": _where(lambda v: v > 0, lambda v: v.ln()),
    "log2": _where(lambda v: v > 0, lambda v: v.log2()),
    "log10": _where(lambda v: v > 0, lambda v: v.log10()),
    "exp": lambda v: v.exp(),
    "sqrt": _where(lambda v: v >= 0, lambda v: v.sqrt()),
    "abs": lambda v: v.abs(),
    "coding": _coding,
}


def _means(query: _Query) -> Array:
    """Means of the columns of A over complete rows, zero for the constant: the first of two passes."""
    rows = query.rows.filter(query.rows[_COMPLETE])
    found = _run(rows.aggregate(**{f"a{k}": rows[f"a{k}"].mean() for k in range(1, query.size)}))
    means = np.array([0.0, *(found[f"a{k}"].iloc[0] for k in range(1, query.size))], dtype=float)
    return np.where(np.isfinite(means), means, 0.0)


def _shifted(query: _Query, shift: Array) -> _Query:
    moved = {f"a{k}": query.rows[f"a{k}"] - float(shift[k]) for k in range(1, query.size) if shift[k]}
    return replace(query, rows=query.rows.mutate(**moved))


def _cells(query: _Query) -> Any:
    """One group-by: the sums and counts of each cell."""
    keys = [f"g{k}" for k in range(len(query.groups))]
    sums = {f"s{i}_{j}": query.entry(query.rows, i, j).sum() for j, i in _pairs(query.size)}
    return query.rows.group_by([*keys, _COMPLETE]).aggregate(**sums, **query.counts(query.rows, summed=False))


def _cells_of_persons(query: _Query, group: tuple[str, ...]) -> Any:
    """Sums of each person, then those over persons of one group above them with equal products of their columns."""
    rows, names = query.rows, dict(zip(query.groups, (f"g{k}" for k in range(len(query.groups))), strict=True))
    own = [names[name] for name in group]
    others = [key for key in names.values() if key not in own]
    single = {f"s{i}_{j}": query.entry(rows, i, j).sum() for j, i in _pairs(query.size)}
    single |= {key: rows[key].min() for key in others}
    single |= {f"{key}_last": rows[key].max() for key in others}
    each = rows.group_by([*own, _COMPLETE]).aggregate(**single, **query.counts(rows, summed=False))
    above = [key for key in names.values() if key != names[group[-1]]]
    varying = varying_columns(query.plan.columns, group)
    each = each.mutate(**_class_keys(each, varying.tolist()))
    spread = reduce(lambda a, b: a | b, [each[k] != each[f"{k}_last"] for k in others], _literal(1.0) < 0)
    each = each.mutate(apart=(spread & each[_COMPLETE]).cast("int64"))
    flat = [(i, int(c)) for i in range(query.size) for c in varying]
    sums = {f"s{i}_{j}": each[f"s{i}_{j}"].sum() for j, i in _pairs(query.size)}
    sums |= {f"p{i}_{j}": (_sum_of(each, *flat[i]) * _sum_of(each, *flat[j])).sum() for j, i in _pairs(len(flat))}
    sums |= {"persons": each.count(), "spread": each["apart"].sum()}
    keys = [name for name in each.columns if name.startswith("key")]
    return each.group_by([*above, _COMPLETE, *keys]).aggregate(**sums, **query.counts(each, summed=True))


def _sum_of(each: Any, i: int, j: int) -> Any:
    return each[f"s{max(i, j)}_{min(i, j)}"]


def _class_keys(each: Any, varying: list[int]) -> dict[str, Any]:
    """As :func:`~lcresearch.multilevel.person_classes.rounded`."""
    found = {}
    for i in varying:
        square = each[f"s{i}_{i}"]
        found[f"key{i}"] = (square > 0).ifelse((square > 0).ifelse(square, 1.0).ln().round(DIGITS), _LEAST)
        for j in (place for place in varying if place < i):
            size = square * each[f"s{j}_{j}"]
            ratio = each[f"s{i}_{j}"] / (size > 0).ifelse(size, 1.0).sqrt()
            found[f"key{i}_{j}"] = (size > 0).ifelse(ratio.round(DIGITS), 0.0)
    return found


def _persons(query: _Query, cells: pd.DataFrame, group: tuple[str, ...]) -> Persons:
    varying = varying_columns(query.plan.columns, group)
    m, e = query.size, len(varying)
    products = _symmetric(cells, "p", m * e).reshape(m, e, m, e, -1)
    return Persons(group, varying, cells["persons"].to_numpy(dtype=float), products)


def _pairs(size: int) -> list[tuple[int, int]]:
    return list(combinations_with_replacement(range(size), 2))


def _symmetric(cells: pd.DataFrame, kind: str, size: int) -> Array:
    found = np.empty((size, size, len(cells)))
    for j, i in _pairs(size):
        found[i, j] = found[j, i] = cells[f"{kind}{i}_{j}"].to_numpy(dtype=float)
    return found


def _with_memberships(query: _Query, found: pd.DataFrame, formula: Formula) -> tuple[pd.DataFrame, Mapping[str, int]]:
    """Cells whose rows have no membership as incomplete ones, and how many rows these have, by what is missing."""
    if not query.plan.columns.memberships:
        return found, {}
    named = found.rename(columns={f"g{k}": name for k, name in enumerate(query.groups)})
    counts, complete = {}, found[_COMPLETE].astype(bool)
    for name, unusable in without_membership(named, formula).items():
        counts[name] = int(found.loc[unusable, "n"].sum())
        complete &= ~unusable
    _check_shares(named[complete], formula)
    warn_of_groups(named[complete], formula, stacklevel=5, sizes=found.loc[complete, "n"].to_numpy())
    return found.assign(**{_COMPLETE: complete}), counts


def _check_shares(cells: pd.DataFrame, formula: Formula) -> None:
    """Refuse weights of memberships below zero, and infinite ones, as far as cells can tell."""
    for membership in (term.membership for term in formula.random if term.membership is not None):
        weights = member_rows(cells, membership).weights
        wrong = (weights < 0) | np.isinf(weights)
        if wrong.any():
            column = membership.weights[int(np.argmax(wrong.any(axis=0)))]
            raise MultilevelError(
                "L076", where=Place(column=column), n=int(cells["n"].to_numpy()[wrong.any(axis=1)].sum())
            )


def _counted(query: _Query, found: pd.DataFrame, more: Mapping[str, int]) -> pd.Series[int]:
    """Rows that were left out, by column; values that are no level and weights that are not positive are refused."""
    for k, name in enumerate(query.outside):
        if n := int(found[f"o{k}"].sum()):
            known = list(query.plan.levels.get(name, ()))
            column = query.table[name]
            example = _run(query.table.filter(_outside(column, known) > 0).select(value=column).limit(1))
            found_value = str(example["value"].iloc[0])
            raise MultilevelError("L042", where=Place(column=name), n=n, known=known, found=found_value)
    if query.weights is not None and (n := int(found["bad_w"].sum())):
        raise MultilevelError("L063", where=Place(column=query.weights), n=n)
    counts = {name: int(found[f"m{k}"].sum()) for k, name in enumerate(query.plan.used)} | dict(more)
    kept = {name: n for name, n in counts.items() if n}
    return pd.Series(kept | {"any": int(found.loc[~found[_COMPLETE], "n"].sum())}, dtype="int64")


def _refuse_infinite(query: _Query) -> None:
    """Name the column of A whose values are not finite."""
    rows = query.rows.filter(query.rows[_COMPLETE])
    bad = {f"a{k}": (rows[f"a{k}"].isnan() | rows[f"a{k}"].isinf()).cast("int64").sum() for k in range(1, query.size)}
    counts = _run(rows.aggregate(**bad)).iloc[0]
    worst = max(range(1, query.size), key=lambda k: int(counts[f"a{k}"]))
    name = query.plan.columns.names[worst]
    raise MultilevelError("L061", where=Place(column=name), n=int(counts[f"a{worst}"]))


def _run(query: Any) -> pd.DataFrame:
    """The rows of a query.

    Raises
    ------
    MultilevelError
        L064, with the words of the database.
    """
    try:
        with warnings.catch_warnings():
            # Ibis asks DuckDB for its rows by a name that DuckDB has given up
            warnings.filterwarnings("ignore", message="fetch_arrow_table", category=DeprecationWarning)
            found: pd.DataFrame = query.to_pyarrow().to_pandas()
    except Exception as error:
        raise MultilevelError("L064", reason=" ".join(str(error).split())[:300]) from error
    return found
