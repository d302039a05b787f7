"""Links that come about by chance: how often codes of different persons coincide, and how many links that makes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from lcresearch.responses.waves.codes import N_KINDS, Integers, Texts, close_pairs, difference_kinds

Floats = npt.NDArray[np.float64]

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
    kinds : array of float, shape (n_kinds,)
        ``near`` by the way in which codes differ, as in :func:`difference_kinds`.
    """

    same: float
    near: float
    n_pairs: int
    kinds: Floats

    def without(self, doubted: Collection[int]) -> Coincidence:
        """The same when codes that differ in these ways are not linked."""
        kinds = self.kinds.copy()
        kinds[list(doubted)] = 0
        return Coincidence(self.same, float(kinds.sum()), self.n_pairs, kinds)


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
    left, right, distance = close_pairs(distinct[long], np.zeros(len(long), dtype=np.int64), tolerance)
    edges = (long[left], long[right])
    kinds = difference_kinds(distinct[edges[0]], distinct[edges[1]], distance)
    wave = np.unique(waves[part], return_inverse=True)[1]
    cell = np.unique(groups[part] * (wave.max(initial=0) + 1) + wave, return_inverse=True)[1]
    inside = _pairs(place, cell, edges, kinds)
    overall = _pairs(place, wave, edges, kinds)
    shares = [of[1:] / of[0] for of in (inside, overall - inside) if of[0] > 0]
    same, *near = np.max(shares, axis=0).tolist() if shares else [0.0] * (1 + N_KINDS)
    return Coincidence(same, sum(near), int(overall[0]), np.array(near))


def _part(groups: Integers) -> Integers:
    step = -(-len(groups) // SAMPLE)
    rows = np.flatnonzero(groups % max(step, 1) == 0) if groups.max(initial=0) >= step else np.arange(len(groups))
    return rows if len(rows) <= 2 * SAMPLE else rows[np.linspace(0, len(rows) - 1, SAMPLE).astype(np.int64)]


def _pairs(place: Integers, cell: Integers, edges: tuple[Integers, Integers], kinds: Integers) -> Floats:
    """Pairs of rows in one cell: all, those with the same code, and those with near codes by kind of difference."""
    shape = (int(place.max(initial=-1)) + 1, int(cell.max(initial=-1)) + 1)
    counts = sparse.csr_array((np.ones(len(place)), (place, cell)), shape=shape)
    sizes = np.bincount(cell).astype(float)
    same = float((counts.data * (counts.data - 1)).sum()) / 2
    near = np.bincount(kinds, counts[edges[0]].multiply(counts[edges[1]]).sum(axis=1), minlength=N_KINDS)
    return np.concatenate([[float((sizes * (sizes - 1)).sum()) / 2, same], near])


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


def doubtful_kinds(linked: Integers, n_links: int, false: float, chance: Coincidence, most: float) -> list[int]:
    """Kinds of difference over which no link should go, so that at most a share ``most`` of the links is wrong.

    The kinds are taken in the order of the share of their links that chance would give: strangers of one region often
    differ only in the last digit of a day, and hardly ever by a missing letter.

    Parameters
    ----------
    linked : array of int
        Kind of difference of each link between codes that are not equal.
    n_links : int
        All links.
    false : float
        Links to expect between different persons.
    chance : Coincidence
    most : float

    Returns
    -------
    list of int
        Empty when the links are good enough, or when the links that are wrong are those of equal codes.
    """
    if false <= most * n_links:
        return []
    false_of = false * chance.kinds / (chance.same + chance.near)
    n_of = np.bincount(linked, minlength=N_KINDS)
    found = np.flatnonzero(false_of)
    order = found[np.argsort(-false_of[found] / np.maximum(n_of[found], 0.5), kind="stable")]
    left_false = false - np.cumsum(false_of[order])
    enough = left_false <= most * (n_links - np.cumsum(n_of[order]))
    n_doubtful = int(enough.argmax()) + 1 if enough.any() else len(order)
    return [int(kind) for kind in order[:n_doubtful]]
