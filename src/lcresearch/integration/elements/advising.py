"""Advice on each element in one sentence: by rules that look at all evidence, or the author's own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd

from lcresearch.integration.elements.advice_rules import AdviceRules
from lcresearch.integration.elements.combining import ABSENT
from lcresearch.integration.elements.hearing import KEYS
from lcresearch.integration.plan.model import IntegrationFile
from lcresearch.messages import LANGUAGES, Messages

ADVICE = (*KEYS, "rule", "strength", "source", *LANGUAGES)
RULES, AUTHOR = "rules", "author"
_TEXTS = "integration.elements"
_SIDES = ("helping", "missed", "valued", "hindering", "divided")
_MOST = 2
"""More ways of working together than these are not named in one sentence."""
Text = Mapping[str, str]


def advice_table(
    table: pd.DataFrame,
    rules: AdviceRules,
    *,
    terms: pd.DataFrame,
    sides: Mapping[str, str],
    titles: Mapping[str, Mapping[str, Text]],
    moderators: Sequence[Text | None],
    where: Sequence[Text],
    plan: IntegrationFile | None = None,
    barriers: Collection[str] = (),
) -> pd.DataFrame:
    """Advice on each row of the table of elements.

    Parameters
    ----------
    table : DataFrame
        With the columns of :data:`~lcresearch.integration.elements.result.ADDED`.
    rules : AdviceRules
    terms : DataFrame
        As :func:`~lcresearch.integration.elements.combining.terms_table` gives it.
    sides : mapping of str to str
        Element -> what most people who take a side say.
    titles : mapping
        Analysis -> condition -> title.
    moderators : sequence of Text or None
        By row: title of the element on which a conditional effect rests, where it works more with more of it.
    where : sequence of Text
        By row: sectors or levels at which it works; empty where there are none.
    plan : IntegrationFile, optional
        With sentences of the author.
    barriers : collection of str
        Elements that are thought to hinder: nobody is advised to bring these in.
    """
    rows = []
    for place, row in enumerate(table.to_dict("records")):
        element = str(row["element"])
        own = terms[terms["element"] == element]
        others = _others(own, titles, moderators[place])
        facts = facts_of(row, own, side=sides.get(element, ""), together=bool(others), barrier=element in barriers)
        rule = rules.rule_for(facts)
        blanks = {"others": others, "where": dict(where[place])}
        said: dict[str, str] = {
            language: Messages(language).fill(dict(rule.words), **{k: v.get(language, "") for k, v in blanks.items()})
            for language in LANGUAGES
        }
        written = plan.elements[element].advice if plan is not None and element in plan.elements else None
        values: dict[str, Any] = {name: row.get(name, "") for name in KEYS} | {"rule": rule.name}
        values |= {"strength": rule.strength, "source": RULES if written is None else AUTHOR}
        rows.append(values | (said if written is None else _in_each(written)))
    return pd.DataFrame(rows, columns=list(ADVICE))


def facts_of(
    row: Mapping[Any, Any], terms: pd.DataFrame, *, side: str = "", together: bool = False, barrier: bool = False
) -> dict[str, str]:
    """What the rules look at, of one row of the table."""
    if together:
        combination = "together"
    elif not len(terms):
        combination = "none"
    else:
        combination = "alone" if terms["present"].astype(bool).any() else "absent"
    return {
        "verdict": str(row["verdict"]),
        "direction": str(row.get("direction", "positive")),
        "certainty": str(row["certainty"]),
        "convergence": str(row.get("convergence", "")),
        "voices": side if side in _SIDES else "none",
        "combination": combination,
        "necessary": "yes" if row.get("necessary") is True else "no",
        "barrier": "yes" if barrier else "no",
    }


def in_sentence(title: str) -> str:
    """A title as it stands inside a sentence: without its capital, unless the word has more of them.

    Examples
    --------
    >>> in_sentence("Leiderschap"), in_sentence("ICT op het werk")
    ('leiderschap', 'ICT op het werk')
    """
    first = title.split(" ", 1)[0]
    return title[:1].lower() + title[1:] if first[1:] == first[1:].lower() else title


def enumeration(parts: Sequence[str], word: str) -> str:
    """``a, b en c``."""
    return "".join(parts) if len(parts) < 2 else f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def _others(terms: pd.DataFrame, titles: Mapping[str, Mapping[str, Text]], moderator: Text | None) -> dict[str, str]:
    """What it works together with, in words; empty when it works alone or in no combination."""
    present = terms[terms["present"].astype(bool)].sort_values("coverage", ascending=False, kind="stable")
    ways: list[tuple[str, tuple[str, ...]]] = []
    for row in present.to_dict("records"):
        way = (str(row["analysis"]), tuple(name for name in row["others"] if not name.startswith(ABSENT)))
        if way not in ways:
            ways.append(way)
    if not ways and moderator is not None:
        return {language: in_sentence(text) for language, text in moderator.items()}
    if not ways or not all(names for _, names in ways):
        return {}
    found: dict[str, str] = {}
    for language in LANGUAGES:
        say = Messages(language)
        texts = [
            enumeration([in_sentence(_title(titles, analysis, name, language)) for name in names], say(f"{_TEXTS}.and"))
            for analysis, names in ways[:_MOST]
        ]
        several = any(len(names) > 1 for _, names in ways[:_MOST])
        found[language] = say(f"{_TEXTS}.{'or_with' if several else 'or'}").join(dict.fromkeys(texts))
    return found


def _title(titles: Mapping[str, Mapping[str, Text]], analysis: str, written: str, language: str) -> str:
    """Title of a condition as it stands in a term."""
    name = written.partition("[")[0]
    text = titles.get(analysis, {}).get(name, {})
    return str(text.get(language) or next(iter(text.values()), name))


def _in_each(text: Text) -> dict[str, str]:
    """A text in each language: where one is lacking, what there is."""
    return {language: str(text.get(language) or next(iter(text.values()))) for language in LANGUAGES}
