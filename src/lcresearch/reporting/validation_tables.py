"""Tables on the page of a validation report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.disclosure import EVERYBODY
from lcresearch.measurement import Validation
from lcresearch.measurement.instrument_validation.comparisons import Comparison
from lcresearch.measurement.instrument_validation.norms import PERCENTILES
from lcresearch.measurement.instrument_validation.result_tables import shown_reliability
from lcresearch.measurement.instrument_validation.scale_parts import ScaleParts
from lcresearch.reporting.tables import Table, table
from lcresearch.reporting.wording import Wording, clean, is_missing, records

_WHOLE = {"n", "df", "number", "n_items", "n_freed", "n_deviating"}
_PLAIN = {"item", "chosen", "group", "unit", "term", "source", "kind", "groups"}
MOST_ROWS = 60


def cells(frame: pd.DataFrame, caption: str, columns: Sequence[str], say: Wording, digits: int = 2) -> Table | None:
    """A frame as a table: whole numbers, p values and others as they are read; None without rows."""
    kept = [name for name in columns if name in frame and (name in _PLAIN or frame[name].notna().any())]
    if frame.empty or not kept:
        return None
    rows = [[_cell(row[name], name, say, digits) for name in kept] for _, row in frame.head(MOST_ROWS).iterrows()]
    labels = {name: say(f"validation.column.{name}") for name in kept}
    return table(caption, rows, labels, numeric=[name for name in kept if name not in _PLAIN])


def _cell(value: Any, name: str, say: Wording, digits: int) -> str:
    if is_missing(value):
        return ""
    if isinstance(value, bool | np.bool_):
        return say(f"validation.{'yes' if value else 'no'}")
    if name in _PLAIN or isinstance(value, str):
        return clean(value)
    if name.startswith("p_"):
        return say.messages.p_value(float(value))
    if name in _WHOLE:
        return say.count(value)
    return say.number(value, 1 if name == "chi_square" or name.startswith("chi_square") else digits)


def rows_table(found: Validation, say: Wording) -> Table:
    """From the rows that were read to those that were used."""
    rows = [
        [say(f"validation.rows.{row.reason}"), say("validation.few") if is_missing(row.n) else say.count(row.n)]
        for row in records(found.account)
    ]
    labels = {"reason": say("validation.column.reason"), "n": say("validation.column.n_rows")}
    return table(say("validation.rows.title"), rows, labels, numeric=["n"])


def scale_tables(parts: ScaleParts, title: str, say: Wording) -> Iterator[Table | None]:
    """The figures of one scale in the technical part."""

    def named(key: str) -> str:
        return say(f"validation.caption.{key}")

    if parts.items is not None:
        columns = ["item", "n", "mean", "sd", "floor", "ceiling", "item_rest_correlation"]
        yield cells(parts.items.tidy(), named("items"), [*columns, "alpha_if_dropped"], say)
    if parts.dimensions is not None:
        first = parts.dimensions.tidy().head(8)
        yield cells(first, named("dimensions"), ["number", "component", "component_limit", "average_partial"], say, 3)
    if parts.factors is not None:
        yield _plain(parts.factors.pattern.rename_axis("item").reset_index(), named("factors"), say)
    if parts.model is not None:
        own = parts.model.tidy()
        own = own[own["kind"] == "loadings"].assign(item=lambda t: t["term"].str.split("=~").str[1])
        yield cells(own, named("loadings"), ["item", "std_all", "p_value"], say)
        yield cells(
            parts.model.glance(), named("fit"),
            ["n", "chi_square", "df", "p_value", "cfi", "tli", "rmsea", "rmsea_low", "rmsea_high", "srmr"], say, 3,
        )  # fmt: skip
    if parts.reliability is not None:
        yield _reliability(parts, named("reliability"), say)
    if parts.agreement is not None:
        columns = ["n", "n_groups", "icc_1", "icc_1_low", "icc_1_high", "icc_2", "r_wg_median", "ad", "ad_cut_off"]
        yield cells(parts.agreement.glance(), named("agreement"), columns, say)
    for compared in parts.comparisons:
        yield from _comparison(compared, say)
    if parts.short_form is not None:
        yield cells(parts.short_form.tidy(), named("short_form"), ["item", "chosen", "information"], say)
    yield from norm_tables(parts, say)


def _plain(frame: pd.DataFrame, caption: str, say: Wording) -> Table:
    rows = [[clean(row.iloc[0]), *(say.number(value) for value in row.iloc[1:])] for _, row in frame.iterrows()]
    names = [str(name) for name in frame.columns]
    labels = {name: say("validation.column.item") if name == "item" else name for name in names}
    return table(caption, rows, labels, numeric=names[1:])


def _reliability(parts: ScaleParts, caption: str, say: Wording) -> Table | None:
    shown = shown_reliability(parts)
    assert shown is not None
    made = shown.dropna(subset="estimate")
    named = made.assign(
        term=[
            f"{say(f'term.{row.term}')} ({say(f'term.{row.level}')})" for row in records(made)
        ]
    )  # fmt: skip
    return cells(named, caption, ["term", "estimate", "std_error", "conf_low", "conf_high", "n"], say)


def _comparison(found: Comparison, say: Wording) -> Iterator[Table | None]:
    by = clean(found.by)
    if found.invariance is not None:
        steps = found.invariance.tidy()
        named = steps.assign(
            term=[_step(say, row.step, row.partial, row.n_freed) for row in records(steps)],
            verdict=[say(f"validation.verdict.{one}") for one in steps["verdict"]],
        )
        columns = ["term", "chi_square", "df", "cfi", "rmsea", "srmr", "cfi_difference", "rmsea_difference", "verdict"]
        yield cells(named, say("validation.caption.steps", by=by), columns, say, 3)
        freed = found.invariance.freed
        yield cells(freed, say("validation.caption.freed", by=by), ["term", "unit", "change", "p_value"], say)
    if found.alignment is not None:
        yield cells(
            found.alignment.item_fit.assign(term=lambda t: t["kind"].map(lambda k: say(f"validation.kind.{k}"))),
            say("validation.caption.alignment", by=by), ["item", "term", "r_squared", "n_deviating"], say,
        )  # fmt: skip
    if found.dif is not None:
        columns = ["item", "statistic", "df", "p_adjusted", "nagelkerke_change", "magnitude"]
        yield cells(found.dif.shown(), say("validation.caption.dif", by=by), columns, say, 3)


def _step(say: Wording, step: str, partial: bool, n: int) -> str:
    name = say.messages(f"invariance.step.{step}")
    return say.messages("invariance.step.partial", step=name, n=int(n)) if partial else name


def norm_tables(parts: ScaleParts, say: Wording) -> Iterator[Table | None]:
    """Scores over all persons and by group, and the percentile rank of each score."""
    columns = ["group", "n", "mean", "sd", *(f"p{number}" for number in PERCENTILES)]
    for by, rows in parts.norms.groupby("by", sort=False):
        everybody = by == EVERYBODY
        label = [say("validation.everybody")] if everybody else rows["group"]
        key = "norms" if everybody else "norms_by"
        hidden = int((~rows["released"].astype(bool)).sum())
        shown = rows.assign(group=label)[rows["released"].astype(bool).to_numpy()]
        caption = say(f"validation.caption.{key}", by=clean(by))
        yield cells(shown, f"{caption} {say('validation.hidden', n=hidden)}" if hidden else caption, columns, say)
    bands = parts.norm_table
    if len(bands):
        named = bands.assign(
            term=[f"{say.number(row.low)} – {say.number(row.high)}" for row in records(bands)],
        )
        yield cells(named, say("validation.caption.norm_table"), ["term", "n", "percentile_rank"], say, 0)


def all_scales_tables(found: Validation, say: Wording) -> Iterator[Table | None]:
    """The model of all scales together."""
    tables = found.tables()
    if "all_scales_fit" in tables:
        columns = ["n", "chi_square", "df", "p_value", "cfi", "tli", "rmsea", "srmr"]
        yield cells(tables["all_scales_fit"], say("validation.caption.all_scales"), columns, say, 3)
    if "all_scales_correlations" in tables:
        named = tables["all_scales_correlations"]
        titles = {name: say.text(scale.title) for name, scale in found.instrument.scales.items()}
        pairs = zip(named["factor_1"], named["factor_2"], strict=True)
        named = named.assign(term=[f"{titles.get(a, a)} – {titles.get(b, b)}" for a, b in pairs])
        yield cells(named, say("validation.caption.correlations"), ["term", "correlation", "htmt"], say)
