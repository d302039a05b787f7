"""Agreement of raters or coders: alpha by code with its interval, so that no code hides behind the mean."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from lcresearch.agreement import RaterAgreement
from lcresearch.errors import ReportingError
from lcresearch.messages import Messages, text_keys
from lcresearch.reporting.canvas import ACCENT, INK, MUTED
from lcresearch.reporting.multilevel_figures import plain_axes
from lcresearch.reporting.wording import clean

KRIPPENDORFF = (0.667, 0.800)
"""From .667 tentative, from .800 reliable (Krippendorff, 2004, p. 241): a habit, not a test."""
_ALPHA = ("krippendorff_alpha", "u_alpha")
_TOGETHER = ("(all)", "(all top codes)")
_KINDS = ["all", "parent", "code"]
_MOST = 60


def rater_agreement_figure(result: RaterAgreement) -> Figure:
    """Alpha of each code with its 95% interval, all codes together on top; of a single set of ratings each coefficient.

    Codes stand in the order of the table. Of more than 60 codes those that were given most often are drawn, and the
    figure says so. Behind each name stands how many segments, characters or passages got the code.

    Raises
    ------
    ReportingError
        P003: no coefficient is defined.
    """
    say, table = Messages(), result.tidy()
    several = "code" in table
    rows = table[table["term"].isin(_ALPHA)] if several else table
    rows = rows[rows["estimate"].notna()].reset_index(drop=True)
    if rows.empty:
        raise ReportingError("P003")
    counts = _counts(result)
    n_left_out = 0
    if several and len(rows) > _MOST:
        together = rows["code"].isin(_TOGETHER)
        size = rows["code"].map(counts).fillna(0.0).where(~together, np.inf)
        kept = size.rank(method="first", ascending=False) <= _MOST
        n_left_out, rows = int((~kept).sum()), rows[kept].reset_index(drop=True)
    if "kind" in rows:
        rows = rows.iloc[rows["kind"].map(_KINDS.index).argsort(kind="stable")].reset_index(drop=True)
    names = _names(rows, counts, say) if several else [_term(str(name), say) for name in rows["term"]]
    figure = Figure(figsize=(7.2, 1.3 + 0.3 * len(rows)), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    places = np.arange(len(rows))
    colours = [INK if several and code in _TOGETHER else ACCENT for code in rows.get("code", names)]
    axes.hlines(places, rows["conf_low"], rows["conf_high"], color=colours, linewidth=2)
    axes.scatter(rows["estimate"], places, c=colours, edgecolors="white", s=44, zorder=3)
    for line in KRIPPENDORFF if several else ():
        axes.axvline(line, color=MUTED, linewidth=1, linestyle=(0, (3, 2)), zorder=0)
    axes.set_yticks(places, [clean(name) for name in names], parse_math=False)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(min(0.0, float(rows["estimate"].min()) - 0.1, float(np.nanmin(rows["conf_low"], initial=0.0))), 1.02)
    axes.xaxis.set_major_formatter(lambda x, _: say.number(float(x), digits=1 if round(x * 10, 6) % 1 == 0 else 2))
    axes.set_xlabel(_label(result, several, n_left_out, say), color=INK)
    return figure


def _counts(result: RaterAgreement) -> dict[str, float]:
    """Code -> segments, characters or passages that got it."""
    shares = result.categories
    column = next((name for name in ("n_given", "n_spans") if name in shares), None)
    if column is None or "code" not in shares:
        return {}
    return dict(zip(shares["code"].astype(str), shares[column].astype(float), strict=True))


def _names(rows: pd.DataFrame, counts: dict[str, float], say: Messages) -> list[str]:
    """What stands beside each row: the last name of the path, and how often the code was given."""
    names = []
    for code in rows["code"].astype(str):
        *_, last = [part for part in code.split(" > ") if part != "*"] or [code]
        if code in _TOGETHER:
            names.append(say(f"coder_agreement.plot.{'all' if code == _TOGETHER[0] else 'all_top'}"))
            continue
        name = say("coder_agreement.plot.below", name=last) if code.endswith(" > *") else last
        names.append(f"{name} ({say.number(counts[code], digits=0)})" if code in counts else name)
    return names


def _term(name: str, say: Messages) -> str:
    key = f"coder_agreement.term.{name}"
    return say(key) if key in text_keys() else name.replace("_", " ")


def _label(result: RaterAgreement, several: bool, n_left_out: int, say: Messages) -> str:
    if not several:
        return say("report.plot.estimate")
    text = say(f"coder_agreement.plot.{result.unit}")
    return f"{text}\n{say('coder_agreement.plot.left_out', n=n_left_out)}" if n_left_out else text
