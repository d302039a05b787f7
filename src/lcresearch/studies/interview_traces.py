"""Finding one person in interviews: tables of who speaks, transcripts, codings, released quotes, coded projects."""

from __future__ import annotations

import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from lcresearch.errors import LcresearchError
from lcresearch.interviews.quote_release.record import FILE_NAME, read_quote_releases, write_quote_releases
from lcresearch.interviews.transcripts.names_of_files import stem_of
from lcresearch.interviews.transcripts.sidecar import NAMES_OF_FILES, NAMES_OF_RESPONDENTS
from lcresearch.responses.platforms import open_export
from lcresearch.responses.tables import Column, OpenFile
from lcresearch.responses.wording import name_key
from lcresearch.studies.coding_file_traces import find_in_coding_files
from lcresearch.studies.interview_reading import read_project_of
from lcresearch.studies.interview_settings import InterviewsUse
from lcresearch.studies.person_search import PersonSearch, cell_of

TRANSCRIPTS = "interviews"
"""Folder that is searched also when study.yaml names none."""
_SEARCHED = (".txt", ".md", ".csv", ".tsv", ".vtt", ".srt", ".docx")
_LOCK = "~$"
_SHORTEST = 3
PROJECTS = (".qdpx", ".qde", ".qda", ".sqlite3", ".lccoding")
_SUGGESTIONS = ".suggestions.json"
_WITH_NAMES = ("private/interview-key.csv", "private/interview-review.csv", "private/interview-review.earlier.csv")


def find_in_interviews(search: PersonSearch) -> None:
    """Note what tables, transcripts and codings must become without the person.

    Rows of tables that name respondents and files go out, with the transcripts these name unless others are in them
    too, and the codings of these; texts go out of coding files for good. Coded projects of other programs, and other
    places of the id, are named.
    """
    use = search.file.interviews or InterviewsUse()
    folders = _folders(search, use)
    texts: dict[str, None] = {}
    for table in _tables(search, use, folders):
        texts |= dict.fromkeys(_of_table(search, table, folders))
    texts |= dict.fromkeys(find_in_coding_files(search, use, set(texts)))
    for name in use.codings:
        _codings(search, search.folder / name, set(texts))
    _releases(search, use, set(texts))
    if texts:
        beside = [*([use.project] if use.project is not None else []), *_WITH_NAMES]
        for name in beside:
            if (search.folder / name).exists() and search.folder / name not in search.erasures:
                search.note(search.folder / name, "to_check")
        _made_of_interviews(search, set(texts))
    _other_places(search, folders)


def _folders(search: PersonSearch, use: InterviewsUse) -> list[Path]:
    """Folders with transcripts, each once."""
    named = [search.folder / name for name in (TRANSCRIPTS, *use.transcripts)]
    inside = [path if path.is_dir() else path.parent for path in named if path.exists()]
    return [path for path in dict.fromkeys(inside) if path != search.folder]


def _tables(search: PersonSearch, use: InterviewsUse, folders: list[Path]) -> Iterator[Path]:
    named = [search.folder / use.attributes] if use.attributes is not None else []
    beside = [path for folder in folders for path in sorted(folder.glob("*.csv"))]
    yield from dict.fromkeys(path for path in [*named, *beside] if path.is_file())


def _of_table(search: PersonSearch, table: Path, folders: list[Path]) -> list[str]:
    """Take the rows of the person out of a table, with the transcripts that these name alone; names of these texts."""
    opened = _opened(table)
    if opened is None:
        return []
    person, file = _column(opened, NAMES_OF_RESPONDENTS), _column(opened, NAMES_OF_FILES)
    if person is None or file is None:
        return []
    rows = search.rows_of(table, opened, person)
    if not rows:
        return []
    search.take_out(table, opened, rows, lambda record, delimiter: search.is_mine(record, delimiter, person.number))
    search.note(table, "rows_removed", len(rows), rows)
    mine, others = _named_files(opened, file.number, rows)
    for name in mine:
        _transcript(search, name, [table.parent, *folders], shared=name in others)
    return [stem_of(name) for name in mine if name not in others]


def _opened(table: Path) -> OpenFile | None:
    try:
        return open_export(table, "table")
    except LcresearchError:
        return None


def _column(opened: OpenFile, names: tuple[str, ...]) -> Column | None:
    wanted = {name_key(name) for name in names}
    return next((column for column in opened.columns if name_key(column.header) in wanted), None)


def _named_files(opened: OpenFile, column: int, rows: list[int]) -> tuple[list[str], set[str]]:
    """The files that these rows name, and those that other rows name."""
    loaded = opened.load(frozenset([column]))
    coded = loaded.columns[column]
    named = [
        (row, str(coded.values[code]))
        for row, code in zip(loaded.row_numbers.tolist(), coded.codes.tolist(), strict=True)
        if code >= 0
    ]
    mine = dict.fromkeys(name for row, name in named if row in set(rows))
    return list(mine), {name for row, name in named if row not in set(rows)}


def _transcript(search: PersonSearch, name: str, folders: list[Path], *, shared: bool) -> None:
    """Delete a transcript, but never one that is of others too, nor a file outside the folders of transcripts."""
    for folder in dict.fromkeys(folders):
        exact = folder / name
        found = [exact] if name and exact.is_file() else _with_stem(folder, name)
        for path in found:
            inside = path.resolve().is_relative_to(folder.resolve()) and path.suffix.lower() != ".yaml"
            if path in search.changes:
                continue
            if inside and not path.is_symlink() and not shared:
                search.changes[path] = None
                search.note(path, "file_deleted")
            else:
                search.note(path, "to_check")
        if found:
            return


def _with_stem(folder: Path, name: str) -> list[Path]:
    """Transcripts that a table names without their ending."""
    plain = name == Path(name).name and "\\" not in name and name != ""
    return [path for path in sorted(folder.glob("*")) if path.is_file() and stem_of(path.name) == name] if plain else []


def _codings(search: PersonSearch, table: Path, texts: set[str]) -> None:
    """Take out codings of texts that go."""
    opened = _opened(table) if table.is_file() and texts else None
    column = _column(opened, NAMES_OF_FILES) if opened is not None else None
    if opened is None or column is None:
        return

    def is_of_text(cell: str) -> bool:
        return stem_of(cell.strip()) in texts

    rows = search.rows_of(table, opened, column, is_of_text)
    if rows:
        number = column.number
        search.take_out(table, opened, rows, lambda record, mark: is_of_text(cell_of(record, mark, number)))
        search.note(table, "rows_removed", len(rows), rows)


def _releases(search: PersonSearch, use: InterviewsUse, texts: set[str]) -> None:
    """Take back the quotes of texts that go."""
    path = search.folder / (use.releases or FILE_NAME)
    if not texts or not path.is_file():
        return
    try:
        corpus = read_project_of(use, search.folder).corpus
        releases = read_quote_releases(path)
    except LcresearchError:
        search.note(path, "to_check")
        return
    gone = {each.id for each in corpus if stem_of(each.file or each.name) in texts}
    kept = [release for release in releases if release.document not in gone]
    if len(kept) < len(releases):
        with tempfile.TemporaryDirectory() as folder:
            search.changes[path] = write_quote_releases(kept, Path(folder) / path.name).read_bytes()
        search.note(path, "rows_removed", len(releases) - len(kept))


def _other_places(search: PersonSearch, folders: list[Path]) -> None:
    """Name files in which the id stands, or that cannot be read."""
    wanted = [name for name in search.names if len(name) >= _SHORTEST]
    ids = "|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in wanted)
    pattern = re.compile(ids, re.IGNORECASE) if wanted else None
    for path in dict.fromkeys(path for folder in folders for path in sorted(folder.rglob("*"))):
        if not path.is_file() or path.suffix.lower() not in _SEARCHED or path in search.changes:
            continue
        text = _text(path)
        if path.name.startswith(_LOCK):
            search.note(path, "lock_file")
        elif text is None:
            search.note(path, "unreadable")
        elif pattern is not None and pattern.search(text):
            search.note(path, "to_check")


def _made_of_interviews(search: PersonSearch, texts: set[str]) -> None:
    """Name what was made of interviews anywhere in the folder: projects, suggestions, private findings, and workbooks
    and other files that name a text or the person.

    Names are taken out of some of these, while the words of the person stay: so projects are named whatever is in them.
    """
    named = {str(action["file"]) for action in search.actions}
    wanted = [name.encode() for name in (*texts, *search.names) if len(name) >= _SHORTEST]
    for path in sorted(search.folder.rglob("*")):
        inside = path.relative_to(search.folder)
        hidden = any(part.startswith((".", _LOCK)) for part in inside.parts)
        if hidden or not path.is_file() or path in search.changes or inside.as_posix() in named:
            continue
        finding = path.parent.name == "private" and path.name.startswith("interview")
        made = path.suffix.lower() in PROJECTS or path.name.endswith(_SUGGESTIONS)
        if made or (finding and path.suffix.lower() in (".html", ".csv")) or _names_one(path, wanted):
            search.note(path, "to_check")


def _names_one(path: Path, wanted: list[bytes]) -> bool:
    """Whether a workbook, or a file of JSON that is no record of a run, has one of these names in it."""
    try:
        if path.suffix.lower() == ".xlsx":
            with zipfile.ZipFile(path) as archive:
                parts = [archive.read(name) for name in archive.namelist() if name.endswith(".xml")]
        elif path.suffix.lower() == ".json" and path.name != "run.json":
            parts = [path.read_bytes()]
        else:
            return False
    except (OSError, KeyError, RuntimeError, zipfile.BadZipFile, zlib.error):
        return True  # it cannot be searched
    return any(name in part for name in wanted for part in parts)


def _text(path: Path) -> str | None:
    """The text of a transcript, as far as it can be searched; None when it cannot be read."""
    try:
        if path.suffix.lower() == ".docx":
            with zipfile.ZipFile(path) as archive:
                return re.sub(r"<[^<>]*>", "", archive.read("word/document.xml").decode("utf-8", "replace"))
        return path.read_bytes().decode("utf-8", "replace")
    except (OSError, KeyError, RuntimeError, zipfile.BadZipFile, zlib.error):
        return None
