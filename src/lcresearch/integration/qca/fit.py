"""How well terms and models fit: consistency, PRI, coverage, and cases that are typical or deviant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from lcresearch.integration.qca.terms import Array, Bools, Condition, Term, term_membership, term_name


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


def term_table(
    terms: Sequence[Term], frame: pd.DataFrame, outcome: Array, conditions: Sequence[Condition]
) -> pd.DataFrame:
    """A row a term of a model: its fit, and its cases by kind (Schneider & Rohlfing, 2013).

    A case is in a set when its membership is above 0.5. ``cases`` are in the term. Of these ``typical`` ones have the
    outcome to at least the degree of the term, ``deviant_degree`` have it to a lower degree and so go against
    sufficiency in degree, and ``deviant_consistency`` lack it. ``uniquely_covered`` are typical and in no other term.
    """
    x = term_membership(terms, frame, conditions)
    fit = sufficiency(x, outcome)
    inside, has = x > 0.5, (outcome > 0.5)[:, None]
    enough = x <= outcome[:, None] + 1e-12
    alone = inside.sum(axis=1, keepdims=True) == 1
    kinds: dict[str, Bools] = {
        "cases": inside,
        "typical": inside & has & enough,
        "deviant_consistency": inside & ~has,
        "deviant_degree": inside & has & ~enough,
        "uniquely_covered": inside & has & enough & alone,
    }
    table = pd.DataFrame(
        {
            "term": [term_name(term, conditions) for term in terms],
            "consistency": fit.consistency,
            "pri": fit.pri,
            "coverage": fit.coverage,
            "unique_coverage": unique_coverage(x, outcome),
        }
    )
    for name, marks in kinds.items():
        table[name] = pd.Series([names_of(frame, marks[:, place]) for place in range(len(terms))], dtype=object)
    return table


def names_of(frame: pd.DataFrame, marked: Bools) -> tuple[str, ...]:
    """Names of the cases that are marked."""
    return tuple(str(name) for name in frame.index[marked])
