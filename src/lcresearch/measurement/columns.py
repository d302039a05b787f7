"""From a frame to arrays: the columns that were asked for, as numbers, and the groups as codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import MeasurementError, Place, Problem, nearest

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
_SHOWN = 12


def item_names(frame: pd.DataFrame, items: str | Sequence[str], *, ordered: bool = False) -> list[str]:
    """The names of the items as a list, after checking that each is a column of numbers, once.

    With ``ordered`` an ordered categorical is one too: :func:`values` gives its codes.

    Raises
    ------
    MeasurementError
        M001 a column is missing, M002 a column holds no numbers, M003 no items or an item twice; M416 categories
        without an order; M417 ordered categories where numbers are needed; M420 no data frame; M421 two columns of
        one name.
    """
    check_frame(frame)
    names = [items] if isinstance(items, str) else [str(item) for item in items]
    if not names or len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise MeasurementError("M003", items=names, twice=twice)
    problems = [missing_column(frame, name) for name in names if name not in frame.columns]
    problems += [
        problem for name in names if name in frame.columns for problem in _unusable(frame, name, ordered=ordered)
    ]
    if problems:
        raise MeasurementError(problems)
    return names


def check_frame(frame: object) -> None:
    """Raises M420 for what is no data frame."""
    if not isinstance(frame, pd.DataFrame):
        raise MeasurementError("M420", found=type(frame).__name__)


def _unusable(frame: pd.DataFrame, name: str, *, ordered: bool) -> list[Problem]:
    """Why a column cannot be an item: it is there twice (M421) or holds no numbers (M002, M416, M417)."""
    if (n := list(frame.columns).count(name)) > 1:
        return [Problem("M421", Place(column=name), {"n": n})]
    return [] if _is_usable(frame[name], ordered=ordered) else [_no_numbers(frame[name], ordered=ordered)]


def _is_numeric(column: pd.Series[Any]) -> bool:
    """Numbers or truth values, also where they are held as objects."""
    if pd.api.types.is_object_dtype(column.dtype):
        return all(isinstance(value, bool | np.bool_ | Real | Decimal) for value in column.dropna())
    if pd.api.types.is_bool_dtype(column.dtype):
        return True
    if pd.api.types.is_complex_dtype(column.dtype):
        return False
    return bool(pd.api.types.is_numeric_dtype(column.dtype) or column.isna().all())


def has_order(column: pd.Series[Any]) -> bool:
    """Whether a column is an ordered categorical."""
    return isinstance(column.dtype, pd.CategoricalDtype) and bool(column.dtype.ordered)


def _is_usable(column: pd.Series[Any], *, ordered: bool) -> bool:
    return has_order(column) if isinstance(column.dtype, pd.CategoricalDtype) and ordered else _is_numeric(column)


def _no_numbers(column: pd.Series[Any], *, ordered: bool) -> Problem:
    """Why a column cannot be used, with its answers where these lack an order."""
    place = Place(column=str(column.name))
    if has_order(column):
        return Problem("M417", place)
    if ordered or isinstance(column.dtype, pd.CategoricalDtype):
        found = [str(answer) for answer in pd.unique(column.dropna())]
        return Problem("M416", place, {"found": sorted(found)[:_SHOWN], "name": str(column.name)})
    return Problem("M002", place, {"dtype": str(column.dtype)})


def category_labels(frame: pd.DataFrame, names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The categories of ordered categoricals in their order, by column; columns of numbers have none."""
    return {name: tuple(map(str, frame[name].cat.categories)) for name in names if has_order(frame[name])}


def check_labels(frame: pd.DataFrame, names: Sequence[str], known: Mapping[str, tuple[str, ...]]) -> None:
    """Refuse columns whose categories are others than those known: their codes would mean something else.

    Raises
    ------
    MeasurementError
        M418
    """
    found = category_labels(frame, names)
    problems = [
        Problem("M418", Place(column=name), {"found": list(found.get(name, ())), "known": list(known.get(name, ()))})
        for name in names
        if found.get(name, ()) != known.get(name, ())
    ]
    if problems:
        raise MeasurementError(problems)


def check_same_labels(frame: pd.DataFrame, together: Sequence[Sequence[str]]) -> None:
    """Refuse columns of one item, as at several waves, that do not have the same categories.

    Raises
    ------
    MeasurementError
        M419
    """
    problems = []
    for columns in together:
        labels = category_labels(frame, columns)
        different = {labels.get(column, ()) for column in columns}
        if len(different) > 1:
            problems.append(Problem("M419", Place(item=columns[0]), {"columns": list(columns)}))
    if problems:
        raise MeasurementError(problems)


def missing_column(frame: pd.DataFrame, name: str) -> Problem:
    """The problem that a column is not there, with the nearest name that is."""
    return _missing(name, [str(column) for column in frame.columns])


def places_of(items: Sequence[str], known: Sequence[str]) -> list[int]:
    """Where the items stand among those that there are; M001 with all that are not there."""
    problems = [_missing(item, known) for item in items if item not in known]
    if problems:
        raise MeasurementError(problems)
    return [known.index(item) for item in items]


def _missing(name: str, known: Sequence[str]) -> Problem:
    return Problem("M001", Place(column=name), {"nearest": nearest(name, known) or "–", "n_columns": len(known)})


def values(frame: pd.DataFrame, name: str) -> Array:
    """A column as floats, shape (n,); missing answers are NaN. Raises M008 when a number is infinite.

    Of an ordered categorical the codes: its categories where these are numbers that rise, else 1, 2, ... in order.
    """
    if has_order(frame[name]):
        return _codes_of(frame[name])
    column = frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
    if n := int(np.isinf(column).sum()):
        raise MeasurementError("M008", where=Place(column=name), n=n)
    return column


def _codes_of(column: pd.Series[Any]) -> Array:
    """Codes of an ordered categorical, shape (n,)."""
    categories = column.cat.categories
    codes = np.arange(1.0, len(categories) + 1)
    if pd.api.types.is_numeric_dtype(categories.dtype) and categories.is_monotonic_increasing:
        codes = categories.to_numpy(dtype=np.float64)
    places = column.cat.codes.to_numpy()
    return np.where(places >= 0, np.append(codes, np.nan)[places], np.nan)


def checked_range(response_range: tuple[float, float] | None) -> tuple[float, float] | None:
    """Lowest and highest answer code as they were given; raises M007 unless the first is below the second."""
    if response_range is None:
        return None
    low, high = response_range
    if not low < high:
        raise MeasurementError("M007", minimum=float(low), maximum=float(high))
    return (low, high)


def matrix(frame: pd.DataFrame, names: Sequence[str]) -> Array:
    """Several columns as floats, shape (n, number of columns); missing answers are NaN."""
    return np.column_stack([values(frame, name) for name in names])


@dataclass(frozen=True)
class Groups:
    """Which group each row is in.

    Attributes
    ----------
    codes : array of int, shape (n,)
        Number of the group of each row; -1 where the group is missing.
    labels : array of object, shape (n_groups,)
        The groups, sorted where they can be.
    """

    codes: Codes
    labels: npt.NDArray[Any]

    @property
    def n(self) -> int:
        """Number of groups."""
        return len(self.labels)


def groups(frame: pd.DataFrame, name: str) -> Groups:
    """The groups of a column, whatever its type; raises M001 when the column is not there, M421 when it is twice."""
    check_frame(frame)
    if name not in frame.columns:
        raise MeasurementError([missing_column(frame, name)])
    if (n := list(frame.columns).count(name)) > 1:
        raise MeasurementError("M421", where=Place(column=name), n=n)
    column = frame[name]
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(column.cat.categories.dtype)
    try:
        codes, labels = pd.factorize(column, sort=True)
    except TypeError:
        codes, labels = pd.factorize(column, sort=False)
    return Groups(codes.astype(np.int64), np.asarray(labels, dtype=object))


def groups_in_order(frame: pd.DataFrame, name: str) -> Groups:
    """As :func:`groups`, with the categories of a categorical column in their own order; the first is the reference."""
    found = groups(frame, name)
    column = frame[name]
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return found
    present = [label for label in column.cat.categories if label in set(found.labels)]
    place = {label: at for at, label in enumerate(present)}
    order = np.array([place[label] for label in found.labels], dtype=np.int64)
    codes = np.where(found.codes >= 0, order[found.codes], -1) if len(order) else found.codes
    return Groups(codes.astype(np.int64), np.asarray(present, dtype=object))


def groups_or_one(frame: pd.DataFrame, name: str | None) -> tuple[Codes, tuple[str, ...]]:
    """Codes and names of :func:`groups_in_order`; without a column all rows are one group without a name."""
    if name is None:
        return np.zeros(len(frame), dtype=np.int64), ("",)
    found = groups_in_order(frame, name)
    return found.codes, tuple(map(str, found.labels))


def means_by_group(columns: Array, codes: Codes, n_groups: int) -> Array:
    """Mean of the available answers in each group, shape (n_groups, n_columns); NaN where there are none."""
    inside = codes >= 0
    means = np.full((n_groups, columns.shape[1]), np.nan)
    for j in range(columns.shape[1]):
        known = inside & ~np.isnan(columns[:, j])
        count = np.bincount(codes[known], minlength=n_groups)
        total = np.bincount(codes[known], weights=columns[known, j], minlength=n_groups)
        np.divide(total, count, out=means[:, j], where=count > 0)
    return means
