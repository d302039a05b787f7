"""From columns or arrays to effects with their sampling variances and names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import Place, Problem, SynthesisError, nearest

Array = npt.NDArray[Any]
Column = str | Sequence[Any] | Array | pd.Series


@dataclass(frozen=True)
class Effects:
    """Effects that can be used, in the order given.

    Attributes
    ----------
    yi, vi : array, shape (k,)
        Effects and their sampling variances.
    labels : list of str
        A name for each, and no name twice.
    left_out : list of str
        Names of those without an effect or a variance.
    """

    yi: Array
    vi: Array
    labels: list[str]
    left_out: list[str]


def effects(yi: Column, vi: Column, data: pd.DataFrame | None = None, labels: Column | None = None) -> Effects:
    """Effects from arrays, or from columns of ``data``.

    Raises
    ------
    SynthesisError
        Y060: a column is not there; Y061: no numbers; Y062: lengths differ; Y063: a variance is not above zero, or a
        number is infinite; Y064: none is left; Y065: a name stands twice.

    Examples
    --------
    >>> effects([0.2, float("nan")], [0.04, 0.05], labels=["north", "south"]).left_out
    ['south']
    """
    y, v = (_numbers(column, data, name) for column, name in ((yi, "yi"), (vi, "vi")))
    names = _names(labels, yi, data, len(y))
    if not len(y) == len(v) == len(names):
        raise SynthesisError("Y062", yi=len(y), vi=len(v), labels=len(names))
    twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if twice:
        raise SynthesisError("Y065", twice=twice)
    missing = np.isnan(y) | np.isnan(v)
    wrong = ~missing & (np.isinf(y) | ~(v > 0) | np.isinf(v))
    if wrong.any():
        raise SynthesisError([_wrong(names[place], y[place], v[place]) for place in np.flatnonzero(wrong)])
    if missing.all():
        raise SynthesisError("Y064", n=len(y))
    kept = [name for name, gone in zip(names, missing, strict=True) if not gone]
    return Effects(y[~missing], v[~missing], kept, [name for name in names if name not in set(kept)])


def _wrong(name: str, y: float, v: float) -> Problem:
    return Problem("Y063", Place(item=name), {"yi": f"{y:g}", "vi": f"{v:g}"})


def _column(column: Column, data: pd.DataFrame | None) -> Any:
    if not isinstance(column, str):
        return column
    known = [] if data is None else list(map(str, data.columns))
    if data is None or column not in data.columns:
        raise SynthesisError("Y060", column=column, known=known or "–", nearest=nearest(column, known) or "–")
    return data[column]


def _numbers(column: Column, data: pd.DataFrame | None, name: str) -> Array:
    try:
        found = pd.to_numeric(pd.Series(_column(column, data)), errors="raise")
        numbers = found.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise SynthesisError("Y061", name=name, found=str(error)) from error
    return np.asarray(numbers, dtype=float)


def _names(labels: Column | None, yi: Column, data: pd.DataFrame | None, n: int) -> list[str]:
    """As given; else the index of the data where it holds names, else 1, 2, and so on."""
    if labels is not None:
        return [str(name) for name in _column(labels, data)]
    index = data.index if data is not None else yi.index if isinstance(yi, pd.Series) else None
    if index is None or isinstance(index, pd.RangeIndex):
        return [str(place) for place in range(1, n + 1)]
    return [str(name) for name in index]
