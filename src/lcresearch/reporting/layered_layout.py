"""Boxes in columns with lines between them that pass no box: where everything stands, in pixels."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from lcresearch.reporting.layered_order import ordered

Array = npt.NDArray[np.float64]
Point = tuple[float, float]
LANE = 14.0
"""Height that a line takes where it passes a column."""
_BETWEEN, _PORT_MARGIN, _CURVE = 20.0, 9.0, 14
_SWEEPS = 40


@dataclass(frozen=True)
class Link:
    """A line from one box to another; ``low`` ones pass other columns below everything else."""

    source: str
    target: str
    low: bool = False


@dataclass
class Layout:
    """Where boxes and lines stand.

    Attributes
    ----------
    boxes : dict of str to (x, y, width, height)
        From the top left corner.
    paths : list of list of (x, y)
        A line each link, in the order of the links.
    columns : list of float
        Left side of each column.
    width, height : float
    """

    boxes: dict[str, tuple[float, float, float, float]]
    paths: list[list[Point]]
    columns: list[float]
    width: float
    height: float


@dataclass
class _Chain:
    """A link as it passes the columns between its ends: ``names`` from source to target."""

    link: Link
    names: list[str] = field(default_factory=list)


def layered_layout(
    columns: Sequence[Sequence[str]],
    heights: Mapping[str, float],
    links: Sequence[Link],
    *,
    box_width: float,
    gap: float,
    top: float = 0.0,
) -> Layout:
    """Place boxes in their columns, and lines through the space between them.

    A line to a column further on gets a lane of its own in each column that it passes, so that it goes through no box.

    Parameters
    ----------
    columns : sequence of sequence of str
        Names of boxes by column; none empty.
    heights : mapping of str to float
    links : sequence of Link
    box_width, gap : float
        Width of boxes; space between columns, which grows with the number of lines in it.
    top : float

    Examples
    --------
    >>> found = layered_layout([["a"], ["b"]], {"a": 40, "b": 40}, [Link("a", "b")], box_width=100, gap=60)
    >>> found.paths[0][0], found.paths[0][-1]
    ((100.0, 20.0), (162.5, 20.0))
    """
    column = {name: n for n, names in enumerate(columns) for name in names}
    chains, lanes = _chains(links, column)
    filled = [[*names, *lanes.get(n, [])] for n, names in enumerate(columns)]
    steps = [(a, b) for chain in chains for a, b in itertools.pairwise(chain.names)]
    low = frozenset(name for chain in chains if chain.link.low for name in chain.names[1:-1])
    order = ordered(filled, steps, low)
    tall = {name: heights.get(name, LANE) for names in order for name in names}
    middle = _middles(order, tall, steps)
    lowest = min(middle[name] - tall[name] / 2 for name in middle)
    middle = {name: y - lowest + top for name, y in middle.items()}
    column |= {name: n for n, names in enumerate(order) for name in names}
    left = _lefts(len(columns), steps, column, box_width, gap)
    boxes = {name: (left[column[name]], middle[name] - heights[name] / 2, box_width, heights[name]) for name in heights}
    ports = _ports(chains, column, middle, heights)
    paths = [_path(n, chain, column, middle, left, box_width, ports) for n, chain in enumerate(chains)]
    bottom = max(
        max(y + height for _, y, _, height in boxes.values()), max((y for p in paths for _, y in p), default=0)
    )
    inside_last = max((x for path in paths for x, _ in path), default=0.0)
    return Layout(boxes, paths, left, max(left[-1] + box_width, inside_last), bottom)


def _chains(links: Sequence[Link], column: Mapping[str, int]) -> tuple[list[_Chain], dict[int, list[str]]]:
    """Links with a lane in each column that they pass."""
    chains: list[_Chain] = []
    lanes: dict[int, list[str]] = {}
    for n, link in enumerate(links):
        start, end = column[link.source], column[link.target]
        step = 1 if end > start else -1
        between = [(place, f"{n}\n{place}") for place in range(start + step, end, step)] if start != end else []
        for place, name in between:
            lanes.setdefault(place, []).append(name)
        chains.append(_Chain(link, [link.source, *(name for _, name in between), link.target]))
    return chains, lanes


def _average(numbers: Sequence[float], weights: Sequence[float]) -> float:
    return float(np.average(numbers, weights=weights))


def _middles(
    order: Sequence[Sequence[str]], tall: Mapping[str, float], steps: Sequence[tuple[str, str]]
) -> dict[str, float]:
    """Heights at which names stand: as near as may be to what they are linked to, without touching."""
    beside: dict[str, list[str]] = {name: [] for names in order for name in names}
    for one, other in steps:
        beside[one].append(other)
        beside[other].append(one)
    lanes = {name for name in beside if "\n" in name}
    offsets: dict[int, Array] = {}
    middle: dict[str, float] = {}
    most = max(sum(tall[name] for name in names) + _BETWEEN * (len(names) - 1) for names in order)
    for n, names in enumerate(order):
        space = [
            (tall[a] + tall[b]) / 2 + (_BETWEEN if not {a, b} <= lanes else 4) for a, b in itertools.pairwise(names)
        ]
        offsets[n] = np.concatenate([[0.0], np.cumsum(space)])
        start = (most - offsets[n][-1]) / 2
        middle |= {name: start + float(at) for name, at in zip(names, offsets[n], strict=True)}
    weight = {name: 4.0 if name in lanes else 1.0 for name in beside}
    for sweep in range(_SWEEPS):
        for n in range(len(order)) if sweep % 2 == 0 else range(len(order) - 1, -1, -1):
            names = order[n]
            wanted = [
                _average([middle[each] for each in beside[name]], [weight[each] for each in beside[name]])
                if beside[name] else most / 2
                for name in names
            ]  # fmt: skip
            near = 0.5 * np.array(wanted) + 0.5 * np.array([middle[name] for name in names])
            placed = rising(near - offsets[n], np.array([weight[name] for name in names])) + offsets[n]
            middle |= {name: float(y) for name, y in zip(names, placed, strict=True)}
    return middle


def rising(wanted: Array, weights: Array) -> Array:
    """The nearest numbers that never go down (pooling of adjacent violators; Ayer et al., 1955).

    Examples
    --------
    >>> rising(np.array([1.0, 3.0, 2.0]), np.ones(3)).tolist()
    [1.0, 2.5, 2.5]
    """
    blocks: list[tuple[float, float, int]] = []
    for value, weight in zip(wanted.tolist(), weights.tolist(), strict=True):
        blocks.append((value, weight, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (one, w_one, n_one), (other, w_other, n_other) = blocks[-2:]
            together = (one * w_one + other * w_other) / (w_one + w_other)
            blocks[-2:] = [(together, w_one + w_other, n_one + n_other)]
    return np.repeat([value for value, _, _ in blocks], [n for _, _, n in blocks]).astype(np.float64)


def _lefts(
    n: int, steps: Sequence[tuple[str, str]], column: Mapping[str, int], box_width: float, gap: float
) -> list[float]:
    """Left side of each column; the space before it grows with the lines that go through it."""
    lefts = [0.0]
    for place in range(1, n):
        lines = sum(min(column[a], column[b]) == place - 1 for a, b in steps)
        lefts.append(lefts[-1] + box_width + gap + 2.5 * min(lines, 24))
    return lefts


def _ports(
    chains: Sequence[_Chain], column: Mapping[str, int], middle: Mapping[str, float], heights: Mapping[str, float]
) -> dict[tuple[int, int], float]:
    """Height at which each line leaves (0) and enters (1): spread over the side, in the order of where lines go."""
    sides: dict[tuple[str, str], list[tuple[float, int, int]]] = {}
    for n, chain in enumerate(chains):
        for end, (name, other) in enumerate(((chain.names[0], chain.names[1]), (chain.names[-1], chain.names[-2]))):
            side = "left" if column[other] < column[name] else "right"
            sides.setdefault((name, side), []).append((middle[other], n, end))
    found: dict[tuple[int, int], float] = {}
    for (name, _), ends in sides.items():
        room = heights[name] / 2 - _PORT_MARGIN
        spread = min(room, 8.0 * (len(ends) - 1))
        places = np.linspace(-spread, spread, len(ends)) if len(ends) > 1 else np.zeros(1)
        for (_, n, end), place in zip(sorted(ends), places.tolist(), strict=True):
            found[n, end] = middle[name] + place
    return found


def _path(
    n: int,
    chain: _Chain,
    column: Mapping[str, int],
    middle: Mapping[str, float],
    left: Sequence[float],
    box_width: float,
    ports: Mapping[tuple[int, int], float],
) -> list[Point]:
    source, target = chain.names[0], chain.names[-1]
    start, end = ports[n, 0], ports[n, 1]
    if column[source] == column[target]:
        return _arc(left[column[source]] + box_width, start, end)
    forward = column[target] > column[source]
    points: list[Point] = [(left[column[source]] + (box_width if forward else 0.0), start)]
    for name in chain.names[1:-1]:
        near, far = left[column[name]], left[column[name]] + box_width
        first, second = (near, far) if forward else (far, near)
        points += [*_curve(points[-1], (first, middle[name])), (second, middle[name])]
    points += _curve(points[-1], (left[column[target]] + (0.0 if forward else box_width), end))
    return points


def _curve(start: Point, end: Point) -> list[Point]:
    """From side to side, level at both ends (a cubic of Bézier); without its first point."""
    t = np.linspace(0, 1, _CURVE + 1)[1:]
    bend = 0.5
    (x0, y0), (x1, y1) = start, end
    first, second = x0 + bend * (x1 - x0), x1 - bend * (x1 - x0)
    x = (1 - t) ** 3 * x0 + 3 * (1 - t) ** 2 * t * first + 3 * (1 - t) * t**2 * second + t**3 * x1
    y = (1 - t) ** 3 * y0 + 3 * (1 - t) ** 2 * t * y0 + 3 * (1 - t) * t**2 * y1 + t**3 * y1
    return [(float(a), float(b)) for a, b in zip(x, y, strict=True)]


def _arc(x: float, start: float, end: float) -> list[Point]:
    """Within one column: out at the right side and in again."""
    out = min(18.0 + 0.13 * abs(end - start), 64.0)
    t = np.linspace(0, 1, 2 * _CURVE + 1)
    along = 4 * (1 - t) * t * out
    y = (1 - t) ** 3 * start + 3 * (1 - t) ** 2 * t * start + 3 * (1 - t) * t**2 * end + t**3 * end
    return [(float(x + a), float(b)) for a, b in zip(along, y, strict=True)]
