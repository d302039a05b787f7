"""Means and agreement of the groups that a report may show."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from lcresearch.measurement import group_means
from lcresearch.studies.analysis import GROUP, ScaleResults, group_names, path_columns
from lcresearch.studies.coarsening import coarse_small_groups
from lcresearch.studies.model import LevelName

_CLUSTER = "shown group"


def means_with_intervals(
    scores: pd.DataFrame, levels: Sequence[LevelName], results: ScaleResults, path: Sequence[str], inner: int | None
) -> pd.DataFrame:
    """Means of groups, their intervals over the groups inside them that are shown; the others count as one.

    Each hidden group as a cluster of its own would put its mean into the interval.
    """
    if inner is None:
        return coarse_small_groups(group_means(scores, results.use.name, ["wave", *path]))
    level, columns = levels[inner], ["wave", *levels[: inner + 1]]
    cells = results.cells[(results.cells["level"] == level) & results.cells["released"]]
    shown = {(wave, *key) for wave, key in zip(cells["wave"], cells["key"], strict=True)}
    known = pd.DataFrame(sorted(shown, key=str), columns=columns, dtype="str").assign(shown=True)
    found = scores[columns].merge(known, on=columns, how="left")["shown"].notna().to_numpy()
    number = scores.groupby(columns[1:], dropna=False, sort=False).ngroup()
    frame = scores.assign(**{_CLUSTER: number.where(found, -1)})
    return coarse_small_groups(group_means(frame, results.use.name, ["wave", *path], cluster=[_CLUSTER]))


def agreement_of_groups(
    scores: pd.DataFrame, levels: tuple[LevelName, ...], results: ScaleResults, level: LevelName
) -> dict[str, pd.DataFrame]:
    """By wave, agreement within the groups of a level that may be shown."""
    columns = path_columns(level, levels)
    named = scores[columns].assign(**{GROUP: group_names(scores, level, levels)})
    named = named.dropna().drop_duplicates()
    name_of = dict(zip(named[columns].itertuples(index=False, name=None), named[GROUP], strict=True))
    parts = {}
    for wave, one in results.agreement.items():
        cells = results.cells
        released = cells[(cells["level"] == level) & (cells["wave"] == wave) & cells["released"]]
        table = one.tidy()
        table = table[table["group"].isin([name_of[key] for key in released["key"]])]
        parts[wave] = coarse_small_groups(table.reset_index(drop=True))
    return parts
