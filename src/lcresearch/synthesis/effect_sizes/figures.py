"""The figures that studies report: n, means, counts, correlations, as arrays that are checked once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from lcresearch.errors import Place, Problem, SynthesisError

Array = npt.NDArray[np.float64]
Places = npt.NDArray[np.integer[Any]]
Effects = tuple[Array, Array]
"""Effects and their sampling variances, each of shape (k,)."""

SIZES = frozenset({"n", "n1", "n2", "t1", "t2", "time"})
SPREADS = frozenset({"sd", "sd1", "sd2", "se"})
COUNTS = frozenset({"a", "b", "c", "d", "x", "x1", "x2", "m"})
CORRELATIONS = frozenset({"r"})


@dataclass(frozen=True)
class Figures:
    """Figures by name, each of shape (k,), with the choices of a measure.

    Attributes
    ----------
    values : mapping of str to array
        For example ``m1, sd1, n1, m2, sd2, n2``.
    vtype : str
        Which sampling variance, in metafor's words: ``LS`` large-sample, ``UB`` unbiased, ``AV`` from the average
        effect, ``HO`` homoscedastic.
    correct : bool
        Whether small-sample bias is taken out of the effect.
    """

    values: Mapping[str, Array]
    vtype: str = "LS"
    correct: bool = True

    def __getitem__(self, name: str) -> Array:
        return self.values[name]

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def of(self, *names: str) -> tuple[Array, ...]:
        """Several figures at once."""
        return tuple(self.values[name] for name in names)


@dataclass(frozen=True)
class Measure:
    """One measure: its code, what it needs, which variances it has, and how it is computed."""

    code: str
    needs: tuple[str, ...]
    compute: Callable[[Figures], Effects]
    vtypes: tuple[str, ...] = ("LS",)
    complete: Callable[[dict[str, Array]], dict[str, Array]] = dict
    """Fills in figures from others, for example a mean difference from a t value."""
    others: tuple[str, ...] = ()
    """Figures that may stand in the place of those that are needed."""
    counts: frozenset[str] = frozenset()
    """Names that are counts for this measure, where a name may mean something else elsewhere."""
    add: float = 0.5
    """What is added to counts where one of them is 0; 0 for measures that are defined there, as in metafor."""


def correction(df: Array) -> Array:
    """Factor that takes the small-sample bias out of a standardised mean difference (Hedges, 1981, equation 6e)."""
    with np.errstate(all="ignore"):
        factor = np.exp(special.gammaln(df / 2) - np.log(np.sqrt(df / 2)) - special.gammaln((df - 1) / 2))
    return np.where(df > 1, factor, np.nan)


def weighted_mean(values: Array, weights: Array) -> float:
    """Mean over studies with both a value and a weight."""
    there = np.isfinite(values) & np.isfinite(weights)
    return float(np.sum(values[there] * weights[there]) / np.sum(weights[there]))


def read_figures(measure: Measure, data: pd.DataFrame | None, given: Mapping[str, Any]) -> tuple[dict[str, Array], Any]:
    """Figures as arrays of one length, and the index of their rows.

    Names may end in metafor's i: ``m1i`` is ``m1``. A text is a column of ``data``; one number holds for all.

    Raises
    ------
    SynthesisError
        Y003: a name that the measure does not know; Y004: lengths differ; Y005: a column that is not there; Y010: a
        figure that is no number; Y002: a figure that is needed is not given.
    """
    known = {*measure.needs, *measure.others}
    named = {_canonical(name, known): value for name, value in given.items() if value is not None}
    unknown = [name for name in named if name not in known]
    if unknown:
        raise SynthesisError("Y003", measure=measure.code, found=unknown, known=sorted(known))
    columns = {name: _column(name, value, data) for name, value in named.items()}
    lengths = {name: len(column) for name, column in columns.items() if len(column) != 1}
    if len(set(lengths.values())) > 1:
        raise SynthesisError("Y004", found=[f"{name}: {n}" for name, n in lengths.items()])
    k = next(iter(lengths.values()), 1)
    index = next((v.index for v in named.values() if isinstance(v, pd.Series)), None)
    index = data.index if data is not None and len(data) == k else index
    arrays = measure.complete({name: np.broadcast_to(column, k).copy() for name, column in columns.items()})
    missing = [name for name in measure.needs if name not in arrays]
    if missing:
        raise SynthesisError(
            "Y002", measure=measure.code, missing=missing, needs=measure.needs, others=measure.others or ("–",)
        )
    return arrays, index if index is not None and len(index) == k else pd.RangeIndex(k)


def check_figures(measure: Measure, figures: Mapping[str, Array], index: Any) -> None:
    """Refuse what cannot be: negative standard deviations, counts and numbers of persons, correlations beyond 1.

    Raises
    ------
    SynthesisError
        Y006: for each impossible figure, with its row.
    """
    problems = []
    for name, values in figures.items():
        wrong = _impossible(name, values, measure)
        problems += [
            Problem("Y006", Place(item=str(index[row])), {"figure": name, "value": float(values[row])})
            for row in np.flatnonzero(wrong)
        ]
    if problems:
        raise SynthesisError(problems)


def _impossible(name: str, values: Array, measure: Measure) -> npt.NDArray[np.bool_]:
    if name in measure.counts or (name in SPREADS):
        return values < 0
    if name in SIZES:
        return values <= 0
    if name in CORRELATIONS:
        return np.abs(values) > 1
    if name == "r2":
        return (values < 0) | (values > 1)
    if name == "alpha":
        return values > 1
    if name == "items":
        return values < 2
    return np.zeros(len(values), dtype=bool)


def _canonical(name: str, known: set[str]) -> str:
    if name in known or not name.endswith("i"):
        return name
    return name[:-1] if name[:-1] in known else name


def _column(name: str, value: Any, data: pd.DataFrame | None) -> Array:
    if isinstance(value, str):
        if data is None or value not in data.columns:
            raise SynthesisError("Y005", column=value, known=[] if data is None else [str(c) for c in data.columns])
        value = data[value]
    return number_column(value, name)


def number_column(value: Any, name: str) -> Array:
    """A figure as an array of numbers of shape (k,), also from one number; Y010 where it is none."""
    try:
        column = np.atleast_1d(pd.to_numeric(pd.Series(np.atleast_1d(np.asarray(value, dtype=object)).ravel())))
        return np.asarray(column, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise SynthesisError("Y010", figure=name) from error
