"""Tables of change: of groups on the primary scale, of other scales, and all of it as tidy files."""

from __future__ import annotations

import dataclasses
from typing import Any

import pandas as pd

from lcresearch.reporting.change_content import ChangeContent, ChangeNumbers, ScaleChange
from lcresearch.reporting.content import PlanFacts
from lcresearch.reporting.scores_figure import natural_order
from lcresearch.reporting.tables import Table, table
from lcresearch.reporting.wording import Wording

_COLUMNS = ("before", "after", "change", "interval", "sureness")
_NUMBERS = [
    "n_before", "n_after", "mean_before", "mean_after", "n_linked", "n_only_before", "n_only_after", "basis",
    "estimate", "conf_low", "conf_high", "sureness", "reason",
]  # fmt: skip


def signed(value: float | None, say: Wording) -> str:
    """A change with its sign: ``+0,4``, ``−0,2``.

    Examples
    --------
    >>> from lcresearch.reporting.wording import page_wording
    >>> signed(0.25, page_wording({"en": ""}, "en")), signed(-0.25, page_wording({"en": ""}, "en"))
    ('+0.25', '−0.25')
    """
    if value is None:
        return say.number(None)
    size = say.number(abs(value))
    return size if not round(abs(value), 2) else f"{'+' if value > 0 else '−'}{size}"


def interval_of(one: ChangeNumbers, say: Wording) -> str:
    """``[0,2 – 0,8]``, with as many decimals as it was rounded to; empty when missing."""
    ends = [end for end in (one.conf_low, one.conf_high) if end is not None]
    coarse = all(round(end, 1) == end for end in ends)
    return say.interval(one.conf_low, one.conf_high, 1 if coarse else 2).replace("-", "−")


def sides_of(scale: ScaleChange) -> list[ChangeNumbers]:
    """All who take part, and comparison groups together where there are several."""
    several = sum(not one.takes_part for one in scale.groups) > 1
    return [scale.overall, scale.comparison] if several and scale.comparison is not None else [scale.overall]


def in_order(scale: ScaleChange) -> list[ChangeNumbers]:
    """Groups by parent and name, those that others are compared with last."""
    return sorted(
        scale.groups, key=lambda one: (not one.takes_part, natural_order(one.parent), natural_order(one.group))
    )


def name_of(one: ChangeNumbers, scale: ScaleChange, say: Wording) -> str:
    """What a row is called."""
    if not one.group:
        if scale.comparison is None:
            return say("change.all")
        return say("change.all_part" if one.takes_part else "change.all_compared")
    several = len({each.parent for each in scale.groups}) > 1
    name = f"{one.parent} / {one.group}" if several and one.parent else one.group
    return name if one.takes_part else say("change.compared_with", group=name)


def groups_table(content: ChangeContent, say: Wording) -> Table:
    """Means, change and judgement of each group, then of all."""
    scale = content.primary
    rows = [[name_of(one, scale, say), *_cells(one, say)] for one in [*in_order(scale), *sides_of(scale)]]
    caption = say("change.groups_table", scale=say.text(scale.title), level=say.level(content.level))
    labels = {"group": say.level(content.level).capitalize()} | _labels(content, say)
    return table(caption, rows, labels, numeric=["before", "after", "change", "interval"])


def others_table(content: ChangeContent, say: Wording, plan: PlanFacts | None = None) -> Table | None:
    """Change of secondary scales, with the corrected p value and by a plan the kind; None when there are none."""
    if not content.secondary:
        return None
    rows = []
    for one in content.secondary:
        main = one.difference if one.comparison is not None and one.difference is not None else one.overall
        cells = _cells(one.overall, say)[:2] + _cells(main, say)[2:]
        kind = "" if plan is None else f" ({say(f'plan.in_table.{plan.kind(one.name)}')})"
        rows.append([f"{say.text(one.title)}{kind}", *cells, say.messages.p_value(one.p_adjusted)])
    labels = {"scale": say("change.scale").capitalize()} | _labels(content, say)
    labels |= {"p": say("change.p_adjusted")}
    return table(say("change.other_table"), rows, labels, numeric=["before", "after", "change", "interval", "p"])


def _labels(content: ChangeContent, say: Wording) -> dict[str, str]:
    heads = {"before": say.wave(content.before), "after": say.wave(content.after)}
    return heads | {name: say(f"change.{name}") for name in _COLUMNS[2:]}


def _cells(one: ChangeNumbers, say: Wording) -> list[str]:
    hidden = say("change.not_shown_short")
    means = [hidden if value is None else say.number(value) for value in (one.mean_before, one.mean_after)]
    if one.estimate is None:
        return [*means, "", "", hidden]
    word = say.messages(f"sureness.word.{one.sureness}") if one.sureness else ""
    return [*means, signed(one.estimate, say), interval_of(one, say), word]


def export_tables(content: ChangeContent) -> dict[str, pd.DataFrame]:
    """All numbers on change as tidy tables."""
    rows: list[dict[str, Any]] = []
    pooled: list[dict[str, Any]] = []
    beside: list[dict[str, Any]] = []
    for scale in content.scales:
        head = {"scale": scale.name, "primary": scale.primary, "before": content.before, "after": content.after}
        sides = {"all": scale.overall, "comparison": scale.comparison, "difference": scale.difference}
        for kind, one in (sides | {"started": scale.started}).items():
            if one is not None:
                rows.append(head | {"of": kind} | _row(one))
        rows += [head | {"of": "group"} | _row(one) for one in in_order(scale)]
        pooled += [head | dataclasses.asdict(one) for one in scale.pooled]
        own = {"worthwhile": scale.worthwhile, "p_value": scale.p_value, "p_adjusted": scale.p_adjusted}
        own |= {"equivalent": scale.equivalent, "correlation": scale.correlation}
        own |= {} if scale.dropout is None else dataclasses.asdict(scale.dropout)
        if scale.reliable is not None:
            own |= {f"reliable_{name}": value for name, value in dataclasses.asdict(scale.reliable).items()}
        beside.append(head | own)
    names = {"change": rows, "change_pooled": pooled, "change_beside": beside}
    return {name: pd.DataFrame(table).dropna(axis=1, how="all") for name, table in names.items()}


def _row(one: ChangeNumbers) -> dict[str, Any]:
    head = {"level": one.level, "parent": one.parent, "group": one.group, "takes_part": one.takes_part}
    return head | {name: getattr(one, name) for name in _NUMBERS}
