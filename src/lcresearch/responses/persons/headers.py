"""What the name of a column, or the question above it, says about personal data."""

from __future__ import annotations

import re
from typing import Literal, get_args

from lcresearch.responses.persons.words import phrases, words
from lcresearch.responses.wording import plain

Kind = Literal[
    "name",
    "email",
    "ip_address",
    "phone",
    "birth_date",
    "coordinates",
    "address",
    "national_id",
    "device_id",
    "username",
]

KINDS: tuple[Kind, ...] = get_args(Kind)

_LONGEST = 300
_TIMING = ("question time", "group time", "vraagtijd", "groepstijd")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_CLAUSES = re.compile(r"[.?!:;\n\[\]]|, ")
_WORDS = re.compile(r"[^\W_]+")
_CODE = re.compile(r"(?:[a-z]{0,3}\d{1,4}|\d{1,4}[a-z]?)")


def kind_of_header(text: str) -> Kind | None:
    """The kind of personal data that a header or question asks for, if it asks for nothing else.

    A text is cut at full stops, question marks and brackets; one part that holds a word of a kind and further only
    words that may stand beside it is enough. Of a path such as ``group/phone`` the last part counts.

    Examples
    --------
    >>> kind_of_header("RecipientLastName"), kind_of_header("Wat is uw e-mailadres?")
    ('name', 'email')
    >>> kind_of_header("Naam van uw bedrijf"), kind_of_header("Ik ken de namen van mijn collega's")
    (None, None)
    """
    text = text[:_LONGEST]
    if text.casefold().startswith(_TIMING):
        return None
    parts = _CLAUSES.split(text)
    if " " not in text.strip():
        parts = [_CAMEL.sub(" ", part) for part in (re.split(r"[/.]", text)[-1], *parts)]
    return next((kind for part in parts if (kind := _kind_of_part(part)) is not None), None)


def _kind_of_part(part: str) -> Kind | None:
    joined = plain(re.sub(r"[_/()*-]", " ", part))
    for pair in phrases("together"):
        joined = re.sub(rf"\b{pair}\b", pair.replace(" ", ""), joined) if pair in joined else joined
    numbered = (word for word in _WORDS.findall(joined) if not _CODE.fullmatch(word))
    said = [word for word in (one.rstrip("0123456789") for one in numbered) if word and word not in words("beside")]
    kinds = [kind for kind in KINDS if not words(kind).isdisjoint(said)]
    known = frozenset[str]().union(*(words(kind) for kind in kinds))
    return kinds[0] if kinds and known.issuperset(said) and words("except").isdisjoint(said) else None
