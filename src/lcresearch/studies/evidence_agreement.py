"""Figures of agreement within groups of a consortium, over groups that may be shown outside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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
    rows = [
        {"scale": use.name, "wave": wave, "level": level} | found
        for use in scales
        if use.agreement_counts and set(use.items) <= set(frame.columns)
        for level in levels
        if level == use.group
        for wave in waves
        if (found := _figures(frame[frame["wave"] == wave], use, level, levels, policy)) is not None
    ]
    return pd.DataFrame(rows, columns=["scale", "wave", "level", *FIGURES])


def _figures(
    frame: pd.DataFrame, use: ScaleUse, level: LevelName, levels: tuple[LevelName, ...], policy: Policy
) -> dict[str, Any] | None:
    """The figures at one wave, of which ``frame`` has the rows."""
    frame = frame[frame[use.name].notna()]
    path = path_columns(level, levels)
    if not len(frame):
        return None
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
