"""How well terms and models fit: consistency, PRI, coverage, and cases that are typical or deviant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from lcresearch.integration.configurations.terms import Array, Bools, Condition, Term, term_membership, term_name


class Fit(NamedTuple):
    """Of each set, as a sufficient condition of the outcome."""

    consistency: Array
    pri: Array
    coverage: Array


def sufficiency(sets: Array, outcome: Array) -> Fit:
    """Fit of sets as sufficient conditions of an outcome.

    Parameters
    ----------
    sets : array, cases x sets
        Membership, from 0 to 1.
    outcome : array of cases
        Membership in the outcome.

    Returns
    -------
    Fit
        With x in the set and y in the outcome: consistency is sum(min(x, y)) / sum(x), coverage is
        sum(min(x, y)) / sum(y) (Ragin, 2006), and PRI, the proportional reduction in inconsistency, is
        (sum(min(x, y)) - sum(min(x, y, 1 - y))) / (sum(x) - sum(min(x, y, 1 - y))), as in R's QCA. NaN where no case
        is in the set at all.

    Examples
    --------
    >>> sufficiency(np.array([[0.8], [0.2]]), np.array([0.6, 0.4])).consistency
    array([0.8])
    """
    y = outcome[:, None]
    both = np.minimum(sets, y)
    size, shared = sets.sum(axis=0), both.sum(axis=0)
    doubled = np.minimum(both, 1 - y).sum(axis=0)
    total = np.full_like(shared, outcome.sum())
    return Fit(_share(shared, size), _share(shared - doubled, size - doubled), _share(shared, total))


def _share(part: Array, whole: Array) -> Array:
    found = np.full_like(part, np.nan)
    np.divide(part, whole, out=found, where=whole > 1e-12)
    return found


def unique_coverage(terms: Array, outcome: Array) -> Array:
    """What coverage would be lost without each term; of a single term its own coverage. ``terms``: cases x terms."""
    total = np.minimum(terms.max(axis=1), outcome).sum()
    others = [np.delete(terms, place, axis=1).max(axis=1, initial=0.0) for place in range(terms.shape[1])]
    rest = np.array([np.minimum(other, outcome).sum() for other in others])
    return _share(total - rest, np.full_like(rest, outcome.sum()))


class TermFits:
    """Fit and cases of terms, each computed once however many models it is part of (Schneider & Rohlfing, 2013).

    A case is in a set when its membership is above 0.5. ``cases`` are in the term. Of these ``typical`` ones have the
    outcome to at least the degree of the term, ``deviant_degree`` have it to a lower degree and so go against
    sufficiency in degree, and ``deviant_consistency`` lack it. ``uniquely_covered`` are typical and in no other term.
    """

    def __init__(
        self, terms: Sequence[Term], frame: pd.DataFrame, outcome: Array, conditions: Sequence[Condition]
    ) -> None:
        self.names = frame.index.to_numpy(dtype=object)
        self.outcome = outcome
        self.membership = term_membership(terms, frame, conditions)
        fit = sufficiency(self.membership, outcome)
        inside, has = self.membership > 0.5, (outcome > 0.5)[:, None]
        enough = self.membership <= outcome[:, None] + 1e-12
        self.inside, self.typical = inside, inside & has & enough
        self.table = pd.DataFrame(
            {
                "term": [term_name(term, conditions) for term in terms],
                "consistency": fit.consistency,
                "pri": fit.pri,
                "coverage": fit.coverage,
                "unique_coverage": np.nan,
                "cases": self._named(inside),
                "typical": self._named(self.typical),
                "deviant_consistency": self._named(inside & ~has),
                "deviant_degree": self._named(inside & has & ~enough),
            }
        )

    def of_model(self, places: Sequence[int]) -> pd.DataFrame:
        """A row a term of a model, with what it alone covers."""
        chosen = list(places)
        alone = self.inside[:, chosen].sum(axis=1, keepdims=True) == 1
        table = self.table.iloc[chosen].reset_index(drop=True)
        table["unique_coverage"] = unique_coverage(self.membership[:, chosen], self.outcome)
        table["uniquely_covered"] = self._named(self.typical[:, chosen] & alone)
        return table

    def whole(self, places: Sequence[int]) -> tuple[Fit, tuple[str, ...]]:
        """Fit of a model, and the cases with the outcome that it leaves unexplained (deviant for coverage)."""
        membership = self.membership[:, list(places)].max(axis=1)
        left = (self.outcome > 0.5) & (membership < 0.5)
        return sufficiency(membership[:, None], self.outcome), tuple(self.names[left].tolist())

    def _named(self, marked: Bools) -> pd.Series:
        """Of each term the names of the cases that are marked."""
        return pd.Series([tuple(self.names[column].tolist()) for column in marked.T], dtype=object)
