"""Words, syllables and the formula of Flesch and Douma."""

from __future__ import annotations

import math

import pytest

from lcresearch.instruments import readability

# syllables as Dutch dictionaries divide the words
DIVIDED = """
ik leer werk fout school baas klus team coach nieuw leeuw
le-ren wer-ken be-drijf col-le-ga bij-le-ren uit-leg-gen sa-men zoe-ken re-a-li-teit me-de-wer-ker
i-de-aal i-dee-en ge-re-geld be-in-vloe-den si-tu-a-tie eeu-wen mooi-e ge-luid bu-reau
mee-doen vrij-heid ver-trou-wen vra-gen thuis oe-fe-nen groei-en leer-ling geeft
ver-ant-woor-de-lijk-heid or-ga-ni-sa-tie sa-men-wer-kings-ver-band team-lei-der
"""


@pytest.mark.parametrize("divided", DIVIDED.split())
def test_syllables_of_dutch_words(divided):
    word = divided.replace("-", "").replace("ideeen", "ideeën").replace("beinvloeden", "beïnvloeden")
    assert readability.syllables(word) == divided.count("-") + 1


def test_words_keep_apostrophes_and_hyphens_and_leave_out_numbers():
    assert readability.words("De auto's van 3 mbo-studenten: 'ja'!") == ["De", "auto's", "van", "mbo-studenten", "ja"]


def test_flesch_douma_by_hand():
    # 6 words, 7 syllables, 2 sentences
    text = ["Ik leer. Wij gaan samen weg."]
    assert readability.flesch_douma(text) == pytest.approx(206.84 - 0.77 * 700 / 6 - 0.93 * 3, rel=1e-12)


def test_each_text_is_a_sentence_also_without_a_full_stop():
    assert readability.flesch_douma(["Ik leer", "Wij gaan samen weg"]) == readability.flesch_douma(
        ["Ik leer.", "Wij gaan samen weg."]
    )


def test_longer_words_and_longer_sentences_are_harder():
    easy = readability.flesch_douma(["Ik leer op mijn werk.", "Ik vraag het aan Jan."])
    longer_sentence = readability.flesch_douma(["Ik leer op mijn werk ik vraag het aan Jan."])
    longer_words = readability.flesch_douma(["Ik ontwikkel mij professioneel.", "Ik raadpleeg collega's."])
    assert easy > longer_sentence > longer_words


def test_no_words_have_no_score():
    assert math.isnan(readability.flesch_douma([]))
    assert math.isnan(readability.flesch_douma(["", "123"]))


def test_long_words_unless_known():
    text = "Ik draag verantwoordelijkheid voor de organisatie."
    assert readability.long_words(text) == ["verantwoordelijkheid", "organisatie"]
    assert readability.long_words(text, ["Organisatie"]) == ["verantwoordelijkheid"]
