"""Exact minimisation: prime implicants of a truth table (Quine, 1952; McCluskey, 1956), for sets with several values.

All combinations of values are the cells of an array with an axis a condition. To each axis one place is added that
stands for 'whatever the value'; a cell of the larger array is then a term, and one pass along each axis tells of every
term whether it holds a forbidden combination, a wanted one, and whether it could do without one of its parts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from lcresearch.errors import IntegrationError
from lcresearch.integration.configurations.terms import ANY, Bools, Term, configurations_of, covers

MOST_TERMS = 50_000_000
"""Largest number of terms that is looked through: 16 conditions that are present or absent."""


@dataclass(frozen=True)
class Chart:
    """Prime implicants and the rows that they hold.

    Attributes
    ----------
    terms : tuple of Term
    rows : tuple of int
        Rows to be explained.
    holds : array of bool, terms x rows
    """

    terms: tuple[Term, ...]
    rows: tuple[int, ...]
    holds: Bools

    @property
    def essential(self) -> tuple[Term, ...]:
        """Terms that alone hold some row."""
        alone = self.holds[:, self.holds.sum(axis=0) == 1].any(axis=1)
        return tuple(self.terms[place] for place in np.flatnonzero(alone))


def prime_implicants(levels: Sequence[int], explain: Collection[int], allowed: Collection[int] = ()) -> Chart:
    """The shortest terms that hold rows to be explained and no row beside these and the allowed ones.

    Parameters
    ----------
    levels : sequence of int
        Number of values of each condition.
    explain : collection of int
        Rows to be explained, from 1; the first condition counts for most.
    allowed : collection of int
        Rows that terms may hold: remainders that are taken to show the outcome.

    Returns
    -------
    Chart
        A term gives a condition one value or any, as in R's QCA. Terms that hold no row to be explained are left out.

    Raises
    ------
    IntegrationError
        Q012: too many conditions.

    Examples
    --------
    Rows 2, 4 and 3 of two conditions (~A*B, A*B, A*~B) are held by A and by B:

    >>> prime_implicants((2, 2), [2, 4, 3]).terms
    ((1, -1), (-1, 1))
    """
    if np.prod([level + 1.0 for level in levels]) > MOST_TERMS:
        raise IntegrationError("Q012", n=len(levels))
    wanted = _cells(levels, explain)
    implicant = _with_any(wanted | _cells(levels, allowed), all_of=True)
    prime = implicant & _with_any(wanted, all_of=False)
    for axis in range(len(levels)):
        shorter = np.take(implicant, [-1], axis=axis)
        longer = tuple(slice(None, -1) if place == axis else slice(None) for place in range(len(levels)))
        prime[longer] &= ~shorter
    found = np.argwhere(prime)
    found[found == np.array(levels)] = ANY
    terms = _in_order([tuple(int(value) for value in term) for term in found])
    rows = tuple(sorted(explain))
    return Chart(terms, rows, _holds(terms, rows, levels))


def _cells(levels: Sequence[int], rows: Collection[int]) -> Bools:
    cells = np.zeros(tuple(levels), dtype=np.bool_)
    cells.reshape(-1)[np.array(sorted(rows), dtype=np.int64) - 1] = True
    return cells


def _with_any(cells: Bools, *, all_of: bool) -> Bools:
    """Each axis with a last place for any value: whether all, or any, of the cells of the term are marked."""
    for axis in range(cells.ndim):
        any_value = cells.all(axis=axis, keepdims=True) if all_of else cells.any(axis=axis, keepdims=True)
        cells = np.concatenate([cells, any_value], axis=axis)
    return cells


def _in_order(terms: list[Term]) -> tuple[Term, ...]:
    """Short terms first; of equally long ones those with the first conditions, present before absent."""
    return tuple(sorted(terms, key=lambda term: (sum(v != ANY for v in term), [(v == ANY, -v) for v in term])))


def _holds(terms: Sequence[Term], rows: Sequence[int], levels: Sequence[int]) -> Bools:
    return covers(terms, configurations_of(np.array(rows, dtype=np.int64), levels))
