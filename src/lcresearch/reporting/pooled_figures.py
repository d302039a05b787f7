"""Figures of a synthesis of evidence packages: all elements, and one element over consortia."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lcresearch.errors import ReportingError, SynthesisError, nearest
from lcresearch.messages import Messages
from lcresearch.reporting.canvas import ACCENT, INK, MUTED
from lcresearch.reporting.element_forest import element_forest
from lcresearch.reporting.estimates_figure import plain_numbers
from lcresearch.reporting.multilevel_figures import plain_axes
from lcresearch.reporting.wording import clean
from lcresearch.synthesis import Synthesis
from lcresearch.synthesis.elements.wording import word

_KEYS = ["element", "outcome", "model", "adjustment"]


def elements_figure(result: Synthesis) -> Figure:
    """Mean effects with intervals, what to expect in a new consortium, and effects by sector; a row an element.

    Raises
    ------
    ReportingError
        P003: no effect could be estimated.
    """
    say = Messages()
    table = result.working_elements.table
    table = table[table["estimate"].notna()].reset_index(drop=True)
    if table.empty:
        raise ReportingError("P003")
    figure = Figure(figsize=(7.2, 1.5 + 0.62 * len(table)), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    places = np.arange(len(table))
    _band(axes, table["smallest_worthwhile"].to_numpy(dtype=np.float64), say)
    axes.axvline(0, color=MUTED, linewidth=1, zorder=1)
    axes.hlines(
        places, table["pred_low"], table["pred_high"], color=MUTED, linewidth=1, label=say("synthesis.pooled.new")
    )
    axes.hlines(places, table["conf_low"], table["conf_high"], color=ACCENT, linewidth=3.2)
    axes.plot(
        table["estimate"], places, "D", color=ACCENT, markeredgecolor="white", markersize=8,
        label=say("synthesis.pooled.interval"),
    )  # fmt: skip
    _sectors(axes, result, table, say)
    axes.set_yticks(places, [_row_name(result, row, say) for _, row in table.iterrows()], parse_math=False)
    axes.set_ylim(len(table) - 0.45, -0.55)
    plain_numbers(axes)
    note = f" {say('synthesis.pooled.simulated')}" if result.simulated else ""
    axes.set_xlabel(say("synthesis.pooled.axis") + "." * bool(note) + note, color=INK)
    figure.legend(frameon=False, loc="outside lower center", ncols=2, fontsize=8, columnspacing=1.4)
    return figure


def _band(axes: Axes, bounds: npt.NDArray[np.float64], say: Messages) -> None:
    """Effects too small to matter, a strip a row, since outcomes may have other bounds."""
    places = np.arange(len(bounds))
    axes.barh(
        places, 2 * bounds, height=1.0, left=-bounds, color="#e8edef", linewidth=0, zorder=0,
        label=say("synthesis.pooled.band"),
    )  # fmt: skip


def _sectors(axes: Axes, result: Synthesis, table: pd.DataFrame, say: Messages) -> None:
    """A small open dot below each row for each sector."""
    rows = table[_KEYS].assign(place=np.arange(len(table)))
    sectors = result.sectors.merge(rows, on=_KEYS)
    sectors = sectors[sectors["estimable"]] if len(sectors) else sectors
    if len(sectors):
        axes.plot(
            sectors["estimate"], sectors["place"] + 0.24, "o", markersize=4.5, markerfacecolor="white",
            markeredgecolor=INK, linestyle="none", label=say("synthesis.pooled.sector"),
        )  # fmt: skip


def _row_name(result: Synthesis, row: pd.Series, say: Messages) -> str:
    programme, language = result.programme, say.language
    element = programme.elements[row["element"]].title
    outcome = programme.outcomes[row["outcome"]].title
    names = {
        "element": clean(element.get(language, row["element"])),
        "outcome": clean(outcome.get(language, row["outcome"])),
        "verdict": word("verdict_name", str(row["verdict"]), language),
    }
    several = result.working_elements.table["outcome"].nunique() > 1
    return say("synthesis.pooled.row_of_several" if several else "synthesis.pooled.row", **names)


def consortia_figure(result: Synthesis, *, element: str | None = None, outcome: str | None = None) -> Figure:
    """One element over consortia: predictions a consortium, effects by sector, the mean, and a new consortium.

    Parameters
    ----------
    result : Synthesis
    element : str, optional
        The first one unless given.
    outcome : str, optional
        Where there are several; the first one unless given.

    Raises
    ------
    SynthesisError
        Y114: no such element.
    ReportingError
        P003: no effect could be estimated.
    """
    say, table = Messages(), result.working_elements.table
    known = list(dict.fromkeys(map(str, table["element"])))
    element = known[0] if element is None else element
    if element not in known:
        raise SynthesisError("Y114", element=element, known=known, nearest=nearest(element, known) or "–")
    chosen = table[(table["element"] == element) & (outcome is None or table["outcome"] == outcome)]
    chosen = chosen[chosen["estimate"].notna()].iloc[:1]
    if chosen.empty:
        raise ReportingError("P003")
    one = chosen.iloc[0]
    titles = {name: text.get(say.language, name) for name, text in result.programme.sectors.items()}
    consortia = result.consortia.merge(chosen[_KEYS], on=_KEYS).rename(columns={"consortium": "label"})
    sectors = result.sectors.merge(chosen[_KEYS], on=_KEYS)
    for frame in (consortia, sectors):
        frame["sector"] = frame["sector"].map(titles)
    pooled = pd.concat(
        [sectors[sectors["estimable"].astype(bool)], chosen.assign(sector=None)], ignore_index=True
    ).reindex(columns=["sector", "estimate", "conf_low", "conf_high", "pred_low", "pred_high"])
    notes = [say("synthesis.pooled.drawn_in")]
    return element_forest(
        consortia[["label", "sector", "estimate", "conf_low", "conf_high"]],
        pooled,
        smallest_worthwhile=float(one["smallest_worthwhile"]),
        title=result.programme.elements[element].title.get(say.language, element),
        axis=say("synthesis.pooled.axis"),
        notes=[*notes, say("synthesis.pooled.simulated")] if result.simulated else notes,
    )
