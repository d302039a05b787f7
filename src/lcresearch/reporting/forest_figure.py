"""A forest: each study with its interval and weight, the mean effect, and where a new study would lie."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from lcresearch.errors import ReportingError
from lcresearch.messages import Messages
from lcresearch.reporting.canvas import ACCENT, GRID, INK, MUTED, SIMULATED
from lcresearch.reporting.estimates_figure import plain_numbers
from lcresearch.reporting.wording import clean
from lcresearch.synthesis import MetaAnalysis

_MOST = 60
_LONGEST = 38


def forest_figure(result: MetaAnalysis) -> Figure:
    """Effects as squares (the area follows the weight), the mean as a diamond, the prediction interval as a bar.

    A meta-regression has no single mean: there only the studies are drawn, each with the effect that the model gives
    its moderators.

    Raises
    ------
    ReportingError
        M428: more than 60 studies.
    """
    studies = result.studies()
    if len(studies) > _MOST:
        raise ReportingError("M428", n=len(studies), most=_MOST)
    say = Messages()
    overall = result.null is None
    lines = len(studies) + (1 if overall else 0) + (1 if overall and _predicted(result) else 0)
    figure = Figure(figsize=(8.6, 1.5 + 0.29 * lines), layout="constrained")
    axes = figure.add_subplot()
    _draw_studies(axes, studies)
    figures = studies[["yi", "conf_low", "conf_high", "weight"]].to_numpy(dtype=np.float64).tolist()
    rows = [_row(say, *row) for row in figures]
    names = [_short(name) for name in studies["study"]]
    if overall:
        _draw_mean(axes, result, say, names, rows)
    else:
        fitted = result.fit.studies.x @ result.fit.coefficients
        axes.plot(fitted, np.arange(len(studies)), "D", color=SIMULATED, markersize=5, markerfacecolor="none")
    _dress(axes, result, say, names, rows)
    return figure


def _predicted(result: MetaAnalysis) -> bool:
    return bool(np.isfinite(result.prediction_interval()["pred_low"].iloc[0]))


def _draw_studies(axes: Axes, studies: pd.DataFrame) -> None:
    places = np.arange(len(studies))
    axes.hlines(places, studies["conf_low"], studies["conf_high"], color=INK, linewidth=1.1)
    area = 130 * studies["weight"] / studies["weight"].max()
    axes.scatter(studies["yi"], places, s=np.maximum(area, 8), marker="s", color=ACCENT, zorder=3, linewidths=0)


def _draw_mean(axes: Axes, result: MetaAnalysis, say: Messages, names: list[str], rows: list[tuple[str, str]]) -> None:
    mean = result.prediction_interval().iloc[0]
    place = len(names)
    corners = [
        (mean["conf_low"], place),
        (mean["estimate"], place - 0.3),
        (mean["conf_high"], place),
        (mean["estimate"], place + 0.3),
    ]
    axes.add_patch(Polygon(corners, closed=True, color=SIMULATED, zorder=4))
    axes.axvline(mean["estimate"], color=SIMULATED, linewidth=1, linestyle=(0, (2, 3)), zorder=0)
    equal = result.fit.method in ("EE", "FE")
    names.append(say("synthesis.forest.common" if equal else "synthesis.forest.mean"))
    rows.append(_row(say, mean["estimate"], mean["conf_low"], mean["conf_high"], None))
    if _predicted(result):
        axes.hlines(place + 1, mean["pred_low"], mean["pred_high"], color=SIMULATED, linewidth=4, alpha=0.55)
        names.append(say("synthesis.forest.prediction"))
        rows.append(("", f"[{say.number(mean['pred_low'])}; {say.number(mean['pred_high'])}]"))
    axes.axhline(place - 0.5, color=GRID, linewidth=1)


def _row(say: Messages, estimate: float, low: float, high: float, weight: float | None) -> tuple[str, str]:
    share = "" if weight is None else say.percent(weight / 100, digits=1)
    return share, f"{say.number(estimate)} [{say.number(low)}; {say.number(high)}]"


def _dress(axes: Axes, result: MetaAnalysis, say: Messages, names: list[str], rows: list[tuple[str, str]]) -> None:
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(colors=INK, length=0)
    axes.axvline(0, color=MUTED, linewidth=1, zorder=0)
    axes.set_yticks(np.arange(len(names)), names, parse_math=False)
    axes.set_ylim(len(names) - 0.3, -1.5)
    axes.text(
        -0.02,
        -1,
        say("synthesis.forest.study"),
        transform=axes.get_yaxis_transform(),
        ha="right",
        va="center",
        color=INK,
        fontweight="bold",
    )
    right: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "va": "center", "color": INK, "parse_math": False}
    heads = (say("synthesis.forest.weight"), say("synthesis.forest.effect"))
    for place, (weight, effect), bold in [(-1, heads, "bold"), *((i, row, "normal") for i, row in enumerate(rows))]:
        axes.text(1.12, place, weight, ha="right", fontweight=bold, **right)
        axes.text(1.15, place, effect, ha="left", fontweight=bold, **right)
    plain_numbers(axes)
    glance = result.glance().iloc[0]
    words = say(
        "synthesis.forest.heterogeneity",
        n=len(result.input.labels),
        tau2=say.number(glance["tau2"], digits=3),
        i2=say.percent(glance["i2"] / 100),
        df=int(glance["q_df"]),
        q=say.number(glance["q"], digits=1),
        p=_p(say, glance["q_p_value"]),
    )
    axes.set_xlabel(f"{say('synthesis.forest.axis')}\n{words}", color=INK)


def _p(say: Messages, value: float) -> str:
    written = say.p_value(value)
    return written if written[:1] in "<>" else f"= {written}"


def _short(name: str) -> str:
    name = clean(name)
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
