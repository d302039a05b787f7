"""The library of instruments: what each measures, its scales, and every question in both languages."""

from __future__ import annotations

from html import escape

import pandas as pd

from lcresearch import instruments
from lcresearch.instruments import Instrument
from lcresearch.messages import Messages

COLUMNS = ("nl", "en")


def pages() -> dict[str, str]:
    """A list, and a page an instrument."""
    library = instruments.catalogue("en")
    found = {"instruments.md": overview(library)}
    for name in library["id"]:
        found[f"instrument-{name}.md"] = page(instruments.load(name))
    return found


def overview(library: pd.DataFrame) -> str:
    """The library in one table."""
    say = Messages("en")
    lines = [
        "# Instruments of the library",
        "",
        "Made from the files in `instruments/`. All of them are **provisional**: there are no norms yet. How to use"
        " them, and how to write one of your own, stands in [the guide to instruments](../../instruments/README.md).",
        "",
        "| id | title | level | questions | scales |",
        "|---|---|---|---:|---|",
    ]
    for row in library.itertuples():
        scales = ", ".join(f"`{scale}`" for scale in row.scales.split(", ") if scale) or "none: facts"
        level = say(f"instrument.level.{row.level}")
        lines.append(f"| [{row.id}](instrument-{row.id}.md) | {row.title} | {level} | {row.items} | {scales} |")
    return "\n".join([*lines, ""])


def page(instrument: Instrument) -> str:
    """One instrument."""
    say = Messages("en")
    lines = ["---", "orphan: true", "---", f"# {instrument.title['en']}", "", f"{span(instrument.title, 'nl')}", ""]
    lines += ["| | |", "|---|---|"]
    facts = {
        "id": f"`{instrument.id}`",
        "version": instrument.version,
        "status": say(f"instrument.status.{instrument.status}"),
        "level": say(f"instrument.level.{instrument.level}"),
        "composition": f"`{instrument.composition}`",
        "licence": instrument.licence,
        "file": f"[instruments/{instrument.id}.yaml](../../instruments/{instrument.id}.yaml)",
    }
    lines += [f"| {name} | {text} |" for name, text in facts.items()]
    for head, texts in (("What it asks", instrument.text), ("What it measures", instrument.construct)):
        lines += ["", f"## {head}", "", cell(texts.get("en", "")), "", span(texts, "nl")]
    lines += ["", "## Questions", "", *questions(instrument)]
    if instrument.scales:
        lines += ["", "## Scales", "", *scales(instrument)]
    if instrument.response_scales:
        lines += ["", "## Answers", "", *answers(instrument)]
    literature = list(getattr(instrument.source, "literature", ()) or ())
    if literature:
        lines += ["", "## Sources", "", *(f"- {cell(str(work))}" for work in literature)]
    return "\n".join([*lines, ""])


def questions(instrument: Instrument) -> list[str]:
    """Every question in Dutch and English; what is reversed or in the short form is marked."""
    lines = ["| id | Nederlands | English | |", "|---|---|---|---|"]
    for item in instrument.items:
        marks = [word for word, holds in (("reversed", item.reversed), ("short form", item.short_form)) if holds]
        lines.append(
            f"| `{item.id}` | {span(item.text, 'nl')} | {cell(item.text.get('en', ''))} | {', '.join(marks)} |"
        )
    return lines


def scales(instrument: Instrument) -> list[str]:
    """Every score: its title, items and how it is computed."""
    lines = ["| column of scores | title | method | fewest answers | questions |", "|---|---|---|---:|---|"]
    for name, scale in instrument.scales.items():
        least = scale.minimum_answered or len(scale.items)
        items = ", ".join(scale.items)
        lines.append(f"| `{name}` | {cell(scale.title.get('en', ''))} | {scale.method} | {least} | {items} |")
    return lines


def answers(instrument: Instrument) -> list[str]:
    """The answers to choose from."""
    lines = ["| scale | code | Nederlands | English |", "|---|---:|---|---|"]
    for name, scale in instrument.response_scales.items():
        for code, label in (scale.labels | scale.missing).items():
            lines.append(f"| `{name}` | {code} | {span(label, 'nl')} | {cell(label.get('en', ''))} |")
    return lines


def cell(text: str) -> str:
    """A text that stays within its cell."""
    return escape(" ".join(text.split()), quote=False).replace("|", r"\|").replace("*", r"\*").replace("_", r"\_")


def span(texts: dict[str, str], language: str) -> str:
    """A text that says its language, for those who hear the page."""
    return f'<span lang="{language}">{cell(texts.get(language, ""))}</span>'
