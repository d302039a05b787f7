"""The page on costs and benefits of a community, of one A4: ranges by party, what matters, what is assumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from lcresearch.integration.value.cash_flows import TOTAL
from lcresearch.integration.value.inputs import DISCOUNT_RATE
from lcresearch.integration.value.model import CYCLES
from lcresearch.integration.value.result import CommunityValue
from lcresearch.integration.value.sentences import cautions_beside_assumed, chance
from lcresearch.integration.value.simulation import row_of
from lcresearch.integration.value.wording import ValueWords
from lcresearch.messages import spoken
from lcresearch.reporting.figure_svg import figure_svg
from lcresearch.reporting.html import render_page
from lcresearch.reporting.value_figures import tornado_figure
from lcresearch.reporting.wording import clean, is_missing, page_wording

MOST_BARS = 5
MOST_TURNING = 3
_TIED = "\u00a0"


@dataclass(frozen=True)
class PartyView:
    """A row of the table: amounts as ranges, and how often costs are covered."""

    name: str
    is_total: bool
    cost: str
    cost_note: str
    benefit: str
    benefit_note: str
    net: str
    covered: str
    percent: float | None
    payback: str


@dataclass(frozen=True)
class ItemView:
    """An indicator or story in words."""

    title: str
    about: str


def render_value(
    result: CommunityValue,
    language: str,
    *,
    provenance: Mapping[str, str],
    other_reports: Mapping[str, str] | None = None,
) -> str:
    """The page in one language; the same result gives the same bytes.

    Raises
    ------
    ReportingError
        P002: there are no texts in this language.
    """
    content = result.content
    say = page_wording(
        content.title, language,
        minimum_cell=content.minimum_cell, simulated=content.simulated, provenance=provenance,
    )  # fmt: skip
    words = ValueWords(content, language)
    with spoken(language):
        parts = value_views(result, words) | {"figure": _figure(result, words)}
    return render_page("value.html.j2", say, other_reports, value=words, head=say.head, **parts)


def value_views(result: CommunityValue, say: ValueWords) -> dict[str, Any]:
    """Everything that a page or document says, in words."""
    content = result.content
    assumed = result.assumed(say.language)
    shared = result.cycles(say.language)
    return {
        "title": kept(say("page.title", community=say_title(result, say))),
        "facts": _facts(result, say),
        "lead": kept(result.line(say.language)),
        "parties": [party_view(result, party, say) for party in result.parties],
        "turning": turning_texts(result, say),
        "cycles": [(say(f"page.cycle.{cycle}"), say(f"page.cycle_about.{cycle}"), items)
                   for cycle in CYCLES if (items := _items(shared[shared["cycle"] == cycle], say))],
        "chains": _chains(result, shared, say),
        "n_hidden": int((~shared["shown"].astype(bool)).sum()),
        "assumed": [kept(text) for text in assumed],
        "assumed_intro": say("page.assumed_intro", n=len(assumed), all=len(result.ledger.inputs)) if assumed
        else say("page.nothing_assumed"),
        "careful": [kept(text) for text in cautions_beside_assumed(result, say)],
        "has_cycles": bool(content.value_cycles),
    }  # fmt: skip


def kept(text: str) -> str:
    """Cleaned text in which an amount stays on one line with its currency."""
    return _TIED.join(clean(part) for part in text.split(_TIED))


def say_title(result: CommunityValue, say: ValueWords) -> str:
    """Name of the community."""
    title = result.content.title
    return title.get(say.language) or next(iter(title.values()))


def _facts(result: CommunityValue, say: ValueWords) -> str:
    rate = say.spread(result.ledger.inputs[DISCOUNT_RATE])
    values = {"years": result.content.horizon, "base": str(result.content.base_year), "rate": rate}
    return say("page.facts", n=result.n_draws, **values)


def party_view(result: CommunityValue, party: str, say: ValueWords) -> PartyView:
    """One party in words; what a gap refuses is said to be unknown."""
    rows = {name: row_of(result.results, party=party, measure=name) for name in ("cost", "benefit", "net")}
    covered = row_of(result.break_even, party=party)
    ranges = {name: say.money_range(row["low_80"], row["high_80"]) for name, row in rows.items()}
    without = {name: say.titles(str(row["without"])) for name, row in rows.items()}
    probability = covered["probability"]
    refused = bool(covered["without"])
    return PartyView(
        name=clean(say.title(party)),
        is_total=party == TOTAL,
        cost=ranges["cost"],
        cost_note=say("page.without", names=without["cost"]) if without["cost"] else "",
        benefit=ranges["benefit"],
        benefit_note=say("page.without_benefit", names=without["benefit"]) if without["benefit"] else "",
        net=say("page.refused") if refused else ranges["net"],
        covered=say("page.refused") if refused else chance(float(probability), say),
        percent=None if refused else round(100 * float(probability), 1),
        payback=say("page.refused") if refused else _payback(result, covered, say),
    )


def _payback(result: CommunityValue, covered: Mapping[str, Any], say: ValueWords) -> str:
    """In which years (80% of computations) costs have come back for good."""
    low, high, years = covered["payback_low_80"], covered["payback_high_80"], result.content.horizon
    if is_missing(low):
        return say("page.no_costs")
    ends = [_year(float(year), years, say) for year in dict.fromkeys((low, high))]
    return " – ".join(ends)


def _year(year: float, horizon: int, say: ValueWords) -> str:
    if np.isinf(year):
        return say("page.payback_later", years=horizon)
    return say("page.payback_year", year=str(int(year))) if year > 0 else say("page.payback_at_once")


def turning_texts(result: CommunityValue, say: ValueWords) -> list[str]:
    """At which value of the numbers that matter most costs are just covered."""
    texts = []
    for row in result.break_even_values.head(MOST_TURNING).to_dict("records") if len(result.tornado) else ():
        one = result.ledger.inputs[str(row["input"])]
        known = np.isfinite(row["break_even"])
        values = {"value": say.value(one, float(row["break_even"])), "spread": say.spread(one)} if known else {}
        texts.append(kept(say(f"page.turning_{row['better'] if known else 'none'}", what=say.part(one), **values)))
    return texts


def _items(rows: pd.DataFrame, say: ValueWords) -> list[ItemView]:
    return [ItemView(clean(row["title"]), _about(row, say)) for row in rows[rows["shown"]].to_dict("records")]


def _about(row: dict[Any, Any], say: ValueWords) -> str:
    """The number of an indicator with its range, or that it was told."""
    if row["kind"] == "story":
        return say("page.told")
    parts = []
    if not is_missing(row["low_95"]):
        parts = [say("page.around", low=say.number(row["low_95"]), high=say.number(row["high_95"])) + _unit(row)]
    elif not is_missing(row["number"]):
        parts = [say.number(row["number"]) + _unit(row)]
    parts += [say("page.counted")] if row["money"] else []
    return "; ".join(parts) or say("page.no_number")


def _unit(row: dict[Any, Any]) -> str:
    return f" {clean(row['unit'])}" if row["unit"] else ""


def _chains(result: CommunityValue, cycles: pd.DataFrame, say: ValueWords) -> list[str]:
    """Chains of which every step is shown."""
    shown = set(cycles.loc[cycles["shown"].astype(bool), "item"])
    ways = [way for way in result.chains() if set(way) <= shown]
    return [clean(say("page.chain", names=" → ".join(say.title(name) for name in way))) for way in ways[:3]]


def _figure(result: CommunityValue, say: ValueWords) -> Markup | None:
    if result.tornado.empty:
        return None
    first = result.tornado.iloc[0]
    one = result.ledger.inputs[str(first["input"])]
    values = {"first": say.part(one), "low": say.money(first["net_low"]), "high": say.money(first["net_high"])}
    figure = tornado_figure(result, most=MOST_BARS, width=5.4)
    description = say("page.matters_description", **values)
    return Markup(figure_svg(figure, name="tornado", title=say("page.matters"), description=description))
