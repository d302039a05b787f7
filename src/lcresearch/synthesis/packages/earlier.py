"""A package that is to be beside what went out of the study earlier: packages and reports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.disclosure import Ledger
from lcresearch.disclosure.comparison import compare
from lcresearch.disclosure.cuts import across_small_cut
from lcresearch.disclosure.ledger import Prints, Release, SumsOf, digest, pack, persons_of
from lcresearch.disclosure.side_by_side import side_by_side
from lcresearch.synthesis.packages.member_rows import ModelRows, Prepared
from lcresearch.synthesis.packages.quantities import quantities_of
from lcresearch.synthesis.programme.plan import FIRST

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]
Key = tuple[str, ...]
PACKAGE = "package"
_QUANTITY = "quantity"
_DIGITS = 9


@dataclass(frozen=True)
class _Table:
    """What went out earlier about some persons: in which of its groups each of them was, and its minimum."""

    tags: Prints
    block: Integers
    minimum: int
    is_report: bool


@dataclass(frozen=True)
class GivenAway:
    """A few persons of whom something could be computed from this release and an earlier one.

    Attributes
    ----------
    cells : array of int
        Cells of now that are needed for it.
    n_more : int
        How many more persons would have to differ; 0 where nothing but holding back helps.
    both : array of bool, shape (n_persons,)
        Persons of these cells who are in both releases: were they left out now, they would differ too.
    """

    cells: Integers
    n_more: int
    both: Truths


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
    _quantities: dict[str, list[tuple[str, Prints, Truths]]] = field(init=False, default_factory=dict)
    _read: dict[tuple[int, ...], _Table] = field(init=False, default_factory=dict)

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
        for name, model in self.rows.models.items():
            own = self._quantities[f"models/{name}"] = []
            for quantity, value in quantities_of(model):
                statistic, known = self.statistic(f"{_QUANTITY}/{quantity}"), ~np.isnan(value)
                answer = np.nan_to_num(value)
                prints = self.ledger.fingerprints(statistic, names, [""] * len(names), nothing, answer)
                own.append((statistic, prints, known))

    def statistic(self, member: str) -> str:
        """Name of a member in the ledger."""
        return f"{PACKAGE} {self.rows.evidence.consortium} {member}"

    def beside_reports(self, member: str, cell: Integers) -> GivenAway | None:
        """What a member would give away of a few persons beside a report that went out earlier.

        Parameters
        ----------
        member : str
        cell : array of int, shape (n_persons,)
        """
        if self.ledger is None or not (cell >= 0).any():
            return None
        for table, waves in self._reports_of(member):
            there = cell if waves is None else np.where(self._at(member, waves), cell, -1)
            found = self._across(member, there, table)
            if found is not None:
                return found
        return None

    def beside_packages(self, member: str, cell: Integers) -> GivenAway | None:
        """As :meth:`beside_reports`, beside a package that went out earlier: who is in it, and what they answered."""
        if self.ledger is None or not (cell >= 0).any():
            return None
        everyone = np.ones(len(cell), dtype=bool)
        told = [(self.statistic(member), self._prints[member], everyone), *self._quantities.get(member, [])]
        for statistic, prints, known in told:
            for release in self.ledger.earlier(statistic):
                cells = self._changed_answers(member, np.where(known, cell, -1), prints, release)
                if len(cells):
                    return GivenAway(cells, 0, ~everyone)
        for release in self._packages():
            if release.statistic.startswith(self.statistic(f"{_QUANTITY}/")):
                continue  # of the same persons as the model
            found = self._across(member, cell, self._table([release], self.minimum, is_report=False))
            if found is not None:
                return found
        return None

    def by_lot(self, persons: Truths, n: int) -> Truths:
        """Some of these persons, by a lot that only the key of the ledger tells, and that falls alike each time."""
        places = np.flatnonzero(persons)
        chosen: Truths = np.zeros(len(persons), dtype=bool)
        chosen[places[np.argsort(self._tags[places])][:n]] = True
        return chosen

    def stage(self, cells: dict[str, Integers]) -> int:
        """Stage what goes out in the ledger; gives the number of this release of the consortium: 1, 2, ..."""
        if self.ledger is None:
            return 1
        staged = self._staged(cells)
        for release in staged:
            self.ledger.stage(release)
        return self._number(staged)

    def number(self, cells: dict[str, Integers]) -> int:
        """The number that :meth:`stage` gives, without staging anything."""
        if self.ledger is None:
            return 1
        return self._number(self._staged(cells))

    def _staged(self, cells: dict[str, Integers]) -> list[Release]:
        """What the ledger keeps: who is in each member, and once more by what each sum tells of them."""
        inside = {member: cell for member, cell in cells.items() if (cell >= 0).any()}
        found = [self._release(member, cell) for member, cell in inside.items()]
        for member, cell in inside.items():
            for statistic, prints, known in self._quantities.get(member, []):
                release = self._release(member, np.where(known, cell, -1), prints)
                found.append(replace(release, statistic=statistic, sums_of=None))
        return found

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

    def _changed_answers(self, member: str, cell: Integers, prints: Prints, release: Release) -> Integers:
        inside = np.flatnonzero(cell >= 0)
        found = compare(release, prints[inside], inside)
        left = np.append(self.rows.parts(member, cell), -1)[found.now]
        across = across_small_cut(left, found.block, found.weight, self.minimum, tolerate_blocks=True)
        return self.rows.cells(member, _parts(left, found.block, across))

    def _across(self, member: str, cell: Integers, table: _Table) -> GivenAway | None:
        part = self.rows.parts(member, cell)
        _, person, other = side_by_side(self._tags, table.tags)
        left, right = np.append(part, -1)[person], np.append(table.block, -1)[other]
        across = across_small_cut(left, right, np.ones(len(person)), table.minimum, tolerate_blocks=True)
        parts = _parts(left, right, across)
        if across is None or not len(parts):
            return None
        cells, shared = self.rows.cells(member, parts), np.zeros(len(cell), dtype=bool)
        shared[person[np.isin(left, parts) & (right >= 0) & ~across]] = True
        return GivenAway(cells, table.minimum - int(across.sum()) if table.is_report else 0, shared)

    def _reports_of(self, member: str) -> Iterator[tuple[_Table, tuple[str, ...] | None]]:
        """Earlier reports with whose persons those of now are compared, and at which waves."""
        kind, _, about = member.partition("/")
        if kind == "moments":
            scale = self.rows.scales[about]
            yield from self._reports(scale.scale, (scale.wave,))
            return
        model = self.rows.models[about]
        for waves in [model.plan.waves] if self._only_change(member) else [(wave,) for wave in model.plan.waves]:
            yield from self._reports(model.plan.score, waves)

    def _reports(self, score: str, waves: tuple[str, ...]) -> Iterator[tuple[_Table, tuple[str, ...] | None]]:
        """Reports of a scale: of one wave, or of two taken together, from which a change can be computed."""
        if self.ledger is None:
            return
        of_wave = [[one for one in self.ledger.earlier(score) if one.wave == wave] for wave in waves]
        for last in of_wave[-1]:
            for first in of_wave[0] if len(waves) > 1 else [last]:
                both = [last] if first is last else [last, first]
                minimum = min(one.minimum_cell for one in both)
                yield self._table(both, minimum, is_report=True), waves if len(waves) == 1 else None

    def _table(self, releases: list[Release], minimum: int, *, is_report: bool) -> _Table:
        """The persons of releases, read once."""
        key = tuple(id(release) for release in releases)
        if key not in self._read:
            self._read[key] = _table(releases, minimum, is_report=is_report)
        return self._read[key]

    def _at(self, member: str, waves: tuple[str, ...]) -> npt.NDArray[np.bool_]:
        """Who has a row at a wave, as far as a member is about waves."""
        kind, _, about = member.partition("/")
        if kind == "moments":
            return np.ones(len(self.rows.persons), dtype=bool)
        model: ModelRows = self.rows.models[about]
        places = [model.plan.waves.index(wave) for wave in waves]
        return np.asarray(~np.isnan(model.scores[:, places]).any(axis=1))

    def _release(self, member: str, cell: Integers, prints: Prints | None = None) -> Release:
        prints = self._prints[member] if prints is None else prints
        kind, _, about = member.partition("/")
        labels: list[Key] = self.rows.models[about].part_labels if kind == "models" else [()]
        parts, cells = self.rows.parts(member, cell), []
        for place, label in enumerate(labels):
            own = prints[parts == place]
            if len(own):
                cells.append((label, len(own), digest(own), pack(own)))
        columns = ("community", "n_waves", "waves")[: max((len(label) for label in labels), default=0)]
        return Release(self.statistic(member), None, columns, self.minimum, tuple(cells), sums_of=self._sums_of(member))

    def _sums_of(self, member: str) -> SumsOf:
        """What the sums in a member are about."""
        kind, _, about = member.partition("/")
        if kind == "moments":
            return SumsOf(self.rows.scales[about].scale, (self.rows.scales[about].wave,))
        plan = self.rows.models[about].plan
        return SumsOf(plan.score, plan.waves, self._only_change(member))

    def _only_change(self, member: str) -> bool:
        """Whether a member tells the change between two waves, and not the score at each."""
        kind, _, about = member.partition("/")
        plan = self.rows.models[about].plan
        return kind == "models" and plan.rows == "change" and FIRST not in plan.terms


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


def _table(releases: list[Release], minimum: int, *, is_report: bool) -> _Table:
    """Persons of one release, or of several in which a person counts in the group of the first that has him."""
    parts = []
    for release in releases:
        prints, block = release.blocks
        keys = np.array(["\x1f".join(key) for key, *_ in release.cells] or [""], dtype=object)
        parts.append(pd.DataFrame({"tag": persons_of(prints), "key": keys[block]}))
    found = pd.concat(parts).drop_duplicates("tag")
    block = pd.factorize(found["key"])[0].astype(np.int64)
    return _Table(found["tag"].to_numpy(dtype=np.uint64), block, minimum, is_report)


def _parts(left: Integers, right: Integers, across: npt.NDArray[np.bool_] | None) -> Integers:
    """Groups of now on a small cut; where the persons across are in none, those that share a group with them."""
    if across is None:
        return np.zeros(0, dtype=np.int64)
    parts = np.unique(left[across & (left >= 0)])
    if not len(parts):
        blocks = np.unique(right[across & (right >= 0)])
        parts = np.unique(left[np.isin(right, blocks) & (left >= 0)])
    return parts.astype(np.int64)
