"""Figure of topics: how much is said of each, by how many, and whether it came back."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from lcresearch.interviews.topics.result import Topics
from lcresearch.messages import Messages
from lcresearch.reporting.canvas import ACCENT, GRID, INK, MUTED, PAPER

_WORDS, _MOST = 4, 30
_LOOKS: dict[str, dict[str, Any]] = {
    "stable": {"facecolor": ACCENT, "edgecolor": ACCENT},
    "doubtful": {"facecolor": PAPER, "edgecolor": ACCENT, "hatch": "////"},
    "unstable": {"facecolor": PAPER, "edgecolor": ACCENT},
    "not_known": {"facecolor": MUTED, "edgecolor": MUTED},
}


def topics_figure(result: Topics) -> Figure:
    """A bar a topic with its first words and its persons; outliers last. At most 30 topics, the largest.

    Filled bars came back in resamples, hatched ones in part, open ones did not.
    """
    say, table = Messages(), result.tidy().head(_MOST)
    outliers = int((result.segments["kind"] == "outlier").sum())
    words = table["words"].str.split(", ").str[:_WORDS].str.join(", ")
    names = [*words.where(words != "", table["name"]), say("interviews.topics.plot.outliers")]
    sizes = np.array([*table["n_segments"], outliers])
    figure = Figure(figsize=(8.0, 1.3 + 0.34 * len(names)), layout="constrained")
    axes = figure.add_subplot()
    rows = np.arange(len(names))
    for row, verdict in enumerate(table["verdict"]):
        axes.barh(row, sizes[row], height=0.68, linewidth=1.1, **_LOOKS[verdict])
    axes.barh(rows[-1], outliers, height=0.68, color=GRID, edgecolor=MUTED, linewidth=1.1)
    for row, n in enumerate(table["n_persons"]):
        text = say("interviews.topics.plot.persons", n=int(n))
        axes.text(sizes[row] + sizes.max() * 0.012, row, text, va="center", fontsize=8, color=INK)
    axes.set_yticks(rows, names, fontsize=9, parse_math=False)
    axes.invert_yaxis()
    axes.set_xlim(0, sizes.max() * 1.16)
    axes.set_xlabel(say("interviews.topics.plot.segments"), fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(colors=INK, length=0)
    shown = [verdict for verdict in _LOOKS if verdict in set(table["verdict"])]
    keys = [Patch(linewidth=1.1, label=say(f"interviews.topics.plot.verdict.{each}"), **_LOOKS[each]) for each in shown]
    figure.legend(handles=keys, loc="outside lower center", ncols=len(keys), frameon=False, fontsize=8)
    return figure
