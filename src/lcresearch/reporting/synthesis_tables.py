"""Tables of the main part of a report on a programme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from lcresearch.reporting.synthesis_content import ElementContent, SynthesisContent, level_title, value_of
from lcresearch.reporting.synthesis_wording import certainty_text, needed_texts, pairs_text, sign_of, signs_of
from lcresearch.reporting.tables import Table, table
from lcresearch.reporting.wording import Wording, clean, is_missing

_MOST_IN_WORDS = 4


def labels(say: Wording, *names: str) -> dict[str, str]:
    """Heads of columns."""
    return {name: say(f"synthesis.column.{name}") for name in names}


@dataclass(frozen=True)
class Glance:
    """Elements by sectors: what is seen in each, as a sign with its words.

    Attributes
    ----------
    caption : str
    sectors : tuple of str
    rows : tuple of (title, verdict, certainty, signs); signs: (mark, words) a sector
    compact : bool
        With many sectors words stand in the legend alone, for those who can see.
    """

    caption: str
    sectors: tuple[str, ...]
    rows: tuple[tuple[str, str, str, tuple[tuple[str, str], ...]], ...]
    compact: bool


def glance_views(content: SynthesisContent, titles: Mapping[str, str], say: Wording) -> list[Glance]:
    """Elements by sectors, with signs that do not rest on colour; one an outcome."""
    found = []
    for outcome in dict.fromkeys(str(one.row["outcome"]) for one in content.elements):
        elements = [one for one in content.elements if one.row["outcome"] == outcome]
        rows = []
        for one in elements:
            title = titles[one.name]
            name = title if one.row["planned"] else say("synthesis.glance.exploratory", element=title)
            signs = _signs(one, content)
            cells = tuple(sign_text(signs.get(sector, "none"), say) for sector in content.sectors)
            rows.append((name, say(f"synthesis.verdict.{one.verdict}"), certainty_text(one, say), cells))
        caption = say("synthesis.glance.caption", outcome=say.text(elements[0].outcome))
        sectors = tuple(say.text(content.sector(name)) for name in content.sectors)
        found.append(Glance(caption, sectors, tuple(rows), len(sectors) > _MOST_IN_WORDS))
    return found


def sign_text(sign: str, say: Wording) -> tuple[str, str]:
    """A sign and its words."""
    mark, _, words = say(f"synthesis.sign.{sign}").partition(" ")
    return mark, words


def _signs(one: ElementContent, content: SynthesisContent) -> dict[str, str]:
    """What is seen in each sector; in the only one it is what is seen in all."""
    if len(content.sectors) == 1:
        estimate, low, high = (value_of(one.row, name) for name in ("estimate", "conf_low", "conf_high"))
        return {content.sectors[0]: sign_of(estimate, low, high, one.bound)}
    return dict(zip(one.sectors["sector"].astype("str"), signs_of(one.sectors, one.bound), strict=True))


def sector_sizes_table(content: SynthesisContent, say: Wording) -> Table:
    """Consortia, communities and persons by sector."""
    names = ("sector", "consortia", "communities", "persons", "stopped")
    columns = {"communities": "n_communities", "persons": "n_respondents", "stopped": "n_stopped_communities"}
    rows = []
    for sector in content.sectors:
        own = content.packages[content.packages["sector"] == sector]
        counts = [say.count(own[column].sum()) for column in columns.values()]
        rows.append([say.text(content.sector(sector)), say.count(len(own)), *counts])
    if len(rows) > 1:
        counts = [say.count(content.packages[column].sum()) for column in columns.values()]
        rows.append([say("synthesis.studied.all"), say.count(len(content.packages)), *counts])
    heads = {name: say(f"synthesis.studied.{name}") for name in names}
    return table(say("synthesis.studied.table"), rows, heads, numeric=names[1:])


def interval_text(row: Mapping[Any, Any], say: Wording, low: str = "conf_low", high: str = "conf_high") -> str:
    """An interval of a row; a dash when missing."""
    return say.interval(row.get(low), row.get(high)) or say.number(None)


def parts_table(one: ElementContent, title: str, content: SynthesisContent, say: Wording) -> Table:
    """Effects by sector in figures and in words, and of all together."""
    heads = labels(say, "sector", "n_consortia", "estimate", "interval", "pairs", "seen")
    rows = [_part_row(row, say.text(content.sector(row["sector"])), one, say) for row in one.sectors.to_dict("records")]
    rows.append(_part_row(dict(one.row), say("synthesis.studied.all"), one, say))
    return table(
        say("synthesis.card.numbers", title=title),
        rows,
        heads,
        numeric=("n_consortia", "estimate", "interval", "pairs"),
    )


def levels_table(one: ElementContent, title: str, content: SynthesisContent, say: Wording) -> Table | None:
    """Effects at the levels of the moderator that decides; None where none does."""
    if one.decided_by is None:
        return None
    heads = labels(say, "level", "n_consortia", "estimate", "interval", "pairs", "seen")
    rows = [
        _part_row(row, say.text(level_title(content.programme, one.decisive, str(row["level"]))), one, say)
        for row in one.moderators[one.moderators["moderator"] == one.decisive].to_dict("records")
    ]
    caption = say("synthesis.card.levels", moderator=say.text(one.decided_by), title=title)
    return table(caption, rows, heads, numeric=("n_consortia", "estimate", "interval", "pairs"))


def _part_row(row: Mapping[Any, Any], name: str, one: ElementContent, say: Wording) -> list[str]:
    effect, low, high = (value_of(row, column) for column in ("estimate", "conf_low", "conf_high"))
    sign = say(f"synthesis.sign.{sign_of(effect, low, high, one.bound)}")
    numbers = [say.number(row.get("estimate")), interval_text(row, say), pairs_text(effect, say)]
    return [name, say.count(row.get("n_consortia")), *numbers, sign]


def consortia_table(one: ElementContent, title: str, say: Wording) -> Table:
    """Effects by consortium, in the order of the figure."""
    heads = labels(say, "consortium", "estimate", "interval")
    rows = [
        [clean(row["consortium"]), say.number(row["estimate"]), interval_text(row, say)]
        for row in one.consortia[one.consortia["varies"].astype(bool)].to_dict("records")
    ]
    return table(say("synthesis.card.forest_consortia", title=title), rows, heads, numeric=("estimate", "interval"))


def open_table(
    elements: Sequence[ElementContent], titles: Mapping[str, str], content: SynthesisContent, say: Wording
) -> Table:
    """Elements without a verdict: what is missing, and what it would take."""
    rows = [[titles[one.name], say.text(one.reason), " ".join(needed_texts(one, content, say))] for one in elements]
    heads = {name: say(f"synthesis.open.{name}") for name in ("element", "missing", "needed")}
    return table(say("synthesis.open.caption"), rows, heads)


def changes_table(changes: pd.DataFrame, content: SynthesisContent, titles: Mapping[str, str], say: Wording) -> Table:
    """Verdicts then and now; those that changed first in bold words of their own."""
    known = {tuple(str(one.row[key]) for key in _KEYS): titles[one.name] for one in content.elements}
    rows = []
    for row in changes.to_dict("records"):
        key = tuple(str(row[name]) for name in _KEYS)
        verdicts = [_verdict(row[f"verdict_{when}"], say) for when in ("before", "after")]
        effects = [say.number(row[f"estimate_{when}"]) for when in ("before", "after")]
        certainties = [_certainty(row[f"certainty_{when}"], say) for when in ("before", "after")]
        shown = [
            f"{verdict} ({sure})" if sure else verdict for verdict, sure in zip(verdicts, certainties, strict=True)
        ]
        rows.append([known.get(key) or say.text(content.name(row["element"])), *shown, *effects])
    heads = {"element": say("synthesis.glance.element")}
    heads |= {name: say(f"synthesis.changes.{name}") for name in ("before", "after", "effect_before", "effect_after")}
    return table(say("synthesis.changes.caption"), rows, heads, numeric=("effect_before", "effect_after"))


_KEYS = ("element", "outcome", "model", "adjustment")


def _verdict(name: object, say: Wording) -> str:
    if is_missing(name):
        return say("synthesis.changes.not_there")
    return say.known("synthesis.verdict", str(name).replace(" ", "_").replace("-", "_"))


def _certainty(name: object, say: Wording) -> str:
    return "" if is_missing(name) else clean(say.known("synthesis.certainty", str(name).replace(" ", "_")))
