"""What is known of each interview: a table beside the texts, a row a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from lcresearch.errors import InterviewError, Place, Problem, nearest
from lcresearch.interviews.transcripts.tables import read_table

NAMES_OF_FILES = ("file", "bestand", "bestandsnaam", "filename", "document", "transcript", "interview")
NAMES_OF_RESPONDENTS = ("respondent", "participant", "deelnemer", "respondentnummer")
_KNOWN = {
    "respondent": NAMES_OF_RESPONDENTS,
    "organisation": ("organisation", "organization", "organisatie", "bedrijf", "company", "firm"),
    "community": ("community", "learning_community", "leergemeenschap"),
    "consortium": ("consortium",),
    "wave": ("wave", "meetmoment", "t"),
    "date": ("date", "datum"),
    "role": ("role", "rol", "functie"),
}


def file_column(frame: pd.DataFrame) -> str | None:
    """The column that names files, if there is one."""
    return next((str(name) for name in frame.columns if str(name).strip().lower() in NAMES_OF_FILES), None)


def attributes_of(
    table: str | Path | pd.DataFrame, files: Sequence[str]
) -> tuple[dict[str, dict[str, object]], list[Problem]]:
    """Name of a file without its ending -> what the table says of it; and what does not fit.

    Columns with a usual Dutch or English name get the name of the design (``bedrijf`` becomes ``organisation``).

    Raises
    ------
    InterviewError
        V065 if no column names the files, V066 if a file stands in two rows.
    """
    frame = table if isinstance(table, pd.DataFrame) else read_table(Path(table))
    place = Place(file=None if isinstance(table, pd.DataFrame) else Path(table).name)
    column = file_column(frame)
    if column is None:
        raise InterviewError("V065", where=place, found=list(map(str, frame.columns)), known=list(NAMES_OF_FILES[:4]))
    stems = frame[column].astype(str).str.strip().map(stem_of)
    twice = sorted(set(stems[stems.duplicated()]))
    if twice:
        raise InterviewError("V066", where=place, files=twice)
    known = {stem_of(name): name for name in files}
    problems = [
        Problem("V067", Place(file=place.file, row=row), {"file": stem, "nearest": nearest(stem, known) or "–"})
        for row, stem in enumerate(stems, start=2)
        if stem not in known
    ]
    without = [name for stem, name in known.items() if stem not in set(stems)]
    problems += [Problem("V068", Place(file=name)) for name in without]
    rest = frame.drop(columns=column).rename(columns=_names(frame))
    records = rest.astype(object).where(rest.notna(), None).to_dict("records")
    return {
        stem: {str(name): value for name, value in record.items() if value is not None}
        for stem, record in zip(stems, records, strict=True)
    }, problems


def _names(frame: pd.DataFrame) -> dict[str, str]:
    usual = {word: name for name, words in _KNOWN.items() for word in words}
    lowered = {str(name): str(name).strip().lower().replace(" ", "_") for name in frame.columns}
    return {name: usual.get(low, low) for name, low in lowered.items()}


def stem_of(name: str) -> str:
    """Without folders and the ending of a transcript."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem, dot, ending = last.rpartition(".")
    return stem if dot and ending.lower() in ("docx", "txt", "vtt", "srt", "md", "qdpx", "csv") else last
