"""Errors: place, problem, remedy; all problems of a file together."""

import re

import pytest

from lcresearch.errors import LcresearchError, Place, Problem, StudyError, explanation, nearest
from lcresearch.messages import LANGUAGES, problem_codes, problem_entry


def test_error_says_where_what_and_what_to_do():
    error = StudyError("G001", where=Place(file="study.yaml", line=7), path="answers.csv")
    place, message, remedy = str(error).splitlines()
    assert place == "StudyError [G001] study.yaml (line 7)"
    assert message == "  the file 'answers.csv' does not exist."
    assert remedy.startswith("  Check the name")


def test_all_problems_are_reported_together():
    problems = [Problem("G001", Place(row=row), {"path": "x"}) for row in (2, 3)]
    with pytest.raises(LcresearchError) as caught:
        raise StudyError(problems)
    assert caught.value.problems == tuple(problems)
    assert str(caught.value).count("[G001]") == 2


@pytest.mark.parametrize(
    ("place", "dutch"),
    [
        (Place(file="a.csv", row=3, column="v1"), "a.csv, rij 3, kolom 'v1'"),
        (Place(line=4), "regel 4"),
        (Place(), ""),
    ],
)
def test_place_in_words(place, dutch):
    assert place.text("nl") == dutch


def test_explanation_knows_every_spelling_of_a_code():
    assert explanation("[g002]") == explanation("G002")
    with pytest.raises(LcresearchError) as caught:
        explanation("Q999")
    assert caught.value.problems[0].code == "G003"


def test_explanation_of_a_text_with_plural_forms_is_that_of_several():
    assert isinstance(problem_entry("M013")["message"]["en"], dict)
    several = re.sub(r"\{\w+\}", "…", problem_entry("M013")["message"]["en"]["other"])
    assert explanation("M013", "en").split("\n\n")[1] == several


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_explanation_shows_how_it_is_stored(language):
    pages = {code: explanation(code, language) for code in problem_codes()}
    assert [code for code, page in pages.items() if any(raw in page for raw in ("{'", "{{", "}}"))] == []
    assert 'mapping: {"' in pages["R020"]


def test_nearest_name():
    assert nearest("agre5", ["agree5", "yes_no"]) == "agree5"
    assert nearest("zzz", ["agree5"]) is None
