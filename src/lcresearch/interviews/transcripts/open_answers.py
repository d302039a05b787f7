"""Answers to open questions: a text a respondent, from the table that a survey platform exports."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from lcresearch.errors import InterviewError, Place, Problem
from lcresearch.interviews.document import Document
from lcresearch.interviews.guids import guid_of
from lcresearch.interviews.transcripts.paragraphs import Paragraph, as_text
from lcresearch.interviews.transcripts.tables import open_table

_WORDS_OF_A_SENTENCE = 4
_NAMES_OF_PEOPLE = ("case", "id", "respondent", "respondentid", "responseid", "response id", "respons id", "code")


def read_answers(path: Path, questions: Sequence[str] | None = None) -> tuple[list[Document], list[Problem]]:
    """One document a row that answered an open question; each answer is a turn whose speaker is the question.

    Open questions are the columns whose answers are mostly sentences that differ, unless ``questions`` names them. The
    other columns become attributes.

    Raises
    ------
    InterviewError
        V069: no column holds sentences; V070: a question that is no column; and what
        :func:`~lcresearch.interviews.transcripts.tables.open_table` raises.
    """
    table, place = open_table(path), Place(file=path.name)
    frame = table.frame
    columns = [str(name) for name in frame.columns]
    questions = [unicodedata.normalize("NFC", name.strip()) for name in questions or ()]
    missing = [name for name in questions if name not in columns]
    if missing:
        raise InterviewError([Problem("V070", place, {"missing": missing, "known": columns}), *table.problems])
    open_ones = questions or open_columns(frame)
    if not open_ones:
        raise InterviewError([Problem("V069", place, {"columns": columns}), *table.problems])
    closed = [name for name in columns if name not in open_ones]
    person = next((name for name in closed if name.strip().lower() in _NAMES_OF_PEOPLE and frame[name].is_unique), None)
    documents, empty = [], []
    for row, record in zip(frame.index, frame.to_dict("records"), strict=True):
        said = [
            Paragraph(" ".join(str(record[name]).split()), " ".join(name.split()).replace(":", " "))
            for name in open_ones
            if not pd.isna(record[name])
        ]
        if not said:
            empty.append(row)
            continue
        name = str(record[person]) if person else f"{path.stem} {row}"
        text, turns = as_text(said)
        known = {column: record[column] for column in closed if not pd.isna(record[column])}
        known |= {"respondent": name} if person else {}
        documents.append(Document(guid_of(path.name, name), name, text, turns, known, file=path.name))
    problems = [*table.problems, Problem("V071", place, {"questions": open_ones, "n": len(documents)})]
    problems += [Problem("V072", place, {"n": len(empty), "rows": empty[:20]})] if empty else []
    return documents, problems


def open_columns(frame: pd.DataFrame) -> list[str]:
    """Columns that hold answers to open questions."""
    return [str(name) for name in frame.columns if _is_open(frame[name])]


def _is_open(answers: pd.Series[str]) -> bool:
    """Whether most answers are sentences, and most differ."""
    given = answers.dropna().astype(str)
    if given.empty:
        return False
    sentences = (given.str.split().map(len) >= _WORDS_OF_A_SENTENCE).mean()
    return bool(sentences > 0.5 and given.nunique() > 0.5 * len(given))
