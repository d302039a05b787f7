"""Figures of agreement within groups of a consortium, over groups that may be shown outside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch import measurement
from lcresearch.disclosure import Policy, groups_for_statistics, protect
from lcresearch.studies.analysis import GROUP, ScaleUse, group_names, path_columns
from lcresearch.studies.model import LevelName

FIGURES = ("n", "n_groups", "icc_1", "icc_2", "r_wg", "r_wg_median", "ad")


def agreement_figures(
    frame: pd.DataFrame,
    scales: Sequence[ScaleUse],
    levels: tuple[LevelName, ...],
    waves: Sequence[str],
    policy: Policy,
) -> pd.DataFrame:
    """A row a scale and wave, of scales that are averaged to a group.

    Parameters
    ----------
    frame : DataFrame
        A row a respondent and wave of one consortium: ``respondent, wave``, levels, keyed answers and scores.
    scales : sequence of ScaleUse
    levels : tuple of str
        Levels inside the consortium, outermost first.
    waves : sequence of str
    policy : Policy
        Fewest persons with a score in a group that takes part.

    Returns
    -------
    DataFrame
        ``scale, wave, level`` and :data:`FIGURES`; no row where fewer than two groups may take part.
    """
    at = {wave: (frame["wave"] == wave).to_numpy(dtype=bool) for wave in waves}
    counted = [use for use in scales if use.agreement_counts and set(use.items) <= set(frame.columns)]
    numbers = {level: _numbers(frame, path_columns(level, levels)) for level in levels}
    rows = []
    for use, level in ((use, level) for use in counted for level in levels if level == use.group):
        scored = frame[use.name].notna().to_numpy(dtype=bool)
        for wave in waves:
            inside = scored & at[wave]
            if int((np.bincount(numbers[level][inside] + 1)[1:] >= policy.minimum_cell).sum()) < 2:
                continue  # others are not shown
            found = _figures(frame[inside], use, level, levels, policy)
            rows += [] if found is None else [{"scale": use.name, "wave": wave, "level": level} | found]
    return pd.DataFrame(rows, columns=["scale", "wave", "level", *FIGURES])


def _numbers(frame: pd.DataFrame, path: list[str]) -> npt.NDArray[np.int64]:
    """The group of each row as a number, -1 for none."""
    return np.asarray(frame.groupby(path).ngroup().fillna(-1), dtype=np.int64)


def _figures(
    frame: pd.DataFrame, use: ScaleUse, level: LevelName, levels: tuple[LevelName, ...], policy: Policy
) -> dict[str, Any] | None:
    """The figures at one wave, of which ``frame`` has the rows with a score."""
    path = path_columns(level, levels)
    cells = protect(frame, use.name, path, policy, wave=None)
    chosen = groups_for_statistics(cells, path).rows(frame)
    groups = group_names(frame, level, levels).where(chosen)
    if groups.nunique() < 2:
        return None
    found = measurement.agreement(
        frame.assign(**{GROUP: groups})[chosen],
        use.items,
        GROUP,
        response_range=use.answer_range,
        composition=use.instrument.composition_of(use.name),
        score=use.name,
        minimum_complete=policy.minimum_cell,
    ).glance()
    return {name: found[name].iloc[0] if name in found else float("nan") for name in FIGURES}
