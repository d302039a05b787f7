"""Links that come about by chance: how often codes of different persons coincide, and how many links that makes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from lcresearch.responses.waves.codes import Integers, Texts, close_pairs

SAMPLE = 20_000


@dataclass(frozen=True)
class Coincidence:
    """How often two different persons have the same code, or codes that are few errors apart.

    Attributes
    ----------
    same, near : float
        Share of pairs of persons; ``near`` does not include ``same``.
    n_pairs : int
        Pairs of persons that were compared.
    """

    same: float
    near: float
    n_pairs: int


def coincidence(codes: Texts, groups: Integers, waves: Integers, tolerance: int, shortest: int) -> Coincidence:
    """Estimate how often codes of different persons coincide.

    Two rows of one wave are two persons. Their codes are compared within groups, where people come from the same
    places, and across groups, where there are many more pairs; the higher share counts. Of more than 20,000 rows a part
    is taken, whole groups where there are any.

    Parameters
    ----------
    codes : array of str, shape (n,)
    groups, waves : array of int, shape (n,)
    tolerance : int
    shortest : int
        Codes with fewer characters are never near another.
    """
    part = _part(groups)
    distinct, place = np.unique(codes[part].astype(object), return_inverse=True)
    long = np.flatnonzero(np.array([len(code) >= shortest for code in distinct.tolist()], dtype=bool))
    left, right, _ = close_pairs(distinct[long], np.zeros(len(long), dtype=np.int64), tolerance)
    edges = (long[left], long[right])
    wave = np.unique(waves[part], return_inverse=True)[1]
    cell = np.unique(groups[part] * (wave.max(initial=0) + 1) + wave, return_inverse=True)[1]
    inside = _pairs(place, cell, edges)
    overall = _pairs(place, wave, edges)
    shares = [of[:2] / of[2] for of in (inside, overall - inside) if of[2] > 0]
    same, near = np.max(shares, axis=0).tolist() if shares else (0.0, 0.0)
    return Coincidence(same, near, int(overall[2]))


def _part(groups: Integers) -> Integers:
    step = -(-len(groups) // SAMPLE)
    rows = np.flatnonzero(groups % max(step, 1) == 0) if groups.max(initial=0) >= step else np.arange(len(groups))
    return rows if len(rows) <= 2 * SAMPLE else rows[np.linspace(0, len(rows) - 1, SAMPLE).astype(np.int64)]


def _pairs(place: Integers, cell: Integers, edges: tuple[Integers, Integers]) -> npt.NDArray[np.float64]:
    """Pairs of rows in one cell with the same code, with near codes, and all pairs."""
    shape = (int(place.max(initial=-1)) + 1, int(cell.max(initial=-1)) + 1)
    counts = sparse.csr_array((np.ones(len(place)), (place, cell)), shape=shape)
    sizes = np.bincount(cell).astype(float)
    same = float((counts.data * (counts.data - 1)).sum()) / 2
    near = float(counts[edges[0]].multiply(counts[edges[1]]).sum())
    return np.array([same, near, float((sizes * (sizes - 1)).sum()) / 2])


def expected_false(usable: pd.DataFrame, first: int, second: int, share: float, rounds: int = 100) -> float:
    """Links between different persons to expect in two waves, over all groups.

    Parameters
    ----------
    usable : DataFrame
        ``person`` (as linked), ``group`` and ``wave``: numbers.
    first, second : int
        The waves.
    share : float
        Of pairs of different persons, those whose codes would link them.

    Notes
    -----
    In a group with u and v rows that are linked to nobody in the other wave, f false links hide another f persons on
    either side, so f = share * (u + f) * (v + f), and f is not more than the links there are. Solved by iteration.
    """
    mine, other = usable["wave"] == first, usable["wave"] == second
    person = usable["person"].to_numpy()
    in_both = np.isin(person, np.intersect1d(person[mine], person[other]))
    n_groups = int(usable["group"].max()) + 1
    u, v, links = (
        np.bincount(usable.loc[rows, "group"], minlength=n_groups)
        for rows in (mine & ~in_both, other & ~in_both, mine & in_both)
    )
    false = np.zeros(n_groups)
    for _ in range(rounds):
        false = np.minimum(share * (u + false) * (v + false), links)
    return float(false.sum())
