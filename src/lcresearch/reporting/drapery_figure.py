"""The drapery plot: p values of all effects that could be tested (Rücker & Schwarzer, 2021)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lcresearch.messages import Messages
from lcresearch.reporting.canvas import ACCENT, INK, MUTED, SIMULATED
from lcresearch.reporting.estimates_figure import plain_numbers
from lcresearch.reporting.multilevel_figures import plain_axes
from lcresearch.reporting.text_metrics import shortened
from lcresearch.synthesis import MetaAnalysis

_LEVELS = (0.01, 0.05, 0.1)
_NAMED = 15
_APART = 0.022
_NEW = "#b0651d"


def drapery_figure(result: MetaAnalysis) -> Figure:
    """A thin curve a study, a thick one for the pooled effect, and the region of a new study shaded.

    Every interval can be read off: where a curve lies above .05 is its 95% interval, above .1 its 90% interval.
    """
    say, table = Messages(), result.p_value_functions()
    figure = Figure(figsize=(6.8, 5.2 if result.fit.studies.k <= _NAMED else 4.6), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    axes.grid(visible=False)
    new = table[table["kind"] == "new"]
    if len(new):
        label = say("synthesis.figure.drapery.new")
        axes.fill_between(new["effect"], 0, new["p_value"], color=_NEW, alpha=0.16, linewidth=0, label=label, zorder=1)
        axes.plot(new["effect"], new["p_value"], color=_NEW, linewidth=1, zorder=2)
    studies = table[table["kind"] == "study"]
    k = result.fit.studies.k
    effect = studies["effect"].to_numpy(dtype=np.float64).reshape(k, -1)[0]
    curves = studies["p_value"].to_numpy(dtype=np.float64).reshape(k, -1)
    weight = result.fit.weighted.weights / result.fit.weighted.weights.max()
    for n, curve in enumerate(curves):
        faint = float(np.clip(0.25 + 0.6 * weight[n], 0.25, 0.85)) * (1.0 if k <= 20 else 0.6)
        label = say("synthesis.figure.drapery.study") if n == int(np.argmax(weight)) else "_"
        axes.plot(effect, curve, color=ACCENT, linewidth=0.9, alpha=faint, label=label, zorder=3)
    pooled = table[table["kind"] == "pooled"]
    name = "common" if result.fit.method in ("EE", "FE") else "pooled"
    axes.plot(
        pooled["effect"],
        pooled["p_value"],
        color=SIMULATED,
        linewidth=2.6,
        label=say(f"synthesis.figure.drapery.{name}"),
        zorder=5,
    )
    axes.axvline(0, color=MUTED, linewidth=1, zorder=1)
    for level in _LEVELS:
        axes.axhline(level, color=INK, linewidth=0.7, linestyle=(0, (2, 3)), zorder=4)
    axes.set(xlim=(float(effect.min()), float(effect.max())), ylim=(0, 1))
    ticks = [*_LEVELS, 0.25, 0.5, 0.75, 1.0]
    axes.set_yticks(ticks, [say.number(tick, digits=2) for tick in ticks], fontsize=8)
    levels = axes.secondary_yaxis("right", functions=(_complement, _complement))
    shown = [1 - tick for tick in ticks]
    levels.set_yticks(shown, [say.percent(round(level, 2)) for level in shown], fontsize=8)
    levels.tick_params(colors=INK, length=0)
    levels.spines["right"].set_visible(False)
    levels.set_ylabel(say("synthesis.figure.drapery.level"))
    axes.set_xlabel(say("synthesis.figure.drapery.effect"))
    axes.set_ylabel(say("synthesis.figure.drapery.p_value"))
    plain_numbers(axes)
    if k <= _NAMED:
        _name_tops(axes, result, weight)
    figure.legend(frameon=False, loc="outside lower center", ncols=3, fontsize=8)
    return figure


def _name_tops(axes: Axes, result: MetaAnalysis, weight: npt.NDArray[np.float64]) -> None:
    """The name of each study above its curve, of the heaviest ones first, as far as they stand apart."""
    low, high = axes.get_xlim()
    told: list[float] = []
    for place in np.argsort(-weight, kind="stable").tolist():
        effect = float(result.fit.studies.y[place])
        if low <= effect <= high and all(abs(effect - other) >= _APART * (high - low) for other in told):
            told.append(effect)
            name = shortened(result.input.labels[place], 110, 7.5)
            axes.text(effect, 1.015, name, fontsize=7.5, rotation=55, color=INK, parse_math=False)


def _complement(share: npt.ArrayLike) -> npt.NDArray[np.float64]:
    return 1 - np.asarray(share, dtype=np.float64)
