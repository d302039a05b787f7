"""Which numbers of persons may be shown, now and beside an earlier table, when nothing but the numbers is known.

:func:`~lcresearch.disclosure.protect` knows the persons, so it can tell who came and who went. A table for a steering
group is made of tables that studies let through: it knows no persons, and judges by how far a number moved. Small
groups are put together as in :func:`~lcresearch.disclosure.merge_unordered`, by the same function.

A division adds up to everybody, so a number that is not shown must not follow by subtraction; and a number that moved
by a few persons since the last table tells of them, so it stays as it was until enough moved. What is not shown
together is the rest of everybody, so that rest may not move by a few either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lcresearch.disclosure.drafts import COMPLEMENT, FEW
from lcresearch.disclosure.unordered import joined_until_enough

KEPT, NOT_KNOWN = "kept", "not_known"


@dataclass(frozen=True)
class Shown:
    """A number of persons as it is shown: missing with the reason, or as it was at the last table."""

    persons: int | None
    reason: str | None = None


def shown_whole(now: int, before: int | None, minimum: int) -> Shown:
    """Everybody: unless few, and as it was where few came or went since the last table.

    Examples
    --------
    >>> shown_whole(154, 150, 10), shown_whole(4, None, 10)
    (Shown(persons=150, reason='kept'), Shown(persons=None, reason='few'))
    """
    if before is not None and 0 < abs(now - before) < minimum:
        return Shown(before, KEPT)
    return Shown(None, FEW) if 0 < now < minimum else Shown(now)


def shown_numbers(
    now: Mapping[str, int],
    before: Mapping[str, int | None],
    minimum: int,
    *,
    whole_before: int | None = None,
    whole_kept: bool = False,
) -> dict[str, Shown]:
    """The numbers of a division that may be shown.

    Parameters
    ----------
    now : mapping of str to int
        Persons by group; together they are everybody.
    before : mapping of str to int or None
        The same at the last table, None where it was not shown; empty when there was none.
    minimum : int
        Fewest persons that a number, or what moved in it, may tell of.
    whole_before : int, optional
        Everybody at the last table: what everybody is more than the numbers shown is known of both tables.
    whole_kept : bool
        True when everybody together moved by a few: then no group shows anything new.

    Examples
    --------
    >>> found = shown_numbers({"firm": 120, "school": 4, "research": 30}, {}, 10)
    >>> [(name, one.persons, one.reason) for name, one in found.items()]
    [('firm', 120, None), ('school', None, 'few'), ('research', None, 'complement')]
    """
    kept = None if whole_kept else _kept(now, before, minimum)
    while kept is not None:
        values = {name: int(before[name] or 0) if name in kept else n for name, n in now.items()}
        hidden = _hidden(values, {name for name in now if name in before and before[name] is None}, minimum)
        unseen = kept | hidden | {name for name in before if before[name] is None}
        others = {name: n - int(before.get(name) or 0) for name, n in now.items() if name not in unseen}
        if whole_before is None or not 0 < abs(sum(now.values()) - whole_before - sum(others.values())) < minimum:
            break
        moved = [name for name in others if others[name] and before.get(name) is not None]
        kept = kept | {min(moved, key=lambda name: abs(others[name]))} if moved else None
    if kept is None:
        kept = {name for name in now if before.get(name) is not None}
        values = {name: int(before[name] or 0) if name in kept else n for name, n in now.items()}
        hidden = _hidden(values, {name for name in now if name in before and before[name] is None}, minimum)
        hidden |= {name for name, n in values.items() if n and name not in kept}
    found = {}
    for name, n in values.items():
        if name in hidden:
            found[name] = Shown(None, FEW if 0 < n < minimum else COMPLEMENT)
        else:
            found[name] = Shown(n, KEPT if name in kept and n != now[name] else None)
    return found


def _kept(now: Mapping[str, int], before: Mapping[str, int | None], minimum: int) -> set[str] | None:
    """Groups that stay as they were: those that moved by a few, with others until what moved together is enough.

    None when there are not enough others: then the whole division stays as it was.
    """
    moved = {name: n - int(before[name] or 0) for name, n in now.items() if before.get(name) is not None}
    kept = {name for name, n in moved.items() if 0 < abs(n) < minimum}
    rest = sorted((name for name in moved if name not in kept and moved[name]), key=lambda name: abs(moved[name]))

    def too_little() -> bool:
        return bool(kept) and (len(kept) < 2 or abs(sum(moved[name] for name in kept)) < minimum)

    while too_little() and rest:
        kept.add(rest.pop(0))
    return None if too_little() else kept


def _hidden(values: Mapping[str, int], were_hidden: set[str], minimum: int) -> set[str]:
    """Groups that are not shown: the small ones, those hidden with them before, and others until they are enough."""
    small = {name for name, n in values.items() if 0 < n < minimum}
    if not small:
        return small
    return set(joined_until_enough(values, small | {name for name in were_hidden if values[name]}, minimum))
