"""What sources hold together: persons by party, sector and size, communities, and what else criteria count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lcresearch.synthesis.elements.certainty_rules import VerdictName
from lcresearch.synthesis.packages.contents import EvidencePackage
from lcresearch.synthesis.pooled.records import STOPPED
from lcresearch.synthesis.programme.model import ProgrammeFile
from lcresearch.synthesis.progress_table.communities_counted import Communities, together
from lcresearch.synthesis.progress_table.sources import SharedResults, Sources, Took

SECTOR = "sector"
UNKNOWN = ""
"""Name of the group of those of whom a division tells nothing."""
UNDECIDED: VerdictName = "not enough evidence"


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
        if self.results is not None and self.results.everybody is not None:
            told = {name: took for name, took in self.results.by_sector.items() if name in programme.sectors}
            if told:
                return told
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

    def communities(self, programme: ProgrammeFile) -> tuple[Communities, dict[str, Communities]]:
        """Together, and by sector. What packages leave out, results may know of, and the other way round."""
        found: dict[str, Communities] = {}
        for one in self.packages:
            found[one.sector] = together((found.get(one.sector, Communities()), _of_package(one)))
        results = self.results
        if results is None or results.communities is None:
            return together(found.values()), found
        untold = results.communities if results.stopped is None else 0
        known = Communities(results.communities, results.stopped or 0, untold)
        if results.sector in programme.sectors:
            found = found or {str(results.sector): Communities()}
            if set(found) == {results.sector}:
                found = {str(results.sector): known.beside(found[str(results.sector)])}
        for sector, n in results.communities_by_sector.items():
            if sector in programme.sectors:
                found[sector] = Communities(n, untold=n).beside(found.get(sector, Communities()))
        there = together(found.values())
        whole = known.beside(there)
        if whole.began > there.began:
            rest = whole.began - there.began
            stopped = min(max(whole.stopped - there.stopped, 0), rest)
            untold = min(max(whole.untold - there.untold, 0), rest)
            found[UNKNOWN] = together((found.get(UNKNOWN, Communities()), Communities(rest, stopped, untold)))
        return whole, found


def _of_package(one: EvidencePackage) -> Communities:
    """A package says which stopped when its consortium noted so; that it names none does not say that none did."""
    stopped = int((one.communities["status"] == STOPPED).sum()) if "status" in one.communities else 0
    stopped = max(stopped, one.manifest.n.stopped_communities)
    began = max(len(one.communities), one.manifest.n.communities)
    return Communities(began, stopped, 0 if stopped else began)


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
    wholes: list[Communities] = []
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
        whole, parts = study.communities(programme)
        wholes.append(whole)
        for sector, some in parts.items():
            by_sector[sector] = together((by_sector.get(sector, Communities()), some))
    return Counts(total, divisions, together(wholes), by_sector, _consortia(found, programme), *_rest(found, programme))


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
