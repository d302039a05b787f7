"""Texts in several languages as SurveyJS keeps them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape

from lcresearch.instruments.forms.model import Texts
from lcresearch.messages import LANGUAGES, Messages

DEFAULT = "en"
"""The language whose texts SurveyJS keeps under ``default``."""
Localised = dict[str, str] | str


def localised(texts: Texts, languages: Sequence[str]) -> Localised:
    """A text by language, with one that is shown where a language has none.

    Examples
    --------
    >>> localised({"nl": "ja", "en": "yes"}, ["nl", "en"]), localised({"nl": "ja"}, ["nl"]), localised({}, ["nl"])
    ({'default': 'yes', 'nl': 'ja'}, {'default': 'ja', 'nl': 'ja'}, '')
    """
    known = {language: texts[language] for language in languages if texts.get(language)}
    if not known:
        return ""
    first = known.get(DEFAULT) or next(iter(known.values()))
    return {"default": first, **{language: text for language, text in known.items() if language != DEFAULT}}


def said(key: str, languages: Sequence[str], **values: str | Mapping[str, str]) -> Localised:
    """A text of the catalogue by language."""
    return localised(by_language(lambda say: say(key, **values), languages), languages)


def by_language(made: Callable[[Messages], str], languages: Sequence[str]) -> dict[str, str]:
    """What is made of the catalogue in each language that it has."""
    return {language: made(Messages(language)) for language in languages if language in LANGUAGES}


def as_html(texts: Texts) -> dict[str, str]:
    """Texts as paragraphs, each line of a text on a line of its own, with nothing of it taken for HTML."""
    return {
        language: f"<p>{escape(text).replace(chr(10), '<br>')}</p>" for language, text in texts.items() if text.strip()
    }
