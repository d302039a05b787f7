"""What others answered, to lay beside the scores of a company: never one company or consortium, never a ranking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lcresearch.errors import Place, StudyError
from lcresearch.reporting.company_content import CompanyScale, Peers, PeerScore
from lcresearch.reporting.content import ReportContent, ScaleContent
from lcresearch.reporting.wording import is_missing
from lcresearch.synthesis import open_package
from lcresearch.synthesis.packages import EvidencePackage
from lcresearch.synthesis.programme import ProgrammeFile

MINIMUM_OTHER_COMPANIES = 2
"""Others in the study: with one, the score of all together and the own one tell that of the other."""
MINIMUM_CONSORTIA = 2
"""Other consortia behind a mean of packages, so that none of them is told of alone."""


@dataclass(frozen=True)
class OthersMean:
    """The mean of a scale in a wave over other consortia of the sector, with how many stand behind it."""

    scale: str
    wave: str
    mean: float
    n_consortia: int
    n_communities: int
    sector: str = ""


def packages_in(folder: Path) -> list[EvidencePackage]:
    """All evidence packages in a folder, each checked on its own.

    Raises
    ------
    StudyError
        S163: there are none.
    SynthesisError
        As :func:`lcresearch.synthesis.open_package`.
    """
    files = sorted(folder.glob("*.zip")) if folder.is_dir() else [folder]
    if not files:
        raise StudyError("S163", where=Place(file=folder.name))
    return [open_package(path) for path in files]


def means_of_others(
    packages: Iterable[EvidencePackage], programme: ProgrammeFile, *, study: str, sector: str | None
) -> tuple[OthersMean, ...]:
    """Means over the persons of other consortia, by scale and wave; of the same sector where it is known.

    Packages hold no group below their own minimum of ten persons; means of too few consortia are left out.
    """
    others = [one for one in packages if one.manifest.study != study and one.manifest.programme == programme.id]
    others = list({(one.manifest.study, one.consortium): one for one in others}.values())
    keys = _keys_of(sector, programme)
    others = [one for one in others if one.sector in keys] if keys else others
    found: dict[tuple[str, str], dict[str, tuple[float, float, int]]] = {}
    for package in others:
        for name, moments in package.scores.items():
            if name not in programme.models:
                continue
            scale = programme.outcomes[programme.models[name].outcome].score
            for place, wave in enumerate(moments.items):
                n, mean = float(moments.n[0]), float(moments.mean[0, place])
                behind = found.setdefault((scale, wave), {})
                if package.consortium not in behind or behind[package.consortium][0] < n:
                    behind[package.consortium] = (n, mean, package.manifest.n.communities)
    return tuple(
        _together(scale, wave, list(behind.values()), (sector or "") if keys else "")
        for (scale, wave), behind in found.items()
        if len(behind) >= MINIMUM_CONSORTIA
    )


def _keys_of(sector: str | None, programme: ProgrammeFile) -> set[str]:
    """A sector as the programme calls it, from its key or its title; empty where it is not known."""
    return {key for key, title in programme.sectors.items() if sector and sector in (key, *title.values())}


def _together(scale: str, wave: str, behind: Sequence[tuple[float, float, int]], sector: str) -> OthersMean:
    n, mean, communities = (np.array(column, dtype=np.float64) for column in zip(*behind, strict=True))
    return OthersMean(scale, wave, float(np.average(mean, weights=n)), len(behind), int(communities.sum()), sector)


def peers_of_packages(others: Sequence[OthersMean], scales: Sequence[CompanyScale]) -> Peers | None:
    """Means of other consortia for the outcomes of a company, each in the company's last wave that they have too."""
    found, behind = [], []
    for scale in scales:
        by_wave = {one.wave: one for one in others if one.scale == scale.name}
        score = next((score for score in reversed(scale.scores) if score.wave in by_wave), None)
        if score is not None and scale.bounded:
            behind.append(by_wave[score.wave])
            found.append(PeerScore(scale.name, by_wave[score.wave].mean, score.mean, score.wave))
    if not found:
        return None
    fewest = min(behind, key=lambda one: one.n_consortia)
    return Peers("packages", tuple(found), fewest.sector, fewest.n_consortia, fewest.n_communities)


def other_companies(source: ScaleContent, level: str, own: tuple[str, str], wave: str) -> int:
    """How many other groups stand behind the mean of all, also those that are not shown themselves."""
    rows = source.scores[(source.scores["level"] == level) & (source.scores["wave"].astype(str) == wave)]
    rows = rows[rows["mean"].notna() | rows["reason"].notna()]
    parents = rows["parent"].fillna("").astype(str) if "parent" in rows else [""] * len(rows)
    return len({key for key in zip(parents, rows["group"].astype(str), strict=True) if key != own})


def peers_of_study(
    content: ReportContent, scales: Sequence[CompanyScale], level: str, own: tuple[str, str]
) -> Peers | None:
    """Means of all who answered in the study, where enough other companies stand behind them."""
    found, fewest = [], 0
    for scale in (one for one in scales if one.scores and one.bounded):
        source = next(one for one in content.scales if one.name == scale.name)
        wave, mine = scale.scores[-1].wave, scale.scores[-1].mean
        overall = source.overall.loc[source.overall["wave"].astype(str) == wave, "mean"]
        others = other_companies(source, level, own, wave)
        if others < MINIMUM_OTHER_COMPANIES or not len(overall) or is_missing(overall.iloc[0]):
            continue
        found.append(PeerScore(scale.name, float(overall.iloc[0]), mine, wave))
        fewest = min(fewest, others + 1) if fewest else others + 1
    return Peers("study", tuple(found), n_companies=fewest) if found else None
