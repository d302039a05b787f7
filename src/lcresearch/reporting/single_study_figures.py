"""Figures of what single studies do to a meta-analysis: the Baujat plot and diagnostics of influence."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import Formatter
from scipy import stats

from lcresearch.errors import ReportingError
from lcresearch.messages import Messages
from lcresearch.reporting.canvas import ACCENT, GRID, INK, MUTED, PAPER, SIMULATED
from lcresearch.reporting.effect_scale import digits_of
from lcresearch.reporting.forest_rows import MOST_NAMED
from lcresearch.reporting.multilevel_figures import plain_axes
from lcresearch.reporting.point_labels import label_points
from lcresearch.reporting.text_metrics import shortened
from lcresearch.synthesis import MetaAnalysis

_MOST_LABELS = 30
_PANELS = ("studentised_residual", "dffits", "cook_distance", "covariance_ratio", "tau2_deleted", "hat")
_LONGEST = 170.0
_YEARS = (1500, 2200)


def baujat_figure(result: MetaAnalysis) -> Figure:
    """Contribution to Q by influence on the result: studies at the top right matter for both (Baujat et al., 2002).

    Raises
    ------
    ReportingError
        P003: no study can be left out.
    """
    say, table = Messages(), result.baujat().dropna()
    if table.empty:
        raise ReportingError("P003")
    figure = Figure(figsize=(6.4, 4.8), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    # the ends of both axes decide: a study that lies far out on one of them is named first
    far = table[["contribution", "influence"]] / table[["contribution", "influence"]].max()
    table = table.iloc[np.argsort(-far.max(axis=1).fillna(0).to_numpy(), kind="stable")]
    x, y = (table[name].to_numpy(dtype=np.float64) for name in ("contribution", "influence"))
    axes.plot(x, y, "o", color=ACCENT, markeredgecolor=PAPER, markersize=7, zorder=4)
    for end, values, move in ((1.0, x, axes.set_xlim), (1.0, y, axes.set_ylim)):
        top = float(values.max()) if values.max() > 0 else end
        move(-0.03 * top, 1.12 * top)
    equal = result.fit.method in ("EE", "FE")
    axes.set_xlabel(say(f"synthesis.figure.baujat.contribution{'_ee' if equal else ''}"))
    axes.set_ylabel(say(f"synthesis.figure.baujat.influence{'' if result.null is None else '_fitted'}"))
    numbers_along(axes)
    label_points(figure, axes, x, y, table["study"].tolist(), radius=np.full(len(table), 3.5), most=_MOST_LABELS)
    return figure


def influence_figure(result: MetaAnalysis) -> Figure:
    """Diagnostics a study: residual, DFFITS, Cook's distance, covariance ratio, tau2 without it, leverage.

    Raises
    ------
    ReportingError
        P003: too few studies to leave one out.
    """
    say, table = Messages(), result.influence()
    if not table["dffits"].notna().any():
        raise ReportingError("P003")
    n, named = len(table), len(table) <= MOST_NAMED
    figure = Figure(figsize=(9.2, 1.35 + (0.2 * n if named else 5.0)), layout="constrained")
    panels = figure.subplots(1, len(_PANELS), sharey=True)
    marked = table["influential"].to_numpy(dtype=bool)
    for axes, name in zip(panels, _PANELS, strict=True):
        _panel(axes, result, table[name], marked, name)
        axes.set_title(say(f"synthesis.figure.influence.{name}"), fontsize=7.5, color=INK)
    first = panels[0]
    names = [shortened(study, _LONGEST, 8) for study in table["study"]]
    first.set_yticks(np.arange(n) if named else [], names if named else [], fontsize=8, parse_math=False)
    if not named:
        first.set_ylabel(say("synthesis.figure.influence.many", n=n))
    first.set_ylim(n - 0.5, -0.5)
    if marked.any():
        handle = panels[-1].plot([], [], "D", color=SIMULATED, markeredgecolor=PAPER, markersize=6)
        figure.legend(
            handle, [say("synthesis.figure.influence.marked")], frameon=False, loc="outside lower center", fontsize=8
        )
    return figure


def _panel(axes: Axes, result: MetaAnalysis, values: pd.Series, marked: npt.NDArray[np.bool_], name: str) -> None:
    plain_axes(axes)
    places = np.arange(len(values))
    small = len(values) > MOST_NAMED
    for line, strong in _lines(result, name):
        axes.axvline(line, color=MUTED, linewidth=1, linestyle="-" if strong else (0, (3, 2)), zorder=1)
    axes.hlines(places, _lines(result, name)[0][0], values, color=GRID, linewidth=1, zorder=1)
    for some, mark, colour in ((~marked, "o", ACCENT), (marked, "D", SIMULATED)):
        axes.plot(
            values[some],
            places[some],
            mark,
            color=colour,
            markeredgecolor=PAPER,
            zorder=3,
            markersize=3 if small else 6,
        )
    axes.locator_params(axis="x", nbins=4)
    numbers_along(axes, vertical=False)
    axes.tick_params(labelsize=7.5)


def _lines(result: MetaAnalysis, name: str) -> list[tuple[float, bool]]:
    """Where nothing happens (first), and the limits beyond which a study counts as influential or deviating."""
    k, p, tau2 = result.fit.studies.k, result.fit.studies.p, result.fit.tau2
    limit = 3 * float(np.sqrt(p / (k - p)))
    found = {
        "studentised_residual": [0.0, -1.96, 1.96],
        "dffits": [0.0, -limit, limit],
        "cook_distance": [0.0, float(stats.chi2.ppf(0.5, p))],
        "covariance_ratio": [1.0],
        "tau2_deleted": [tau2],
        "hat": [p / k, 3 * p / k],
    }[name]
    return [(line, n == 0) for n, line in enumerate(found)]


def numbers_along(axes: Axes, *, vertical: bool = True) -> None:
    """Numbers along the axes as the reader writes them, with as many decimals as tell them apart; years as years."""
    for axis in (axes.xaxis, axes.yaxis) if vertical else (axes.xaxis,):
        axis.set_major_formatter(_Numbers())


class _Numbers(Formatter):
    """Numbers of one axis; how many decimals they need is worked out once for all of them."""

    def __init__(self) -> None:
        self._say, self._digits, self._years = Messages(), 0, False

    def set_locs(self, locs: list[float]) -> None:
        """Take the places along the axis that get a number."""
        super().set_locs(locs)
        self._digits = digits_of(locs, most=5)
        self._years = not self._digits and all(_YEARS[0] <= place <= _YEARS[1] for place in locs)

    def __call__(self, value: float, pos: float | None = None) -> str:
        """The number at one place."""
        return f"{value:.0f}" if self._years else self._say.number(float(value), digits=self._digits)
