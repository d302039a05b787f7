"""Conditions, and terms: combinations of conditions that are present, absent or have a value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Term = tuple[int, ...]
"""One number a condition: :data:`ANY`, or the value it has; of a crisp or fuzzy set 1 (present) or 0 (absent)."""

ANY = -1
"""Of a condition that is no part of a term."""


@dataclass(frozen=True)
class Condition:
    """A set that cases belong to.

    Attributes
    ----------
    name : str
        Column of the data.
    levels : int
        Number of values; 2 for a crisp or fuzzy set.
    fuzzy : bool
        Whether cases can be partly in it.
    """

    name: str
    levels: int = 2
    fuzzy: bool = False


def bracketed(conditions: Iterable[Condition]) -> bool:
    """Whether values are written in brackets (``DEV[2]``), as is done when a condition has more than two."""
    return any(condition.levels > 2 for condition in conditions)


def term_name(term: Term, conditions: Sequence[Condition]) -> str:
    """A term as it is written: ``DEV*~IND``, or ``DEV[1]*IND[0]`` when a condition has more than two values."""
    parts = [(c.name, value) for c, value in zip(conditions, term, strict=True) if value != ANY]
    if bracketed(conditions):
        return "*".join(f"{name}[{value}]" for name, value in parts)
    return "*".join(name if value else f"~{name}" for name, value in parts)


def term_membership(terms: Sequence[Term], frame: pd.DataFrame, conditions: Sequence[Condition]) -> Array:
    """Membership of cases in terms: the lowest of the memberships in their parts; cases x terms.

    Of a crisp or multi-value condition a case is in (1) when it has the value, else out (0).
    """
    found = np.ones((len(frame), len(terms)))
    for place, condition in enumerate(conditions):
        values = frame[condition.name].to_numpy(dtype=np.float64)
        wanted = np.array([term[place] for term in terms], dtype=np.int64)
        if condition.fuzzy:
            parts = np.where(wanted[None, :] == 1, values[:, None], 1 - values[:, None])
        else:
            parts = (values[:, None] == wanted[None, :]).astype(np.float64)
        found = np.where(wanted[None, :] == ANY, found, np.minimum(found, parts))
    return found


def row_numbers(configurations: Ints, levels: Sequence[int]) -> Ints:
    """Rows of the truth table, from 1, of configurations: the first condition counts for most, as in R's QCA."""
    weights = np.append(np.cumprod(np.array(levels[::-1], dtype=np.int64))[::-1], 1)[1:]
    return np.asarray(configurations @ weights + 1, dtype=np.int64)


def configurations_of(rows: Ints, levels: Sequence[int]) -> Ints:
    """Configurations of rows of the truth table; rows x conditions."""
    return np.stack(np.unravel_index(np.asarray(rows, dtype=np.int64) - 1, tuple(levels)), axis=1).astype(np.int64)


def covers(terms: Sequence[Term], configurations: Ints) -> Bools:
    """Which term holds which configuration; terms x configurations."""
    wanted = np.array(terms, dtype=np.int64).reshape(len(terms), configurations.shape[1])
    found: Bools = np.ones((len(terms), len(configurations)), dtype=np.bool_)
    for place in range(configurations.shape[1]):
        values = wanted[:, place, None]
        found &= (values == ANY) | (values == configurations[None, :, place])
    return found
