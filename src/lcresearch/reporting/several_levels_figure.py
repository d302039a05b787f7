"""The forest of a meta-analysis of several levels: effects under the group of the outermost level."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy import stats

from lcresearch.messages import Messages
from lcresearch.reporting.element_forest import element_forest
from lcresearch.synthesis import MultilevelMetaAnalysis


def several_levels_figure(
    result: MultilevelMetaAnalysis,
    *,
    shown_as: str | None = None,
    smallest_worthwhile: float | None = None,
    conf_level: float = 0.95,
) -> Figure:
    """A heading for each group of the outermost level with its effects; then the mean, and where a new effect lies.

    With moderators there is no single mean: each effect then has what the model gives it. With outcomes there is a mean
    for each.
    """
    say, fit = Messages(), result.fit
    frame = _effects(result, conf_level)
    pooled = pd.DataFrame(columns=["estimate", "conf_low", "conf_high"])
    notes = [_spread(result)]
    if result.by_outcome:
        pooled = result.prediction_interval(conf_level).assign(label=list(result.outcomes))
    elif set(result.input.terms) == {"intercept"}:
        pooled = result.prediction_interval(conf_level).assign(label=say("synthesis.forest.mean"), note=notes[0])
        notes = []
    else:
        frame["fitted"] = result.input.studies.x @ fit.coefficients
    return element_forest(
        frame,
        pooled,
        smallest_worthwhile=smallest_worthwhile,
        shown_as=shown_as,
        subject="study",
        conf_level=conf_level,
        notes=notes,
    )


def _effects(result: MultilevelMetaAnalysis, conf_level: float) -> pd.DataFrame:
    """An effect a row, those of a group together; groups of one effect each need no heading."""
    outermost, innermost = result.levels[0], result.levels[-1]
    studies = result.input.studies
    half = stats.norm.isf((1 - conf_level) / 2) * np.sqrt(studies.v)
    columns = {"estimate": studies.y, "conf_low": studies.y - half, "conf_high": studies.y + half}
    groups = np.array(outermost.groups, dtype=object)[outermost.codes]
    names = list(result.input.labels)
    numbers_only = all(name.isdigit() for name in names)
    if len(result.levels) > 1 and numbers_only:
        names = [innermost.groups[code].split(" / ", 1)[-1] for code in innermost.codes]
    if result.outcomes:
        names = [f"{name}: {result.outcomes[code]}" for name, code in zip(names, result.outcome, strict=True)]
    frame = pd.DataFrame(columns).assign(label=names)
    if len(outermost.groups) < studies.k:
        frame["sector"] = groups
    elif numbers_only:
        frame["label"] = groups
    return frame.iloc[np.argsort(outermost.codes, kind="stable")].reset_index(drop=True)


def _spread(result: MultilevelMetaAnalysis) -> str:
    """How much true effects differ at each level, in words."""
    say = Messages()
    table = result.variance_components
    named = [str(level) for level in table["level"]]
    if "outcome" in table.columns:
        named = [
            level if pd.isna(o) or o == "" else f"{level}, {o}"
            for level, o in zip(named, table["outcome"], strict=True)
        ]
    sizes = [f"{name} {say.number(float(sd), digits=2)}" for name, sd in zip(named, table["std_dev"], strict=True)]
    return say(
        "synthesis.figure.levels",
        n=result.input.studies.k,
        groups=len(result.levels[0].groups),
        spread="; ".join(sizes),
    )
