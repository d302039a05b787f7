"""Survey archives of LimeSurvey (.lsa): a zip file with the questions and the answers, each as XML."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import ParseError

import numpy as np
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from lcresearch.errors import Place, ResponsesError
from lcresearch.files import file_hash
from lcresearch.responses.formats.blocks import BlockTable
from lcresearch.responses.formats.limesurvey_structure import Structure, described_fields
from lcresearch.responses.tables import MAXIMUM_COLUMNS, OpenFile, RawTable
from lcresearch.table_layout import HEAD_ROWS

FORMAT = "limesurvey archive"
MAXIMUM_STRUCTURE = 2**26
MAXIMUM_UNPACKED = 2 * 2**30
_BLOCK_CELLS = 500_000
_FIRST_ROW = 2
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    DefusedXmlException,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)


def open_archive(path: Path) -> OpenFile:
    """Describe the answers of a survey archive, with the texts and codes that its questionnaire gives them.

    Nothing is unpacked to disk, and the table of participants in the archive is not opened.

    Raises
    ------
    ResponsesError
        R001 empty, R004 damaged, R005 no answers, R006 too many columns, R009 a file that unpacks to an unreasonable
        size, R102 a survey without answers, R103 several surveys in one archive.
    """
    if path.stat().st_size == 0:
        raise ResponsesError("R001", where=Place(file=path.name))
    with _archive(path) as archive:
        survey, answers = _members(path, archive)
        with archive.open(survey) as stream:
            structure = Structure.of(ElementTree.parse(stream, forbid_dtd=True).getroot())
        with archive.open(answers) as stream:
            fields: list[str] = next(_records(stream), [])
        columns = described_fields(fields, structure)
        with archive.open(answers) as stream:
            head = [[row.get(field, "") for field in fields] for row in islice(_rows(stream), HEAD_ROWS)]
    where = Place(file=path.name)
    if len(columns) > MAXIMUM_COLUMNS:
        raise ResponsesError("R006", where=where, n=len(columns), limit=MAXIMUM_COLUMNS)
    if not head:
        raise ResponsesError("R005", where=where)

    def load(wanted: frozenset[int]) -> RawTable:
        return _load(path, answers, fields, wanted)

    facts = {"survey": structure.survey, "languages": " ".join(structure.languages)}
    return OpenFile(path.name, FORMAT, columns, load, file_hash(path), facts, head=tuple(map(tuple, head)))


@contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive; whatever a damaged or hostile file makes the libraries raise becomes one message."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except _BROKEN as error:
        reason = f"{type(error).__name__}: {error}"[:200]
        raise ResponsesError("R004", where=Place(file=path.name), format="LimeSurvey", reason=reason) from error


def _members(path: Path, archive: zipfile.ZipFile) -> tuple[zipfile.ZipInfo, zipfile.ZipInfo]:
    """The questionnaire and the answers."""
    where = Place(file=path.name)
    found = {
        suffix: [m for m in archive.infolist() if m.filename.lower().endswith(suffix)] for suffix in (".lss", ".lsr")
    }
    surveys, answers = found[".lss"], found[".lsr"]
    if len(surveys) > 1 or len(answers) > 1:
        names = [member.filename for member in (surveys if len(surveys) > 1 else answers)]
        raise ResponsesError("R103", where=where, n=len(names), names=names[:10])
    if not surveys or not answers:
        raise ResponsesError("R102", where=where, missing=".lss" if not surveys else ".lsr")
    if surveys[0].file_size > MAXIMUM_STRUCTURE or answers[0].file_size > MAXIMUM_UNPACKED:
        raise ResponsesError("R009", where=where)
    return surveys[0], answers[0]


def _load(path: Path, answers: zipfile.ZipInfo, fields: list[str], wanted: frozenset[int]) -> RawTable:
    table = BlockTable(wanted)
    size, first = max(1, _BLOCK_CELLS // max(1, len(fields))), _FIRST_ROW
    with _archive(path) as archive, archive.open(answers) as stream:
        rows = _rows(stream)
        while block := [[row.get(field) for field in fields] for row in islice(rows, size)]:
            table.add(list(zip(*block, strict=True)), np.arange(first, first + len(block), dtype=np.int64))
            first += len(block)
    return table.finish()


def _rows(stream: IO[bytes]) -> Iterator[Mapping[str, str]]:
    """The answers row by row: field -> text."""
    records = _records(stream)
    next(records, None)
    yield from records


def _records(stream: IO[bytes]) -> Iterator[Any]:
    """First the list of fields, then each row; elements that were read are thrown away."""
    fields: list[str] = []
    inside: list[Any] = []
    for event, element in ElementTree.iterparse(stream, events=("start", "end"), forbid_dtd=True):
        if event == "start":
            inside.append(element)
            continue
        inside.pop()
        if element.tag == "fieldname":
            fields.append((element.text or "").strip())
        elif element.tag == "fields":
            yield fields
        elif element.tag == "row":
            yield {_field(cell.tag): cell.text or "" for cell in element}
            inside[-1].clear()


def _field(tag: str) -> str:
    """Name of a field: XML names cannot start with a digit nor hold a hash sign, so LimeSurvey masks both."""
    name = tag[1:] if tag[:1] == "_" and tag[1:2].isdigit() else tag
    return name.replace("-", "#")
