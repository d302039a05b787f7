"""The measures that the rules look at, a row a respondent x wave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.responses.screening.batteries import Battery, stretches
from lcresearch.responses.screening.copies import copies, expected_copies
from lcresearch.responses.screening.patterns import (
    Array,
    Counts,
    answered,
    contradicting_run,
    contradiction,
    frequencies,
    longest_run,
    squares_about_mean,
    within_scales,
)

Mask = npt.NDArray[np.bool_]
_LONG_BATTERY = 4
"""Of a long battery, the part (one in so many items) that a run of opposite answers alike must cover."""


def columns_of(frame: pd.DataFrame, items: Sequence[str]) -> list[Array]:
    """The columns of these items as arrays, without copying."""
    return [frame[item].to_numpy(dtype=float) for item in items]


def runs(frame: pd.DataFrame, batteries: Sequence[Battery], limits: Mapping[str, float]) -> pd.DataFrame:
    """Runs of identical answers: ``longest_run, contradicting_run`` and what it takes to judge and flag them."""
    longest, in_a_row, opposed = (np.zeros(len(frame), dtype=np.int64) for _ in range(3))
    judged, flagged = (np.zeros(len(frame), dtype=bool) for _ in range(2))
    for items in stretches(batteries):
        columns = columns_of(frame, items)
        np.maximum(longest, longest_run(columns), out=longest)
        np.maximum(in_a_row, answered(columns), out=in_a_row)
    for battery in (b for b in batteries if any(len({r for _, r in members}) == 2 for members in b.scales)):
        columns = columns_of(frame, battery.items)
        distance = limits["contradiction"] * battery.half_range
        run = contradicting_run(columns, battery.scales, battery.middle, distance)
        n = answered(columns)
        judged |= n >= limits["opposite_run"]
        flagged |= run >= np.maximum(limits["opposite_run"], n / _LONG_BATTERY)
        np.maximum(opposed, run, out=opposed)
    found = {"longest_run": longest, "contradicting_run": opposed, "n_in_a_row": in_a_row}
    return pd.DataFrame(found | {"opposite_judged": judged, "opposite_flagged": flagged})


def spread(frame: pd.DataFrame, batteries: Sequence[Battery]) -> pd.DataFrame:
    """How much the answers of a person differ, over all batteries.

    ``identical_share``: share of one's most frequent answer of each battery. ``response_variability``: standard
    deviation within batteries as a share of the response scale (intra-individual response variability; Dunn et al.,
    2018: there over one battery, in units of the answers).
    """
    n, df, most = (np.zeros(len(frame), dtype=np.int64) for _ in range(3))
    squares = np.zeros(len(frame))
    for battery in batteries:
        columns = columns_of(frame, battery.items)
        about, own_df = squares_about_mean(columns)
        squares += about / (2 * battery.half_range) ** 2
        df += own_df
        n += answered(columns)
        most += frequencies(columns, battery.codes).max(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = {"identical_share": most / n, "response_variability": np.sqrt(squares / df)}
    return pd.DataFrame({"n_in_batteries": n} | shares)


def sense(frame: pd.DataFrame, batteries: Sequence[Battery]) -> pd.DataFrame:
    """Whether answers to items of one scale make sense together.

    ``contradiction``: mean over scales of :func:`contradiction`, weighted by reversed items. ``inconsistency``:
    standard deviation within scales, reversed items turned round, divided by that of answers drawn at random, or by
    that of one's own answers in any order (:func:`within_scales`), whichever quotient is smaller: so neither a taste
    for extreme answers nor a wide scale alone looks like clicking at random.
    """
    against, n_reversed = np.zeros(len(frame)), np.zeros(len(frame), dtype=np.int64)
    squares, df, n = np.zeros(len(frame)), *(np.zeros(len(frame), dtype=np.int64) for _ in range(2))
    as_given, reordered = np.zeros(len(frame)), np.zeros(len(frame))
    for battery in batteries:
        columns = columns_of(frame, battery.items)
        random = float(np.var(battery.codes))
        for members in battery.scales:
            size, weight = contradiction(columns, members, battery.middle, battery.half_range)
            against += size * weight
            n_reversed += weight
            turned = [2 * battery.middle - columns[place] if r else columns[place] for place, r in members]
            about, own_df = squares_about_mean(turned)
            squares += about / random
            df += own_df
            n += answered(turned)
        if battery.scales:
            means = [float(np.nanmean(column)) if not np.isnan(column).all() else battery.middle for column in columns]
            sums = within_scales(columns, battery.scales, means)
            as_given += sums[0] / random
            reordered += sums[1] / random
    with np.errstate(invalid="ignore", divide="ignore"):
        against_random, against_orders = np.sqrt(squares / df), np.sqrt(as_given / reordered)
        shares = {"contradiction": against / n_reversed, "inconsistency": np.fmin(against_random, against_orders)}
    return pd.DataFrame(shares | {"n_reversed": n_reversed, "n_in_scales": n})


def speed(paradata: pd.DataFrame, answering: pd.DataFrame, form: Counts, limits: Mapping[str, float]) -> pd.DataFrame:
    """Seconds a question, and the median of the same form divided by it (Leiner, 2019).

    Parameters
    ----------
    paradata : DataFrame
        Its column ``seconds`` counts, where above zero.
    answering : DataFrame
        ``n_answered`` and ``answered_share``.
    form : array of int
        Rows that got the same questions in one wave have the same number.
    """
    n = answering["n_answered"].to_numpy()
    seconds = paradata["seconds"].to_numpy(dtype=float, na_value=np.nan)
    usable = np.where(np.isfinite(seconds) & (seconds > 0), seconds, np.nan)
    each = pd.Series(np.where(n >= limits["timed_questions"], usable / np.maximum(n, 1), np.nan))
    typical = each.where(answering["answered_share"].ge(0.5).to_numpy()).groupby(form)
    enough = typical.transform("count") >= limits["speed_rows"]
    index = (typical.transform("median") / each).where(enough)
    return pd.DataFrame({"seconds": seconds, "seconds_per_question": each, "speed_index": index})


def repeats(
    frame: pd.DataFrame, names: Sequence[str], batteries: Sequence[Battery], waves: Counts, limits: Mapping[str, float]
) -> pd.DataFrame:
    """Rows that repeat another row of their wave where chance cannot explain it."""
    own = [(columns_of(frame, battery.items), battery.codes) for battery in batteries]
    n = np.sum([answered(columns) for columns, _ in own], axis=0) if own else np.zeros(len(frame))
    used = sum(len(columns) for columns, _ in own)
    exact, near = expected_copies(own, waves, len(names) - used)
    enough = n >= limits["copied_items"]
    judge_same, judge_near = (enough & (chance < limits["copies_by_chance"]) for chance in (exact, near))
    same, nearly, sets = copies(columns_of(frame, names), waves, judge_same, judge_near)
    numbers = pd.Series(sets, dtype="Int64").mask(sets == 0)
    found = {"copies_by_chance": exact, "near_copies_by_chance": near, "copy_group": numbers}
    return pd.DataFrame(found | {"same_judged": judge_same, "same": same, "near_judged": judge_near, "nearly": nearly})
