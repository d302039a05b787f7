"""A codebook says of each column of the answers what it is, and of each score how it is made."""

import io
import json

import openpyxl
import pytest

from lcresearch import instruments
from lcresearch.instruments.forms import questionnaire
from lcresearch.instruments.forms.codebook import write


@pytest.fixture(scope="module")
def files(study_form):
    made = write(study_form, ["nl", "en"])
    assert made.problems == ()
    return made.files


@pytest.fixture(scope="module")
def described(files):
    return json.loads(files[".codebook.json"])["codeBook"]


@pytest.fixture(scope="module")
def variables(described):
    return {variable["name"]: variable for variable in described["dataDscr"]["var"]}


def test_every_column_that_scoring_asks_for_is_there(described, variables, asked, study_form):
    columns = [column for one in asked for item in one.items for column in one.columns_of(item.id)]
    assert {*columns, "toestemming", "bedrijf", "code"} <= set(variables)
    assert len(described["dataDscr"]["varGrp"]) == len(study_form.pages)


def test_a_question_has_its_words_answers_and_missing_codes(variables):
    first = variables["ps01"]
    assert first["qstn"]["qstnLit"]["nl"].startswith("In ons team kun je gerust")
    assert first["catgry"][0] == {"catValu": 1, "labl": {"nl": "helemaal niet mee eens", "en": "strongly disagree"}}
    assert first["invalrng"] == {"item": [{"VALUE": 9}]}
    assert (first["nature"], first["varFormat"]["type"]) == ("ordinal", "numeric")
    years = variables["bg12"]
    assert (years["valrng"], years["dcml"]) == ({"range": {"min": 0, "max": 20}}, 0)
    assert [one["catValu"] for one in variables["tu01_97"]["catgry"]] == [1, 0]


def test_it_says_who_was_asked(variables):
    assert variables["toestemming"]["universe"]["nl"] == "iedereen"
    assert variables["ps01"]["universe"]["en"] == "who gave consent"
    assert "1, 3" in variables["we01"]["universe"]["en"]


def test_a_score_is_derived_from_its_questions(variables, asked):
    safety = asked[0]
    (name,) = safety.scales
    score = variables[name]
    assert score["derivation"]["var"] == list(safety.scales[name].items)
    assert score["notes"]["reversed"] == [item.id for item in safety.items_of(name) if item.reversed]
    assert score["notes"]["minimum_answered"] == safety.scales[name].minimum_answered
    assert score["valrng"]["range"] == {"min": 1, "max": 5}


def test_a_short_form_asks_for_as_many_answers_as_scoring_does():
    one = instruments.load("learning-identity")
    form = questionnaire([one], short_form=[one.id])
    scale = form.scales[0]
    full = one.scales[scale.name]
    assert set(scale.items) < set(full.items)
    assert scale.minimum_answered == -(-full.minimum_answered * len(scale.items) // len(full.items))


def test_it_says_which_version_of_which_instrument(described, asked):
    told = described["stdyDscr"]["citation"], described["stdyDscr"]["notes"]["instruments"]
    assert told[0]["titlStmt"]["IDNo"] == "leren"
    assert told[1][0] == {"id": asked[0].id, "version": asked[0].version, "hash": {"sha256": asked[0].hash}}


def test_the_workbook_has_the_same_and_runs_nothing(files, variables):
    book = openpyxl.load_workbook(io.BytesIO(files[".codebook.xlsx"]))
    assert book.sheetnames == ["variabelen", "antwoorden", "schalen", "bronnen"]
    sheets = [[[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book]
    names = [row[0] for row in [*sheets[0][1:], *sheets[2][1:]]]
    assert sorted(names) == sorted(variables)
    assert ["ps01", 9, "weet ik niet", "I don't know", 1] in sheets[1]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not any(cell.data_type == "f" or str(cell.value).startswith("=") for cell in cells)
