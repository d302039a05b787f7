"""What packages tell beside the models: codes, stopped communities, agreement, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from lcresearch.synthesis.packages.contents import EvidencePackage
from lcresearch.synthesis.programme.model import ProgrammeFile

PACKAGE_COLUMNS = (
    "consortium", "sector", "release", "created", "simulated", "n_respondents", "n_communities",
    "n_stopped_communities", "models", "n_groups_held_back",
)  # fmt: skip
PRESENCE_COLUMNS = ("element", "sector", "n_consortia", "of_consortia", "n_communities", "of_communities", "mean")
CODE_COLUMNS = (
    "code", "name", "sector", "n_consortia", "of_consortia", "n_segments", "n_interviews", "n_informants", "planned",
)  # fmt: skip
LEFT_OUT_COLUMNS = ("consortium", "about", "element", "adjustment", "reason", "n_groups", "persons")
STOPPED = "stopped"


def packages_table(packages: Sequence[EvidencePackage]) -> pd.DataFrame:
    """A package a row."""
    rows = []
    for package in packages:
        found = package.manifest
        row: dict[str, object] = {"consortium": found.consortium, "sector": found.sector, "release": found.release}
        row |= {"created": found.created, "simulated": found.simulated, "n_respondents": found.n.respondents}
        row |= {"n_communities": found.n.communities, "n_stopped_communities": found.n.stopped_communities}
        row |= {"models": ", ".join(package.crossproducts)}
        rows.append(row | {"n_groups_held_back": sum(one.n_groups for one in found.held_back)})
    return pd.DataFrame(rows, columns=list(PACKAGE_COLUMNS))


def presence_table(packages: Sequence[EvidencePackage], programme: ProgrammeFile) -> pd.DataFrame:
    """Where elements are: consortia and communities that have more than the lowest value of each, by sector.

    ``of_consortia, of_communities`` count those of which it is known; ``mean`` is over communities, in the coding.
    """
    rows: list[tuple[object, ...]] = []
    for name, element in programme.elements.items():
        for sector in programme.sectors:
            there = [one.communities[name] for one in packages if one.sector == sector and name in one.communities]
            values = [pd.to_numeric(one, errors="coerce").dropna() for one in there]
            values = [one for one in values if len(one)]
            if not values:
                continue
            n = sum(bool((one > element.minimum).any()) for one in values)
            every = pd.concat(values)
            present = int((every > element.minimum).sum())
            rows.append((name, sector, n, len(values), present, len(every), float(every.mean())))
    return pd.DataFrame(rows, columns=list(PRESENCE_COLUMNS))


def codes_table(packages: Sequence[EvidencePackage]) -> pd.DataFrame:
    """Codes by sector: how many consortia of the sector have each, and how often.

    Codes grow out of the interviews: none of them was planned.
    """
    there = [one for one in packages if one.codes is not None]
    if not there:
        return pd.DataFrame(columns=list(CODE_COLUMNS))
    rows = pd.concat([one.codes.assign(sector=one.sector) for one in there if one.codes is not None])
    counts = [name for name in ("n_segments", "n_interviews", "n_informants") if name in rows]
    by = rows.groupby(["code", "sector"], sort=True)
    table = by[counts].sum(min_count=1).assign(n_consortia=by.size())
    table["name"] = by["name"].first() if "name" in rows else ""
    of = pd.Series([one.sector for one in there]).value_counts()
    table = table.reset_index()
    table["of_consortia"] = table["sector"].map(of).astype("int64")
    return table.assign(planned=False).reindex(columns=list(CODE_COLUMNS))


def agreement_table(packages: Sequence[EvidencePackage]) -> pd.DataFrame:
    """Figures of agreement within groups, with the consortium in front."""
    rows = [
        one.agreement.assign(consortium=one.consortium, sector=one.sector)
        for one in packages
        if one.agreement is not None and len(one.agreement)
    ]
    if not rows:
        return pd.DataFrame(columns=["consortium", "sector", "scale", "wave"])
    table = pd.concat(rows, ignore_index=True)
    return table[["consortium", "sector", *(name for name in table if name not in ("consortium", "sector"))]]


def stopped_table(packages: Sequence[EvidencePackage], programme: ProgrammeFile) -> pd.DataFrame:
    """Communities that stopped, with their elements where these are known."""
    names = [*programme.elements, *(name for name, one in programme.covariates.items() if one.level != "respondent")]
    rows = [
        one.communities[one.communities["status"] == STOPPED].assign(consortium=one.consortium, sector=one.sector)
        for one in packages
        if "status" in one.communities
    ]
    columns = ["consortium", "sector", "community", "reason", *names]
    rows = [found.reindex(columns=columns) for found in rows if len(found)]
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=columns)


def stopped_included(packages: Sequence[EvidencePackage], model: str) -> bool | None:
    """Whether communities that stopped are in the sums of a model as well; None when it is not known who stopped.

    Where all packages tell the status of communities and none stopped, nothing is left out.
    """
    if not all("status" in one.communities for one in packages):
        return None
    for package in packages:
        stopped = set(package.communities.loc[package.communities["status"] == STOPPED, "community"].astype("str"))
        if model in package.crossproducts:
            cells = package.crossproducts[model].cells
            stopped -= set(cells["community"].astype("str"))
        if stopped or (package.manifest.n.stopped_communities and not len(package.communities)):
            return False
    return True


def left_out_table(
    packages: Sequence[EvidencePackage], programme: ProgrammeFile, effects: Mapping[tuple[str, str, str], pd.DataFrame]
) -> pd.DataFrame:
    """What packages held back, models that are not in a package, and consortia without effects of their own.

    Parameters
    ----------
    packages : sequence of EvidencePackage
    programme : ProgrammeFile
    effects : mapping of (str, str, str) to DataFrame
        Effects within consortia by model, element and adjustment.
    """
    rows: list[tuple[object, ...]] = []
    for package in packages:
        for one in package.manifest.held_back:
            rows.append((package.consortium, one.member, "", "", one.reason, one.n_groups, one.persons))
        for name in programme.models:
            if name not in package.crossproducts:
                rows.append((package.consortium, name, "", "", "not_in_package", np.nan, ""))
    for key, table in effects.items():
        for consortium, reason in table.loc[table["reason"] != "", ["consortium", "reason"]].itertuples(index=False):
            rows.append((consortium, *key, reason, np.nan, ""))
    return pd.DataFrame(rows, columns=list(LEFT_OUT_COLUMNS))
