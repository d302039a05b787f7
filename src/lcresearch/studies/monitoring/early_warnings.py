"""Early warnings: groups that still go on, and of which something says that they may be about to stop.

The rules are few and plain, so that a researcher can call such a group. Whether they foretell that it stops is for
the register to show.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lcresearch.studies.monitoring.presence import ACTIVE
from lcresearch.studies.monitoring.register import GROUP
from lcresearch.studies.monitoring_settings import WarningRules

KINDS = ("no_answers", "never_answered", "low_response", "falling_response", "low_score", "falling_score")
_COLUMNS = [GROUP, "warning", "wave", "scale", "value", "before"]


def early_warnings(
    groups: pd.DataFrame,
    counts: pd.DataFrame,
    rules: WarningRules,
    *,
    invited: pd.DataFrame | None = None,
    scores: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """What stands out in the last wave, of groups that did not stop.

    Parameters
    ----------
    groups : DataFrame
        As :func:`lcresearch.studies.monitoring.presence.followed` gives it.
    counts : DataFrame
        As :func:`lcresearch.studies.monitoring.presence.presence` gives it: waves with answers.
    rules : WarningRules
    invited : DataFrame, optional
        ``group, wave, n_invited``.
    scores : DataFrame, optional
        ``scale, group, wave, mean``.

    Returns
    -------
    DataFrame
        ``group, warning, wave, scale, value, before``: one of :data:`KINDS`; ``value`` is a number of persons, a share
        or a mean in that wave, ``before`` the same in the wave in which the group answered before it.
    """
    waves = [str(wave) for wave in counts.columns]
    going = groups[groups["status"] == ACTIVE][GROUP].tolist()
    table = counts.reindex(going, fill_value=0).astype(float)
    now = waves[-1]
    earlier = _last_known(table[waves[:-1]].where(table[waves[:-1]] > 0))
    latest, answered = table[now], table[now] > 0
    parts = [
        _rows("no_answers", now, latest[~answered & earlier.notna()], earlier),
        _rows("never_answered", now, latest[~answered & earlier.isna()], earlier),
    ]
    if rules.response_fall is not None:
        fell = answered & (latest <= (1 - rules.response_fall) * earlier)
        parts.append(_rows("falling_response", now, latest[fell], earlier))
    if invited is not None and rules.response_below is not None:
        asked = invited[invited["wave"] == now].set_index(GROUP)["n_invited"].reindex(going)
        share = latest / asked.where(asked > 0)
        low = answered & (share < rules.response_below)
        parts.append(_rows("low_response", now, share[low], share * np.nan))
    if scores is not None:
        parts += _of_scores(scores, rules, going, waves)
    found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=_COLUMNS)
    order = {kind: number for number, kind in enumerate(KINDS)}
    return found.sort_values("warning", key=lambda kinds: kinds.map(order), kind="stable").reset_index(drop=True)


def _last_known(table: pd.DataFrame) -> pd.Series[float]:
    """The last value of each row that is not missing."""
    if table.shape[1] == 0:
        return pd.Series(np.nan, index=table.index)
    return table.ffill(axis=1).iloc[:, -1]


def _rows(kind: str, wave: str, value: pd.Series[float], before: pd.Series[float], scale: str = "") -> pd.DataFrame:
    return pd.DataFrame(
        {
            GROUP: value.index.astype("str"),
            "warning": kind,
            "wave": wave,
            "scale": scale,
            "value": value.to_numpy(dtype=float),
            "before": before.reindex(value.index).to_numpy(dtype=float),
        }
    )


def _of_scores(
    scores: pd.DataFrame, rules: WarningRules, going: Sequence[str], waves: Sequence[str]
) -> list[pd.DataFrame]:
    """Scales that are low in the last wave, or fell since the group answered before."""
    parts = []
    for scale, rows in scores.groupby("scale", sort=False):
        means = rows.pivot(index=GROUP, columns="wave", values="mean").reindex(index=list(going), columns=list(waves))
        now, before = means[waves[-1]], _last_known(means[list(waves[:-1])])
        if rules.score_below is not None:
            parts.append(_rows("low_score", waves[-1], now[now < rules.score_below], before, str(scale)))
        if rules.score_fall is not None:
            fell = before - now >= rules.score_fall - 1e-9
            parts.append(_rows("falling_score", waves[-1], now[fell], before, str(scale)))
    return parts
