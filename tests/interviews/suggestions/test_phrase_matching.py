"""Search phrases in spoken Dutch and English."""

import time

import pytest

from lcresearch.interviews.codebook.phrases import parse_phrase
from lcresearch.interviews.suggestions.phrase_matching import find_phrases, settled_lemma

pytest.importorskip("spacy")
pytest.importorskip("simplemma")


def found(text, phrase, language="nl"):
    return [text[hit.start : hit.end] for hit in find_phrases([text], [parse_phrase(phrase)], language)]


@pytest.mark.parametrize(
    ("text", "phrase", "expected"),
    [
        ("Daar hadden we gewoon geen tijd voor.", "geen|weinig tijd", ["geen tijd"]),
        ("Van die fouten hebben we geleerd.", "fout ... leren", ["fouten hebben we geleerd"]),
        ("We leren ervan, we leerden ervan, geleerd is het.", "leren", ["leren", "leerden", "geleerd"]),
        ("We leren en leerden.", "=leren", ["leren"]),
        ("De concurrentie en concurrenten.", "concurrent*", ["concurrentie", "concurrenten"]),
        ("Op de hogeschool en in de schoolbank.", "*school", ["hogeschool"]),
        ("GEEN TIJD.", "geen tijd", ["GEEN TIJD"]),
        ("Geen idee. Tijd genoeg.", "geen ... tijd", []),  # not over the end of a sentence
        ("Tijd en nog eens tijd krijgen.", "tijd ... krijgen", ["Tijd en nog eens tijd krijgen", "tijd krijgen"]),
        ("Tijd een twee drie vier vijf krijgen.", "tijd ... krijgen", []),  # five words between
        ("Er is niks over.", "geen tijd", []),
    ],
)
def test_dutch(text, phrase, expected):
    assert found(text, phrase) == expected


@pytest.mark.parametrize(
    ("text", "negated", "plain"),
    [
        ("We krijgen de tijd niet.", True, False),
        ("We krijgen tijd.", False, True),
        ("Nooit dat we tijd krijgen.", True, False),
        ("Niet leuk, maar we krijgen tijd.", False, True),  # another part of the sentence
        ("We krijgen tijd, niet geld.", False, True),
    ],
)
def test_negation_counts_within_its_part_of_the_sentence(text, negated, plain):
    assert bool(found(text, "tijd [negated]")) is negated
    assert bool(found(text, "tijd [not negated]")) is plain


def test_english_with_words_that_spacy_takes_apart():
    assert found("We can't do e-learning, mistakes were made.", "e-learning", "en") == ["e-learning"]
    assert found("Mistakes were made.", "mistake ... make", "en") == ["Mistakes were made"]
    assert found("We didn't get time for it.", "get time [negated]", "en") == ["get time"]


def test_forms_that_are_each_others_lemma_meet():
    lemma = settled_lemma("nl")
    assert len({lemma(word) for word in ("leren", "leert", "geleerd")}) == 1
    assert len({lemma(word) for word in ("rooster", "roosters")}) == 1


def test_places_are_code_points_in_their_own_text():
    texts = ["niets", "😀 Eh… geen tijd, zeg."]
    (hit,) = find_phrases(texts, [parse_phrase("geen tijd")])
    assert (hit.text, texts[1][hit.start : hit.end]) == (1, "geen tijd")


def test_the_worst_phrase_on_a_text_made_for_it_ends_quickly():
    text = "woord " * 5_000
    start = time.perf_counter()
    find_phrases([text], [parse_phrase("woord ... woord ... woord woord woord woord")])
    assert time.perf_counter() - start < 20
