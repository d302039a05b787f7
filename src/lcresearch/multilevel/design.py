"""From rows to numbers: which rows are complete, the columns [1 Z X y], and the group of each row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import MultilevelError, Place
from lcresearch.multilevel import allowed
from lcresearch.multilevel.complete_rows import complete_rows
from lcresearch.multilevel.formula import Formula, Membership, RandomTerm
from lcresearch.multilevel.formula_parts import (
    coded_columns,
    columns_of,
    needed_columns,
    not_computed,
    read_parts,
    used_columns,
)
from lcresearch.multilevel.groupings import Grouping, grouping
from lcresearch.multilevel.plain_columns import (
    as_numbers,
    check_level_names,
    check_texts,
    new_levels,
    new_numbers,
    plain_columns,
    with_levels,
)
from lcresearch.multilevel.small_matrices import Array
from lcresearch.multilevel.type_three import column_of, hypotheses

Integers = npt.NDArray[np.int64]
INTERCEPT = "Intercept"


@dataclass(frozen=True)
class TermColumns:
    """A random term with the columns of A on which it works.

    Attributes
    ----------
    term : RandomTerm
    columns : array of int, shape (q,)
    names : tuple of str
    """

    term: RandomTerm
    columns: Integers
    names: tuple[str, ...]


@dataclass(frozen=True)
class Columns:
    """What the columns of A = [1 Z X y] are; the first is always the constant, the last is y.

    Attributes
    ----------
    names : tuple of str, shape (m,)
    fixed : array of int, shape (p,)
        Columns that are X.
    terms : tuple of TermColumns
        In the order of the formula.
    """

    names: tuple[str, ...]
    fixed: Integers
    terms: tuple[TermColumns, ...]

    @property
    def response(self) -> int:
        """The column that is y."""
        return len(self.names) - 1

    @property
    def fixed_names(self) -> tuple[str, ...]:
        """Names of the fixed effects."""
        return tuple(self.names[place] for place in self.fixed)

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """Each grouping factor once, in the order of the formula."""
        return tuple(dict.fromkeys(term.term.group for term in self.terms))

    @property
    def memberships(self) -> dict[tuple[str, ...], Membership]:
        """Grouping factors of which a row may have several groups."""
        return {term.term.group: term.term.membership for term in self.terms if term.term.membership is not None}


@dataclass(frozen=True)
class Design:
    """The complete rows of a model as numbers.

    Attributes
    ----------
    formula : Formula
    columns : Columns
    matrix : array, shape (n, m)
        A, with the offset taken off y.
    groupings : mapping of tuple of str to Grouping
    weights : array or None, shape (n,)
    offset : array or None, shape (n,)
    frame : DataFrame
        The complete rows, with the columns that the model uses.
    n_dropped : Series
        Rows with a missing value, by column; ``any`` counts each row once.
    specs : mapping of str to ModelSpec
        How formulaic made the columns of each part, for new rows.
    hypotheses : mapping of str to array, shape (k, p)
        Term of the fixed part -> the contrasts that are zero when it has no effect.
    weighted_by : str or None
        Column of the weights.
    """

    formula: Formula
    columns: Columns
    matrix: Array
    groupings: Mapping[tuple[str, ...], Grouping]
    weights: Array | None
    offset: Array | None
    frame: pd.DataFrame
    n_dropped: pd.Series[int]
    specs: Mapping[str, Any]
    hypotheses: Mapping[str, Array]
    weighted_by: str | None = None

    @property
    def levels(self) -> dict[str, tuple[Any, ...]]:
        """Column of a factor -> its levels."""
        return levels_of(self.specs)

    @property
    def data_dependent(self) -> tuple[str, ...]:
        """Parts of the formula whose values depend on all rows, such as ``scale(x)``."""
        return tuple(sorted({name for spec in self.specs.values() for name in spec.transform_state}))

    @property
    def rows(self) -> pd.Index:
        """Index of the complete rows."""
        return self.frame.index


def build(
    formula: Formula,
    frame: pd.DataFrame,
    weights: str | None = None,
    levels: Mapping[str, Sequence[Any]] | None = None,
) -> Design:
    """The design of a formula over the complete rows of a frame.

    Parameters
    ----------
    formula : Formula
    frame : DataFrame
    weights : str, optional
        Column of precision weights: the residual variance of a row is sigma squared divided by its weight.
    levels : mapping, optional
        Column -> all levels that it can have, the reference first, also those that no row has.

    Raises
    ------
    MultilevelError
        L003 to L009: a part that is not allowed or known, no complete rows, values that are not finite. L042: a value
        that is no declared level.
    """
    parts = read_parts(formula, frame.columns)
    used = used_columns(formula, parts, frame.columns, weights)
    check_level_names(levels or {}, frame.columns)
    frame = with_levels(frame, levels or {}, used)
    complete, n_dropped = complete_rows(frame, used, needed_columns(formula, parts, weights), formula)
    computed = {name for part in parts.values() for name in columns_of(part)}
    coded = {name for part in parts.values() for name in coded_columns(part)}
    outcome = formula.response.strip("`")
    check_texts(complete, outcome, sorted(computed - {outcome} - coded))
    complete = plain_columns(complete, levels or {}, computed, coded)
    specs, matrices = {}, {}
    for name, part in parts.items():
        matrices[name], specs[name] = _evaluated(formula, part, name, complete)
    response = _one_column(matrices.pop("response"), formula.response)
    known = [name for name in matrices if name.startswith("offset:")]
    offsets = [_one_column(matrices.pop(name), name) for name in known]
    if offsets:
        names = [f"offset({name.removeprefix('offset:')})" for name in known]
        _check_finite(np.column_stack(offsets), names, complete)
    offset = np.sum(offsets, axis=0) if offsets else None
    names, values = [INTERCEPT], [np.ones(len(complete))]
    fixed = placed(specs["fixed"].column_names, matrices["fixed"].T, names, values)
    terms = tuple(
        TermColumns(
            term,
            places := placed(specs[term.left].column_names, matrices[term.left].T, names, values),
            named(names, places),
        )
        for term in formula.random
    )
    names.append(formula.response)
    values.append(response - offset if offset is not None else response)
    matrix = np.column_stack(values)
    columns = Columns(tuple(names), fixed, terms)
    _check_finite(matrix, columns.names, complete)
    groupings = {group: grouping(complete, group, columns.memberships.get(group)) for group in columns.groups}
    weighted = _weights(complete, weights) if weights is not None else None
    tested = hypotheses(specs["fixed"], complete)
    return Design(formula, columns, matrix, groupings, weighted, offset, complete, n_dropped, specs, tested, weights)


def new_matrices(design: Design, frame: pd.DataFrame) -> tuple[Array, dict[str, Array], Array | None]:
    """X, Z of each random term's left side, and the offset, for new rows that have the same columns.

    Not a number where a column that is needed has no value.

    Raises
    ------
    MultilevelError
        L120 for a level of a factor that the model does not know, L097 for a text where the model has numbers.
    """
    found = {name: _new_matrix(spec, frame) for name, spec in design.specs.items() if name != "response"}
    offsets = [found.pop(name)[:, 0] for name in list(found) if name.startswith("offset:")]
    fixed = found.pop("fixed")
    return fixed, found, np.sum(offsets, axis=0) if offsets else None


def _new_matrix(spec: Any, frame: pd.DataFrame) -> Array:
    levels, coded = levels_of({"": spec}), coded_columns(spec.formula)
    own = frame[sorted(columns_of(spec.formula))]
    changed = {name: new_levels(own[name], levels[name]) if name in levels else new_numbers(own[name]) for name in own}
    rows = as_numbers(pd.DataFrame(changed, index=frame.index), coded)
    found = np.array(spec.get_model_matrix(rows, na_action="ignore", context=allowed.GIVEN), dtype=float)
    found[own.isna().to_numpy().any(axis=1)] = np.nan
    return found


def levels_of(specs: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    """Column of a factor -> its levels, the reference first, from what formulaic made of each part."""
    found = {}
    for spec in specs.values():
        for expression, (kind, state) in spec.encoder_state.items():
            if str(kind.value) == "categorical":
                found[column_of(str(expression))] = tuple(_plain(level) for level in state["categories"])
    return found


def _plain(value: Any) -> Any:
    """A level as a file can hold it."""
    found = value.item() if isinstance(value, np.generic) else value
    return found if isinstance(found, str | int | float) else str(found)


def _evaluated(formula: Formula, part: Any, name: str, frame: pd.DataFrame) -> tuple[Array, Any]:
    try:
        own = as_numbers(frame[sorted(columns_of(part))], coded_columns(part))
        with np.errstate(all="ignore"):
            matrix = part.get_model_matrix(own, output="numpy", na_action="ignore", context=allowed.GIVEN)
    except Exception as error:
        raise not_computed(formula, name, error, frame[sorted(columns_of(part))]) from error
    return np.asarray(matrix, dtype=float), matrix.model_spec


def _one_column(matrix: Array, name: str) -> Array:
    if matrix.shape[1] != 1:
        raise MultilevelError("L007", where=Place(column=name), n=matrix.shape[1])
    return matrix[:, 0]


def placed(own_names: Sequence[str], own: Iterable[Any], names: list[str], values: list[Any]) -> Integers:
    """Places of the columns of a part among those of A, to which new ones are added."""
    places = []
    for name, column in zip(own_names, own, strict=True):
        if name not in names:
            names.append(name)
            values.append(column)
        places.append(names.index(name))
    return np.array(places, dtype=np.int64)


def named(names: list[str], places: Integers) -> tuple[str, ...]:
    """Names of columns of A."""
    return tuple(names[place] for place in places)


def _check_finite(matrix: Array, names: Sequence[str], frame: pd.DataFrame) -> None:
    finite = np.isfinite(matrix)
    if finite.all():
        return
    row, column = np.argwhere(~finite)[0]
    label = frame.index[row]
    raise MultilevelError("L008", where=Place(column=names[column]), row=str(label), n=int((~finite).any(axis=1).sum()))


def _weights(frame: pd.DataFrame, column: str) -> Array:
    values = new_numbers(frame[column]).to_numpy()
    if not (np.isfinite(values).all() and (values > 0).all()):
        row = frame.index[~(np.isfinite(values) & (values > 0))][0]
        raise MultilevelError("L009", where=Place(column=column), row=str(row))
    return values
