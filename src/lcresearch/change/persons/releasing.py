"""Counts of ordered classes by group that give no person away: the same classes everywhere, groups all or none."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.disclosure import Policy

TOTAL = "\0all"
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ReleasedCounts:
    """What may be shown.

    Attributes
    ----------
    rows : DataFrame
        ``group, n_persons, low, high, n``: classes from ``low`` to ``high`` together hold ``n`` persons.
    n_groups_withheld : int
    reason : str or None
        ``few`` or ``alike`` when nothing is shown.
    """

    rows: pd.DataFrame
    n_groups_withheld: int
    reason: str | None


def released_counts(classes: Ints, groups: pd.Series[Any] | None, n_classes: int, policy: Policy) -> ReleasedCounts:
    """Count persons by class, for everybody and, where all may be shown, for each group.

    Parameters
    ----------
    classes : array of int, shape (n,)
        0 to n_classes - 1, in order.
    groups : Series, optional
        Group of each person; None or missing for persons outside of every group, who then hide all groups.
    n_classes : int
    policy : Policy

    Examples
    --------
    >>> released_counts(np.array([0, 1, 1, 1, 2, 2, 2]), None, 3, Policy()).rows[["low", "high", "n"]].values.tolist()
    [[0, 1, 4], [2, 2, 3]]
    """
    total = np.bincount(classes, minlength=n_classes)[None, :]
    names: list[str] = []
    counts = total
    if groups is not None:
        table = pd.crosstab(groups.fillna(TOTAL).astype(str).to_numpy(), classes)
        table = table.reindex(columns=range(n_classes), fill_value=0)
        names = [str(name) for name in table.index]
        whole = TOTAL not in names and len(names) > 1
        counts = np.vstack([total, table.to_numpy(dtype=np.int64)])
        cuts = _finest(counts, policy) if whole else None
        if cuts is not None:
            return ReleasedCounts(_rows([TOTAL, *names], counts, cuts), 0, None)
    cuts = _finest(total, policy)
    n_withheld = len([name for name in names if name != TOTAL])
    if cuts is None:
        return ReleasedCounts(_rows([], total, [0]), n_withheld, _reason(total[0], policy))
    return ReleasedCounts(_rows([TOTAL], total, cuts), n_withheld, None)


def _finest(counts: Ints, policy: Policy) -> list[int] | None:
    """First classes of the finest way to put neighbours together that suits every row of counts, or None."""
    if (counts.sum(axis=1) < policy.minimum_cell).any():
        return None
    n_classes = counts.shape[1]
    ways = [
        [0, *(at + 1 for at, cut in enumerate(cuts) if cut)] for cuts in product((True, False), repeat=n_classes - 1)
    ]
    for way in sorted(ways, key=len, reverse=True):
        sums = np.add.reduceat(counts, way, axis=1)
        if ((sums == 0) | (sums >= policy.minimum_category)).all() and ((sums > 0).sum(axis=1) > 1).all():
            return way
    return None


def _reason(counts: Ints, policy: Policy) -> str:
    return "few" if counts.sum() < policy.minimum_cell else "alike"


def _rows(names: list[str], counts: Ints, cuts: list[int]) -> pd.DataFrame:
    stops = [*(cut - 1 for cut in cuts[1:]), counts.shape[1] - 1]
    rows = [
        (name, int(row.sum()), low, high, int(row[low : high + 1].sum()))
        for name, row in zip(names, counts, strict=False)
        for low, high in zip(cuts, stops, strict=True)
    ]
    return pd.DataFrame(rows, columns=["group", "n_persons", "low", "high", "n"])
