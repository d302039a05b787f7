"""Texts as LimeSurvey takes them: HTML, in which braces are expressions."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence

_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SIGNS = str.maketrans({"{": "&#123;", "}": "&#125;", "\\": "&#92;", '"': "&quot;"})
"""Signs of expressions; and what a cell of the tab-separated file may lose at its ends, or before a quotation mark."""


def as_html(text: str) -> str:
    """Plain text as HTML that shows the same; LimeSurvey takes nothing in it for an expression.

    Examples
    --------
    >>> as_html("Meer & beter {nu}\\nof later")
    'Meer &amp; beter &#123;nu&#125;<br />of later'
    """
    safe = html.escape(_NOT_IN_XML.sub("", text), quote=False).translate(_SIGNS)
    return "<br />".join(safe.splitlines())


def as_title(text: str, longest: int | None = None) -> str:
    """A title: HTML for those who answer, but shown as it is to who makes the survey, so that an ampersand stays one.

    Examples
    --------
    >>> as_title("Leren & werken"), as_title("a < b &amp; c"), as_title("abc", 2)
    ('Leren & werken', 'a &lt; b &amp;amp; c', 'a…')
    """
    plainly = html.unescape(text) == text and not text.startswith('"')
    whole = as_html(text).replace("&amp;", "&").replace("&quot;", '"') if plainly else as_html(text)
    if longest is None or len(whole) <= longest:
        return whole
    lengths = (n for n in range(longest - 1, 0, -1) if len(as_title(text[:n])) < longest)
    return f"{as_title(text[: next(lengths, 0)])}…"


def in_languages(texts: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    """Texts as HTML, one in each language; empty where there is none."""
    return {language: as_html(texts.get(language, "")) for language in languages}
