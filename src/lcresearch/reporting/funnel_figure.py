"""The contour-enhanced funnel: effects by their standard errors, over the regions of significance."""

from __future__ import annotations

from matplotlib.figure import Figure

from lcresearch.messages import Messages
from lcresearch.reporting.canvas import ACCENT, INK, MUTED
from lcresearch.reporting.estimates_figure import plain_numbers
from lcresearch.reporting.multilevel_figures import plain_axes
from lcresearch.synthesis import Funnel, MetaAnalysis, funnel
from lcresearch.synthesis.selection.funnel import LEVELS

_SHADES = ("#f2f4f5", "#dde4e7", "#c3d0d5")


def funnel_of_analysis_figure(result: MetaAnalysis) -> Figure:
    """The funnel of the studies of a meta-analysis, about its mean; of a meta-regression about the plain mean."""
    studies, plain = result.fit.studies, result.fit if result.null is None else result.null
    return funnel_figure(funnel(studies.y, studies.v, centre=float(plain.coefficients[0])))


def funnel_figure(result: Funnel) -> Figure:
    """Effects as dots, open where filled in; shaded outside p of .10, .05 and .01, the largest studies on top."""
    say, table = Messages(), result.tidy()
    figure = Figure(figsize=(6.4, 4.6), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    axes.grid(visible=False)
    contours = result.contours()
    bottom = float(contours["std_error"].max())
    reach = max(float(table["estimate"].abs().max()), float(contours["high"].max())) * 1.05
    for level, shade in zip(LEVELS, _SHADES, strict=True):
        lines = contours[contours["level"] == level]
        label = say("synthesis.selection.plot.contour", level=say.number(level, digits=2))
        axes.fill_betweenx(lines["std_error"], -reach, lines["low"], color=shade, linewidth=0)
        axes.fill_betweenx(lines["std_error"], lines["high"], reach, color=shade, linewidth=0, label=label)
    axes.axvline(0, color=MUTED, linewidth=1)
    axes.axvline(
        result.centre, color=ACCENT, linewidth=1.2, linestyle=(0, (4, 3)), label=say("synthesis.selection.plot.centre")
    )
    for filled in (False, True):
        some = table[table["filled"] == filled]
        if len(some):
            name = say(f"synthesis.selection.plot.{'filled' if filled else 'seen'}")
            face = "white" if filled else ACCENT
            axes.plot(
                some["estimate"], some["std_error"], "o", color=face, markeredgecolor=INK, markersize=6, label=name
            )
    axes.set(xlim=(-reach, reach), ylim=(bottom, 0))
    plain_numbers(axes)
    axes.yaxis.set_major_formatter(lambda y, _: say.number(float(y), digits=2))
    axes.set_xlabel(say("synthesis.selection.plot.effect"))
    axes.set_ylabel(say("synthesis.selection.plot.error"))
    figure.legend(frameon=False, loc="outside lower center", ncols=6, fontsize=8, columnspacing=1.2)
    return figure
