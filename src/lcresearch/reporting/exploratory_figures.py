"""Figures of exploratory factor analysis: scree with parallel analysis, and loadings."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.figure import Figure

from lcresearch.measurement import FactorAnalysis, ParallelAnalysis
from lcresearch.messages import Messages
from lcresearch.reporting.canvas import ACCENT, INK, MUTED, PAPER, readable_on
from lcresearch.reporting.multilevel_figures import plain_axes
from lcresearch.reporting.wording import clean

_MOST_TICKS = 15
_SIGNED = LinearSegmentedColormap.from_list("loadings", ["#b0651d", PAPER, ACCENT])
_SHOWN = 0.1


def scree_figure(result: ParallelAnalysis) -> Figure:
    """Eigenvalues of components and of factors, each beside the percentile of random data.

    Filled dots lie above chance and before the first that does not; open ones do not count.
    """
    say, table = Messages(), result.eigenvalues
    figure = Figure(figsize=(7.2, 3.8), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    counts = {"component": result.n_components, "factor": result.n_factors}
    for axes, (kind, kept) in zip(panels, counts.items(), strict=True):
        plain_axes(axes)
        x, observed = table["number"].to_numpy(), table[kind].to_numpy(dtype=float)
        chance = say("exploratory.plot.random", percentile=f"{result.percentile:g}")
        axes.plot(x, table[f"{kind}_limit"], color=MUTED, linewidth=1.4, linestyle=(0, (3, 2)), label=chance)
        axes.plot(x, observed, color=ACCENT, linewidth=1.4, zorder=2)
        axes.scatter(x[:kept], observed[:kept], s=30, color=ACCENT, edgecolor="white", zorder=3)
        axes.scatter(x[kept:], observed[kept:], s=22, facecolor="white", edgecolor=ACCENT, zorder=3)
        title = f"{say(f'exploratory.plot.{kind}s')} ({say('exploratory.plot.retained', n=kept)})"
        axes.set_title(title, fontsize=10, loc="left", color=INK)
        axes.set_xticks(_ticks(len(table)))
    panels[0].set_ylabel(say("exploratory.plot.eigenvalue"))
    panels[0].legend(frameon=False, loc="upper right")
    figure.supxlabel(say("exploratory.plot.number"), fontsize=10)
    return figure


def loadings_figure(result: FactorAnalysis) -> Figure:
    """Loadings of each item on each factor, items sorted by factor; numbers below .10 are left out."""
    say, table = Messages(), result.sorted_loadings().set_index("item")
    factors = list(result.pattern.columns)
    loadings = table[factors].to_numpy(dtype=float)
    p, m = loadings.shape
    figure = Figure(figsize=(2.0 + 0.75 * m, 0.9 + 0.26 * p), layout="constrained")
    axes = figure.add_subplot()
    axes.imshow(loadings, cmap=_SIGNED, vmin=-1, vmax=1, aspect="auto")
    for i, k in zip(*np.nonzero(np.abs(loadings) >= _SHOWN), strict=True):
        colour = readable_on(to_hex(_SIGNED((loadings[i, k] + 1) / 2)))
        axes.text(k, i, say.number(float(loadings[i, k])), ha="center", va="center", fontsize=8, color=colour)
    axes.set_yticks(range(p), [clean(item) for item in table.index], fontsize=9, parse_math=False)
    axes.set_xticks(range(m), factors)
    axes.set_xlabel(say("exploratory.plot.factor"))
    axes.set_title(say("exploratory.plot.loading"), fontsize=10, loc="left", color=INK)
    axes.spines[:].set_visible(False)
    axes.tick_params(colors=INK, length=0)
    return figure


def _ticks(p: int) -> list[int]:
    """All numbers when few, else 1 and every fifth."""
    return list(range(1, p + 1)) if p <= _MOST_TICKS else [1, *np.arange(5, p + 1, 5).tolist()]
