"""Texts of sources: where the file says they are, as they stand there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from lcresearch.interviews.refi_qda.log import Log
from lcresearch.interviews.refi_qda.package import MAX_XML, Package
from lcresearch.interviews.refi_qda.styled_text import words_of_docx

_MARK = "\ufeff"
PATHS = ("plainTextPath", "richTextPath", "path", "currentPath")
"""Attributes that name files."""
_INTERNAL, _RELATIVE, _ABSOLUTE = "internal://", "relative://", "absolute://"


@dataclass
class TextPart:
    """An element that brings a text: a text source, the text of a PDF, or a transcript of a recording.

    Attributes
    ----------
    element, source : element
        The one with the text and the selections, and the source that it belongs to (often the same).
    raw : str or None
        The text as it stands in the file, with byte order mark and line ends; None when it is not there.
    file : str
        Name of the file in the package; empty when the text stands in the project file itself.
    styled : bool
        Whether it was taken from a Word document.
    times : element or None
        A transcript of the same text, whose points of time are those of this text.
    """

    element: etree._Element
    source: etree._Element
    raw: str | None = None
    file: str = ""
    styled: bool = False
    times: etree._Element | None = None


class Files:
    """Files that a project names, by path.

    Parameters
    ----------
    package : Package
        Files that are found outside it, but in the folder of the project, are added to it.
    """

    def __init__(self, package: Package, log: Log) -> None:
        self.package, self.log = package, log
        self._names = {name.lower(): name for name in package.files}

    def find(self, path: str) -> str | None:
        """Name of a file in the package, or None when it is not there (or may not be opened)."""
        path = path.strip().replace("\\", "/")
        if path.lower() in self._names:  # one that was found outside the package before
            return self._names[path.lower()]
        external = path.startswith((_RELATIVE, _ABSOLUTE)) or path.startswith("/")
        if not external:
            inside = path.removeprefix(_INTERNAL).lstrip("/").lower()
            for name in (f"sources/{inside}", inside):
                if name in self._names:
                    return self._names[name]
        return self._from_folder(path, external=external)

    def named(self, root: etree._Element) -> set[str]:
        """Files of the package that the tree names."""
        written = {element.get(name) for element in root.iter() for name in PATHS if element.get(name)}
        inside = [
            path for path in written if not path.startswith((_RELATIVE, _ABSOLUTE)) or path.lower() in self._names
        ]
        return {name for path in inside if (name := self.find(path)) is not None}

    def _from_folder(self, path: str, *, external: bool) -> str | None:
        """Take in a file of the project's own folder; anything elsewhere is never opened."""
        folder = self.package.folder
        if folder is None or (not external and self.package.files):
            return None
        named = path.removeprefix(_RELATIVE).removeprefix(_INTERNAL).removeprefix(_ABSOLUTE)
        absolute = path.startswith(_ABSOLUTE)
        for candidate in _candidates(folder, unquote(named), absolute=absolute):
            try:
                place = candidate.resolve()
                if not place.is_relative_to(folder):
                    self.log.count("V017", path)
                    return None
                if place.is_file() and place.stat().st_size <= MAX_XML:
                    self.package.files[path] = place.read_bytes()
                    self._names[path.lower()] = path
                    return path
            except (OSError, ValueError):
                continue
        return None


def _candidates(folder: Path, named: str, *, absolute: bool) -> list[Path]:
    if absolute:
        return [Path(named)]
    inside = named.lstrip("/")
    return [folder / inside, folder / "sources" / inside, folder / "Sources" / inside]


def text_parts(sources: etree._Element | None) -> Iterator[TextPart]:
    """Elements of a project that bring texts, in order."""
    for source in sources if sources is not None else ():
        if source.tag == "TextSource":
            yield TextPart(source, source)
        elif source.tag == "PDFSource":
            yield from (TextPart(element, source) for element in source.findall("Representation"))
        elif source.tag in ("AudioSource", "VideoSource"):
            yield from (TextPart(element, source) for element in source.findall("Transcript"))


def read_text(part: TextPart, files: Files, log: Log) -> None:
    """Fill in the text: of the plain file, else of the element itself, else of the Word document."""
    element = part.element
    plain, rich = element.get("plainTextPath"), element.get("richTextPath")
    name = files.find(plain) if plain else None
    if name is not None:
        part.file, part.raw = name, decoded(files.package.files[name], name, log)
        return
    content = element.findtext("PlainTextContent")
    if content is not None:
        part.raw = content
        return
    name = files.find(rich) if rich else None
    if name is not None and rich and rich.lower().endswith(".docx"):
        part.raw = words_of_docx(files.package.files[name], name)
        part.file, part.styled = name, part.raw is not None
        if part.styled:
            log.count("V018", element.get("name") or part.source.get("name") or name, element)


def decoded(content: bytes, name: str, log: Log) -> str:
    """A text file as characters, with its byte order mark."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _MARK + content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        log.count("V019", name)
        return content.decode("cp1252", errors="replace")
