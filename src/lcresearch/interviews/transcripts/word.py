"""Word documents: what is said, by whom, from paragraphs and tables."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from lcresearch.errors import InterviewError, Place
from lcresearch.interviews.transcripts.paragraphs import Paragraph
from lcresearch.interviews.transcripts.speakers import is_name
from lcresearch.interviews.transcripts.times import seconds

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LARGEST = 200 * 2**20
_SHORT = 40
_PLAIN_STYLES = (
    *("normal", "standaard", "heading", "kop", "title", "titel", "list", "lijst", "body", "no spacing", "plain"),
    *("geen afstand", "subtitle", "ondertitel", "toc", "inhopg", "header", "footer", "quote", "citaat"),
)
_CHANGES = {f"{_W}ins": "inserted", f"{_W}moveTo": "inserted", f"{_W}del": "deleted", f"{_W}moveFrom": "deleted"}
_BROKEN = (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, zlib.error, EOFError, etree.XMLSyntaxError)


@dataclass(frozen=True)
class _Piece:
    """A paragraph of the document.

    Attributes
    ----------
    text : str
    bold : int
        Characters at the start that are bold; 0 where all of it is.
    style : str
        Name of a style that somebody chose; empty for ordinary ones.
    cells : tuple of str
        Of the row of a table, in place of text.
    """

    text: str
    bold: int = 0
    style: str = ""
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class WordDocument:
    """What a Word file holds.

    Attributes
    ----------
    paragraphs : list of Paragraph
        A speaker where bold letters, a style or a column of a table name one.
    changes : dict of str to int
        ``inserted``, ``deleted``: tracked changes; what was inserted is read, what was deleted is not.
    has_speakers : bool
    """

    paragraphs: list[Paragraph]
    changes: dict[str, int] = field(default_factory=dict)

    @property
    def has_speakers(self) -> bool:
        """Whether the layout names speakers; else they may stand in the text."""
        return any(paragraph.speaker for paragraph in self.paragraphs)


def read_word(path: Path) -> WordDocument:
    """The text of a .docx with the speakers that its layout shows.

    Tables count as a row a turn when one column is short and repeats itself (names) and another holds the text; a
    column of times gives the times. Notes, comments, headers and text boxes are not read.

    Raises
    ------
    InterviewError
        V064 if it is no Word document, or one that unpacks to more than 200 MB.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            body = _xml(archive, "word/document.xml", path).find(f"{_W}body")
            names = archive.namelist()
            styles = _styles(_xml(archive, "word/styles.xml", path)) if "word/styles.xml" in names else {}
    except _BROKEN as error:
        raise InterviewError("V064", where=Place(file=path.name), reason=str(error)[:200]) from error
    if body is None:
        raise InterviewError("V064", where=Place(file=path.name), reason="no body")
    changes: dict[str, int] = {}
    for element in body.iter(*_CHANGES):
        changes[_CHANGES[element.tag]] = changes.get(_CHANGES[element.tag], 0) + 1
    return WordDocument(_paragraphs(list(_pieces(body, styles))), changes)


def _xml(archive: zipfile.ZipFile, name: str, path: Path) -> etree._Element:
    if archive.getinfo(name).file_size > _LARGEST:
        raise InterviewError("V064", where=Place(file=path.name), reason=f"> {_LARGEST // 2**20} MB")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(archive.read(name), parser)
    if root.getroottree().docinfo.doctype:
        raise InterviewError("V064", where=Place(file=path.name), reason="DOCTYPE")
    return root


def _styles(root: etree._Element) -> dict[str, str]:
    """Id of a style -> its name, of those that may stand for a speaker."""
    found = {}
    for style in root.iter(f"{_W}style"):
        name = style.find(f"{_W}name")
        if style.get(f"{_W}type") == "paragraph" and name is not None:
            shown = str(name.get(f"{_W}val") or "")
            if not shown.lower().startswith(_PLAIN_STYLES):
                found[str(style.get(f"{_W}styleId"))] = shown
    return found


def _pieces(body: etree._Element, styles: dict[str, str]) -> Iterator[_Piece]:
    """Paragraphs and rows of tables in the order of the document."""
    for element in body:
        if element.tag == f"{_W}p":
            yield _piece(element, styles)
        elif element.tag == f"{_W}tbl":
            for row in element.iter(f"{_W}tr"):
                cells = [
                    "\n".join(_piece(paragraph, {}).text for paragraph in cell.iter(f"{_W}p")).strip()
                    for cell in row.iterchildren(f"{_W}tc")
                ]
                yield _Piece("", cells=tuple(cells))
        elif element.tag in (f"{_W}sdt", f"{_W}ins", f"{_W}moveTo", f"{_W}sdtContent"):
            yield from _pieces(element, styles)


def _piece(paragraph: etree._Element, styles: dict[str, str]) -> _Piece:
    text, bold, still_bold = "", 0, True
    for run in paragraph.iter(f"{_W}r"):
        if any(above.tag in (f"{_W}del", f"{_W}moveFrom", f"{_W}txbxContent") for above in run.iterancestors()):
            continue
        said = "".join(_characters(run))
        mark = run.find(f"{_W}rPr/{_W}b")
        is_bold = mark is not None and mark.get(f"{_W}val") not in ("0", "false", "off")
        still_bold = still_bold and (is_bold or not said.strip())
        text += said
        bold = len(text) if still_bold else bold
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    name = styles.get(str(style.get(f"{_W}val")), "") if style is not None else ""
    return _Piece(text.rstrip(), 0 if bold >= len(text.rstrip()) else bold, name)


def _characters(run: etree._Element) -> Iterator[str]:
    for part in run:
        if part.tag == f"{_W}t":
            yield part.text or ""
        elif part.tag == f"{_W}tab":
            yield "\t"
        elif part.tag in (f"{_W}br", f"{_W}cr"):
            yield "\n"
        elif part.tag == f"{_W}noBreakHyphen":
            yield "\u2011"


def _paragraphs(pieces: list[_Piece]) -> list[Paragraph]:
    rows = [piece.cells for piece in pieces if piece.cells]
    columns = _columns(rows)
    bold = [piece.text[: piece.bold].strip().rstrip(":").strip() for piece in pieces]
    names_in_bold = {name for name in bold if name and len(name) <= _SHORT and is_name(name)}
    repeated = {name for name in names_in_bold if bold.count(name) > 1}
    by_style = {piece.style for piece in pieces if piece.style and is_name(piece.style)}
    by_style = by_style if len(by_style) > 1 else set()
    found = []
    for piece, name in zip(pieces, bold, strict=True):
        if piece.cells:
            found += _row(piece.cells, columns)
        elif name in repeated and len(repeated) > 1:
            found.append(Paragraph(piece.text[piece.bold :].lstrip(" :\t"), name))
        elif piece.style in by_style and piece.text.strip():
            found.append(Paragraph(piece.text.strip(), piece.style))
        else:
            found.append(Paragraph(piece.text))
    return found


@dataclass(frozen=True)
class _Columns:
    """Which column of a table holds what; -1 where none does."""

    speaker: int = -1
    text: int = -1
    time: int = -1


def _columns(rows: list[tuple[str, ...]]) -> _Columns:
    """Columns of a table that is a transcript: names that repeat, and text that is longer."""
    width = max((len(row) for row in rows), default=0)
    if width < 2 or len(rows) < 2:
        return _Columns()
    cells = [[row[place] for row in rows if len(row) == width] for place in range(width)]
    filled = [[cell for cell in column if cell] for column in cells]
    lengths = [sum(map(len, column)) for column in filled]
    text = lengths.index(max(lengths))
    times = [sum(seconds(cell) is not None for cell in column) for column in filled]
    time = next((at for at, n in enumerate(times) if n > len(filled[at]) / 2), -1)
    names = [
        at
        for at, column in enumerate(filled)
        if at not in (text, time) and len(set(column)) > 1 and len(set(column)) < len(column)
        if all(len(cell.rstrip(":")) <= _SHORT and is_name(cell.rstrip(":")) for cell in column)
    ]
    return _Columns(names[0], text, time) if names else _Columns()


def _row(cells: tuple[str, ...], columns: _Columns) -> list[Paragraph]:
    if columns.speaker < 0 or len(cells) <= max(columns.speaker, columns.text, columns.time):
        return [Paragraph(cell) for cell in cells if cell]
    time = seconds(cells[columns.time]) if columns.time >= 0 else None
    return [Paragraph(cells[columns.text], cells[columns.speaker].rstrip(":").strip(), time)]
