"""Which persons stand behind each member of a package, so that nothing can be computed about a few of them.

Rules are applied in turn until nothing changes. Persons of a cell that is held back leave every member; so a rule that
was met before may fail after, and is asked again. Sets only shrink, so it ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import permutations

import numpy as np
import numpy.typing as npt

from lcresearch.disclosure import Policy
from lcresearch.disclosure.cuts import across_small_cut
from lcresearch.disclosure.sums import (
    ALIKE,
    CONSTANT,
    EARLIER,
    FEW,
    FEW_FOR_COLUMNS,
    INCOMPLETE,
    OVERLAP,
    RARE,
    unfit_cells,
    unfit_moments,
)
from lcresearch.synthesis.packages.earlier import Earlier, GivenAway
from lcresearch.synthesis.packages.manifest import HeldBack
from lcresearch.synthesis.packages.member_rows import ModelRows, Prepared, ScaleRows
from lcresearch.synthesis.packages.rests import alike_rests

Integers = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]
MOVED, BY_LOT = "moved", "by_lot"
_REASONS = (FEW, FEW_FOR_COLUMNS, ALIKE, CONSTANT, RARE, EARLIER)


@dataclass
class Draft:
    """Where each person stands in each member, and what was held back so far.

    Attributes
    ----------
    cell : dict of str to array of int, shape (n_persons,)
        Member (``models/growth``, ``scores/growth``, ``moments/voice``) -> cell of each person; -1 for those not in it.
    out : dict of (str, str) to (set of str, array of bool)
        Member and reason -> groups that were held back for it, and their persons.
    """

    cell: dict[str, Integers]
    out: dict[tuple[str, str], tuple[set[str], Truths]] = field(default_factory=dict)

    def note(self, member: str, reason: str, persons: Truths, groups: set[str]) -> None:
        """Write down what is held back."""
        known, before = self.out.get((member, reason), (set(), np.zeros_like(persons)))
        self.out[member, reason] = (known | groups, before | persons)

    def in_a_model(self) -> Truths:
        """Who is in the sums of some model."""
        found: Truths = np.any([cell >= 0 for name, cell in self.cell.items() if name.startswith("models/")], axis=0)
        return found

    def leave(self, persons: Truths) -> None:
        """Take persons out of every member."""
        for cell in self.cell.values():
            cell[persons] = -1

    def restrict(self, member: str, persons: Truths) -> bool:
        """Take persons out of one member that share too little with another; says whether any was in it."""
        inside = persons & (self.cell[member] >= 0)
        if inside.any():
            self.note(member, OVERLAP, inside, set())
            self.cell[member][inside] = -1
        return bool(inside.any())

    def drop(self, member: str, reason: str) -> None:
        """Leave a whole member out."""
        self.note(member, reason, self.cell[member] >= 0, {member})
        self.cell[member][:] = -1


def let_through(rows: Prepared, policy: Policy, earlier: Earlier) -> Draft:
    """Where each person stands once all rules are met.

    Parameters
    ----------
    rows : Prepared
    policy : Policy
    earlier : Earlier
        What went out earlier.
    """
    draft = Draft({f"models/{name}": model.start.copy() for name, model in rows.models.items()})
    for name, model in rows.models.items():
        draft.note(f"models/{name}", INCOMPLETE, model.incomplete, set())
        draft.note(f"models/{name}", MOVED, model.moved, set())
        draft.cell[f"scores/{name}"] = np.where(model.at_all_waves, 0, -1)
    for about, scale in rows.scales.items():
        draft.cell[f"moments/{about}"] = np.full(len(rows.persons), -1, dtype=np.int64)
        draft.cell[f"moments/{about}"][scale.person] = 0
    changed = True
    while changed:
        changed = any([_cells(draft, rows, policy), _whole(draft, rows, policy)])
        changed = changed or _overlaps(draft, rows, policy.minimum_cell)
        rests = () if changed else alike_rests(rows, draft.cell, policy.minimum_category)
        changed = changed or any(draft.restrict(member, persons) for member, persons in rests)
        changed = changed or _earlier(draft, rows, earlier, policy.minimum_cell)
    return draft


def held_back(draft: Draft, minimum_cell: int) -> tuple[HeldBack, ...]:
    """What was held back, in numbers that give no small number away."""
    order = [*_REASONS, OVERLAP, BY_LOT, INCOMPLETE, MOVED]
    found = []
    for (member, reason), (groups, persons) in draft.out.items():
        n = int(persons.sum())
        if n or groups:
            words = f"<{minimum_cell}" if 0 < n < minimum_cell else str(n)
            values = {"member": member, "reason": reason, "n_groups": len(groups), "persons": words}
            found.append(HeldBack.model_validate(values))
    return tuple(sorted(found, key=lambda one: (one.member, order.index(one.reason))))


def rows_inside(model: ModelRows, cell: Integers) -> Truths:
    """Rows of the persons who are in, shape (n_rows,)."""
    inside: Truths = cell[model.person] >= 0
    return inside


def answers_inside(scale: ScaleRows, cell: Integers) -> npt.NDArray[np.float64]:
    """Answers of the persons who are in."""
    return scale.answers[cell[scale.person] >= 0]


def _cells(draft: Draft, rows: Prepared, policy: Policy) -> bool:
    """Hold back cells of models that break a rule; their persons leave every member."""
    changed = False
    for name, model in rows.models.items():
        cell = draft.cell[f"models/{name}"]
        inside = rows_inside(model, cell)
        left = model.summed.of(inside)
        reasons = unfit_cells(left, policy, _columns_elsewhere(rows, model))
        present = np.bincount(cell[cell >= 0], minlength=len(model.labels)) > 0
        changed |= _hold(draft, model, np.where(present, reasons, np.array(None, dtype=object)))
    return changed


def _columns_elsewhere(rows: Prepared, model: ModelRows) -> int:
    """Columns of persons in other models that this one does not have: they are equations about the same persons."""
    own = set(_columns(model))
    return len({column for other in rows.models.values() for column in _columns(other)} - own)


def _columns(model: ModelRows) -> list[str]:
    plan = model.plan
    return [f"{plan.score} {column}" if column == plan.outcome else column for column in plan.person_columns]


def _hold(draft: Draft, model: ModelRows, reasons: npt.NDArray[np.object_]) -> bool:
    changed = False
    for reason in _REASONS:
        cells = np.flatnonzero(reasons == reason)
        if not len(cells):
            continue
        member = f"models/{model.name}"
        inside = np.isin(draft.cell[member], cells)
        draft.note(member, reason, inside, {" ".join(model.labels[place]) for place in cells})
        draft.leave(np.isin(model.group, cells))
        changed = True
    return changed


def _whole(draft: Draft, rows: Prepared, policy: Policy) -> bool:
    """Leave out scores and moments that break a rule; scores are about the persons of their model."""
    changed = False
    for name, model in rows.models.items():
        cell = draft.cell[f"scores/{name}"]
        cell[draft.cell[f"models/{name}"] < 0] = -1
        changed |= _check_whole(draft, f"scores/{name}", model.scores[cell >= 0], policy)
    for about, scale in rows.scales.items():
        answers = answers_inside(scale, draft.cell[f"moments/{about}"])
        changed |= _check_whole(draft, f"moments/{about}", answers, policy)
    return changed


def _check_whole(draft: Draft, member: str, answers: npt.NDArray[np.float64], policy: Policy) -> bool:
    reason = unfit_moments(answers, policy) if len(answers) else None
    if reason is not None:
        draft.drop(member, reason)
    return reason is not None


def _overlaps(draft: Draft, rows: Prepared, minimum: int) -> bool:
    """Take those out of a member who are few and not in another that is about the same group."""
    sets = [member for member in draft.cell if not member.startswith("scores/")]
    return any(
        draft.restrict(member, persons)
        for one, other in permutations(sets, 2)
        for member, persons in _between(draft, rows, one, other, minimum)
        if len(draft.cell[one]) and (draft.cell[one] >= 0).any() and (draft.cell[other] >= 0).any()
    )


def _between(draft: Draft, rows: Prepared, one: str, other: str, minimum: int) -> Iterator[tuple[str, Truths]]:
    left, right = draft.cell[one], draft.cell[other]
    ours, theirs = _groups(rows, one, left), _groups(rows, other, right)
    if one.startswith("moments/") or other.startswith("moments/"):
        ours, theirs = np.minimum(ours, 0), np.minimum(theirs, 0)  # moments are about the consortium as a whole
    apart = (ours >= 0) & (ours != theirs)
    n_apart = np.bincount(ours[apart], minlength=1)
    few = np.flatnonzero((n_apart > 0) & (n_apart < minimum))
    yield one, apart & np.isin(ours, few)
    parts = rows.parts(one, left), rows.parts(other, right)
    across = across_small_cut(*parts, np.ones(len(left)), minimum, tolerate_blocks=True)
    if across is not None:
        yield one, across & (right < 0)
        yield other, across & (right >= 0)


def _groups(rows: Prepared, member: str, cell: Integers) -> Integers:
    """Communities of the persons in a member."""
    if member.startswith("moments/"):
        return cell
    model = rows.models[member.removeprefix("models/")]
    return model.community[cell]


def _earlier(draft: Draft, rows: Prepared, earlier: Earlier, minimum: int) -> bool:
    """Hold back what differs by few persons from what went out earlier.

    Beside a report, which went out before those without a second answer were known, a few persons by lot are left out
    of a group as well, where it stays large enough, so that enough persons differ.
    """
    return any(
        _beside(draft, rows, earlier, member, found, minimum)
        for look in (earlier.beside_reports, earlier.beside_packages)
        for member in draft.cell
        if (found := look(member, draft.cell[member])) is not None
    )


def _beside(draft: Draft, rows: Prepared, earlier: Earlier, member: str, found: GivenAway, minimum: int) -> bool:
    """Hold back cells or a member, or leave a few out by lot; always changes something."""
    if member.startswith("models/"):
        return _leave_some(draft, member, earlier, found, minimum) or _hold_earlier(draft, rows, member, found)
    if member.startswith("scores/"):
        model = member.replace("scores/", "models/")
        cells = _cells_in_order(draft, rows, model, found)
        if _leave_some(draft, model, earlier, GivenAway(cells, found.n_more, found.both), minimum):
            return True
    candidates = found.both & ~draft.in_a_model()
    if found.n_more and candidates.sum() >= found.n_more:
        chosen = earlier.by_lot(candidates, found.n_more)
        draft.note(member, BY_LOT, chosen, set())
        draft.cell[member][chosen] = -1
    else:
        draft.drop(member, EARLIER)
    return True


def _leave_some(draft: Draft, member: str, earlier: Earlier, found: GivenAway, minimum: int) -> bool:
    """Leave persons of one cell out by lot, if enough stay."""
    if not found.n_more:
        return False
    cell = draft.cell[member]
    for place in found.cells:
        inside = found.both & (cell == place)
        n = int((cell == place).sum()) - found.n_more
        if n >= minimum and inside.sum() >= found.n_more:
            chosen = earlier.by_lot(inside, found.n_more)
            draft.note(member, BY_LOT, chosen, set())
            draft.leave(chosen)
            return True
    return False


def _cells_in_order(draft: Draft, rows: Prepared, member: str, found: GivenAway) -> Integers:
    """Cells from which persons may be left out, where any will do: those that lost some by lot, then the largest."""
    group, cell = rows.models[member.removeprefix("models/")].group, draft.cell[member]
    _, lost = draft.out.get((member, BY_LOT), (set(), np.zeros(len(cell), dtype=bool)))
    n = int(group.max()) + 1
    before = np.bincount(group[lost & (group >= 0)], minlength=n)
    sizes = np.bincount(cell[found.both & (cell >= 0)], minlength=n)
    order: Integers = np.lexsort((-sizes, -before))
    return order


def _hold_earlier(draft: Draft, rows: Prepared, member: str, found: GivenAway) -> bool:
    model = rows.models[member.removeprefix("models/")]
    reasons = np.full(len(model.labels), None, dtype=object)
    reasons[found.cells] = EARLIER
    return _hold(draft, model, reasons)
