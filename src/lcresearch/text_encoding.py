"""The encoding of a text file: said by its first bytes, else found by reading the whole file once."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

_CHUNK = 2**20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, ""),
    (codecs.BOM_UTF32_BE, ""),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_START = 4096
_UTF8_PAIRS = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")
_CONTROL = bytes(set(range(32)) - {9, 10, 12, 13, 26}) + b"\x7f"
_NUL = b"\x00"

WINDOWS, MAC = "cp1252", "mac_roman"
_ACCENTS = re.compile(rb"[\x00-\x7f]?[\x80-\xff]{1,40}[\x00-\x7f]?")
_MOST_PLACES = 50_000
_USUAL = frozenset("áàâäãåçéèêëíìîïñóòôöõøúùûüÿßÁÀÂÄÃÅÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØÚÙÛÜ‘’“”–—…€•°²³½©®«»„‚·¿¡´\u00a0")
_ALONE = frozenset("àáÀÁ\u00a0")
_OPENING, _DASHES, _MARKS = frozenset("‘“«„‚¿¡"), frozenset("–—"), frozenset("’”…€•°²³½©®»·´")
_APOSTROPHES = frozenset("’´")


class UnreadableTextError(Exception):
    """A file is not text that can be read.

    Attributes
    ----------
    reason : str
        ``empty``: nothing but blanks; ``not_text``: no text in any encoding that was tried; ``damaged``: UTF-8 with
        damaged places.
    tried : str
        Encodings, where ``not_text``.
    """

    def __init__(self, reason: str, tried: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.tried = tried


@dataclass(frozen=True)
class Scan:
    """What one pass over the bytes tells."""

    encoding: str
    sha256: str
    quotes_balanced: bool


def scan(path: Path, *, control_characters: bool = False) -> Scan:
    """Find the encoding by reading the whole file once.

    A byte order mark counts first, then the zeros of UTF-16 without one, then strict UTF-8. What is left is from
    Windows or from an old Mac: whichever gives fewer odd characters, Windows when they tie.

    Parameters
    ----------
    path : Path
    control_characters : bool
        Let control characters pass, for a reader that takes them out; a file with zero bytes is no text all the same.

    Raises
    ------
    UnreadableTextError
        The file is empty, is not text in any of these, or is UTF-8 with damaged places.
    """
    with path.open("rb") as stream:
        start = stream.read(_START)
    declared = next((name for bom, name in _BOMS if start.startswith(bom)), None)
    if declared == "":
        raise UnreadableTextError("not_text", "utf-32")
    candidates = [declared or _wide(start) or "utf-8"]
    for encoding in candidates:
        found = _decodes(path, encoding, _NUL if control_characters else _CONTROL)
        if found is not None:
            return found
        if encoding == "utf-8" and declared is None:
            candidates.append(_single_byte(path))
    raise UnreadableTextError("not_text", " / ".join(candidates))


def _wide(start: bytes) -> str | None:
    """UTF-16 without a byte order mark: every other byte of plain text is zero."""
    even, odd = start[::2], start[1::2]
    for name, zeros, letters in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zeros and 2 * zeros.count(0) > len(zeros) and not letters.count(0):
            return name
    return None


def _decodes(path: Path, encoding: str, refused: bytes) -> Scan | None:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    digest, quotes, empty = hashlib.sha256(), 0, True
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError:
                return None
            plain = text.encode("utf-8", "surrogatepass") if encoding.startswith("utf-16") else chunk
            if len(plain.translate(None, refused)) != len(plain):
                raise UnreadableTextError("not_text", encoding)
            quotes += plain.count(b'"')
            empty = empty and not text.strip("\ufeff \t\r\n\x1a")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    if empty:
        raise UnreadableTextError("empty")
    return Scan(encoding, digest.hexdigest(), quotes % 2 == 0)


def _single_byte(path: Path) -> str:
    """Windows-1252 or Mac Roman, of a file that is no Unicode.

    Raises
    ------
    UnreadableTextError
        ``damaged``, if most of its characters above ASCII are UTF-8 after all.
    """
    places: Counter[bytes] = Counter()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            places.update(found[0] for found in _ACCENTS.finditer(chunk))
            if len(places) > _MOST_PLACES:
                break
    accents = sum(n * len([byte for byte in place if byte > 127]) for place, n in places.items())
    pairs = sum(n * sum(map(len, _UTF8_PAIRS.findall(place))) for place, n in places.items())
    if 2 * pairs > accents:
        raise UnreadableTextError("damaged")
    odd = {name: sum(n * _odd(place, name) for place, n in places.items()) for name in (WINDOWS, MAC)}
    return MAC if odd[MAC] < odd[WINDOWS] and 2 * odd[MAC] < accents else WINDOWS


def _odd(place: bytes, encoding: str) -> int:
    """How many characters of a few bytes, with the character before and after, are odd in Western European text.

    Examples
    --------
    >>> _odd("caf\u00e9 ".encode("mac_roman")[2:], "mac_roman"), _odd("caf\u00e9 ".encode("mac_roman")[2:], "cp1252")
    (0, 1)
    """
    try:
        text = place.decode(encoding)
    except UnicodeDecodeError:
        return 2 * len(place)
    around = f" {text} "
    return sum(_is_odd(*around[at : at + 3]) for at in range(len(text)) if ord(text[at]) > 127)


def _is_odd(before: str, character: str, after: str) -> bool:
    if character not in _USUAL:
        return True
    if character in _OPENING:
        return before.isalnum()
    if character in _DASHES:
        return before.isalpha() != after.isalpha()
    if character in _MARKS:
        return character not in _APOSTROPHES and before.isalpha() and after.isalpha()
    twice = character.lower() in (before.lower(), after.lower())  # Dutch één
    beside = twice or any(letter.isascii() and letter.isalpha() for letter in (before, after))
    return (not beside and character not in _ALONE) or (character.isupper() and before.islower())
