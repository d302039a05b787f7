"""The message catalogues: YAML files in which each text stands in Dutch and English side by side.

``texts/*.yaml`` hold what reports, pages and the command line say, by dotted key; ``problems/*.yaml`` hold errors,
warnings and notes, by code. A text may have plural forms, chosen by the value ``n``::

    people:
      nl: {one: "{n} deelnemer", other: "{n} deelnemers"}
      en: {one: "{n} participant", other: "{n} participants"}

A value that is filled in may itself be a text by language: ``{"nl": "vijf", "en": "five"}``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import yaml

from lcresearch.messages import numbers

LANGUAGES = ("nl", "en")
"""Languages of all texts."""
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


_chosen: ContextVar[str | None] = ContextVar("chosen", default=None)


@contextmanager
def spoken(language: str | None) -> Iterator[None]:
    """Texts of the code inside are in this language, unless it asks for another; None: that of the terminal.

    Parameters
    ----------
    language : {"nl", "en"} or None

    Returns
    -------
    context manager

    See also
    --------
    console_language : What holds without it.
    """
    before = _chosen.set(language)
    try:
        yield
    finally:
        _chosen.reset(before)


def console_language() -> str:
    """Language of the terminal: ``LCRESEARCH_LANGUAGE``, else Dutch in a Dutch locale, else English.

    Returns
    -------
    {"nl", "en"}

    See also
    --------
    spoken : Sets it for a part of the code.
    """
    spoken_here = _chosen.get()
    if spoken_here is not None:
        return spoken_here
    chosen = os.environ.get("LCRESEARCH_LANGUAGE", "").lower()
    if chosen in LANGUAGES:
        return chosen
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "nl" if locale.lower().startswith("nl") else "en"


class Messages:
    """The texts of one language: ``Messages("nl")("report.title")``.

    Parameters
    ----------
    language : {"nl", "en"}, optional
        Language of the texts and numbers; by default that of the terminal.

    Examples
    --------
    >>> Messages("nl").number(1234.5, digits=1)
    '1.234,5'
    """

    def __init__(self, language: str | None = None) -> None:
        self.language = language or console_language()
        if self.language not in LANGUAGES:
            raise ValueError(f"language is one of {', '.join(LANGUAGES)}, not {self.language!r}")

    def __call__(self, key: str, **values: Any) -> str:
        """The text of ``key`` with its values filled in; integers are written in the reader's locale."""
        texts = _texts()
        if key not in texts:
            raise KeyError(f"no text '{key}' in the message catalogue")
        return self.fill(texts[key], **values)

    def fill(self, entry: Any, **values: Any) -> str:
        """Choose this language and plural form from a catalogue entry, and fill in the values."""
        return self.form(entry, values).format_map({name: self._value(value) for name, value in values.items()})

    def form(self, entry: Any, values: Mapping[str, Any]) -> str:
        """The text of a catalogue entry in this language and plural form, with the names of values still in it."""
        text = entry.get(self.language, "") if isinstance(entry, Mapping) else entry
        if isinstance(text, Mapping):
            text = text[numbers.plural_form(values["n"], self.language)]
        return str(text)

    def _value(self, value: Any) -> Any:
        if isinstance(value, bool | str):
            return value
        if isinstance(value, int):
            return numbers.number(value, self.language, digits=0)
        if isinstance(value, float):
            return numbers.InSentence(value, self.language)
        if isinstance(value, list | tuple | set | frozenset):
            return ", ".join(str(part) for part in value)
        if isinstance(value, Mapping):
            return value.get(self.language, "")
        return value

    def number(self, value: float | None, *, digits: int = 2) -> str:
        """A number with a fixed number of decimals; a dash when it is missing."""
        return numbers.number(value, self.language, digits=digits)

    def percent(self, share: float | None, *, digits: int = 0) -> str:
        """A share between 0 and 1 as a percentage."""
        return numbers.percent(share, self.language, digits=digits)

    def p_value(self, value: float | None) -> str:
        """A p value with three decimals, never shown as zero."""
        return numbers.p_value(value, self.language)

    def date(self, value: Any) -> str:
        """A date in the reader's long form."""
        return numbers.date(value, self.language)


def _leaves(tree: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in tree.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping) and not set(value) <= set(LANGUAGES):
            found.update(_leaves(value, f"{key}."))
        else:
            found[key] = value
    return found


def _load(folder: str) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for file in sorted(resources.files("lcresearch.messages").joinpath(folder).iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".yaml"):
            continue
        content = _plain(yaml.compose(file.read_text(encoding="utf-8"), Loader=_LOADER)) or {}
        entries = content if folder == "problems" else _leaves(content)
        twice = merged.keys() & entries.keys()
        if twice:
            raise KeyError(f"defined twice in messages/{folder}: {', '.join(sorted(twice))}")
        merged.update(entries)
    return merged


def _plain(node: yaml.Node | None) -> Any:
    """What a node of YAML holds; as all in a catalogue is text, this takes half the time of PyYAML's own."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: _plain(value) for key, value in node.value}
    return None if node is None else node.value


@cache
def _texts() -> dict[str, Any]:
    return _load("texts")


@cache
def _problems() -> dict[str, Any]:
    return _load("problems")


def text_keys() -> Mapping[str, Any]:
    """Every text of the catalogue with its forms, by key.

    Returns
    -------
    mapping

    See also
    --------
    Messages : Fills in a text.
    """
    return MappingProxyType(_texts())


def problem_codes() -> list[str]:
    """Every code that ``lcresearch explain`` knows.

    Returns
    -------
    list of str

    See also
    --------
    problem_entry : What stands at a code.
    """
    return sorted(_problems())


def problem_entry(code: str) -> Mapping[str, Any]:
    """Level, message, remedy and explanation of a code.

    Parameters
    ----------
    code : str
        Such as ``"R040"``.

    Returns
    -------
    mapping
        ``level``, and ``message``, ``remedy`` and ``explanation`` by language.

    See also
    --------
    lcresearch.errors.explanation : The same in words.
    """
    if code not in _problems():
        raise KeyError(f"no message with code '{code}' in the catalogue")
    return dict(_problems()[code])
