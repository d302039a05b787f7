"""Costs and benefits of each party in each year, discounted: plain arrays in, plain arrays out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lcresearch.integration.value.distributions import Array
from lcresearch.integration.value.inputs import DISCOUNT_RATE, NEUTRAL, Entry, Ledger

TOTAL = "total"


@dataclass(frozen=True)
class CashFlows:
    """Discounted money by party, and in total without transfers.

    Attributes
    ----------
    cost, benefit : mapping of str to array of shape (scenarios, years)
        By party, and ``total``; years run from 0 to the horizon.
    lines : mapping of str to array of shape (scenarios,)
        Present value of each line.
    """

    cost: Mapping[str, Array]
    benefit: Mapping[str, Array]
    lines: Mapping[str, Array]

    def net(self, party: str = TOTAL) -> Array:
        """Present value of benefits less costs, a scenario each."""
        net: Array = (self.benefit[party] - self.cost[party]).sum(axis=1)
        return net

    def cumulative(self, party: str = TOTAL) -> Array:
        """Net present value up to and including each year, of shape (scenarios, years)."""
        return np.cumsum(self.benefit[party] - self.cost[party], axis=1)


def discount_factors(rate: Array, horizon: int) -> Array:
    """1 / (1 + rate)^t for years 0 to horizon, of shape (scenarios, horizon + 1).

    Examples
    --------
    >>> discount_factors(np.array([0.25]), 2).tolist()
    [[1.0, 0.8, 0.64]]
    """
    return np.asarray((1 + rate[:, None]) ** -np.arange(horizon + 1.0), dtype=np.float64)


def yearly(amount: Array, drop_off: Array, first: int, last: int, horizon: int) -> Array:
    """An amount a year from ``first`` to ``last``, of which a share is lost each next year.

    Examples
    --------
    >>> yearly(np.array([100.0]), np.array([0.5]), 1, 2, 3).tolist()
    [[0.0, 100.0, 50.0, 0.0]]
    """
    year = np.arange(horizon + 1)
    inside = (year >= first) & (year <= last)
    kept = (1 - drop_off[:, None]) ** np.maximum(year - first, 0)
    return np.asarray(np.where(inside, amount[:, None] * kept, 0.0), dtype=np.float64)


def cash_flows(ledger: Ledger, values: Mapping[str, Array]) -> CashFlows:
    """Flows for scenarios: ``values`` has an array of the same length for each input.

    A line is quantity x price x attribution x (1 - deadweight), less its drop-off, discounted. A transfer is a
    benefit for the one and a cost for the other, and is not in the total.
    """
    discount = discount_factors(values[DISCOUNT_RATE], ledger.horizon)
    names = (*ledger.parties, TOTAL)
    cost = {name: np.zeros_like(discount) for name in names}
    benefit = {name: np.zeros_like(discount) for name in names}
    lines: dict[str, Array] = {}
    for entry in ledger.entries:
        flow = _flow(entry, values, ledger.horizon) * discount
        lines[entry.name] = flow.sum(axis=1)
        own = cost if entry.side == "cost" else benefit
        own[entry.party] += flow
        (cost[entry.payer] if entry.payer else own[TOTAL])[...] += flow
    return CashFlows(cost, benefit, lines)


def _flow(entry: Entry, values: Mapping[str, Array], horizon: int) -> Array:
    size = len(values[DISCOUNT_RATE])
    part = {
        name: values[entry.parts[name]] if name in entry.parts else np.full(size, neutral)
        for name, neutral in NEUTRAL.items()
    }
    amount = values[entry.parts["quantity"]] * part["price"] * part["attribution"] * (1 - part["deadweight"])
    return yearly(amount, part["drop_off"], entry.first, entry.last, horizon)
