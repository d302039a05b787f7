"""Labels of a file in other words than those of the instrument: their order shows whether numbers run the same way."""

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from lcresearch import responses
from lcresearch.errors import ResponsesError
from lcresearch.responses.file_labels import OTHER_ORDER, SAME, UNLIKE, compare

AGREE = [
    ["helemaal mee oneens", "oneens", "niet mee eens, niet mee oneens", "eens", "helemaal mee eens"],
    ["zeer mee oneens", "mee oneens", "neutraal", "mee eens", "zeer mee eens"],
    ["helemaal niet mee eens", "niet mee eens", "noch eens noch oneens", "mee eens", "helemaal mee eens"],
    ["volledig oneens", "enigszins oneens", "neutraal", "enigszins eens", "volledig eens"],
]
AGREE_IN_ENGLISH = [
    ["strongly disagree", "disagree", "neither agree nor disagree", "agree", "strongly agree"],
    ["Totally disagree", "Somewhat disagree", "Neutral", "Somewhat agree", "Totally agree"],
]
OFTEN = [
    ["nooit", "zelden", "soms", "vaak", "altijd"],
    ["(bijna) nooit", "af en toe", "soms", "regelmatig", "(bijna) altijd"],
    ["nooit", "bijna nooit", "soms", "heel vaak", "bijna altijd"],
]
CONTENT = [
    ["zeer ontevreden", "ontevreden", "neutraal", "tevreden", "zeer tevreden"],
    ["heel ontevreden", "niet tevreden", "niet tevreden, niet ontevreden", "tevreden", "heel tevreden"],
]
PAIRS = [(a, b) for family in (AGREE, AGREE_IN_ENGLISH, OFTEN, CONTENT) for a in family for b in family if a is not b]


def numbered(labels, start=1):
    return {float(code): label for code, label in enumerate(labels, start)}


@pytest.mark.parametrize(("file", "own"), PAIRS)
def test_other_words_in_the_same_order_and_turned_around(file, own):
    assert compare(numbered(file), numbered(own)) == SAME
    assert compare(numbered(file[::-1]), numbered(own)) == OTHER_ORDER


def test_labels_at_the_ends_alone():
    assert compare({1.0: "zeer oneens", 5.0: "zeer eens"}, numbered(AGREE[0])) == SAME
    assert compare({1.0: "zeer eens", 5.0: "zeer oneens"}, numbered(AGREE[0])) == OTHER_ORDER


def test_labels_that_start_at_another_number():
    assert compare(numbered(AGREE[1], start=0), numbered(AGREE[0])) == OTHER_ORDER


@pytest.mark.parametrize(("file", "own"), [(OFTEN[0], AGREE[0]), (CONTENT[0], OFTEN[0])])
def test_labels_about_something_else(file, own):
    assert compare(numbered(file), numbered(own)) == compare(numbered(file[::-1]), numbered(own)) == UNLIKE


def test_one_label_is_too_little():
    assert compare({3.0: "neutraal"}, numbered(AGREE[1])) == compare({}, numbered(AGREE[1])) == UNLIKE


@pytest.fixture
def labelled(tmp_path):
    """Write an SPSS file with the same labels for each question."""

    def _labelled(labels, values=(1.0, 2.0, 4.0, 5.0), **options):
        frame = pd.DataFrame(dict.fromkeys(["tv_01", "tv_02", "tv_03"], values))
        path = tmp_path / "answers.sav"
        pyreadstat.write_sav(frame, str(path), variable_value_labels=dict.fromkeys(frame, labels), **options)
        return path

    return _labelled


def test_the_same_order_is_noted_once(labelled, voice, quiet):
    data = quiet(labelled(numbered(AGREE[1])), voice)
    assert data.frame["tv_01"].tolist() == [1, 2, 4, 5]
    (line,) = data.log.query("code in ['R090', 'R091', 'R092']").to_dict("records")
    assert (line["code"], line["level"]) == ("R090", "note")
    assert "tv_01, tv_02, tv_03" in line["text"]
    assert not data.problems


def test_another_order_is_refused_with_both_lists(labelled, voice):
    with pytest.raises(ResponsesError) as caught:
        responses.read(labelled(numbered(AGREE[1][::-1])), voice)
    (problem,) = caught.value.problems
    assert problem.code == "R091"
    for text in (problem.text("nl"), problem.text("en")):
        assert "1 = zeer mee eens" in text
        assert "1 = helemaal mee oneens" in text


def test_labels_like_none_of_the_instrument_are_shown_at_both_ends(labelled, voice, quiet):
    data = quiet(labelled(numbered(OFTEN[0])), voice)
    (problem,) = data.problems
    assert (problem.code, problem.level) == ("R092", "warning")
    assert "1 = nooit, 5 = altijd" in problem.text("nl")
    assert data.frame["tv_01"].tolist() == [1, 2, 4, 5]


@pytest.mark.parametrize(
    "labels",
    [
        numbered(AGREE[0]),
        numbered(AGREE[0][::-1]),
        numbered(["1", "2", "3", "4", "5"]),
        {9.0: "weet niet"},
        {8.0: "geen mening"},
        {},
    ],
)
def test_labels_of_the_instrument_and_labels_that_say_nothing_need_no_line(labelled, voice, quiet, labels):
    data = quiet(labelled(labels), voice)
    assert not data.log["code"].isin(["R090", "R091", "R092"]).any()


def test_an_equal_label_in_the_middle_does_not_hide_that_the_ends_are_turned(labelled, voice, refused):
    labels = numbered(AGREE[1][::-1]) | {3.0: AGREE[0][2]}
    assert refused(labelled(labels, values=(1.0, 2.0, 3.0, 5.0)), voice) == ["R091"]


def test_values_that_the_file_declares_missing_are_not_compared(labelled, voice, quiet):
    path = labelled({5.0: "geen antwoord"}, missing_ranges={"tv_01": [5.0], "tv_02": [5.0], "tv_03": [5.0]})
    data = quiet(path, voice)
    np.testing.assert_equal(data.frame["tv_01"].to_numpy(), [1, 2, 4, float("nan")])
    assert not data.log["code"].isin(["R090", "R091", "R092"]).any()
