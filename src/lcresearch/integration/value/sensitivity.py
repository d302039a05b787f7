"""What the outcome hangs on: one number at a time, all together, and where costs are just covered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import optimize, stats

from lcresearch.integration.value.cash_flows import TOTAL, cash_flows
from lcresearch.integration.value.distributions import Array
from lcresearch.integration.value.inputs import DISCOUNT_RATE, PARTICIPANTS, Input, Ledger
from lcresearch.integration.value.simulation import interval_row, share_with_error

LOW, HIGH = 0.1, 0.9
MOST_INFLUENTIAL = 5
_NOT_LINEAR = (DISCOUNT_RATE, "drop_off")
_FROM_ZERO = ("price", "quantity")


def middle(ledger: Ledger) -> dict[str, float]:
    """The median of each input."""
    return {name: one.distribution.at(0.5) for name, one in ledger.inputs.items()}


def tornado_table(ledger: Ledger, party: str = TOTAL) -> pd.DataFrame:
    """Net result with one input at its 10th and 90th percentile, the others at their median; the widest first.

    Returns
    -------
    DataFrame
        ``input, low, high, net_low, net_high, swing, net_middle``.
    """
    names = [name for name in ledger.varying if name != PARTICIPANTS]
    centre = middle(ledger)
    scenarios = {name: np.full(2 * len(names) + 1, value) for name, value in centre.items()}
    ends = np.array([[ledger.inputs[name].distribution.at(p) for p in (LOW, HIGH)] for name in names]).reshape(-1, 2)
    for n, name in enumerate(names):
        scenarios[name][2 * n : 2 * n + 2] = ends[n]
    net = cash_flows(ledger, scenarios).net(party)
    pairs = net[:-1].reshape(-1, 2)
    table = pd.DataFrame({"input": names, "low": ends[:, 0], "high": ends[:, 1]})
    table = table.assign(net_low=pairs[:, 0], net_high=pairs[:, 1], swing=np.abs(pairs[:, 1] - pairs[:, 0]))
    table = table.assign(net_middle=net[-1])[table["swing"] > 0]
    return table.sort_values("swing", ascending=False, kind="stable").reset_index(drop=True)


def importance_table(ledger: Ledger, draws: Mapping[str, Array], net: Array) -> pd.DataFrame:
    """Share of the variance of the net result by input: squared rank correlations, which sum to 1.

    Returns
    -------
    DataFrame
        ``input, rank_correlation, share``, the largest share first.
    """
    names = [name for name in ledger.varying if name != PARTICIPANTS]
    columns = ["input", "rank_correlation", "share"]
    if not names or np.ptp(net) == 0:
        return pd.DataFrame(columns=columns)
    ranks = stats.rankdata(np.column_stack([draws[name] for name in names]), axis=0)
    outcome = stats.rankdata(net)
    deviations = ranks - ranks.mean(axis=0)
    own = outcome - outcome.mean()
    found = deviations.T @ own / np.sqrt((deviations**2).sum(axis=0) * (own**2).sum())
    table = pd.DataFrame({"input": names, "rank_correlation": found, "share": found**2 / (found**2).sum()})
    return table.sort_values("share", ascending=False, kind="stable").reset_index(drop=True)


def break_even_table(ledger: Ledger, draws: Mapping[str, Array], names: Sequence[str]) -> pd.DataFrame:
    """The value of an input at which the net result is zero, the others at their median.

    Returns
    -------
    DataFrame
        ``input, middle, break_even, better, share_better``: NaN where no value that can be gives zero; ``better`` is
        the good side of it (above, below), and ``share_better`` the share of draws on that side.
    """
    centre = middle(ledger)
    rows = []
    for name in names:
        value = _zero_of(ledger, centre, ledger.inputs[name])
        rising = _net(ledger, centre, name, np.array([centre[name] - 1e-6, centre[name] + 1e-6]))
        above = bool(rising[1] >= rising[0])
        better = draws[name] >= value if above else draws[name] <= value
        share = float(np.mean(better)) if np.isfinite(value) else np.nan
        rows.append((name, centre[name], value, "above" if above else "below", share))
    return pd.DataFrame(rows, columns=["input", "middle", "break_even", "better", "share_better"])


def _net(ledger: Ledger, centre: Mapping[str, float], name: str, values: Array) -> Array:
    """Net result at some values of one input."""
    scenarios = {other: np.full(len(values), value) for other, value in centre.items()}
    return cash_flows(ledger, scenarios | {name: values}).net()


def _zero_of(ledger: Ledger, centre: Mapping[str, float], one: Input) -> float:
    """Where the net result is zero: exact for what it is linear in, else by Brent's method between 0 and 1."""
    if one.part not in _NOT_LINEAR:
        start, end = _net(ledger, centre, one.name, np.array([0.0, 1.0]))
        if end == start:
            return float("nan")
        zero = float(-start / (end - start))
        share = one.part not in _FROM_ZERO
        inside = zero <= 1 if share else True
        allowed = zero >= 0 or (one.part == "quantity" and one.distribution.low < 0)
        return zero if inside and allowed else float("nan")
    low, high = _net(ledger, centre, one.name, np.array([0.0, 1.0]))
    if low * high > 0:
        return float("nan")
    return float(optimize.brentq(lambda value: _net(ledger, centre, one.name, np.array([value]))[0], 0.0, 1.0))


def attribution_table(ledger: Ledger, draws: Mapping[str, Array]) -> pd.DataFrame:
    """Net result when all shares due to the community are low, in the middle or high, all else as drawn.

    Returns
    -------
    DataFrame
        ``attribution`` (low, middle, high), the columns of an interval, ``break_even`` (share of draws in which costs
        are covered) and ``break_even_error``; empty when no share varies.
    """
    names = [name for name in ledger.varying if ledger.inputs[name].part == "attribution"]
    levels = {"low": LOW, "middle": 0.5, "high": HIGH} if names else {}
    rows: list[dict[str, object]] = []
    for label, p in levels.items():
        held = {name: np.full_like(draws[name], ledger.inputs[name].distribution.at(p)) for name in names}
        net = cash_flows(ledger, {**draws, **held}).net()
        covered, error = share_with_error(net >= 0)
        rows.append({"attribution": label, **interval_row(net), "break_even": covered, "break_even_error": error})
    return pd.DataFrame(rows)
