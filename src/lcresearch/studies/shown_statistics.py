"""Statistics of a scale as they may stand in a report: rounded, without what gives answers away or means nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import pandas as pd

from lcresearch.errors import Problem
from lcresearch.measurement import Verdict
from lcresearch.studies.analysis import ScaleResults, ScaleUse
from lcresearch.studies.coarsening import coarse
from lcresearch.studies.model import AnalysisName

_ON_AGREEMENT = ("M012", "M013")
"""Who does not count in r_wg and AD, where these are not shown."""
_SAID_BEFORE = ("M010", "M011")
"""Rows without a group or a score: the log of reading and S021 say so, and hidden groups are D008."""


def items_shown(results: ScaleResults, mean_allowed: pd.DataFrame, exact: bool) -> pd.DataFrame | None:
    """Item statistics; those that would undo the merging of answers are missing."""
    table = coarse_by_wave({wave: one.tidy() for wave, one in results.items.items()}, exact)
    if table is None:
        return None
    allowed = table.merge(mean_allowed, on=["item", "wave"], how="left")["mean_allowed"].fillna(False).astype(bool)
    hidden = ~allowed.to_numpy()
    for name in table.columns.difference(["wave", "item", "n", "n_missing"]):
        table[name] = table[name].where(~hidden)
    return table


def coarse_by_wave(tables: Mapping[str, pd.DataFrame], exact: bool) -> pd.DataFrame | None:
    """Tables of waves under each other, the wave in front, rounded unless ``exact``; None when there are none."""
    if not tables:
        return None
    parts = []
    for wave, table in tables.items():
        part = table.copy()
        part.insert(0, "wave", wave)
        parts.append(part)
    return coarse(pd.concat(parts, ignore_index=True), unless=exact)


def agreement_shown(results: ScaleResults) -> dict[str, pd.DataFrame]:
    """The glance of agreement by wave; where members need not agree, without the measures of whether they do."""
    tables = {wave: one.glance() for wave, one in results.agreement.items()}
    if results.use.agreement_counts:
        return tables
    return {
        wave: table.assign(**{name: float("nan") for name in table.columns if _is_agreement(str(name))})
        for wave, table in tables.items()
    }


def _is_agreement(statistic: str) -> bool:
    return statistic in ("ad", "awg", "n_groups_agreement") or statistic.startswith(("r_wg", "ad_", "awg_"))


def verdict_shown(verdict: Verdict, use: ScaleUse) -> Verdict:
    """The verdict; where members need not agree, without the thresholds for agreement."""
    table = verdict.thresholds
    if use.agreement_counts or table.empty:
        return verdict
    kept = ~table["statistic"].astype(str).map(_is_agreement).to_numpy(dtype=bool)
    return dataclasses.replace(verdict, thresholds=table[kept].reset_index(drop=True))


def problems_of(results: ScaleResults) -> list[Problem]:
    """What measurement has to say of a scale, other than what the report says elsewhere."""
    once = ((results.items, ""), (results.reliability, "M030"), (results.agreement, ""))  # items tell of M030 already
    return [
        problem
        for found, said in once
        for one in found.values()
        for problem in one.problems
        if problem.code != said
        and problem.code not in _SAID_BEFORE
        and (results.use.agreement_counts or problem.code not in _ON_AGREEMENT)
    ]


def distribution_shown(
    shown: pd.DataFrame, use: ScaleUse, waves: list[str], asked: tuple[AnalysisName, ...]
) -> pd.DataFrame:
    """Answers to the items of a scale at its waves; none where the study asks for no distributions."""
    rows = shown["item"].isin(use.items) & shown["wave"].isin(waves)
    return shown[rows if "distributions" in asked else rows & False].reset_index(drop=True)
