"""A place in a text where something stands that tells who is meant, and the choice between places that overlap."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, get_args

Kind = Literal[
    "person",
    "organisation",
    "place",
    "name",
    "email",
    "phone",
    "bsn",
    "iban",
    "date",
    "url",
    "plate",
    "postcode",
    "address",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
NAMED: tuple[Kind, ...] = ("person", "organisation", "place", "name")
"""Kinds that get a pseudonym; of a ``name`` it is not clear what it names."""
Layer = Literal["decision", "list", "corpus", "pattern", "speech", "deduce", "spacy"]
LAYERS: tuple[Layer, ...] = get_args(Layer)
"""Layers in the order in which they are believed."""


@dataclass(frozen=True)
class Hit:
    """A place in a text.

    Attributes
    ----------
    start, end : int
        Code points in the text, end exclusive.
    kind : str
        One of :data:`KINDS`.
    layer : str
        One of :data:`LAYERS`.
    reason : str
        Key of the words that say why, such as ``title``.
    sure : bool
        Whether it can hardly be anything else.
    replace : bool
        Whether it is replaced; what is not, is shown for review.
    identity : str
        Who or what, where a list says so; else empty.
    """

    start: int
    end: int
    kind: Kind
    layer: Layer
    reason: str
    sure: bool = True
    replace: bool = True
    identity: str = ""


def _free_part(hit: Hit, taken: set[int]) -> tuple[int, int]:
    """The longest part of a hit that is not taken, without its first place when something stands in front."""
    best = (hit.start, hit.start)
    start = hit.start
    for place in range(hit.start, hit.end + 1):
        if place == hit.end or place in taken:
            if place - start > best[1] - best[0]:
                best = (start, place)
            start = place + 1
    first, last = best
    return (first + 1, last) if first > hit.start else (first, last)  # a blank lies in between


def without_overlap(hits: Iterable[Hit]) -> list[Hit]:
    """Hits that do not overlap: what is replaced before what is shown, patterns before names, the longest first.

    Examples
    --------
    >>> first = Hit(0, 3, "person", "list", "list")
    >>> longer = Hit(0, 12, "person", "speech", "given")
    >>> without_overlap([first, longer]) == [longer]
    True
    """
    ordered = sorted(
        hits,
        key=lambda hit: (
            hit.layer != "decision",
            not hit.replace,
            hit.layer != "pattern",
            hit.start - hit.end,
            LAYERS.index(hit.layer),
        ),
    )
    kept: list[Hit] = []
    taken: set[int] = set()
    for hit in ordered:
        start, end = _free_part(hit, taken)
        if end - start == hit.end - hit.start > 0 or (hit.kind in NAMED and end - start > 2):
            kept.append(replace(hit, start=start, end=end))
            taken.update(range(start, end))
    return sorted(kept, key=lambda hit: hit.start)
