"""Norms: what scores are common, over all persons and by group, without telling on anybody."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.disclosure import EVERYBODY, Policy
from lcresearch.disclosure.categories import best_merges
from lcresearch.measurement.columns import Array
from lcresearch.measurement.instrument_validation.item_disclosure import FEW_ITEMS, shown_moments
from lcresearch.measurement.instrument_validation.scale_answers import SCORE, ScaleAnswers

PERCENTILES = (5, 10, 25, 50, 75, 90, 95)
_BANDS = 20


def norms(scale: ScaleAnswers, by: tuple[str, ...], policy: Policy) -> pd.DataFrame:
    """Scores over all persons and by group.

    Columns: ``by, group, n, mean, sd, conf_low, conf_high, p5 .. p95, released, reason``.
    Percentiles are those of type 8 (Hyndman & Fan 1996), and are given only where at least the minimum cell of persons
    lies on either side: the 10th with 50 persons if that cell is 5. Group means have a 95% interval by the t
    distribution; over all persons there is none, since persons in a group resemble each other. Groups that may not be
    shown have no numbers and a reason. Of a score over one or two items, mean and standard deviation follow the rules
    for items: see :mod:`~lcresearch.measurement.instrument_validation.item_disclosure`.
    """
    ends = scale.score_range if len(scale.items) <= FEW_ITEMS else None
    everybody = scale.frame[SCORE].to_numpy(dtype=float)
    rows = [{"by": EVERYBODY, "group": None} | _row(everybody, policy, ends, interval=False)]
    for name in by:
        cells = scale.cells[scale.cells["level"] == name]
        scores = {group: own.to_numpy(dtype=float) for group, own in scale.in_groups(name).groupby(name)[SCORE]}
        for cell in cells[cells["n_persons"] > 0].to_dict("records"):
            group = cell["group"]
            shown = bool(cell["released"]) and group in scores
            rows.append(
                {"by": name, "group": str(group)}
                | _row(scores[group] if shown else np.array([]), policy, ends, interval=True)
                | {"released": shown, "reason": None if shown else cell["reason"]}
            )
    return pd.DataFrame(rows).astype({"n": "Int64", "group": object, "reason": object})


def _row(scores: Array, policy: Policy, ends: tuple[float, float] | None, *, interval: bool) -> dict[str, object]:
    """Of one group; ``ends`` of the score if it is over so few items that its moments tell on answers."""
    n = len(scores)
    if n == 0:
        nothing = dict.fromkeys(["mean", "sd", "conf_low", "conf_high", *(f"p{p}" for p in PERCENTILES)], np.nan)
        return {"n": pd.NA} | nothing | {"released": False, "reason": None}
    mean, sd = float(scores.mean()), float(scores.std(ddof=1)) if n > 1 else np.nan
    if ends is not None:
        mean, sd = shown_moments(scores, ends, policy)
    half = float(stats.t.ppf(0.975, n - 1)) * sd / np.sqrt(n) if interval and n > 1 else np.nan
    row: dict[str, object] = {"n": n, "mean": mean, "sd": sd, "conf_low": mean - half, "conf_high": mean + half}
    return row | percentiles(scores, policy) | {"released": True, "reason": None}


def percentiles(scores: Array, policy: Policy) -> dict[str, float]:
    """Percentiles with enough persons on either side; others are NaN.

    Examples
    --------
    >>> percentiles(np.arange(1.0, 21.0), Policy(minimum_cell=5))["p50"]
    10.5
    >>> percentiles(np.arange(1.0, 21.0), Policy(minimum_cell=5))["p10"]
    nan
    """
    found = np.percentile(scores, PERCENTILES, method="median_unbiased")
    smaller = len(scores) * np.minimum(np.array(PERCENTILES), 100 - np.array(PERCENTILES)) / 100
    shown = np.where(smaller >= policy.minimum_cell, found, np.nan)
    return {f"p{p}": float(value) for p, value in zip(PERCENTILES, shown, strict=True)}


def norm_table(scale: ScaleAnswers, policy: Policy) -> pd.DataFrame:
    """Bands of scores with their percentile rank: ``low, high, n, percentile_rank``.

    The rank of a band is the share of persons below it and half of those in it. Bands are merged until each has nobody
    in it or at least the smallest category of persons; empty without a range, or where one band would be left.
    """
    columns = ["low", "high", "n", "percentile_rank"]
    low, high = scale.score_range
    scores = scale.frame[SCORE].to_numpy(dtype=float)
    if not np.isfinite([low, high]).all() or not low < high or not len(scores):
        return pd.DataFrame(columns=columns)
    edges = np.linspace(low, high, _BANDS + 1)
    place = np.clip(np.searchsorted(edges, scores + 1e-9, side="right") - 1, 0, _BANDS - 1)
    counts = np.bincount(place, minlength=_BANDS)
    starts = best_merges(counts[None, :], policy.minimum_category)[0]
    if len(starts) < 2:
        return pd.DataFrame(columns=columns)
    n = np.add.reduceat(counts, starts)
    below = np.cumsum(n) - n
    table = pd.DataFrame({"low": edges[starts], "high": edges[[*starts[1:], _BANDS]], "n": n})
    return table.assign(percentile_rank=100 * (below + n / 2) / len(scores))
