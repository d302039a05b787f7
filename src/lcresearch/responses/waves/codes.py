"""Self-made codes as text: what counts as the same code, and which codes differ by few errors."""

from __future__ import annotations

import itertools
import unicodedata
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from rapidfuzz import process
from rapidfuzz.distance import OSA

from lcresearch.errors import ResponsesError

Integers = npt.NDArray[np.int64]
Texts = npt.NDArray[Any]

LARGEST_TOLERANCE = 2
LONGEST = 64
MAXIMUM_KEYS = 40_000_000
MAXIMUM_PAIRS = 20_000_000


_NO_CODES = """
weetniet weetnietmeer weetikniet weetiknietmeer ikweethetniet ikweethetnietmeer onbekend geen geencode
geenidee nvt niettoepasselijk leeg niets nee vergeten codevergeten anoniem anon test code mijncode unknown
idontknow dontknow donotknow dk na none nocode no noidea nothing empty forgot forgotten anonymous mycode
notapplicable nan null keine keincode weissnicht weissichnicht unbekannt qwerty asdf abc abcd abcde abcdef
abc123 12345 123456 1234567 12345678
"""
_SHORTEST_REPEATED = 3


def normal_codes(codes: pd.Series[str]) -> pd.Series[str]:
    """Codes without case, accents, blanks and punctuation; missing where nothing is left, or no code was made up.

    Examples
    --------
    >>> normal_codes(pd.Series([" Ma-ÉL 07", "...", "weet ik niet", None])).tolist()
    ['mael07', nan, nan, nan]
    """
    distinct = codes.dropna().unique().tolist()
    return codes.map({code: None if is_no_code(code) else _normal(code) for code in distinct}).astype("str")


def is_no_code(code: str) -> bool:
    """Whether people write this who have no code: nothing, "onbekend", "n.v.t.", 999999, xxxxxx, 123456.

    Whoever wrote the same at the next wave would else be taken for the same person.

    Examples
    --------
    >>> [is_no_code(text) for text in ("Weet ik niet", "n.v.t.", "999999", "-", "mael07", "77")]
    [True, True, True, True, False, False]
    """
    normal = _normal(code)
    repeated = len(normal) >= _SHORTEST_REPEATED and len(set(normal)) == 1
    return not normal or repeated or normal in _no_codes()


def _normal(code: str) -> str:
    if code.isascii() and code.isalnum():
        return code.lower()
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", code).casefold())
    return "".join(letter for letter in letters if letter.isalnum())


@cache
def _no_codes() -> frozenset[str]:
    return frozenset(_NO_CODES.split())


def edit_distance(left: Texts, right: Texts, limit: int | None = None) -> npt.NDArray[np.int32]:
    """Errors that turn one code into the other: substitutions, omissions, insertions, swaps of two neighbours.

    The optimal string alignment distance (Damerau 1964, Communications of the ACM 7, 171-176, without further errors
    between two letters that were swapped), pair by pair.

    Parameters
    ----------
    left, right : array of str, shape (n,)
    limit : int, optional
        Larger distances are given as ``limit + 1``.

    Examples
    --------
    >>> edit_distance(["mael07", "mael07", "mael07"], ["meal07", "mael7", "mxel77"]).tolist()
    [1, 1, 2]
    """
    found: npt.NDArray[np.int32] = process.cpdist(
        left, right, scorer=OSA.distance, score_cutoff=limit, dtype=np.int32, workers=1
    )
    return found


SEVERAL, LENGTH, SWAP, SUBSTITUTION = 0, 1, 2, 3
N_KINDS = SUBSTITUTION + LONGEST


def difference_kinds(left: Texts, right: Texts, distance: npt.NDArray[Any]) -> Integers:
    """In which way two near codes differ, pair by pair.

    Parameters
    ----------
    left, right : array of str, shape (n,)
        At most 64 characters each.
    distance : array of int, shape (n,)
        Errors between them; at least 1.

    Returns
    -------
    array of int, shape (n,)
        ``LENGTH`` a character more or less, ``SWAP`` two neighbours that changed places, ``SUBSTITUTION`` + i another
        character at place i, ``SEVERAL`` more than one error.

    Examples
    --------
    >>> left, right = np.array(["mael07", "mael07", "mael07"]), np.array(["mael7", "meal07", "mael08"])
    >>> (difference_kinds(left, right, np.ones(3, dtype=int)) - SUBSTITUTION).tolist()
    [-2, -1, 5]
    """
    if not len(left):
        return np.zeros(0, dtype=np.int64)
    pair = np.stack([np.asarray(left, dtype=str), np.asarray(right, dtype=str)])
    letters = pair.view(np.uint32).reshape(2, len(left), -1)
    differs = letters[0] != letters[1]
    longer = (letters[0] == 0).sum(axis=1) != (letters[1] == 0).sum(axis=1)
    kinds = [distance > 1, longer, differs.sum(axis=1) > 1]
    return np.asarray(np.select(kinds, [SEVERAL, LENGTH, SWAP], SUBSTITUTION + differs.argmax(axis=1)), dtype=np.int64)


def close_pairs(codes: Texts, groups: Integers, tolerance: int) -> tuple[Integers, Integers, npt.NDArray[np.int32]]:
    """All pairs of different codes of one group that are at most ``tolerance`` errors apart.

    Two codes that differ by k errors have a text in common after at most k letters are left out of each, so only codes
    that share such a text are compared (Boytsov 2011, ACM Journal of Experimental Algorithmics 16, article 1.1).

    Parameters
    ----------
    codes : array of str, shape (n,)
        Different from each other within a group. Codes of more than 64 characters are in no pair.
    groups : array of int, shape (n,)
    tolerance : int
        At most 2.

    Returns
    -------
    left, right : array of int, shape (n_pairs,)
        Places in ``codes``, ``left < right``; each pair once.
    distance : array of int, shape (n_pairs,)

    Raises
    ------
    ResponsesError
        R143 if so many codes are alike that comparing them is of no use.

    Examples
    --------
    >>> left, right, distance = close_pairs(np.array(["mael07", "meal07", "joap31"]), np.zeros(3, dtype=int), 1)
    >>> left.tolist(), right.tolist(), distance.tolist()
    ([0], [1], [1])
    """
    keys, owners = _neighbourhoods(codes, groups, tolerance)
    pairs = _owners_of_equal_keys(keys, owners, len(codes), tolerance)
    left, right = pairs // max(len(codes), 1), pairs % max(len(codes), 1)
    same = groups[left] == groups[right]
    left, right = left[same], right[same]
    texts = codes.astype(object)
    distance = edit_distance(texts[left], texts[right], tolerance)
    near = distance <= tolerance
    return left[near], right[near], distance[near]


def _neighbourhoods(codes: Texts, groups: Integers, tolerance: int) -> tuple[npt.NDArray[np.uint64], Integers]:
    """A number for each text that is left of a code without at most ``tolerance`` of its letters, and its code."""
    sizes = np.array([len(code) for code in codes.tolist()], dtype=np.int64)
    weights = np.random.default_rng(20_11).integers(1, 2**63, LONGEST + 1, dtype=np.uint64) | np.uint64(1)
    of_group = groups.astype(np.uint64) * weights[LONGEST]
    keys: list[npt.NDArray[np.uint64]] = []
    owners: list[Integers] = []
    total = 0
    for size in np.unique(sizes[sizes <= LONGEST]).tolist():
        rows = np.flatnonzero(sizes == size)
        texts = codes[rows].astype(f"<U{max(size, 1)}")
        letters = texts.view(np.uint32).reshape(len(rows), max(size, 1))[:, :size].astype(np.uint64)
        for out in itertools.chain.from_iterable(
            itertools.combinations(range(size), k) for k in range(min(tolerance, size) + 1)
        ):
            total += len(rows)
            if total > MAXIMUM_KEYS:
                raise ResponsesError("R143", tolerance=tolerance)
            left = np.delete(letters, out, axis=1)
            keys.append(left @ weights[: size - len(out)] + of_group[rows])
            owners.append(rows)
    if not keys:
        return np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64)
    return np.concatenate(keys), np.concatenate(owners)


def _owners_of_equal_keys(keys: npt.NDArray[np.uint64], owners: Integers, n: int, tolerance: int) -> Integers:
    """Every pair of owners that share a key, once, as ``left * n + right``."""
    order = np.lexsort((owners, keys))
    keys, owners = keys[order], owners[order]
    first = np.arange(max(len(keys) - 1, 0))
    found: list[Integers] = []
    total = 0
    for step in itertools.count(1):
        first = first[first + step < len(keys)]
        first = first[keys[first] == keys[first + step]]
        if not len(first):
            break
        left, right = owners[first], owners[first + step]
        different = left != right
        found.append(np.unique(left[different] * n + right[different]))
        total += len(found[-1])
        if total > MAXIMUM_PAIRS:
            raise ResponsesError("R143", tolerance=tolerance)
    return np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)
