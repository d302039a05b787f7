"""The parts of texts that are read, coded or modelled: turns, paragraphs, sentences."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import Any, Literal, get_args

import pandas as pd

from lcresearch.errors import InterviewError
from lcresearch.interviews.corpus import Corpus
from lcresearch.interviews.document import Document, Turn
from lcresearch.interviews.text.pipelines import sentence_pipeline

Unit = Literal["document", "turn", "paragraph", "sentence"]
_PARAGRAPH = re.compile(r"[^\n]+")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-ZÀ-Þ0-9])")


def segments(
    corpus: Corpus,
    unit: Unit = "turn",
    *,
    without_roles: Collection[str] = (),
    language: str = "nl",
    pipeline: str | None = None,
) -> pd.DataFrame:
    """The parts of all texts, in order.

    Parameters
    ----------
    corpus : Corpus
    unit : {"document", "turn", "paragraph", "sentence"}
        What a part is. A text without speakers has paragraphs for turns. Paragraphs and sentences lie within turns.
    without_roles : collection of str
        Roles that are left out, such as ``interviewer``.
    language : str
        Of the sentences, as spaCy names it.
    pipeline : str, optional
        A trained pipeline of spaCy that is installed, such as ``nl_core_news_sm``, to find sentences by grammar; by
        default they end at punctuation.

    Returns
    -------
    DataFrame
        ``segment`` (``document:start-end``, the same in every run), ``document, name, start, end, speaker, role,
        begins, text``; positions are code points, without blanks around.

    Raises
    ------
    InterviewError
        V082: a unit that does not exist; V230, V231: a pipeline that is not installed.

    See also
    --------
    suggest_codes, find_topics : Work on such parts.
    """
    if unit not in get_args(Unit):
        raise InterviewError("V082", found=str(unit), known=list(get_args(Unit)))
    cutter = sentence_pipeline(language, pipeline) if unit == "sentence" else None
    rows = [
        (f"{document.id}:{start}-{end}", document.id, document.name, start, end, turn.speaker,
         document.roles.get(turn.speaker, ""), turn.begins, document.text[start:end])
        for document in corpus
        for turn, start, end in _parts(document, unit, cutter)
        if document.roles.get(turn.speaker, "") not in without_roles or not turn.speaker
    ]  # fmt: skip
    columns = ["segment", "document", "name", "start", "end", "speaker", "role", "begins", "text"]
    return pd.DataFrame(rows, columns=columns)


def _parts(document: Document, unit: Unit, cutter: Any) -> Iterator[tuple[Turn, int, int]]:
    if unit == "document":
        start, end = _trimmed(document.text, 0, len(document.text))
        yield Turn(start, end), start, end
        return
    for turn in document.turns or _paragraphs(document.text, Turn(0, len(document.text))):
        pieces: Iterator[tuple[int, int]] = iter([(turn.start, turn.end)])
        if unit == "paragraph":
            pieces = ((each.start, each.end) for each in _paragraphs(document.text, turn))
        elif unit == "sentence":
            pieces = _sentences(document.text, turn, cutter)
        for first, last in pieces:
            start, end = _trimmed(document.text, first, last)
            if start < end:
                yield turn, start, end


def _paragraphs(text: str, turn: Turn) -> list[Turn]:
    found = _PARAGRAPH.finditer(text, turn.start, turn.end)
    return [Turn(each.start(), each.end(), turn.speaker, turn.begins, turn.ends) for each in found if each[0].strip()]


def _sentences(text: str, turn: Turn, pipeline: Any) -> Iterator[tuple[int, int]]:
    """Sentences of each paragraph, by spaCy, or by punctuation where spaCy is not installed."""
    for paragraph in _paragraphs(text, turn):
        said = text[paragraph.start : paragraph.end]
        if pipeline is None:
            cuts = [0, *(found.end() for found in _SENTENCE_END.finditer(said)), len(said)]
        else:
            cuts = [0, *(sentence.end_char for sentence in pipeline(said).sents), len(said)]
        for first, last in pairwise(cuts):
            yield paragraph.start + first, paragraph.start + last


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
