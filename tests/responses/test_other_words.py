"""A form with other words for its answers: refused where whole answers are unknown, and not for a typing error."""

import pytest

from lcresearch import responses
from lcresearch.errors import ResponsesError

HEADER = "tv_01;tv_02;tv_03\n"


def test_other_words_for_disagreeing_are_refused(write, voice):
    rows = ["eens;niet eens;eens", "niet eens;eens;neutraal", "helemaal mee eens;neutraal;niet eens"] * 2
    with pytest.raises(ResponsesError) as caught:
        responses.read(write(HEADER + "\n".join(rows) + "\n"), voice)
    (problem,) = caught.value.problems
    assert (problem.code, problem.values["n"], problem.values["total"]) == ("R094", 10, 18)
    assert problem.values["words"] == ["'niet eens' (6)", "'neutraal' (4)"]
    assert problem.values["own"].startswith("1 = helemaal mee oneens")


def test_all_in_other_words(write, voice, refused):
    rows = ["a lot;a little;no", "some;a lot;a little", "no;no;some"]
    assert refused(write(HEADER + "\n".join(rows) + "\n"), voice) == ["R094"]


@pytest.mark.parametrize(
    "wrong",
    [
        ["een;eens;eens"],
        ["zie boven;zie boven;zie boven"],
        ["geen idee;eens;weet ik niet", "geen idee;eens;eens", "geen idee;eens;eens"],
    ],
)
def test_a_typing_error_or_no_opinion_is_set_to_missing(write, voice, quiet, wrong):
    data = quiet(write(HEADER + "\n".join([*wrong, *["eens;oneens;eens"] * 10]) + "\n"), voice)
    assert {problem.code for problem in data.problems} == {"R041"}


@pytest.mark.parametrize("mark", ["n.v.t.", "NVT", "geen antwoord", "#N/B", "?"])
def test_marks_for_no_answer(write, voice, mark):
    data = responses.read(write(HEADER + f"{mark};eens;eens\n" * 3 + "eens;eens;eens\n"), voice)
    assert data.frame["tv_01"].isna().tolist() == [True, True, True, False]
    assert data.log.query("code == 'R065'")["n"].tolist() == [3]


def test_a_mark_that_is_a_label_is_that_answer(write, voice, instrument_of, items):
    labels = voice.response_scales["agree5"].labels | {3: {"nl": "n.v.t.", "en": "?"}}
    data = responses.read(write(HEADER + "n.v.t.;?;eens\n"), instrument_of(items, labels=labels))
    assert data.frame.iloc[0, -3:].tolist() == [3, 3, 4]
