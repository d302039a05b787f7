"""Intervals and statistics over groups: a bundle hides groups that the report shows, and these may not tell of them.

The interval of a mean rests on how far the groups inside it lie apart, an intraclass correlation on those of a whole
level. With the mean of all together they are two equations, from which the means of two hidden groups can be solved.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

import pandas as pd

from lcresearch.disclosure import EVERYBODY
from lcresearch.reporting.content import ScaleContent
from lcresearch.studies.analysis import ScaleResults
from lcresearch.studies.characteristics import with_names
from lcresearch.studies.publishing.allowed import Shown, key_of
from lcresearch.studies.release import Release
from lcresearch.studies.shown_means import means_with_intervals

Group = tuple[tuple[str, ...], str]
"""Path of a group, and a wave."""
_ENDS = ["conf_low", "conf_high"]
_DIGITS = 2


@dataclasses.dataclass(frozen=True)
class OverGroups:
    """What a bundle may tell of the groups of one scale together.

    Attributes
    ----------
    results : ScaleResults
        With the groups that the bundle shows.
    hidden : DataFrame
        ``level, wave, key`` of groups that the report shows and the bundle does not.
    """

    results: ScaleResults
    hidden: pd.DataFrame

    @classmethod
    def of(cls, results: ScaleResults, shown: Shown, waves: Collection[str]) -> OverGroups:
        """Compare the groups of a report with those of a bundle, at the waves of which a bundle shows anything."""
        cells = results.cells
        named = with_names(cells)
        keys = zip(named["level"], named["key"], named["wave"].astype(str), strict=True)
        rows = zip(keys, map(key_of, named.itertuples(index=False)), strict=True)
        may = {key for key, group in rows if group in shown and key[-1] in waves}
        of_cell = zip(cells["level"], cells["key"], cells["wave"].astype(str), strict=True)
        fits = pd.Series([level == EVERYBODY or (level, *rest) in may for level, *rest in of_cell], index=cells.index)
        gone = cells[cells["released"].astype(bool) & ~fits]
        return cls(
            dataclasses.replace(results, cells=cells.assign(released=cells["released"].astype(bool) & fits)),
            gone.assign(wave=gone["wave"].astype(str))[["level", "wave", "key"]],
        )

    def waves_of(self, level: str | None, minimum: int) -> set[str]:
        """Waves at which statistics over the groups of a level tell of too few groups that are hidden."""
        n = self.hidden.loc[self.hidden["level"] == level, "wave"].value_counts()
        return set(n.index[n < minimum])

    def intervals(self, release: Release, depth: int, inner: int | None) -> pd.DataFrame:
        """``key, wave, conf_low, conf_high`` of groups at a depth in which a group inside is hidden.

        Hidden groups count as one, as in the report: their total follows from the others anyway.
        """
        path = list(release.levels[:depth])
        inside = self.hidden[self.hidden["level"] == (None if inner is None else release.levels[inner])]
        asked = {(key[:depth], wave) for key, wave in zip(inside["key"], inside["wave"], strict=True)}
        if not asked:
            return pd.DataFrame(columns=["key", "wave", *_ENDS])
        table = means_with_intervals(release.scores, release.levels, self.results, path, inner)
        table["key"] = list(table[path].itertuples(index=False, name=None)) if path else [()] * len(table)
        table["wave"] = table["wave"].astype(str)
        fits = [(key, wave) in asked for key, wave in zip(table["key"], table["wave"], strict=True)]
        return table.loc[fits, ["key", "wave", *_ENDS]].round(dict.fromkeys(_ENDS, _DIGITS))


def without_hidden_groups(scale: ScaleContent, groups: OverGroups, release: Release, minimum: int) -> ScaleContent:
    """The scale with intervals that rest on the groups of the bundle, and no statistics that tell of hidden ones."""
    whole = groups.intervals(release, 0, release.depth_of_intervals)
    ends: dict[Group, tuple[float, float]] = {
        ((), str(wave)): (low, high) for _, wave, low, high in whole.itertuples(index=False)
    }
    overall = _with_ends(scale.overall, [((), str(wave)) for wave in scale.overall["wave"]], ends)
    telling = groups.waves_of(scale.agreement_level, minimum)
    reliability = scale.reliability
    if reliability is not None and "level" in reliability:
        fits = (reliability["level"] != "group") | ~reliability["wave"].astype(str).isin(telling)
        reliability = reliability[fits].reset_index(drop=True)
    agreement = scale.agreement
    if agreement is not None:
        agreement = agreement[~agreement["wave"].astype(str).isin(telling)].reset_index(drop=True)
    return dataclasses.replace(
        scale,
        overall=overall,
        scores=_scores(scale.scores, groups, release),
        reliability=reliability,
        agreement=agreement,
        verdicts={wave: verdict for wave, verdict in scale.verdicts.items() if wave not in telling},
    )


def _scores(scores: pd.DataFrame, groups: OverGroups, release: Release) -> pd.DataFrame:
    if scores.empty:
        return scores
    named = with_names(groups.results.cells)
    key_by_name = {key_of(row): key for row, key in zip(named.itertuples(index=False), named["key"], strict=True)}
    rows = [key_of(row) for row in scores.itertuples(index=False)]
    depths = len(release.levels)
    found = [groups.intervals(release, depth, depth if depth < depths else None) for depth in range(1, depths + 1)]
    ends = {(key, wave): (low, high) for part in found for key, wave, low, high in part.itertuples(index=False)}
    return _with_ends(scores, [(key_by_name.get(row, ()), row[-1]) for row in rows], ends)


def _with_ends(
    table: pd.DataFrame,
    keys: list[tuple[tuple[str, ...], str]],
    ends: dict[tuple[tuple[str, ...], str], tuple[float, float]],
) -> pd.DataFrame:
    """The table with other ends of intervals where there are any, and none where none was shown."""
    table = table.copy()
    for place, name in enumerate(_ENDS):
        new = pd.Series([ends[key][place] if key in ends else None for key in keys], index=table.index, dtype=float)
        table[name] = new.where(new.notna() & table[name].notna(), table[name])
    return table
