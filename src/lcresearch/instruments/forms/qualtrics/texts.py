"""Texts as Qualtrics takes them: HTML, with nothing in it that Qualtrics would fill in or run."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

Said = Callable[[str], str]
"""Language -> text."""
_LONGEST_DESCRIPTION = 99


def in_html(text: str) -> str:
    """A plain text as HTML; ``${`` would be filled in by Qualtrics, ``[[`` starts a tag in text files.

    Examples
    --------
    >>> in_html("R&D <eigen> ${e://Field/x}\\n[[Block]]")
    'R&amp;D &lt;eigen&gt; &#36;{e://Field/x}<br>&#91;[Block]]'
    """
    safe = html.escape(text.strip(), quote=False).replace("${", "&#36;{").replace("[[", "&#91;[")
    return "<br>".join(safe.splitlines())


def question_html(text: str, lines: Sequence[str]) -> str:
    """A question with the lines under it."""
    return "<br>".join([in_html(text), *(f"<em>{in_html(line)}</em>" for line in lines)])


def page_html(title: str, text: str) -> str:
    """A heading with a text under it."""
    return "<br><br>".join(
        part for part in (f"<strong>{in_html(title)}</strong>" if title else "", in_html(text)) if part
    )


def description(text: str) -> str:
    """A question in one short line without HTML, as Qualtrics lists it."""
    line = " ".join(html.unescape(text.replace("<br>", " ")).split())
    for tag in ("<strong>", "</strong>", "<em>", "</em>"):
        line = line.replace(tag, "")
    return line if len(line) <= _LONGEST_DESCRIPTION else f"{line[: _LONGEST_DESCRIPTION - 3]}..."
