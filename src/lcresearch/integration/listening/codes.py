"""Which codes speak of which element, which tell how it works, and in what direction they point."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from lcresearch.errors import IntegrationError, Place, Problem, nearest
from lcresearch.integration.plan.model import ElementCodes
from lcresearch.interviews.code_tables.quotes import names_of_codes
from lcresearch.interviews.codebook.model import Codebook

HELPS, LACKS, HINDERS, MENTIONS = "helps", "lacks", "hinders", "mentions"
MECHANISM, BARRIER, VALUE = "mechanism", "barrier", "value"
LINKS = {"barrier": BARRIER, "value_cycle": VALUE}
"""Link of a code in the codebook -> what kind of mechanism it is."""
WAYS_OF_LEARNING = "ways_of_learning"
"""Heading of the shipped codebook below which stand the codes that tell how people learn."""


@dataclass(frozen=True)
class CodesInUse:
    """Codes of elements by their id, those below them included.

    Attributes
    ----------
    of_elements : tuple of (str, str, str)
        Element, code, and ``helps``, ``lacks``, ``hinders`` or ``mentions``.
    of_mechanisms : tuple of (str, str, str)
        Element, code, and the code of the mechanism that it counts for.
    kinds : mapping of str to str
        Code of a mechanism -> ``mechanism``, ``barrier`` or ``value``.
    values : frozenset of str
        Codes that make a mention beside them one of help.
    """

    of_elements: tuple[tuple[str, str, str], ...]
    of_mechanisms: tuple[tuple[str, str, str], ...]
    kinds: Mapping[str, str]
    values: frozenset[str]


def codes_of_elements(codebook: Codebook, programme_elements: Iterable[str]) -> dict[str, ElementCodes]:
    """Codes of each element by the links of the codebook, for elements of which ``integration.yaml`` says nothing.

    A code linked to an element (``element: facilitation``) speaks of it in either direction. A code of a barrier has no
    link to an element, and none is guessed: that 'too little time' tells that time to learn is missed is for
    ``integration.yaml`` to say (``lacks``). Elements that no code is linked to get no codes:
    :func:`~lcresearch.integration.voices` marks them as a gap.

    Parameters
    ----------
    codebook : Codebook
    programme_elements : iterable of str
        Names of the elements, as in ``programme.yaml``.

    Returns
    -------
    dict of str to ElementCodes

    Examples
    --------
    >>> from lcresearch import interviews
    >>> book = interviews.read_codebook("learning-communities")
    >>> found = codes_of_elements(book, ["facilitation", "sunshine"])
    >>> len(found["facilitation"].mentions), found["sunshine"].all
    (1, ())
    """
    linked: dict[str, list[str]] = {}
    for code in codebook:
        if "element" in code.links:
            linked.setdefault(code.links["element"], []).append(code.id)
    return {name: ElementCodes(mentions=tuple(linked.get(name, ()))) for name in programme_elements}


def codes_in_use(book: Codebook, elements: Mapping[str, ElementCodes], mechanisms: Sequence[str]) -> CodesInUse:
    """Codes of the elements and of their mechanisms, each with those below it.

    A code stands for what its nearest listed code above it stands for: a code that is listed itself stands for itself.

    Parameters
    ----------
    book : Codebook
    elements : mapping of str to ElementCodes
    mechanisms : sequence of str
        Of all elements that name none; those of the codebook when this is empty.

    Raises
    ------
    IntegrationError
        Q090: codes that are not in the codebook, all of them together.
    """
    names, problems = names_of_codes(book), []
    for element, one in elements.items():
        problems += _unknown((*one.all, *one.mechanisms), names, element)
    problems += _unknown(mechanisms, names, None)
    if problems:
        raise IntegrationError(problems)
    kinds = {code.id: _kind(book, code.id) for code in book}
    shared = [names[one] for one in mechanisms] or default_mechanisms(book)
    of_elements: list[tuple[str, str, str]] = []
    of_mechanisms: list[tuple[str, str, str]] = []
    for element, one in elements.items():
        roles = {HELPS: one.helps, LACKS: one.lacks, HINDERS: one.hinders, MENTIONS: one.mentions}
        listed: dict[str, dict[str, None]] = {names[code]: {} for code in one.all}
        for role, codes in roles.items():
            for code in codes:
                listed[names[code]][role] = None
        own = {code.id: above for code in book if (above := _nearest_listed(book, code.id, listed)) is not None}
        of_elements += [(element, code, role) for code, above in own.items() for role in listed[above]]
        ways = _single(book, [names[code] for code in one.mechanisms] or shared)
        for one_code in book:
            above = _nearest_listed(book, one_code.id, ways)
            if above is not None and one_code.id not in own:
                of_mechanisms.append((element, one_code.id, above))
    return CodesInUse(
        tuple(of_elements),
        tuple(of_mechanisms),
        kinds,
        frozenset(code for code, kind in kinds.items() if kind == VALUE),
    )


def default_mechanisms(book: Codebook) -> list[str]:
    """Ways of learning, barriers and value by the codebook."""
    heads = [code.id for code in book if code.key == WAYS_OF_LEARNING]
    return [*heads, *(code.id for code in book if code.links.keys() & LINKS.keys())]


def _unknown(codes: Iterable[str], names: Mapping[str, str], element: str | None) -> list[Problem]:
    return [
        Problem("Q090", Place(item=element), {"found": code, "nearest": nearest(code, names) or "–"})
        for code in dict.fromkeys(codes)
        if code not in names
    ]


def _kind(book: Codebook, code: str) -> str:
    """By the link of the code, of one above it, or of the shared code that it counts for."""
    shared = book[code].maps_to
    chain = [book[code], *reversed(book.ancestors(code)), *([book[shared]] if shared in book.by_id else [])]
    return next((kind for one in chain for link, kind in LINKS.items() if link in one.links), MECHANISM)


def _nearest_listed(book: Codebook, code: str, listed: Collection[str]) -> str | None:
    chain = [code, *(one.id for one in reversed(book.ancestors(code)))]
    return next((one for one in chain if one in listed), None)


def _single(book: Codebook, codes: Iterable[str]) -> dict[str, None]:
    """Mechanisms: a heading that text cannot be coded with stands for each code directly below it."""
    found: dict[str, None] = {}
    for code in codes:
        if book[code].codable:
            found[code] = None
        else:
            found |= _single(book, [one.id for one in book.children(code)])
    return found
