"""The packages of a synthesis: from paths to evidence that fits together, or to everything that does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from lcresearch.errors import Place, Problem, SynthesisError
from lcresearch.multilevel.formula import without_spaces
from lcresearch.synthesis.packages.contents import COLUMNS_OF_COMMUNITIES, EvidencePackage
from lcresearch.synthesis.packages.manifest import InstrumentVersion
from lcresearch.synthesis.packages.strict_json import without_steering
from lcresearch.synthesis.programme import ModelPlan, ProgrammeFile, digest_of, plan_of
from lcresearch.synthesis.programme.model import Covariate, Element
from lcresearch.synthesis.programme.plan import RESPONDENT, allowed_by, undeclared_values

_NONE_FITS = "Y209"
Packages = str | Path | EvidencePackage | Iterable[str | Path | EvidencePackage]


@dataclass(frozen=True)
class Gathered:
    """Evidence that fits together.

    Attributes
    ----------
    programme : ProgrammeFile
    packages : tuple of EvidencePackage
        One a consortium, in the order of sectors of the programme and of names.
    replaced : tuple of (str, int, int)
        Consortium, release that was left out, release that stands in its place.
    """

    programme: ProgrammeFile
    packages: tuple[EvidencePackage, ...]
    replaced: tuple[tuple[str, int, int], ...] = ()


def gather(packages: Packages, programme: ProgrammeFile) -> Gathered:
    """Open packages, keep the last release of each consortium, and check that all of them fit together.

    Raises
    ------
    SynthesisError
        Y172, Y180 to Y189, Y193 and Y210, all problems of all packages together; Y209 alone, when no package is of this
        programme; before these what is wrong with single packages.
    """
    found = opened(packages)
    if not found:
        raise SynthesisError("Y180")
    newest, replaced, _ = newest_releases(found)
    order = {sector: place for place, sector in enumerate(programme.sectors)}
    newest = sorted(newest, key=lambda one: (order.get(one.sector, len(order)), one.consortium))
    problems = problems_together(found, programme)
    if not any(problem.code == _NONE_FITS for problem in problems):
        problems += _absent_models(newest, programme)
    if problems:
        raise SynthesisError(problems)
    return Gathered(programme, tuple(newest), tuple(replaced))


def problems_together(packages: Sequence[EvidencePackage], programme: ProgrammeFile) -> list[Problem]:
    """What keeps opened packages from being put together, however few they are.

    Parameters
    ----------
    packages : sequence of EvidencePackage
    programme : ProgrammeFile

    Returns
    -------
    list of Problem
        Y172, Y181 to Y186, Y188, Y189, Y193 and Y210; Y209 in place of all but Y181, when no package is of this
        programme. Of releases that another takes the place of only what they have twice is told.
    """
    newest, _, problems = newest_releases(packages)
    if len(newest) > 1 and not any(_of_this_plan(package, programme) for package in newest):
        return [_another_plan(newest, programme), *problems]
    plans = {name: plan_of(programme, name) for name in programme.models}
    for package in newest:
        problems += _of_one(package, programme, plans)
    return [*problems, *_between(newest)]


def opened(packages: Packages) -> list[EvidencePackage]:
    """Evidence packages, of paths those that are opened; a folder counts with all its ``.zip`` files.

    Raises
    ------
    SynthesisError
        What :func:`~lcresearch.synthesis.open_package` finds, all problems of all packages together.
    """
    from lcresearch.synthesis.packages import open_package

    found: list[EvidencePackage] = []
    problems: list[Problem] = []
    for one in _listed(packages):
        if isinstance(one, Path) and not one.exists():
            problems.append(Problem("G001", values={"path": str(one)}))
            continue
        try:
            found.append(one if isinstance(one, EvidencePackage) else open_package(one))
        except SynthesisError as error:
            problems += error.problems
    if problems:
        raise SynthesisError(problems)
    return found


def _listed(packages: Packages) -> Iterator[Path | EvidencePackage]:
    """Packages and paths of files, those of folders in the order of their names."""
    if isinstance(packages, EvidencePackage):
        yield packages
    elif isinstance(packages, str | Path):
        path = Path(packages)
        yield from sorted(path.glob("*.zip")) if path.is_dir() else [path]
    else:
        for one in packages:
            yield from _listed(one)


def newest_releases(
    found: Sequence[EvidencePackage],
) -> tuple[list[EvidencePackage], list[tuple[str, int, int]], list[Problem]]:
    """The last release of each consortium, which ones were replaced, and releases that are there twice."""
    by_name: dict[str, list[EvidencePackage]] = {}
    for package in found:
        by_name.setdefault(package.consortium, []).append(package)
    kept, replaced, problems = [], [], []
    for name, several in by_name.items():
        several.sort(key=lambda one: one.manifest.release)
        kept.append(several[-1])
        releases = [one.manifest.release for one in several]
        if len(set(releases)) < len(releases):
            twice = next(release for release in releases if releases.count(release) > 1)
            files = [_place(one).file for one in several if one.manifest.release == twice]
            values = {"consortium": name, "release": twice, "files": files}
            problems.append(Problem("Y181", _place(several[-1]), values))
        else:
            replaced += [(name, release, releases[-1]) for release in releases[:-1]]
    return kept, replaced, problems


def _place(package: EvidencePackage) -> Place:
    return Place(file=package.path.name if package.path else package.consortium)


def _of_this_plan(package: EvidencePackage, programme: ProgrammeFile) -> bool:
    return package.manifest.programme_digest == digest_of(programme)


def _another_plan(packages: Sequence[EvidencePackage], programme: ProgrammeFile) -> Problem:
    """That no package is of the plan, told once: the plan is wrong sooner than all consortia."""
    found = list(dict.fromkeys(package.manifest.programme for package in packages))
    return Problem(_NONE_FITS, values={"n": len(packages), "found": found, "programme": programme.id})


def _of_one(package: EvidencePackage, programme: ProgrammeFile, plans: dict[str, ModelPlan]) -> Iterator[Problem]:
    """What is wrong with one package, as it stands beside the programme."""
    where, manifest = _place(package), package.manifest
    if not _of_this_plan(package, programme):
        values = {"consortium": package.consortium, "found": manifest.programme, "programme": programme.id}
        yield Problem("Y182" if manifest.programme == programme.id else "Y210", where, values)
        return
    if package.sector not in programme.sectors:
        known = list(programme.sectors)
        yield Problem("Y183", where, {"sector": package.sector, "known": known})
    there = {one.id: one for one in manifest.instruments}
    for use in programme.instruments:
        one = there.get(use.id)
        if one is None or one.version not in use.versions or (use.hashes and one.hash not in use.hashes):
            found = "–" if one is None else f"{one.version} ({one.hash[:8]})"
            yield Problem("Y184", where, {"instrument": use.id, "found": found, "known": list(use.versions)})
    for name, cross in package.crossproducts.items():
        plan = plans.get(name)
        expected = "–" if plan is None else plan.formula
        if plan is None or without_spaces(cross.formula) != without_spaces(plan.formula):
            yield Problem("Y185", where, {"model": name, "found": cross.formula, "known": expected})
        elif set(cross.cells.get("consortium", pd.Series(dtype=object)).astype("str")) - {package.consortium}:
            others = sorted(set(cross.cells["consortium"].astype("str")) - {package.consortium})
            yield Problem("Y193", where, {"model": name, "consortium": package.consortium, "found": others})
    yield from _coding(package, programme)


def _coding(package: EvidencePackage, programme: ProgrammeFile) -> Iterator[Problem]:
    """Columns of communities that the programme does not know, where free text could arrive, and values that it does
    not allow."""
    where, table = replace(_place(package), item="communities.parquet"), package.communities
    groups = {name: one for name, one in programme.covariates.items() if one.level != RESPONDENT}
    declared: dict[str, Element | Covariate] = {**programme.elements, **groups}
    for column in map(str, table.columns):
        if column in COLUMNS_OF_COMMUNITIES:
            continue
        if column not in declared:
            values = {"member": where.item, "column": without_steering(column[:40]), "known": list(declared)}
            yield Problem("Y172", where, values)
            continue
        wrong = undeclared_values(declared[column], table[column])
        if len(wrong):
            value = without_steering(str(wrong.iloc[0])[:40])
            yield Problem("Y186", where, {"column": column, "value": value, "known": allowed_by(declared[column])})


def _between(packages: Sequence[EvidencePackage]) -> Iterator[Problem]:
    """What packages say against each other."""
    simulated = [one.consortium for one in packages if one.manifest.simulated]
    if 0 < len(simulated) < len(packages):
        real = [one.consortium for one in packages if not one.manifest.simulated]
        yield Problem("Y188", values={"simulated": simulated[:10], "real": real[:10]})
    seen: dict[tuple[str, str], tuple[InstrumentVersion, str]] = {}
    for package in packages:
        for one in package.manifest.instruments:
            first, owner = seen.setdefault((one.id, one.version), (one, package.consortium))
            if first.hash != one.hash:
                values = {"instrument": one.id, "version": one.version, "first": owner}
                yield Problem("Y189", _place(package), values)


def _absent_models(packages: Sequence[EvidencePackage], programme: ProgrammeFile) -> Iterator[Problem]:
    """Models that an estimand needs and that fewer than two packages have."""
    for name in dict.fromkeys(one.model for one in programme.estimands):
        n = sum(name in package.crossproducts for package in packages)
        if n < 2:
            yield Problem("Y187", values={"model": name, "n": n})
