"""Speakers of plain texts, in the ways in which people write them; all texts here are invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lcresearch.interviews.transcripts.speakers import find_speakers, find_turns, is_asking, is_name


def said(text, known=()):
    return [(turn.speaker, text[turn.start : turn.end]) for turn in find_turns(text, known)]


EXPECTED = [("I", "Wat leer je hier?"), ("R", "Vragen stellen."), ("I", "Aan wie?"), ("R", "Aan iedereen.")]


@pytest.mark.parametrize(
    "text",
    [
        "I: Wat leer je hier?\nR: Vragen stellen.\nI: Aan wie?\nR: Aan iedereen.",
        "Interview 4, 3 maart\n\nI: Wat leer je hier?\n\nR: Vragen stellen.\n\nI: Aan wie?\n\nR: Aan iedereen.\n",
        "[I] Wat leer je hier?\n[R] Vragen stellen.\n[I] Aan wie?\n[R] Aan iedereen.",
        "I\t: Wat leer je hier?\nR:\tVragen stellen.\nI:\nAan wie?\nR: Aan iedereen.",
        "00:01 I: Wat leer je hier?\n[00:00:04] R: Vragen stellen.\n(0:09) I: Aan wie?\n0:12 R: Aan iedereen.",
        "I [00:01]: Wat leer je hier?\nR [00:04]: Vragen stellen.\nI [00:09]: Aan wie?\nR [00:12]: Aan iedereen.",
        "I  0:01\nWat leer je hier?\nR  0:04\nVragen stellen.\nI  0:09\nAan wie?\nR  0:12\nAan iedereen.",
    ],
)
def test_ways_to_name_speakers(text):
    assert said(text) == EXPECTED


def test_names_in_capitals_on_their_own_line():
    text = "JANSEN\nWij leren veel.\n\nDE VRIES  \nEn snel.\n\nJANSEN\nPrecies. NIET waar?\n\nDE VRIES\nJa."
    assert [speaker for speaker, _ in said(text)] == ["JANSEN", "DE VRIES", "JANSEN", "DE VRIES"]


def test_times_are_kept():
    text = "00:00:05\nI: Wat leer je?\n00:00:09\nR: Veel.\n00:01:10,5\nI: Wat dan?\n00:01:12\nR: Dit."
    turns = find_turns(text)
    assert [turn.begins for turn in turns] == [5, 9, 70.5, 72]
    assert [turn.ends for turn in turns] == [9, 70.5, 72, None]
    assert said(text)[1] == ("R", "Veel.")


def test_a_colon_inside_a_sentence_names_nobody():
    text = "I: Wat zei hij?\nR: Hij zei tegen mij: ga maar.\nDus ik dacht: nee.\nhttps://voorbeeld.nl\n"
    text += "I: En toen?\nR: Niets."
    assert [speaker for speaker, _ in said(text)] == ["I", "R", "I", "R"]
    assert "Dus ik dacht: nee." in said(text)[1][1]


def test_a_heading_that_stands_once_is_no_speaker():
    text = "Thema: leren op het werk\nPiet de Boer: Ja.\nAn: Nee.\nPiet de Boer: Toch.\nAn: Goed."
    assert [speaker for speaker, _ in said(text)] == ["Piet de Boer", "An", "Piet de Boer", "An"]


def test_a_name_that_the_user_gives_counts_at_once():
    text = "Fatima: Ja, zeker.\nEn dat was het."
    assert said(text) == []
    assert said(text, ["Fatima"]) == [("Fatima", "Ja, zeker.\nEn dat was het.")]


def test_a_story_has_no_speakers():
    assert find_turns("Op maandag begonnen we. Iedereen was er: Piet, An en ik.\nDaarna werd het stil.") == ()
    assert find_turns("") == ()


@pytest.mark.parametrize(("label", "name"), [("Jan van 't Hof", True), ("Toen zei ik", False), ("respondent 12", True)])
def test_what_looks_like_a_name(label, name):
    assert is_name(label) is name


def test_who_asks():
    assert [name for name in ("I", "I2", "Interviewer", "Vraag", "R", "An", "Int") if is_asking(name)] == [
        "I",
        "I2",
        "Interviewer",
        "Vraag",
        "Int",
    ]


def test_a_name_that_stands_once_is_named():
    text = "Thema: leren\nJan: Wie?\nPiet: Ik wel.\nFatima: Ik niet.\nJan: Goed.\nPiet: Ja."
    assert find_speakers(text).unsure == ["Fatima"]
    assert find_speakers(text, ["Fatima"]).unsure == []
    assert find_speakers("Fatima: Ja, zeker.").unsure == ["Fatima"]


@pytest.mark.parametrize(
    "text",
    [
        "[Jan Jansen] 10:02:05\nHoi.\n[Fatima el Amrani] 10:02:09\nDag.\n[Jan Jansen] 10:02:15\nGoed.",
        "10:02:05\tVan  Jan Jansen : Hoi.\n10:02:09\tVan  Fatima el Amrani : Dag.\n10:02:15\tVan  Jan Jansen : Goed.",
    ],
)
def test_texts_of_zoom(text):
    assert said(text) == [("Jan Jansen", "Hoi."), ("Fatima el Amrani", "Dag."), ("Jan Jansen", "Goed.")]
    assert [turn.begins for turn in find_turns(text)] == [36125, 36129, 36135]


def test_a_sound_in_brackets_is_no_speaker():
    text = "I: Wat?\n[lacht] Ja.\nR: Dat.\n[lacht] Nee.\n[I] 10:30 begon het."
    assert [speaker for speaker, _ in said(text)] == ["I", "R", "I"]
    assert said(text)[-1] == ("I", "10:30 begon het.")


@given(
    st.lists(st.tuples(st.sampled_from("IRP"), st.text("ab :.\n0[]1I", max_size=20)), min_size=2, max_size=8),
    st.sampled_from(["\n", "\n\n"]),
)
def test_turns_never_overlap_and_lie_within_the_text(spoken, between):
    text = between.join(f"{speaker}: {words}" for speaker, words in spoken)
    turns = find_turns(text)
    places = [place for turn in turns for place in (turn.start, turn.end)]
    assert places == sorted(places)
    assert all(text[turn.start : turn.end].strip() == text[turn.start : turn.end] != "" for turn in turns)
