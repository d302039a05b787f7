"""Which cells go out: hide, look what can be computed from the rest, hide more, until nothing small is left."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import permutations

import numpy as np

from lcresearch.disclosure.cuts import Meeting, across_small_cut, meet, small_cut
from lcresearch.disclosure.trees import Answers, Bools, Floats, Ints, Tally, Tree, common_depth, distinct

FEW, ALIKE, COMPLEMENT, EARLIER = "few", "alike", "complement", "earlier"


@dataclass
class Draft:
    """One statistic over one tree, with what is still to go out."""

    tree: Tree
    answers: Answers
    tally: Tally
    released: Bools
    reason: list[str | None] = field(default_factory=list)

    @classmethod
    def begin(cls, tree: Tree, answers: Answers, minimum: int) -> Draft:
        """Everything, but cells with too few persons and those in which all answered alike."""
        tally = answers.cells()
        draft = cls(tree, answers, tally, np.ones(tree.n_cells, dtype=bool), [None] * tree.n_cells)
        draft.hide(np.flatnonzero(tally.persons < minimum), FEW)
        draft.hide(np.flatnonzero(tally.alike), ALIKE)
        return draft

    def hide(self, cells: Ints, reason: str) -> bool:
        """Hold cells back; says whether any of them was still to go out."""
        fresh = [int(cell) for cell in cells if self.released[cell]]
        for cell in fresh:
            self.released[cell] = False
            self.reason[cell] = reason
        return bool(fresh)

    def above(self) -> Ints:
        """For each cell the nearest released cell above it, -1 for none."""
        return np.where(self.tree.parent >= 0, self.tree.blocks(self.released)[self.tree.parent], -1)

    def settle(self, minimum: int) -> bool:
        """Hide until what is left of each released cell, its released parts taken off, is nobody or enough persons.

        In a tree this is exact: sums over released cells and sums over these remainders can be computed from each
        other, and remainders have no person in common.
        """
        changed = False
        while True:
            rest = self.answers.tally(self.tree.blocks(self.released))
            bad = self.released & (rest.too_small(minimum) | (rest.alike & (rest.persons > 0)))
            if not bad.any():
                return changed
            self.hide(self._smallest_part(np.flatnonzero(bad)), COMPLEMENT)
            changed = True

    def _smallest_part(self, cells: Ints, allowed: Bools | None = None) -> Ints:
        """Of each cell its released part with the fewest persons, the first by name if equal; itself if it has none."""
        above = self.above()
        parts = np.flatnonzero(self.released & np.isin(above, cells) & (True if allowed is None else allowed))
        parts = parts[np.lexsort((parts, self.tally.persons[parts]))]
        owners, first = np.unique(above[parts], return_index=True)
        return np.concatenate([parts[first], np.setdiff1d(cells, owners)])

    def nearest_to(self, blocks: Ints, allowed: Bools | None = None) -> Ints:
        """The released cell to hide, at most one, so that one of these blocks grows."""
        blocks = np.unique(blocks[blocks >= 0])
        if not len(blocks):
            return blocks
        cells = self._smallest_part(blocks, allowed)
        return cells[np.lexsort((cells, self.tally.persons[cells]))][:1]


def share(drafts: list[Draft]) -> bool:
    """Trees that begin with the same levels have cells in common: hide in all what is hidden in one."""
    changed = False
    for a, b in permutations(drafts, 2):
        for cell in np.flatnonzero((a.tree.depth <= common_depth(a.tree.columns, b.tree.columns)) & ~a.released):
            changed |= b.hide(np.asarray([cell]), a.reason[cell] or COMPLEMENT)
    return changed


@dataclass(frozen=True)
class Atoms:
    """Rows with the same leaf in every tree, taken together.

    Attributes
    ----------
    leaves : list of array (n_atoms,)
        Leaf in each tree.
    weight, low, high : array (n_atoms,)
        Persons, and the lowest and highest of their values. A person with several rows in a wave counts for a part in
        each, so that no set is taken for larger than it is.
    """

    leaves: list[Ints]
    weight: Floats
    low: Floats
    high: Floats

    @classmethod
    def gather(cls, leaves: list[Ints], times: Ints, value: Floats | None) -> Atoms:
        """Atoms of rows: their leaves, how many rows their person has in the wave, and their values."""
        atom = np.zeros(len(times), dtype=np.int64)
        for leaf in leaves:
            atom = distinct(atom * (int(leaf.max(initial=0)) + 1) + leaf)[1]
        n_atoms = int(atom.max(initial=-1)) + 1
        some_row = np.zeros(n_atoms, dtype=np.int64)
        some_row[atom] = np.arange(len(atom))
        weight = np.bincount(atom, weights=1.0 / times, minlength=n_atoms).astype(np.float64)
        low, high = np.full(n_atoms, np.inf), np.full(n_atoms, -np.inf)
        np.minimum.at(low, atom, -np.inf if value is None else value)
        np.maximum.at(high, atom, np.inf if value is None else value)
        return cls([leaf[some_row] for leaf in leaves], weight, low, high)


def settle_crossing(drafts: list[Draft], atoms: Atoms, minimum: int) -> bool:
    """Hide one cell if the first tree and the others, read side by side, give too few persons or alike ones away.

    Parameters
    ----------
    drafts : list of Draft
        The main tree first.
    atoms : Atoms
        Rows with the same leaf in each of these trees.

    Notes
    -----
    With several crossing groupings the others are taken as if their joint table were published, which hides at least as
    much as needed.
    """
    blocks = [draft.tree.blocks(draft.released)[leaf] for draft, leaf in zip(drafts, atoms.leaves, strict=True)]
    cut = across_small_cut(blocks[0], _joint(blocks[1:]), atoms.weight, minimum)
    if cut is None:
        cut = _alike_somewhere(drafts, blocks, atoms)
    if cut is None:
        return False
    for draft, block in [*zip(drafts[1:], blocks[1:], strict=True), (drafts[0], blocks[0])]:
        own = draft.tree.depth > (0 if draft is drafts[0] else common_depth(draft.tree.columns, drafts[0].tree.columns))
        cells = draft.nearest_to(block[cut], own)
        if (own[cells] & draft.released[cells]).any():
            return draft.hide(cells, COMPLEMENT)
    roots = np.flatnonzero(drafts[0].tree.depth == 0)
    return drafts[0].hide(roots, COMPLEMENT)


def settle_earlier(draft: Draft, leaf: Ints, old_block: Ints, weight: Floats, minimum: int) -> bool:
    """Hide one cell if this release, read beside an earlier one, gives away too few persons.

    Parameters
    ----------
    leaf, old_block : array (n_atoms,)
        Leaf now (-1: not in the data any more) and block of the earlier release (-1: in none).
    weight : array (n_atoms,)
        Persons; a person whose answer changed has half a weight in each release.
    """
    graph = meet(np.append(draft.tree.blocks(draft.released), -1)[leaf], old_block, weight)
    side = small_cut(graph, minimum, tolerate_blocks=True)
    if side is None:
        return False
    across = side[graph.left] != side[graph.right]
    inside = np.flatnonzero(side[: graph.n_left + 1]) - 1
    near = inside if len(inside) else graph.left[across & (graph.left > 0)] - 1
    return draft.hide(draft.nearest_to(near, _changed(graph, draft.tree.n_cells)), EARLIER)


def _changed(graph: Meeting, n_cells: int) -> Bools:
    """Cells whose block gained persons since the earlier release, or shares persons with one that lost some."""
    lost = np.zeros(graph.n_vertices, dtype=bool)
    lost[graph.right[graph.left == 0]] = True
    lost[0] = True
    changed = np.zeros(n_cells, dtype=bool)
    changed[graph.left[lost[graph.right] & (graph.left > 0)] - 1] = True
    return changed


def _alike_somewhere(drafts: list[Draft], blocks: list[Ints], atoms: Atoms) -> Bools | None:
    """The atoms left of a cell or block of one tree, less the blocks of another inside it, if all are alike."""
    for a, b in permutations(range(len(drafts)), 2):
        tree, leaf = drafts[a].tree, atoms.leaves[a]
        cells = [tree.at_depth(depth)[leaf] for depth in range(len(tree.columns) + 1)]
        shown = [np.where(np.append(drafts[a].released, False)[cell], cell, -1) for cell in cells]
        for outer in (blocks[a], *shown):
            if (rest := _alike_rest(outer, blocks[b], atoms)) is not None:
                return rest
    return None


def _alike_rest(outer: Ints, inner: Ints, atoms: Atoms) -> Bools | None:
    """The atoms left of an outer block when the inner blocks inside it are taken off, if all in them are alike."""
    pairs = np.unique(np.stack([outer, inner], axis=1), axis=0)
    n_around = np.bincount(pairs[:, 1] + 1)
    inside = (outer >= 0) & (inner >= 0) & (n_around[inner + 1] == 1)
    rest = (outer >= 0) & ~inside & np.isin(outer, outer[inside])
    low, high = np.full(outer.max(initial=-1) + 1, np.inf), np.full(outer.max(initial=-1) + 1, -np.inf)
    np.minimum.at(low, outer[rest], atoms.low[rest])
    np.maximum.at(high, outer[rest], atoms.high[rest])
    width = np.subtract(high, low, out=np.full(low.shape, np.inf), where=high >= low)
    alike: Bools = rest & np.append(width <= 1e-9, False)[outer]
    return alike if alike.any() else None


def _joint(blocks: list[Ints]) -> Ints:
    table = np.stack(blocks, axis=1)
    joint = np.unique(table, axis=0, return_inverse=True)[1].ravel()
    return np.where((table >= 0).any(axis=1), joint, -1)
