"""Texts as LimeSurvey takes them: HTML, in which braces are expressions."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence

_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BRACES = str.maketrans({"{": "&#123;", "}": "&#125;"})


def as_html(text: str) -> str:
    """Plain text as HTML that shows the same; LimeSurvey takes nothing in it for an expression.

    Examples
    --------
    >>> as_html("Meer & beter {nu}\\nof later")
    'Meer &amp; beter &#123;nu&#125;<br />of later'
    """
    safe = html.escape(_NOT_IN_XML.sub("", text), quote=False).translate(_BRACES)
    return "<br />".join(safe.splitlines())


def in_languages(texts: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    """Texts as HTML, one in each language; empty where there is none."""
    return {language: as_html(texts.get(language, "")) for language in languages}
