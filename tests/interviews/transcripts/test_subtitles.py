"""Subtitles of Teams, Zoom and YouTube; all of them invented."""

from lcresearch.interviews.transcripts.subtitles import read_subtitles

TEAMS = """WEBVTT

NOTE gemaakt voor deze test

5f1c/12-0
00:00:01.000 --> 00:00:03.000
<v Vos, An>Wij leren hier</v>

5f1c/12-1
00:00:03.000 --> 00:00:04.500
<v Vos, An>van &amp; met elkaar.</v>

5f1c/13-0
--:--:-- --> --:--:--
<v Bos, Piet>Klopt.</v>
"""
ZOOM = "WEBVTT\n\n1\n00:00:01.000 --> 00:00:03.000\nAn Vos: Wij leren hier\n\n2\n00:00:03.000 --> 00:00:05.000\n"
ZOOM += "van elkaar.\n\n3\n00:00:05.000 --> 00:00:06.000\nPiet Bos: Klopt: altijd.\n"
YOUTUBE = "WEBVTT\nKind: captions\nLanguage: nl\n\n00:00:01.000 --> 00:00:02.000 align:start position:0%\n"
YOUTUBE += "wij<00:00:01.500><c> leren</c>\n\n00:00:02.000 --> 00:00:03.000 align:start position:0%\nwij leren\n\n"
YOUTUBE += "00:00:03.000 --> 00:00:04.000\nwij leren veel\n"
SRT = "1\n00:00:01,500 --> 00:00:04,000\n<i>Wij leren.</i>\n\n2\n00:00:04,000 --> 00:00:61,000\n{\\an8}Altijd.\n"


def said(text):
    return [(each.speaker, each.text) for each in read_subtitles(text).paragraphs]


def test_teams_cuts_sentences_over_cues():
    found = read_subtitles(TEAMS)
    assert said(TEAMS) == [("Vos, An", "Wij leren hier van & met elkaar."), ("Bos, Piet", "Klopt.")]
    assert (found.paragraphs[0].begins, found.paragraphs[0].ends) == (1, 4.5)
    assert found.paragraphs[1].begins is None
    assert (found.n_cues, len(found.odd_times)) == (3, 2)


def test_zoom_puts_the_name_in_front():
    assert said(ZOOM) == [("An Vos", "Wij leren hier van elkaar."), ("Piet Bos", "Klopt: altijd.")]


def test_rolling_captions_are_taken_once():
    assert said(YOUTUBE) == [("", "wij leren"), ("", "veel")]


def test_srt():
    found = read_subtitles(SRT)
    assert [each.text for each in found.paragraphs] == ["Wij leren.", "Altijd."]
    assert found.paragraphs[0].begins == 1.5
    assert found.odd_times == ["00:00:61,000"]


def test_two_voices_in_one_cue():
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v.luid An>Ja!</v> <v Bo>Nee!</v>\n"
    assert said(text) == [("An", "Ja!"), ("Bo", "Nee!")]


def test_a_text_without_cues():
    assert read_subtitles("Dit is geen ondertitel.").n_cues == 0
