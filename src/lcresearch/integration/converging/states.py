"""What numbers and voices each say of an element, as a state by the thresholds of the rules."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.change.sureness import within
from lcresearch.integration.converging.rules import NumbersRule, VoicesRule

Array = npt.NDArray[np.float64]
SIDES = ("n_persons_helping", "n_persons_lacking", "n_persons_hindering", "n_persons_valuing")
"""Columns with persons by the side that they take."""


def numbers_states(table: pd.DataFrame, rule: NumbersRule) -> pd.Series[str]:
    """The state of the numbers, an element a row.

    Parameters
    ----------
    table : DataFrame
        ``estimate, conf_low, conf_high, smallest_worthwhile`` (the same unit) and ``effect_verdict``.
    rule : NumbersRule

    Returns
    -------
    Series of str
        ``positive`` and ``negative``: beyond the smallest worthwhile effect, with an interval that leaves out zero;
        ``none``: the interval lies within plus and minus that effect; ``mixed``: by the verdict; ``not_positive``: the
        interval lies below the smallest worthwhile gain, ``not_negative``: above the smallest worthwhile loss;
        ``unclear``: neither; ``absent``: no estimate or no interval.
    """
    estimate, low, high, bound = (_numbers(table, name) for name in _NUMBERS)
    known = np.isfinite(estimate) & ~np.isnan(low) & ~np.isnan(high)
    conditions = {
        "absent": ~known,
        "mixed": table["effect_verdict"].isin(rule.mixed).to_numpy(dtype=np.bool_),
        "none": within(low, high, bound),
        "positive": (estimate > bound) & (low > 0),
        "negative": (estimate < -bound) & (high < 0),
        "not_positive": high < bound,
        "not_negative": low > -bound,
    }
    found = np.select(list(conditions.values()), list(conditions), default="unclear")
    return pd.Series(found, index=table.index, name="numbers", dtype="str")


def new_setting_states(table: pd.DataFrame) -> pd.Series[str]:
    """Whether a worthwhile effect of the other sign lies within the interval for a new consortium, an element a row."""
    estimate, low, high = (_numbers(table, name) for name in ("estimate", "pred_low", "pred_high"))
    bound = _numbers(table, "smallest_worthwhile")
    opposite = np.where(estimate > 0, low < -bound, high > bound)
    known = np.isfinite(estimate) & ~np.isnan(low) & ~np.isnan(high)
    found = np.select([~known, opposite], ["unknown", "opposite_possible"], default="same")
    return pd.Series(found, index=table.index, name="new_setting", dtype="str")


def voices_states(table: pd.DataFrame, rule: VoicesRule) -> pd.Series[str]:
    """The state of the voices, an element a row.

    Parameters
    ----------
    table : DataFrame
        ``n_persons, n_cases, n_persons_helping, n_persons_lacking, n_persons_hindering, n_persons_valuing`` (missing:
        hidden) and ``asked``: whether a code speaks of the element; where there, ``of_persons, of_cases``.
    rule : VoicesRule

    Returns
    -------
    Series of str
        ``not_asked``; ``not_shown``: how many speak of it is hidden; ``nobody``; ``few``: too few persons or cases;
        ``side_not_shown``: how many take which side is hidden; ``undirected``: too few take a side. By the share of
        those who take a side: ``hindering``, or for it, which is ``missed`` when twice as many (by the same share) miss
        it as say that it helps, ``helping`` when not, and ``valued`` where that is hidden; else ``divided``.
    """
    persons, cases = (_numbers(table, name) for name in ("n_persons", "n_cases"))
    cases = np.where(np.isnan(cases) & _must_be_several(table, persons, rule.cases), float(rule.cases), cases)
    conditions = {
        "not_asked": ~table["asked"].to_numpy(dtype=np.bool_),
        "not_shown": np.isnan(persons) | np.isnan(cases),
        "nobody": persons == 0,
        "few": (persons < rule.persons) | (cases < rule.cases),
    }
    sides = side_states(table, rule).to_numpy(dtype=np.str_)
    found = np.select(list(conditions.values()), list(conditions), default=sides)
    return pd.Series(found, index=table.index, name="voices", dtype="str")


def side_states(table: pd.DataFrame, rule: VoicesRule) -> pd.Series[str]:
    """Which side those who speak of an element take, an element a row, however many speak of it.

    Parameters
    ----------
    table : DataFrame
        The columns :data:`SIDES`; missing: hidden.
    rule : VoicesRule

    Returns
    -------
    Series of str
        ``side_not_shown, undirected, valued, missed, helping, hindering`` or ``divided``; see :func:`voices_states`.
    """
    helping, lacking, hindering, valuing = (_numbers(table, name) for name in SIDES)
    sides, told = valuing + hindering, helping + lacking
    share = np.divide(valuing, sides, out=np.full_like(sides, np.nan), where=sides > 0)
    missing = np.divide(lacking, told, out=np.full_like(told, np.nan), where=told > 0)
    conditions = {
        "side_not_shown": np.isnan(sides),
        "undirected": sides < rule.persons,
        "valued": (share >= rule.share) & np.isnan(missing),
        "missed": (share >= rule.share) & (missing >= rule.share),
        "helping": share >= rule.share,
        "hindering": 1 - share >= rule.share,
    }
    found = np.select(list(conditions.values()), list(conditions), default="divided")
    return pd.Series(found, index=table.index, name="side", dtype="str")


def _must_be_several(table: pd.DataFrame, persons: Array, cases: int) -> npt.NDArray[np.bool_]:
    """Whether so many persons cannot come from fewer cases, by numbers that are shown, even if one case is very large.

    Each case has someone who was interviewed: fewer than ``cases`` of them hold at most all persons but one for each of
    the others.
    """
    if not {"of_persons", "of_cases"} <= set(table.columns):
        return np.zeros(len(table), dtype=np.bool_)
    of_persons, of_cases = _numbers(table, "of_persons"), _numbers(table, "of_cases")
    return np.asarray((of_cases >= cases) & (persons > of_persons - of_cases + cases - 1), dtype=np.bool_)


_NUMBERS = ("estimate", "conf_low", "conf_high", "smallest_worthwhile")


def _numbers(table: pd.DataFrame, name: str) -> Array:
    found: Array = np.asarray(table[name].astype("float64").to_numpy(na_value=np.nan), dtype=np.float64)
    return found
