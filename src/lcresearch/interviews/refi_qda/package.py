"""A project package: a zip that a stranger made, with one ``.qde`` in it and the files that it names.

Nothing is unpacked to disk. Entries are read into memory up to a limit that holds whatever the zip says of itself.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from lcresearch.errors import InterviewError, Place, Problem
from lcresearch.files import reason_of

MAX_XML = 512 * 1024**2
"""Largest project file that is read, in bytes."""
MAX_TOTAL = 2 * 1024**3
"""Most that a package may hold unpacked, in bytes."""
MAX_ENTRIES = 50_000
MAX_RATIO = 200
"""Unpacked to packed size beyond which a large entry is a bomb and no text."""
_SMALL = 20 * 1024**2
_ENCRYPTED = 0x1
_UNSAFE = re.compile(r"(^|/)\.\.(/|$)|^/|^[A-Za-z]:|\x00")


@dataclass
class Package:
    """A project file and the files beside it.

    Attributes
    ----------
    xml : bytes
        The project file.
    name : str
        Name of the file that was opened, for messages.
    files : dict of str to bytes
        Files of the package by the name of their entry.
    folder : Path or None
        Folder that the project lies in; files of a bare ``.qde`` are looked up there, and no project may name one
        outside it.
    """

    xml: bytes
    name: str
    files: dict[str, bytes] = field(default_factory=dict)
    folder: Path | None = None


def open_package(path: Path, note: Callable[[Problem], None]) -> Package:
    """Read a ``.qdpx`` or a bare ``.qde``.

    Parameters
    ----------
    path : Path
    note : callable
        Takes each problem that does not stop the work.

    Raises
    ------
    InterviewError
        G001, G004, or V001 to V005, when there is no project to be had.
    """
    try:
        with path.open("rb") as stream:
            if not stream.read(4).startswith(b"PK"):
                if path.suffix.lower() == ".qdpx" and not _looks_like_xml(path):
                    raise InterviewError("V001", where=Place(file=path.name))
                return Package(_read_plain(path), path.name, folder=path.resolve().parent)
        with zipfile.ZipFile(path) as archive:
            return _Opened(archive, path, note).package()
    except FileNotFoundError:
        raise InterviewError("G001", where=Place(file=path.name), path=path.as_posix()) from None
    except zipfile.BadZipFile:
        raise InterviewError("V001", where=Place(file=path.name)) from None
    except OSError as error:
        raise InterviewError(
            "G004", where=Place(file=path.name), path=path.as_posix(), reason=reason_of(error)
        ) from None


def _looks_like_xml(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(200).lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00").startswith(b"<")


def _read_plain(path: Path) -> bytes:
    with path.open("rb") as stream:
        xml = stream.read(MAX_XML + 1)
    if len(xml) > MAX_XML:
        raise InterviewError("V008", where=Place(file=path.name))
    return xml


@dataclass
class _Opened:
    """A zip that is being read, with what is left of the bytes that it may unpack to."""

    archive: zipfile.ZipFile
    path: Path
    note: Callable[[Problem], None]
    left: int = MAX_TOTAL

    def package(self) -> Package:
        entries = self._entries()
        project = self._project_entry(entries)
        xml = self._read(entries.pop(project), MAX_XML)
        if xml is None:
            raise InterviewError("V030", where=self._place(project))
        files = {
            name: content for name, info in entries.items() if (content := self._read(info, self.left)) is not None
        }
        return Package(xml, self.path.name, files, self.path.resolve().parent)

    def _entries(self) -> dict[str, zipfile.ZipInfo]:
        """Files of the zip by name; what is unsafe or there twice is named and left out."""
        listed = self.archive.infolist()
        large = [info for info in listed if info.file_size > _SMALL]
        bomb = any(info.file_size > MAX_RATIO * max(info.compress_size, 1) for info in large)
        if len(listed) > MAX_ENTRIES or sum(info.file_size for info in listed) > MAX_TOTAL or bomb:
            raise InterviewError("V005", where=Place(file=self.path.name), limit=MAX_TOTAL // 1024**3)
        found: dict[str, zipfile.ZipInfo] = {}
        for info in listed:
            name = info.filename.replace("\\", "/")
            if info.is_dir():
                continue
            if _UNSAFE.search(name):
                self.note(Problem("V011", self._place(name)))
            elif name in found:
                self.note(Problem("V012", self._place(name)))
            else:
                found[name] = info
        return found

    def _project_entry(self, entries: dict[str, zipfile.ZipInfo]) -> str:
        """``project.qde`` in any case, or the only file with that ending."""
        named = sorted((name for name in entries if name.lower().endswith(".qde")), key=lambda name: name.count("/"))
        standard = [name for name in named if name.lower() == "project.qde"]
        at_top = [name for name in named if "/" not in name]
        for choice in (standard, at_top, named):
            if len(choice) == 1:
                return choice[0]
        if not named:
            raise InterviewError("V002", where=Place(file=self.path.name))
        raise InterviewError("V003", where=Place(file=self.path.name), names=named)

    def _read(self, info: zipfile.ZipInfo, limit: int) -> bytes | None:
        """Bytes of an entry, or None with the reason noted."""
        if info.flag_bits & _ENCRYPTED:
            self.note(Problem("V004", self._place(info.filename)))
            return None
        try:
            with self.archive.open(info) as stream:
                content = stream.read(limit + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, RuntimeError):
            self.note(Problem("V013", self._place(info.filename)))
            return None
        if len(content) > limit:
            raise InterviewError("V005", where=Place(file=self.path.name), limit=MAX_TOTAL // 1024**3)
        self.left -= len(content)
        return content

    def _place(self, entry: str) -> Place:
        return Place(file=f"{self.path.name}/{entry}")
