"""Whether Dutch questions are in plain language: limits on words, and forms of speech that are known to be hard.

The limits are in :mod:`lcresearch.instruments.readability`. On words they hold for all that a respondent reads:
questions, help, instructions, headings and answers, since a hard word in an answer is as hard as in a question. The
number of words and the Flesch-Douma score are limits on questions alone, as the rest is no running text; sentences of
instructions and help have a limit on words of their own.

A formula cannot see how something is said. Three forms are therefore looked for, and reported as a note: formal words
that have a plain one beside them, two negations in a question, and 'en/of'. None is in the 260 questions of the
library. Passive voice is not looked for: both times that it was found there (*word je uitgelachen*, *werd de gewone
manier*) it was plain Dutch.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lcresearch.instruments import readability
from lcresearch.instruments.word_frequency import MIN_ZIPF, zipf
from lcresearch.validation import Finding

if TYPE_CHECKING:
    from lcresearch.instruments.model import Instrument
    from lcresearch.instruments.parts import Texts
    from lcresearch.yaml_lines import YamlPath

PLAINER = {
    "aangaande": "over",
    "alsmede": "en ook",
    "alvorens": "voordat",
    "betreffende": "over",
    "conform": "volgens",
    "derhalve": "daarom",
    "desbetreffende": "deze",
    "dient te": "moet",
    "dienen te": "moeten",
    "door middel van": "met",
    "dusdanig": "zo",
    "echter": "maar",
    "eveneens": "ook",
    "gaarne": "graag",
    "hetgeen": "wat",
    "in het kader van": "voor",
    "indien": "als",
    "inzake": "over",
    "met betrekking tot": "over",
    "middels": "met",
    "omtrent": "over",
    "opdat": "zodat",
    "reeds": "al",
    "ten aanzien van": "over",
    "ten behoeve van": "voor",
    "teneinde": "om",
    "tevens": "ook",
    "thans": "nu",
    "trachten": "proberen",
}
"""Formal Dutch words, as in letters of an office, each with what people say."""

_FORMAL = re.compile(rf"\b(?:{'|'.join(PLAINER)})\b", re.IGNORECASE)
_NEGATION = re.compile(r"\b(?:niet|niets|niks|geen|nooit|niemand|nergens|zonder)\b", re.IGNORECASE)
_AND_OR = re.compile(r"\ben\s*/\s*of\b", re.IGNORECASE)

Place = tuple["YamlPath", str, str | None]


def findings(instrument: Instrument) -> Iterator[Finding]:
    """What the Dutch of an instrument, and the length of its questions in any language, are warned of."""
    for n, item in enumerate(instrument.items):
        for language, text in item.text.items():
            found = len(readability.words(text))
            if found > readability.MAX_WORDS:
                limits = {"words": found, "limit": readability.MAX_WORDS}
                yield Finding("I023", ("items", n, "text", language), limits, item.id)
    yield from _long_sentences(instrument)
    known = instrument.readability.known_words.get("nl", ())
    for path, text, item_id in read_in_dutch(instrument):
        for word in readability.long_words(text, known):
            length = {"syllables": readability.syllables(word), "limit": readability.MAX_SYLLABLES}
            yield Finding("I024", path, {"word": word, **length}, item_id)
        for word in readability.rare_words(text, known):
            yield Finding("I057", path, {"word": word, "zipf": zipf(word), "limit": MIN_ZIPF}, item_id)
        for formal in _FORMAL.findall(text):
            yield Finding("I058", path, {"word": formal, "plainer": PLAINER[formal.casefold()]}, item_id)
    yield from _hard_questions(instrument)


def _long_sentences(instrument: Instrument) -> Iterator[Finding]:
    for path, texts, item_id in _read_by_respondents(instrument):
        if path[0] == "form" or path[-1] == "help":
            for language, text in (texts or {}).items():
                for sentence in readability.sentences(text):
                    found = len(readability.words(sentence))
                    if found > readability.MAX_SENTENCE:
                        values = {"words": found, "limit": readability.MAX_SENTENCE, "start": sentence[:30].strip()}
                        yield Finding("I061", (*path, language), values, item_id)


def _hard_questions(instrument: Instrument) -> Iterator[Finding]:
    for n, item in enumerate(instrument.items):
        text, path = item.text.get("nl", ""), ("items", n, "text", "nl")
        negations = _NEGATION.findall(text)
        if len(negations) > 1:
            yield Finding("I059", path, {"words": negations}, item.id)
        for found in _AND_OR.findall(text):
            yield Finding("I060", path, {"words": found}, item.id)
    ease = readability.figures(readability.dutch_questions(instrument).values()).flesch_douma
    if ease < readability.MIN_FLESCH_DOUMA:
        limit = f"{readability.MIN_FLESCH_DOUMA:.0f}"
        yield Finding("I025", ("items",), {"score": f"{ease:.0f}", "limit": limit})


def read_in_dutch(instrument: Instrument) -> Iterator[Place]:
    """Place, Dutch text and item (None when it belongs to no item) of all that a respondent reads."""
    for path, texts, item_id in _read_by_respondents(instrument):
        if texts and "nl" in texts:
            yield (*path, "nl"), texts["nl"], item_id


def _read_by_respondents(instrument: Instrument) -> Iterator[tuple[YamlPath, Texts | None, str | None]]:
    for n, item in enumerate(instrument.items):
        for key in ("text", "help", "unit"):
            yield ("items", n, key), getattr(item, key), item.id
        for code, texts in item.missing.items():
            yield ("items", n, "missing", code), texts, item.id
    for name, scale in instrument.response_scales.items():
        for key in ("labels", "missing"):
            for code, texts in getattr(scale, key).items():
                yield ("response_scales", name, key, code), texts, None
    yield ("form", "instructions"), instrument.form.instructions, None
    for n, block in enumerate(instrument.form.blocks):
        for key in ("title", "text"):
            yield ("form", "blocks", n, key), getattr(block, key), None
