"""An instrument as a person reads it: as a table, as a page for a terminal, in one line."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pandas as pd

from lcresearch.instruments.model import text_in
from lcresearch.instruments.readability import MAX_WORDS, MIN_FLESCH_DOUMA, dutch_questions, figures
from lcresearch.instruments.word_frequency import MIN_ZIPF
from lcresearch.messages import Messages

if TYPE_CHECKING:
    from lcresearch.instruments.model import Instrument, ResponseScale, Scale

WIDTH = 100


def items_frame(instrument: Instrument, language: str | None = None) -> pd.DataFrame:
    """The items of an instrument, a row an item: ``item, text, scale, reversed, short_form, type, response_scale``."""
    members: dict[str, list[str]] = {}
    for name, scale in instrument.scales.items():
        for item_id in scale.items:
            members.setdefault(item_id, []).append(name)
    rows = [
        {
            "item": item.id,
            "text": text_in(item.text, language),
            "scale": ", ".join(members.get(item.id, [])),
            "reversed": item.reversed,
            "short_form": item.short_form,
            "type": item.type,
            "response_scale": item.response_scale,
        }
        for item in instrument.items
    ]
    return pd.DataFrame(rows)


def summary(instrument: Instrument, language: str | None = None) -> str:
    """What ``print`` shows: name, level, scales and items."""
    say = Messages(language)
    title = f"{text_in(instrument.title, say.language)} ({instrument.id} {instrument.version})"
    level = _level(instrument, say)
    lines = [title, f"{level}; {say('instrument.status.' + instrument.status)}", ""]
    for name, scale in instrument.scales.items():
        lines += _wrapped(f"{name}: {_how(scale, say)}; {', '.join(scale.items)}")
    lines.append(say("instrument.n_items", n=len(instrument.items), languages=", ".join(instrument.languages)))
    return "\n".join(lines) + "\n"


def text_page(instrument: Instrument, language: str | None = None) -> str:
    """The whole instrument as plain text: what it measures, questions, answers, scoring, where it comes from."""
    say = Messages(language)
    lines = [f"{text_in(instrument.title, say.language)} ({instrument.id} {instrument.version})"]
    lines += ["=" * len(lines[0]), ""]
    lines += [*_wrapped(text_in(instrument.text, say.language), 0, hanging=0), ""]
    facts = {
        "construct": text_in(instrument.construct, say.language),
        "level": _level(instrument, say),
        "status": say("instrument.status." + instrument.status),
        "licence": instrument.licence,
        "languages": ", ".join(instrument.languages),
        "hash": instrument.hash[:12],
    }
    for key, value in facts.items():
        lines += _wrapped(f"{say('instrument.page.' + key)}: {value}", 0)
    lines += _questions(instrument, say) + _answers(instrument, say) + _scoring(instrument, say)
    lines += _reading(instrument, say)
    lines += ["", say("instrument.page.source"), ""]
    lines += _wrapped(text_in(instrument.source.relation, say.language), hanging=0)
    for citation in instrument.source.literature:
        lines += _wrapped(f"- {citation}")
    return "\n".join(lines) + "\n"


def _level(instrument: Instrument, say: Messages) -> str:
    composition = say("instrument.composition." + instrument.composition)
    return f"{say('instrument.level.' + instrument.level)} ({composition})"


def _questions(instrument: Instrument, say: Messages) -> list[str]:
    lines = ["", say("instrument.page.items"), ""]
    if instrument.form.instructions:
        lines += [*_wrapped(text_in(instrument.form.instructions, say.language), hanging=0), ""]
    width = max(len(item.id) for item in instrument.items)
    for item in instrument.items:
        marks = [say("instrument.page.reversed")] if item.reversed else []
        marks += [say("instrument.page.short_form")] if item.short_form else []
        text = text_in(item.text, say.language) + (f"  [{', '.join(marks)}]" if marks else "")
        lines += _wrapped(f"{item.id:<{width}}  {text}", hanging=width + 2)
    return lines


def _answers(instrument: Instrument, say: Messages) -> list[str]:
    lines = ["", say("instrument.page.answers"), ""] if instrument.response_scales else []
    for name, scale in instrument.response_scales.items():
        lines += _wrapped(f"{name}: {_labels(scale, say.language)}")
    return lines


def _labels(scale: ResponseScale, language: str) -> str:
    return "; ".join(f"{code} = {label}" for code, label in scale.labels_in(language, missing=True).items())


def _scoring(instrument: Instrument, say: Messages) -> list[str]:
    lines = ["", say("instrument.page.scales"), ""] if instrument.scales else []
    for name, scale in instrument.scales.items():
        lines += _wrapped(f"{name} ({text_in(scale.title, say.language)}): {_how(scale, say)}")
        lines += _wrapped(", ".join(scale.items), 4)
        for end in ("low", "high"):
            meaning = getattr(scale, end)
            if meaning:
                lines += _wrapped(f"{say('instrument.page.' + end)}: {text_in(meaning, say.language)}", 4)
    return lines


def _reading(instrument: Instrument, say: Messages) -> list[str]:
    """How hard the Dutch questions are to read, as a whole and the hardest of them."""
    questions = dutch_questions(instrument)
    each = {item: figures([text]) for item, text in questions.items()}
    asked = {item: found for item, found in each.items() if found.words}
    if not asked:
        return []
    whole = figures(questions.values())
    hardest = min(asked, key=lambda item: asked[item].flesch_douma)
    longest = max(asked, key=lambda item: asked[item].words)
    lines = [
        say("instrument.reading.whole", score=say.number(whole.flesch_douma, digits=0), limit=int(MIN_FLESCH_DOUMA)),
        say("instrument.reading.hardest", item=hardest, score=say.number(asked[hardest].flesch_douma, digits=0)),
        say("instrument.reading.longest", item=longest, n=asked[longest].words, limit=MAX_WORDS),
        say(
            "instrument.reading.rarest",
            word=whole.rarest_word.lower(),
            zipf=say.number(whole.rarest_zipf, digits=1),
            limit=say.number(MIN_ZIPF, digits=0),
        ),
    ]
    return ["", say("instrument.page.reading"), "", *(line for text in lines for line in _wrapped(text))]


def _how(scale: Scale, say: Messages) -> str:
    least = scale.minimum_answered or len(scale.items)
    return say("instrument.method." + scale.method, least=least, n=len(scale.items))


def _wrapped(text: str, indent: int = 2, *, hanging: int = 2) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * (indent + hanging))
