"""XML that a stranger wrote: no document type, no entities, no network, no depth without end."""

from __future__ import annotations

from xml.parsers import expat

from lxml import etree

from lcresearch.errors import InterviewError, Place

MAX_TAGS = 12_000_000
"""Most tags that a file may hold: a hundred times a large project."""


class _PrologueEndsError(Exception):
    """The first element was reached."""


def parse_xml(content: bytes, place: Place) -> etree._Element:
    """The root element of a file.

    Parameters
    ----------
    content : bytes
    place : Place
        Of the file, for messages.

    Raises
    ------
    InterviewError
        V006, when it is no XML; V007, when it brings a document type or entities; V008, when it is nested deeper than
        256 elements or larger than any project is.
    """
    if content.count(b"<") > MAX_TAGS:
        raise InterviewError("V008", where=place)
    _refuse_document_type(content, place)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        if "depth" in str(error) or "huge" in str(error).lower():
            raise InterviewError("V008", where=place) from None
        line = error.position[0] if error.position and error.position[0] else None
        where = Place(file=place.file, line=line)
        raise InterviewError("V006", where=where, reason=_reason(error)) from None
    except (ValueError, LookupError) as error:
        raise InterviewError("V006", where=place, reason=str(error)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise InterviewError("V007", where=place)
    return root


def _reason(error: etree.XMLSyntaxError) -> str:
    return (error.msg or "").split(", line")[0]


def _refuse_document_type(content: bytes, place: Place) -> None:
    """Stop before a parser sees the entities that a document type defines."""
    parser = expat.ParserCreate()
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def document_type(*_: object) -> None:
        raise InterviewError("V007", where=place)

    def first_element(*_: object) -> None:
        raise _PrologueEndsError

    parser.StartDoctypeDeclHandler = document_type
    parser.StartElementHandler = first_element
    try:
        parser.Parse(content[: 64 * 1024], False)
    except (_PrologueEndsError, expat.ExpatError):
        return  # the real parser tells what is wrong
    if len(content) > 64 * 1024:  # nothing but prologue in 64 KB
        raise InterviewError("V007", where=place)
