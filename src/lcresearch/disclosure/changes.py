"""Whether the change of persons who answered twice may be shown, beside the means by wave that are.

From the means of all answers before and after and the mean change of those who answered twice follows what those
answered who did so once: sum after - sum before - n x change = sum of those only after - sum of those only before. So
such a change is shown only where these are nobody, or at least the minimum cell; and only where all sums that go out,
those of other groups, of everybody and of earlier reports among them, tell together of nobody or of enough persons
(:mod:`lcresearch.disclosure.joint_sums`). Where it may not be shown there is still the difference of the two means.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from lcresearch.disclosure.change_rows import Cell, ChangeRows, all_alike
from lcresearch.disclosure.drafts import ALIKE, COMPLEMENT, FEW
from lcresearch.disclosure.joint_sums import JointSums, rows_that_tell
from lcresearch.disclosure.known_sums import KnownSums, known_sums
from lcresearch.disclosure.ledger import Ledger, Release, SumsOf, digest, pack
from lcresearch.disclosure.policy import REPORT, Policy
from lcresearch.disclosure.trees import Bools, Ints

CHANGE = "change:"
"""Begins the name of a change in the ledger."""

ONCE, HIDDEN_MEANS = "once", "means"
_TRIED_ONE_BY_ONE = 60


@dataclass(frozen=True)
class ChangeCells:
    """What may be shown of a change.

    Attributes
    ----------
    table : DataFrame
        A row a side (who takes part, and who is compared with) and a row a group: ``takes_part, key, n_before, n_after,
        n_linked, n_only_before, n_only_after, before_shown, after_shown, linked_shown, reason``. ``key`` is the path of
        the group, empty for a side. The numbers are for the house.
    stayed_shown : bool
        Whether the mean before of those who take part and answered twice may be shown, and with it that of those who
        left.
    """

    table: pd.DataFrame
    stayed_shown: bool


def protect_change(
    frame: pd.DataFrame,
    values: str | Sequence[str],
    levels: Sequence[str],
    group: str,
    waves: tuple[str, str],
    cells: pd.DataFrame,
    policy: Policy = REPORT,
    *,
    comparison: Sequence[str] = (),
    wave: str = "wave",
    person: str = "respondent",
    known_as: str | None = None,
    ledger: Ledger | None = None,
    answers: Sequence[str] = (),
) -> ChangeCells:
    """Decide for each group, and for all who take part, whether the change of those who answered twice may be shown.

    Parameters
    ----------
    frame : DataFrame
        A row a respondent and wave, as given to :func:`lcresearch.disclosure.protect`.
    values : str or sequence of str
        Column of the score. Several are *linked*, as scales that share items: the change is shown of all or of none.
        They are known for the same persons.
    levels : sequence of str
        Levels of the means that are shown, outermost first.
    group : str
        The level whose groups are followed.
    waves : tuple of str
        Before and after.
    cells : DataFrame
        What :func:`lcresearch.disclosure.protect` decided on the first of the values.
    policy : Policy
    comparison : sequence of str
        Names of groups that others are compared with.
    known_as : str, optional
        Column with what the ledger knows an answer's person by, where that is not ``person``: it may differ from wave
        to wave, for persons who are recognised by a code and have no id.
    ledger : Ledger, optional
        What went out earlier; the change that may be shown is staged in it.
    answers : sequence of str
        As given to ``protect``.

    Returns
    -------
    ChangeCells

    Notes
    -----
    A group's change is that of persons who were in it at both waves. Persons with several rows in one of the waves
    count as persons who answered once.

    Examples
    --------
    Of the five persons of firm b one answered before only: what this one answered would follow from the change of the
    others, in the firm as well as in the whole.

    >>> from lcresearch.disclosure import protect
    >>> people = pd.DataFrame({"respondent": [*range(12), *range(11)], "wave": ["t0"] * 12 + ["t1"] * 11})
    >>> people["firm"] = ["a" if who < 6 else "b" for who in people["respondent"]]
    >>> people["voice"] = [1, 2, 3, 4, 5, 2, 1, 4, 3, 2, 5, 4, 3, 2, 4, 5, 5, 2, 3, 4, 2, 3, 5]
    >>> cells = protect(people, "voice", ["firm"])
    >>> found = protect_change(people, "voice", ["firm"], "firm", ("t0", "t1"), cells)
    >>> found.table[["key", "n_linked", "linked_shown", "reason"]]
        key  n_linked  linked_shown reason
    0    ()        11         False   once
    1  (a,)         6          True   None
    2  (b,)         5         False   once
    """
    names = [values] if isinstance(values, str) else list(values)
    path = list(levels[: list(levels).index(group) + 1])
    rows = ChangeRows.gather(frame, names, path, waves, comparison, wave=wave, person=person)
    known = [
        known_sums(
            frame, name, levels, cells, rows, ledger, wave=wave, person=person, known_as=known_as, answers=answers
        )
        for name in names
    ]
    draft = _Draft.begin(rows, cells, group, waves, policy)
    draft.settle(known, policy.minimum_cell)
    if ledger is not None:
        for name, one in zip(names, known, strict=True):
            for release in draft.releases(name, one, waves, tuple(path), policy.minimum_cell):
                ledger.stage(release)
    return ChangeCells(draft.table(), draft.stayed)


@dataclass
class _Draft:
    """What is still to go out: means of sides, changes of sides and groups, and the mean of those who stayed."""

    rows: ChangeRows
    before: Bools
    after: Bools
    linked: Bools
    side_means: Bools
    stayed: bool
    reason: list[str | None] = field(default_factory=list)

    @classmethod
    def begin(cls, rows: ChangeRows, cells: pd.DataFrame, group: str, waves: tuple[str, str], policy: Policy) -> _Draft:
        """Everything, but what tells of too few, or of persons who are alike, on its own."""
        minimum, n = policy.minimum_cell, len(rows.cells)
        released = cells[cells["released"]]
        known = set(zip(released["level"], released["key"], released["wave"].astype(str), strict=True))
        shown = np.zeros((n, 2), dtype=bool)
        side_means = np.zeros(n, dtype=bool)
        for place, cell in enumerate(rows.cells):
            if cell.key or not rows.compared:
                level = group if cell.key else "all"
                shown[place] = [(level, cell.key, wave) in known for wave in waves]
            else:
                fit = [cell.n_before, cell.n_after]
                side_means[place] = min(fit) >= minimum and not (cell.alike_before or cell.alike_after)
                shown[place] = side_means[place]
        reason = [
            _reason(cell, bool(both), minimum)
            for cell, both in zip(rows.cells, np.atleast_1d(shown.all(axis=1)).tolist(), strict=True)
        ]
        linked = np.array([one is None for one in reason], dtype=bool)
        first = rows.cells[0]
        stayed = bool(shown[0].all()) and min(first.n_linked, first.n_only_before) >= minimum
        stayed = stayed and not (first.alike_stayed or first.alike_left)
        return cls(rows, shown[:, 0], shown[:, 1], linked, side_means, stayed, reason)

    def settle(self, known: list[KnownSums], minimum: int) -> None:
        """Hide until nothing can be computed that must not."""
        while True:
            bad = self._alike_rest()
            if bad is None:
                found = self._telling(known, minimum)
                if not found:
                    return
                bad = self._to_hide(found, known, minimum)
            self._hide(bad)

    def _hide(self, place: int) -> None:
        """One item by its number: a cell, the means of a side, or the mean of those who stayed."""
        n = len(self.rows.cells)
        if place == 2 * n:
            self.stayed = False
        elif place >= n:
            place -= n
            self.side_means[place] = self.before[place] = self.after[place] = False
            self.linked[place], self.reason[place] = False, COMPLEMENT
            self.stayed = self.stayed and place != 0
        else:
            self.linked[place], self.reason[place] = False, COMPLEMENT

    def _alike_rest(self) -> int | None:
        """A group to hide where all who are in no shown group changed alike, or those of them who answered once are."""
        rows, block, shown = self.rows, self._blocks(), np.append(self.linked, False)
        once = rows.once & ~shown[rows.group]
        for side in np.flatnonzero(self.linked & (rows.parent < 0)).tolist():
            at_once = [rows.values[once & (rows.side == side) & (rows.at == wave)] for wave in (0, 1)]
            told = [one for one in at_once if len(one)]
            if all_alike(rows.change[block == side]) or (told and all(all_alike(one) for one in told)):
                parts = np.flatnonzero(self.linked & (self.rows.parent == side))
                return self._smallest(parts) if len(parts) else side
        return None

    def _smallest(self, places: Ints) -> int:
        sizes = [self.rows.cells[place].n_linked for place in places]
        return int(places[int(np.argmin(sizes))])

    def _to_hide(self, found: list[Ints], known: list[KnownSums], minimum: int) -> int:
        """The least of what can be hidden that mends one of the places where sums tell too much."""
        n = len(self.rows.cells)
        numbers = np.unique(np.concatenate(found))
        places = [place for place in range(2 * n + 1) if place in numbers]
        parts = np.flatnonzero(self.linked & np.isin(self.rows.parent, [one for one in places if one < n]))
        choice = sorted({*places, *parts.tolist()}, key=self._worth)
        if len(choice) <= _TRIED_ONE_BY_ONE:
            for place in choice:
                if len(self._without(place)._telling(known, minimum)) < len(found):
                    return place
        return choice[0]

    def _worth(self, place: int) -> tuple[int, int, int]:
        """What is hidden first comes first: those who stayed, small groups, comparison, then the whole."""
        n = len(self.rows.cells)
        if place == 2 * n:
            return (0, 0, place)
        cell = self.rows.cells[place % n]
        return (1 if cell.key else 3 if cell.takes_part else 2, cell.n_linked + (place >= n), place)

    def _without(self, place: int) -> _Draft:
        other = _Draft(
            self.rows, self.before.copy(), self.after.copy(), self.linked.copy(), self.side_means.copy(), self.stayed,
            list(self.reason),
        )  # fmt: skip
        other._hide(place)
        return other

    def _blocks(self) -> Ints:
        """For each linked person the shown cell that it counts in: that of the group, else the side, else -1."""
        shown = np.append(self.linked, False)
        group, side = self.rows.linked_group, self.rows.linked_side
        return np.where(shown[group], group, np.where(shown[side], side, -1))

    def _telling(self, known: list[KnownSums], minimum: int) -> list[Ints]:
        """Numbers of the items in each set of sums that tell of too few."""
        n = len(self.rows.cells)
        found = []
        for one in known:
            sums = self._sums(one)
            new = np.arange(2 * n + 1 + n + one.n_rows) < 3 * n + 1
            for rows in rows_that_tell(sums, new, minimum):
                mine = rows[rows < 3 * n + 1]
                found.append(np.unique(np.where(mine > 2 * n, mine - n - 1, mine)))
        return found

    def _sums(self, known: KnownSums) -> JointSums:
        """All sums; rows 0 to n - 1 are changes, then means before of sides, one of stayers, and means after."""
        rows, n = self.rows, len(self.rows.cells)
        block = self._blocks()
        inside = block >= 0
        parts = [
            (rows.first[inside], block[inside], -1.0),
            (rows.last[inside], block[inside], 1.0),
        ]
        for place in np.flatnonzero(self.side_means).tolist():
            parts += [(where, np.full(len(where), n + place + shift), 1.0)
                      for where, shift in zip(rows.of_side(place), (0, n + 1), strict=True)]  # fmt: skip
        if self.stayed:
            stayers = rows.first[rows.linked_side == 0]
            parts.append((stayers, np.full(len(stayers), 2 * n), 1.0))
        where = np.concatenate([part[0] for part in parts]).astype(np.int64)
        row = np.concatenate([part[1] for part in parts]).astype(np.int64)
        sign = np.concatenate([np.full(len(part[0]), part[2]) for part in parts])
        return JointSums(
            np.concatenate([known.person[where], known.sums.person]),
            np.concatenate([known.answer[where], known.sums.answer]),
            np.concatenate([row, known.sums.row + 3 * n + 1]),
            np.concatenate([sign, known.sums.sign]),
        )

    def table(self) -> pd.DataFrame:
        """A row a cell."""
        names = ("takes_part", "key", "n_before", "n_after", "n_linked", "n_only_before", "n_only_after")
        table = pd.DataFrame([{name: getattr(cell, name) for name in names} for cell in self.rows.cells])
        table = table.assign(before_shown=self.before, after_shown=self.after, linked_shown=self.linked)
        return table.assign(reason=pd.Series(self.reason, dtype=object))

    def releases(
        self, name: str, known: KnownSums, waves: tuple[str, str], path: tuple[str, ...], minimum: int
    ) -> list[Release]:
        """What the ledger keeps of what goes out."""
        rows, block, prints = self.rows, self._blocks(), known.prints
        cells, found = [], []
        for place in np.flatnonzero(self.linked).tolist():
            key = rows.cells[place].ledger_key
            whole = (rows.linked_group == place) | (rows.linked_side == place)
            own, rest = (
                np.concatenate([prints[rows.first[who]], prints[rows.last[who]]]) for who in (whole, block == place)
            )
            cells.append((key, int(whole.sum()), digest(own), pack(rest)))
        about = SumsOf(name, waves, only_change=True)
        found.append(Release(CHANGE + name, None, ("side", *path), minimum, tuple(cells), sums_of=about))
        means = [
            (wave, "side", rows.cells[place].ledger_key, where)
            for place in np.flatnonzero(self.side_means).tolist()
            for wave, where in zip(waves, rows.of_side(place), strict=True)
        ]
        if self.stayed:
            means.append((waves[0], "stayed", ("stayed",), rows.first[rows.linked_side == 0]))
        for wave, column, key, where in means:
            own = prints[where]
            found.append(Release(name, wave, (column,), minimum, ((key, len(own), digest(own), pack(own)),)))
        return found


def _reason(cell: Cell, means_shown: bool, minimum: int) -> str | None:
    """Why the change of a cell may not be shown whatever else is; None where it may."""
    if not means_shown:
        return HIDDEN_MEANS
    if cell.n_linked < minimum:
        return FEW
    if 0 < cell.n_once < minimum:
        return ONCE
    return ALIKE if cell.alike_change or cell.alike_once else None
