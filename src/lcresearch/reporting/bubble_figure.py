"""The bubble plot of a meta-regression: effects by one moderator, with the line of the model."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from lcresearch.messages import Messages
from lcresearch.reporting.canvas import ACCENT, INK, MUTED, PAPER, SIMULATED
from lcresearch.reporting.effect_scale import Array, effect_scale
from lcresearch.reporting.multilevel_figures import plain_axes
from lcresearch.reporting.point_labels import label_points
from lcresearch.reporting.single_study_figures import numbers_along
from lcresearch.reporting.wording import clean
from lcresearch.synthesis import MetaAnalysis
from lcresearch.synthesis.random_effects.influence import cook_at_tau2

_LARGEST, _SMALLEST = 420.0, 14.0
_NAMED_ALL, _NAMED_SOME = 15, 6


def bubble_figure(
    result: MetaAnalysis,
    *,
    moderator: str | None = None,
    prediction: bool = False,
    shown_as: str | None = None,
    conf_level: float = 0.95,
) -> Figure:
    """Each study as a bubble (the area follows the weight), the line and its band, also of new studies when asked for.

    Up to 15 studies have their names; of more, the three heaviest and the three that move the line most.
    """
    say, scale = Messages(), effect_scale(shown_as)
    scale.check(result.studies()[["yi"]])
    values = result.moderator_values(moderator)
    line = result.regression_line(str(values.name), conf_level=conf_level)
    x, y = values.to_numpy(dtype=np.float64), result.fit.studies.y
    weights = result.fit.weighted.weights / result.fit.weighted.weights.max()
    figure = Figure(figsize=(6.6, 4.8), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    if scale.null is not None:
        axes.axhline(scale.null, color=MUTED, linewidth=1, zorder=1)
    level = say.percent(conf_level)
    if prediction and line["pred_low"].notna().all():
        label = say("synthesis.figure.bubble.prediction", level=level)
        for n, name in enumerate(("pred_low", "pred_high")):
            axes.plot(
                line["at"], line[name], color=SIMULATED, linewidth=1, linestyle=(0, (4, 3)), label=None if n else label
            )
    label = say("synthesis.figure.bubble.confidence", level=level)
    axes.fill_between(
        line["at"], line["conf_low"], line["conf_high"], color=SIMULATED, alpha=0.14, linewidth=0, label=label
    )
    axes.plot(line["at"], line["estimate"], color=SIMULATED, linewidth=2, label=say("synthesis.figure.bubble.line"))
    area = np.maximum(_LARGEST * weights, _SMALLEST)
    axes.scatter(x, y, s=area, color=ACCENT, alpha=0.55, edgecolors=PAPER, linewidths=0.8, zorder=3)
    axes.scatter(x, y, s=3, color=INK, linewidths=0, zorder=4)
    axes.margins(x=0.07, y=0.08)
    axes.set_xlabel(clean(values.name), parse_math=False)
    axes.set_ylabel(say(f"synthesis.figure.bubble.{scale.name}"))
    numbers_along(axes)
    if scale.name != "effect":
        ticks = scale.ticks(*axes.get_ylim())
        axes.set_yticks(ticks, scale.labels(ticks.tolist(), say))
    figure.legend(frameon=False, loc="outside lower center", ncols=3, fontsize=8)
    order = _order(result, weights)
    names = [clean(result.input.labels[place]) for place in order]
    most = _NAMED_ALL if len(x) <= _NAMED_ALL else _NAMED_SOME
    label_points(figure, axes, x[order], y[order], names, radius=np.sqrt(area[order] / np.pi), most=most)
    return figure


def _order(result: MetaAnalysis, weights: Array) -> npt.NDArray[np.int64]:
    """Studies in order of how much there is to say of them: by turns the heaviest and the most influential."""
    moved = cook_at_tau2(result.fit)
    turns = np.column_stack([np.argsort(-weights, kind="stable"), np.argsort(-moved, kind="stable")]).ravel()
    _, first = np.unique(turns, return_index=True)
    return np.asarray(turns[np.sort(first)], dtype=np.int64)
