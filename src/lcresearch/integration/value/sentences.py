"""Sentences on a whole result: for cards and pages of elements, and what its reader must know."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lcresearch.integration.value.cash_flows import TOTAL
from lcresearch.integration.value.simulation import row_of
from lcresearch.integration.value.wording import ValueWords, in_language

if TYPE_CHECKING:
    from lcresearch.integration.value.result import CommunityValue


def one_sentence(result: CommunityValue, language: str | None = None) -> str:
    """Cost for each participant (or in total) as a range, and how often benefits cover costs; or what lacks."""
    say = ValueWords(result.content, language)
    cost: dict[str, Any] = dict(result.cost_per_participant)
    key = "cost_each"
    if math.isnan(cost["low_80"]):
        cost, key = row_of(result.results, party=TOTAL, measure="cost"), "cost_all"
    without = result.ledger.lacks(None, "cost")
    fixed = math.isclose(cost["low_80"], cost["high_80"], rel_tol=1e-9)
    if without and fixed and cost["high_80"] == 0:
        return f"{say('line.cost_unknown', without=say.titles(without))} {benefit_sentence(result, say)}"
    names: dict[str, object] = {"amount": say.money_range(cost["low_80"], cost["high_80"])}
    names |= {"years": result.content.horizon, "base": str(result.content.base_year), "without": say.titles(without)}
    first = say(f"line.{key}{'_without' if without else '_fixed' if fixed else ''}", **names)
    return f"{first} {benefit_sentence(result, say)}"


def benefit_sentence(result: CommunityValue, say: ValueWords) -> str:
    """How often benefits in money cover costs, in total; refused with a gap."""
    gaps = result.ledger.lacks(None)
    if gaps:
        return say("line.refused", without=say.titles(gaps))
    if not any(entry.side == "benefit" and not entry.payer for entry in result.ledger.entries):
        return say("line.no_benefits")
    probability = float(row_of(result.break_even, party=TOTAL)["probability"])
    net = row_of(result.results, party=TOTAL, measure="net")
    amount = say.money_range(net["low_80"], net["high_80"])
    return say("line.covered", chance=chance(probability, say), amount=amount)


def chance(probability: float, say: ValueWords) -> str:
    """A probability as so many of 100 computations: never 0 or 100 unless it is exactly that."""
    if math.isnan(probability):
        return "–"
    count = round(100 * probability)
    if count == 0 and probability > 0:
        return say("chance.fewer_than_one")
    if count == 100 and probability < 1:
        return say("chance.more_than_99")
    return say("chance.of_100", count=str(count))


def cautions(result: CommunityValue) -> list[str]:
    """Everything that its reader must know, in the language of the terminal."""
    say = ValueWords(result.content, None)
    assumed = result.assumed(say.language)
    head = [say("caution.simulated")] if result.content.simulated else []
    if assumed:
        head += [
            say("caution.assumed", n=len(assumed), all=len(result.ledger.inputs)),
            *(f"– {one}" for one in assumed),
        ]
    n_items = len(result.content.value_cycles)
    tail = [say("caution.not_money", n=n_items)] if n_items else []
    return [*head, *cautions_beside_assumed(result, say), *tail]


def cautions_beside_assumed(result: CommunityValue, say: ValueWords) -> list[str]:
    """Gaps, the weight of attribution, transfers, what speaks against it, and what is not counted."""
    return list(_beside_assumed(result, say))


def _beside_assumed(result: CommunityValue, say: ValueWords) -> Iterator[str]:
    content, ledger = result.content, result.ledger
    for row in result.gaps(say.language).to_dict("records"):
        yield say("caution.gap", what=row["what"], part=say(f"part.{row['part']}"), reason=row["reason"])
    certain = [
        say.part(one) for one in ledger.inputs.values() if one.evidence == "assumed" and one.distribution.is_fixed
    ]
    if certain:
        yield say("caution.assumed_fixed", names="; ".join(certain))
    yield from attribution_sentences(result, say)
    for entry in ledger.entries:
        if entry.payer:
            names = {"what": say.title(entry.name), "payer": say.title(entry.payer), "party": say.title(entry.party)}
            yield say("caution.transfer", **names)
    for name, benefit in content.benefits.items():
        if benefit.counter_evidence is not None:
            text = in_language(benefit.counter_evidence, say.language)
            yield say("caution.counter", what=say.title(name), text=text)
    yield say("caution.correlated" if content.correlations else "caution.independent", n=len(content.correlations))
    yield say("caution.horizon", years=content.horizon)


def attribution_sentences(result: CommunityValue, say: ValueWords) -> list[str]:
    """How the total hangs on which share is due to the community."""
    if result.attribution.empty:
        fixed = [one for one in result.ledger.inputs.values() if one.part == "attribution"]
        return [say("caution.attribution_fixed")] if fixed and not result.ledger.lacks(None) else []
    values: dict[str, object] = {}
    for label in ("low", "high"):
        row = row_of(result.attribution, attribution=label)
        values |= {f"{label}_range": say.money_range(row["low_80"], row["high_80"])}
        values |= {f"{label}_chance": chance(float(row["break_even"]), say)}
    return [say("caution.attribution", **values)]
