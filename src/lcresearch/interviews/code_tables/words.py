"""Words: where they stand, and which ones a group uses more than another."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Collection
from unicodedata import normalize

import numpy as np
import pandas as pd

from lcresearch.errors import InterviewError, nearest, warning
from lcresearch.interviews.corpus import Corpus
from lcresearch.interviews.text.segments import segments
from lcresearch.interviews.text.words import WORD, lemmatiser
from lcresearch.interviews.text.words import stop_words as words_without_content
from lcresearch.messages import LANGUAGES

_LETTER = r"[\w\u0300-\u036f]"


def keyword_in_context(corpus: Corpus, keyword: str, *, width: int = 60, whole_words: bool = True) -> pd.DataFrame:
    """Each place of a word or part of a text with what stands around it.

    Parameters
    ----------
    corpus : Corpus
    keyword : str
        Case and line ends do not matter; ``*`` stands for any letters.
    width : int
        Characters shown on either side.
    whole_words : bool
        Whether letters may stand directly before or after it.

    Returns
    -------
    DataFrame
        ``document, name, start, end, before, keyword, after``.

    Raises
    ------
    InterviewError
        V235: nothing to look for.

    See also
    --------
    word_frequencies : Counts words.
    """
    if not keyword.strip(" *"):
        raise InterviewError("V235")
    pattern = rf"{_LETTER}*".join(map(_pattern, keyword.strip().split("*")))
    pattern = rf"(?<!{_LETTER}){pattern}(?!{_LETTER})" if whole_words else pattern
    rows = []
    for each in corpus:
        for found in re.finditer(pattern, each.text, re.IGNORECASE):
            before = each.text[max(found.start() - width, 0) : found.start()]
            after = each.text[found.end() : found.end() + width]
            rows.append((each.id, each.name, found.start(), found.end(), _line(before), found[0], _line(after)))
    return pd.DataFrame(rows, columns=["document", "name", "start", "end", "before", "keyword", "after"])


def _pattern(words: str) -> str:
    """A pattern for words whose accents may stand in a letter or after it, and which may go on in the next line."""
    parts = [
        re.escape(letter) if letter == (apart := normalize("NFD", letter)) else f"(?:{letter}|{apart})"
        for letter in normalize("NFC", words)
    ]
    return re.sub(r"(?:\\\s)+", lambda _: r"\s+", "".join(parts))


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def word_frequencies(
    corpus: Corpus,
    by: str | None = None,
    *,
    language: str = "nl",
    lemmas: bool = True,
    without_roles: Collection[str] = ("interviewer",),
    stop_words: bool = False,
) -> pd.DataFrame:
    """Words by group of documents.

    Parameters
    ----------
    corpus : Corpus
    by : str, optional
        Attribute of documents; all together by default.
    language : str
        Of lemmas and stop words: ``nl`` or ``en``.
    lemmas : bool
        Whether forms of a word count as one (simplemma, where it is installed).
    without_roles : collection of str
        Speakers who do not count.
    stop_words : bool
        Whether words such as 'de' and 'is' count.

    Returns
    -------
    DataFrame
        Indexed by word: a column a group with counts, the most frequent word first.

    Raises
    ------
    InterviewError
        V101: an attribute that nobody has; V236: a language that is not known here.

    See also
    --------
    keyword_in_context : Each place of a word.
    """
    said = segments(corpus, "turn", without_roles=without_roles)
    groups = pd.Series("all", index=said["document"].unique())
    if by is not None:
        if by not in corpus.attributes.columns:
            known = list(map(str, corpus.attributes.columns))
            raise InterviewError("V101", found=by, known=known, nearest=nearest(by, known) or "–")
        groups = corpus.attributes[by].dropna().astype(str)
        if missing := len(corpus) - len(groups):
            warnings.warn(warning("V109", by=by, n=missing, n_all=len(corpus)), stacklevel=2)
    if language not in LANGUAGES:
        raise InterviewError("V236", found=language, known=list(LANGUAGES))
    lemma = lemmatiser(language) if lemmas else str
    left_out = frozenset() if stop_words else words_without_content(language)
    counts: dict[str, Counter[str]] = {}
    for document, text in zip(said["document"], said["text"], strict=True):
        if document in groups.index:
            words = (lemma(word.lower()) for word in WORD.findall(normalize("NFC", text)))
            counts.setdefault(str(groups[document]), Counter()).update(word for word in words if word not in left_out)
    table = pd.DataFrame(counts).fillna(0).astype(int)
    return table.loc[table.sum(axis=1).sort_values(ascending=False, kind="stable").index].rename_axis("word")


def keyness(frequencies: pd.DataFrame, group: str) -> pd.DataFrame:
    """Words that a group uses more, or less, than the others.

    Parameters
    ----------
    frequencies : DataFrame
        From :func:`word_frequencies`, with two groups or more.
    group : str

    Returns
    -------
    DataFrame
        Indexed by word: ``n, n_others, per_1000, per_1000_others, log_ratio`` (how many times doubled; Hardie 2014,
        half a word added where a group has none), ``g2`` (log-likelihood, Dunning 1993; Rayson & Garside 2000). Words
        weigh alike here though one speaker may repeat one: it points at words to read, it is no test.

    Raises
    ------
    InterviewError
        V234: no such group, or no other to compare it with.

    Examples
    --------
    >>> table = pd.DataFrame({"zorg": [30, 10], "bouw": [10, 30]}, index=["praten", "bouwen"])
    >>> keyness(table, "zorg").round(2)[["log_ratio", "g2"]].values.tolist()
    [[1.58, 10.46], [-1.58, 10.46]]
    """
    if group not in frequencies.columns or len(frequencies.columns) < 2:
        raise InterviewError("V234", found=group, known=list(map(str, frequencies.columns)))
    mine = frequencies[group].to_numpy(dtype=float)
    others = frequencies.drop(columns=group).sum(axis=1).to_numpy(dtype=float)
    total, total_others = mine.sum(), others.sum()
    expected = (mine + others) * total / (total + total_others)
    expected_others = (mine + others) - expected
    g2 = 2 * (_part(mine, expected) + _part(others, expected_others))
    ratio = (np.maximum(mine, 0.5) / total) / (np.maximum(others, 0.5) / total_others)
    frame = pd.DataFrame(
        {
            "n": mine.astype(int),
            "n_others": others.astype(int),
            "per_1000": 1000 * mine / total,
            "per_1000_others": 1000 * others / total_others,
            "log_ratio": np.log2(ratio),
            "g2": g2,
        },
        index=frequencies.index,
    )
    order = np.argsort(-g2 * np.sign(np.log2(ratio)), kind="stable")
    return frame.iloc[order]


def _part(observed: np.ndarray, expected: np.ndarray) -> np.ndarray:
    found = np.zeros(len(observed))
    some = observed > 0
    found[some] = observed[some] * np.log(observed[some] / expected[some])
    return found
