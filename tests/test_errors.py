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


@pytest.mark.parametrize("code", [code for code in problem_codes() if "{nearest}" in str(problem_entry(code))])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_message_without_a_nearest_name_still_says_what_is_wrong(code, language):
    values = {"nearest": "–"} | {
        name: "a.b" for name in re.findall(r"{(\w+)", str(problem_entry(code))) if name != "nearest"
    }
    values |= {name: 2 for name in values if name.startswith("n_") or name in ("n", "least", "row")}
    found = Problem(code, values=values)
    assert len(found.message(language)) > 15
    assert "–" not in found.text(language)
    assert not re.search(r"[;:] *[).]|[(] +[)]|[(] *;", found.text(language)), found.text(language)
    near = Problem(code, values=values | {"nearest": "qqq"})
    assert "qqq" in near.text(language)


def test_what_comes_nearest_is_left_out_of_brackets_and_sentences():
    nothing = Problem("V100", values={"found": "a.b?", "known": ["An", "Bo"], "nearest": "–"})
    assert nothing.message("en") == "there is no coder 'a.b?' (there are: An, Bo)."
    assert Problem("V107", values={"found": "x. y", "nearest": "–"}).message("nl") == "er is geen code 'x. y'."
    assert Problem("M001", values={"n_columns": 3, "nearest": "–"}).remedy("nl") == ""
