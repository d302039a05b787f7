"""Forms for REDCap: a data dictionary as REDCap takes it."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from lcresearch.instruments.forms import Answer, Page, Question, Questionnaire, export_form
from lcresearch.instruments.forms.redcap import write

REAL = json.loads((Path(__file__).parents[2] / "reference" / "forms" / "redcap_columns.json").read_text())
NAME, TYPE, LABEL, CHOICES = (
    "Variable / Field Name",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
)
BRANCHING, TAGS, MATRIX = "Branching Logic (Show field only if...)", "Field Annotation", "Matrix Group Name"
LOW, HIGH, VALIDATION = "Text Validation Min", "Text Validation Max", "Text Validation Type OR Show Slider Number"


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"))))


@pytest.fixture
def dictionary(study_form, tmp_path):
    return {row[NAME]: row for row in rows_of(export_form(study_form, tmp_path, "redcap").files[0].read_bytes())}


def one(*questions: Question, **more) -> dict[str, dict[str, str]]:
    form = Questionnaire("x", {"nl": "X"}, ("nl",), (Page("p", questions, **more),))
    return {row[NAME]: row for row in rows_of(write(form, ["nl"]).files[".nl.csv"])}


def test_columns_and_kinds_of_fields_are_those_of_redcap(dictionary):
    assert list(dictionary["record_id"]) == REAL["columns"]
    assert {row[TYPE] for row in dictionary.values()} <= set(REAL["field_types"])
    assert {tag for row in dictionary.values() for tag in re.findall(r"@[A-Z]+", row[TAGS])} <= set(REAL["action_tags"])


def test_the_record_comes_first_and_names_are_such_as_redcap_takes(dictionary):
    assert next(iter(dictionary)) == "record_id"
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) and "__" not in name for name in dictionary)
    assert {row["Form Name"] for row in dictionary.values()} == {"leren"}


def test_a_file_for_each_language(study_form, tmp_path):
    made = export_form(study_form, tmp_path, "redcap")
    assert [file.name for file in made.files] == ["leren.nl.csv", "leren.en.csv"]
    dutch, english = (rows_of(file.read_bytes()) for file in made.files)
    assert [row[NAME] for row in dutch] == [row[NAME] for row in english]
    assert {problem.code for problem in made.problems} >= {"F034", "F036"}


def test_whoever_gives_no_consent_is_asked_nothing_more(dictionary):
    unasked = [name for name, row in dictionary.items() if "[toestemming] = '1'" not in row[BRANCHING]]
    assert unasked == ["record_id", "toestemming"]


def test_names_of_firms_and_signs_of_redcap_itself_stay_text(dictionary):
    assert dictionary["bedrijf"][CHOICES].startswith("1, Bakker bv | 2, De Vries &amp; Zn. &lt;b&gt;")
    asked = one(Question("q", "choice", {"nl": "=Wat | [naam] {q}?"}, answers=(Answer(1, {"nl": "a | b"}),)))
    assert asked["q"][LABEL] == " =Wat &#124; &#91;naam&#93; &#123;q&#125;?"
    assert asked["q"][CHOICES] == "1, a &#124; b"


def test_neighbours_with_the_same_answers_stand_in_one_matrix(dictionary):
    rows = [row for row in dictionary.values() if row[MATRIX]]
    choices = {}
    for row in rows:
        assert row[TYPE] == "radio"
        choices.setdefault(row[MATRIX], set()).add(row[CHOICES])
    assert all(len(found) == 1 for found in choices.values())
    assert all(re.fullmatch(r"[a-z0-9_]{1,60}", name) for name in choices)
    order = [row[MATRIX] for row in dictionary.values()]
    runs = [name for n, name in enumerate(order) if name and (n == 0 or order[n - 1] != name)]
    assert len(runs) == len(set(runs))


def test_the_introduction_and_the_heads_of_pages_stand_above_questions(dictionary):
    assert dictionary["toestemming"]["Section Header"].startswith("Welkom &lt;i&gt;allemaal&lt;/i&gt;.<br><br><strong>")
    heads = [row["Section Header"] for row in dictionary.values() if row["Section Header"]]
    assert all("<strong>" in head for head in heads)


def test_a_line_to_fill_in_is_a_field_of_its_own():
    codes = (Answer(1, {"nl": "bouw"}), Answer(97, {"nl": "anders"}))
    asked = one(Question("a", "choice", {"nl": "Wat?"}, answers=codes, other=97),
                Question("b", "multiple", {"nl": "Wat nog meer?"}, answers=codes, other=97))  # fmt: skip
    assert (asked["a_other"][TYPE], asked["a_other"][BRANCHING]) == ("text", "[a] = '97'")
    assert asked["b_other"][BRANCHING] == "[b(97)] = '1'"


def test_a_line_to_fill_in_takes_no_name_of_a_question():
    codes = (Answer(1, {"nl": "bouw"}), Answer(97, {"nl": "anders"}))
    asked = one(Question("a", "choice", {"nl": "Wat?"}, answers=codes, other=97),
                Question("a_other", "text", {"nl": "Wat nog?"}))  # fmt: skip
    assert list(asked) == ["record_id", "a", "a_other_text", "a_other"]
    assert (asked["a_other"][LABEL], asked["a_other_text"][BRANCHING]) == ("Wat nog?", "[a] = '97'")


def test_an_answer_that_goes_with_no_other_and_the_length_of_a_code():
    none = (Answer(1, {"nl": "x"}), Answer(98, {"nl": "geen"}, missing=True), Answer(99, {"nl": "?"}, missing=True))
    asked = one(Question("m", "multiple", {"nl": "Wat?"}, answers=none), Question("c", "linking_code", {}, longest=2))
    assert (asked["m"][TAGS], asked["c"][TAGS]) == ("@NONEOFTHEABOVE='98,99'", "@CHARLIMIT='2'")


def test_a_number_has_its_range_and_room_for_no_answer():
    no_answer = (Answer(999, {"nl": "weet ik niet"}, missing=True),)
    asked = one(Question("h", "number", {"nl": "Uren?"}, minimum=0, maximum=60, answers=no_answer),
                Question("d", "number", {"nl": "Deel?"}, minimum=0, decimals=2))  # fmt: skip
    assert [asked["h"][key] for key in (VALIDATION, LOW, HIGH)] == ["integer", "0", "999"]
    assert [asked["d"][key] for key in (VALIDATION, LOW, HIGH)] == ["number", "0", ""]


def test_what_a_dictionary_cannot_carry_is_told():
    question = Question("A__b", "number", {"nl": "?"}, decimals=1, answers=(Answer(9, {}, missing=True),))
    form = Questionnaire(
        "x", {"nl": "X"}, ("nl",), (Page("p", (question,), {"nl": "Deel"}, randomise=True),), closing={"nl": "Dank u."}
    )
    told = {problem.code: problem.values for problem in write(form, ["nl"]).problems}
    assert told == {
        "F031": {"platform": "REDCap", "n": 1, "names": ["A__b (a_b)"]},
        "F035": {"parts": ["Deel"]},
        "F037": {"questions": ["A__b"]},
        "F038": {"questions": ["A__b"]},
        "F039": {"text": "Dank u."},
    }
