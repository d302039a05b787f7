"""The answers of two waves by person: who answered at both, who at one, and in which group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.disclosure.trees import Bools, Floats, Ints

PART, COMPARED = "part", "comparison"


@dataclass(frozen=True)
class Cell:
    """Numbers of a group, or of all on one side (``key`` is empty), for the house.

    ``alike_...`` tell whether all gave the same answer, or changed by the same: of all before and after, of those who
    answered twice (``stayed``, ``change``), of those only before (``left``), and of those who answered once as far as
    all did so at the same wave, or at both ends (``once``).
    """

    takes_part: bool
    key: tuple[Any, ...]
    n_before: int
    n_after: int
    n_linked: int
    n_once: int
    alike_before: bool
    alike_after: bool
    alike_change: bool
    alike_stayed: bool
    alike_left: bool
    alike_once: bool

    @property
    def n_only_before(self) -> int:
        """Who answered before, and not after."""
        return self.n_before - self.n_linked

    @property
    def n_only_after(self) -> int:
        """Who answered after, and not before."""
        return self.n_after - self.n_linked

    @property
    def ledger_key(self) -> tuple[str, ...]:
        """What names it in the ledger."""
        return (PART if self.takes_part else COMPARED, *map(str, self.key))


@dataclass(frozen=True)
class ChangeRows:
    """Positions are those of rows that hold an answer; cells are numbered, sides first.

    Attributes
    ----------
    cells : list of Cell
        First those who take part, then, if there are, those who are compared with, then groups.
    parent : array of int, shape (n_cells,)
        Side of a group, -1 of a side.
    answered : array of int, shape (n,)
        Rows of the frame that hold an answer.
    side, group : array of int, shape (n,)
        Cell of each, -1 for none.
    at : array of int, shape (n,)
        0 before, 1 after, -1 at another wave.
    first, last : array of int, shape (n_linked,)
        Positions of the answers of those who answered twice.
    linked_side, linked_group : array of int, shape (n_linked,)
        Their cell if it is the same at both waves, else -1.
    change : array, shape (n_linked, n_values)
    values : array, shape (n, n_values)
    """

    cells: list[Cell]
    parent: Ints
    answered: Ints
    side: Ints
    group: Ints
    at: Ints
    first: Ints
    last: Ints
    linked_side: Ints
    linked_group: Ints
    change: Floats
    values: Floats

    @property
    def once(self) -> Bools:
        """Answers before or after of persons who are not linked, shape (n,)."""
        found = self.at >= 0
        found[self.first] = found[self.last] = False
        return found

    @property
    def compared(self) -> bool:
        """Whether there are groups to compare with."""
        return int((self.parent < 0).sum()) > 1

    def of_side(self, cell: int) -> tuple[Ints, Ints]:
        """Positions of the answers of a side, before and after."""
        return np.flatnonzero((self.side == cell) & (self.at == 0)), np.flatnonzero(
            (self.side == cell) & (self.at == 1)
        )

    @classmethod
    def gather(
        cls,
        frame: pd.DataFrame,
        names: Sequence[str],
        path: Sequence[str],
        waves: tuple[str, str],
        comparison: Sequence[str],
        *,
        wave: str,
        person: str,
    ) -> ChangeRows:
        """From a row a respondent and wave; a person is linked who has one row at each of the two waves."""
        values = frame[list(names)].apply(pd.to_numeric).to_numpy(dtype=float, na_value=np.nan)
        answered = np.flatnonzero(~np.isnan(values).any(axis=1))
        rows = frame.iloc[answered]
        at = rows[wave].astype(str).map({waves[0]: 0, waves[1]: 1}).fillna(-1).to_numpy().astype(np.int64)
        keys, code = _paths(rows, path)
        asked = {str(name) for name in comparison}
        takes_part = np.array([str(key[-1]) not in asked for key in keys], dtype=bool)
        compared = not takes_part.all()
        n_sides = 2 if compared else 1
        side = np.where(np.append(takes_part, True)[code], 0, 1).astype(np.int64)
        group = np.where(code >= 0, code + n_sides, -1).astype(np.int64)
        first, last = _linked(rows[person], at)
        linked_side = np.where(side[first] == side[last], side[first], -1).astype(np.int64)
        linked_group = np.where(group[first] == group[last], group[first], -1).astype(np.int64)
        parent = np.concatenate([np.full(n_sides, -1), np.where(takes_part, 0, 1)]).astype(np.int64)
        known = values[answered]
        person_code = pd.factorize(rows[person], use_na_sentinel=False)[0]
        heads: list[tuple[bool, tuple[Any, ...]]] = [(True, ()), (False, ())][:n_sides]
        heads += [(bool(part), key) for part, key in zip(takes_part, keys, strict=True)]
        cells = []
        for place, (part, key) in enumerate(heads):
            inside = (side if place < n_sides else group) == place
            twice = (linked_side if place < n_sides else linked_group) == place
            cells.append(_cell(part, key, inside, at, known, person_code, first[twice], last[twice]))
        return cls(
            cells, parent, answered, side, group, at, first, last, linked_side, linked_group,
            known[last] - known[first], known,
        )  # fmt: skip


def _paths(rows: pd.DataFrame, path: Sequence[str]) -> tuple[list[tuple[Any, ...]], Ints]:
    """The groups in the order of their names, and that of each row (-1: not in one)."""
    whole = rows[list(path)].notna().all(axis=1).to_numpy(dtype=bool)
    own = list(rows[list(path)].itertuples(index=False, name=None))
    keys = sorted({key for key, there in zip(own, whole, strict=True) if there}, key=lambda key: tuple(map(str, key)))
    number = {key: place for place, key in enumerate(keys)}
    code = [number[key] if there else -1 for key, there in zip(own, whole, strict=True)]
    return keys, np.array(code, dtype=np.int64)


def _linked(person: pd.Series[Any], at: Ints) -> tuple[Ints, Ints]:
    """Positions before and after of persons with one row at each."""
    places = np.flatnonzero((at >= 0) & person.notna().to_numpy(dtype=bool))
    code, names = pd.factorize(person.to_numpy()[places], sort=True)
    slot = code * 2 + at[places]
    place = np.empty(2 * len(names), dtype=np.int64)
    place[slot] = places
    linked = (np.bincount(slot, minlength=2 * len(names)).reshape(-1, 2) == 1).all(axis=1)
    both = place.reshape(-1, 2)[linked]
    return both[:, 0], both[:, 1]


def _cell(
    takes_part: bool,
    key: tuple[Any, ...],
    inside: Bools,
    at: Ints,
    values: Floats,
    person: Ints,
    first: Ints,
    last: Ints,
) -> Cell:
    here, there = np.flatnonzero(inside & (at == 0)), np.flatnonzero(inside & (at == 1))
    left, joined = np.setdiff1d(here, first), np.setdiff1d(there, last)
    at_once = [values[who] for who in (left, joined) if len(who)]
    return Cell(
        takes_part,
        key,
        n_before=len(here),
        n_after=len(there),
        n_linked=len(first),
        n_once=len(np.unique(person[np.concatenate([left, joined])])),
        alike_before=all_alike(values[here]),
        alike_after=all_alike(values[there]),
        alike_change=all_alike(values[last] - values[first]),
        alike_stayed=all_alike(values[first]),
        alike_left=all_alike(values[left]),
        alike_once=bool(at_once) and all(all_alike(one) for one in at_once),
    )


def all_alike(values: Floats) -> bool:
    """Whether all have the same value in some column."""
    return bool(len(values) and (np.ptp(values, axis=0) <= 1e-9).any())
