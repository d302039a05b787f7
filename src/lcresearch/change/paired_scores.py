"""Scores of the same persons at two waves, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import ChangeError
from lcresearch.measurement.columns import groups, item_names, values

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PairedScores:
    """Two scores a person.

    Attributes
    ----------
    persons : array of object, shape (n,)
        Who has a score at either wave, in the order of their first row.
    before, after : array, shape (n,)
        NaN where the person has no score at that wave.
    """

    persons: npt.NDArray[Any]
    before: Floats
    after: Floats

    @property
    def linked(self) -> npt.NDArray[np.bool_]:
        """Who has both scores, shape (n,)."""
        both: npt.NDArray[np.bool_] = ~np.isnan(self.before) & ~np.isnan(self.after)
        return both


def paired_scores(
    frame: pd.DataFrame, column: str, *, before: object, after: object, wave: str, person: str
) -> PairedScores:
    """Take one column at two waves, a person a row.

    Raises
    ------
    ChangeError
        C050: a wave is not there, or the two are one; C051: a person has two rows at one wave.
    MeasurementError
        M001, M002, M008, M420, M421 for columns.
    """
    item_names(frame, column)
    who = groups(frame, person)
    score = values(frame, column)
    rows = [_rows_of_wave(frame, wave, when) for when in (before, after)]
    if before == after:
        raise ChangeError("C050", found=[str(before)], column=wave, known=_waves(frame, wave))
    sides = np.full((2, who.n), np.nan)
    for side, here in zip(sides, rows, strict=True):
        used = here & (who.codes >= 0) & ~np.isnan(score)
        once(who.codes[used], who.labels)
        side[who.codes[used]] = score[used]
    first = pd.unique(who.codes[who.codes >= 0])
    some = first[~np.isnan(sides[:, first]).all(axis=0)]
    return PairedScores(who.labels[some], sides[0, some], sides[1, some])


def once(codes: npt.NDArray[np.int64], labels: npt.NDArray[Any]) -> None:
    """Refuse (C051) persons who are there more than once."""
    n = np.bincount(codes, minlength=len(labels))
    if (n > 1).any():
        raise ChangeError("C051", n=int((n > 1).sum()))


def _rows_of_wave(frame: pd.DataFrame, wave: str, when: object) -> npt.NDArray[np.bool_]:
    groups(frame, wave)
    here: npt.NDArray[np.bool_] = (frame[wave] == when).fillna(False).to_numpy(dtype=bool)
    if not here.any():
        raise ChangeError("C050", found=[str(when)], column=wave, known=_waves(frame, wave))
    return here


def _waves(frame: pd.DataFrame, wave: str) -> Sequence[str]:
    return [str(label) for label in groups(frame, wave).labels[:12]]
