"""Whether the parts of a package that arrived agree with each other, and keep to the disclosure rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.disclosure.sums import ALIKE, FEW, FEW_FOR_COLUMNS, RARE
from lcresearch.errors import Place, Problem
from lcresearch.measurement.group_moments import Moments
from lcresearch.multilevel import Crossproducts
from lcresearch.synthesis.packages.contents import EvidencePackage, StageOne
from lcresearch.synthesis.packages.manifest import Manifest
from lcresearch.synthesis.packages.words import in_words
from lcresearch.synthesis.programme.plan import COMMUNITY, CONSORTIUM, RESPONDENT, TIME

Array = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]
_CODE = re.compile(r"[CG][0-9]{2,7}")
_ROUNDING = 1e-8
_GROUPS = ((CONSORTIUM,), (CONSORTIUM, COMMUNITY))
_PERSONS = (CONSORTIUM, COMMUNITY, RESPONDENT)
_STATUS = ("active", "stopped")
_POSSIBLE = {
    "n": (0.0, np.inf),
    "n_groups": (0.0, np.inf),
    "icc_1": (-1.0, 1.0),  # -1 / (size of groups - 1) is its least
    "icc_2": (-np.inf, 1.0),
    "r_wg": (0.0, 1.0),
    "r_wg_median": (0.0, 1.0),
    "ad": (0.0, np.inf),
}
"""Least and highest value of figures of agreement."""


def problems_of(package: EvidencePackage, file: str) -> Iterator[Problem]:
    """Everything that is wrong with the content of a package: Y169, Y170 and Y171, with the member."""
    manifest = package.manifest
    yield from _communities(package, file)
    for name, cross in package.crossproducts.items():
        yield from _sums(cross, manifest, Place(file=file, item=f"models/{name}.parquet"))
    for kind, found in (("scores", package.scores), ("moments", package.moments)):
        for name, one in found.items():
            yield from _moments(one, manifest, Place(file=file, item=f"{kind}/{name}.json"))
    yield from _counts(package, file)
    yield from _effects(package, Place(file=file, item="effects.json"))
    yield from _tables(package, file)


def persons_of_cells(cross: Crossproducts) -> Array:
    """Persons of each cell, shape (n_cells,): rows, where a person has one."""
    return cross.sums[0, 0] if cross.persons is None else cross.persons.counts


def _communities(package: EvidencePackage, file: str) -> Iterator[Problem]:
    place, table = Place(file=file, item="communities.parquet"), package.communities
    codes, n = table["community"], table["n_persons"]
    if codes.isna().any() or not codes.is_unique or not all(_CODE.fullmatch(str(code)) for code in codes):
        yield _wrong(place, "codes")
    if not set(table["status"].dropna()) <= set(_STATUS) or table["status"].isna().any():
        yield _wrong(place, "status")
    numbers = pd.to_numeric(n, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    if ((numbers < package.manifest.minimum_cell) & ~np.isnan(numbers)).any():
        yield _broken(place, FEW, package.manifest)
    size = package.manifest.n
    for what, said, found in (
        ("communities", size.communities, int((~np.isnan(numbers)).sum())),
        ("stopped", size.stopped_communities, int((table["status"] == "stopped").sum())),
    ):
        if found != said:
            yield _contradiction(place, said, found, what)


def _sums(cross: Crossproducts, manifest: Manifest, place: Place) -> Iterator[Problem]:
    groups = tuple(group for group in cross.columns.groups if cross.persons is None or group != cross.persons.group)
    persons = None if cross.persons is None else cross.persons.group
    if groups != _GROUPS or persons not in (None, _PERSONS) or cross.memberships:
        yield _wrong(place, "groups")
        return
    if cross.weights is not None or cross.data_dependent:
        yield _wrong(place, "weights")
    if list(cross.labels[CONSORTIUM,].astype("str")) != [manifest.consortium]:
        yield _wrong(place, "consortium")
    squares = np.moveaxis(cross.sums, 2, 0)
    if not _positive(squares):
        yield _wrong(place, "not_positive")
    if cross.persons is not None:
        m, e = cross.persons.products.shape[:2]
        if not _positive(np.moveaxis(cross.persons.products.reshape(m * e, m * e, -1), 2, 0)):
            yield _wrong(place, "not_positive")
        rows = cross.sums[0, 0] / cross.persons.counts
        if (np.abs(rows - np.round(rows)) > 1e-6).any() or abs(cross.sums[0, 0].sum() - cross.n) > 1e-6:
            yield _wrong(place, "rows")
    dropped = [int(value) for value in cross.n_dropped]
    if any(0 < value < manifest.minimum_cell for value in dropped):
        yield _broken(place, FEW, manifest)
    for reason, cells in _unfit(cross, manifest):
        if cells.any():
            yield _broken(place, reason, manifest, int(cells.sum()))


def _positive(matrices: Array) -> bool:
    """Whether matrices (n, m, m) are positive semi-definite, each column in its own unit."""
    size = np.sqrt(np.maximum(np.einsum("nii->ni", matrices), 0))
    size = np.where(size > 0, size, 1)
    scaled = matrices / size[:, :, None] / size[:, None, :]
    return bool((np.linalg.eigvalsh(scaled)[:, 0] > -_ROUNDING * matrices.shape[1]).all())


def _unfit(cross: Crossproducts, manifest: Manifest) -> Iterator[tuple[str, Truths]]:
    """Disclosure rules that can be asked of sums: reason and cells, shape (n_cells,)."""
    persons, rows = persons_of_cells(cross), cross.sums[0, 0]
    yield FEW, persons < manifest.minimum_cell
    about, squares = cross.sums[0], np.einsum("iin->in", cross.sums)
    spread = squares - about**2 / rows
    varies = spread > 1e-9 * np.maximum(squares, 1e-300)
    varies[0] = False
    own = np.array([":" not in name for name in cross.columns.names])
    yield FEW_FOR_COLUMNS, persons <= 1 + (varies & own[:, None]).sum(axis=0)
    yield ALIKE, ~varies[cross.columns.response]
    shift = cross.shift[:, None]
    total, square = about + shift * rows, squares + 2 * shift * about + shift**2 * rows
    binary = varies & (np.abs(total - square) < 1e-6) & (np.abs(total - np.round(total)) < 1e-6)
    binary[cross.columns.response] = False
    side = np.minimum(total, rows - total) * persons / rows
    if TIME in cross.columns.names:
        several = rows > persons
        binary[cross.columns.names.index(TIME), several] = False
    yield RARE, (binary & (side < manifest.minimum_category - 1e-6)).any(axis=0)
    yield RARE, _nested(cross, binary, total, manifest.minimum_category * rows / persons)


def _nested(cross: Crossproducts, binary: Truths, total: Array, minimum: Array) -> Truths:
    """Cells in which two 0/1 columns differ for a few persons only, or are each other's opposite but for a few."""
    found = np.zeros(cross.sums.shape[2], dtype=bool)
    for one, other in combinations(np.flatnonzero(binary.any(axis=1)).tolist(), 2):
        shift, rows = cross.shift, cross.sums[0, 0]
        moved = shift[one] * cross.sums[0, other] + shift[other] * cross.sums[0, one]
        both = cross.sums[one, other] + moved + shift[one] * shift[other] * rows
        differ = total[one] + total[other] - 2 * both
        for n in (differ, rows - differ):
            found |= binary[one] & binary[other] & (n > 1e-6) & (n < minimum - 1e-6)
    return found


def _moments(one: Moments, manifest: Manifest, place: Place) -> Iterator[Problem]:
    if one.groups != (manifest.consortium,):
        yield _wrong(place, "consortium")
        return
    n, mean, variance = float(one.n[0]), one.mean[0], np.diag(one.covariance[0])
    if n != round(n):
        yield _wrong(place, "rows")
    if n < manifest.minimum_cell:
        yield _broken(place, FEW, manifest)
    if n <= len(one.items) + 1:
        yield _broken(place, FEW_FOR_COLUMNS, manifest)
    if (variance <= 1e-12 * np.maximum(1, mean**2)).any():
        yield _broken(place, ALIKE, manifest)
    count = n * mean
    binary = (np.abs(variance - mean * (1 - mean)) < 1e-9) & (np.abs(count - np.round(count)) < 1e-6)
    if (binary & (np.minimum(count, n - count) < manifest.minimum_category - 1e-6)).any():
        yield _broken(place, RARE, manifest)
    if 0 < one.n_dropped < manifest.minimum_cell:
        yield _broken(place, FEW, manifest)


def _counts(package: EvidencePackage, file: str) -> Iterator[Problem]:
    """Persons of the sums against those of communities and of the manifest."""
    table = package.communities
    known = pd.Series(
        pd.to_numeric(table["n_persons"], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan),
        index=table["community"].astype("str"),
    )
    found: list[pd.Series[float]] = []
    for name, cross in package.crossproducts.items():
        place = Place(file=file, item=f"models/{name}.parquet")
        labels = cross.cells[COMMUNITY].astype("str").to_numpy()
        persons = pd.Series(persons_of_cells(cross)).groupby(labels).sum()
        everyone = int(persons.sum())
        if everyone > package.manifest.n.respondents:
            yield _contradiction(place, package.manifest.n.respondents, everyone, "respondents")
        if all(label.startswith("G") for label in labels):
            continue
        if not set(labels) <= set(known.index):
            yield _wrong(place, "communities")
            continue
        found.append(persons)
        more = persons > known.reindex(persons.index).fillna(np.inf)
        if more.any():
            first = str(persons.index[more][0])
            yield _contradiction(place, int(known[first]), int(persons[first]), first)
        if name in package.scores and package.scores[name].n[0] > everyone:
            place = Place(file=file, item=f"scores/{name}.json")
            yield _contradiction(place, everyone, int(package.scores[name].n[0]), name)
    if len(found) == 1 == len(package.crossproducts):
        place = Place(file=file, item="communities.parquet")
        if int(found[0].sum()) != package.manifest.n.respondents:
            yield _contradiction(place, package.manifest.n.respondents, int(found[0].sum()), "respondents")
        given = known.dropna()
        if not given.sort_index().equals(found[0].astype(float).sort_index().rename_axis(str(given.index.name))):
            yield _contradiction(place, int(found[0].sum()), int(given.sum()), "n_persons")


def _effects(package: EvidencePackage, place: Place) -> Iterator[Problem]:
    for name, one in package.effects.items():
        if name not in package.crossproducts:
            yield Problem("Y171", place, {"what": name, "said": "–", "found": name})
            continue
        yield from _effects_of(one, name, package.crossproducts[name], place)


def _effects_of(one: StageOne, name: str, cross: Crossproducts, place: Place) -> Iterator[Problem]:
    n_communities, n_persons = len(cross.labels[CONSORTIUM, COMMUNITY]), int(persons_of_cells(cross).sum())
    if one.n_communities != n_communities:
        yield _contradiction(place, n_communities, one.n_communities, name)
    if one.n_persons != n_persons:
        yield _contradiction(place, n_persons, one.n_persons, name)
    if not set(one.terms) <= set(cross.columns.names):
        yield _wrong(place, "terms")


def _tables(package: EvidencePackage, file: str) -> Iterator[Problem]:
    agreement = package.agreement
    if agreement is not None and not _possible(agreement):
        yield _wrong(Place(file=file, item="agreement.json"), "agreement")
    codes = package.codes
    if codes is not None:
        place = Place(file=file, item="codes.json")
        if "n_informants" not in codes or not pd.api.types.is_numeric_dtype(codes["n_informants"].dtype):
            yield _wrong(place, "informants")
        elif not (codes["n_informants"] >= package.manifest.minimum_cell).all():
            yield _broken(place, FEW, package.manifest)
    presence = package.presence
    if presence is not None:
        known = set(package.communities["community"].astype("str"))
        if COMMUNITY not in presence or not set(presence[COMMUNITY].astype("str")) <= known:
            yield _wrong(Place(file=file, item="presence.json"), "communities")


def _possible(agreement: pd.DataFrame) -> bool:
    """Whether figures of agreement can be what they are called; a missing one is."""
    numbers = [name for name in _POSSIBLE if name in agreement]
    values = agreement[numbers].apply(pd.to_numeric, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    least, most = np.array([_POSSIBLE[name] for name in numbers]).reshape(-1, 2).T
    return not ((values < least - _ROUNDING) | (values > most + _ROUNDING)).any()


def _wrong(place: Place, why: str) -> Problem:
    return Problem("Y169", place, {"member": str(place.item), "why": in_words(why)})


def _broken(place: Place, reason: str, manifest: Manifest, n_groups: int = 1) -> Problem:
    rule = in_words(f"rule_{reason}", n=manifest.minimum_cell, least=manifest.minimum_category)
    return Problem("Y170", place, {"member": str(place.item), "rule": rule, "groups": n_groups})


def _contradiction(place: Place, said: int, found: int, what: str) -> Problem:
    return Problem("Y171", place, {"what": what, "said": str(said), "found": str(found)})
