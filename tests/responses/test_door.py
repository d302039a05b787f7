"""At the door: rows without consent stay out, and ids become pseudonyms."""

import warnings

import pytest

from lcresearch import responses
from lcresearch.errors import LcresearchWarning, ResponsesError
from lcresearch.responses.persons.consent import Consent
from lcresearch.responses.persons.pseudonyms import KeyFile

FILE = "code;toestemming;tv_01;tv_02;tv_03\nan;Ja;4;2;5\nbo;Nee;3;3;4\ncy;;4;1;5\ndo;ja, ik doe mee;2;2;2\n"


def test_rows_without_consent_are_left_out_and_counted_by_answer(write, voice, quiet):
    data = quiet(write(FILE), voice, respondent="code", consent="toestemming")
    assert data.frame["respondent"].tolist() == ["an", "do"]
    out = data.log[data.log["code"] == "R127"]
    assert sorted(out["row"]) == [3, 4]
    assert out["status"].unique().tolist() == ["dropped"]
    assert data.origin["row"].tolist() == [2, 5]


def test_only_the_answers_that_the_study_accepts_count(write, voice, quiet):
    data = quiet(write(FILE), voice, respondent="code", consent=Consent("toestemming", ("Nee",)))
    assert data.frame["respondent"].tolist() == ["bo"]


def test_a_yes_that_says_more_is_left_out_with_a_warning_that_does_not_repeat_it(write, voice, quiet):
    file = FILE.replace(";Ja", ";Ja, als Karel het niet ziet", 1)
    data = quiet(write(file), voice, respondent="code", consent="toestemming")
    warned = [problem for problem in data.problems if problem.code == "R134"]
    assert len(warned) == 1
    assert "Karel" not in str(warned[0])
    left_out = data.log[data.log["code"] == "R127"]
    assert left_out["text"].str.contains("Karel").sum() == 1
    accepting = Consent("toestemming", ("Ja, als Karel het niet ziet",))
    assert len(quiet(write(file), voice, respondent="code", consent=accepting).frame) == 1


@pytest.mark.parametrize(("consent", "code"), [("toestemmng", "R125"), (Consent("toestemming", ("maybe",)), "R126")])
def test_consent_that_cannot_be_found_is_an_error(write, voice, refused, consent, code):
    assert refused(write(FILE), voice, consent=consent) == [code]


def test_a_key_gives_a_person_the_same_pseudonym_in_every_wave(write, voice, quiet, tmp_path):
    path = tmp_path / "private" / "respondent-key.csv"
    first = quiet(write(FILE), voice, respondent="code", wave="t0", key=path)
    second = quiet(write(FILE.replace("do;", "ed;")), voice, respondent="code", wave="t1", key=path)
    assert first.frame["respondent"].tolist()[:3] == second.frame["respondent"].tolist()[:3]
    assert first.frame["respondent"].tolist()[3] != second.frame["respondent"].tolist()[3]
    assert KeyFile(path).original(first.frame["respondent"][0]) == "an"


def test_ids_that_are_addresses_never_leave_reading(write, voice):
    mails = FILE.replace("an;", "an@example.org;").replace("bo;", "bo@example.org;")
    mails = mails.replace("cy;", "cy@example.org;").replace("do;", "do@example.org;")
    with pytest.warns(LcresearchWarning, match="R198|pseudon"):
        data = responses.read(write(mails), voice, respondent="code")
    assert "R198" in {problem.code for problem in data.problems}
    assert "example.org" not in str(data.to_dict())


def test_two_rows_of_an_address_are_refused_without_it(write, voice):
    mails = "mail;tv_01;tv_02;tv_03\nan@example.org;1;2;3\nan@example.org;1;2;4\nbo@example.org;1;2;4\n"
    with warnings.catch_warnings(), pytest.raises(ResponsesError) as caught:
        responses.read(write(mails), voice, respondent="mail")
    assert [problem.code for problem in caught.value.problems] == ["R030"]
    assert "example.org" not in str(caught.value)


def test_a_column_respondent_is_the_id_whatever_its_capitals(write, voice, quiet):
    data = quiet(write(FILE.replace("code;", "Respondent;")), voice)
    assert data.frame["respondent"].tolist() == ["an", "bo", "cy", "do"]
