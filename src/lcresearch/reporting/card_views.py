"""What stands on a practice and transfer card, in words of one language."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lcresearch.integration.elements.advising import in_sentence
from lcresearch.integration.practice_cards.card import Card, Expected
from lcresearch.messages import Messages
from lcresearch.reporting.synthesis_wording import pairs_of_100
from lcresearch.reporting.wording import clean, in_language

_FOLDER = "integration.cards"
Text = Mapping[str, str]


@dataclass(frozen=True)
class PartView:
    """A part of a card: its key, its head and what it says."""

    key: str
    head: str
    texts: list[str]


@dataclass(frozen=True)
class CardView:
    """A card in one language.

    Attributes
    ----------
    name, title, kind, stopped : str
        ``stopped`` is empty unless the community stopped.
    parts : list of PartView
    foot : list of str
        Who wrote it, and who agreed that it may be shared.
    """

    name: str
    title: str
    kind: str
    stopped: str
    parts: list[PartView]
    foot: list[str]


def card_view(card: Card, language: str) -> CardView:
    """A card in words."""
    say = Messages(language)
    texts = {
        "context": [_text(card.context, say)],
        "done": [_text(card.done, say)],
        "evidence": list(_evidence(card, say)),
        "cost": [_text(card.cost, say) if card.cost else _say(say, "unknown_cost")],
        "failed": [_text(card.failed, say) if card.failed else _say(say, "looked", looked=_text(card.looked, say))],
        "conditions": list(_conditions(card, say)),
        "expected": list(_elsewhere(card, say)),
    }
    foot = [_say(say, "written", by=clean(card.by), date=say.date(card.date))]
    if card.released_by:
        foot.append(_say(say, "released", by=clean(card.released_by), date=say.date(card.released_on)))
    return CardView(
        card.name,
        _text(card.title, say),
        _say(say, f"kind.{card.kind}"),
        _say(say, "stopped") if card.stopped else "",
        [PartView(key, _say(say, f"head.{key}"), found) for key, found in texts.items()],
        foot,
    )


def _say(say: Messages, key: str, /, **values: object) -> str:
    return say(f"{_FOLDER}.{key.replace(' ', '_').replace('-', '_')}", **values)


def _text(text: Text, say: Messages) -> str:
    return in_language(text, say.language)


def _evidence(card: Card, say: Messages) -> Iterator[str]:
    if card.kind == "element":
        yield from _of_numbers(card.expected[0], say)
    if card.evidence:
        yield _text(card.evidence, say)
        yield _say(say, f"certainty_of_author.{card.certainty}")
    if card.source:
        yield _say(say, "source", source=_text(card.source, say))
    if card.kind == "element":
        yield from _of_interviews(card.expected[0], say)
        if card.advice:
            yield _say(say, "advice", advice=_text(card.advice, say))
        if math.isfinite(card.expected[0].numbers["estimate"]):
            yield _say(say, "no_cause")


def _of_numbers(one: Expected, say: Messages) -> Iterator[str]:
    numbers = one.numbers
    if not math.isfinite(numbers["estimate"]):
        yield _say(say, "no_effect")
        return
    names = {"estimate": "estimate", "low": "conf_low", "high": "conf_high"}
    values: dict[str, object] = {name: say.number(numbers[column]) for name, column in names.items()}
    values["pairs"] = _pairs(numbers["estimate"])
    counts = {name: numbers[f"n_{name}"] for name in ("communities", "consortia")}
    if all(math.isfinite(n) for n in counts.values()):
        yield _say(say, "effect", **values, **{name: round(n) for name, n in counts.items()})
    else:
        yield _say(say, "effect_alone", **values)
    if one.words["verdict"]:
        lower = one.words["verdict"] == "generic" and one.words["direction"] == "negative"
        yield _say(say, f"verdict.{one.words['verdict']}{'_lower' if lower else ''}")
    if one.words["certainty"]:
        yield _say(say, f"certainty.{one.words['certainty']}")


def _of_interviews(one: Expected, say: Messages) -> Iterator[str]:
    names = {"helping": "n_cases_helping", "hindering": "n_cases_hindering", "of": "of_cases"}
    counts = {name: one.numbers[column] for name, column in names.items()}
    if all(math.isfinite(n) for n in counts.values()):
        yield _say(say, "heard", **{name: round(n) for name, n in counts.items()})
    lacking, of = one.numbers.get("n_cases_lacking", math.nan), counts["of"]
    if lacking > 0 and math.isfinite(of):
        yield _say(say, "missed", lacking=round(lacking), of=round(of))
    if one.words["convergence"] in ("convergent", "complementary", "divergent", "silent"):
        yield _say(say, f"agree.{one.words['convergence']}")


def _conditions(card: Card, say: Messages) -> Iterator[str]:
    yield from (_text(text, say) for text in card.conditions)
    for outcome in card.necessary:
        yield _say(say, "necessary", outcome=_text(outcome, say))
    for present, absent, outcome in card.together:
        sides = {name: _enumerated(texts, say) for name, texts in (("present", present), ("absent", absent))}
        key = "_".join(name for name, words in sides.items() if words) or "alone"
        yield _say(say, f"together.{key}", outcome=_text(outcome, say), **sides)
    for name in card.moderators:
        yield _say(say, "moderator", name=in_sentence(_text(name, say)))


def _enumerated(texts: Sequence[Text], say: Messages) -> str:
    """``a, b and c``, to stand within a sentence."""
    names = [in_sentence(_text(text, say)) for text in texts]
    return f" {say('report.and')} ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def _elsewhere(card: Card, say: Messages) -> Iterator[str]:
    if card.kind == "element":
        yield from expected_texts(card.expected[0], say)
        return
    if not card.expected:
        yield _say(say, "expected.community")
    for one in card.expected:
        yield _say(say, "expected.of_element", element=_text(one.title, say), text=next(expected_texts(one, say)))


def expected_texts(one: Expected, say: Messages) -> Iterator[str]:
    """What to expect in a new setting: the range, in pairs of people, and chances; or that it is unknown."""
    if one.state == "unknown":
        yield _say(say, "expected.unknown")
        return
    low, high = one.numbers["pred_low"], one.numbers["pred_high"]
    ends = {"low": say.number(low), "high": say.number(high), "low_pairs": _pairs(low), "high_pairs": _pairs(high)}
    yield _say(say, f"expected.{one.state}", **ends)
    chances = {name: one.numbers[f"p_{name}_new"] for name in ("positive", "worthwhile")}
    if one.state == "range" and math.isfinite(chances["positive"]):
        key = "chance" if math.isfinite(chances["worthwhile"]) else "chance_positive"
        yield _say(say, key, **{name: _chance(p, say) for name, p in chances.items() if math.isfinite(p)})
    if low < 0 < high:
        yield _say(say, "negative_too")
    if one.words["verdict"] == "sector-specific":
        yield _say(say, "by_sector")


def _pairs(effect: float) -> int:
    return min(max(round(pairs_of_100(effect)), 1), 99)


def _chance(p: float, say: Messages) -> str:
    """A chance in per cent, never 0 or 100."""
    if p >= 0.995 or p < 0.005:
        return say(f"report.synthesis.chance.{'high' if p > 0.5 else 'low'}")
    return say.percent(p)
