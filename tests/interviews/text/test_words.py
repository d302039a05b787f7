"""Lemmas and words without content, in Dutch."""

import sys

import pytest

from lcresearch.interviews.text.words import WORD, lemmatiser, spoken_words, stop_words


def test_everyday_words_have_their_lemma():
    pytest.importorskip("simplemma")
    lemma = lemmatiser("nl")
    assert [lemma(word) for word in ("bedrijven", "werkt", "studenten", "leerden")] == [
        "bedrijf", "werken", "student", "leren",
    ]  # fmt: skip


def test_words_stay_as_they_are_without_simplemma(monkeypatch):
    monkeypatch.setitem(sys.modules, "simplemma", None)
    lemmatiser.cache_clear()
    assert lemmatiser("nl")("bedrijven") == "bedrijven"
    lemmatiser.cache_clear()


def test_words_without_content_are_known_without_spacy(monkeypatch):
    monkeypatch.setitem(sys.modules, "spacy.lang.nl.stop_words", None)
    stop_words.cache_clear()
    assert {"de", "het", "is", "eh"} <= stop_words("nl")
    assert "bedrijf" not in stop_words("nl")
    stop_words.cache_clear()


@pytest.mark.parametrize(("language", "word"), [("nl", "eigenlijk"), ("en", "basically")])
def test_spoken_words_are_known_by_language(language, word):
    assert word in spoken_words(language)
    assert not {"leren", "bedrijf", "learning", "school", "work"} & spoken_words(language)
    assert not spoken_words("fr")


def test_word_keeps_apostrophes_and_hyphens_inside():
    assert WORD.findall("foto's en mbo-student, 3 keer") == ["foto's", "en", "mbo-student", "keer"]
