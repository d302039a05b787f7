"""Which rows of a table a model can use, and how many are left out because of what."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import MultilevelError, Place, warning
from lcresearch.multilevel.formula import Formula, Membership
from lcresearch.multilevel.memberships import member_rows


def complete_rows(
    frame: pd.DataFrame, used: Sequence[str], needed: Sequence[str], formula: Formula
) -> tuple[pd.DataFrame, pd.Series[int]]:
    """Rows that a model can use, and the number of others by column; ``any`` counts each row once.

    A missing group of multiple membership is no membership, and does not count. A row without any membership counts
    under the label of the term, a known group without a weight under the column of that weight.

    Parameters
    ----------
    frame : DataFrame
    used : sequence of str
        Columns that the model uses.
    needed : sequence of str
        Columns of which no value may be missing.
    formula : Formula

    Raises
    ------
    MultilevelError
        L006 when no row is left.
    """
    missing = frame[list(dict.fromkeys(needed))].isna()
    for name, unknown in without_membership(frame, formula).items():
        missing[name] = missing[name] | unknown if name in missing else unknown
    any_missing = missing.to_numpy().any(axis=1)
    counts = missing.sum()[lambda n: n > 0].astype("int64")
    n_dropped = pd.concat([counts, pd.Series({"any": int(any_missing.sum())}, dtype="int64")])
    complete = pd.DataFrame(frame[list(used)] if not any_missing.any() else frame[list(used)][~any_missing])
    if not len(complete):
        raise MultilevelError("L006", n=len(frame))
    warn_of_groups(complete, formula, stacklevel=5)
    return complete, n_dropped


def without_membership(frame: pd.DataFrame, formula: Formula) -> dict[str, pd.Series[bool]]:
    """Rows that a multiple membership cannot use, by its label where there is none, else by the weight that misses."""
    found: dict[str, pd.Series[bool]] = {}
    for label, membership in _memberships(formula).items():
        rows = member_rows(frame, membership)
        found[label] = pd.Series(rows.none, index=frame.index)
        for name, unknown in zip(membership.weights, rows.unknown_weight.T, strict=False):
            found[name] = found.get(name, pd.Series(False, index=frame.index)) | unknown
    return found


def _memberships(formula: Formula) -> dict[str, Membership]:
    return {term.label: term.membership for term in formula.random if term.membership is not None}


def warn_of_groups(
    frame: pd.DataFrame, formula: Formula, *, stacklevel: int, sizes: npt.NDArray[np.int64] | None = None
) -> None:
    """Say where a weight stands beside a group that is missing; ``sizes``: for how many rows each row stands."""
    for membership in _memberships(formula).values():
        unknown = member_rows(frame, membership).unknown_group
        counts = unknown.sum(axis=0) if sizes is None else sizes @ unknown
        for name, weight, n in zip(membership.members, membership.weights, counts, strict=False):
            if n:
                found = warning("L073", where=Place(column=name), n=int(n), weight=weight)
                warnings.warn(found, stacklevel=stacklevel)
