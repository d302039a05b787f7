"""Tables in a Word document that are a transcript: which column holds names, text and times."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from lcresearch.interviews.transcripts.paragraphs import Paragraph
from lcresearch.interviews.transcripts.speakers import is_name, is_remark, is_usual
from lcresearch.interviews.transcripts.times import seconds
from lcresearch.interviews.transcripts.word_pieces import Piece

_SHORT = 40
_WHO = frozenset(("spreker", "sprekers", "speaker", "speakers", "naam", "name", "wie", "who", "deelnemer"))
_WHAT = frozenset(("tekst", "text", "uitspraak", "transcript", "transcriptie", "inhoud", "content", "gesprek"))
_WHEN = frozenset(("tijd", "time", "tijdstip", "timestamp", "tijdcode"))
_OTHER = frozenset(
    ("nr", "nummer", "no", "number", "#", "regel", "line", "rol", "role", "opmerking", "opmerkingen", "code", "codes")
)
_HEADERS = _WHO | _WHAT | _WHEN | _OTHER

Row = tuple[str, ...]


@dataclass(frozen=True)
class Columns:
    """Which column of a table holds what; -1 where none does."""

    speaker: int = -1
    text: int = -1
    time: int = -1


NO_COLUMNS = Columns()


def columns_of_tables(pieces: Sequence[Piece]) -> dict[int, Columns]:
    """Number of a table -> its columns, of those that are a transcript.

    Each table is looked at by itself, so that one with the date and the place of the interview does no harm. A
    table that is too small to tell, as of a transcript that is cut over pages, has the columns of one that is not when
    the same people speak; when all are too small, those of one width are taken together.
    """
    tables: dict[int, list[Row]] = {}
    for piece in pieces:
        if piece.cells:
            tables.setdefault(piece.table, []).append(piece.cells)
    found = {number: columns for number, rows in tables.items() if (columns := _columns(rows)) != NO_COLUMNS}
    if not found:
        for width in {_width(rows) for rows in tables.values()}:
            alike = [number for number, rows in tables.items() if _width(rows) == width]
            together = _columns([row for number in alike for row in tables[number]])
            found |= dict.fromkeys(alike, together) if together != NO_COLUMNS else {}
        return found
    names = {_name(row, found[number]) for number in found for row in tables[number] if not _is_apart(row)}
    for number, rows in tables.items():
        columns = next((each for at, each in found.items() if _width(tables[at]) == _width(rows)), NO_COLUMNS)
        if number not in found and columns != NO_COLUMNS and _speak_in(rows, columns, names):
            found[number] = columns
    return found


def said_in_row(cells: Row, columns: Columns) -> list[Paragraph]:
    """A turn, below what else the row says in words; or the cells one by one, where the row names nobody."""
    if columns == NO_COLUMNS or len(cells) <= max(columns.speaker, columns.text, columns.time) or _is_apart(cells):
        return [Paragraph(cell) for cell in cells if cell]
    time = seconds(cells[columns.time]) if columns.time >= 0 else None
    used = (columns.speaker, columns.text, columns.time if time is not None else -1)
    others = [cell for at, cell in enumerate(cells) if at not in used and any(map(str.isalpha, cell))]
    turn = Paragraph(cells[columns.text], _name(cells, columns), time)
    return [*map(Paragraph, others), turn] if turn.text or turn.speaker else [*map(Paragraph, others)]


def _width(rows: Sequence[Row]) -> int:
    return max(map(len, rows), default=0)


def _name(row: Row, columns: Columns) -> str:
    return row[columns.speaker].rstrip(":").strip() if len(row) > columns.speaker else ""


def _is_apart(row: Row) -> bool:
    """A row of headers, or one that tells of the interview, such as its date."""
    filled = [cell.strip().rstrip(":").strip() for cell in row if cell.strip()]
    return all(cell.lower() in _HEADERS for cell in filled) or is_remark(filled[0])


def _speak_in(rows: Sequence[Row], columns: Columns, names: Collection[str]) -> bool:
    own = [_name(row, columns) for row in rows if len(row) == _width(rows) and not _is_apart(row)]
    return bool(own) and all(name in names or is_usual(name) for name in own)


def _by_header(row: Row) -> Columns:
    """What the headers of a table say, when they name both who speaks and what is said."""
    words = [cell.strip().rstrip(":").strip().lower() for cell in row]

    def place(known: frozenset[str]) -> int:
        return next((at for at, word in enumerate(words) if word in known), -1)

    found = Columns(place(_WHO), place(_WHAT), place(_WHEN))
    return (
        found if min(found.speaker, found.text) >= 0 and all(word in _HEADERS for word in words if word) else NO_COLUMNS
    )


def _columns(rows: Sequence[Row]) -> Columns:
    """Columns of a table that is a transcript: by their headers; else names that repeat, and text that is longer."""
    width = _width(rows)
    by_header = _by_header(rows[0]) if rows else NO_COLUMNS
    if by_header != NO_COLUMNS:
        return by_header
    told = [row for row in rows if len(row) == width and not _is_apart(row)]
    if width < 2 or len(told) < 2:
        return NO_COLUMNS
    filled = [[row[place] for row in told if row[place]] for place in range(width)]
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
    return Columns(names[0], text, time) if names else NO_COLUMNS
