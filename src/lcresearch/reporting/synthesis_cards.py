"""The main part of a report on a programme: a card an element, under the verdict that it got."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lcresearch.reporting.synthesis_content import ElementContent, SynthesisContent, without_each
from lcresearch.reporting.synthesis_forest import Forest, consortia_differ, consortia_in_card
from lcresearch.reporting.synthesis_tables import levels_table
from lcresearch.reporting.synthesis_wording import GROUPS, LEVELS, certainty_text, large_texts, new_texts, plain_texts
from lcresearch.reporting.tables import Table
from lcresearch.reporting.wording import Wording, is_missing, slug

_LIMITS = {"no_worthwhile_effect": "not_without", "not_enough_evidence": "not_known"}
"""What other verdicts do not say than that the element is the cause."""
_COLOURS = {
    "generic": "yes",
    "sector_specific": "care",
    "conditional": "care",
    "no_worthwhile_effect": "none",
    "not_enough_evidence": "unknown",
}


@dataclass(frozen=True)
class Card:
    """One element in the main part."""

    anchor: str
    title: str
    verdict: str
    colour: str
    badges: tuple[str, ...]
    plain: tuple[str, ...]
    reason: str
    large: tuple[str, ...]
    new: tuple[str, ...]
    certainty: str
    dots: str
    doubts: tuple[str, ...]
    unmeasured: str
    forest: Forest | None
    no_figure: str
    elsewhere: str
    levels: Table | None


@dataclass(frozen=True)
class Group:
    """Elements with the same verdict."""

    anchor: str
    title: str
    means: str
    cards: tuple[Card, ...]


def verdict_groups(
    content: SynthesisContent, titles: Mapping[str, str], forests: Mapping[str, Forest], say: Wording
) -> list[Group]:
    """Cards of all elements by verdict, in the order of the plan; verdicts without elements are left out."""
    groups = []
    for group in GROUPS:
        cards = tuple(
            element_card(one, titles[one.name], forests.get(one.name), content, say)
            for one in content.elements
            if one.group == group
        )
        if cards:
            title, means = say(f"synthesis.group.{group}"), say(f"synthesis.group_means.{group}")
            groups.append(Group(f"group-{group}", title, means, cards))
    return groups


def element_card(
    one: ElementContent, title: str, forest: Forest | None, content: SynthesisContent, say: Wording
) -> Card:
    """What the numbers say of one element."""
    level = LEVELS.index(str(one.row["certainty"]))
    badges = [say(f"synthesis.badge.{'planned' if one.row['planned'] else 'exploratory'}")]
    doubts = [*one.doubts[say.language], *_hangs_on_one(one, content, say)]
    certainty = say("synthesis.card.certainty_is", certainty=certainty_text(one, say))
    return Card(
        anchor=f"element-{slug(one.name)}",
        title=title,
        verdict=say(f"synthesis.verdict.{one.verdict}"),
        colour="no" if one.group == "generic_lower" else _COLOURS[one.verdict],
        badges=(*badges, *([say("synthesis.badge.barrier")] if one.barrier else [])),
        plain=tuple(plain_texts(one, content, say)),
        reason=say.text(one.reason),
        large=tuple(large_texts(one, content, say)),
        new=tuple(new_texts(one, say)),
        certainty=certainty if doubts else say("synthesis.card.certainty_high"),
        dots="●" * (level + 1) + "○" * (len(LEVELS) - 1 - level),
        doubts=tuple(doubts),
        unmeasured=say(f"synthesis.card.{_LIMITS.get(one.verdict, 'not_cause')}", unmeasured=say.text(one.unmeasured)),
        forest=forest,
        no_figure=_no_figure(one, say),
        elsewhere=_elsewhere(one, say),
        levels=levels_table(one, title, content, say),
    )


def _hangs_on_one(one: ElementContent, content: SynthesisContent, say: Wording) -> list[str]:
    """That the verdict is another without some consortium."""
    changed, total = without_each(one, content)
    return [say("synthesis.card.hangs_on_one", n=changed, total=total)] if changed else []


def _no_figure(one: ElementContent, say: Wording) -> str:
    """Why there is nothing to draw, where there is nothing: no effect at all, or none by sector or consortium."""
    return say(f"synthesis.card.{'no_figure' if is_missing(one.row['estimate']) else 'no_parts'}")


def _elsewhere(one: ElementContent, say: Wording) -> str:
    """Where the figure by consortium is, if not in the card."""
    if consortia_in_card(one) or one.sectors["estimate"].isna().all():
        return ""
    return say(f"synthesis.card.{'consortia_elsewhere' if consortia_differ(one) else 'no_spread'}")
