"""In which order boxes stand in their columns, so that few lines between columns cross."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_SWEEPS = 16

Columns = list[list[str]]


def ordered(columns: Sequence[Sequence[str]], links: Sequence[tuple[str, str]], low: frozenset[str]) -> Columns:
    """Columns in an order with few crossings (barycentres, then swaps of neighbours; Sugiyama et al., 1981).

    Parameters
    ----------
    columns : sequence of sequence of str
        Names by column, from left to right.
    links : sequence of (str, str)
        Between names in columns next to each other, or in one column.
    low : frozenset of str
        Names that stay at the bottom of their column.

    Examples
    --------
    >>> ordered([["a", "b"], ["c", "d"]], [("a", "d"), ("b", "c")], frozenset())
    [['a', 'b'], ['d', 'c']]
    """
    best = [sorted(column, key=lambda name: name in low) for column in columns]
    beside = _beside(best, links)
    least = crossings(best, beside)
    order = [list(column) for column in best]
    for sweep in range(_SWEEPS):
        places = range(len(order)) if sweep % 2 == 0 else range(len(order) - 1, -1, -1)
        for place in places:
            other = place - 1 if sweep % 2 == 0 else place + 1
            if 0 <= other < len(order):
                order[place] = _by_barycentre(order[place], order[other], links, low)
        order = _swapped(order, beside, low)
        found = crossings(order, beside)
        if found < least:
            best, least = [list(column) for column in order], found
        if least == 0:
            break
    return best


def crossings(columns: Sequence[Sequence[str]], beside: Mapping[int, Sequence[tuple[str, str]]]) -> float:
    """Crossings of lines, and names that a line within a column has to pass.

    Parameters
    ----------
    columns : sequence of sequence of str
    beside : mapping of int to sequence of (str, str)
        Links from column n to column n + 1; those within column n under ``-n - 1``.
    """
    place = {name: n for column in columns for n, name in enumerate(column)}
    total = 0.0
    for gap, links in beside.items():
        if gap < 0:
            total += sum(abs(place[a] - place[b]) - 1 for a, b in links)
            continue
        ends = sorted((place[a], place[b]) for a, b in links)
        total += sum(other[1] < one[1] for n, one in enumerate(ends) for other in ends[n + 1 :] if one[0] != other[0])
    return total


def _beside(columns: Sequence[Sequence[str]], links: Sequence[tuple[str, str]]) -> dict[int, list[tuple[str, str]]]:
    column = {name: n for n, names in enumerate(columns) for name in names}
    found: dict[int, list[tuple[str, str]]] = {}
    for one, other in links:
        left, right = (one, other) if column[one] <= column[other] else (other, one)
        key = column[left] if column[left] != column[right] else -column[left] - 1
        found.setdefault(key, []).append((left, right))
    return found


def _by_barycentre(
    names: Sequence[str], others: Sequence[str], links: Sequence[tuple[str, str]], low: frozenset[str]
) -> list[str]:
    """Names by the mean place of what they are linked to in the column beside; others keep their place."""
    place = {name: n for n, name in enumerate(others)}
    own = {name: float(n) for n, name in enumerate(names)}
    for name in names:
        there = [place[b] for a, b in links if a == name and b in place]
        there += [place[a] for a, b in links if b == name and a in place]
        if there:
            own[name] = sum(there) / len(there) * len(names) / max(len(others), 1)
    return sorted(names, key=lambda name: (name in low, own[name]))


def _swapped(order: Columns, beside: Mapping[int, Sequence[tuple[str, str]]], low: frozenset[str]) -> Columns:
    """Neighbours swapped where that leaves fewer crossings."""
    for n, column in enumerate(order):
        near = {key: links for key, links in beside.items() if key in (n - 1, n, -n - 1)}
        least = crossings(order, near)
        for upper in range(len(column) - 1):
            if (column[upper] in low) != (column[upper + 1] in low):
                continue
            column[upper], column[upper + 1] = column[upper + 1], column[upper]
            found = crossings(order, near)
            if found < least:
                least = found
            else:
                column[upper], column[upper + 1] = column[upper + 1], column[upper]
    return order
