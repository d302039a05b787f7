"""Persons of whom one sum tells and another does not: the difference of both is a sum over them alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.synthesis.packages.member_rows import ModelRows, Prepared
from lcresearch.synthesis.packages.quantities import quantities_of, scores_of

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]
_DIGITS = 9


@dataclass(frozen=True)
class _Told:
    """What a member tells by sums: the value of each person, missing for others, and the groups that it sums over."""

    member: str
    quantity: str
    value: Floats
    groups: npt.NDArray[np.object_] | None
    column: str


def alike_rests(rows: Prepared, cells: dict[str, Integers], minimum: int) -> Iterator[tuple[str, Truths]]:
    """Members, and persons in them who are in no other sum of the same, where all but a few of them have one value.

    Such as those without a first score, where one model has the last score of everybody and another that of who has
    both: the difference of their sums, by community or over all, is a sum over these persons, and tells when all but
    one answered 5.

    Parameters
    ----------
    rows : Prepared
    cells : dict of str to array of int, shape (n_persons,)
        Member -> cell of each person; -1 for those not in it.
    minimum : int
        Fewest persons who must differ from the most frequent value.
    """
    told = [one for name, model in rows.models.items() for one in _told(name, model, cells)]
    for one, other in product(told, told):
        if one is other or one.quantity != other.quantity or one.member.startswith("scores/"):
            continue
        nobody = np.full(len(one.value), "", dtype=object)
        pairs = [(nobody, nobody)]
        if one.groups is not None and other.groups is not None and one.column == other.column:
            pairs.append((one.groups, other.groups))
        for ours, theirs in pairs:
            few = _few(one.value, ours, other.value, theirs, minimum)
            if few.any():
                yield one.member, few


def _told(name: str, model: ModelRows, cells: dict[str, Integers]) -> Iterator[_Told]:
    labels = np.array([*(label[0] for label in model.labels), ""], dtype=object)
    cell = cells[f"models/{name}"]
    for quantity, value in quantities_of(model):
        inside = np.where(cell >= 0, value, np.nan)
        yield _Told(f"models/{name}", quantity, inside, labels[cell], model.plan.community)
    for quantity, value in scores_of(model):
        inside = np.where(cells[f"scores/{name}"] >= 0, value, np.nan)
        yield _Told(f"scores/{name}", quantity, inside, None, "")


def _few(
    one: Floats,
    ours: npt.NDArray[np.object_],
    other: Floats,
    theirs: npt.NDArray[np.object_],
    minimum: int,
) -> Truths:
    """Persons of the rests in which fewer than a minimum differ from the value that most have, shape (n_persons,)."""
    here, there = ~np.isnan(one), ~np.isnan(other)
    rest = here & ~there
    subtracted = set(ours[here & there]) - set(theirs[there & ~here])
    asked = rest & np.isin(ours, list(subtracted)) if subtracted else np.zeros_like(rest)
    if not asked.any():
        return asked
    found = pd.DataFrame({"group": ours[asked], "value": np.round(one[asked], _DIGITS)})
    most = found.groupby(["group", "value"]).size().groupby("group").max()
    few = found.groupby("group").size() - most < minimum
    held: Truths = asked & np.isin(ours, list(few.index[few]))
    return held
