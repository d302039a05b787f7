"""Figures of a Bayesian meta-analysis: what is known of mean, new consortium and tau, and of each consortium."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lcresearch.errors import ReportingError
from lcresearch.messages import Messages
from lcresearch.reporting.canvas import ACCENT, INK, MUTED
from lcresearch.reporting.estimates_figure import plain_numbers
from lcresearch.reporting.multilevel_figures import plain_axes
from lcresearch.reporting.text_metrics import in_lines
from lcresearch.synthesis import BayesianMetaAnalysis

_NEW = "#b0651d"
_POINTS = 301
_MOST_NAMED = 60
_SIZE = 9.5
_WIDEST = 235.0
_ENDS = (0.002, 0.998)


def posterior_figure(result: BayesianMetaAnalysis) -> Figure:
    """Posterior densities: of mean and new consortium above, of tau below, with the priors dashed."""
    say = Messages()
    figure = Figure(figsize=(6.4, 5.6), layout="constrained")
    effect, spread = figure.subplots(2, 1)
    for axes in (effect, spread):
        plain_axes(axes)
        axes.set_yticks([])
        axes.locator_params(axis="x", nbins=7)
        axes.set_ylabel(say("synthesis.bayesian.plot.density"))
    low, high = result.quantile(_ENDS, of="new").tolist()
    places = np.linspace(low, high, _POINTS)
    for term, colour in (("new", _NEW), ("mean", ACCENT)):
        label = say(f"synthesis.bayesian.plot.{term}")
        _curve(effect, places, result.density(places, of=term), colour, label)
        effect.axvline(result.quantile(0.5, of=term)[0], color=colour, linewidth=1)
    effect.axvline(0, color=MUTED, linewidth=1, linestyle=(0, (3, 2)), zorder=0)
    prior = result.posterior.mean_prior
    if prior.proper:
        z = (places - prior.mean) / prior.std_dev
        _prior(effect, places, np.exp(-0.5 * z**2) / (prior.std_dev * math.sqrt(2 * math.pi)))
    effect.set_xlabel(say("synthesis.bayesian.plot.effect"))
    places = np.linspace(0, result.quantile(0.995, of="tau")[0], _POINTS)
    _curve(spread, places, result.density(places, of="tau"), ACCENT, say("synthesis.bayesian.plot.posterior"))
    spread.axvline(result.quantile(0.5, of="tau")[0], color=ACCENT, linewidth=1)
    if result.posterior.tau_prior.proper:
        _prior(spread, places, np.exp(result.posterior.tau_prior.log_density(places)))
    spread.set_xlim(0, places[-1])
    spread.set_xlabel(say("synthesis.bayesian.plot.tau"))
    for axes in (effect, spread):
        plain_numbers(axes)
        axes.set_ylim(bottom=0)
        axes.legend(frameon=False, loc="upper right")
    return figure


def shrinkage_figure(result: BayesianMetaAnalysis) -> Figure:
    """Each consortium as seen (open) and as estimated together with the others (filled), then mean and new."""
    if len(result.labels) > _MOST_NAMED:
        raise ReportingError("Y047", n=len(result.labels), most=_MOST_NAMED)
    say, table = Messages(), result.shrinkage()
    whole = result.tidy().set_index("term")[["estimate", "conf_low", "conf_high"]].astype(float)
    n = len(table)
    figure = Figure(figsize=(6.4, 1.6 + 0.36 * (n + 2)), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    places = np.arange(n)
    half = 1.959963984540054 * table["sei"]
    axes.hlines(places - 0.14, table["yi"] - half, table["yi"] + half, color=MUTED, linewidth=1.2)
    axes.plot(
        table["yi"], places - 0.14, "o", color=MUTED, markerfacecolor="white", label=say("synthesis.bayesian.plot.seen")
    )
    axes.hlines(places + 0.14, table["conf_low"], table["conf_high"], color=ACCENT, linewidth=2.2)
    axes.plot(
        table["estimate"], places + 0.14, "o", color=ACCENT, markeredgecolor="white",
        label=say("synthesis.bayesian.plot.together"),
    )  # fmt: skip
    for place, (term, colour) in enumerate((("mean", INK), ("new", _NEW)), start=n):
        middle, low, high = (float(value) for value in whole.loc[term].to_numpy())
        axes.hlines([place], [low], [high], color=colour, linewidth=2.6)
        axes.plot([middle], [place], "D", color=colour, markeredgecolor="white")
    axes.axhline(n - 0.5, color=MUTED, linewidth=0.8)
    axes.axvline(0, color=MUTED, linewidth=1, linestyle=(0, (3, 2)), zorder=0)
    names = [*result.labels, say("synthesis.bayesian.plot.mean"), say("synthesis.bayesian.plot.new")]
    axes.set_yticks(
        np.arange(n + 2),
        ["\n".join(in_lines(name, _WIDEST, _SIZE)) for name in names],
        fontsize=_SIZE,
        parse_math=False,
    )
    axes.set_ylim(n + 1.6, -0.6)
    plain_numbers(axes)
    axes.set_xlabel(say("synthesis.bayesian.plot.effect_with_interval"))
    figure.legend(frameon=False, loc="outside upper right", ncols=2)
    return figure


def _curve(axes: Axes, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], colour: str, label: str) -> None:
    axes.fill_between(x, y, color=colour, alpha=0.15, linewidth=0)
    axes.plot(x, y, color=colour, linewidth=2, label=label)


def _prior(axes: Axes, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> None:
    axes.plot(x, y, color=INK, linewidth=1.2, linestyle=(0, (4, 3)), label=Messages()("synthesis.bayesian.plot.prior"))
