"""Figures to judge a multilevel model by: normal quantiles, residuals at each level, and slopes by a moderator."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lcresearch.messages import Messages
from lcresearch.multilevel import LinearMixedModel, region_of_significance, simple_slopes
from lcresearch.multilevel.slopes import moderator_range
from lcresearch.reporting.canvas import ACCENT, GRID, INK, MUTED
from lcresearch.reporting.multilevel_figures import plain_axes
from lcresearch.reporting.wording import clean

_COLUMNS = 2
_POINTS = 101
_MOST_BINS = 12
_ROWS_A_BIN = 20
_MANY = 200
_SAME = 1e-9
_DASHED = (0, (3, 2))


def quantiles_figure(result: LinearMixedModel) -> Figure:
    """Standardised random effects and residuals against normal quantiles: a panel a random effect, the rows last.

    Grey is the band in which 95% of the values at a place lie when the model is right.
    """
    panels = []
    for label in result.random_effects:
        table = result.quantiles(label)
        for term in table.index.get_level_values("term").unique():
            panels.append((f"{label}: {term}", pd.DataFrame(table.xs(term, level="term"))))
    if result.design is not None:
        panels.append((Messages()("report.plot.residuals_of_rows"), result.quantiles("conditional")))
    figure, axes = _grid(len(panels))
    for place, (title, table) in zip(axes, panels, strict=True):
        rows = table.dropna().sort_values("quantile")
        x = rows["quantile"]
        place.fill_between(x, rows["band_low"], rows["band_high"], color=GRID, linewidth=0)
        place.plot(x, x, color=MUTED, linewidth=1, linestyle=_DASHED)
        place.plot(x, rows["standardised"], "o", color=ACCENT, **_marks(len(rows)))
        _titled(place, title)
    _labelled(figure, "quantile", "standardised")
    return figure


def residuals_figure(result: LinearMixedModel) -> Figure:
    """Standardised residuals of rows and random effects of groups against predictions: a panel a level.

    The line goes through the means of rows or groups with predictions of about the same size; near zero is right.
    Levels at which all groups have one prediction are left out.
    """
    design = result.rows_needed("plot")
    fixed = result.fitted("marginal").to_numpy()
    say = Messages()
    panels = [
        (
            say("report.plot.residuals_of_rows"),
            say("report.plot.predicted"),
            result.fitted().to_numpy(),
            result.residuals(kind="standardised").to_numpy(),
        )
    ]
    for group, found in design.groupings.items():
        label = ":".join(group)
        rows, codes = found.members()
        means = np.bincount(codes, fixed[rows]) / np.bincount(codes)
        if np.ptp(means) <= _SAME * np.abs(means).max():
            continue
        table = result.quantiles(label)["standardised"].unstack("term", sort=False)
        panels += [
            (f"{label}: {term}", say("report.plot.predicted_group"), means, table[term].to_numpy()) for term in table
        ]
    figure, axes = _grid(len(panels), wide=True)
    for place, (title, across, x, y) in zip(axes, panels, strict=True):
        place.plot(x, y, "o", color=ACCENT, **_marks(len(x)))
        place.axhline(0, color=MUTED, linewidth=1, linestyle=_DASHED)
        middles, averages = _running(x, y)
        if len(middles) > 2:
            place.plot(middles, averages, color=INK, linewidth=1.8)
        place.set_xlabel(across, fontsize=9)
        _titled(place, title)
    figure.supylabel(say("report.plot.standardised"), fontsize=10, color=INK)
    return figure


def slopes_figure(
    result: LinearMixedModel,
    predictor: str,
    moderator: str,
    *,
    low: float | None = None,
    high: float | None = None,
    ddf: str | None = None,
) -> Figure:
    """The slope of a predictor by the moderator, with 95% intervals (Johnson & Neyman 1936; Bauer & Curran 2005).

    For numbers a line with its band, coloured where the slope differs from zero; for categories a point each.

    Parameters
    ----------
    result : LinearMixedModel
        With an interaction of the two.
    predictor, moderator : str
    low, high : float, optional
        Range of a moderator of numbers; the lowest and highest that was seen unless given.
    ddf : str, optional
        Degrees of freedom, as for :func:`~lcresearch.multilevel.simple_slopes`.

    Returns
    -------
    Figure

    See also
    --------
    lcresearch.multilevel.region_of_significance : The numbers.
    """
    figure = Figure(figsize=(6.4, 3.8), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    axes.axhline(0, color=MUTED, linewidth=1, linestyle=_DASHED, zorder=1)
    if moderator in result.model.cross.levels:
        table = simple_slopes(result, predictor, moderator, ddf=ddf)
        places = np.arange(len(table))
        axes.vlines(places, table["conf_low"], table["conf_high"], color=ACCENT, linewidth=2)
        axes.plot(places, table["estimate"], "o", color=ACCENT, markeredgecolor="white", markersize=8)
        axes.set_xticks(places, [clean(str(level)) for level in table[moderator]], parse_math=False)
        axes.set_xlim(-0.6, len(table) - 0.4)
    else:
        _band(axes, result, predictor, moderator, *moderator_range(result, moderator, low, high), ddf)
    axes.set_xlabel(clean(moderator), parse_math=False)
    axes.set_ylabel(Messages()("report.plot.slope", name=clean(predictor)), parse_math=False)
    return figure


def _band(
    axes: Axes, result: LinearMixedModel, predictor: str, moderator: str, low: float, high: float, ddf: str | None
) -> None:
    table = simple_slopes(result, predictor, moderator, np.linspace(low, high, _POINTS).tolist(), ddf=ddf)
    x = table[moderator]
    axes.fill_between(x, table["conf_low"], table["conf_high"], color=GRID, linewidth=0)
    axes.plot(x, table["estimate"], color=INK, linewidth=1.8)
    stretches = region_of_significance(result, predictor, moderator, low, high, ddf=ddf)
    label: str | None = Messages()("report.plot.slope_differs")
    for stretch in stretches[stretches["significant"]].itertuples():
        own = np.r_[stretch.low, x[(x > stretch.low) & (x < stretch.high)], stretch.high]
        limits = [np.interp(own, x, table[name]) for name in ("conf_low", "conf_high")]
        axes.fill_between(own, *limits, color=ACCENT, alpha=0.25, linewidth=0, label=label)
        label = None
    if label is None:
        axes.legend(frameon=False, loc="best")
    axes.set_xlim(low, high)


def _grid(n: int, *, wide: bool = False) -> tuple[Figure, list[Axes]]:
    columns = min(n, _COLUMNS)
    rows = -(-n // columns)
    figure = Figure(figsize=(3.6 * columns if columns > 1 else 4.4, (3.0 if wide else 3.2) * rows + 0.3))
    figure.set_layout_engine("constrained")
    axes = list(figure.subplots(rows, columns, squeeze=False).ravel())
    for spare in axes[n:]:
        spare.set_visible(False)
    for place in axes[:n]:
        plain_axes(place)
    return figure, axes[:n]


def _titled(axes: Axes, title: str) -> None:
    axes.set_title(clean(title), fontsize=10, loc="left", color=INK, parse_math=False)


def _labelled(figure: Figure, across: str, up: str) -> None:
    figure.supxlabel(Messages()(f"report.plot.{across}"), fontsize=10, color=INK)
    figure.supylabel(Messages()(f"report.plot.{up}"), fontsize=10, color=INK)


def _marks(n: int) -> dict[str, Any]:
    """Marks that many points do not hide each other."""
    if n <= _MANY:
        return {"markersize": 5, "markeredgecolor": "white", "markeredgewidth": 0.6}
    return {"markersize": 3, "markeredgewidth": 0, "alpha": 0.45}


def _running(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means of both in stretches with equally many points."""
    known = np.isfinite(x) & np.isfinite(y)
    order = np.argsort(x[known], kind="stable")
    parts = np.array_split(order, max(min(_MOST_BINS, len(order) // _ROWS_A_BIN), 1))
    return np.array([x[known][part].mean() for part in parts]), np.array([y[known][part].mean() for part in parts])
