"""Figures of suggested codes: agreement with coders by code, and what more coding would bring."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from lcresearch.errors import ReportingError
from lcresearch.interviews import LearningCurve, SuggestionQuality
from lcresearch.messages import Messages
from lcresearch.reporting.canvas import ACCENT, INK, MUTED, PAPER, SIMULATED
from lcresearch.reporting.multilevel_figures import plain_axes
from lcresearch.reporting.wording import clean

_MOST = 24


def quality_figure(result: SuggestionQuality) -> Figure:
    """Precision and recall of each code with intervals, beside what coders reach with each other.

    The codes given most are drawn, 24 of them.

    Raises
    ------
    ReportingError
        P003: nothing was coded.
    """
    table = result.tidy()
    codes = table.iloc[1:].query("n_coded > 0").sort_values("n_coded", ascending=False, kind="stable").head(_MOST)
    if codes.empty:
        raise ReportingError("P003", kind=type(result).__name__)
    say = Messages()
    rows = table.iloc[:1].assign(term=say("suggestions.quality.all"))
    names = [
        *rows["term"],
        *(f"{path.rsplit(' > ')[-1]} ({n})" for path, n in zip(codes["term"], codes["n_coded"], strict=True)),
    ]
    places = np.arange(len(names))
    figure = Figure(figsize=(7.4, 1.8 + 0.34 * len(names)), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    for name, colour, shift in (("precision", INK, -0.14), ("recall", ACCENT, 0.14)):
        value, low, high = (np.r_[rows[part], codes[part]] for part in (name, f"{name}_low", f"{name}_high"))
        known = ~np.isnan(value)
        axes.hlines((places + shift)[known], low[known], high[known], color=colour, linewidth=2, alpha=0.4)
        label = say(f"suggestions.quality.{name}")
        axes.plot(value, places + shift, "o", color=colour, markeredgecolor=PAPER, markersize=6.5, label=label)
    people = np.r_[rows["f1_coders"], codes["f1_coders"]]
    if not np.isnan(people).all():
        label = say("suggestions.quality.coders")
        axes.plot(people, places, "|", color=SIMULATED, markersize=13, markeredgewidth=2, label=label)
    axes.set_yticks(places, [clean(name) for name in names], parse_math=False)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(-0.02, 1.02)
    axes.xaxis.set_major_formatter(lambda x, _: say.number(float(x), digits=1))
    axes.set_xlabel(say("suggestions.quality.figure_x"), color=INK)
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=3, frameon=False, fontsize=9)
    return figure


def learning_curve_figure(result: LearningCurve) -> Figure:
    """The measure by segments read, in each repetition, with the curve as far as it is carried on."""
    say, points = Messages(), result.points
    figure = Figure(figsize=(6.8, 4.2), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    seen = points[result.measure].to_numpy()
    axes.plot(points["n_read"], seen, "o", color=MUTED, alpha=0.5, markersize=5, markeredgecolor=PAPER,
              label=say("suggestions.curve.observed"))  # fmt: skip
    if result.extrapolates:
        n = np.linspace(points["n_read"].min(), result.n_now + result.n_more, 120)
        value, low, high = np.array([result.predict(float(each)) for each in n]).T
        axes.fill_between(n, low, high, color=ACCENT, alpha=0.18, linewidth=0)
        past = n > points["n_read"].max()
        axes.plot(n[~past], value[~past], color=ACCENT, linewidth=2, label=say("suggestions.curve.fitted"))
        axes.plot(n[past], value[past], color=ACCENT, linewidth=2, linestyle=(0, (3, 2)))
    axes.axvline(result.n_now, color=MUTED, linewidth=1, linestyle=(0, (3, 2)), zorder=0)
    axes.set_ylim(bottom=0)
    top = axes.get_ylim()[1]
    axes.text(result.n_now, top, f" {say('suggestions.curve.now')}", color=MUTED, va="top", ha="left", fontsize=9)
    axes.yaxis.set_major_formatter(lambda y, _: say.number(float(y), digits=2))
    axes.set_xlabel(say("suggestions.curve.figure_x"), color=INK)
    axes.set_ylabel(say(f"suggestions.measure.{result.measure}"), color=INK)
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=2, frameon=False, fontsize=9)
    return figure
