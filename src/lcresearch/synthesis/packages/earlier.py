"""A package that is to be beside what went out of the study earlier: packages and reports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.disclosure import Ledger
from lcresearch.disclosure.comparison import compare
from lcresearch.disclosure.cuts import across_small_cut
from lcresearch.disclosure.ledger import Prints, Release, digest, pack, persons_of
from lcresearch.synthesis.packages.member_rows import ModelRows, Prepared

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Key = tuple[str, ...]
PACKAGE = "package"
_DIGITS = 9


@dataclass(frozen=True)
class _Table:
    """What went out earlier about some persons: in which of its groups each of them was, and its minimum."""

    tags: Prints
    block: Integers
    minimum: int


@dataclass
class Earlier:
    """What the ledger knows, made ready for the persons of now.

    Attributes
    ----------
    ledger : Ledger or None
    rows : Prepared
    minimum : int
        Fewest persons in whom two packages may differ.
    """

    ledger: Ledger | None
    rows: Prepared
    minimum: int
    _tags: Prints = field(init=False)
    _prints: dict[str, Prints] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._tags = np.zeros(0, dtype=np.uint64)
        if self.ledger is None:
            return
        names = self._known_as()
        nothing = np.zeros(len(names), dtype=np.int64)
        self._tags = persons_of(self.ledger.fingerprints("", names, [""] * len(names), nothing, None))
        for member, value in self._answers():
            statistic = self.statistic(member)
            self._prints[member] = self.ledger.fingerprints(statistic, names, [""] * len(names), nothing, value)

    def statistic(self, member: str) -> str:
        """Name of a member in the ledger."""
        return f"{PACKAGE} {self.rows.evidence.consortium} {member}"

    def give_away(self, member: str, cell: Integers) -> Integers:
        """Cells of a member that, beside something that went out earlier, give a few persons away.

        Parameters
        ----------
        member : str
        cell : array of int, shape (n_persons,)
        """
        if self.ledger is None or not (cell >= 0).any():
            return np.zeros(0, dtype=np.int64)
        for release in self.ledger.earlier(self.statistic(member)):
            found = self._changed_answers(member, cell, release)
            if len(found):
                return found
        for table, waves in self._tables(member):
            there = cell if waves is None else np.where(self._at(member, waves), cell, -1)
            found = _across(self._tags, there, table)
            if len(found):
                return found
        return np.zeros(0, dtype=np.int64)

    def too_near(self, member: str, cell: Integers) -> npt.NDArray[np.bool_]:
        """Persons to leave out, so that a member differs from each earlier report by enough persons in place of a few.

        A report is about all who answered, a model about those with complete answers: a few persons between the two
        would hold back nearly every group. With some more persons out, the difference is about enough of them. Who
        leaves is settled by their fingerprints: at random, and the same the next time.

        Parameters
        ----------
        member : str
        cell : array of int, shape (n_persons,)
        """
        out = np.zeros(len(cell), dtype=bool)
        if self.ledger is None:
            return out
        for table, waves in self._reports_of(member):
            there = cell if waves is None else np.where(self._at(member, waves), cell, -1)
            while (more := _more_apart(self._tags, np.where(out, -1, there), table)).any():
                out |= more
        return out

    def stage(self, cells: dict[str, Integers]) -> int:
        """Stage what goes out in the ledger; gives the number of this release of the consortium: 1, 2, ..."""
        if self.ledger is None:
            return 1
        staged = [self._release(member, cell) for member, cell in cells.items() if (cell >= 0).any()]
        for release in staged:
            self.ledger.stage(release)
        return self._number(staged)

    def number(self, cells: dict[str, Integers]) -> int:
        """The number that :meth:`stage` gives, without staging anything."""
        if self.ledger is None:
            return 1
        return self._number([self._release(member, cell) for member, cell in cells.items() if (cell >= 0).any()])

    def _number(self, staged: list[Release]) -> int:
        """An unchanged package keeps its number."""
        packages = list(self._packages())
        last = max([_number_of(release) for release in packages], default=0)
        known = all(any(one.shows_as(release) for release in packages) for one in staged)
        return last if last and known else last + 1

    def _packages(self) -> Iterator[Release]:
        start = self.statistic("")
        if self.ledger is not None:
            yield from (one for one in self.ledger.releases if one.statistic.startswith(start))

    def _known_as(self) -> list[str]:
        known = self.rows.evidence.known_as
        return [known.get(str(one), str(one)) for one in self.rows.persons]

    def _answers(self) -> Iterator[tuple[str, Floats]]:
        """A number for what each person answered in each member: another one when any of it changes."""
        n = len(self.rows.persons)
        for name, model in self.rows.models.items():
            values = model.rows[[*(c for own in model.plan.terms.values() for c in own), model.plan.outcome]]
            if model.plan.persons is not None:
                values = values.assign(time=model.rows["time"])
            yield f"models/{name}", _summed_hash(values, model.person, n)
            everyone = pd.DataFrame(np.nan_to_num(model.scores))
            yield f"scores/{name}", _summed_hash(everyone, np.arange(n), n)
        for about, scale in self.rows.scales.items():
            yield f"moments/{about}", _summed_hash(pd.DataFrame(scale.answers), scale.person, n)

    def _changed_answers(self, member: str, cell: Integers, release: Release) -> Integers:
        inside = np.flatnonzero(cell >= 0)
        found = compare(release, self._prints[member][inside], inside)
        left = np.append(cell, -1)[found.now]
        across = across_small_cut(left, found.block, found.weight, self.minimum)
        return _cells(left, found.block, across)

    def _tables(self, member: str) -> Iterator[tuple[_Table, tuple[str, ...] | None]]:
        """Earlier packages and reports with whose persons those of now are compared, and at which waves."""
        for release in self._packages():
            yield _table([release], self.minimum), None
        yield from self._reports_of(member)

    def _reports_of(self, member: str) -> Iterator[tuple[_Table, tuple[str, ...] | None]]:
        """The same of reports alone."""
        kind, _, about = member.partition("/")
        if kind == "moments":
            scale = self.rows.scales[about]
            yield from self._reports(scale.scale, (scale.wave,))
            return
        model = self.rows.models[about]
        waves, apart = model.plan.waves, kind == "scores" or model.plan.rows != "change"
        if apart or "first_score" in model.plan.terms:
            for wave in waves:
                yield from self._reports(model.plan.score, (wave,))
        if model.plan.rows == "change":
            yield from self._reports(model.plan.score, waves)

    def _reports(self, score: str, waves: tuple[str, ...]) -> Iterator[tuple[_Table, tuple[str, ...] | None]]:
        """Reports of a scale: of one wave, or of two taken together, from which a change can be computed."""
        if self.ledger is None:
            return
        of_wave = [[one for one in self.ledger.earlier(score) if one.wave == wave] for wave in waves]
        for last in of_wave[-1]:
            for first in of_wave[0] if len(waves) > 1 else [last]:
                both = [last] if first is last else [last, first]
                yield _table(both, min(one.minimum_cell for one in both)), waves if len(waves) == 1 else None

    def _at(self, member: str, waves: tuple[str, ...]) -> npt.NDArray[np.bool_]:
        """Who has a row at a wave, as far as a member is about waves."""
        kind, _, about = member.partition("/")
        if kind == "moments":
            return np.ones(len(self.rows.persons), dtype=bool)
        model: ModelRows = self.rows.models[about]
        places = [model.plan.waves.index(wave) for wave in waves]
        found: npt.NDArray[np.bool_] = ~np.isnan(model.scores[:, places]).any(axis=1)
        return found

    def _release(self, member: str, cell: Integers) -> Release:
        prints = self._prints[member]
        kind, _, about = member.partition("/")
        labels: list[Key] = self.rows.models[about].labels if kind == "models" else [()]
        cells = []
        for place, label in enumerate(labels):
            own = prints[cell == place]
            if len(own):
                cells.append((label, len(own), digest(own), pack(own)))
        columns = ("community", "n_waves")[: max((len(label) for label in labels), default=0)]
        return Release(self.statistic(member), None, columns, self.minimum, tuple(cells))


def report_name(number: int) -> str:
    """What the ledger calls a package."""
    return f"{PACKAGE} {number}"


def _number_of(release: Release) -> int:
    found = re.fullmatch(rf"{PACKAGE} (\d+)", release.report)
    return int(found[1]) if found else 0


def _summed_hash(values: pd.DataFrame, person: Integers, n: int) -> Floats:
    """A hash of the rows of each person, in whatever order they come."""
    rounded = pd.DataFrame(np.round(values.to_numpy(dtype=np.float64), _DIGITS) + 0.0)
    hashes = pd.util.hash_pandas_object(rounded, index=False).to_numpy() >> np.uint64(12)
    return np.bincount(person, hashes.astype(np.float64), minlength=n).astype(np.float64)


def _table(releases: list[Release], minimum: int) -> _Table:
    """Persons of one release, or of several in which a person counts in the group of the first that has him."""
    parts = []
    for release in releases:
        prints, block = release.blocks
        keys = np.array(["\x1f".join(key) for key, *_ in release.cells] or [""], dtype=object)
        parts.append(pd.DataFrame({"tag": persons_of(prints), "key": keys[block]}))
    found = pd.concat(parts).drop_duplicates("tag")
    return _Table(found["tag"].to_numpy(dtype=np.uint64), pd.factorize(found["key"])[0].astype(np.int64), minimum)


def _across(tags: Prints, cell: Integers, table: _Table) -> Integers:
    now = pd.DataFrame({"tag": tags, "cell": cell})
    both = now.merge(pd.DataFrame({"tag": table.tags, "block": table.block}), on="tag", how="outer")
    left, right = (both[name].fillna(-1).to_numpy(dtype=np.int64) for name in ("cell", "block"))
    return _cells(left, right, across_small_cut(left, right, np.ones(len(both)), table.minimum, tolerate_blocks=True))


def _more_apart(tags: Prints, cell: Integers, table: _Table) -> npt.NDArray[np.bool_]:
    """Persons who must leave for the lightest cut to part enough of them; nobody where no cut is light."""
    now = pd.DataFrame({"tag": tags, "cell": cell, "place": np.arange(len(cell))})
    both = now.merge(pd.DataFrame({"tag": table.tags, "block": table.block}), on="tag", how="outer")
    left, right = (both[name].fillna(-1).to_numpy(dtype=np.int64) for name in ("cell", "block"))
    across = across_small_cut(left, right, np.ones(len(both)), table.minimum, tolerate_blocks=True)
    out = np.zeros(len(cell), dtype=bool)
    cells = _cells(left, right, across)
    if across is None or not len(cells):
        return out
    mine = np.isin(left, cells)
    inside = mine & ~across
    chosen = both[inside if inside.any() else mine].sort_values("tag")
    missing = max(1, table.minimum - int(across.sum()))
    out[chosen["place"].head(missing if inside.any() else len(chosen)).to_numpy(dtype=np.int64)] = True
    return out


def _cells(left: Integers, right: Integers, across: npt.NDArray[np.bool_] | None) -> Integers:
    """Cells of now on a small cut; where the persons across are in none, those that share a group with them."""
    if across is None:
        return np.zeros(0, dtype=np.int64)
    cells = np.unique(left[across & (left >= 0)])
    if not len(cells):
        blocks = np.unique(right[across & (right >= 0)])
        cells = np.unique(left[np.isin(right, blocks) & (left >= 0)])
    return cells.astype(np.int64)
