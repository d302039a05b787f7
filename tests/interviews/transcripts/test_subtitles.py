"""Subtitles of Teams, Zoom and YouTube; all of them invented."""

import pytest

from lcresearch.interviews.transcripts.subtitles import are_subtitles, read_subtitles

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


def cues(*pieces, head="WEBVTT\n\n"):
    return head + "".join(f"00:{begins:02}.000 --> 00:{ends:02}.000\n{text}\n\n" for begins, ends, text in pieces)


def test_an_answer_that_comes_back_stays():
    assert said(cues((1, 2, "<v Bo>Nee.</v>"), (9, 10, "<v Bo>Nee. Echt niet.</v>"))) == [
        ("Bo", "Nee. Nee. Echt niet.")
    ]
    assert said(cues((1, 2, "<v Bo>Nee.</v>"), (2, 3, "<v Bo>Nee.</v>"), (3, 4, "<v Bo>Nee.</v>"))) == [
        ("Bo", "Nee. Nee. Nee.")
    ]
    talk = cues((1, 2, "Ja"), (2, 3, "Ja"), (3, 4, "Klopt"), (4, 5, "Nee"), (5, 6, "Toch"), (9, 10, "Toch niet"))
    assert [text for _, text in said(talk)] == ["Ja", "Ja", "Klopt", "Nee", "Toch", "Toch niet"]
    assert read_subtitles(talk).n_repeated == 0


def test_lines_that_roll_over_the_screen_are_taken_once_and_counted():
    rolling = cues((1, 2, "wij leren"), (2, 3, "wij leren\nvan fouten"), (3, 4, "van fouten\nelke week"))
    assert [text for _, text in said(rolling)] == ["wij leren", "van fouten", "elke week"]
    assert read_subtitles(rolling).n_repeated == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1\n00:01,0 --> 00:05,0\nHoeveel?\n\n15\n\n2\n00:05,0 --> 00:06,0\nOké\n", ["Hoeveel? 15", "Oké"]),
        ("1\n00:01,0 --> 00:05,0\nEerste\n2\n00:05,0 --> 00:06,0\nTweede\n", ["Eerste", "Tweede"]),
        ("1\n00:01,0 --> 00:05,0\nHoeveel?\n\n2\n00:05,0 --> 00:06,0\n12\n", ["Hoeveel?", "12"]),
        ("00:01.0 --> 00:05.0\nHoeveel?\n12\n00:05.0 --> 00:06.0\nOké\n", ["Hoeveel? 12", "Oké"]),
        (
            "WEBVTT\n\n00:01.0 --> 00:05.0\nEen\n\nNOTE niet\nso\n\n00:05.0 --> 00:06.0\nNOTE wel",
            ["Een", "NOTE wel"],
        ),
        ("1\n00:01,0 --> 00:05,0\nEen\n\nNOTE is gezegd\n", ["Een NOTE is gezegd"]),
    ],
)
def test_where_a_cue_ends(text, expected):
    assert [text for _, text in said(text)] == expected


def test_names_of_zoom_as_people_chose_them():
    named = [
        "Jan Jansen: Hoi.",
        "Fatima: Dag. Mijn vraag: hoe?",
        "Jan Jansen: Goed.",
        "Let op: opname.",
        "iPhone van piet: ja",
    ]
    text = cues(*((n, n + 1, line) for n, line in enumerate([*named, "piet: ook"], start=1)))
    assert said(text) == [
        ("Jan Jansen", "Hoi."),
        ("Fatima", "Dag. Mijn vraag: hoe?"),
        ("Jan Jansen", "Goed. Let op: opname."),
        ("iPhone van piet", "ja"),
        ("piet", "ook"),
    ]


def test_a_colon_now_and_then_names_nobody():
    lines = ["wij zeggen altijd", "Fouten maken mag", "en dan denk ik", "Kijk: dat helpt", "zo leer je veel"]
    found = read_subtitles(cues(*((2 * n, 2 * n + 1, line) for n, line in enumerate(lines))))
    assert {each.speaker for each in found.paragraphs} == {""}
    assert found.unsure == ["Kijk"]
    named = read_subtitles(cues(*((2 * n, 2 * n + 1, line) for n, line in enumerate(lines))), ["Kijk"])
    assert named.paragraphs[-1].speaker == "Kijk"


def test_names_on_a_line_of_their_own():
    text = "0:0:5.10 --> 0:0:8.25\nJansen, Piet\nWelkom\n0:0:9.0 --> 0:0:9.5\nVos\nJa\n0:0:9.6 --> 0:0:9.9"
    text += "\nJansen, Piet\nZo"
    assert said(text) == [("Jansen, Piet", "Welkom"), ("Vos", "Ja"), ("Jansen, Piet", "Zo")]
    assert read_subtitles(text).paragraphs[0].begins == 5.1


def test_what_are_subtitles_whatever_the_file_is_called():
    assert are_subtitles(SRT)
    assert not are_subtitles("Eerst 1 --> 2, en dan 3 --> 4.")
