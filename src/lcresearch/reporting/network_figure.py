"""Codes that go together, as a network round a circle and as a table of cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.colors import to_hex

from lcresearch.reporting.canvas import ACCENT, GRID, MUTED, Canvas, Drawing, readable_on
from lcresearch.reporting.interview_content import InterviewContent
from lcresearch.reporting.interview_figures import SHADES, WIDTH, code_label, simulated_canvas
from lcresearch.reporting.text_metrics import shortened
from lcresearch.reporting.wording import Wording, records

MOST_IN_NETWORK = 24
MOST_LINKS = 40
MOST_IN_MATRIX = 20
_STEP, _NAME, _TEXT = 25.0, 205.0, 12.5


def network_figure(content: InterviewContent, say: Wording, *, titled: bool = False) -> Drawing | None:
    """Codes round a circle, those that go together near each other, and lines as wide as they go together often."""
    pairs = content.together.head(MOST_LINKS)
    codes = _most_linked(pairs, MOST_IN_NETWORK)
    pairs = pairs[pairs["code_1"].isin(codes) & pairs["code_2"].isin(codes)]
    if len(codes) < 3:
        return None
    title = say("interviews.together_title")
    order = round_circle(codes, pairs)
    right, left = order[: (len(order) + 1) // 2], order[(len(order) + 1) // 2 :][::-1]
    rows = max(len(right), len(left))
    top = 36.0 if titled else 6.0
    height = _STEP * rows
    canvas = simulated_canvas(top + height + 40, say, titled=titled, title=title)
    places = oval_places(right, left, top, height)
    most = int(pairs["n_cases"].max())
    for row in records(pairs.sort_values("n_cases", kind="stable")):
        (x0, y0), (x1, y1) = places[str(row.code_1)], places[str(row.code_2)]
        weight = float(row.n_cases) / most
        canvas.lines([(x0, y0, x1, y1)], to_hex(SHADES(0.35 + 0.6 * weight)), 1.0 + 6.0 * weight)
    n_with = {str(row.code): int(row.n_with) for row in records(content.totals)}
    largest = max(n_with[code] for code in order)
    for code, (x, y) in places.items():
        canvas.dots([(x, y)], ACCENT, 7 + 9 * (n_with[code] / largest) ** 0.5)
        label = shortened(code_label(content, code, say), _NAME, _TEXT)
        on_right = code in right
        canvas.text(x + (14 if on_right else -14), y, label, size=_TEXT, anchor="left" if on_right else "right")
    legend = say("interviews.together_legend", least=int(pairs["n_cases"].min()), most=most)
    canvas.text(0, top + height + 22, legend, size=11.5, colour=MUTED)
    first = next(records(pairs))
    description = say(
        "interviews.together_description",
        n=len(order),
        first=code_label(content, str(first.code_1), say),
        second=code_label(content, str(first.code_2), say),
        times=int(first.n_cases),
    )
    return Drawing("interviews-together", canvas, title, description)


def _most_linked(pairs: pd.DataFrame, most: int) -> list[str]:
    """Codes by how often they go together with any other."""
    both = pd.concat([pairs.rename(columns={name: "code"})[["code", "n_cases"]] for name in ("code_1", "code_2")])
    ranked = both.groupby("code", sort=False)["n_cases"].sum().sort_values(ascending=False, kind="stable")
    return [str(code) for code in ranked.index[:most]]


def round_circle(codes: Sequence[str], pairs: pd.DataFrame) -> list[str]:
    """The codes in an order in which those that go together stand near each other (the Fiedler vector of the links).

    Examples
    --------
    >>> links = pd.DataFrame({"code_1": ["a", "b"], "code_2": ["c", "d"], "n_cases": [5, 5]})
    >>> order = round_circle(["a", "b", "c", "d"], links)
    >>> abs(order.index("a") - order.index("c")), abs(order.index("b") - order.index("d"))
    (1, 1)
    """
    place = {code: n for n, code in enumerate(codes)}
    links = np.full((len(codes), len(codes)), 1e-3)
    for one, other, n in zip(pairs["code_1"], pairs["code_2"], pairs["n_cases"], strict=True):
        links[place[one], place[other]] = links[place[other], place[one]] = float(n)
    np.fill_diagonal(links, 0.0)
    laplacian = np.diag(links.sum(axis=0)) - links
    vector = np.linalg.eigh(laplacian)[1][:, 1]
    vector = vector * (-1.0 if vector[np.abs(vector).argmax()] < 0 else 1.0)  # the sign of a vector is no finding
    return [codes[n] for n in np.argsort(vector.round(9), kind="stable")]


def oval_places(
    right: Sequence[str],
    left: Sequence[str],
    top: float,
    height: float,
    *,
    middle: float = WIDTH / 2,
    half: float = WIDTH / 2 - _NAME - 20,
) -> dict[str, tuple[float, float]]:
    """Even rows at both sides of an oval, so that no two names stand on one another."""
    found: dict[str, tuple[float, float]] = {}
    for side, codes in ((1.0, right), (-1.0, left)):
        gap = height / max(len(codes), 1)
        for n, code in enumerate(codes):
            y = top + (n + 0.5) * gap
            bulge = np.sqrt(max(1 - (2 * (y - top) / height - 1) ** 2, 0.0))
            found[code] = (middle + side * half * (0.45 + 0.55 * bulge), y)
    return found


def matrix_figure(content: InterviewContent, say: Wording, *, titled: bool = False) -> Drawing | None:
    """The same as cells: in how many persons' interviews two codes stand in one place."""
    pairs = content.together
    codes = _most_linked(pairs, MOST_IN_MATRIX)
    if len(codes) < 3:
        return None
    pairs = pairs[pairs["code_1"].isin(codes) & pairs["code_2"].isin(codes)]
    order = round_circle(codes, pairs)
    n = {(str(row.code_1), str(row.code_2)): int(row.n_cases) for row in records(pairs)}
    n |= {(second, first): value for (first, second), value in n.items()}
    title = say("interviews.matrix_title")
    top, label = (58.0 if titled else 28.0), 250.0
    size = min((WIDTH - label) / len(order), 30.0)
    canvas = simulated_canvas(top + size * len(order) + 26, say, titled=titled, title=title)
    for place, code in enumerate(order):
        name = shortened(f"{place + 1}  {code_label(content, code, say)}", label - 12, _TEXT)
        canvas.text(0, top + (place + 0.5) * size, name, size=_TEXT)
        canvas.text(label + (place + 0.5) * size, top - 12, str(place + 1), size=11, colour=MUTED, anchor="center")
    _cells(canvas, order, n, label, top, size)
    canvas.text(0, top + size * len(order) + 14, say("interviews.matrix_legend"), size=11.5, colour=MUTED)
    description = say("interviews.matrix_description", n=len(order))
    return Drawing("interviews-together-cells", canvas, title, description)


def _cells(
    canvas: Canvas, order: Sequence[str], n: Mapping[tuple[str, str], int], left: float, top: float, size: float
) -> None:
    most = max(n.values())
    for row, first in enumerate(order):
        for column, second in enumerate(order):
            x, y = left + column * size, top + row * size
            if first == second:
                canvas.rectangle(x + 1, y + 1, size - 2, size - 2, GRID)
            elif (first, second) in n:
                colour = to_hex(SHADES(n[first, second] / most))
                canvas.rectangle(x + 1, y + 1, size - 2, size - 2, colour)
                text, ink = str(n[first, second]), readable_on(colour)
                canvas.text(x + size / 2, y + size / 2, text, size=11, colour=ink, anchor="center")
