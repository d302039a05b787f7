"""An instrument as a person reads it: its items as a table, and the few lines that ``print`` shows."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pandas as pd

from lcresearch.instruments.parts import text_in
from lcresearch.messages import Messages

if TYPE_CHECKING:
    from lcresearch.instruments.model import Instrument, Scale
    from lcresearch.instruments.parts import Composition, Level

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
    level = level_in_words(instrument.level, instrument.composition, say)
    lines = [title, f"{level}; {say('instrument.status.' + instrument.status)}", ""]
    for name, scale in instrument.scales.items():
        lines += wrapped(f"{name}: {how_scored(scale, say)}; {', '.join(scale.items)}")
    lines.append(say("instrument.n_items", n=len(instrument.items), languages=", ".join(instrument.languages)))
    return "\n".join(lines) + "\n"


def level_in_words(level: Level, composition: Composition, say: Messages) -> str:
    """Level of a score, and how answers of persons add up to it."""
    return f"{say('instrument.level.' + level)} ({say('instrument.composition.' + composition)})"


def how_scored(scale: Scale, say: Messages) -> str:
    """Method of a scale, and how many answers it needs."""
    least = scale.minimum_answered or len(scale.items)
    return say("instrument.method." + scale.method, least=least, n=len(scale.items))


def wrapped(text: str, indent: int = 2, *, hanging: int = 2) -> list[str]:
    """A text as lines that fit the terminal."""
    return textwrap.wrap(text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * (indent + hanging))
