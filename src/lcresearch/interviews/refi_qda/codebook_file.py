"""Codebooks as ``.qdc``: read and written."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from lcresearch.errors import InterviewError, Place
from lcresearch.files import reason_of, write_whole
from lcresearch.interviews.codebook.model import Codebook
from lcresearch.interviews.part_names import lost_in_words
from lcresearch.interviews.refi_qda.checks import codebook_problems
from lcresearch.interviews.refi_qda.codes import description_of, read_codes
from lcresearch.interviews.refi_qda.deviations import note_deviations
from lcresearch.interviews.refi_qda.log import Log
from lcresearch.interviews.refi_qda.package import MAX_XML
from lcresearch.interviews.refi_qda.safe_xml import parse_xml
from lcresearch.interviews.refi_qda.standard import strip_namespaces
from lcresearch.interviews.refi_qda.targets import xml_text
from lcresearch.interviews.refi_qda.updating import NO_PLACE, as_guid
from lcresearch.interviews.refi_qda.writing import valid_bytes


def read_qdc(path: Path) -> Codebook:
    """The codes of a ``.qdc`` or of a bare ``.qde``, with what deviates from the standard.

    Raises
    ------
    InterviewError
        G001, G004, or V006 to V009.
    """
    place = Place(file=path.name)
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_XML + 1)
    except FileNotFoundError:
        raise InterviewError("G001", where=place, path=path.as_posix()) from None
    except OSError as error:
        raise InterviewError("G004", where=place, path=path.as_posix(), reason=reason_of(error)) from None
    if len(content) > MAX_XML:
        raise InterviewError("V008", where=place)
    root = parse_xml(content, place)
    name = etree.QName(root).localname
    if name not in ("CodeBook", "Project"):
        raise InterviewError("V009", where=place, found=name, expected="CodeBook")
    log = Log(path.name)
    note_deviations(root, name, log)
    strip_namespaces(root)
    found = read_codes(root.find("Codes" if name == "CodeBook" else "CodeBook/Codes"), log)
    return Codebook(
        tuple(found.codes), name=root.get("name") or path.stem, language=found.language, problems=log.close()
    )


def write_qdc(book: Codebook, path: Path, origin: str) -> Log:
    """Write the codes; returns what the standard has no place for.

    Raises
    ------
    InterviewError
        V039, when codes have no place in the tree; V049, when there are none; G004, when the operating system refuses.
    """
    problems = codebook_problems(book)
    if problems:
        raise InterviewError(problems)
    if not len(book):
        raise InterviewError("V049", where=Place(file=path.name))
    log = Log(path.name)
    root = etree.Element("CodeBook", origin=xml_text(origin))
    elements = {"": etree.SubElement(root, "Codes")}
    for code in book:
        element = etree.SubElement(elements[code.parent], "Code", guid=as_guid(code.id), name=xml_text(code.name))
        element.set("isCodable", "true" if code.codable else "false")
        if code.color:
            element.set("color", code.color)
        if description := description_of(code, book.language):
            etree.SubElement(element, "Description").text = xml_text(description)
        elements[code.id] = element
    lost = {name: sum(bool(getattr(code, name)) for code in book) for name in NO_PLACE} | {"changes": len(book.changes)}
    if any(lost.values()):
        log.add("V045", what=lost_in_words(lost))
    try:
        write_whole(path, valid_bytes(root, "CodeBook", log))
    except OSError as error:
        where = Place(file=path.name)
        raise InterviewError("G004", where=where, path=path.as_posix(), reason=reason_of(error)) from None
    return log
