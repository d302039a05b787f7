"""Forms for LimeSurvey: laid out as LimeSurvey 6 exports a survey, and the same in both files."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from pathlib import Path

import pytest
from lxml import etree

from lcresearch import instruments
from lcresearch.errors import FormError
from lcresearch.instruments.forms import Answer, Page, Question, Questionnaire, Versions, export_form, questionnaire
from lcresearch.instruments.forms.limesurvey import write

REAL = json.loads((Path(__file__).parents[2] / "reference" / "forms" / "limesurvey_structure.json").read_text())
NEEDED = {
    "answers": {"aid", "qid", "code", "sortorder", "scale_id"},
    "answer_l10ns": {"aid", "answer", "language"},
    "groups": {"gid", "sid", "group_order", "grelevance"},
    "group_l10ns": {"gid", "group_name", "description", "language"},
    "questions": {
        "qid",
        "parent_qid",
        "sid",
        "gid",
        "type",
        "title",
        "other",
        "mandatory",
        "question_order",
        "relevance",
    },
    "subquestions": {"qid", "parent_qid", "sid", "gid", "type", "title", "question_order", "scale_id", "relevance"},
    "question_l10ns": {"qid", "question", "help", "language"},
    "question_attributes": {"qid", "attribute", "value", "language"},
    "surveys": {"sid", "language", "additional_languages", "format", "anonymized", "ipaddr", "datestamp"},
    "surveys_languagesettings": {"surveyls_survey_id", "surveyls_language", "surveyls_title", "surveyls_welcometext"},
}
"""Fields that the importer of LimeSurvey reads of each table."""


@pytest.fixture
def files(study_form, tmp_path):
    made = export_form(study_form, tmp_path, "limesurvey")
    return etree.parse(made.files[0]).getroot(), made.files[1].read_bytes()


@pytest.fixture
def survey(files):
    return files[0]


def rows(survey, table):
    return [{cell.tag: cell.text or "" for cell in row} for row in survey.findall(f"{table}/rows/row")]


def texts(survey, table, key, field, language="nl"):
    return {row[key]: row[field] for row in rows(survey, table) if row["language"] == language}


def test_every_table_and_field_is_one_of_a_real_export_and_none_that_is_needed_lacks(survey):
    tables = [table for table in survey if table.find("fields") is not None]
    assert [table.tag for table in tables] == [name for name in REAL["order"] if name in {one.tag for one in tables}]
    assert {table.tag for table in tables} == set(NEEDED)
    for table in tables:
        fields = [field.text for field in table.findall("fields/fieldname")]
        assert set(fields) <= set(REAL["fields"][table.tag])
        assert set(fields) >= NEEDED[table.tag]
        assert all([cell.tag for cell in row] == fields for row in table.findall("rows/row"))


def test_the_head_is_that_of_the_version_of_which_the_tables_are(survey):
    assert survey.findtext("LimeSurveyDocType") == "Survey"
    assert int(survey.findtext("DBVersion")) == REAL["db_version"]
    assert [one.text for one in survey.find("languages")] == ["nl", "en"]


def test_attributes_are_known_to_limesurvey(survey):
    assert {row["attribute"] for row in rows(survey, "question_attributes")} <= set(REAL["attributes"])


def test_numbers_of_rows_refer_to_rows_that_are_there(survey):
    sid = rows(survey, "surveys")[0]["sid"]
    groups = {row["gid"] for row in rows(survey, "groups")}
    questions = {row["qid"] for row in rows(survey, "questions")}
    below = {row["qid"] for row in rows(survey, "subquestions")}
    assert len(questions | below) == len(rows(survey, "questions")) + len(rows(survey, "subquestions"))
    for row in [*rows(survey, "questions"), *rows(survey, "subquestions")]:
        assert (row["sid"], row["gid"] in groups) == (sid, True)
    assert {row["parent_qid"] for row in rows(survey, "subquestions")} <= questions
    assert {row["qid"] for row in rows(survey, "answers")} <= questions
    answers = {row["aid"] for row in rows(survey, "answers")}
    for language in ("nl", "en"):
        assert texts(survey, "group_l10ns", "gid", "group_name", language).keys() == groups
        assert texts(survey, "question_l10ns", "qid", "question", language).keys() == questions | below
        assert texts(survey, "answer_l10ns", "aid", "answer", language).keys() == answers


def test_codes_are_such_as_limesurvey_takes(survey):
    codes = [row["title"] for row in rows(survey, "questions")]
    assert len({code.casefold() for code in codes}) == len(codes)
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,19}", code) for code in codes)
    assert all(re.fullmatch(r"[A-Za-z0-9]{1,20}", row["title"]) for row in rows(survey, "subquestions"))
    assert all(re.fullmatch(r"[A-Za-z0-9]{1,5}", row["code"]) for row in rows(survey, "answers"))


def test_nothing_is_longer_than_the_database_of_limesurvey_keeps():
    pages = tuple(
        Page(f"p{n}", (Question(f"q{n}", "text", {"nl": "?"}),), instrument="a-very-long-name-of-an-instrument")
        for n in range(2)
    )
    form = Questionnaire("x", {"nl": "<" * 300}, ("nl",), pages, randomised_instruments=(pages[0].instrument,))
    made = etree.fromstring(write(form, ["nl"]).files[".lss"])
    names = [row["randomization_group"] for row in rows(made, "groups")]
    assert (names[0] == names[1], 0 < len(names[0]) <= 20) == (True, True)
    title = rows(made, "surveys_languagesettings")[0]["surveyls_title"]
    assert (len(title) <= 200, title.endswith("&lt;…")) == (True, True)


def test_texts_are_html_and_hold_no_expression_of_a_respondent_or_firm(survey):
    firms = [text for text in texts(survey, "answer_l10ns", "aid", "answer").values() if "Vries" in text]
    assert firms == ["De Vries &amp; Zn. &lt;b&gt;&quot;x&quot;&lt;/b&gt;"]
    assert rows(survey, "surveys_languagesettings")[0]["surveyls_welcometext"] == "Welkom &lt;i&gt;allemaal&lt;/i&gt;."
    asked = Question("q1", "text", {"nl": "Wat {self.value} en \x0b }"})
    form = Questionnaire("x", {"nl": "X"}, ("nl",), (Page("p", (asked,)),))
    made = etree.fromstring(write(form, ["nl"]).files[".lss"])
    assert list(texts(made, "question_l10ns", "qid", "question").values()) == ["Wat &#123;self.value&#125; en  &#125;"]


def test_neighbours_with_the_same_answers_stand_in_one_table(survey):
    tables = {row["qid"]: row for row in rows(survey, "questions") if row["type"] == "F"}
    assert {row["question_theme_name"] for row in tables.values()} == {"arrays/array"}
    of_table = {}
    for row in rows(survey, "subquestions"):
        of_table.setdefault(row["parent_qid"], []).append(row["title"])
    safety = [item.id for item in instruments.load("psychological-safety").items]
    assert safety in [of_table[qid] for qid in tables]


def test_whoever_gives_no_consent_is_asked_nothing_more(survey):
    relevance = [row["grelevance"] for row in rows(survey, "groups")]
    assert relevance[0] == "1"
    assert set(relevance[1:-1]) == {'toestemming.NAOK == "1"'}
    assert relevance[-1] == 'toestemming.NAOK == "0"'
    last = rows(survey, "questions")[-1]
    assert (last["type"], last["question_theme_name"]) == ("X", "boilerplate")
    said = texts(survey, "question_l10ns", "qid", "question")[last["qid"]]
    assert said == "U doet niet mee. Dat is goed. U kunt deze pagina sluiten."


def test_a_version_is_drawn_once_and_decides_which_rows_are_shown(survey, study_form):
    drawn = next(row for row in rows(survey, "questions") if row["type"] == "*")
    said = texts(survey, "question_l10ns", "qid", "question")[drawn["qid"]]
    assert said == "{if(is_empty(version1), rand(1, 3), version1)}"
    shown = {row["title"]: row["relevance"] for row in rows(survey, "subquestions")}
    versions = study_form.versions[0].versions
    for name in versions[0]:
        numbers = [n for n, names in enumerate(versions, start=1) if name in names]
        assert shown[name] == " or ".join(f"version1.NAOK == {n}" for n in numbers)
    parents = {row["parent_qid"] for row in rows(survey, "subquestions") if row["title"] in versions[0]}
    assert {row["relevance"] for row in rows(survey, "questions") if row["qid"] in parents} == {"1"}
    hidden = [row for row in rows(survey, "question_attributes") if row["attribute"] == "hidden"]
    assert [(row["qid"], row["value"]) for row in hidden] == [(drawn["qid"], "1")]


def test_a_table_of_which_a_version_has_no_row_is_not_shown_to_who_got_it():
    same = {"response_scale": "s", "answers": (Answer(1, {"nl": "ja"}),), "instrument": "x"}
    asked = tuple(Question(name, "choice", {"nl": name}, **same) for name in ("a1", "a2"))
    design = Versions("x", (("a1", "a2"), ("a2", "b1"), ("b1",)))
    more = Question("b1", "text", {"nl": "?"}, instrument="x")
    pages = (Page("p", asked, instrument="x"), Page("q", (more,), instrument="x"))
    made = etree.fromstring(
        write(Questionnaire("x", {"nl": "X"}, ("nl",), pages, versions=(design,)), ["nl"]).files[".lss"]
    )
    found = {row["title"]: row["relevance"] for row in [*rows(made, "questions"), *rows(made, "subquestions")]}
    assert found["table1"] == "version1.NAOK == 1 or version1.NAOK == 2"
    assert (found["a1"], found["a2"]) == ("version1.NAOK == 1", "version1.NAOK == 1 or version1.NAOK == 2")
    assert found["b1"] == "version1.NAOK == 2 or version1.NAOK == 3"


def test_settings_keep_no_address_or_time_of_a_person(survey):
    settings = rows(survey, "surveys")[0]
    assert {name: settings[name] for name in ("anonymized", "datestamp", "ipaddr", "refurl")} == {
        "anonymized": "Y", "datestamp": "N", "ipaddr": "N", "refurl": "N",
    }  # fmt: skip


def test_an_answer_with_a_line_to_fill_in_is_that_of_limesurvey_itself(survey):
    sector = next(row for row in rows(survey, "questions") if row["title"] == "bg01")
    assert (sector["type"], sector["other"]) == ("L", "Y")
    assert "97" not in [row["code"] for row in rows(survey, "answers") if row["qid"] == sector["qid"]]
    words = {
        row["language"]: row["value"]
        for row in rows(survey, "question_attributes")
        if (row["qid"], row["attribute"]) == (sector["qid"], "other_replace_text")
    }
    assert words == {"nl": "iets anders, namelijk", "en": "something else, namely"}


def test_limits_of_numbers_leave_room_for_the_number_for_no_answer():
    hours = Question("h", "number", {"nl": "Uren?"}, minimum=0, maximum=60, unit={"nl": "uur"},
                     answers=(Answer(99, {"nl": "weet ik niet"}, missing=True),))  # fmt: skip
    whole = Question("w", "number", {"nl": "Jaren?"}, minimum=1)
    form = Questionnaire("x", {"nl": "X"}, ("nl",), (Page("p", (hours, whole)),))
    made = etree.fromstring(write(form, ["nl"]).files[".lss"])
    found = {(row["qid"], row["attribute"]): row["value"] for row in rows(made, "question_attributes")}
    assert found == {
        ("1", "num_value_int_only"): "1",
        ("1", "em_validation_q"): "is_empty(self) or (self >= 0 and self <= 60) or self == 99",
        ("1", "em_validation_q_tip"): "Vul een getal in van 0 tot en met 60.",
        ("1", "suffix"): "uur",
        ("2", "num_value_int_only"): "1",
        ("2", "min_num_value_n"): "1",
    }
    assert (
        texts(made, "question_l10ns", "qid", "help")["1"] == "Vul een getal in (uur).<br />Weet ik niet? Vul dan 99 in."
    )


def test_a_code_that_limesurvey_does_not_take_is_refused_with_its_question():
    codes = (Answer(1, {"nl": "ja"}), Answer(-8, {"nl": "weet niet"}, missing=True), Answer(123456, {"nl": "x"}))
    form = Questionnaire("x", {"nl": "X"}, ("nl",), (Page("p", (Question("q1", "choice", {}, answers=codes),)),))
    with pytest.raises(FormError) as caught:
        export_form(form, "nowhere", "limesurvey")
    assert [(one.code, one.where.item, one.values["code"]) for one in caught.value.problems] == [
        ("F030", "q1", "-8"), ("F030", "q1", "123456"),
    ]  # fmt: skip


def test_other_names_and_rows_that_cannot_leave_their_table_are_told():
    same = {"response_scale": "agree", "answers": (Answer(1, {"nl": "nee"}), Answer(2, {"nl": "ja"}))}
    asked = [Question(name, "choice", {"nl": name}, **same) for name in ("a_1", "a_2")]
    more = Question("b1", "number", {"nl": "Hoeveel?"}, decimals=1)
    form = Questionnaire("x", {"nl": "X"}, ("nl",), (Page("p", (*asked, more), {"nl": "Deel 1"}, randomise=True),))
    made = write(form, ["nl"])
    told = [(problem.code, problem.values) for problem in made.problems]
    renamed = {"platform": "LimeSurvey", "n": 2, "names": ["a_1 (a1)", "a_2 (a2)"]}
    assert told == [("F031", renamed), ("F032", {"page": "Deel 1"}), ("F033", {"n": 1})]
    found = [
        (row["attribute"], row["value"]) for row in rows(etree.fromstring(made.files[".lss"]), "question_attributes")
    ]
    assert found == [("random_order", "1"), ("random_group", "mix1"), ("random_group", "mix1")]


# the tab-separated file


def tab_rows(files):
    return list(csv.DictReader(io.StringIO(files[1].decode("utf-8-sig")), delimiter="\t"))


def test_columns_of_the_tab_separated_file_are_known(files):
    columns = set(tab_rows(files)[0])
    assert columns <= set(REAL["tab_separated"]) | set(REAL["attributes"])
    assert columns >= {"class", "type/scale", "name", "relevance", "text", "help", "language", "mandatory", "other"}


def test_both_files_say_the_same(files):
    survey, table = files[0], tab_rows(files)
    for language in ("nl", "en"):
        here = [row for row in table if row["language"] == language]
        groups = [(row["name"], row["text"]) for row in here if row["class"] == "G"]
        named = texts(survey, "group_l10ns", "gid", "group_name", language)
        described = texts(survey, "group_l10ns", "gid", "description", language)
        assert groups == [(named[gid], described[gid]) for gid in named]
        asked = texts(survey, "question_l10ns", "qid", "question", language)
        for kind, tag in (("Q", "questions"), ("SQ", "subquestions")):
            found = [(row["name"], row["text"], row["relevance"]) for row in here if row["class"] == kind]
            assert found == [(row["title"], asked[row["qid"]], row["relevance"]) for row in rows(survey, tag)]
        labels = texts(survey, "answer_l10ns", "aid", "answer", language)
        found = [(row["name"], row["text"]) for row in here if row["class"] == "A"]
        assert found == [(row["code"], labels[row["aid"]]) for row in rows(survey, "answers")]


def test_the_language_that_the_form_opens_in_comes_first_and_whole(files):
    languages = [row["language"] for row in tab_rows(files) if row["class"] in ("G", "Q", "SQ", "A")]
    assert languages == sorted(languages, reverse=True)
    numbers = [row["type/scale"] for row in tab_rows(files) if row["class"] == "G"]
    assert numbers[: len(numbers) // 2] == numbers[len(numbers) // 2 :]


def test_quotation_marks_and_backslashes_survive_how_limesurvey_takes_cells_apart():
    said = '"Wij" en \\"zij"'
    form = Questionnaire("x", {"nl": said}, ("nl",), (Page("p", (Question("q", "text", {"nl": said}),)),))
    table = write(form, ["nl"]).files[".txt"].decode("utf-8-sig")
    cells = [row["text"] for row in csv.DictReader(io.StringIO(table), delimiter="\t")]
    assert not [cell for cell in cells if re.fullmatch('".*"', cell) or "\\" in cell]
    asked = [html.unescape(cell) for cell in cells if "Wij" in cell]
    assert asked == [said, said]


def test_a_form_in_one_language_and_the_same_bytes_each_time(tmp_path):
    form = questionnaire([instruments.load("learning-culture")])
    first = export_form(form, tmp_path / "a", "limesurvey", ["en"])
    second = export_form(form, tmp_path / "b", "limesurvey", ["en"])
    assert [file.read_bytes() for file in first.files] == [file.read_bytes() for file in second.files]
    survey = etree.parse(first.files[0]).getroot()
    assert [one.text for one in survey.find("languages")] == ["en"]
    assert rows(survey, "surveys")[0]["additional_languages"] == ""
    assert {row["language"] for row in rows(survey, "question_l10ns")} == {"en"}
