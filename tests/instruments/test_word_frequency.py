"""How common words are, alone and as parts of a compound."""

from __future__ import annotations

import pytest
import wordfreq

from lcresearch.instruments.word_frequency import MIN_ZIPF, zipf


@pytest.mark.parametrize("word", ["de", "werk", "leren", "collega's", "facilitator", "implementatie"])
def test_a_word_without_parts_has_the_figure_of_wordfreq(word):
    assert zipf(word) == wordfreq.zipf_frequency(word, "nl") > 0


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("werktijd", ("werk", "tijd")),
        ("leergemeenschap", ("leer", "gemeenschap")),
        ("docentenkamer", ("docent", "kamer")),
        ("bedrijfsopleider", ("bedrijf", "opleider")),
        ("bijgeleerd", ("bij", "geleerd")),
        ("vakgenoot", ("vak", "genoot")),
        ("mbo-school", ("mbo", "school")),
        ("handigs", ("handig",)),
        ("coördinatoren", ("coördinator",)),
    ],
)
def test_a_compound_has_the_figure_of_its_least_frequent_part(word, parts):
    own, least = wordfreq.zipf_frequency(word, "nl"), min(wordfreq.zipf_frequency(part, "nl") for part in parts)
    assert own < least
    assert zipf(word) >= least


def test_jargon_without_common_parts_is_below_the_limit():
    jargon = (
        "facilitator stakeholder paradigma absorptie cocreatie co-creatie intrinsiek adaptief valorisatie disseminatie"
    )
    assert [word for word in jargon.split() if zipf(word) >= MIN_ZIPF] == []


def test_capitals_and_curly_apostrophes_make_no_difference():
    assert zipf("Werk") == zipf("werk")
    assert zipf("collega’s") == zipf("collega's")


@pytest.mark.parametrize("word", ["qqqqqqqq", "-", ""])
def test_what_is_no_word_has_zero(word):
    assert zipf(word) == 0
