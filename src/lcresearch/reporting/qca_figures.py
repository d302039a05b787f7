"""Figures of what stays of recipes, of recipes in groups, and of recipes beside regression."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from lcresearch.integration import BesideRegression, QcaClusters, QcaRobustness
from lcresearch.messages import Messages
from lcresearch.reporting.canvas import ACCENT, INK, MUTED, PAPER, SIMULATED, readable_on
from lcresearch.reporting.multilevel_figures import plain_axes
from lcresearch.reporting.point_labels import label_points
from lcresearch.reporting.qca_names import shown_names
from lcresearch.reporting.single_study_figures import numbers_along
from lcresearch.reporting.text_metrics import in_lines
from lcresearch.reporting.wording import clean

FATES = {"same": ACCENT, "shorter": "#7fb3ad", "longer": "#c9b79c", "gone": SIMULATED}
_FOLDER = "integration.qca"
_LONGEST = 190.0


def robustness_figure(result: QcaRobustness) -> Figure:
    """Of each term in how many of the other analyses it came back: as it was, shorter, longer or not at all."""
    say = Messages()
    terms = result.shown().reset_index(drop=True)
    figure = Figure(figsize=(7.2, 1.5 + 0.5 * len(terms)), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    axes.grid(False, axis="y")
    places = np.arange(len(terms))[::-1]
    left = np.zeros(len(terms))
    for fate, colour in FATES.items():
        share = terms[fate].to_numpy(dtype=np.float64)
        axes.barh(places, share, left=left, height=0.62, color=colour, label=say(f"{_FOLDER}.fates.{fate}"))
        for place, start, width in zip(places, left, share, strict=True):
            if width > 0.07:
                text = say.percent(float(width))
                axes.text(
                    start + width / 2, place, text, ha="center", va="center", fontsize=8, color=readable_on(colour)
                )
        left = left + share
    axes.set_yticks(
        places, ["\n".join(in_lines(clean(term), _LONGEST, 10)) for term in terms["term"]], parse_math=False
    )
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(lambda value, _: say.percent(float(value)))
    n = int(terms["n_runs"].max()) if len(terms) else 0
    axes.set_xlabel(say(f"{_FOLDER}.fates.axis", n=n))
    figure.legend(frameon=False, loc="outside upper center", ncols=4, fontsize=8)
    return figure


def clusters_figure(result: QcaClusters) -> Figure:
    """Consistency of each term in every group, with that of all cases together as a line."""
    say = Messages()
    terms = list(dict.fromkeys(result.table["term"]))
    figure = Figure(figsize=(7.2, 1.5 + 0.5 * len(terms)), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    for place, term in enumerate(reversed(terms)):
        part = result.table[result.table["term"] == term]
        within = part.loc[part["level"] == "within", "consistency"].dropna().to_numpy(dtype=np.float64)
        pooled = float(part.loc[part["level"] == "pooled", "consistency"].iloc[0])
        first = place == 0
        label = say(f"{_FOLDER}.groups.within") if first else None
        axes.scatter(
            within, np.full(len(within), place), s=34, color=ACCENT, alpha=0.65, edgecolors=PAPER, zorder=3, label=label
        )
        label = say(f"{_FOLDER}.groups.pooled") if first else None
        axes.plot([pooled] * 2, [place - 0.3, place + 0.3], color=SIMULATED, linewidth=2, zorder=4, label=label)
    heads = ["\n".join(in_lines(clean(term), _LONGEST, 10)) for term in reversed(terms)]
    axes.set_yticks(range(len(terms)), heads, parse_math=False)
    axes.set_ylim(-0.6, len(terms) - 0.4)
    axes.set_xlim(-0.03, 1.03)
    axes.set_xlabel(say(f"{_FOLDER}.groups.axis"))
    numbers_along(axes, vertical=False)
    figure.legend(frameon=False, loc="outside upper center", ncols=2, fontsize=8)
    return figure


def beside_figure(result: BesideRegression, *, names: str = "confidential") -> Figure:
    """Cases by membership of the recipes and by what regression expects; those on which the two differ are named."""
    say = Messages()
    cases = result.cases
    figure = Figure(figsize=(6.2, 5.0), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    x, y = cases["recipe"].to_numpy(dtype=np.float64), cases["main"].to_numpy(dtype=np.float64)
    colours = {"both_right": ACCENT, "recipe_right": SIMULATED, "regression_right": "#5b4b8a", "both_wrong": MUTED}
    for story, colour in colours.items():
        chosen = (cases["story"] == story).to_numpy()
        if chosen.any():
            label = say(f"{_FOLDER}.beside.story.{story}")
            axes.scatter(
                x[chosen], y[chosen], s=36, color=colour, edgecolors=PAPER, linewidths=0.8, zorder=4, label=label
            )
    axes.axvline(0.5, color=MUTED, linewidth=1, linestyle=(0, (2, 2)), zorder=1)
    axes.margins(0.08)
    axes.set_xlabel(say(f"{_FOLDER}.apart.recipe"))
    axes.set_ylabel(say(f"{_FOLDER}.apart.main"))
    numbers_along(axes)
    figure.legend(frameon=False, loc="outside lower center", ncols=2, fontsize=8, labelcolor=INK)
    if names != "none":
        shown = shown_names(cases.set_index("case")[["outcome", "recipe", "main"]], names)
        order = np.argsort(~cases["story"].isin(["recipe_right", "regression_right"]).to_numpy(), kind="stable")
        texts = [clean(shown[case]) for case in cases["case"].iloc[order]]
        label_points(figure, axes, x[order], y[order], texts, radius=np.full(len(x), 3.4), most=40)
    return figure
