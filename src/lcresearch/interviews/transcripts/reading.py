"""Reading a folder of transcripts: each file by its kind, what is wrong with one without losing the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from lcresearch.errors import InterviewError, LcresearchError, Place, Problem
from lcresearch.interviews.corpus import Corpus
from lcresearch.interviews.document import Document, Turn
from lcresearch.interviews.guids import guid_of
from lcresearch.interviews.project_files import read_project
from lcresearch.interviews.text.positions import inner_text
from lcresearch.interviews.transcripts.open_answers import open_columns, read_answers
from lcresearch.interviews.transcripts.paragraphs import as_text, joined
from lcresearch.interviews.transcripts.roles import roles_of
from lcresearch.interviews.transcripts.sidecar import (
    NAMES_OF_FILES,
    Attributes,
    attributes_of,
    file_column,
    names_files,
    without_row,
)
from lcresearch.interviews.transcripts.speakers import find_speakers, find_turns
from lcresearch.interviews.transcripts.subtitles import are_subtitles, read_subtitles
from lcresearch.interviews.transcripts.tables import read_table, read_text
from lcresearch.interviews.transcripts.word import read_word

_TABLES = (".csv", ".xlsx")
_PROJECTS = (".qdpx", ".qde")
_NO_RECORDING = 6 * 3600
"""Seconds: a recording that begins later than this has the times of a clock."""
_SKIPPED = (".pdf", ".doc", ".odt", ".rtf", ".mp3", ".mp4", ".m4a", ".wav")


def read_transcripts(
    path: str | Path | Sequence[str | Path],
    *,
    attributes: str | Path | pd.DataFrame | None = None,
    roles: Mapping[str, str] | None = None,
    questions: Sequence[str] | None = None,
) -> Corpus:
    """Read interviews from Word, text, subtitles, coded projects or a table of open answers.

    Parameters
    ----------
    path : str, Path or several
        A folder (read without its subfolders, in the order of names), a file, or files: ``.docx, .txt, .md, .vtt, .srt,
        .qdpx``, and ``.csv`` or ``.xlsx`` with answers to open questions.
    attributes : str, Path or DataFrame, optional
        Table with a row a file, or a text of a project or a respondent of a table of answers (column ``file`` or
        ``bestand``), and what is known of the interview: ``respondent, organisation, community, consortium, wave,
        date`` and more. In a folder tables with such a column are taken as this one by themselves.
    roles : mapping of str to str, optional
        Speaker -> role. Those named here are looked for in plain text too. Speakers such as ``I`` and ``Interviewer``
        are interviewers unless it says otherwise.
    questions : sequence of str, optional
        Columns of open questions, in a table of answers.

    Returns
    -------
    Corpus
        ``corpus.log`` says of each file which speakers were found: look at it before you go on. A file that cannot be
        read is named there, and the others are read.

    Raises
    ------
    InterviewError
        G001: no such file; V073: nothing that can be read; V065, V066: ``attributes`` that cannot be used.
    """
    files, problems = _files(path)
    tables, files, said = _sidecars(files, attributes, questions)
    problems += said
    documents: list[Document] = []
    for file in files:
        try:
            found, said = _read(file, roles or {}, questions)
        except LcresearchError as error:
            problems += error.problems
            continue
        documents += found
        problems += said
    if not documents:
        nothing = [] if files else [Problem("V073", Place(file=str(path)))]
        raise InterviewError([*nothing, *problems])
    documents, renamed = _told_apart(documents)
    if tables:
        documents, said = _with_attributes(documents, tables, strict=attributes is not None)
        problems += said
    return Corpus(tuple(documents), (*problems, *renamed))


def _files(path: str | Path | Sequence[str | Path]) -> tuple[list[Path], list[Problem]]:
    """Files in the order of their names; and a line about folders inside that hold something like them."""
    paths = [Path(path)] if isinstance(path, str | Path) else [Path(each) for each in path]
    missing = [each for each in paths if not each.exists()]
    if missing:
        raise InterviewError("G001", path=str(missing[0]))
    found: list[Path] = []
    problems = []
    for each in paths:
        inside = sorted(each.iterdir(), key=lambda file: file.name.lower()) if each.is_dir() else [each]
        found += [file for file in inside if file.is_file() and not file.name.startswith((".", "~$"))]
        folders = [folder.name for folder in inside if folder.is_dir() and _holds_transcripts(folder)]
        if folders and each.is_dir():
            problems.append(Problem("V252", Place(file=each.resolve().name), {"n": len(folders), "folders": folders}))
    return found, problems


def _holds_transcripts(folder: Path) -> bool:
    """Whether there are interviews in it, at any depth; tables may be of anything, such as of codings."""
    kinds = (*_READERS, *_PROJECTS)
    return not folder.name.startswith(".") and any(file.suffix.lower() in kinds for file in folder.rglob("*.*"))


Tables = list[str | Path | pd.DataFrame]


def _sidecars(
    files: list[Path], given: str | Path | pd.DataFrame | None, questions: Sequence[str] | None
) -> tuple[Tables, list[Path], list[Problem]]:
    """The tables of attributes, the files without them, and what is wrong with tables that look like one."""
    tables: Tables = [] if given is None else [given]
    own = Path(given).resolve() if isinstance(given, str | Path) else None
    rest: list[Path] = []
    problems: list[Problem] = []
    for file in files:
        if file.resolve() == own:
            continue
        kind = "other" if questions or len(files) < 2 else _kind_of_table(file, files)
        if kind == "attributes" and given is None:
            tables.append(file)
        elif kind == "attributes":
            problems.append(Problem("V251", Place(file=file.name)))
        elif kind == "nameless":
            columns = [str(name) for name in read_table(file).columns]
            values = {"found": columns, "known": list(NAMES_OF_FILES[:4])}
            problems.append(Problem("V065", Place(file=file.name), values))
        else:
            rest.append(file)
    return tables, rest, problems


def _kind_of_table(file: Path, files: list[Path]) -> str:
    """``attributes``, ``nameless`` (it names files in a column that does not say so), or ``other``.

    A survey may have a column ``interview`` too: it is one of attributes only if that column names files, or if there
    are no open answers in the table.
    """
    if file.suffix.lower() not in _TABLES:
        return "other"
    try:
        frame = read_table(file)
    except LcresearchError:
        return "other"
    others, column = [each for each in files if each != file], file_column(frame)
    if column is not None and names_files(frame[column], others):
        return "attributes"
    if open_columns(frame):
        return "other"
    if column is not None:
        return "attributes"
    return "nameless" if any(names_files(frame[name], others) for name in frame.columns) else "other"


def _read(
    file: Path, roles: Mapping[str, str], questions: Sequence[str] | None
) -> tuple[list[Document], list[Problem]]:
    ending = file.suffix.lower()
    if ending in _TABLES:
        return read_answers(file, questions)
    if ending in _PROJECTS:
        return _of_project(file, roles)
    if ending not in _READERS:
        raise InterviewError(
            "V074" if ending in _SKIPPED else "V075", where=Place(file=file.name), ending=ending or "–"
        )
    text, turns, problems = _READERS[ending](file, roles)
    if not text.strip():
        raise InterviewError("V060", where=Place(file=file.name))
    document = Document(
        guid_of(file.name, text), file.stem, text, turns, roles=roles_of(turns, roles), file=file.name
    )  # fmt: skip
    return [document], [*problems, _speakers(document)]


def _of_project(file: Path, roles: Mapping[str, str]) -> tuple[list[Document], list[Problem]]:
    """The texts of a coded project, without its codings."""
    project = read_project(file)
    documents = []
    for document in project.corpus:
        turns = document.turns or find_turns(document.text, roles)
        documents.append(replace(document, turns=turns, roles=roles_of(turns, roles), file=file.name))
    return documents, [*project.problems, *map(_speakers, documents)]


def _speakers(document: Document) -> Problem:
    """Which speakers were found, with their numbers of turns, to be looked at."""
    place = Place(file=document.file)
    if not document.turns:
        return Problem("V076", place)
    n = {speaker: sum(turn.speaker == speaker for turn in document.turns) for speaker in document.speakers}
    outside = len(document.text) - sum(turn.end - turn.start for turn in document.turns)
    share = 1 - outside / len(document.text)
    shown = [f"{speaker} ({count})" for speaker, count in n.items()]
    return Problem("V077", place, {"speakers": shown, "n": len(n), "share": f"{share:.0%}"})


Read = tuple[str, tuple[Turn, ...], list[Problem]]


def _plain(file: Path, roles: Mapping[str, str]) -> Read:
    return _of_text(inner_text(read_text(file)), file, roles)


def _of_text(text: str, file: Path, roles: Mapping[str, str]) -> Read:
    """Running text, or subtitles under another name."""
    if are_subtitles(text):
        return _of_subtitles(text, file, roles)
    found = find_speakers(text, roles)
    turns, problems = _from_the_start(found.turns, Place(file=file.name))
    return text, turns, [*problems, *_unsure(found.unsure, file)]


def _unsure(names: Sequence[str], file: Path) -> list[Problem]:
    return [Problem("V258", Place(file=file.name), {"n": len(names), "names": names[:20]})] if names else []


def _from_the_start(turns: tuple[Turn, ...], place: Place) -> tuple[tuple[Turn, ...], list[Problem]]:
    """Times of a clock, as Zoom saves them, counted from the first one."""
    first = next((turn.begins for turn in turns if turn.begins is not None), 0.0)
    if first < _NO_RECORDING:
        return turns, []

    def since(time: float | None) -> float | None:
        return None if time is None else time - first

    moved = tuple(replace(turn, begins=since(turn.begins), ends=since(turn.ends)) for turn in turns)
    shown = f"{int(first // 3600)}:{int(first // 60 % 60):02}:{int(first % 60):02}"
    return moved, [Problem("V259", place, {"first": shown})]


def _subtitles(file: Path, roles: Mapping[str, str]) -> Read:
    return _of_subtitles(inner_text(read_text(file)), file, roles)


def _of_subtitles(text: str, file: Path, roles: Mapping[str, str]) -> Read:
    found = read_subtitles(text, roles)
    place, odd = Place(file=file.name), found.odd_times
    if not found.n_cues:
        raise InterviewError("V078", where=place)
    text, turns = as_text(found.paragraphs)
    problems = [Problem("V079", place, {"n": len(odd), "times": odd[:3]})] if odd else []
    problems += [Problem("V256", place, {"n": found.n_repeated})] if found.n_repeated else []
    return text, turns, [*problems, *_unsure(found.unsure, file)]


def _word(file: Path, roles: Mapping[str, str]) -> Read:
    found = read_word(file)
    text, turns = as_text(joined(found.paragraphs, between="\n") if found.has_speakers else found.paragraphs)
    if not found.has_speakers:
        text, turns, said = _of_text(text, file, roles)
    else:
        said = _unsure(found.unsure, file)
    place, changes = Place(file=file.name), {"inserted": 0, "deleted": 0} | found.changes
    said += [Problem("V080", place, changes)] if found.changes else []
    return text, turns, [*said, *([Problem("V257", place, {"parts": found.unread})] if found.unread else [])]


_READERS: dict[str, Callable[[Path, Mapping[str, str]], Read]] = {
    ".txt": _plain,
    ".md": _plain,
    ".vtt": _subtitles,
    ".srt": _subtitles,
    ".docx": _word,
}


def _told_apart(documents: list[Document]) -> tuple[list[Document], list[Problem]]:
    """Documents of one name get the name of their file or a number; the same text twice is said."""
    seen: dict[str, int] = {}
    texts: dict[str, str] = {}
    found: list[Document] = []
    problems = []
    for document in documents:
        n = seen[document.name] = seen.get(document.name, 0) + 1
        name = document.name if n == 1 else f"{document.name} ({n})"
        if document.sha256 in texts:
            values = {"other": texts[document.sha256]}
            problems.append(Problem("V081", Place(file=document.file), values))
        texts.setdefault(document.sha256, name)
        again = document.id in {each.id for each in found}
        found.append(replace(document, name=name, id=guid_of(document.id, n) if again else document.id))
    return found, problems


def _with_attributes(
    documents: list[Document], tables: Tables, *, strict: bool
) -> tuple[list[Document], list[Problem]]:
    """What tables say of each document; where two contradict each other the first holds."""
    known: Attributes = {}
    problems: list[Problem] = []
    for table in tables:
        try:
            found, said = attributes_of(table, documents, strict=strict)
        except LcresearchError as error:
            if strict:
                raise
            problems += error.problems
            continue
        problems += said
        for document, values in found.items():
            before = known.setdefault(document, {})
            other = sorted(name for name, value in values.items() if before.get(name, value) != value)
            if other and isinstance(table, str | Path):
                name = next(each.name for each in documents if each.id == document)
                problems.append(Problem("V250", Place(file=Path(table).name), {"text": name, "names": other}))
            known[document] = values | before
    problems += without_row(documents, known)
    return [
        replace(document, attributes=dict(document.attributes) | known.get(document.id, {})) for document in documents
    ], problems
