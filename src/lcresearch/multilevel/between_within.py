"""Between-within degrees of freedom: a column counts at the outermost level within whose groups it does not vary.

At level i, with m_i groups, m_0 = 1 for the constant and p_i columns that count there, df = m_i - m_(i-1) - p_i.
Columns that vary within all groups count among the rows (Pinheiro & Bates 2000, section 2.4.2, as R's nlme has it); the
constant itself counts at the outermost level, as in SAS, which gives what does not change within a subject the degrees
of freedom between subjects (Schluchter & Elashoff 1990).

Li & Redden (2015, BMC Medical Research Methodology 15, 38) simulated F tests of one intervention in cluster-randomised
trials with binary outcomes: of five choices of degrees of freedom these kept the rate of false alarms at its level,
with as few as 10 clusters and with clusters of unequal size. Other designs are not covered by that; our own figures
for Laplace fits, binary and ordinal, with two predictors of communities, stand in ``docs/multilevel.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.nesting import is_nested
from lcresearch.multilevel.small_matrices import Array

Integers = npt.NDArray[np.int64]
_CONSTANT = 1e-10


def between_within(columns: Array, codes: Sequence[Integers]) -> Array:
    """Degrees of freedom of each column, shape (p,).

    Parameters
    ----------
    columns : array, shape (n, p)
        Of the fixed part.
    codes : sequence of array of int, shape (n,)
        Group of each row from 0, a grouping factor each.

    Raises
    ------
    MultilevelError
        L112 when groups of one factor do not lie within those of the next.
    """
    n = len(columns)
    factors = sorted(codes, key=lambda code: int(code.max()))
    if not all(is_nested(inner, outer) for outer, inner in pairwise(factors)):
        raise MultilevelError("L112")
    sizes = [1, *(int(code.max()) + 1 for code in factors), n]
    constant = np.ptp(columns, axis=0) <= _CONSTANT * np.abs(columns).max(axis=0)
    level = np.full(columns.shape[1], len(factors) + 1)
    for place, code in reversed(list(enumerate(factors, 1))):
        level[_within_groups(columns, code) <= _CONSTANT] = place
    counted = np.bincount(level[~constant], minlength=len(sizes))
    left = np.array([np.inf, *(m - before - p for before, m, p in zip(sizes, sizes[1:], counted[1:], strict=False))])
    found = left[level]
    found[constant] = left[1]
    return np.maximum(found, 0.0)


def _within_groups(columns: Array, code: Integers) -> Array:
    """The largest distance from the first row of the own group, in units of the range of the column."""
    order = np.argsort(code, kind="stable")
    first = order[np.searchsorted(code[order], np.arange(int(code.max()) + 1))]
    size = np.maximum(np.abs(columns).max(axis=0), np.finfo(float).tiny)
    return np.asarray(np.abs(columns - columns[first][code]).max(axis=0) / size)
