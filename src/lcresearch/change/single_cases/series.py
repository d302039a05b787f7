"""Measurements of cases in order of time, with the phase of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.change.arrays import Floats
from lcresearch.change.labels import in_order, label, texts
from lcresearch.errors import ChangeError
from lcresearch.measurement.columns import groups, item_names, values

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Series:
    """One case.

    Attributes
    ----------
    case : str
    times : array of object, shape (n,)
        In order; numbers from 1 where no column was given.
    scores : array, shape (n,)
        Nothing missing.
    treated : array of bool, shape (n,)
        False in a baseline phase.
    """

    case: str
    times: npt.NDArray[Any]
    scores: Floats
    treated: Bools

    @property
    def runs(self) -> Ints:
        """Number of the phase of each measurement, from 0, shape (n,)."""
        changes: Ints = np.concatenate([[0], np.cumsum(self.treated[1:] != self.treated[:-1])]).astype(np.int64)
        return changes

    def places_of(self, times: Iterable[object]) -> list[int]:
        """Where these moments stand, from 0; moments without a measurement are nowhere."""
        asked = {label(when) for when in times}
        return [place for place, when in enumerate(self.times) if label(when) in asked]


def series_of(
    frame: pd.DataFrame, outcome: str, *, phase: str, baseline: object, time: str | None, case: str | None
) -> list[Series]:
    """Cut a frame into cases; rows without a score or phase are left out.

    Raises
    ------
    ChangeError
        C070 a case lacks a baseline, or a phase after it, or measurements; C071 two measurements of a case at one time.
    MeasurementError
        M001, M002, M008, M420, M421 for columns.
    """
    item_names(frame, outcome)
    scores = values(frame, outcome)
    phases = groups(frame, phase)
    known = ~np.isnan(scores) & (phases.codes >= 0)
    cases = groups(frame, case) if case is not None else None
    codes = np.zeros(len(frame), dtype=np.int64) if cases is None else cases.codes
    names = [""] if cases is None else [str(label) for label in cases.labels]
    when = np.arange(1, len(frame) + 1).astype(object) if time is None else _times(frame, time)
    treated = (texts(frame[phase]) != label(baseline)).to_numpy(dtype=bool)
    place_in_time = np.zeros(len(frame), dtype=np.int64) if time is None else _places_in_time(frame, time)
    found = []
    for place, name in enumerate(names):
        rows = np.flatnonzero(known & (codes == place))
        rows = rows[place_in_time[rows] >= 0]  # without a moment a measurement has no place
        order = rows[np.argsort(place_in_time[rows], kind="stable")]
        here = Series(name, when[order], scores[order], treated[order])
        if time is None:
            here = Series(name, np.arange(1, len(order) + 1).astype(object), here.scores, here.treated)
        if not (~here.treated).any() or not here.treated.any():
            raise ChangeError(
                "C070", case=name or "–", baseline=str(baseline), phases=list(map(str, phases.labels[:8]))
            )
        if time is not None and len(set(here.times.tolist())) < len(here.times):
            raise ChangeError("C071", case=name or "–", column=time)
        found.append(here)
    return found


def _times(frame: pd.DataFrame, time: str) -> npt.NDArray[Any]:
    groups(frame, time)
    return np.asarray(frame[time].to_numpy(dtype=object))


def _places_in_time(frame: pd.DataFrame, time: str) -> Ints:
    """Place of each row in order of time, week 10 after week 9; -1 where the time is missing."""
    places = {label(value): place for place, value in enumerate(in_order(frame[time]))}
    found = texts(frame[time]).map(places).where(frame[time].notna()).fillna(-1)
    return np.asarray(found.to_numpy(), dtype=np.int64)


def table_of(series: list[Series]) -> pd.DataFrame:
    """All measurements: ``case, time, score, treated, run``."""
    parts = [
        pd.DataFrame({"case": s.case, "time": s.times, "score": s.scores, "treated": s.treated, "run": s.runs})
        for s in series
    ]
    return pd.concat(parts, ignore_index=True)
