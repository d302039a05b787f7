"""A report now beside an evidence package that went out earlier: whether the two together give a few persons away.

A mean times its number is a sum; less the sum in a package, it is about those who are in one and not in the other. Of a
package only persons are compared, at the waves that its sums are about; answers that changed are compared with earlier
reports.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.disclosure.cuts import meet, small_cut
from lcresearch.disclosure.drafts import EARLIER, Draft
from lcresearch.disclosure.ledger import Prints, Release, persons_of
from lcresearch.disclosure.trees import Ints, Tree


@dataclass(frozen=True)
class BesidePackage:
    """Persons of a report now and of one member of a package.

    Attributes
    ----------
    now : array (n_units,)
        Position among the rows of now; -1 for who is not there.
    block : array (n_units,)
        Group of the package; -1 for who is not in it.
    waves : tuple of str
        One wave, or two of which the package tells the change: then a row stands for the person at both.
    """

    now: Ints
    block: Ints
    waves: tuple[str, ...]

    def settle(self, draft: Draft, leaf: Ints, minimum: int) -> bool:
        """Hide one more cell if the report and the package together give away too few persons."""
        released, cells = draft.released, np.append(leaf, -1)[self.now]
        if len(self.waves) > 1:
            at_last, at_first = _same_group(draft.tree, self.waves[-1]), _same_group(draft.tree, self.waves[0])
            released = released & np.append(released, False)[at_first]
            cells = np.where(cells >= 0, _or_above(draft.tree, at_last)[cells], -1)
        graph = meet(np.append(draft.tree.blocks(released), -1)[cells], self.block, np.ones(len(cells)))
        side = small_cut(graph, minimum, tolerate_blocks=True)
        if side is None:
            return False
        across = side[graph.left] != side[graph.right]
        inside = np.flatnonzero(side[1 : graph.n_left + 1])
        near = inside if len(inside) else graph.left[across & (graph.left > 0)] - 1
        return draft.hide(draft.nearest_to(near, None), EARLIER)


def beside_package(release: Release, prints: Prints, waves: npt.NDArray[np.object_]) -> list[BesidePackage]:
    """The comparisons that a member of a package asks for: one a wave, or one of its change.

    Parameters
    ----------
    release : Release
        Of a package, with what its sums are about.
    prints : array (n_rows,)
        Fingerprints of the rows of now.
    waves : array of str (n_rows,)
    """
    about = release.sums_of
    if about is None:
        return []
    tags, (then, block) = persons_of(prints), release.blocks
    together = [about.waves] if about.only_change else [(wave,) for wave in about.waves]
    found = []
    for some in together:
        rows = pd.DataFrame({"now": np.arange(len(tags)), "tag": tags, "wave": waves})
        rows["place"] = rows["wave"].map({wave: place for place, wave in enumerate(some)})
        rows = rows.dropna(subset="place").sort_values("place", kind="stable").drop_duplicates("tag", keep="last")
        if not len(rows):
            continue
        here = np.array([_answered(key, some, about.waves) for key, *_ in release.cells], dtype=bool)[block]
        package = pd.DataFrame({"tag": persons_of(then)[here], "block": block[here]}).drop_duplicates()
        both = rows[["now", "tag"]].merge(package, on="tag", how="outer")
        now, old = (both[name].fillna(-1).to_numpy(dtype=np.int64) for name in ("now", "block"))
        found.append(BesidePackage(now, old, some))
    return found


def _answered(key: tuple[str, ...], waves: tuple[str, ...], all_waves: tuple[str, ...]) -> bool:
    """Whether the persons of a group answered at a wave; groups by answered waves name these last."""
    return len(key) < 3 or len(waves) > 1 or key[-1] in (waves[0], " ".join(all_waves))


def _same_group(tree: Tree, wave: str) -> Ints:
    """For each cell that of the same group at another wave, -1 for none."""
    number = {key: cell for cell, key in enumerate(tree.keys) if str(tree.waves[cell]) == wave}
    return np.array([number.get(key, -1) for key in tree.keys], dtype=np.int64)


def _or_above(tree: Tree, same: Ints) -> Ints:
    """For each cell without the same group at another wave, that of the nearest group above it."""
    found = same.copy()
    for depth in range(1, int(tree.depth.max(initial=0)) + 1):
        here = np.flatnonzero((tree.depth == depth) & (found < 0))
        found[here] = found[tree.parent[here]]
    return found
