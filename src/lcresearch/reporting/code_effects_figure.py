"""Effects of codes as they are and corrected, and how reliable codes are for passages and for cases."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lcresearch.errors import ReportingError
from lcresearch.integration import CodeEffects, Quantitised
from lcresearch.messages import Messages
from lcresearch.reporting.canvas import ACCENT, INK, MUTED, SIMULATED
from lcresearch.reporting.estimates_figure import plain_numbers
from lcresearch.reporting.multilevel_figures import plain_axes
from lcresearch.reporting.wording import clean

_MOST = 30
_APART = 0.18


def code_effects_figure(result: CodeEffects) -> Figure:
    """Naive and corrected effects, one term below the other; an open interval runs off the figure.

    Raises
    ------
    ReportingError
        P003: nothing to draw.
    """
    terms = list(dict.fromkeys(result.effects["term"]))[:_MOST]
    if not terms:
        raise ReportingError("P003")
    say = Messages()
    figure, axes = _axes(terms)
    for analysis, colour, shift in (("naive", MUTED, -_APART), ("corrected", ACCENT, _APART)):
        rows = result.effects[result.effects["analysis"] == analysis].set_index("term").reindex(terms)
        _intervals(axes, rows, colour, shift, say(f"code_effects.{analysis}"))
    finite = result.effects[["estimate", "conf_low", "conf_high"]].replace([np.inf, -np.inf], np.nan).to_numpy()
    low, high = min(np.nanmin(finite), 0.0), max(np.nanmax(finite), 0.0)
    room = 0.15 * (high - low) or 1.0
    axes.set_xlim(low - room, high + room)
    axes.axvline(0, color=MUTED, linewidth=1, linestyle=(0, (3, 2)), zorder=0)
    _notes(axes, rows["estimate"], say("code_effects.not_corrected"), _APART)
    percent = say.percent(result.conf_level)
    _finish(figure, axes, say("code_effects.axis", percent=percent, n=result.n_cases))
    return figure


def quantitised_figure(result: Quantitised) -> Figure:
    """Krippendorff's alpha of each code: of passages, and of cases.

    Raises
    ------
    ReportingError
        P003: no code was given by two coders.
    """
    table = result.reliability.set_index("code").head(_MOST)
    if not table[["alpha", "segments_alpha"]].notna().any(axis=None):
        raise ReportingError("P003")
    say = Messages()
    figure, axes = _axes([str(one) for one in table.index])
    for name, colour, shift in (("segments", MUTED, -_APART), ("cases", ACCENT, _APART)):
        columns = ["segments_alpha", "segments_low", "segments_high"] if name == "segments" else None
        rows = table[columns or ["alpha", "alpha_low", "alpha_high"]]
        rows = rows.set_axis(["estimate", "conf_low", "conf_high"], axis=1)
        _intervals(axes, rows, colour, shift, say(f"code_effects.alpha.{name}"))
    axes.set_xlim(-0.6, 1.05)
    for limit in (0.667, 0.8):
        axes.axvline(limit, color=MUTED, linewidth=1, linestyle=(0, (3, 2)), zorder=0)
    _notes(axes, table["alpha"].fillna(table["segments_alpha"]), say("code_effects.unknown"), 0.0)
    percent = say.percent(float(result.settings.get("conf_level", 0.95)))
    _finish(figure, axes, say("code_effects.alpha.axis", percent=percent))
    return figure


def _axes(names: list[str]) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(7.2, 1.5 + 0.5 * len(names)), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    axes.set_yticks(np.arange(len(names)), [clean(name).replace("_", " ") for name in names], parse_math=False)
    axes.set_ylim(len(names) - 0.5, -0.5)
    return figure, axes


def _intervals(axes: Axes, rows: pd.DataFrame, colour: str, shift: float, label: str) -> None:
    places = np.arange(len(rows)) + shift
    reach = 1e6
    low, high = (rows[name].to_numpy(dtype=float).clip(-reach, reach) for name in ("conf_low", "conf_high"))
    axes.hlines(places, low, high, color=colour, linewidth=2)
    estimate = rows["estimate"].to_numpy(dtype=float)
    axes.plot(estimate, places, "o", color=colour, markeredgecolor="white", markersize=7, label=clean(label))


def _notes(axes: Axes, estimates: pd.Series[float], text: str, shift: float) -> None:
    """A note at the left, in each row without an estimate."""
    for place in np.flatnonzero(estimates.isna()):
        across = axes.get_yaxis_transform()
        axes.text(0.02, place + shift, text, transform=across, va="center", color=SIMULATED, fontsize=9, style="italic")


def _finish(figure: Figure, axes: Axes, label: str) -> None:
    plain_numbers(axes)
    axes.set_xlabel(label, color=INK)
    figure.legend(loc="outside upper left", ncols=2, frameon=False, fontsize=9)
