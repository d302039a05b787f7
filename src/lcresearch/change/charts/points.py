"""The input of a chart: values in order of time, with their moments, persons, phases and baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.change.arrays import Floats
from lcresearch.change.labels import label
from lcresearch.disclosure import Policy
from lcresearch.errors import ChangeError

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Points:
    """Points of a chart.

    Attributes
    ----------
    values : array, shape (n,)
        NaN where there is a gap.
    times : tuple
        What stands under each point.
    persons : array of int or None, shape (n,)
        Persons behind each point.
    starts : tuple of int
        Place of the first point of each phase, from 0.
    baseline : int or None
        Only so many first points of a phase set its centre and limits.
    """

    values: Floats
    times: tuple[Any, ...]
    persons: Ints | None
    starts: tuple[int, ...]
    baseline: int | None

    @property
    def phases(self) -> list[slice]:
        """Places of each phase."""
        stops = [*self.starts[1:], len(self.values)]
        return [slice(a, b) for a, b in zip(self.starts, stops, strict=True)]

    @property
    def shown_persons(self) -> Floats:
        """Persons behind each point, shape (n,); NaN where there are none or it is not known."""
        if self.persons is None:
            return np.full(len(self.values), np.nan)
        return np.where(self.persons > 0, self.persons, np.nan)

    @property
    def phase(self) -> Ints:
        """Number of the phase of each point, from 0."""
        number: Ints = np.searchsorted(np.array(self.starts), np.arange(len(self.values)), side="right") - 1
        return number

    def without_few(self, policy: Policy) -> tuple[Points, int]:
        """The same with a gap for each point of fewer persons than the minimum, and how many these are.

        How many persons stand behind a gap is left out as well.

        Raises
        ------
        ChangeError
            C083: it is not known how many persons stand behind the points; C084: none may be shown.
        """
        if self.persons is None:
            raise ChangeError("C083")
        few = (self.persons < policy.minimum_cell) & ~np.isnan(self.values)
        if (few | np.isnan(self.values)).all():
            raise ChangeError("C084", n=policy.minimum_cell)
        persons = np.where(few, 0, self.persons)
        return replace(self, values=np.where(few, np.nan, self.values), persons=persons), int(few.sum())


def points_of(
    values: Any, times: Sequence[Any] | None, persons: Any, phases: Sequence[Any], baseline: int | None
) -> Points:
    """Check and gather.

    Parameters
    ----------
    phases : sequence
        Times at which a new phase starts; the first phase starts at the first point anyway.

    Raises
    ------
    ChangeError
        C080 no numbers, or lists of unequal length; C081 a phase or baseline that is not there.
    """
    try:
        numbers = _numbers(values)
        counts = None if persons is None else np.nan_to_num(_numbers(persons), nan=0.0)
    except (TypeError, ValueError):
        raise ChangeError("C080", n=0) from None
    n = numbers.size
    moments = tuple(range(1, n + 1)) if times is None else tuple(times)
    lengths_fit = len(moments) == n and (counts is None or counts.shape == (n,))
    are_counts = counts is None or bool((np.isfinite(counts) & (counts >= 0) & (counts % 1 == 0)).all())
    fine = numbers.ndim == 1 and lengths_fit and are_counts
    if not fine or np.isinf(numbers).any() or np.isnan(numbers).all():
        raise ChangeError("C080", n=n)
    known = [label(moment) for moment in moments]
    missing = [label(moment) for moment in phases if label(moment) not in known]
    if missing or (baseline is not None and not 2 <= baseline <= n):
        raise ChangeError("C081", found=missing or [str(baseline)])
    starts = tuple(sorted({0, *(known.index(label(moment)) for moment in phases)}))
    return Points(numbers, moments, None if counts is None else counts.astype(np.int64), starts, baseline)


def _numbers(values: Any) -> Floats:
    """As floats, NaN where there is none; also of columns that can be empty."""
    if isinstance(values, pd.Series):
        numbers: Floats = values.to_numpy(dtype=np.float64, na_value=np.nan)
        return numbers
    return np.asarray(values, dtype=np.float64)
