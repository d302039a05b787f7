"""How a text file was written: its encoding, its delimiter, and where its header ends."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from lcresearch.errors import Place, ResponsesError
from lcresearch.responses.formats.header import header_position
from lcresearch.responses.tables import HEAD_ROWS, MAXIMUM_COLUMNS

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_CHARACTERS = 4 * 2**20
_SAMPLE_RECORDS = HEAD_ROWS
_CHUNK = 2**20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, ""),
    (codecs.BOM_UTF32_BE, ""),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UTF8_PAIRS = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")
_ABOVE_ASCII = bytes(range(128, 256))
_CONTROL = bytes(set(range(32)) - {9, 10, 12, 13, 26}) + b"\x7f"


@dataclass(frozen=True)
class Scan:
    """What one pass over the bytes tells."""

    encoding: str
    sha256: str
    quotes_balanced: bool


@dataclass(frozen=True)
class Dialect:
    """How the records of a text file are to be read.

    ``skip`` records stand above the data, the header included; ``hidden`` of them are not counted as rows by a
    spreadsheet (the line ``sep=;`` that Excel writes), and ``above`` of them are no header, such as a title. ``head``
    holds the first records from the header on.
    """

    delimiter: str
    headers: tuple[str, ...]
    skip: int
    hidden: int
    has_data: bool
    above: int
    head: tuple[tuple[str, ...], ...]


def scan(path: Path) -> Scan:
    """Find the encoding by reading the whole file once: BOM, else strict UTF-8, else Windows-1252.

    Raises
    ------
    ResponsesError
        R001 if the file is empty, R002 if it is not text in any of these, R013 if it is UTF-8 with damaged places.
    """
    with path.open("rb") as stream:
        start = stream.read(4)
    declared = next((name for bom, name in _BOMS if start.startswith(bom)), None)
    if declared == "":
        raise _not_text(path, "utf-32")
    candidates = [declared] if declared else ["utf-8", "cp1252"]
    for encoding in candidates:
        found = _decodes(path, encoding)
        if found is not None:
            return found
    raise _not_text(path, " / ".join(candidates))


def _decodes(path: Path, encoding: str) -> Scan | None:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    digest, quotes, empty, accents, pairs = hashlib.sha256(), 0, True, 0, 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError:
                return None
            plain = text.encode("utf-8", "surrogatepass") if encoding == "utf-16" else chunk
            if len(plain.translate(None, _CONTROL)) != len(plain):
                raise _not_text(path, encoding)
            quotes += plain.count(b'"')
            if encoding == "cp1252":
                accents += len(chunk) - len(chunk.translate(None, _ABOVE_ASCII))
                pairs += sum(map(len, _UTF8_PAIRS.findall(chunk)))
            empty = empty and not text.strip("\ufeff \t\r\n\x1a")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    if 2 * pairs > accents:
        raise ResponsesError("R013", where=Place(file=path.name))
    if empty:
        raise ResponsesError("R001", where=Place(file=path.name))
    return Scan(encoding, digest.hexdigest(), quotes % 2 == 0)


def _not_text(path: Path, encodings: str) -> ResponsesError:
    return ResponsesError("R002", where=Place(file=path.name), encodings=encodings)


def sniff(path: Path, encoding: str, header_rows: int = 1) -> Dialect:
    """Find the delimiter and the header, of one or more rows, from the first records of a file.

    Every candidate splits the same sample, quotes respected; the one whose rows agree best with its header wins,
    and of those the one with most columns. Commas in free text or in the wording of questions so never win from the
    delimiter that gives each row the same number of cells.
    """
    with path.open(encoding=encoding, newline="") as stream:
        sample = stream.read(_SAMPLE_CHARACTERS)
    sample = sample.lstrip("\ufeff")
    first_line = sample.split("\n", 1)[0].strip("\r\"' ").lower()
    given = first_line[4:5] if first_line.startswith("sep=") and len(first_line) == 5 else ""
    candidates = (given,) if given else DELIMITERS
    splits = [(delimiter, _records(sample, delimiter)) for delimiter in candidates]
    delimiter, records = max(splits, key=lambda split: _fit(split[1]))
    hidden = 1 if given else 0
    position = header_position(records[hidden:])
    if position is None:
        raise ResponsesError("R001", where=Place(file=path.name))
    first = position + hidden
    headers, data = records[first], records[first + header_rows :]
    if len(headers) > MAXIMUM_COLUMNS or (len(sample) == _SAMPLE_CHARACTERS and not data):
        raise ResponsesError("R006", where=Place(file=path.name), n=len(headers), limit=MAXIMUM_COLUMNS)
    widened = _widened(path, headers, data)
    above = sum(any(map(str.strip, record)) for record in records[hidden:first])
    head = tuple(tuple(record) for record in records[first:])
    return Dialect(delimiter, widened, first + header_rows, hidden, bool(data), above, head)


def _records(sample: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    records: list[list[str]] = []
    try:
        for record in reader:
            records.append(record)
            if len(records) > _SAMPLE_RECORDS:
                break
    except csv.Error:
        pass
    return records


def _fit(records: list[list[str]]) -> tuple[float, int]:
    """How well rows agree with their header; a delimiter that only the header has is none."""
    filled = [record for record in records[header_position(records) or 0 :] if any(map(str.strip, record))]
    if not filled or len(filled[0]) == 1:
        return (0.0, 1)
    width, rows = len(filled[0]), filled[1:]
    if rows and all(len(row) == 1 for row in rows):
        return (0.0, 0)
    agreeing = sum(len(row) == width or _only_blanks_beyond(row, width) for row in rows)
    return ((agreeing + 1) / (len(rows) + 1), width)


def _only_blanks_beyond(row: list[str], width: int) -> bool:
    return len(row) > width and not any(map(str.strip, row[width:]))


def _widened(path: Path, headers: list[str], data: list[list[str]]) -> tuple[str, ...]:
    """Room for cells beyond the header when most rows have them and they are empty; refused when they are not."""
    rows = [row for row in data[: _SAMPLE_RECORDS - 1] if any(map(str.strip, row))]
    if rows:
        usual = Counter(map(len, rows)).most_common(1)[0][0]
        if usual > len(headers):
            if not all(_only_blanks_beyond(row, len(headers)) for row in rows if len(row) == usual):
                where = Place(file=path.name)
                raise ResponsesError("R007", where=where, header=len(headers), cells=usual)
            headers = headers + [""] * (usual - len(headers))
    return tuple(header.strip("\ufeff\u200b \t\r\n\u00a0") for header in headers)
