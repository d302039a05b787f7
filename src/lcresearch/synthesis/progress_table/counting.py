"""What sources hold together: persons by party, sector and size, communities, and what else criteria count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lcresearch.synthesis.packages.contents import EvidencePackage
from lcresearch.synthesis.pooled.records import STOPPED
from lcresearch.synthesis.programme.model import ProgrammeFile
from lcresearch.synthesis.progress_table.sources import SharedResults, Sources, Took

SECTOR = "sector"
UNKNOWN = ""
"""Name of the group of those of whom a division tells nothing."""
UNDECIDED = "not_enough_evidence"


@dataclass(frozen=True)
class Communities:
    """Communities that ever began, and those of them that stopped."""

    began: int = 0
    stopped: int = 0


@dataclass(frozen=True)
class Counts:
    """Numbers before anything is held back.

    Attributes
    ----------
    everybody : Took
    divisions : mapping of str to mapping of str to Took
        ``sector``, and those of the programme: group -> who took part. Groups with :data:`UNKNOWN` add up to everybody.
    communities : Communities
    by_sector : mapping of str to Communities
    consortia : mapping of str to set of str
        Sector (or :data:`UNKNOWN`) -> names.
    organisations : int or None
    elements, verdicts : int or None
    instruments : int
    """

    everybody: Took
    divisions: Mapping[str, Mapping[str, Took]]
    communities: Communities
    by_sector: Mapping[str, Communities]
    consortia: Mapping[str, set[str]] = field(default_factory=dict)
    organisations: int | None = None
    elements: int | None = None
    verdicts: int | None = None
    instruments: int = 0


@dataclass(frozen=True)
class _Study:
    """A study with what is known of it; results tell of everybody who answered, packages of complete answers."""

    results: SharedResults | None
    packages: tuple[EvidencePackage, ...]

    def everybody(self) -> Took:
        if self.results is not None and self.results.everybody is not None:
            return self.results.everybody
        return Took(sum(one.manifest.n.respondents for one in self.packages))

    def by_sector(self, programme: ProgrammeFile) -> dict[str, Took]:
        if self.results is not None and self.results.sector in programme.sectors:
            return {str(self.results.sector): self.everybody()}
        found: dict[str, int] = {}
        for one in self.packages:
            found[one.sector] = found.get(one.sector, 0) + one.manifest.n.respondents
        return {name: Took(n) for name, n in found.items()}

    def divided(self, programme: ProgrammeFile, division: str) -> dict[str, Took]:
        """By the table of results; else by what packages tell of communities, as the firms in them are alike."""
        column, groups = programme.participants[division].column, programme.participants[division].groups
        if self.results is not None:
            told = {value: took for (name, value), took in self.results.groups.items() if name in (column, division)}
            if told:
                return {name: told[name] for name in groups if name in told}
        found: dict[str, int] = {}
        for name, covariate in programme.covariates.items():
            if covariate.column != column and name != column:
                continue
            for one in self.packages:
                if name in one.communities and "n_persons" in one.communities:
                    persons = one.communities.groupby(one.communities[name].astype("str"))["n_persons"].sum()
                    for group in (str(x) for x in persons.index if str(x) in groups):
                        found[group] = found.get(group, 0) + int(persons[group])
        return {name: Took(n) for name, n in found.items()}

    def communities(self, programme: ProgrammeFile) -> dict[str, Communities]:
        """By sector; packages know which stopped, and whether monitoring knows of more is asked of it."""
        found: dict[str, Communities] = {}
        for one in self.packages:
            sofar = found.get(one.sector, Communities())
            stopped = int((one.communities["status"] == STOPPED).sum()) if "status" in one.communities else 0
            stopped = max(stopped, one.manifest.n.stopped_communities)
            began = max(len(one.communities), one.manifest.n.communities)
            found[one.sector] = Communities(sofar.began + began, sofar.stopped + stopped)
        results = self.results
        if results is None or results.communities is None:
            return found
        sector = results.sector if results.sector in programme.sectors else UNKNOWN
        known = Communities(results.communities, results.stopped or 0)
        if not found or (set(found) == {sector} and known.began > found[str(sector)].began):
            return {str(sector): known}
        # packages hold the communities that can be compared; a study of several sectors knows of more than those
        there = Communities(sum(x.began for x in found.values()), sum(x.stopped for x in found.values()))
        if known.began > there.began:
            sofar = found.get(UNKNOWN, Communities())
            stopped = sofar.stopped + max(known.stopped - there.stopped, 0)
            found[UNKNOWN] = Communities(sofar.began + known.began - there.began, stopped)
        return found


def counted(found: Sources, programme: ProgrammeFile) -> Counts:
    """Add up what the sources hold, each study once.

    Parameters
    ----------
    found : Sources
    programme : ProgrammeFile
    """
    studies = _studies(found)
    total, divisions = Took(0), {name: dict[str, Took]() for name in (SECTOR, *programme.participants)}
    by_sector: dict[str, Communities] = {}
    for study in studies:
        margins = {SECTOR: study.by_sector(programme)}
        margins |= {name: study.divided(programme, name) for name in programme.participants}
        # a margin may tell of more persons than the last wave has: packages count who answered at any wave
        largest = max(sum(one.persons for one in margin.values()) for margin in margins.values())
        everybody = study.everybody()
        everybody = Took(max(everybody.persons, largest), everybody.answered, everybody.invited)
        total = _added(total, everybody)
        for name, margin in margins.items():
            rest = everybody.persons - sum(one.persons for one in margin.values())
            for group, took in (margin | ({UNKNOWN: Took(rest)} if rest else {})).items():
                divisions[name][group] = _added(divisions[name].get(group, Took(0)), took)
        for sector, some in study.communities(programme).items():
            sofar = by_sector.get(sector, Communities())
            by_sector[sector] = Communities(sofar.began + some.began, sofar.stopped + some.stopped)
    together = Communities(sum(x.began for x in by_sector.values()), sum(x.stopped for x in by_sector.values()))
    return Counts(total, divisions, together, by_sector, _consortia(found, programme), *_rest(found, programme))


def _studies(found: Sources) -> list[_Study]:
    """Packages stand with the results of the study that they are from; studies without either stand alone."""
    with_results = {(one.study, one.consortium): one for one in found.results}
    mine: dict[tuple[str, str | None], list[EvidencePackage]] = {}
    for package in found.packages:
        names = ((package.manifest.study, package.consortium), (package.manifest.study, None))
        key = next((name for name in names if name in with_results), names[0])
        mine.setdefault(key, []).append(package)
    keys = dict.fromkeys((*with_results, *mine))
    return [_Study(with_results.get(key), tuple(mine.get(key, ()))) for key in keys]


def _added(one: Took, other: Took) -> Took:
    known = [x for x in (one, other) if x.invited]
    answered, invited = sum(x.answered or 0 for x in known), sum(x.invited or 0 for x in known)
    return Took(one.persons + other.persons, answered if known else None, invited if known else None)


def _consortia(found: Sources, programme: ProgrammeFile) -> dict[str, set[str]]:
    names: dict[str, set[str]] = {}
    for package in found.packages:
        names.setdefault(package.sector, set()).add(package.consortium)
    there = set().union(*names.values()) if names else set()
    from_packages = {package.manifest.study for package in found.packages}
    for one in found.results:
        if one.consortium is None and one.study in from_packages:
            continue  # its consortia are those of its packages
        name = one.consortium or one.study
        if name not in there:
            names.setdefault(one.sector if one.sector in programme.sectors else UNKNOWN, set()).add(name)
    return names


def _rest(found: Sources, programme: ProgrammeFile) -> tuple[int | None, int | None, int | None, int]:
    """Organisations, elements that are known of some community, verdicts that were reached, instruments in use."""
    firms = [one.manifest.n.organisations for one in found.packages if one.manifest.n.organisations is not None]
    studied = sum(
        any(name in one.communities and bool(one.communities[name].notna().any()) for one in found.packages)
        for name in programme.elements
    )
    verdicts = None
    if found.synthesis is not None:
        table = found.synthesis.elements
        verdicts = int(table.loc[table["verdict"] != UNDECIDED, "element"].nunique())
    used = {use.id for one in found.packages for use in one.manifest.instruments}
    used |= {name for one in found.results for name in one.instruments}
    return sum(firms) if firms else None, studied if found.packages else None, verdicts, len(used)
