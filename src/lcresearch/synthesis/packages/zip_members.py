"""Files in a zip that somebody sent: read into memory, after a look at what they claim to be."""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from lcresearch.errors import Place, Problem, SynthesisError
from lcresearch.files import reason_of
from lcresearch.synthesis.packages.words import in_words

MOST_MEMBERS = 500
MOST_ZIP = 200_000_000
MOST_MEMBER = 200_000_000
MOST_TOGETHER = 400_000_000
MOST_RATIO = 300
_SMALL = 100_000
_SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)?")
_ARCHIVES = (".zip", ".7z", ".gz", ".tar", ".rar", ".bz2", ".xz")
_DAMAGED = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OSError,
    OverflowError, RuntimeError, UnicodeError, ValueError, IndexError, KeyError, MemoryError,
)  # fmt: skip


def zip_members(path: Path) -> dict[str, bytes]:
    """Name -> content of each file in a zip; nothing is written anywhere.

    Raises
    ------
    SynthesisError
        Y160: no zip, or a damaged one; Y161: a member that no package has, by its name, kind or coding; Y162: more,
        or larger, than any package.
    """
    name = path.name
    try:
        if path.stat().st_size > MOST_ZIP:
            raise SynthesisError("Y162", where=Place(file=name), what=in_words("whole"), limit=_megabytes(MOST_ZIP))
        content = path.read_bytes()
    except OSError as error:
        raise SynthesisError("Y160", where=Place(file=name), why=reason_of(error)) from error
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            problems = list(_problems(entries, name))
            if problems:
                raise SynthesisError(problems)
            return {entry.filename: _read(archive, entry, name) for entry in entries}
    except _DAMAGED as error:
        raise SynthesisError("Y160", where=Place(file=name), why=_why(error)) from error


def _why(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _problems(entries: list[zipfile.ZipInfo], file: str) -> Iterator[Problem]:
    if len(entries) > MOST_MEMBERS:
        yield Problem("Y162", Place(file=file), {"what": in_words("number"), "limit": str(MOST_MEMBERS)})
        return
    seen: set[str] = set()
    for entry in entries:
        shown = _shown(entry.filename)
        place = Place(file=file, item=shown)
        reason = _unlike(entry, seen)
        seen.add(entry.filename.lower())
        if reason is not None:
            yield Problem("Y161", place, {"member": shown, "why": in_words(reason)})
        elif entry.file_size > MOST_MEMBER or _ratio(entry) > MOST_RATIO:
            yield Problem("Y162", place, {"what": shown, "limit": _megabytes(MOST_MEMBER)})
    if sum(entry.file_size for entry in entries) > MOST_TOGETHER:
        yield Problem("Y162", Place(file=file), {"what": in_words("unpacked"), "limit": _megabytes(MOST_TOGETHER)})


def _unlike(entry: zipfile.ZipInfo, seen: set[str]) -> str | None:
    """Why an entry is none of a package, as a key of the catalogue."""
    name, kind = entry.orig_filename, stat.S_IFMT(entry.external_attr >> 16)
    if name != entry.filename or not _SAFE.fullmatch(name) or ".." in name:
        return "unsafe_name"
    if name.lower() in seen:
        return "twice"
    if kind not in (0, stat.S_IFREG):
        return "no_file"
    if entry.flag_bits & 0x1:
        return "encrypted"
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "compression"
    return "nested" if name.lower().endswith(_ARCHIVES) else None


def _ratio(entry: zipfile.ZipInfo) -> float:
    if entry.file_size < _SMALL:
        return 0.0
    return entry.file_size / max(entry.compress_size, 1)


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, file: str) -> bytes:
    with archive.open(entry) as stream:
        found = stream.read(entry.file_size + 1)
    if len(found) != entry.file_size:
        raise SynthesisError("Y160", where=Place(file=file, item=_shown(entry.filename)), why=f"{len(found)} bytes")
    return found


def _shown(name: str) -> str:
    text = "".join(letter if letter.isprintable() else "?" for letter in name)
    return text if len(text) <= 80 else text[:77] + "..."


def _megabytes(size: int) -> str:
    return f"{size // 1_000_000} MB"
