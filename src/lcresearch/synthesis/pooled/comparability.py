"""Whether scales measure the same in all sectors or consortia, from the moments in the packages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch import instruments as library
from lcresearch.errors import LcresearchError, MeasurementError
from lcresearch.measurement import Alignment, Invariance, Moments, alignment, invariance
from lcresearch.measurement.comparability.alignment import TRUSTED_SHARE
from lcresearch.synthesis.packages.contents import EvidencePackage
from lcresearch.synthesis.programme.model import Comparability, ProgrammeFile

Status = Literal["scalar", "aligned", "fails", "not tested"]

COLUMNS = (
    "scale", "by", "n_groups", "n_persons", "warranted", "share_non_invariant", "status", "groups_left_out", "problem",
    "planned",
)  # fmt: skip
FEWEST_ITEMS = 3
MOST_GROUPS = 100
"""With more groups the search for a model with parameters of their own in each runs off where groups are small."""
MOST_ALIGNED = 60
"""Alignment takes seconds up to here, and a minute with twice as many groups."""
FEWEST_ALIGNED = 5
"""With fewer groups, one that deviates moves what the others are compared with."""


@dataclass(frozen=True)
class Compared:
    """What was found for one scale.

    Attributes
    ----------
    asked : Comparability
    status : {"scalar", "aligned", "fails", "not tested"}
        ``scalar``: loadings and intercepts are equal, for most items at least, so means may be compared; ``aligned``:
        they are not, but of five groups or more at most a quarter of them deviates; ``fails``: neither, or the items
        are no scale in the first place.
    invariance : Invariance, optional
    alignment : Alignment, optional
    groups_left_out : tuple of str
        Groups with no more persons than items.
    n_groups, n_persons : int
    problem : str
        Code of what stood in the way.
    """

    asked: Comparability
    status: Status
    invariance: Invariance | None = None
    alignment: Alignment | None = None
    groups_left_out: tuple[str, ...] = ()
    n_groups: int = 0
    n_persons: int = 0
    problem: str = ""

    def row(self) -> dict[str, object]:
        """A row of the table."""
        share = np.nan if self.alignment is None else self.alignment.share_non_invariant
        row: dict[str, object] = {"scale": self.asked.scale, "by": self.asked.by, "n_groups": self.n_groups}
        row |= {"n_persons": self.n_persons, "warranted": "" if self.invariance is None else self.invariance.warranted}
        row |= {"share_non_invariant": share, "status": self.status}
        return row | {"groups_left_out": list(self.groups_left_out), "problem": self.problem, "planned": True}


def compare_scales(packages: Sequence[EvidencePackage], programme: ProgrammeFile) -> tuple[Compared, ...]:
    """The comparisons that the programme declares."""
    return tuple(_compared(packages, asked) for asked in programme.comparability)


def table_of(compared: Sequence[Compared]) -> pd.DataFrame:
    """A scale a row."""
    return pd.DataFrame([one.row() for one in compared], columns=list(COLUMNS))


def status_of(compared: Sequence[Compared], scale: str) -> Status:
    """The least favourable status of a scale over its comparisons."""
    order: tuple[Status, ...] = ("fails", "not tested", "aligned", "scalar")
    found = [one.status for one in compared if one.asked.scale == scale]
    return min(found, key=order.index) if found else "not tested"


def grouped_moments(packages: Sequence[EvidencePackage], asked: Comparability) -> Moments | None:
    """Moments of the items of a scale with sectors or consortia as groups; None where no package has them.

    Raises
    ------
    MeasurementError
        M222 when packages have other items, M001 when an item is not there.
    """
    parts = []
    for package in packages:
        if asked.scale in package.moments:
            found = package.moments[asked.scale]
            found = found.select(asked.items) if asked.items else found
            label = package.sector if asked.by == "sector" else package.consortium
            parts.append(replace(found, groups=(label,) * len(found.groups)))
    if not parts:
        return None
    return _added(parts)


def _added(parts: Sequence[Moments]) -> Moments:
    """The sum; also of one part of which several groups have the same label."""
    empty = replace(parts[0], groups=(), n=parts[0].n[:0], mean=parts[0].mean[:0], covariance=parts[0].covariance[:0])
    total = replace(empty, n_dropped=0)
    for part in parts:
        total = total + part
    return total


def _compared(packages: Sequence[EvidencePackage], asked: Comparability) -> Compared:
    try:
        together = grouped_moments(packages, asked)
    except MeasurementError as error:
        return Compared(asked, "not tested", problem=error.problems[0].code)
    if together is None:
        return Compared(asked, "not tested")
    enough = together.n > len(together.items)
    left_out = tuple(name for name, is_enough in zip(together.groups, enough, strict=True) if not is_enough)
    together = _only(together, enough)
    base = Compared(asked, "not tested", None, None, left_out, len(together.groups), int(together.n.sum()))
    if len(together.groups) < 2 or len(together.items) < FEWEST_ITEMS:
        return base
    model = factor_model(asked, together.items)
    try:
        ladder = invariance(model, together) if len(together.groups) <= MOST_GROUPS else None
        if ladder is not None and ladder.warranted == "means":
            return replace(base, status="scalar", invariance=ladder)
        few = len(together.groups) < FEWEST_ALIGNED
        if ladder is not None and (few or ladder.steps["verdict"].iloc[0] == "fails"):
            return replace(base, status="fails", invariance=ladder)
        aligned = alignment(model, together) if len(together.groups) <= MOST_ALIGNED else None
    except LcresearchError as error:
        return replace(base, problem=error.problems[0].code)
    if aligned is None:
        return replace(base, invariance=ladder, status="not tested" if ladder is None else "fails")
    status: Status = "aligned" if aligned.share_non_invariant <= TRUSTED_SHARE else "fails"
    return replace(base, status=status, invariance=ladder, alignment=aligned)


def factor_model(asked: Comparability, items: Sequence[str]) -> str:
    """The model of a scale: its parts as factors, where the instrument of the library has it in parts.

    Examples
    --------
    >>> factor_model(Comparability(scale="trust", instrument="unknown"), ["t1", "t2", "t3"])
    'trust =~ t1 + t2 + t3'
    """
    parts = {asked.scale: tuple(items)}
    try:
        scales = library.load(asked.instrument).scales
    except LcresearchError:
        scales = {}
    own = {name: scale.items for name, scale in scales.items() if set(scale.items) < set(items)}
    within = sorted(item for group in own.values() for item in group)
    if within == sorted(items) and all(len(group) >= FEWEST_ITEMS for group in own.values()):
        parts = own
    return "\n".join(f"{name} =~ " + " + ".join(group) for name, group in parts.items())


def _only(moments: Moments, kept: npt.NDArray[np.bool_]) -> Moments:
    groups = tuple(name for name, is_kept in zip(moments.groups, kept, strict=True) if is_kept)
    return replace(
        moments, groups=groups, n=moments.n[kept], mean=moments.mean[kept], covariance=moments.covariance[kept]
    )
