"""From columns or arrays to effects with their sampling variances and names: the one reader of all meta-analyses.

An effect that is missing is left out and named in the result. An effect without a variance is refused, as it is more
likely a slip than a study without a result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import Place, Problem, SynthesisError, nearest
from lcresearch.messages import Messages

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
        A name for each.
    left_out : list of str
        Names of those without an effect.
    kept : array of bool, shape (given,)
        Which of those given are used.
    """

    yi: Array
    vi: Array
    labels: list[str]
    left_out: list[str]
    kept: npt.NDArray[np.bool_]


def effects(
    yi: Column,
    vi: Column,
    data: pd.DataFrame | None = None,
    labels: Column | None = None,
    *,
    repeated_labels: bool = False,
) -> Effects:
    """Effects from arrays, or from columns of ``data``; a single number as variance stands for all.

    Raises
    ------
    SynthesisError
        Y060: a column is not there; Y030: it stands there twice; Y061: no numbers; Y062: lengths differ; Y063: an
        effect without a variance, a variance that is not above zero, or a number that is infinite; Y064: none is left;
        Y065: a name stands twice (unless ``repeated_labels``).

    Examples
    --------
    >>> effects([0.2, float("nan")], [0.04, 0.05], labels=["north", "south"]).left_out
    ['south']
    """
    y, v = (_numbers(column, data, name) for column, name in ((yi, "yi"), (vi, "vi")))
    v = np.broadcast_to(v, y.shape) if np.ndim(vi) == 0 and not isinstance(vi, str) else v
    names = _names(labels, yi, data, len(y))
    if not len(y) == len(v) == len(names):
        raise SynthesisError("Y062", yi=len(y), vi=len(v), labels=len(names))
    if not repeated_labels and len(set(names)) < len(names):
        raise SynthesisError("Y065", twice=sorted({name for name in names if names.count(name) > 1}))
    kept = ~np.isnan(y)
    wrong = kept & (np.isinf(y) | ~(v > 0) | np.isinf(v))
    if wrong.any():
        raise SynthesisError([_wrong(names[place], y[place], v[place]) for place in np.flatnonzero(wrong)])
    if not kept.any():
        raise SynthesisError("Y064", n=len(y))
    used, gone = ([names[place] for place in np.flatnonzero(chosen)] for chosen in (kept, ~kept))
    return Effects(y[kept], v[kept], used, gone, kept)


def note_of_left_out(names: Sequence[str]) -> list[str]:
    """What a result says of effects that were left out; nothing where there are none."""
    return [Messages()("synthesis.left_out", n=len(names), names=", ".join(names))] if names else []


def _wrong(name: str, y: float, v: float) -> Problem:
    return Problem("Y063", Place(item=name), {"yi": f"{y:g}", "vi": f"{v:g}"})


def _column(column: Column, data: pd.DataFrame | None) -> Any:
    if not isinstance(column, str):
        return column
    known = [] if data is None else list(map(str, data.columns))
    if data is None or column not in data.columns:
        raise SynthesisError("Y060", column=column, known=known or "–", nearest=nearest(column, known) or "–")
    return once_named(data, [column])[column]


def once_named(data: pd.DataFrame, columns: Sequence[Any]) -> pd.DataFrame:
    """The data, or Y030 where one of these columns stands in it more than once."""
    twice = [str(column) for column in columns if list(data.columns).count(column) > 1]
    if twice:
        raise SynthesisError("Y030", column=twice[0])
    return data


def _numbers(column: Column, data: pd.DataFrame | None, name: str) -> Array:
    values = _column(column, data)
    try:
        given = pd.Series(values)
        if given.dtype.kind in "mMc":  # dates and complex numbers, which would become real ones without a word
            raise TypeError(str(given.dtype))
        found = pd.to_numeric(given, errors="raise")
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
