"""Choose items whose information together is best: exactly, by integer programming, or one by one.

Information of a form is the sum of that of its items, so that the best form is an integer programme (van der Linden,
2005). Marginal reliability is concave in the information at each trait value: tangents bound it from above, and are
added where the last solution lies until bound and value meet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.optimize

from lcresearch.measurement.columns import Array, Codes

CRITERIA = ("reliability", "information", "minimum")


@dataclass(frozen=True)
class Task:
    """What to choose from and what the form must meet.

    Attributes
    ----------
    information : array, shape (p, G)
        Of each item at each trait value.
    weights : array, shape (G,)
        Of the trait values; add up to 1.
    criterion : {"reliability", "information", "minimum"}
        Mean of I / (I + 1), mean information, or information where it is lowest.
    required, forbidden : arrays of bool, shape (p,)
    facets : sequence of (array of int, int)
        Items of a facet, and how many at least.
    floor : float
        Information that the form must have at every trait value.
    """

    information: Array
    weights: Array
    criterion: str
    required: npt.NDArray[np.bool_]
    forbidden: npt.NDArray[np.bool_]
    facets: Sequence[tuple[Codes, int]] = ()
    floor: float = 0.0

    def value(self, chosen: npt.NDArray[np.bool_]) -> float:
        """The criterion of a form."""
        total = self.information[chosen].sum(axis=0)
        if self.criterion == "minimum":
            return float(total.min())
        return float(self.weights @ (total if self.criterion == "information" else total / (1 + total)))


def exact(task: Task, n_items: int | None) -> npt.NDArray[np.bool_] | None:
    """The best form of ``n_items``, or the shortest that meets the floor; None where the demands cannot be met."""
    p, points = task.information.shape
    if n_items is None:
        return _solve(task, None, np.ones(p), np.zeros((0, p)), np.zeros(0))
    if task.criterion == "information":
        return _solve(task, n_items, -(task.information @ task.weights), np.zeros((0, p)), np.zeros(0))
    if task.criterion == "minimum":
        rows = np.column_stack([-task.information.T, np.ones(points)])
        return _solve(task, n_items, np.append(np.zeros(p), -1.0), rows, np.zeros(points))
    return _most_reliable(task, n_items)


def _most_reliable(task: Task, n_items: int) -> npt.NDArray[np.bool_] | None:
    p, points = task.information.shape
    cost = np.append(np.zeros(p), -task.weights)
    whole = task.information.sum(axis=0)
    tangents = [whole * share for share in (0.1, 0.3, 0.6)]
    best: npt.NDArray[np.bool_] | None = None
    for _ in range(100):
        slopes = [1 / (1 + at) ** 2 for at in tangents]
        rows = np.vstack([np.column_stack([-slope[:, None] * task.information.T, np.eye(points)]) for slope in slopes])
        limits = np.concatenate([at / (1 + at) - slope * at for at, slope in zip(tangents, slopes, strict=True)])
        chosen = _solve(task, n_items, cost, rows, limits)
        if chosen is None:
            return best
        total = task.information[chosen].sum(axis=0)
        bounds = np.min([a / (1 + a) + s * (total - a) for a, s in zip(tangents, slopes, strict=True)], axis=0)
        if best is None or task.value(chosen) > task.value(best):
            best = chosen
        if float(task.weights @ bounds) <= task.value(best) + 1e-10:
            return best
        tangents.append(total)
    return best


def _solve(task: Task, n_items: int | None, cost: Array, rows: Array, limits: Array) -> npt.NDArray[np.bool_] | None:
    """Minimise the cost of items (binary) and of variables behind them (free), with rows @ x <= limits."""
    p = len(task.required)
    extra = len(cost) - p
    constraints = []
    if len(rows):
        constraints.append(scipy.optimize.LinearConstraint(rows, -np.inf, limits))
    if n_items is not None:
        constraints.append(scipy.optimize.LinearConstraint(_wide(np.ones((1, p)), extra), n_items, n_items))
    if task.floor > 0:
        constraints.append(scipy.optimize.LinearConstraint(_wide(task.information.T, extra), task.floor, np.inf))
    for members, least in task.facets:
        inside = np.zeros((1, p))
        inside[0, members] = 1
        constraints.append(scipy.optimize.LinearConstraint(_wide(inside, extra), least, np.inf))
    low = np.append(task.required.astype(float), np.full(extra, -np.inf))
    high = np.append((~task.forbidden).astype(float), np.full(extra, np.inf))
    found = scipy.optimize.milp(
        cost,
        integrality=np.append(np.ones(p), np.zeros(extra)),
        bounds=scipy.optimize.Bounds(low, high),
        constraints=constraints,
        options={"mip_rel_gap": 0.0},
    )
    return None if found.x is None else np.asarray(found.x[:p] > 0.5)


def _wide(matrix: Array, extra: int) -> Array:
    return np.column_stack([matrix, np.zeros((len(matrix), extra))])


def greedy(task: Task, n_items: int) -> npt.NDArray[np.bool_] | None:
    """Add the item that helps most, again and again; the last places are kept for facets that still need an item."""
    chosen = task.required.copy()
    while chosen.sum() < n_items:
        open_items = ~chosen & ~task.forbidden
        needs = [(members, least - int(chosen[members].sum())) for members, least in task.facets]
        needed = [members for members, short in needs if short > 0]
        if sum(max(short, 0) for _, short in needs) >= n_items - chosen.sum() and needed:
            inside = np.zeros(len(chosen), dtype=bool)
            inside[np.concatenate(needed)] = True
            open_items &= inside
        candidates = np.flatnonzero(open_items)
        if not len(candidates):
            return None
        with_each = chosen | np.eye(len(chosen), dtype=bool)[candidates]
        chosen = with_each[int(np.argmax([task.value(form) for form in with_each]))]
    met = all(chosen[members].sum() >= least for members, least in task.facets)
    enough = (task.information[chosen].sum(axis=0) >= task.floor - 1e-9).all()
    return chosen if met and enough and chosen.sum() == n_items else None
