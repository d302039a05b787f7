"""Codebooks as ``.qdc``."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from lcresearch.errors import InterviewError, Place
from lcresearch.files import reason_of
from lcresearch.interviews.codebook.model import Codebook
from lcresearch.interviews.refi_qda.codes import read_codes
from lcresearch.interviews.refi_qda.deviations import note_deviations
from lcresearch.interviews.refi_qda.log import Log
from lcresearch.interviews.refi_qda.package import MAX_XML
from lcresearch.interviews.refi_qda.safe_xml import parse_xml
from lcresearch.interviews.refi_qda.standard import strip_namespaces


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
