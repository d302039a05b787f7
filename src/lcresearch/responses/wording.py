"""When two texts are the same text: names, questions and labels as platforms mangle them."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
_QUOTES = str.maketrans(
    {"‘": "'", "’": "'", "‚": "'", "´": "'", "`": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-"}
)
_INVISIBLE = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xAD])
_NUMBERED = re.compile(r"^(?:vraag|question|q)?\s*\d{1,3}\s*[.):]\s+")
_CUT = re.compile(r"\s*(?:\.{3}|…)$")
_SHORTEST_CUT = 20


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """A text without what platforms change: case, accents, HTML tags, kinds of blanks and quotes, end punctuation.

    Examples
    --------
    >>> plain("<p>Ik leer  élke&nbsp;dag.</p>")
    'ik leer elke dag'
    """
    text = without_html(text).translate(_INVISIBLE).translate(_QUOTES)
    letters = unicodedata.normalize("NFKD", text.casefold())
    text = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(text.split()).strip(" .:;*\"'")


def without_html(text: str) -> str:
    """A text without tags, with the signs that entities stand for, and single blanks.

    Examples
    --------
    >>> without_html("<p>De Vries &amp; zn</p>")
    'De Vries & zn'
    """
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())


def name_key(text: str) -> str:
    """A name without blanks around it and without case: the way in which column names are compared."""
    return unicodedata.normalize("NFKC", text).translate(_INVISIBLE).strip().casefold()


def same_question(header: str, texts: dict[str, frozenset[str]]) -> frozenset[str]:
    """Items whose text a header repeats: whole, after a number ("3. "), or cut off with three dots.

    Parameters
    ----------
    header : str
        As it stands in the file.
    texts : dict
        Plain text of a question -> ids of the items that ask it.

    Examples
    --------
    >>> sorted(same_question("3. Ik leer elke dag.", {"ik leer elke dag": frozenset({"li_01"})}))
    ['li_01']
    """
    whole = plain(header)
    for variant in (whole, plain(_NUMBERED.sub("", whole))):
        if variant in texts:
            return texts[variant]
    start = plain(_CUT.sub("", header.rstrip()))
    if not _CUT.search(header.rstrip()) or len(start) < _SHORTEST_CUT:
        return frozenset()
    starts = tuple(form for form in (start, plain(_NUMBERED.sub("", start))) if len(form) >= _SHORTEST_CUT)
    return frozenset().union(*(ids for text, ids in texts.items() if text.startswith(starts)))
