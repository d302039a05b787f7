"""Forests of a meta-analysis: its studies, also in subgroups, without each study, and as studies came in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from lcresearch.messages import Messages
from lcresearch.reporting.element_forest import element_forest
from lcresearch.synthesis import MetaAnalysis, Subgroups

_EQUAL = ("EE", "FE")
_SMALLEST = 0.001


def forest_figure(
    result: MetaAnalysis,
    *,
    subgroups: Any = None,
    shown_as: str | None = None,
    smallest_worthwhile: float | None = None,
    conf_level: float = 0.95,
) -> Figure:
    """Effects as squares (the area follows the weight), the mean as a diamond, the prediction interval as a bar.

    A meta-regression has no single mean: there only the studies are drawn, each with the effect that the model gives
    its moderators.
    """
    if subgroups is not None:
        found = result.subgroups(subgroups, conf_level)
        return subgroups_figure(found, shown_as=shown_as, smallest_worthwhile=smallest_worthwhile)
    frame = result.studies(conf_level).rename(columns={"study": "label", "yi": "estimate"})
    pooled = pd.DataFrame(columns=["estimate", "conf_low", "conf_high"])
    notes: list[str] = []
    words = _heterogeneity(result.glance().iloc[0], len(frame))
    if result.null is None:
        pooled = result.prediction_interval(conf_level).assign(label=_name(result), note=words)
    else:
        frame["fitted"] = result.fit.studies.x @ result.fit.coefficients
        notes = [words]
    return element_forest(
        frame,
        pooled,
        smallest_worthwhile=smallest_worthwhile,
        shown_as=shown_as,
        subject="study",
        conf_level=conf_level,
        notes=notes,
    )


def subgroups_figure(
    result: Subgroups, *, shown_as: str | None = None, smallest_worthwhile: float | None = None
) -> Figure:
    """A heading, the studies and a diamond for each subgroup, then all studies together and the test between."""
    say = Messages()
    frame = result.members.rename(columns={"study": "label", "yi": "estimate", "group": "sector"})
    half = _normal(result.conf_level) * np.sqrt(frame["vi"])
    frame = frame.assign(conf_low=frame["estimate"] - half, conf_high=frame["estimate"] + half)
    groups = result.table.assign(sector=result.table["term"], pred_low=np.nan, pred_high=np.nan)
    pooled = pd.concat([groups, result.overall.assign(sector=None)], ignore_index=True)
    pooled["note"] = [_heterogeneity(row, int(row["n"])) for _, row in pooled.iterrows()]
    test = say(
        "synthesis.figure.between",
        df=result.q_df,
        q=say.number(result.q_between, digits=1),
        p=float(result.q_p_value),
    )
    return element_forest(
        frame,
        pooled,
        smallest_worthwhile=smallest_worthwhile,
        shown_as=shown_as,
        subject="study",
        conf_level=result.conf_level,
        notes=[test],
    )


def leave_one_out_figure(result: MetaAnalysis, *, shown_as: str | None = None) -> Figure:
    """The mean effect without each study in turn, above the one of all studies."""
    say = Messages()
    table = result.leave_one_out()
    labels = [say("synthesis.figure.without", study=name) for name in table["left_out"]]
    return _of_means(result, table, labels, say("synthesis.figure.axis.without"), shown_as)


def cumulative_figure(result: MetaAnalysis, *, order: Any = None, shown_as: str | None = None) -> Figure:
    """The mean effect after each study, in the order given, or by a column."""
    say = Messages()
    table = result.cumulative(order)
    labels = [
        say("synthesis.figure.with" if n else "synthesis.figure.first", study=name)
        for n, name in enumerate(table["added"])
    ]
    return _of_means(result, table, labels, say("synthesis.figure.axis.cumulative"), shown_as)


def _of_means(result: MetaAnalysis, table: pd.DataFrame, labels: list[str], axis: str, shown_as: str | None) -> Figure:
    frame = table[["estimate", "conf_low", "conf_high"]].assign(label=labels)
    pooled = result.prediction_interval()[["estimate", "conf_low", "conf_high"]].assign(label=_name(result))
    return element_forest(frame, pooled, shown_as=shown_as, subject="study", axis=axis)


def _name(result: MetaAnalysis) -> str:
    return Messages()("synthesis.forest.common" if result.fit.method in _EQUAL else "synthesis.forest.mean")


def _heterogeneity(row: pd.Series, n: int) -> str:
    """How much effects differ, in words; of one study nothing can be said."""
    say = Messages()
    if n < 2:
        return say("synthesis.figure.one_study")
    return say(
        "synthesis.forest.heterogeneity",
        n=n,
        tau2=_small(say, float(row["tau2"])),
        i2=say.percent(row["i2"] / 100),
        df=int(row["q_df"]) if "q_df" in row.index else n - 1,
        q=say.number(row["q"], digits=1),
        p=float(row["q_p_value"]),
    )


def _small(say: Messages, tau2: float) -> str:
    small = 0 < tau2 < _SMALLEST
    return f"{'<' if small else '='} {say.number(_SMALLEST if small else tau2, digits=3)}"


def _normal(conf_level: float) -> float:
    from scipy import stats

    return float(stats.norm.isf((1 - conf_level) / 2))
