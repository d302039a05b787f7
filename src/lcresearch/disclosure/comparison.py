"""A release now beside a release earlier: who is in both, who differs, and what the difference gives away."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from lcresearch.disclosure.drafts import EARLIER, Draft, settle_earlier
from lcresearch.disclosure.ledger import Prints, Release, digest, pack, persons_of
from lcresearch.disclosure.side_by_side import side_by_side
from lcresearch.disclosure.trees import Bools, Floats, Ints, Tree, common_depth


@dataclass(frozen=True)
class Comparison:
    """The answers of one wave now and in one earlier release, matched by fingerprint.

    Attributes
    ----------
    now : array (n_units,)
        Position among the rows of now; -1 for answers that are not there any more.
    block : array (n_units,)
        Cell of the earlier release in whose residual the answer was; -1 for new answers.
    person : array (n_units,)
        Fingerprint of the person.
    weight : array (n_units,)
        Persons; the two answers of a person who changed weigh a half each.
    """

    release: Release
    now: Ints
    block: Ints
    person: Prints
    weight: Floats

    def hide_changed(self, draft: Draft, leaf: Ints, value: Floats | None, minimum: int) -> None:
        """Hold back groups that went out earlier and now differ by too few persons, or only by persons all alike.

        Those who came or went and those who answered otherwise are counted apart: when a scale is scored in another way
        everybody answers otherwise, and one late answer must still show up.
        """
        for depth in range(common_depth(draft.tree.columns, self.release.columns) + 1):
            here = self._at(leaf, draft.tree.at_depth(depth))
            then, known = self._earlier_cells(draft.tree, depth)
            differs = here != then
            came, went = differs & known[here], differs & (then >= 0)
            n_cells = draft.tree.n_cells
            one, other = (self._persons_in(cell, who, n_cells) for cell, who in ((here, came), (then, went)))
            hidden = np.zeros(n_cells, dtype=bool)
            for cases in (np.setxor1d(one, other), np.intersect1d(one, other)):  # came or went; answered otherwise
                n_differ = np.bincount(cases % n_cells, minlength=n_cells)
                hidden |= (n_differ > 0) & (n_differ < minimum)
            if value is not None:
                hidden |= _came_alike(here[came], value[self.now[came]], then[went], n_cells)
            draft.hide(np.flatnonzero(hidden), EARLIER)

    @cached_property
    def _who(self) -> Ints:
        """A number for each person."""
        return np.asarray(pd.factorize(self.person)[0], dtype=np.int64)

    def _persons_in(self, cell: Ints, units: Bools, n_cells: int) -> Ints:
        """A number for each person in each cell, of which the rest after division by ``n_cells`` is the cell."""
        return np.unique(self._who[units] * n_cells + cell[units])

    def settle(self, draft: Draft, leaf: Ints, minimum: int) -> bool:
        """Hide one more cell if the two releases together give away too few persons."""
        return settle_earlier(draft, self._at(leaf, np.arange(draft.tree.n_cells)), self.block, self.weight, minimum)

    def _at(self, leaf: Ints, cell_of_leaf: Ints) -> Ints:
        return np.append(cell_of_leaf[leaf], -1)[self.now]

    def _earlier_cells(self, tree: Tree, depth: int) -> tuple[Ints, Bools]:
        """Cell of now that each answer was published in at this depth, and which cells of now (and -1: no) were."""
        number = {
            tuple(map(str, tree.keys[cell])): cell
            for cell in np.flatnonzero(tree.depth == depth).tolist()
            if _wave_name(tree.waves[cell]) == self.release.wave
        }
        published = {key for key, *_ in self.release.cells if len(key) == depth}
        cells = [
            number.get(key[:depth], -1) if len(key) >= depth and key[:depth] in published else -1
            for key, *_ in self.release.cells
        ]
        known = np.zeros(tree.n_cells + 1, dtype=bool)
        known[[number[key] for key in published if key in number]] = True
        return np.asarray([*cells, -1], dtype=np.int64)[self.block], known


def compare(release: Release, prints: Prints, rows: Ints) -> Comparison:
    """Match the answers of now (fingerprints, and their positions among all rows) with an earlier release."""
    old_prints, old_block = release.blocks
    matched, place, other = side_by_side(prints, old_prints)
    now, block, person = np.append(rows, -1)[place], np.append(old_block, -1)[other], persons_of(matched)
    who = pd.factorize(person)[0]
    return Comparison(release, now, block, person, 1.0 / np.bincount(who)[who])


def record(draft: Draft, leaf: Ints, prints: Prints, statistic: str, minimum: int) -> list[Release]:
    """What goes out of a draft, one release a wave."""
    tree = draft.tree
    residual = _by_cell(tree.blocks(draft.released)[leaf], prints)
    whole: dict[int, Prints] = {}
    for depth in range(len(tree.columns) + 1):
        whole |= _by_cell(tree.at_depth(depth)[leaf], prints)
    none = np.zeros(0, dtype=np.uint64)
    releases = []
    for wave in dict.fromkeys(tree.waves):
        cells = [
            (
                tuple(map(str, tree.keys[cell])),
                int(draft.tally.persons[cell]),
                digest(whole.get(cell, none)),
                pack(residual.get(cell, none)),
            )
            for cell in np.flatnonzero(draft.released).tolist()
            if tree.waves[cell] == wave
        ]
        releases.append(Release(statistic, _wave_name(wave), tree.columns, minimum, tuple(cells)))
    return releases


def _by_cell(cell: Ints, prints: Prints) -> dict[int, Prints]:
    order = np.argsort(cell, kind="stable")
    order = order[cell[order] >= 0]
    cells, first = np.unique(cell[order], return_index=True)
    return dict(zip(cells.tolist(), np.split(prints[order], first[1:]), strict=False))


def _came_alike(here: Ints, value: Floats, then: Ints, n_cells: int) -> Bools:
    """Cells that nobody left and whose newcomers all gave one answer."""
    low, high = np.full(n_cells, np.inf), np.full(n_cells, -np.inf)
    np.minimum.at(low, here, value)
    np.maximum.at(high, here, value)
    came, went = np.bincount(here, minlength=n_cells) > 0, np.bincount(then, minlength=n_cells) > 0
    return came & ~went & (np.where(came, high, 0) - np.where(came, low, 0) <= 1e-9)


def _wave_name(wave: object) -> str | None:
    return None if wave is None else str(wave)
