"""Distributions of answers that single nobody out: neighbouring categories merged until each holds enough persons."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lcresearch.disclosure.drafts import EARLIER
from lcresearch.disclosure.policy import REPORT, Policy
from lcresearch.disclosure.trees import Ints
from lcresearch.errors import DisclosureError, Place

_NONE = -(10**12)


@dataclass(frozen=True)
class Distributions:
    """What may be shown of the answers to items.

    Attributes
    ----------
    shown : DataFrame
        A row a shown category: ``item, wave, low, high, n, share``; ``low`` and ``high`` are the first and last code
        in it, equal when nothing was merged.
    withheld : DataFrame
        ``item, wave, n_persons, reason`` (``few``, ``alike`` or ``earlier``); ``n_persons`` is for the house.
    mean_allowed : DataFrame
        ``item, wave, mean_allowed``: whether the exact mean (or standard deviation) of the item may stand beside its
        distribution. Not when categories were merged: the mean and the number of persons of two merged categories
        give their sizes away.
    """

    shown: pd.DataFrame
    withheld: pd.DataFrame
    mean_allowed: pd.DataFrame


def merge_categories(
    frame: pd.DataFrame,
    items: Mapping[str, Sequence[int]],
    policy: Policy = REPORT,
    *,
    wave: str | None = "wave",
    person: str = "respondent",
    scales: Sequence[Sequence[str]] = (),
    held_back: Collection[tuple[str, object]] = (),
) -> Distributions:
    """Count the answers to each item a wave, in categories of nobody or at least ``minimum_category`` persons.

    As many categories as possible stay apart. An item is withheld when fewer than ``minimum_cell`` persons answered it,
    or when all answers end in one category.

    Parameters
    ----------
    frame : DataFrame
        A row a respondent and wave; answers as codes, missing ones NaN.
    items : mapping
        Codes of each item's ordered answer options.
    wave : str or None
        Column with the wave; None when the waves are taken together (``wave`` is then None in the result).
    person : str
        Column with the respondent.
    scales : sequence of sequences of str
        Items of each scale whose exact mean over the same persons is shown. If one item alone of such a scale has
        merged categories, its mean follows from the scale's and the others', so that one more item is merged.
    held_back : collection of (item, wave)
        Withheld, since few persons came or went since an earlier report (:meth:`Ledger.came_and_went`): the difference
        of two distributions would say what these answered.
    policy : Policy
        The smallest numbers of persons.

    Returns
    -------
    Distributions

    Raises
    ------
    DisclosureError
        D007 when an answer is not among the codes of its item.

    Examples
    --------
    >>> people = pd.DataFrame({"respondent": range(10), "mood": [1, 1, 2, 2, 2, 3, 3, 3, 3, 5]})
    >>> merge_categories(people, {"mood": [1, 2, 3, 4, 5]}, wave=None).shown[["low", "high", "n"]].values.tolist()
    [[1, 2, 5], [3, 5, 5]]
    """
    waves = [None] if wave is None else sorted(frame[wave].dropna().unique(), key=str)
    names = [(item, when) for item in items for when in waves]
    starts: dict[tuple[str, object], list[int]] = {}
    counts: dict[tuple[str, object], Ints] = {}
    persons: dict[tuple[str, object], int] = {}
    for item, codes in items.items():
        table, answered = _count(frame, item, codes, waves, wave, person)
        for row, when in enumerate(waves):
            counts[item, when], persons[item, when] = table[row], int(answered[row])
        for when, first in zip(waves, best_merges(table, policy.minimum_category), strict=True):
            starts[item, when] = first

    def reason(name: tuple[str, object]) -> str | None:
        found = _reason(counts[name], starts[name], persons[name], policy)
        return EARLIER if found is None and name in held_back else found

    reasons = {name: reason(name) for name in names}
    for scale in scales:
        for when in waves:
            _merge_a_second(scale, when, starts, counts, reasons)
    reasons = {name: reason(name) for name in names}
    return _collect(items, names, starts, counts, persons, reasons)


def best_merges(counts: Ints, minimum: int) -> list[list[int]]:
    """First categories of the segments in which each row of counts falls apart best.

    Every segment holds 0 or at least ``minimum`` persons. Preferred, in this order: at least two segments with persons
    in them, most segments, most segments with persons, segments of even width, cuts at low categories.

    Parameters
    ----------
    counts : array (n_rows, n_categories)
    minimum : int

    Returns
    -------
    list of list of int
        Empty for a row without persons enough for one segment.

    Examples
    --------
    >>> best_merges(np.array([[3, 0, 2, 1, 4], [1, 1, 0, 0, 0]]), 3)
    [[0, 1, 2, 4], []]
    """
    n_categories = counts.shape[1]
    wide = 4 * n_categories**2
    many_segments = _segment(counts, minimum, per_segment=wide * (n_categories + 1), per_filled=wide)
    many_filled = _segment(counts, minimum, per_segment=wide, per_filled=wide * (n_categories + 1))
    return [a if _n_filled(row, a) >= 2 else b for row, a, b in zip(counts, many_segments, many_filled, strict=True)]


def _segment(counts: Ints, minimum: int, *, per_segment: int, per_filled: int) -> list[list[int]]:
    """The best segments by dynamic programming over categories; rows side by side."""
    n_rows, n_categories = counts.shape
    below = np.concatenate([np.zeros((n_rows, 1), dtype=np.int64), counts.cumsum(axis=1)], axis=1)
    score = np.full((n_rows, n_categories + 1), _NONE)
    score[:, 0] = 0
    came_from = np.zeros((n_rows, n_categories + 1), dtype=np.int64)
    for stop in range(1, n_categories + 1):
        for start in range(stop):
            n = below[:, stop] - below[:, start]
            value = score[:, start] + per_segment + per_filled * (n > 0) - (stop - start) ** 2
            better = ((n == 0) | (n >= minimum)) & (value > score[:, stop])
            score[better, stop], came_from[better, stop] = value[better], start
    return [_trace(came_from[row]) if score[row, -1] > 0 and below[row, -1] else [] for row in range(n_rows)]


def _trace(came_from: Ints) -> list[int]:
    stops, stop = [], len(came_from) - 1
    while stop:
        stop = int(came_from[stop])
        stops.append(stop)
    return stops[::-1]


def _n_filled(counts: Ints, starts: list[int]) -> int:
    return int((np.add.reduceat(counts, starts) > 0).sum()) if starts else 0


def _count(
    frame: pd.DataFrame, item: str, codes: Sequence[int], waves: list[object], wave: str | None, person: str
) -> tuple[Ints, Ints]:
    """Persons a wave and code, shape (n_waves, n_codes), and persons a wave who answered."""
    answer = pd.to_numeric(frame[item]).to_numpy(dtype=np.float64, na_value=np.nan)
    at = np.zeros(len(frame), dtype=np.int64) if wave is None else pd.Index(waves).get_indexer(pd.Index(frame[wave]))
    here = ~np.isnan(answer) & (at >= 0)
    answer, at, place = answer[here], at[here], pd.Index(list(codes)).get_indexer(pd.Index(answer[here]))
    if (place < 0).any():
        found = sorted({f"{value:g}" for value in answer[place < 0]})
        raise DisclosureError("D007", where=Place(item=item), found=found, codes=[str(code) for code in codes])
    n_waves, n_codes = len(waves), len(codes)
    someone = pd.factorize(frame[person][here], use_na_sentinel=False)[0] * n_waves + at
    told = np.unique(someone * n_codes + place)
    cell = told // n_codes % n_waves * n_codes + told % n_codes
    table = np.bincount(cell, minlength=n_waves * n_codes).reshape(n_waves, n_codes)
    return table, np.bincount(np.unique(someone) % n_waves, minlength=n_waves)


def _reason(counts: Ints, starts: list[int], n_persons: int, policy: Policy) -> str | None:
    if n_persons < policy.minimum_cell or not starts:
        return "few"
    return "alike" if _n_filled(counts, starts) < 2 else None


def _is_merged(counts: Ints, starts: list[int]) -> bool:
    return bool((np.diff([*starts, len(counts)]) > 1).any())


def _merge_a_second(
    scale: Sequence[str],
    when: object,
    starts: dict[tuple[str, object], list[int]],
    counts: dict[tuple[str, object], Ints],
    reasons: Mapping[tuple[str, object], str | None],
) -> None:
    """If one item of a scale is merged or withheld, merge in one more the two neighbours with the fewest persons."""
    here = [(item, when) for item in scale]
    hidden = [name for name in here if reasons[name] or _is_merged(counts[name], starts[name])]
    whole = [name for name in here if name not in hidden]
    if len(hidden) != 1 or not whole:
        return
    pairs = []
    for order, name in enumerate(whole):
        sums = counts[name][:-1] + counts[name][1:]
        both = (counts[name][:-1] > 0) & (counts[name][1:] > 0)
        pairs += [(not both[left], int(sums[left]), order, left) for left in range(len(sums))]
    _, _, order, left = min(pairs)
    starts[whole[order]] = [first for first in starts[whole[order]] if first != left + 1]


def _collect(
    items: Mapping[str, Sequence[int]],
    names: list[tuple[str, object]],
    starts: Mapping[tuple[str, object], list[int]],
    counts: Mapping[tuple[str, object], Ints],
    persons: Mapping[tuple[str, object], int],
    reasons: Mapping[tuple[str, object], str | None],
) -> Distributions:
    shown: list[tuple[object, ...]] = []
    for item, when in names:
        first, n = starts[item, when], counts[item, when]
        if reasons[item, when] is None:
            codes, stops = list(items[item]), [*first[1:], len(n)]
            sums = np.add.reduceat(n, first)
            shown += [
                (item, when, codes[a], codes[b - 1], int(k), int(k) / int(n.sum()))
                for a, b, k in zip(first, stops, sums, strict=True)
            ]
    withheld = [(*name, persons[name], reasons[name]) for name in names if reasons[name]]
    allowed = [(*name, reasons[name] is None and not _is_merged(counts[name], starts[name])) for name in names]
    return Distributions(
        pd.DataFrame(shown, columns=["item", "wave", "low", "high", "n", "share"]),
        pd.DataFrame(withheld, columns=["item", "wave", "n_persons", "reason"]),
        pd.DataFrame(allowed, columns=["item", "wave", "mean_allowed"]),
    )
