"""Draws of all uncertain numbers at once, and what follows from them for each party."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from lcresearch.errors import IntegrationError, Place
from lcresearch.integration.value.cash_flows import TOTAL, CashFlows
from lcresearch.integration.value.distributions import Array
from lcresearch.integration.value.inputs import Ledger
from lcresearch.integration.value.model import Correlation

LEVELS = (0.80, 0.95)
MEASURES = ("cost", "benefit", "net", "ratio")


def draw(ledger: Ledger, correlations: Sequence[Correlation], n_draws: int, seed: int) -> dict[str, Array]:
    """Draws of each input; the same seed gives the same draws.

    Inputs are independent, unless rank correlations are given: then a Gaussian copula ties them together, whose
    correlation is 2 sin(pi rank / 6), so that Spearman's correlation is the one that was given (Pearson, 1907).

    Returns
    -------
    dict of str to array of shape (n_draws,)

    Raises
    ------
    IntegrationError
        Q209: the correlations cannot all hold at once.
    """
    random = np.random.default_rng(seed)
    varying = ledger.varying
    normal = random.standard_normal((n_draws, len(varying)))
    together = [one for one in correlations if set(one.inputs) <= set(varying)]
    if together:
        normal = normal @ _cholesky(varying, together).T
    probability = stats.norm.cdf(normal)
    found = {name: np.full(n_draws, one.distribution.mean) for name, one in ledger.inputs.items()}
    found |= {name: ledger.inputs[name].distribution.quantile(probability[:, n]) for n, name in enumerate(varying)}
    return found


def _cholesky(names: Sequence[str], correlations: Sequence[Correlation]) -> Array:
    matrix = np.eye(len(names))
    for one in correlations:
        row, column = (names.index(name) for name in one.inputs)
        matrix[row, column] = matrix[column, row] = 2 * np.sin(np.pi * one.rank / 6)
    try:
        return np.asarray(np.linalg.cholesky(matrix), dtype=np.float64)
    except np.linalg.LinAlgError as error:
        pairs = [f"{' & '.join(one.inputs)}: {one.rank:g}" for one in correlations]
        raise IntegrationError("Q209", where=Place(), pairs=pairs) from error


def outcomes_of(flows: CashFlows, party: str) -> dict[str, Array]:
    """Cost, benefit, net and benefit-cost ratio of a party, a draw each; the ratio is NaN without costs."""
    cost, benefit = flows.cost[party].sum(axis=1), flows.benefit[party].sum(axis=1)
    ratio = np.full_like(cost, np.nan)
    np.divide(benefit, cost, out=ratio, where=cost > 0)
    return {"cost": cost, "benefit": benefit, "net": benefit - cost, "ratio": ratio}


def interval_row(draws: Array) -> dict[str, float]:
    """Median, mean, both intervals by quantiles, and the Monte-Carlo standard error of the median and the mean."""
    if np.isnan(draws).any():
        return dict.fromkeys(_ROW, float("nan"))
    tails = [tail for level in LEVELS for tail in ((1 - level) / 2, (1 + level) / 2)]
    low80, high80, low95, high95 = np.quantile(draws, tails)
    row = (np.median(draws), draws.mean(), low80, high80, low95, high95)
    errors = (median_error(draws), draws.std(ddof=1) / np.sqrt(len(draws)))
    return {name: float(value) for name, value in zip(_ROW, (*row, *errors), strict=True)}


_ROW = ("median", "mean", "low_80", "high_80", "low_95", "high_95", "median_error", "mean_error")


def median_error(draws: Array) -> float:
    """Monte-Carlo standard error of a median: from the order statistics one standard error of the rank around it."""
    n = len(draws)
    step = np.sqrt(n) / 2
    low, high = np.clip([n / 2 - step, n / 2 + step], 0, n - 1).astype(int)
    ordered = np.partition(draws, (low, high))
    return float(ordered[high] - ordered[low]) / 2


def share_with_error(holds: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """The share of draws in which something holds, and its Monte-Carlo standard error."""
    share = float(np.mean(holds))
    return share, float(np.sqrt(share * (1 - share) / len(holds)))


def payback_years(cumulative: Array) -> Array:
    """The first year from which what was put in is back and stays so, a draw each; infinite when it never is.

    Parameters
    ----------
    cumulative : array of shape (draws, years)
        Net present value up to each year, from year 0.

    Examples
    --------
    >>> payback_years(np.array([[-10.0, -4.0, 2.0], [-10.0, -8.0, -6.0]])).tolist()
    [2.0, inf]
    """
    below = cumulative < 0
    last = cumulative.shape[1] - 1
    year = np.where(below.any(axis=1), last - np.argmax(below[:, ::-1], axis=1) + 1.0, 0.0)
    return np.asarray(np.where(year > last, np.inf, year), dtype=np.float64)


def results_table(ledger: Ledger, flows: CashFlows) -> pd.DataFrame:
    """A row a party (and the total) and measure.

    Of a cost or benefit with a gap the numbers are those of the other lines, and ``without`` names the lines that
    lack; a net result or ratio with a gap is refused: NaN.
    """
    rows: list[dict[str, object]] = []
    for party in (*ledger.parties, TOTAL):
        who = None if party == TOTAL else party
        for measure, draws in outcomes_of(flows, party).items():
            gaps = ledger.lacks(who, measure if measure in ("cost", "benefit") else None)
            refused = bool(gaps) and measure in ("net", "ratio")
            numbers = interval_row(np.full(len(draws), np.nan) if refused else draws)
            rows.append({"party": party, "measure": measure, **numbers, "without": ", ".join(gaps)})
    return pd.DataFrame(rows)


def row_of(table: pd.DataFrame, **where: str) -> dict[str, Any]:
    """The one row of a table in which these columns have these values.

    Examples
    --------
    >>> row_of(pd.DataFrame({"party": ["firms", "total"], "probability": [0.5, 0.25]}), party="total")
    {'party': 'total', 'probability': 0.25}
    """
    for column, value in where.items():
        table = table[table[column] == value]
    return {str(column): value for column, value in table.to_dict("records")[0].items()}
