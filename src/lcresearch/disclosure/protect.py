"""Which groups may be shown: the one function that every report, table and package calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from lcresearch.disclosure.answer_prints import answer_prints
from lcresearch.disclosure.beside_packages import BesidePackage, beside_package
from lcresearch.disclosure.comparison import Comparison, compare, record
from lcresearch.disclosure.drafts import COMPLEMENT, Atoms, Draft, settle_crossing, share
from lcresearch.disclosure.joint_releases import JointReleases
from lcresearch.disclosure.ledger import Ledger, Prints, Release
from lcresearch.disclosure.policy import REPORT, Policy
from lcresearch.disclosure.trees import Answers, Ints, Tree, build_tree
from lcresearch.errors import DisclosureError, nearest

EVERYBODY = "all"
"""Level of the cell that holds everybody in a wave."""

COUNT_ONLY = "respondents"
"""Statistic of a call without values: only how many persons there are."""


def protect(
    frame: pd.DataFrame,
    values: str | Sequence[str] | None,
    levels: Sequence[str],
    policy: Policy = REPORT,
    *,
    wave: str | None = "wave",
    person: str = "respondent",
    crossing: Sequence[str | Sequence[str]] = (),
    ledger: Ledger | None = None,
    answers: Sequence[str] = (),
) -> pd.DataFrame:
    """Decide for each group, and for everybody together, whether its mean, score or distribution may be shown.

    A cell is held back when it has fewer than ``policy.minimum_cell`` persons (``few``), when all in it gave the same
    answer (``alike``), when something held back could be computed from it (``complement``), or when it went out earlier
    and few persons differ, or an earlier release, or an evidence package, and this one together give a few away
    (``earlier``).

    Parameters
    ----------
    frame : DataFrame
        A row a respondent and wave, with a column for each value, level, wave and person.
    values : str, sequence of str, or None
        Column of the statistic. Several columns are *linked*: each group is shown for all or for none. Link a scale
        with its items when both are shown by group, since one can be computed from the other. None asks whether the
        number of persons may be shown.
    levels : sequence of str
        Level columns of the groups that are shown, outermost first; a group is known by its whole path. A row with a
        level missing is in no group from there on.
    policy : Policy
        ``REPORT`` or ``PACKAGE``, or one's own.
    wave : str or None
        Column with the wave; None when the waves are taken together.
    person : str
        Column with the respondent; persons are counted, not rows.
    crossing : sequence of str or of sequences
        Other groupings of the same persons that are shown as well: ``"role"``, or ``("consortium", "role")``.
    ledger : Ledger, optional
        What went out earlier. What is let through now is staged in it; ``ledger.commit`` writes it down.
    answers : sequence of str
        Columns that together are a person's answer for the ledger, such as the items of a scale when these are shown
        too; by default the statistic itself. A change in any of them is a changed answer.

    Returns
    -------
    DataFrame
        A row a cell: ``statistic, level, group, parent, key, wave, n_persons, released, reason``. ``key`` and
        ``parent`` are paths (tuples); the cell of everybody has level ``all``, an empty path and group None.
        ``n_persons`` is for the house: show it only where ``released``.

    Raises
    ------
    DisclosureError
        D002 when a column is missing.

    Notes
    -----
    Within ``levels`` the rule is exact: what is left of each shown cell, its shown parts taken off, is nobody, or
    at least ``minimum_cell`` persons who are not all alike; these remainders are all that can be computed from the
    table. With ``crossing`` and with each earlier release, no weighted sum of what is shown depends on fewer than
    ``minimum_cell`` persons (:mod:`lcresearch.disclosure.cuts`), and no group of one tree less the groups of the
    other inside it is alike. Earlier releases are compared one at a time, and then all together. Several crossing
    groupings are treated as if their joint table were shown.

    Examples
    --------
    >>> people = pd.DataFrame({"respondent": range(16), "team": ["a"] * 6 + ["b"] * 7 + ["c"] * 3, "voice": [1, 2] * 8})
    >>> protect(people, "voice", ["team"], wave=None)[["level", "group", "n_persons", "released", "reason"]]
      level group  n_persons  released      reason
    0   all  None         16      True        None
    1  team     a          6     False  complement
    2  team     b          7      True        None
    3  team     c          3     False         few
    """
    trees = [tuple(levels), *((c,) if isinstance(c, str) else tuple(c) for c in crossing)]
    columns: list[str | None] = [values] if values is None or isinstance(values, str) else list(values)
    _check_columns(frame, [person, *([wave] if wave else []), *[c for c in columns if c], *sum(trees, ())])
    built = [build_tree(frame, tree, wave) for tree in dict.fromkeys(trees)]
    people = pd.factorize(frame[person], use_na_sentinel=False)[0]
    statistics = [_Statistic(frame, column, built, people, policy, wave, person, ledger, answers) for column in columns]
    _together(statistics)
    if not all(statistic.went_out() for statistic in statistics):
        for statistic in statistics:
            statistic.look_back()
        _together(statistics)
    for statistic in statistics:
        statistic.stage()
    return pd.concat([statistic.table() for statistic in statistics], ignore_index=True)


def _check_columns(frame: pd.DataFrame, needed: Sequence[str]) -> None:
    missing = [name for name in dict.fromkeys(needed) if name not in frame.columns]
    if missing:
        known = [str(name) for name in frame.columns]
        guess = nearest(missing[0], known) or "-"
        raise DisclosureError("D002", missing=missing, known=known, nearest=guess)


class _Statistic:
    """The drafts of one statistic over all trees, and what they must be compared with."""

    def __init__(
        self,
        frame: pd.DataFrame,
        column: str | None,
        trees: list[Tree],
        people: Ints,
        policy: Policy,
        wave: str | None,
        person: str,
        ledger: Ledger | None,
        replies: Sequence[str] = (),
    ) -> None:
        self.name, self.minimum, self.ledger = column or COUNT_ONLY, policy.minimum_cell, ledger
        value = None if column is None else pd.to_numeric(frame[column]).to_numpy(dtype=float, na_value=np.nan)
        present = trees[0].leaf >= 0 if value is None else (trees[0].leaf >= 0) & ~np.isnan(value)
        rows = np.flatnonzero(present)
        answers = [Answers(tree, rows, people, value) for tree in trees]
        self.leaves, self.answers = [tree.leaf[rows] for tree in trees], answers
        self.drafts = self._begun(trees)
        self.value = None if value is None else value[rows]
        self.atoms = Atoms.gather(self.leaves, answers[0].times, self.value)
        self.prints: Prints | None = None
        self.comparisons: list[Comparison] = []
        self.packages: list[BesidePackage] = []
        self.all_earlier: JointReleases | None = None
        self.wave, self.frame = wave, frame.iloc[rows]
        if ledger is not None:
            self.prints, self.waves = answer_prints(
                ledger, self.name, self.frame, self.leaves[0], self.value, wave=wave, person=person, answers=replies
            )

    def _begun(self, trees: list[Tree]) -> list[Draft]:
        return [Draft.begin(t, a, self.minimum) for t, a in zip(trees, self.answers, strict=True)]

    def went_out(self) -> bool:
        """Whether all that is still to go out did so earlier, to the last answer: then it tells nothing more now.

        This is asked before anything is compared with packages. These came after the report that they were compared
        with, and the same report must not be held back because of them.
        """
        if self.ledger is None:
            return True
        known = {one.identity for one in self.ledger.earlier(self.name)}
        return all(not one.cells or one.identity in known for one in self._releases())

    def look_back(self) -> None:
        """Begin again, beside what went out earlier."""
        if self.ledger is None or self.prints is None:
            return
        self.drafts, wave = self._begun([draft.tree for draft in self.drafts]), self.wave
        for release in self.ledger.earlier(self.name):
            here = np.flatnonzero(self.waves == release.wave) if wave else np.arange(len(self.frame))
            if (release.wave is None) == (wave is None):
                self.comparisons.append(compare(release, self.prints[here], here))
        if wave:
            packages = [beside_package(one, self.prints, self.waves) for one in self.ledger.packages(self.name)]
            self.packages = [each for found in packages for each in found]
            self.all_earlier = JointReleases.of(self.ledger, self.name, self.prints, self.waves)
        for comparison in self.comparisons:
            for draft, leaf in zip(self.drafts, self.leaves, strict=True):
                comparison.hide_changed(draft, leaf, self.value, self.minimum)

    def _releases(self) -> list[Release]:
        """What goes out of all trees, one release a wave."""
        if self.prints is None:
            return []
        pairs = zip(self.drafts, self.leaves, strict=True)
        return [one for draft, leaf in pairs for one in record(draft, leaf, self.prints, self.name, self.minimum)]

    def settle(self) -> bool:
        """Hide until nothing can be computed that must not; says whether anything was hidden."""
        changed = False
        while self._step():
            changed = True
        return changed

    def _step(self) -> bool:
        checks: list[Callable[[], bool]] = [lambda d=draft: d.settle(self.minimum) for draft in self.drafts]  # type: ignore[misc]
        checks.append(lambda: share(self.drafts))
        if len(self.drafts) > 1:
            checks.append(lambda: settle_crossing(self.drafts, self.atoms, self.minimum))
        earlier: list[Comparison | BesidePackage | JointReleases] = [*self.comparisons, *self.packages]
        earlier += [self.all_earlier] if self.all_earlier is not None else []
        return any(check() for check in checks) or any(
            comparison.settle(draft, leaf, self.minimum)
            for comparison in earlier
            for draft, leaf in zip(self.drafts, self.leaves, strict=True)
        )

    def stage(self) -> None:
        """Keep in the ledger what goes out."""
        if self.ledger is not None:
            for release in self._releases():
                self.ledger.stage(release)

    def table(self) -> pd.DataFrame:
        """A row a cell, each cell once."""
        rows, seen = [], set()
        for draft in self.drafts:
            tree = draft.tree
            main = tree is self.drafts[0].tree
            for cell in range(tree.n_cells):
                if (identity := tree.identity(cell)) in seen:
                    continue
                seen.add(identity)
                key, depth = tree.keys[cell], int(tree.depth[cell])
                level = EVERYBODY if not depth else tree.columns[depth - 1] if main else ":".join(tree.columns[:depth])
                head = (self.name, level, key[-1] if key else None, key[:-1] if key else None, key, tree.waves[cell])
                rows.append((*head, int(draft.tally.persons[cell]), bool(draft.released[cell]), draft.reason[cell]))
        names = ["statistic", "level", "group", "parent", "key", "wave", "n_persons", "released", "reason"]
        table = pd.DataFrame(rows, columns=names)
        for name in ("group", "reason"):
            table[name] = pd.Series([row[names.index(name)] for row in rows], dtype=object)
        return table


def _together(statistics: list[_Statistic]) -> None:
    """Settle all statistics; what one of them hides the others hide too."""
    changed = True
    while changed:
        for statistic in statistics:
            statistic.settle()
        changed = False
        for a in statistics:
            for b in statistics:
                for one, other in zip(a.drafts, b.drafts, strict=True):
                    for cell in np.flatnonzero(~one.released & other.released):
                        changed |= other.hide(np.asarray([cell]), one.reason[cell] or COMPLEMENT)
