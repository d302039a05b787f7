"""Sentences of a report on a programme: what an effect means for people, and what it would take to know more."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from scipy import stats

from lcresearch.reporting.synthesis_content import ElementContent, SynthesisContent, level_title, value_of
from lcresearch.reporting.wording import Wording

SIGNS = ("higher", "lower", "within", "unknown", "none")
GROUPS = (
    "generic", "generic_lower", "sector_specific", "sector_specific_lower", "conditional", "no_worthwhile_effect",
    "not_enough_evidence",
)  # fmt: skip
LEVELS = ("very low", "low", "moderate", "high")
_MOST_CONSORTIA = 200


def pairs_of_100(effect: float) -> float:
    """In how many of 100 pairs the person with the element has the higher score.

    The common language effect size of McGraw and Wong (1992, Psychological Bulletin 111, 361-365): the normal
    distribution function at d / sqrt(2), times 100; ``effect`` in standard deviations.

    Examples
    --------
    >>> round(pairs_of_100(0.0)), round(pairs_of_100(0.5))
    (50, 64)
    """
    return 100 * float(stats.norm.cdf(effect / math.sqrt(2)))


def sign_of(estimate: float, low: float, high: float, bound: float) -> str:
    """What an effect with its interval shows: ``higher, lower, within, unknown`` or ``none``.

    Examples
    --------
    >>> sign_of(0.3, 0.1, 0.5, 0.1), sign_of(0.0, -0.05, 0.05, 0.1), sign_of(0.3, -0.1, 0.7, 0.1)
    ('higher', 'within', 'unknown')
    """
    if not math.isfinite(estimate):
        return "none"
    if estimate > bound and low > 0:
        return "higher"
    if estimate < -bound and high < 0:
        return "lower"
    return "within" if -bound < low and high < bound else "unknown"


def signs_of(table: pd.DataFrame, bound: float) -> list[str]:
    """The same for rows of a table with ``estimate, conf_low, conf_high``."""
    columns = (table[name].astype(float) for name in ("estimate", "conf_low", "conf_high"))
    return [sign_of(estimate, low, high, bound) for estimate, low, high in zip(*columns, strict=True)]


def pairs_text(effect: float, say: Wording) -> str:
    """A number of pairs without decimals; never 0 or 100."""
    pairs = pairs_of_100(effect)
    return say.count(min(max(round(pairs), 1), 99)) if math.isfinite(pairs) else say.number(None)


def chance_text(probability: float, say: Wording) -> str:
    """A probability in per cent, never 0 or 100."""
    if probability >= 0.995 or probability < 0.005:
        return say(f"synthesis.chance.{'high' if probability > 0.5 else 'low'}")
    return say.messages.percent(probability if math.isfinite(probability) else None)


def certainty_text(one: ElementContent, say: Wording) -> str:
    """How sure we are, in a word."""
    return say(f"synthesis.certainty.{str(one.row['certainty']).replace(' ', '_')}")


def members_text(members: Sequence[ElementContent], titles: Mapping[str, str], say: Wording) -> str:
    """Elements with how sure we are of each; once where that is the same."""
    sure = [certainty_text(one, say) for one in members]
    if len(set(sure)) == 1:
        names = say.enumeration([titles[one.name] for one in members])
        return say("synthesis.points.members", n=len(members), elements=names, certainty=sure[0])
    parts = [
        say("synthesis.points.member", element=titles[one.name], certainty=certainty)
        for one, certainty in zip(members, sure, strict=True)
    ]
    return f"{say.enumeration(parts)}."


def plain_texts(one: ElementContent, content: SynthesisContent, say: Wording) -> list[str]:
    """The verdict for readers without statistics."""
    outcome, direction = say.text(one.outcome), "lower" if one.row["direction"] == "negative" else "higher"
    effect = say(f"synthesis.plain.{direction}.{'change' if one.change else 'last_wave'}", outcome=outcome)
    having = say(f"synthesis.plain.{'present' if present_or_absent(one) else 'more'}")
    moderator = say.text(one.decided_by) if one.decided_by else ""
    key = one.group.removesuffix("_lower") if one.verdict == "sector_specific" else one.group
    texts = [say(f"synthesis.plain.{key}", effect=effect, outcome=outcome, having=having, moderator=moderator)]
    if one.verdict == "sector_specific":
        texts += _parts(one.sectors, "sector", one, content, say)
    elif one.verdict == "conditional":
        texts += _parts(decisive_levels(one), "level", one, content, say)
    return texts


def present_or_absent(one: ElementContent) -> bool:
    """Whether an effect is that of having the element at all, and not of so many points of it."""
    return one.unit >= one.maximum - one.minimum


def decisive_levels(one: ElementContent) -> pd.DataFrame:
    """Effects at the levels of the moderator on which the verdict rests."""
    return one.moderators[one.moderators["moderator"] == one.decisive]


def part_title(part: str, label: str, one: ElementContent, content: SynthesisContent, say: Wording) -> str:
    """Title of a sector, or of a level of the moderator that decides."""
    if label == "sector":
        return say.text(content.sector(part))
    return say.text(level_title(content.programme, one.decisive, part))


def _parts(table: pd.DataFrame, label: str, one: ElementContent, content: SynthesisContent, say: Wording) -> list[str]:
    """Which sectors, or levels, show what."""
    signs = signs_of(table, one.bound)
    texts = []
    for sign in SIGNS:
        found = [part for part, shown in zip(table[label], signs, strict=True) if shown == sign]
        names = [part_title(str(part), label, one, content, say) for part in found]
        if names:
            texts.append(
                say(
                    f"synthesis.plain.{'parts' if label == 'sector' else 'levels'}.{sign}", names=say.enumeration(names)
                )
            )
    return texts


def large_texts(one: ElementContent, content: SynthesisContent, say: Wording) -> list[str]:
    """How large the effect is: in pairs of people, and in figures."""
    estimate, low, high = (value_of(one.row, name) for name in ("estimate", "conf_low", "conf_high"))
    if not math.isfinite(estimate):
        return [say("synthesis.large.nothing")]
    if one.verdict in ("sector_specific", "conditional"):
        label = "sector" if one.verdict == "sector_specific" else "level"
        table = one.sectors if label == "sector" else decisive_levels(one)
        parts = [
            say("synthesis.large.part", name=part_title(str(row[label]), label, one, content, say), **_pairs(row, say))
            for row in table.to_dict("records")
            if math.isfinite(value_of(row, "estimate"))
        ]
        return [say("synthesis.large.average", parts="; ".join(parts))]
    ends = {"pairs": pairs_text(estimate, say), "low": pairs_text(low, say), "high": pairs_text(high, say)}
    outcome = say.text(one.outcome)
    if present_or_absent(one):
        text = say("synthesis.large.present", outcome=outcome, **ends)
    else:
        digits = 0 if one.unit.is_integer() else 2
        scale = {
            name: say.shortest(value, digits=2) for name, value in (("minimum", one.minimum), ("maximum", one.maximum))
        }
        points = say.number(one.unit, digits)
        n = 1 if one.unit == 1 else 2
        text = say("synthesis.large.points", n=n, points=points, outcome=outcome, **scale, **ends)
    numbers = {"estimate": say.number(estimate), "low": say.number(low), "high": say.number(high)}
    return [text, say("synthesis.large.figures", **numbers)]


def _pairs(row: Mapping[Any, Any], say: Wording) -> dict[str, str]:
    names = {"pairs": "estimate", "low": "conf_low", "high": "conf_high"}
    return {name: pairs_text(value_of(row, column), say) for name, column in names.items()}


def new_texts(one: ElementContent, say: Wording) -> list[str]:
    """What to expect in a consortium that is not there yet."""
    low, high = (value_of(one.row, name) for name in ("pred_low", "pred_high"))
    if not (math.isfinite(low) and math.isfinite(high)):
        return [say("synthesis.new.nothing")]
    chance = value_of(one.row, "p_worthwhile_new")
    key = "range_lower" if one.row["direction"] == "negative" else "range"
    if one.verdict == "not_enough_evidence":
        key = "provisional"
    elif one.verdict == "no_worthwhile_effect" or not math.isfinite(chance):
        key = "range_only"
    ends = {"low": pairs_text(low, say), "high": pairs_text(high, say)}
    texts = [say(f"synthesis.new.{key}", chance=chance_text(chance, say), **ends)]
    if one.verdict == "sector_specific":
        texts.append(say("synthesis.new.which_sector"))
    elif one.decided_by is not None:
        texts.append(say("synthesis.new.which_condition", moderator=say.text(one.decided_by)))
    return texts


def needed_texts(one: ElementContent, content: SynthesisContent, say: Wording) -> list[str]:
    """What it would take to reach a verdict on an element that has none."""
    rule, now = content.rules.few_consortia, int(one.row["n_consortia"])
    few = _few_in_sectors(one, rule.in_a_sector, content, say)
    if now < rule.in_all:
        few.insert(0, say("synthesis.open.in_all", n=rule.in_all - now))
    if few:
        return few
    estimate, error = (abs(value_of(one.row, "estimate")), value_of(one.row, "std_error"))
    if not (math.isfinite(estimate) and math.isfinite(error)):
        return [say("synthesis.open.not_estimable")]
    if "sector_smaller" in one.because:
        return [say("synthesis.open.sector", sector=say.text(one.about["sector"]))]
    if "moderator_level" in one.because:
        about = {name: say.text(one.about[name]) for name in ("moderator", "level")}
        return [say("synthesis.open.level", **about)]
    total = consortia_needed(
        estimate, error, value_of(one.row, "tau"), one.bound, now, probability=content.rules.generic.probability
    )
    if math.isinf(total):
        return [say("synthesis.open.differs")]
    if total > max(_MOST_CONSORTIA, 5 * now):
        return [say("synthesis.open.border")]
    return [say("synthesis.open.about", total=say.count(total), now=say.count(now))]


def consortia_needed(
    estimate: float, std_error: float, tau: float, bound: float, now: int, *, probability: float = 0.8
) -> float:
    """Roughly how many consortia would decide on an element, if everything else stays as it is.

    The error of the mean falls with the square root of the number of consortia. An effect above the bound is decided
    when that many new consortia would exceed it with the wanted probability; one below it when its 95% interval lies
    within the bounds. Infinite when consortia differ so much that no number of them is enough.

    Parameters
    ----------
    estimate, std_error, tau, bound : float
        Of the pooled effect, its size without sign; the bound is the smallest worthwhile effect.
    now : int
        Consortia now.
    probability : float
        Wanted for a new consortium.

    Examples
    --------
    >>> consortia_needed(0.05, 0.04, 0.0, 0.1, now=10)
    25
    >>> consortia_needed(0.2, 0.1, 0.2, 0.1, now=10)
    inf
    """
    spread = tau if math.isfinite(tau) else 0.0
    if estimate > bound:
        wanted = ((estimate - bound) / float(stats.norm.ppf(probability))) ** 2 - spread**2
    else:
        wanted = ((bound - estimate) / float(stats.norm.ppf(0.975))) ** 2
    if wanted <= 0:
        return math.inf
    return max(math.ceil(now * std_error**2 / wanted), now + 1)


def _few_in_sectors(one: ElementContent, least: int, content: SynthesisContent, say: Wording) -> list[str]:
    rows = one.sectors.to_dict("records")
    return [
        say(
            "synthesis.open.in_sector",
            n=least - int(row["n_consortia"]),
            sector=say.text(content.sector(row["sector"])),
        )
        for row in rows
        if 0 < int(row["n_consortia"]) < least
    ]


def titles_with_outcome(elements: Sequence[ElementContent], say: Wording) -> dict[str, str]:
    """Title of each row: the element, with the outcome and adjustment where they differ over the rows."""
    outcomes = {one.row["outcome"] for one in elements}
    found = {}
    for one in elements:
        title = say.text(one.title)
        if len(outcomes) > 1:
            title = say("synthesis.card.title_outcome", element=title, outcome=say.text(one.outcome))
        alike = [other for other in elements if _same(one, other)]
        if len({other.row["adjustment"] for other in alike}) > 1:
            title = say("synthesis.card.title_adjustment", title=title, adjustment=adjustment_text(one, say))
        if len({other.row["model"] for other in alike}) > 1:
            title = say("synthesis.card.title_adjustment", title=title, adjustment=str(one.row["model"]))
        found[one.name] = title
    return found


def _same(one: ElementContent, other: ElementContent) -> bool:
    return all(one.row[name] == other.row[name] for name in ("element", "outcome"))


def adjustment_text(one: ElementContent, say: Wording) -> str:
    """How an effect was adjusted, in words."""
    return say.known("synthesis.adjustment", str(one.row["adjustment"]).replace(" ", "_"))
