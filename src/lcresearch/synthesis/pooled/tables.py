"""Evidence on elements as tables: an estimate a row, with its interval and whether it was planned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.synthesis.pooled.estimating import ElementEvidence

KEYS = ("element", "outcome", "model", "adjustment")
ESTIMATE_COLUMNS = (
    *KEYS, "adjusted_for", "estimate", "std_error", "statistic", "df", "p_value", "conf_low", "conf_high", "tau",
    "n_consortia", "n_communities", "planned",
)  # fmt: skip
SECTOR_COLUMNS = (
    *KEYS, "sector", "n_consortia", "n_communities", "estimate", "std_error", "df", "conf_low", "conf_high",
    "estimable", "jointly", "f_statistic", "df_num", "df_den", "p_value", "planned",
)  # fmt: skip


def keys_of(one: ElementEvidence) -> dict[str, str]:
    """What names an estimate."""
    return {name: str(getattr(one.estimate, name)) for name in KEYS}


def with_interval(table: pd.DataFrame, conf_level: float = 0.95) -> pd.DataFrame:
    """Add ``conf_low, conf_high`` from ``estimate, std_error, df``."""
    df = table["df"].to_numpy(dtype=np.float64)
    tail = (1 - conf_level) / 2
    half = np.where(np.isinf(df), stats.norm.isf(tail), stats.t.isf(tail, np.where(df > 0, df, np.nan)))
    half = half * table["std_error"].to_numpy(dtype=np.float64)
    estimate = table["estimate"].to_numpy(dtype=np.float64)
    return table.assign(conf_low=estimate - half, conf_high=estimate + half)


def estimates_table(evidence: Sequence[ElementEvidence], conf_level: float = 0.95) -> pd.DataFrame:
    """Pooled effects, a row each."""
    rows = []
    for one in evidence:
        found = one.estimate
        row: dict[str, object] = {**keys_of(one), "adjusted_for": ", ".join(found.adjusted_for)}
        row |= {name: getattr(found, name) for name in ("estimate", "std_error", "df", "tau", "planned")}
        rows.append(row | {"n_consortia": found.n_consortia, "n_communities": found.n_communities})
    table = with_interval(pd.DataFrame(rows), conf_level)
    statistic = table["estimate"] / table["std_error"]
    df = table["df"].to_numpy(dtype=np.float64)
    p = 2 * stats.t.sf(np.abs(statistic), np.where(df > 0, df, np.nan))
    return table.assign(statistic=statistic, p_value=p)[list(ESTIMATE_COLUMNS)]


def sectors_table(evidence: Sequence[ElementEvidence]) -> pd.DataFrame:
    """Effects by sector, with the test that they are the same (not yet corrected) in each row of an element."""
    parts = []
    for one in evidence:
        if one.sectors is None or not len(one.sectors.table):
            continue
        test = one.sectors.test or dict.fromkeys(("statistic", "num_df", "den_df", "p_value"), np.nan)
        own = one.sectors.table.assign(**keys_of(one), estimable=one.sectors.table["estimate"].notna())
        own = own.assign(jointly=one.sectors.jointly, f_statistic=test["statistic"], df_num=test["num_df"])
        parts.append(own.assign(df_den=test["den_df"], p_value=test["p_value"], planned=one.estimate.planned))
    return _joined(parts, SECTOR_COLUMNS)


def moderators_table(evidence: Sequence[ElementEvidence]) -> pd.DataFrame:
    """Effects at levels of moderators; p values are not yet corrected."""
    names = ["moderator", "level", "n_consortia", "n_communities", "estimate", "std_error", "df", "p_value", "planned"]
    parts = [one.moderators.assign(**keys_of(one)) for one in evidence if len(one.moderators)]
    return _joined(parts, (*KEYS, *names[:7], "conf_low", "conf_high", *names[7:]))


def consortia_table(evidence: Sequence[ElementEvidence]) -> pd.DataFrame:
    """Effects by consortium: predicted from all, and from its own data alone (``own_``)."""
    parts = []
    for one in evidence:
        if not len(one.consortia):
            continue
        own = one.consortia.assign(**keys_of(one), df=one.estimate.df, planned=one.estimate.planned)
        if one.two_stage is not None:
            alone = one.two_stage.effects.set_index("consortium")[["estimate", "std_error", "df", "reason"]]
            own = own.join(alone.add_prefix("own_"), on="consortium")
        parts.append(own)
    names = ("consortium", "sector", "n_communities", "varies", "estimate", "std_error", "df", "conf_low", "conf_high")
    return _joined(parts, (*KEYS, *names, "own_estimate", "own_std_error", "own_df", "own_reason", "planned"))


def two_stage_table(evidence: Sequence[ElementEvidence]) -> pd.DataFrame:
    """Meta-analyses of effects within consortia, and how far they are from the one-stage effects."""
    rows = [
        {**keys_of(one), **one.two_stage.row(one.estimate.estimate), "planned": one.estimate.planned}
        for one in evidence
        if one.two_stage is not None
    ]
    return pd.DataFrame(rows)


def _joined(parts: Iterable[pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    there = [part for part in parts if len(part)]
    if not there:
        return pd.DataFrame(columns=list(columns))
    return with_interval(pd.concat(there, ignore_index=True)).reindex(columns=list(columns))
