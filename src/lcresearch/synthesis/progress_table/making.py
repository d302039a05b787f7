"""From sources and criteria to the progress table: count, let through, compare with last time, judge."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lcresearch.disclosure.drafts import FEW
from lcresearch.disclosure.numbers_alone import KEPT, NOT_KNOWN, Shown, shown_numbers, shown_whole
from lcresearch.errors import Place, SynthesisError
from lcresearch.synthesis.programme.model import Criterion, ProgrammeFile
from lcresearch.synthesis.programme.reading import read_programme
from lcresearch.synthesis.progress_table.communities_counted import Communities
from lcresearch.synthesis.progress_table.counting import SECTOR, UNKNOWN, Counts, counted
from lcresearch.synthesis.progress_table.earlier import SavedProgress, read_progress
from lcresearch.synthesis.progress_table.recorded import Record, read_records
from lcresearch.synthesis.progress_table.result import CRITERIA, PARTICIPATION, ProgressTable
from lcresearch.synthesis.progress_table.sources import Places, Took, sources
from lcresearch.synthesis.progress_table.states import expected_now, state_of

EVERYBODY = "all"
_NOBODY = Took(0)


def progress(
    places: Places,
    programme: str | Path | ProgrammeFile,
    *,
    records: str | Path | None = None,
    earlier: str | Path | None = None,
    date: datetime.date | None = None,
) -> ProgressTable:
    """How far a programme is: by criterion, and who takes part by party, sector and size of firm.

    Parameters
    ----------
    places : path, package, or several
        Evidence packages (``.zip``), folders that hold them, folders of studies or of their results, and the folder of
        a synthesis. Of folders only what may be shared is read, never ``private/``.
    programme : path or ProgrammeFile
        With ``criteria:`` and ``participants:``.
    records : path, optional
        ``progress-records.csv``: numbers that people keep themselves, such as publications.
    earlier : path, optional
        ``progress.json`` of the last table, or its folder: what changed since is in the result, and a number that moved
        by a few persons stays as it was.
    date : date, optional
        Of the table; today by default. Records of later days do not count.

    Returns
    -------
    ProgressTable

    Raises
    ------
    SynthesisError
        Y133 to Y142 and Y220 to Y222: programme.yaml; G001, Y180 to Y182 and Y223 to Y226: places; Y227: records; Y228
        and Y229: the earlier table.

    Notes
    -----
    Participants are persons who answered at the last wave, by the tables of results; of a consortium that sent a
    package alone, the persons behind its sums. No number of fewer persons than ``disclosure: minimum_cell`` (at least
    10) is shown, none that follows by subtraction, and none that moved by fewer since the earlier table. Communities,
    also those that stopped, are counted as they are: no group is named. Whether communities stopped is known from a
    register, or from a package that names one that did; where nothing says so, it stays unknown and is not zero.

    See also
    --------
    lcresearch.synthesis.synthesize : what the same packages say about working elements.

    Examples
    --------
    >>> from lcresearch.synthesis import pack
    >>> from lcresearch.synthesis.packages.invented import invented_evidence
    >>> from lcresearch.synthesis.programme import example_programme
    >>> import tempfile
    >>> folder = tempfile.mkdtemp()
    >>> _ = pack(invented_evidence(), folder, example_programme())
    >>> found = progress(folder, example_programme(), date=datetime.date(2027, 3, 1))
    >>> print(found.criteria[["criterion", "target", "reached", "state"]].head(1).to_string(index=False))
      criterion  target  reached  state
    communities    60.0      8.0 behind
    """
    programme, date = read_programme(programme), date or datetime.date.today()
    found = sources(places, programme)
    last = _earlier(earlier, programme, date)
    people = _People(counted(found, programme), programme, last)
    noted = read_records(records, programme) if records is not None else ()
    noted = tuple(one for one in noted if one.date <= date)
    judged = [_judged(one, people, noted, records is not None, date) for one in programme.criteria]
    return ProgressTable(
        programme=programme,
        date=date,
        before=None if last is None else last.date,
        criteria=pd.DataFrame(judged, columns=list(CRITERIA)).astype(_TYPES),
        participation=_participation(people),
        everybody=pd.DataFrame([people.row(EVERYBODY, UNKNOWN)], columns=list(PARTICIPATION)),
        n_packages=len(found.packages),
        n_results=len(found.results),
        minimum_cell=programme.disclosure.minimum_cell,
        simulated=programme.simulated
        or any(one.manifest.simulated for one in found.packages)
        or any(one.simulated for one in found.results),
    )


_TYPES = dict.fromkeys(("target", "expected", "reached", "before", "change"), "float64")


def _earlier(path: str | Path | None, programme: ProgrammeFile, date: datetime.date) -> SavedProgress | None:
    if path is None:
        return None
    last = read_progress(path)
    if last.programme != programme.id or last.date > date:
        values = {"found": last.programme, "programme": programme.id, "date": last.date.isoformat()}
        raise SynthesisError("Y229", where=Place(file=Path(path).name), **values)
    return last


@dataclass(frozen=True)
class _People:
    """Counts of which persons were let through."""

    counts: Counts
    programme: ProgrammeFile
    last: SavedProgress | None

    def whole(self) -> Shown:
        """Everybody: unless few, or few more than last time."""
        before = None if self.last is None else self.last.everybody
        return shown_whole(self.counts.everybody.persons, before, self.programme.disclosure.minimum_cell)

    def groups(self, division: str) -> dict[str, Took]:
        """Who took part by group: all that are declared, and those of whom it is not known."""
        found = dict(self.counts.divisions.get(division, {}))
        if division == SECTOR and (UNKNOWN in self.counts.by_sector or self.counts.consortia.get(UNKNOWN)):
            found.setdefault(UNKNOWN, _NOBODY)  # communities whose sector is not known add up too
        declared = self.programme.sectors if division == SECTOR else self.programme.participants[division].groups
        together = {name: found.get(name, _NOBODY) for name in declared}
        return together | {name: took for name, took in found.items() if name not in together}

    def knows(self, division: str) -> bool:
        """Whether any source tells by it of anybody."""
        return any(took.persons for name, took in self.groups(division).items() if name != UNKNOWN)

    def shown(self, division: str) -> dict[str, Shown]:
        """Numbers of a division that may be shown."""
        whole = self.whole()
        if not self.knows(division):
            return {name: Shown(None, NOT_KNOWN) for name in self.groups(division)}
        now = {name: took.persons for name, took in self.groups(division).items()}
        before: Mapping[str, int | None] = {} if self.last is None else self.last.of(division)
        if whole.persons is None:
            return {name: Shown(None, FEW if n else None) if n else Shown(0) for name, n in now.items()}
        minimum = self.programme.disclosure.minimum_cell
        told = None if self.last is None else self.last.everybody
        return shown_numbers(now, before, minimum, whole_before=told, whole_kept=whole.reason == KEPT)

    def number(self, division: str, group: str) -> tuple[Shown, float | None]:
        """A number of persons and their response."""
        if division == EVERYBODY:
            one, took, key = self.whole(), self.counts.everybody, None
        else:
            one, took = self.shown(division).get(group, Shown(0)), self.groups(division).get(group, _NOBODY)
            key = (division, group)
        if one.persons is None:
            return one, None
        if one.reason == KEPT and self.last is not None:
            return one, self.last.response_of_everybody if key is None else self.last.response.get(key)
        few = (took.answered or 0) < self.programme.disclosure.minimum_cell
        return one, None if not took.invited or few else round((took.answered or 0) / took.invited, 2)

    def communities(self, division: str, group: str) -> Communities | None:
        if division == EVERYBODY:
            return self.counts.communities
        return self.counts.by_sector.get(group, Communities()) if division == SECTOR else None

    def consortia(self, division: str, group: str) -> int | None:
        if division == EVERYBODY:
            return len(set().union(*self.counts.consortia.values())) if self.counts.consortia else 0
        return len(self.counts.consortia.get(group, ())) if division == SECTOR else None

    def row(self, division: str, group: str) -> list[object]:
        """A row of the table of participation."""
        one, response = self.number(division, group)
        before = response_before = None
        if self.last is not None:
            everybody = division == EVERYBODY
            before = self.last.everybody if everybody else self.last.persons.get((division, group))
            told = self.last.response_of_everybody if everybody else self.last.response.get((division, group))
            response_before = told
        change = None if one.persons is None or before is None else one.persons - before
        some, wanted = self.communities(division, group), self._target(division, group)
        return [
            division, group, _number(one.persons), _number(before), _number(change), one.reason, _number(response),
            _number(response_before), _number(some.began if some else None),
            _number(some.stopped_known if some else None), _number(some.untold if some else None),
            _number(self.consortia(division, group)), _number(wanted.target if wanted else None),
            wanted.by if wanted else None,
        ]  # fmt: skip

    def _target(self, division: str, group: str) -> Criterion | None:
        of = {} if division == EVERYBODY else {division: group}
        asked = (one for one in self.programme.criteria if one.measure == "participants" and one.of == of)
        return next(asked, None)


def _participation(people: _People) -> pd.DataFrame:
    rows = [
        people.row(name, group) for name in (SECTOR, *people.programme.participants) for group in people.groups(name)
    ]
    return pd.DataFrame(rows, columns=list(PARTICIPATION))


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def _judged(
    one: Criterion, people: _People, noted: Sequence[Record], has_records: bool, date: datetime.date
) -> list[object]:
    division, group = next(iter(one.of.items()), (EVERYBODY, UNKNOWN))
    value = _recorded(one, noted) if one.measure == "recorded" and has_records else _measured(one, people)
    expected = expected_now(one, datetime.date.fromisoformat(people.programme.declared), date)
    before = None if people.last is None else people.last.criteria.get(one.id)
    change = None if value is None or before is None else value - before
    state = state_of(one, value, expected, date)
    target = None if one.target is None else float(one.target)
    return [
        one.id, one.source, one.measure, division, group, target, one.at_most, one.by, expected, value, before, change,
        state,
    ]  # fmt: skip


def _recorded(one: Criterion, noted: Sequence[Record]) -> float:
    sector = one.of.get(SECTOR)
    return sum(x.number for x in noted if x.criterion == one.id and sector in (None, x.sector))


def _measured(one: Criterion, people: _People) -> float | None:
    division, group = next(iter(one.of.items()), (EVERYBODY, UNKNOWN))
    counts = people.counts
    if one.measure in ("participants", "response"):
        shown, response = people.number(division, group)
        return response if one.measure == "response" else shown.persons
    some = people.communities(division, group) or Communities()
    found: dict[str, float | None] = {
        "communities": some.began,
        "communities_running": None if some.stopped_exactly is None else some.began - some.stopped_exactly,
        # too many are too many, also where of others it is not known
        "communities_stopped": some.stopped
        if one.at_most and some.stopped > (one.target or 0)
        else some.stopped_exactly,
        "consortia": people.consortia(division, group),
        "organisations": counts.organisations,
        "elements": counts.elements,
        "verdicts": counts.verdicts,
        "instruments": counts.instruments,
    }
    return found.get(one.measure)
