"""What is imputed from what: columns of persons and of groups, and which model suits so many groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.change.arrays import Floats
from lcresearch.change.choices import check_choice
from lcresearch.errors import ChangeError
from lcresearch.measurement.columns import groups, item_names, matrix

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
FEW_GROUPS = 8
"""Below so many groups the spread between them cannot be estimated, so each gets an indicator."""
_SPARE = 5


@dataclass(frozen=True)
class Plan:
    """What is imputed.

    Attributes
    ----------
    names : tuple of str
        Columns in the order in which they are visited: fewest missing first.
    values : array, shape (n, p)
    known : array of bool, shape (n, p)
    groups : array of int, shape (n,)
    n_groups : int
    of_group : array of bool, shape (p,)
        Columns that are the same for all in a group.
    model : str
        ``indicators`` or ``random_intercepts``.
    with_means : bool
        Whether group means of the other columns are predictors.
    """

    names: tuple[str, ...]
    values: Floats
    known: Bools
    groups: Ints
    n_groups: int
    of_group: Bools
    model: str
    with_means: bool


def plan_of(
    frame: pd.DataFrame, columns: Sequence[str], auxiliary: Sequence[str], group: str | None, method: str
) -> Plan:
    """Check the input and choose the model.

    Raises
    ------
    ChangeError
        C052; C087 rows without a group; C088 a column without values that differ; C089 too few complete rows, or
        groups, for so many columns.
    MeasurementError
        M001, M002, M003, M008, M420, M421 for columns.
    """
    check_choice("method", method, ("auto", "indicators", "random_intercepts"))
    asked = item_names(frame, [*columns, *auxiliary])
    values = matrix(frame, asked)
    belongs = np.zeros(len(frame), dtype=np.int64)
    n_groups = 1
    if group is not None:
        found = groups(frame, group)
        if n := int((found.codes < 0).sum()):
            raise ChangeError("C087", column=group, n=n)
        belongs, n_groups = found.codes, found.n
    known = ~np.isnan(values)
    flat = [name for name, column, is_known in zip(asked, values.T, known.T, strict=True) if _flat(column[is_known])]
    if flat:
        raise ChangeError("C088", columns=flat)
    order = np.argsort((~known).sum(axis=0), kind="stable")
    values, known = values[:, order], known[:, order]
    of_group = np.array([n_groups > 1 and _same_in_groups(column, belongs) for column in values.T], dtype=bool)
    unseen = any(len(np.unique(belongs[is_known])) < n_groups for is_known in known[:, ~of_group].T)
    model = method
    if method == "auto":
        model = "random_intercepts" if n_groups >= FEW_GROUPS or (unseen and n_groups >= 3) else "indicators"
    if model == "indicators" and unseen:
        raise ChangeError("C089", n=int(known.all(axis=1).sum()), groups=n_groups, columns=len(asked))
    with_means = model == "random_intercepts" and n_groups >= 2 * len(asked) + _SPARE
    plan = Plan(tuple(asked[place] for place in order), values, known, belongs, n_groups, of_group, model, with_means)
    _check_rows(plan)
    return plan


def _flat(values: Floats) -> bool:
    return len(values) < 2 or float(np.ptp(values)) == 0


def _same_in_groups(column: Floats, belongs: Ints) -> bool:
    spread = pd.Series(column).groupby(belongs).agg(lambda values: values.max() - values.min())
    return bool((spread.fillna(0) == 0).all())


def _check_rows(plan: Plan) -> None:
    p = len(plan.names)
    needed = p + (plan.n_groups - 1 if plan.model == "indicators" else 0)
    needed += p - 1 if plan.with_means else 0
    for place in np.flatnonzero(~plan.known.all(axis=0)):
        n = int(plan.known[:, place].sum())
        if plan.of_group[place]:
            n, needed_here = len(np.unique(plan.groups[plan.known[:, place]])), p
        else:
            needed_here = needed
        if n < needed_here + _SPARE:
            raise ChangeError("C089", n=n, groups=plan.n_groups, columns=p)
