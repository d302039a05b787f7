"""Which answer a column of a question with several answers is, when its name and its text may say different things.

Survey platforms number such columns by place or by an order of their own: when a form leaves option 3 out, the column
``bg10_3`` holds the answers to option 4. Where the file has the text of the option as well, that is what people chose.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import fuzz

from lcresearch.responses.asked import OTHER, Asked
from lcresearch.responses.tables import Column, shown
from lcresearch.responses.wording import plain

_ALIKE = 75
_BETWEEN = " -:([/"


@dataclass(frozen=True)
class Doubt:
    """A line for the log about a column whose name and text are not the same option."""

    code: str
    status: str
    column: Column
    item: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class OptionColumns:
    """What the columns with the id of an option are after all.

    Attributes
    ----------
    options : dict of int to (str or None)
        Column number -> the option that it holds; None for a column that is left out.
    doubts : list of Doubt
    """

    options: dict[int, str | None] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)


def follow_texts(named: Iterable[tuple[Column, str]], asked: Mapping[str, Asked]) -> OptionColumns:
    """Follow the text of an option where it is one of its question, else its name.

    A text that is no option says nothing about the number in the name. That number is followed, with a warning, unless
    the texts of other columns show that the numbers are no codes, or the text looks like another option: then the
    column is left out.

    Parameters
    ----------
    named : iterable of (Column, str)
        Columns with the option whose id they have.
    asked : mapping of str to Asked
    """
    found = OptionColumns()
    questions: dict[str, list[tuple[Column, str]]] = {}
    for column, option in named:
        questions.setdefault(asked[option].part_of or "", []).append((column, option))
    for question, columns in questions.items():
        _follow(columns, asked[question], found)
    return found


def _follow(columns: Iterable[tuple[Column, str]], question: Asked, found: OptionColumns) -> None:
    by_label = _options_by_label(question)
    meant = {column.number: (column, option, _meant(column, question, by_label)) for column, option in columns}
    moved = any(texts and option not in texts for _, option, texts in meant.values())
    for number, (column, option, texts) in meant.items():
        text = shown(column.option or "", 60)
        if option in texts or (not texts and not _is_strange(column, option, by_label)):
            found.options[number] = option
        elif len(texts) == 1:
            found.options[number] = followed = min(texts)
            found.doubts.append(Doubt("R080", "noted", column, followed, {"named": option}))
        elif texts or moved or _looks_like_another(column, option, by_label):
            found.options[number] = None
            found.doubts.append(Doubt("R082", "ignored", column, option, {"option": text}))
        else:
            found.options[number] = option
            found.doubts.append(Doubt("R081", "noted", column, option, {"option": text}))


def _options_by_label(question: Asked) -> dict[str, str]:
    """Plain label -> id of the option, without labels that two options share."""
    found: dict[str, set[str]] = {OTHER: set()} if question.other is None else {OTHER: {_id(question, question.other)}}
    for code, labels in question.codes.items():
        for label in labels:
            found.setdefault(plain(label), set()).add(_id(question, code))
    return {label: options.pop() for label, options in found.items() if len(options) == 1}


def _id(question: Asked, code: float) -> str:
    return f"{question.id}_{code:g}"


def _meant(column: Column, question: Asked, by_label: Mapping[str, str]) -> set[str]:
    """The options whose text the file gives to a column: as its option, its question, or the label of its answer."""
    if column.option == OTHER:
        return {by_label[OTHER]} if OTHER in by_label else set()
    texts = [column.option, column.question, *column.questions]
    labels = [label for value, label in column.labels.items() if value != "0"]
    texts += labels if len(labels) == 1 else []
    known = [form for text in texts if text for form in (plain(text), _behind(plain(text), question)) if form]
    return {by_label[text] for text in known if text in by_label}


def _behind(text: str, question: Asked) -> str:
    """What stands behind the text of the question, in the label of a variable; empty where it is not there."""
    start = next((asked for asked in question.texts if asked and text.startswith(asked)), None)
    return plain(text[len(start) :].lstrip(_BETWEEN).rstrip(")]")) if start is not None else ""


def _is_strange(column: Column, option: str, by_label: Mapping[str, str]) -> bool:
    """Whether a column has a text of an option that is neither like the label of the option it is named after."""
    text = plain((column.option or "").replace("_", " "))
    if not any(map(str.isalpha, text)) or text == option.casefold():
        return False
    return _likeness(text, option, by_label) < _ALIKE or _looks_like_another(column, option, by_label)


def _looks_like_another(column: Column, option: str, by_label: Mapping[str, str]) -> bool:
    text = plain(column.option or "")
    others = [_likeness(text, other, by_label) for other in set(by_label.values()) - {option}]
    return bool(text) and max(others, default=0) >= max(_ALIKE, _likeness(text, option, by_label))


def _likeness(text: str, option: str, by_label: Mapping[str, str]) -> float:
    return max((fuzz.ratio(text, label) for label, owner in by_label.items() if owner == option), default=0)
