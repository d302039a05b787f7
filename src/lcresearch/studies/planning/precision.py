"""How precise a planned study will be, by simulating it: which change it would probably find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.stats

from lcresearch.change.expected_precision import DESIGNS as ANALYSED
from lcresearch.change.simulated_studies import Plan, found_changes
from lcresearch.change.sureness import CLEAR, half_width, surenesses
from lcresearch.multilevel import power
from lcresearch.studies.change_settings import DesignName

Ints = npt.NDArray[np.int64]
Inference = Literal["these_firms", "firms_like_these"]

PROBABLY = 0.80
"""Probably found: in 80 of 100 studies."""
FIRMS_FOR_RANDOM = 6
"""From this number of firms on they stand for firms like these, with a change that differs between them."""
FIRM_SHARE = 0.10
"""Share of the variance of scores that lies between firms: assumed."""
CHANGE_SHARE = 0.02
"""Variance of the change between firms, as a share of that of scores: assumed (standard deviation 0.14)."""
_SIZES = (("small", 0.2), ("moderate", 0.5), ("large", 0.8))
_MOST_ROWS = 6000
_SIMS, _MODELS = 4000, 120


@dataclass(frozen=True)
class _Planned:
    """A model and the rows that it would be fitted to."""

    formula: str
    rows: pd.DataFrame
    term: str
    components: Mapping[str, float | Mapping[str, float]]


def expected_precision(
    design: DesignName,
    people: Sequence[int],
    *,
    comparison: Sequence[int] = (),
    returning: float = 1.0,
    n_waves: int = 2,
    starts: Sequence[int] = (),
    spread: float,
    stability: float,
    worthwhile: float,
    n_sims: int = 400,
    seed: int | None = None,
) -> pd.DataFrame:
    """What a study would probably find, if its people answer as is thought.

    Parameters
    ----------
    design : str
    people : sequence of int
        People who answer the first time, by firm that takes part.
    comparison : sequence of int
        The same by firm that does not.
    returning : float
        Share of them that also answers at a later wave. Who does not still counts in the analyses of change, as in the
        study itself; a pulse or a single case is thought to have the people who answer every time.
    n_waves : int
    starts : sequence of int
        Number of the wave at which each firm starts, for a staggered start or a single case.
    spread : float
        Standard deviation of scores, in points.
    stability : float
        Correlation of two scores of a person.
    worthwhile : float
        Smallest worthwhile change, in points.
    n_sims : int
        Of a pulse or a single case, which are simulated by a mixed model; the other designs are by their own analysis
        (:func:`lcresearch.change.before_after`), with numbers of their own.
    seed : int, optional

    Returns
    -------
    DataFrame
        One row: ``n_people`` (who answer every time), ``n_firms, inference, std_error, detectable, detectable_sd, size,
        chance, n_sims``. ``detectable`` (points) is found in 80 of 100 studies, that is with a 95% interval that leaves
        out zero; ``chance`` is the share of studies that calls the smallest worthwhile change clear (a few of those
        whose interval leaves out zero call it too small to matter); ``size`` is a word for
        ``detectable_sd``: small, moderate, large or very_large.

    Notes
    -----
    From six firms on, a firm is drawn from firms like these and its change differs; below that the study is about the
    people of these firms. Autocorrelation of a series is not in the simulation, so that of a pulse or single case is on
    the bright side.

    Examples
    --------
    >>> found = expected_precision("before_after", [8, 8, 8], spread=0.7, stability=0.6, worthwhile=0.5, seed=1)
    >>> found[["inference", "size"]].iloc[0].tolist()
    ['these_firms', 'large']
    """
    if design in ANALYSED:
        effect = worthwhile / spread
        numbers = (n_waves, starts, stability, effect, n_sims, seed)
        promised = _as_analysed(design, people, comparison, returning, *numbers)
    else:
        planned = _planned(design, _returned(people, returning), n_waves, starts, stability)
        n_sims = max(50, min(n_sims, n_sims * _MOST_ROWS // max(len(planned.rows), 1)))
        promised = _by_model(planned, worthwhile / spread, n_sims, seed)
    error, detectable, chance, n_sims = promised
    firms = len(people) + len(comparison)
    row = {
        "n_people": sum(_returned([*people, *comparison], returning)),
        "n_firms": firms,
        "inference": "firms_like_these" if _like_these(people, comparison) else "these_firms",
        "std_error": error * spread,
        "detectable": detectable * spread,
        "detectable_sd": detectable,
        "size": size_of(detectable),
        "chance": chance,
        "n_sims": n_sims,
    }
    return pd.DataFrame([row])


def size_of(change: float) -> str:
    """The size of a change (Cohen 1988: 0.2 small, 0.5 moderate, 0.8 large) that is still found.

    Examples
    --------
    >>> [size_of(change) for change in (0.2, 0.4, 0.59, 1.4)]
    ['small', 'moderate', 'large', 'very_large']
    """
    return next((word for word, most in _SIZES if change <= most), "very_large")


def _like_these(people: Sequence[int], comparison: Sequence[int]) -> bool:
    """Whether the result speaks of firms like these: there are enough, and two or more on each side of a comparison."""
    enough = not comparison or min(len(people), len(comparison)) > 1
    return enough and len(people) + len(comparison) >= FIRMS_FOR_RANDOM


def _returned(people: Sequence[int], returning: float) -> list[int]:
    """Who answers every time, by firm."""
    return [max(1, round(n * returning)) for n in people]


def _as_analysed(
    design: str,
    people: Sequence[int],
    comparison: Sequence[int],
    returning: float,
    n_waves: int,
    starts: Sequence[int],
    stability: float,
    effect: float,
    most: int,
    seed: int | None,
) -> tuple[float, float, float, int]:
    """Error, change that is probably found, and chance of an effect, by the analysis of ``change.before_after`` itself.

    Estimates move with the true change and their errors do not: studies without a change tell of all others.
    """
    like_these = _like_these(people, comparison)
    between, apart = (FIRM_SHARE, CHANGE_SHARE) if like_these else (0.0, 0.0)
    correlation = max(stability - between, 0.01) / (1 - between)
    spreads = (0.0, float(np.sqrt(1 - between)), correlation, float(np.sqrt(between)), float(np.sqrt(apart)), returning)
    plan = Plan(design, (*comparison, *people), len(comparison), n_waves, True, *spreads, tuple(starts))
    n_sims = min(_MODELS, most) if plan.one_by_one else _SIMS
    found = found_changes(plan, n_sims, np.random.default_rng(seed))
    needed = half_width(found.std_error, np.where(found.df > 0, found.df, np.nan), CLEAR) - found.estimate
    needed = np.where(np.isfinite(needed), needed, np.inf)
    error = float(np.nanstd(found.estimate))
    words = np.array(surenesses(found.estimate + effect, found.std_error, found.df, effect))
    chance = float((words == "clear_gain").mean())
    return error, float(np.quantile(needed, PROBABLY, method="higher")), chance, n_sims


def _by_model(planned: _Planned, effect: float, n_sims: int, seed: int | None) -> tuple[float, float, float, int]:
    """The same by a mixed model of the series."""
    error = float(_simulated(planned, 0.0, n_sims, seed)["std_error"])
    first = error * float(scipy.stats.norm.ppf(0.975) + scipy.stats.norm.ppf(PROBABLY))
    found = float(_simulated(planned, first, n_sims, seed)["power"])
    reached = scipy.stats.norm.ppf(np.clip(found, 0.5 / n_sims, 1 - 0.5 / n_sims))
    detectable = first + error * float(scipy.stats.norm.ppf(PROBABLY) - reached)
    return error, detectable, float(_simulated(planned, effect, n_sims, seed)["power"]), n_sims


def _simulated(planned: _Planned, effect: float, n_sims: int, seed: int | None) -> pd.Series[float]:
    found = power(
        planned.formula, planned.rows, fixed_effects={planned.term: effect},
        variance_components=planned.components, term=planned.term, n_sims=n_sims, seed=seed,
    )  # fmt: skip
    return found.table.iloc[0]


def _planned(
    design: DesignName, people: Sequence[int], n_waves: int, starts: Sequence[int], stability: float
) -> _Planned:
    """A pulse or a single case."""
    sizes = np.asarray(people, dtype=np.int64)
    firm_of_person = np.repeat(np.arange(len(sizes)), sizes)
    person: Ints = np.repeat(np.arange(len(firm_of_person)), n_waves)
    wave: Ints = np.tile(np.arange(n_waves), len(firm_of_person))
    firm = firm_of_person[person]
    rows = pd.DataFrame({"firm": firm, "person": person, "time": wave / (n_waves - 1)})
    term = "on" if design == "single_case" else "time"
    if term == "on":
        rows["on"] = (wave >= np.asarray(starts)[firm]).astype(float)
    components: dict[str, float | Mapping[str, float]] = {"residual": 1 - stability}
    if len(sizes) < FIRMS_FOR_RANDOM:
        return _Planned(f"y ~ {term} + (1 | person)", rows, term, components | {"person": stability})
    rows["slope"] = rows[term]
    of_firm = {"Intercept": FIRM_SHARE, "slope": CHANGE_SHARE}
    components |= {"person": max(stability - FIRM_SHARE, 0.01), "firm": of_firm}
    return _Planned(f"y ~ {term} + (1 | person) + (1 + slope | firm)", rows, term, components)
