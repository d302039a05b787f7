"""What a progress table is made of: evidence packages, the shared part of results of studies, and a synthesis.

Nothing under ``private/`` is opened. Results were let through the disclosure rules of their own study already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lcresearch.errors import Place, Problem, SynthesisError
from lcresearch.files import file_hash
from lcresearch.synthesis.packages.contents import EvidencePackage
from lcresearch.synthesis.pooled.gathering import newest_releases, opened
from lcresearch.synthesis.pooled.saved import SavedSynthesis, read_synthesis
from lcresearch.synthesis.programme.model import ProgrammeFile
from lcresearch.synthesis.progress_table.shared_files import Row, is_regular, number_of, read_json, read_rows, text_of

Places = str | Path | EvidencePackage | Iterable[str | Path | EvidencePackage]


@dataclass(frozen=True)
class Took:
    """Persons who took part, and of how many invited how many answered; None where it is not known."""

    persons: int
    answered: int | None = None
    invited: int | None = None


@dataclass(frozen=True)
class SharedResults:
    """Who took part in a study, by the tables of its results, at the last wave that has answers.

    Attributes
    ----------
    study : str
    consortium, sector : str or None
        None where the study holds several.
    everybody : Took or None
        None where no number of persons may be shown.
    groups : mapping of (characteristic, value) to Took
    by_sector : mapping of str to Took
    communities_by_sector : mapping of str to int
        Where sector is a level of the study.
    communities, stopped : int or None
        Communities that ever began, and those of them that stopped.
    instruments : tuple of str
    simulated : bool
    """

    study: str
    consortium: str | None
    sector: str | None
    everybody: Took | None
    groups: Mapping[tuple[str, str], Took] = field(default_factory=dict)
    communities: int | None = None
    stopped: int | None = None
    instruments: tuple[str, ...] = ()
    simulated: bool = False
    by_sector: Mapping[str, Took] = field(default_factory=dict)
    communities_by_sector: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Sources:
    """All that was found at the places that were given."""

    packages: tuple[EvidencePackage, ...] = ()
    results: tuple[SharedResults, ...] = ()
    synthesis: SavedSynthesis | None = None


def sources(places: Places, programme: ProgrammeFile) -> Sources:
    """Read everything that the places hold.

    Parameters
    ----------
    places : path, package, or several
        Evidence packages, folders that hold them, folders of studies or of their results, and of a synthesis.
    programme : ProgrammeFile

    Raises
    ------
    SynthesisError
        G001 and Y223: nothing there; Y224: a damaged table; Y225: a study twice; Y182: a package of another programme;
        and what opening a package finds.
    """
    listed = [places] if isinstance(places, str | Path | EvidencePackage) else list(places)
    zips: list[Path | EvidencePackage] = []
    results: dict[Path, SharedResults] = {}
    synthesis: SavedSynthesis | None = None
    problems: list[Problem] = []
    for place in listed:
        if isinstance(place, EvidencePackage):
            zips.append(place)
            continue
        try:
            found = _at(Path(place))
        except SynthesisError as error:
            problems += error.problems
            continue
        zips += found.zips
        if found.results is not None:
            results[found.folder.resolve()] = found.results
        synthesis = found.synthesis or synthesis
    if problems:
        raise SynthesisError(problems)
    packages, _, twice = newest_releases(opened(_once(zips)) if zips else [])
    problems = [*twice, *_not_of(programme, packages, synthesis), *_study_twice(list(results.values()))]
    if problems:
        raise SynthesisError(problems)
    return Sources(tuple(sorted(packages, key=lambda one: one.consortium)), tuple(results.values()), synthesis)


@dataclass(frozen=True)
class _Found:
    folder: Path
    zips: tuple[Path, ...] = ()
    results: SharedResults | None = None
    synthesis: SavedSynthesis | None = None


def _at(place: Path) -> _Found:
    if not place.exists():
        raise SynthesisError("G001", path=str(place))
    if place.is_file():
        return _Found(place.parent, (place,))
    folder = place / "results" if is_regular(place / "study.yaml") else place
    record = folder / "run.json"
    if is_regular(folder / "synthesis.json"):
        return _Found(folder, synthesis=read_synthesis(folder))
    results = None
    if is_regular(record) and "study" in (content := read_json(record)):
        results = _results(folder, content)
    zips = tuple(
        path for inside in dict.fromkeys((place, folder, place / "evidence", folder / "evidence"))
        for path in sorted(inside.glob("*.zip")) if is_regular(path)
    )  # fmt: skip
    if results is None and not zips:
        raise SynthesisError("Y223", where=Place(file=str(place)))
    return _Found(folder, zips, results)


def _once(zips: Iterable[Path | EvidencePackage]) -> list[Path | EvidencePackage]:
    """Each content once, wherever copies of it lie."""
    found: dict[object, Path | EvidencePackage] = {}
    for one in zips:
        found.setdefault(file_hash(one) if isinstance(one, Path) else id(one), one)
    return list(found.values())


def _results(folder: Path, record: dict[str, object]) -> SharedResults:
    tables = folder / "tables"
    study = text_of(record, "study")
    if study is None:
        raise SynthesisError("Y224", where=Place(file="run.json"))
    waves = [(row.get("wave", ""), number_of(row, "n_persons", "response_by_wave.csv"))
             for row in read_rows(tables / "response_by_wave.csv")]  # fmt: skip
    answered = [(wave, n) for wave, n in waves if n]
    wave, n = answered[-1] if answered else ("", None)
    of_invited = [row for row in _of_wave(read_rows(tables / "response_of_invited.csv"), wave) if not row.get("group")]
    communities, stopped = _communities(tables)
    by_sector, communities_by_sector = _sectors(tables, wave)
    used = record.get("instruments")
    return SharedResults(
        study=study,
        consortium=text_of(record, "consortium"),
        sector=text_of(record, "sector"),
        everybody=None if n is None else _took(n, of_invited[0] if of_invited else {}, "response_of_invited.csv"),
        groups=_groups(tables, wave),
        communities=communities,
        stopped=stopped,
        instruments=tuple(str(one)[:60] for one in used) if isinstance(used, dict) else (),
        simulated=record.get("simulated") is True,
        by_sector=by_sector,
        communities_by_sector=communities_by_sector,
    )


def _of_wave(rows: list[Row], wave: str) -> list[Row]:
    return [row for row in rows if row.get("wave") == wave]


def _took(n: int, row: Row, file: str) -> Took:
    """Persons with their response; the response is left out where more answered than were invited."""
    answered, invited = number_of(row, "n_persons", file), number_of(row, "n_invited", file)
    if answered is None or not invited or answered > invited:
        return Took(n)
    return Took(n, answered, invited)


def _groups(tables: Path, wave: str) -> dict[tuple[str, str], Took]:
    file = "response_by_characteristic.csv"
    found: dict[tuple[str, str], Took] = {}
    for row in _of_wave(read_rows(tables / file), wave):
        n = number_of(row, "n_persons", file)
        if n is not None:
            found[row.get("characteristic", ""), row.get("value", "")] = _took(n, row, file)
    return found


def _sectors(tables: Path, wave: str) -> tuple[dict[str, Took], dict[str, int]]:
    """Persons and communities by sector, of a study in which sector is a level."""
    file = "response_by_group.csv"
    rows = read_rows(tables / file)
    sectors = dict.fromkeys(row.get("group", "") for row in rows if row.get("level") == "sector")
    persons = {
        row.get("group", ""): number_of(row, "n_persons", file)
        for row in _of_wave(rows, wave) if row.get("level") == "sector"
    }  # fmt: skip
    under = {(row.get("parent", ""), row.get("group", "")) for row in rows if row.get("level") == "community"}
    communities = {
        name: sum(parent == name or parent.startswith(f"{name} / ") for parent, _ in under) for name in sectors
    }
    return {name: Took(n) for name, n in persons.items() if n}, {name: n for name, n in communities.items() if n}


def _communities(tables: Path) -> tuple[int | None, int | None]:
    """Communities that began and that stopped: from the register that monitoring keeps, else those with answers."""
    followed = read_rows(tables / "monitoring_groups.csv")
    if followed:
        last, file = followed[-1], "monitoring_groups.csv"
        running, stopped = number_of(last, "n_followed", file), number_of(last, "n_stopped", file)
        if running is not None and stopped is not None:
            return running + stopped, stopped
    rows = [row for row in read_rows(tables / "response_by_group.csv") if row.get("level") == "community"]
    return (len({(row.get("parent"), row.get("group")) for row in rows}) or None), None


def _not_of(
    programme: ProgrammeFile, packages: Iterable[EvidencePackage], synthesis: SavedSynthesis | None
) -> list[Problem]:
    named = [(one.manifest.programme, one.path.name if one.path else None) for one in packages]
    named += [(synthesis.programme, "synthesis.json")] if synthesis is not None else []
    wrong = [(name, file) for name, file in named if name != programme.id]
    return [Problem("Y226", Place(file=file), {"found": name, "programme": programme.id}) for name, file in wrong]


def _study_twice(results: list[SharedResults]) -> list[Problem]:
    names = [(one.study, one.consortium) for one in results]
    return [Problem("Y225", values={"study": name[0]}) for name in dict.fromkeys(names) if names.count(name) > 1]
