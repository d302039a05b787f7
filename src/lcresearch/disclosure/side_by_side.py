"""Two lists of fingerprints beside each other: who is in both, and who in one."""

from __future__ import annotations

import numpy as np

from lcresearch.disclosure.ledger import Prints
from lcresearch.disclosure.trees import Ints


def side_by_side(left: Prints, right: Prints) -> tuple[Prints, Ints, Ints]:
    """Fingerprints in order, and the place of each in both lists, -1 for none.

    One that comes several times is there for each pair of places.

    Examples
    --------
    >>> prints, place, other = side_by_side(np.array([7, 5], dtype=np.uint64), np.array([5, 9], dtype=np.uint64))
    >>> prints.tolist(), place.tolist(), other.tolist()
    ([5, 7, 9], [1, 0, -1], [0, -1, 1])
    """
    prints = np.union1d(left, right)
    (order, start, n), (other_order, other_start, m) = (_places(one, prints) for one in (left, right))
    pairs = np.maximum(n, 1) * np.maximum(m, 1)
    which = np.repeat(np.arange(len(prints)), pairs)
    nth, other_nth = np.divmod(
        np.arange(len(which)) - np.repeat(np.cumsum(pairs) - pairs, pairs), np.maximum(m, 1)[which]
    )
    place = np.append(order, -1)[np.where(n[which] > 0, start[which] + nth, -1)]
    other = np.append(other_order, -1)[np.where(m[which] > 0, other_start[which] + other_nth, -1)]
    return prints[which], place, other


def _places(values: Prints, prints: Prints) -> tuple[Ints, Ints, Ints]:
    """The order of the values, and where in it each fingerprint begins and how often it is there."""
    order = np.argsort(values, kind="stable")
    start, end = (np.searchsorted(values[order], prints, side=side) for side in ("left", "right"))
    return order, start, end - start
