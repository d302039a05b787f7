"""The sums that go out anyway about a score: means by wave of now, and all that earlier reports and packages told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.disclosure.answer_prints import answer_prints
from lcresearch.disclosure.change_rows import ChangeRows
from lcresearch.disclosure.joint_sums import JointSums
from lcresearch.disclosure.ledger import Ledger, Prints, Release, persons_of
from lcresearch.disclosure.trees import Floats, Ints, build_tree


@dataclass(frozen=True)
class KnownSums:
    """Sums that are known, and what names each answer of now in them.

    Attributes
    ----------
    sums : JointSums
        Rows from 0 to n_rows - 1.
    n_rows : int
    person, answer : array of int, shape (n,)
        Of the answers of now, in the order of ``ChangeRows.answered``.
    prints : array (n,)
        Their fingerprints; their positions without a ledger.
    """

    sums: JointSums
    n_rows: int
    person: Ints
    answer: Ints
    prints: Prints


def known_sums(
    frame: pd.DataFrame,
    name: str,
    levels: Sequence[str],
    cells: pd.DataFrame,
    rows: ChangeRows,
    ledger: Ledger | None,
    *,
    wave: str,
    person: str,
    known_as: str | None = None,
    answers: Sequence[str] = (),
) -> KnownSums:
    """What is known of a score.

    Parameters
    ----------
    frame, levels, wave, person, known_as, answers
        As given to :func:`lcresearch.disclosure.changes.protect_change`.
    name : str
        Column of the score.
    cells : DataFrame
        What ``protect`` decided.
    rows : ChangeRows
    ledger : Ledger or None

    Notes
    -----
    An answer that changed since an earlier report is another unknown of the same person. Of packages it is not known
    which answers they hold; they are taken to be those of now.
    """
    used = frame.iloc[rows.answered]
    tree = build_tree(used, tuple(levels), wave)
    released = cells[cells["released"]]
    known = set(zip(released["wave"].astype(str), released["key"], strict=True))
    shown = np.array([(str(w), key) in known for w, key in zip(tree.waves, tree.keys, strict=True)], dtype=bool)
    waves = used[wave].astype(str).to_numpy(dtype=object)
    owner = pd.factorize(used[person], use_na_sentinel=False)[0]
    if ledger is None:
        prints = np.arange(len(used)).astype(np.uint64)
        tags = owner.astype(np.uint64)
    else:
        value = pd.to_numeric(used[name]).to_numpy(dtype=float)
        name_column = known_as or person
        prints, waves = answer_prints(
            ledger, name, used, tree.leaf, value, wave=wave, person=name_column, answers=answers
        )
        tags = persons_of(prints)
    now = Answered(tags, waves, prints)
    parts = [now.in_sums(tree.blocks(shown)[tree.leaf])]
    if ledger is not None:
        parts += earlier_sums(ledger, name, now)
    return together(now, parts, owner)


@dataclass(frozen=True)
class Answered:
    """Answers, an entry each.

    Attributes
    ----------
    person : array (n,)
        What the ledger calls the person.
    wave : array of str, shape (n,)
    prints : array (n,)
        Fingerprints.
    """

    person: Prints
    wave: npt.NDArray[np.object_]
    prints: Prints

    def in_sums(self, row: Ints) -> Entries:
        """Entries of these answers in sums, -1 for none."""
        return Entries(self, row, np.ones(len(row)))


@dataclass(frozen=True)
class Entries:
    """Answers in sums.

    Attributes
    ----------
    answered : Answered
    row : array of int, shape (n,)
        The sum that each is in, from 0; -1 for none.
    sign : array, shape (n,)
    """

    answered: Answered
    row: Ints
    sign: Floats


def together(now: Answered, parts: Sequence[Entries], owner: Ints) -> KnownSums:
    """Number persons, answers and rows; ``owner`` says whose each answer of now is, and so each name in the ledger."""
    offset, rows, signs, listed = 0, [], [], [now]
    for part in parts:
        inside, one = part.row >= 0, part.answered
        rows.append(part.row[inside] + offset)
        signs.append(part.sign[inside])
        listed.append(Answered(one.person[inside], one.wave[inside], one.prints[inside]))
        offset += int(part.row.max(initial=-1)) + 1
    person = _owned(np.concatenate([one.person for one in listed]), owner)
    wave = pd.factorize(np.concatenate([one.wave for one in listed]))[0]
    answer = _numbered(person, wave, np.concatenate([one.prints for one in listed]))
    n = len(now.person)
    sums = JointSums(person[n:], answer[n:], np.concatenate(rows), np.concatenate(signs))
    return KnownSums(sums, offset, person[:n], answer[:n], now.prints)


def _owned(name: Prints, owner: Ints) -> Ints:
    """Numbers of persons by their names in the ledger, the first of which are those of now; others are of nobody."""
    codes, names = pd.factorize(name)
    person = len(owner) + np.arange(len(names))
    first = np.unique(codes[: len(owner)], return_index=True)
    person[first[0]] = owner[first[1]]
    return np.asarray(pd.factorize(person[codes])[0], dtype=np.int64)


def _numbered(person: Ints, wave: Ints, prints: Prints) -> Ints:
    """A number for each wave, and for each answer of a person at it."""
    n_waves, (prints_code, found) = int(wave.max(initial=0)) + 1, pd.factorize(prints)
    case = person * n_waves + wave
    code, different = pd.factorize(case * max(len(found), 1) + prints_code)
    version = _nth(different // max(len(found), 1))
    at = different // max(len(found), 1) % n_waves
    return np.asarray(at * (int(version.max(initial=0)) + 1) + version, dtype=np.int64)[code]


def _nth(values: Ints) -> Ints:
    """How many equal ones come before each."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    begins = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])[: len(values)])
    place = np.empty(len(values), dtype=np.int64)
    place[order] = np.arange(len(values)) - np.repeat(begins, np.diff(np.append(begins, len(values))))
    return place


def earlier_sums(ledger: Ledger, name: str, now: Answered) -> Iterator[Entries]:
    """What went out earlier."""
    reports = []
    for release in ledger.earlier(name):
        if release.wave is not None:
            prints, block = release.blocks
            wave = np.full(len(prints), str(release.wave), dtype=object)
            reports.append(Answered(persons_of(prints), wave, prints).in_sums(block))
    yield from reports
    answered = [now, *(one.answered for one in reports)]
    for release in ledger.packages(name):
        prints, block = release.blocks
        if release.statistic.startswith("change:"):
            yield _change(release, prints, block, answered)
        else:
            yield _package(release, persons_of(prints), block, now)


def _change(release: Release, prints: Prints, block: Ints, answered: Sequence[Answered]) -> Entries:
    """An earlier change: its fingerprints tell which of two answers is which."""
    about = release.sums_of
    assert about is not None
    known, waves = (np.concatenate(each) for each in zip(*((one.prints, one.wave) for one in answered), strict=True))
    wave = _first_of(known, waves, prints, about.waves[-1])
    return Entries(Answered(persons_of(prints), wave, prints), block, np.where(wave == about.waves[0], -1.0, 1.0))


def _first_of(known: Prints, values: npt.NDArray[Any], asked: Prints, otherwise: Any) -> npt.NDArray[Any]:
    """The value at the first of the known that is equal, for each that is asked."""
    names, first = np.unique(known, return_index=True)
    at = np.where(np.isin(asked, names), names.searchsorted(asked), len(names))
    return np.append(values[first], otherwise)[at]


def _package(release: Release, person: Prints, block: Ints, now: Answered) -> Entries:
    """Sums in a package: of each wave, or of the change between the first and the last."""
    about = release.sums_of
    assert about is not None
    n, at_waves = len(about.waves), [now.wave == wave for wave in about.waves]
    prints = [_first_of(now.person[at], now.prints[at], person, np.uint64(0)) for at in at_waves]
    row = np.concatenate([block if about.only_change else block * n + place for place in range(n)])
    sign = np.ones(len(row))
    sign[: len(block) if about.only_change else 0] = -1.0
    wave = np.repeat(np.array(about.waves, dtype=object), len(block))
    return Entries(Answered(np.tile(person, n), wave, np.concatenate(prints)), row, sign)
