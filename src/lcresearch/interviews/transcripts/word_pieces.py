"""What stands in a .docx: paragraphs and rows of tables in order, and what else the document holds."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from lcresearch.errors import InterviewError, Place
from lcresearch.messages import LANGUAGES, Messages

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_P, _TBL, _TR, _TC, _R = (f"{_W}{name}" for name in ("p", "tbl", "tr", "tc", "r"))
_BOX = f"{_W}txbxContent"
_LEFT_OUT = frozenset((f"{_W}del", f"{_W}moveFrom", _BOX))
_LARGEST = 200 * 2**20
_ENCRYPTED = b"\xd0\xcf\x11\xe0"
_PLAIN_STYLES = (
    *("normal", "standaard", "heading", "kop", "title", "titel", "list", "lijst", "body", "no spacing", "plain"),
    *("geen afstand", "subtitle", "ondertitel", "toc", "inhopg", "header", "footer", "quote", "citaat"),
)
_CHANGES = {f"{_W}ins": "inserted", f"{_W}moveTo": "inserted", f"{_W}del": "deleted", f"{_W}moveFrom": "deleted"}
_BROKEN = (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, zlib.error, EOFError, etree.XMLSyntaxError)
_NOTES = {
    "word/footnotes.xml": ("footnotes", f"{_W}footnote"),
    "word/endnotes.xml": ("endnotes", f"{_W}endnote"),
    "word/comments.xml": ("comments", f"{_W}comment"),
}
_HEADER = re.compile(r"word/(?:header|footer)\d*\.xml")


@dataclass(frozen=True)
class Piece:
    """A paragraph of the document, or a row of a table.

    Attributes
    ----------
    text : str
    bold : int
        Characters at the start that are bold; 0 where all of it is.
    style : str
        Name of a style that somebody chose; empty for ordinary ones.
    cells : tuple of str
        Of the row of a table, in place of text.
    table : int
        Number of that table; 0 for a paragraph.
    """

    text: str
    bold: int = 0
    style: str = ""
    cells: tuple[str, ...] = ()
    table: int = 0


@dataclass(frozen=True)
class Contents:
    """What a Word file holds.

    Attributes
    ----------
    pieces : list of Piece
    changes : dict of str to int
        ``inserted``, ``deleted``: tracked changes; what was inserted is read, what was deleted is not.
    unread : dict of str to str
        Language -> what else is in the document and was not read; empty when there is nothing.
    """

    pieces: list[Piece]
    changes: dict[str, int] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)


def read_contents(path: Path) -> Contents:
    """Paragraphs and rows of tables of a .docx, wherever Word wrapped them.

    Raises
    ------
    InterviewError
        V064 if it is no Word document, or one that unpacks to more than 200 MB.
    """
    with path.open("rb") as stream:
        if stream.read(4) == _ENCRYPTED:
            raise _refused(path, "locked")
    try:
        with zipfile.ZipFile(path) as archive:
            body = _xml(archive, "word/document.xml", path).find(f"{_W}body")
            names = archive.namelist()
            styles = _xml(archive, "word/styles.xml", path) if "word/styles.xml" in names else etree.Element("none")
            unread = {} if body is None else _unread(archive, body)
    except _BROKEN as error:
        reason = {zipfile.BadZipFile: "no_package", KeyError: "no_text", RuntimeError: "locked"}
        raise _refused(path, reason.get(type(error), "damaged")) from error
    if body is None:
        raise _refused(path, "no_text")
    changes: dict[str, int] = {}
    for element in body.iter(*_CHANGES):
        changes[_CHANGES[element.tag]] = changes.get(_CHANGES[element.tag], 0) + 1
    return Contents(list(_Reading(_names_of_styles(styles), _bold_styles(styles)).pieces(body)), changes, unread)


def _refused(path: Path, reason: str) -> InterviewError:
    return InterviewError("V064", where=Place(file=path.name), reason=_in_words(f"interviews.word.{reason}"))


def _in_words(key: str, **values: int) -> dict[str, str]:
    return {language: Messages(language)(key, **values) for language in LANGUAGES}


def _xml(archive: zipfile.ZipFile, name: str, path: Path) -> etree._Element:
    if archive.getinfo(name).file_size > _LARGEST:
        raise _refused(path, "large")
    root = _parsed(archive.read(name))
    if root.getroottree().docinfo.doctype:
        raise _refused(path, "doctype")
    return root


def _parsed(content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(content, parser)


def _unread(archive: zipfile.ZipFile, body: etree._Element) -> dict[str, str]:
    """Language -> text boxes, notes, comments, headers and documents inside that hold words, counted."""
    boxes = [box for box in body.iter(_BOX) if not any(above.tag == _FALLBACK for above in box.iterancestors())]
    n = {"text_boxes": sum(map(_has_words, boxes)), "documents": len(list(body.iter(f"{_W}altChunk")))}
    for name in archive.namelist():
        if name not in _NOTES and not _HEADER.fullmatch(name):
            continue
        kind, tag = _NOTES.get(name, ("headers", ""))
        n[kind] = n.get(kind, 0) + _n_with_words(archive, name, tag)
    parts = [_in_words(f"interviews.word.{kind}", n=count) for kind, count in n.items() if count]
    return {language: ", ".join(part[language] for part in parts) for language in LANGUAGES} if parts else {}


def _n_with_words(archive: zipfile.ZipFile, name: str, tag: str) -> int:
    """How many notes of a part hold words; a part that cannot be read counts as one."""
    if archive.getinfo(name).file_size > _LARGEST:
        return 1
    try:
        root = _parsed(archive.read(name))
    except _BROKEN:
        return 1
    return sum(map(_has_words, root.iter(tag))) if tag else int(_has_words(root))


def _has_words(element: etree._Element) -> bool:
    return any((text.text or "").strip() for text in element.iter(f"{_W}t"))


def _names_of_styles(root: etree._Element) -> dict[str, str]:
    """Id of a style -> its name, of those that may stand for a speaker."""
    found = {}
    for style in root.iter(f"{_W}style"):
        name = style.find(f"{_W}name")
        if style.get(f"{_W}type") == "paragraph" and name is not None:
            shown = str(name.get(f"{_W}val") or "")
            if not shown.lower().startswith(_PLAIN_STYLES):
                found[str(style.get(f"{_W}styleId"))] = shown
    return found


def _bold_styles(root: etree._Element) -> frozenset[str]:
    """Ids of styles of characters that make them bold, also by the style that they are based on."""
    styles = {str(style.get(f"{_W}styleId")): style for style in root.iter(f"{_W}style")}
    found = set()
    for name, style in styles.items():
        seen: set[str] = set()
        at: etree._Element | None = style
        bold: bool | None = None
        while at is not None and bold is None:
            bold, based = _bold(at), at.find(f"{_W}basedOn")
            above = str(based.get(f"{_W}val")) if based is not None else ""
            at = styles.get(above) if above not in seen else None
            seen.add(above)
        if bold and style.get(f"{_W}type") == "character":
            found.add(name)
    return frozenset(found)


def _bold(element: etree._Element) -> bool | None:
    """Whether a run or a style says that it is bold; None when it says nothing."""
    mark = element.find(f"{_W}rPr/{_W}b")
    return None if mark is None else mark.get(f"{_W}val") not in ("0", "false", "off")


def _within(element: etree._Element, *tags: str) -> Iterator[etree._Element]:
    """The nearest elements of these kinds, through whatever wraps them: content controls, custom XML, insertions."""
    for child in element:
        if child.tag in tags:
            yield child
        elif child.tag not in _LEFT_OUT:
            yield from _within(child, *tags)


@dataclass
class _Reading:
    """From elements to pieces."""

    styles: dict[str, str]
    bold_styles: frozenset[str]
    n_tables: int = 0

    def pieces(self, element: etree._Element) -> Iterator[Piece]:
        """Paragraphs and rows in the order of the document; a row of one cell is what that cell holds."""
        for block in _within(element, _P, _TBL):
            if block.tag == _P:
                yield self._piece(block)
                continue
            self.n_tables += 1
            number = self.n_tables
            for row in _within(block, _TR):
                cells = list(_within(row, _TC))
                if len(cells) == 1:
                    yield from (piece for piece in self.pieces(cells[0]) if piece.text.strip() or piece.cells)
                else:
                    yield Piece("", cells=tuple(map(self._cell, cells)), table=number)

    def _cell(self, cell: etree._Element) -> str:
        """The lines of a cell; of a table inside it, a line a row."""
        lines = []
        for block in _within(cell, _P, _TBL):
            if block.tag == _P:
                lines.append(self._piece(block).text)
            else:
                lines += ["\t".join(map(self._cell, _within(row, _TC))) for row in _within(block, _TR)]
        return "\n".join(lines).strip()

    def _piece(self, paragraph: etree._Element) -> Piece:
        text, bold, still_bold = "", 0, True
        for run in _within(paragraph, _R):
            said = "".join(_characters(run))
            still_bold = still_bold and (self._is_bold(run) or not said.strip())
            text += said
            bold = len(text) if still_bold else bold
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        name = self.styles.get(str(style.get(f"{_W}val")), "") if style is not None else ""
        return Piece(text.rstrip(), 0 if bold >= len(text.rstrip()) else bold, name)

    def _is_bold(self, run: etree._Element) -> bool:
        own, style = _bold(run), run.find(f"{_W}rPr/{_W}rStyle")
        by_style = style is not None and str(style.get(f"{_W}val")) in self.bold_styles
        return by_style if own is None else own


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
