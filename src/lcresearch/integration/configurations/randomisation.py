"""A randomisation test: how often would chance give recipes as good as these?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from lcresearch.errors import IntegrationError, Problem
from lcresearch.integration.configurations.clusters import groups_of_cases
from lcresearch.integration.configurations.covers import fewest_covers
from lcresearch.integration.configurations.minimisation import prime_implicants
from lcresearch.integration.configurations.necessity_fit import ROUNDING
from lcresearch.integration.configurations.observed_rows import TruthTable
from lcresearch.integration.configurations.result import QCA, Kind
from lcresearch.integration.configurations.terms import (
    Array,
    Bools,
    Term,
    configurations_of,
    term_membership,
    term_name,
)
from lcresearch.messages import Messages
from lcresearch.results import Result

KINDS: tuple[Kind, ...] = ("parsimonious", "conservative")
MOST_MODELS = 50
_BATCH = 2_000_000


@dataclass(frozen=True, repr=False, eq=False)
class QcaRandomisation(Result):
    """How surprising recipes are (:func:`lcresearch.integration.qca_randomisation`).

    Attributes
    ----------
    outcome, kind : str
    coincidence : float
        Of the solution with the outcome: 1 when consistency and coverage are both 1; the best over models.
    p_value, mc_error : float
        Share of shuffled outcomes that give a solution that coincides at least as well, counting the real one; and its
        standard error, as not all shuffles were made.
    n_shuffles, n_with_solution : int
    as_good : float
        Share of shuffles with a solution of at least this consistency and at least this coverage.
    terms : DataFrame
        ``term, n, consistency, p_value, mc_error, p_adjusted``: for each term the share of shuffles with at least its
        consistency, and the same corrected for all combinations that were looked at.
    n_combinations : int
        Observed rows of the truth table, for which ``p_adjusted`` corrects.
    seed : int, optional
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Randomisation test of a comparative analysis"

    outcome: str
    kind: str
    coincidence: float
    p_value: float
    mc_error: float
    n_shuffles: int
    n_with_solution: int
    as_good: float
    terms: pd.DataFrame
    n_combinations: int
    seed: int | None = None
    problems: tuple[Problem, ...] = ()

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """The solution and each term a row: ``term, estimate, p_value, p_adjusted, mc_error``.

        The estimate is the coincidence of the solution and the consistency of a term.
        """
        terms = self.terms.rename(columns={"consistency": "estimate"})
        head = {"term": self.kind, "estimate": self.coincidence, "p_value": self.p_value, "p_adjusted": self.p_value}
        whole = pd.DataFrame([head | {"mc_error": self.mc_error}])
        return pd.concat([whole, terms[list(whole.columns)]], ignore_index=True)

    def glance(self) -> pd.DataFrame:
        """One row: the test of the solution as a whole."""
        row = {"outcome": self.outcome, "solution": self.kind, "coincidence": self.coincidence}
        row |= {"p_value": self.p_value, "mc_error": self.mc_error, "as_good": self.as_good}
        return pd.DataFrame([row | {"n_shuffles": self.n_shuffles, "n_with_solution": self.n_with_solution}])

    def words(self, language: str | None = None) -> list[str]:
        """The same in plain sentences."""
        say = Messages(language)
        folder = "integration.qca.randomisation"
        first = say(
            f"{folder}.result",
            n=self.n_shuffles,
            p=say.number(self.p_value, digits=3),
            error=say.number(self.mc_error, digits=3),
        )
        return [first, say(f"{folder}.meaning")]

    def cautions(self) -> list[str]:
        """Few ways to shuffle."""
        return [problem.message() for problem in self.problems]


def qca_randomisation(
    result: QCA,
    *,
    kind: Kind = "parsimonious",
    n: int = 999,
    groups: Mapping[Any, Any] | pd.Series | None = None,
    seed: int | None = None,
) -> QcaRandomisation:
    """Shuffle the outcome over the cases, make truth table and solution again, and count how often it fits as well.

    Recipes are searched for among many combinations, so some will fit by chance alone. Each shuffle goes through the
    same search with the same cuts, so that its p value needs no further correction for the number of combinations.

    Parameters
    ----------
    result : QCA
    kind : {"parsimonious", "conservative"}
    n : int
        Number of shuffles.
    groups : mapping or Series, optional
        Case -> group: shuffle within groups only, when cases of one consortium resemble each other.
    seed : int, optional

    Returns
    -------
    QcaRandomisation

    Raises
    ------
    IntegrationError
        Q050: groups that are none; Q051: no such solution, or too few shuffles; Q053: there is no solution to test.

    Notes
    -----
    After Braumoeller (2015), Guarding Against False Positives in Qualitative Comparative Analysis, who tests single
    configurations by permutation and corrects for their number: ``terms`` does that, with the correction of Holm (1979)
    for all observed rows of the truth table. For the solution as a whole consistency and coverage go into one number,
    the coincidence ``sum(min(x, y)) / sum(max(x, y))``, since a share of shuffles that are as good in two numbers at
    once is smaller than a p value may be. ``p = (1 + number as good) / (1 + n)`` holds its level when cases could have
    been exchanged; it says nothing on causes, nor on calibration.

    Examples
    --------
    >>> from lcresearch import integration
    >>> cases = pd.DataFrame(
    ...     {"trust": [1, 1, 0, 0, 1, 0, 1, 0], "time": [1, 0, 1, 0, 1, 1, 0, 0], "y": [1, 0, 0, 0, 1, 0, 0, 0]},
    ...     index=list("ABCDEFGH"),
    ... )
    >>> found = qca_randomisation(integration.qca(cases, "y", ["trust", "time"]), n=199, seed=1)
    >>> found.coincidence, found.p_value
    (1.0, 0.115)
    """
    if kind not in KINDS:
        raise IntegrationError("Q051", what="kind", found=str(kind), known=list(KINDS))
    if n < 19:
        raise IntegrationError("Q051", what="n", found=n, known="19, 20, …")
    table = result.truth_table
    if not table.rows("1") or not result.found(kind) or not result.found(kind)[0].models:
        raise IntegrationError("Q053")
    real = table.membership.to_numpy(dtype=np.float64)
    names = [str(case) for case in table.frame.index]
    codes = np.zeros(len(real), dtype=np.int64) if groups is None else pd.factorize(groups_of_cases(groups, names))[0]
    shuffled = _shuffled(real, codes, n, np.random.default_rng(seed))
    fits = _best_fits(table, np.vstack([real, shuffled]), kind)
    coincidence, consistency, coverage = fits[0]
    as_high = int((fits[1:, 0] >= coincidence - ROUNDING).sum())
    both = (fits[1:, 1] >= consistency - ROUNDING) & (fits[1:, 2] >= coverage - ROUNDING)
    p_value = (1 + as_high) / (1 + n)
    terms = dict.fromkeys(term for solution in result.found(kind) for m in solution.models for term in m.terms)
    return QcaRandomisation(
        table.outcome,
        kind,
        float(coincidence),
        p_value,
        _error(p_value, n),
        n,
        int((fits[1:, 0] > 0).sum()),
        float(both.mean()),
        _terms(table, list(terms), real, shuffled),
        len(table.table),
        seed,
        tuple(_few_ways(real, codes)),
    )


def _shuffled(real: Array, codes: np.ndarray[Any, Any], n: int, rng: np.random.Generator) -> Array:
    """The outcome dealt out again n times, within groups; shape (n, cases)."""
    order = np.lexsort((rng.random((n, len(real))), np.broadcast_to(codes, (n, len(real)))), axis=1)
    home = np.argsort(codes, kind="stable")
    found = np.empty((n, len(real)))
    found[:, home] = real[order]
    return found


def _best_fits(table: TruthTable, outcomes: Array, kind: str) -> Array:
    """Coincidence, consistency and coverage of the best model for each outcome; 0 without one; shape (m, 3)."""
    rows = table.table["row"].to_numpy(dtype=np.int64)
    configurations = configurations_of(rows, table.levels)
    terms = [tuple(int(value) for value in row) for row in configurations]
    sufficient = _sufficient(table, term_membership(terms, table.frame, table.conditions), rows, outcomes)
    allowed = table.rows("?") if kind == "parsimonious" else ()
    found = np.zeros((len(outcomes), 3))
    patterns, place_of = np.unique(sufficient, axis=0, return_inverse=True)
    for place, pattern in enumerate(patterns):
        if not pattern.any():
            continue
        mine = np.flatnonzero(place_of.reshape(-1) == place)
        sets = _models(table, [int(row) for row in rows[pattern]], allowed)
        found[mine] = _fit_of_models(sets, outcomes[mine])
    return found


def _sufficient(table: TruthTable, x: Array, rows: np.ndarray[Any, Any], outcomes: Array) -> Bools:
    """Which rows of the truth table are sufficient for each outcome; shape (m, rows)."""
    cuts = table.cuts
    enough = (x > 0.5).sum(axis=0) >= cuts.frequency
    enough &= ~np.isin(rows, table.excluded)
    found = np.empty((len(outcomes), x.shape[1]), dtype=np.bool_)
    step = max(1, _BATCH // x.size)
    for start in range(0, len(outcomes), step):
        y = outcomes[start : start + step, :, None]
        both = np.minimum(x[None], y)
        shared, doubled = both.sum(axis=1), np.minimum(both, 1 - y).sum(axis=1)
        size = x.sum(axis=0)
        high = shared >= (table.cuts.consistency - ROUNDING) * size
        high &= (shared - doubled) >= (cuts.pri - ROUNDING) * (size - doubled)
        found[start : start + step] = high & enough
    return found


def _models(table: TruthTable, explain: list[int], allowed: tuple[int, ...]) -> Array:
    """Membership of the cases in each model with the fewest terms; shape (cases, models)."""
    chart = prime_implicants(table.levels, explain, allowed)
    in_terms = term_membership(chart.terms, table.frame, table.conditions)
    covers = fewest_covers(chart.holds, MOST_MODELS).covers
    return np.column_stack([in_terms[:, list(cover)].max(axis=1) for cover in covers])


def _fit_of_models(sets: Array, outcomes: Array) -> Array:
    """Of the model that coincides best with each outcome: coincidence, consistency, coverage; shape (m, 3)."""
    both = np.minimum(sets[None], outcomes[:, :, None]).sum(axis=1)
    either = np.maximum(sets[None], outcomes[:, :, None]).sum(axis=1)
    coincidence = both / either
    best = coincidence.argmax(axis=1)
    each = np.arange(len(outcomes))
    shared = both[each, best]
    return np.column_stack([coincidence[each, best], shared / sets.sum(axis=0)[best], shared / outcomes.sum(axis=1)])


def _terms(table: TruthTable, terms: list[Term], real: Array, shuffled: Array) -> pd.DataFrame:
    x = term_membership(terms, table.frame, table.conditions)
    size = x.sum(axis=0)
    found = np.minimum(x, real[:, None]).sum(axis=0) / size
    chance = np.stack(
        [np.minimum(x[:, place], shuffled).sum(axis=1) / size[place] for place in range(len(terms))], axis=1
    )
    n = len(shuffled)
    p_values = (1 + (chance >= found - ROUNDING).sum(axis=0)) / (1 + n)
    return pd.DataFrame(
        {
            "term": [term_name(term, table.conditions) for term in terms],
            "n": (x > 0.5).sum(axis=0),
            "consistency": found,
            "p_value": p_values,
            "mc_error": [_error(p, n) for p in p_values],
            "p_adjusted": _holm(p_values, max(len(table.table), len(terms))),
        }
    )


def _holm(p_values: Array, n_tested: int) -> Array:
    """Adjusted by Holm (1979) among so many hypotheses, of which the others count as not rejected."""
    order = np.argsort(p_values, kind="stable")
    stepped = np.maximum.accumulate(p_values[order] * (n_tested - np.arange(len(p_values))))
    adjusted = np.empty_like(p_values)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted


def _error(p_value: float, n: int) -> float:
    return math.sqrt(p_value * (1 - p_value) / n)


def _few_ways(real: Array, codes: np.ndarray[Any, Any]) -> list[Problem]:
    """A warning where the outcome can be dealt out in so few ways that 5% cannot be reached."""
    ways = 1
    for code in np.unique(codes):
        part = real[codes == code]
        ways *= math.factorial(len(part))
        for count in np.unique(part, return_counts=True)[1]:
            ways //= math.factorial(int(count))
    return [Problem("Q054", values={"n_ways": ways, "smallest": round(1 / ways, 3)})] if ways < 20 else []
