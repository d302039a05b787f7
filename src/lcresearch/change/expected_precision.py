"""What a plan can show: how often its analysis says what, and how wide its interval will be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import scipy.stats

from lcresearch.change.arguments import FLAG, NUMBER, WHOLE, WHOLES, WORD, takes
from lcresearch.change.simulated_studies import Plan, found_changes
from lcresearch.change.sureness import CLEAR, SURENESS, half_width, surenesses
from lcresearch.errors import ChangeError
from lcresearch.results import Result

DESIGNS = ("before_after", "before_after_comparison", "staggered_start")
_MOST_MODELS = 200


@dataclass(frozen=True, repr=False, eq=False)
class ExpectedPrecision(Result):
    """What studies of a plan will find (:func:`lcresearch.change.expected_precision`).

    Attributes
    ----------
    table : DataFrame
        A row a plan: ``design, n_firms, n_people`` (asked, of all firms), ``inference, true_change, n_sims,
        power`` (share that says ``clear`` in the right direction) with ``power_low, power_high`` (95%, Clopper &
        Pearson), the share of each word of :mod:`lcresearch.change.sureness`, and ``half_width``: half the 95% interval
        in points, its median.
    worthwhile : float
        NaN when none was named.
    """

    title: ClassVar[str] = "Expected precision, by simulation"

    table: pd.DataFrame
    worthwhile: float

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a plan; see :attr:`table`."""
        return self.table

    def shown(self) -> pd.DataFrame:
        """Without the shares of single words."""
        return self.table.drop(columns=[*SURENESS])

    def glance(self) -> pd.DataFrame:
        """One row: how many plans."""
        return pd.DataFrame([{"n_plans": len(self.table), "worthwhile": self.worthwhile}])


@takes(
    design=WORD,
    n_firms=WHOLES.or_none,
    n_people=WHOLES.or_none,
    people=WHOLES.or_none,
    true_change=NUMBER,
    sd=NUMBER,
    correlation=NUMBER,
    firm_sd=NUMBER,
    firm_change_sd=NUMBER,
    answering=NUMBER,
    n_comparison=WHOLE.or_none,
    n_waves=WHOLE,
    linked=FLAG,
    worthwhile=NUMBER.or_none,
    n_sims=WHOLE,
)
def expected_precision(
    design: str = "before_after",
    *,
    n_firms: int | Sequence[int] | None = None,
    n_people: int | Sequence[int] | None = None,
    people: Sequence[int] | None = None,
    true_change: float,
    sd: float = 1.0,
    correlation: float = 0.6,
    firm_sd: float = 0.3,
    firm_change_sd: float = 0.0,
    answering: float = 0.8,
    n_comparison: int | None = None,
    n_waves: int = 4,
    linked: bool = True,
    worthwhile: float | None = None,
    n_sims: int = 2000,
    seed: int | None = None,
) -> ExpectedPrecision:
    """What a plan can show, by simulating studies and analysing each as :func:`before_after` would.

    Parameters
    ----------
    design : str
        ``before_after, before_after_comparison`` or ``staggered_start``.
    n_firms, n_people : int, or several
        Firms, comparison firms with them, and people asked in each; each combination is a plan.
    people : sequence of int
        In their place: one plan, with the number of people asked in each firm; comparison firms come first.
    true_change : float
        In points of the scale, like ``sd``.
    sd : float
        Standard deviation of scores between people of a firm.
    correlation : float
        Of a person's scores between waves, within firms.
    firm_sd, firm_change_sd : float
        Standard deviations between firms, of their level and of how much they change, in points.
    answering : float
        Share of the people asked who answer at each wave after the first.
    n_comparison : int, optional
        How many of the firms do not take part; half of them, rounded down, by default in that design.
    n_waves : int
        Of a staggered start, in which firms start in turn after the first wave.
    linked : bool
        Whether persons can be compared with themselves. If not, other people are thought to answer at each wave.
    worthwhile : float, optional
        Smallest worthwhile change.
    n_sims : int
        Studies a plan; at most 200 where each needs a mixed model without a closed form.
    seed : int, optional

    Returns
    -------
    ExpectedPrecision

    Raises
    ------
    ChangeError
        C007: numbers and words that cannot be.

    Examples
    --------
    >>> plans = expected_precision(n_firms=[3, 12], n_people=8, true_change=0.5, seed=1)
    >>> plans.table[["n_firms", "n_people", "inference", "power", "half_width"]].round(2)
       n_firms  n_people         inference  power  half_width
    0        3        24       these_firms   0.63        0.41
    1       12        96  firms_like_these   1.00        0.22
    """
    _check(design, true_change, sd, correlation, answering, firm_sd, firm_change_sd, n_sims, n_waves)
    if people is not None:
        sizes = [tuple(_several("people", people))]
    else:
        firms, each = _several("n_firms", n_firms), _several("n_people", n_people)
        sizes = [(n,) * k for k, n in product(firms, each)]
    rows = []
    for seeds, own in zip(np.random.SeedSequence(seed).spawn(len(sizes)), sizes, strict=True):
        compared = (len(own) // 2 if n_comparison is None else n_comparison) if design == DESIGNS[1] else 0
        if design == DESIGNS[1] and not 0 < compared < len(own):
            raise ChangeError("C007", name="n_comparison", found=str(compared), known=f"1 ... {len(own) - 1}")
        numbers = (true_change, sd, correlation, firm_sd, firm_change_sd, answering)
        plan = Plan(design, own, compared, n_waves, linked, *numbers)
        sims = min(n_sims, _MOST_MODELS) if plan.one_by_one else n_sims
        rows.append(_row(plan, sims, worthwhile, np.random.default_rng(seeds)))
    return ExpectedPrecision(pd.DataFrame(rows), np.nan if worthwhile is None else float(worthwhile))


def _row(plan: Plan, n_sims: int, worthwhile: float | None, rng: np.random.Generator) -> dict[str, Any]:
    found = found_changes(plan, n_sims, rng)
    words = pd.Series(surenesses(found.estimate, found.std_error, found.df, worthwhile))
    right = "clear_loss" if plan.change < 0 else "clear_gain"
    hits = int((words == right).sum())
    low = scipy.stats.beta.ppf(0.025, hits, n_sims - hits + 1) if hits else 0.0
    high = scipy.stats.beta.ppf(0.975, hits + 1, n_sims - hits) if hits < n_sims else 1.0
    row: dict[str, Any] = {"design": plan.design, "n_firms": len(plan.people), "n_people": sum(plan.people)}
    row |= {"inference": "firms_like_these" if plan.firms_random else "these_firms", "true_change": plan.change}
    row |= {"n_sims": n_sims, "power": hits / n_sims, "power_low": float(low), "power_high": float(high)}
    row |= {word: float((words == word).mean()) for word in SURENESS}
    half = half_width(found.std_error, found.df, CLEAR)
    return row | {"half_width": float(np.nanmedian(half)) if np.isfinite(half).any() else np.nan}


def _several(name: str, given: int | Sequence[int] | None) -> list[int]:
    numbers = [given] if isinstance(given, int | np.integer) else [] if given is None else list(given)
    if not numbers or any(each < 1 for each in numbers):
        raise ChangeError("C007", name=name, found=str(given), known="1, 2, 3, ...")
    return [int(each) for each in numbers]


def _check(
    design: str,
    true_change: float,
    sd: float,
    correlation: float,
    share: float,
    firm_sd: float,
    change_sd: float,
    n_sims: int,
    waves: int,
) -> None:
    possible: list[tuple[str, Any, bool, str]] = [
        ("design", design, design in DESIGNS, ", ".join(DESIGNS)),
        ("true_change", true_change, bool(np.isfinite(true_change)), "0.3"),
        ("sd", sd, 0 < sd < np.inf, "sd > 0"),
        ("correlation", correlation, 0 <= correlation < 1, "0 <= correlation < 1"),
        ("answering", share, 0 < share <= 1, "0 < answering <= 1"),
        ("firm_sd", firm_sd, 0 <= firm_sd < np.inf, "firm_sd >= 0"),
        ("firm_change_sd", change_sd, 0 <= change_sd < np.inf, "firm_change_sd >= 0"),
        ("n_sims", n_sims, n_sims >= 1, "1, 2, 3, ..."),
        ("n_waves", waves, waves >= 3 or design != DESIGNS[2], "3, 4, 5, ..."),
    ]
    for name, value, fine, known in possible:
        if not fine:
            raise ChangeError("C007", name=name, found=str(value), known=known)
