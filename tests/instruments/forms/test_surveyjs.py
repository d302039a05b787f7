"""Forms for SurveyJS: shown and filled in by SurveyJS itself, and read back without a mapping."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

import lcresearch
from lcresearch import instruments, responses
from lcresearch.instruments.forms import Questionnaire, export_form, group_page, questionnaire
from lcresearch.instruments.forms.planned_missing import shown_in

LEVELS = {"organisation": "bedrijf"}
SURVEYJS = Path(lcresearch.__file__).parent / "app" / "vendored" / "surveyjs"
SCRIPTS = ("survey.core.min.js", "dutch.min.js", "survey-js-ui.min.js")
PAGE = """<!doctype html><html lang="nl"><meta charset="utf-8"><title>Formulier</title>
<link rel="stylesheet" href="{style}">{scripts}<div id="form"></div><script>
const survey = new Survey.Model({survey});
survey.applyTheme({theme});
survey.onComplete.add(sender => {{ window.result = sender.data; }});
SurveyUI.renderSurvey(survey, document.getElementById("form"));
window.survey = survey;
</script></html>"""
FILL = """answers => {
  for (const question of survey.currentPage.questions.filter(one => one.isVisible)) {
    const kind = question.getType();
    if (kind === "matrix") {
      const given = {};
      for (const row of question.visibleRows) if (row.name in answers) given[row.name] = answers[row.name];
      question.value = given;
    } else if (question.name in answers) {
      question.value = answers[question.name];
    }
  }
  return survey.isLastPage ? survey.completeLastPage() : survey.nextPage();
}"""


@pytest.fixture(scope="module")
def made(study_form, tmp_path_factory):
    return export_form(study_form, tmp_path_factory.mktemp("surveyjs"), "surveyjs")


@pytest.fixture(scope="module")
def survey(made):
    return json.loads(made.files[0].read_text(encoding="utf-8"))


def elements(survey):
    return [element for page in survey["pages"] for element in page["elements"]]


def test_everything_is_carried(made, survey, study_form):
    assert [file.name for file in made.files] == ["leren.surveyjs.json", "leren.surveyjs.theme.json"]
    assert made.problems == ()
    rows = [row["value"] for element in elements(survey) if element["type"] == "matrix" for row in element["rows"]]
    names = {element["name"] for element in elements(survey)} | set(rows)
    assert {question.name for question in study_form.questions} <= names


def test_texts_are_there_in_both_languages_and_nothing_of_them_is_html(survey):
    consent = next(element for element in elements(survey) if element["name"] == "toestemming")
    assert consent["title"]["nl"].startswith("Mogen wij")
    assert consent["title"]["default"].startswith("May we")
    shown = survey["pages"][0]["elements"][0]["html"]["nl"]
    assert shown == "<p>Welkom &lt;i&gt;allemaal&lt;/i&gt;.</p>"


def test_a_number_may_be_the_code_for_no_answer(survey):
    years = next(element for element in elements(survey) if element["name"] == "bg12")
    (rule,) = years["validators"]
    assert (
        rule["expression"]
        == "{bg12} empty or ({bg12} >= 0 and {bg12} <= 20 and {bg12} = round({bg12}, 0)) or {bg12} = 99"
    )


def test_a_name_with_the_sign_that_surveyjs_splits_values_at_is_kept_as_a_number():
    from lcresearch.instruments.forms.surveyjs import write

    def values(*names):
        page = group_page({"organisation": ("bedrijf", names, None)}, ["nl"])
        form = json.loads(write(Questionnaire("x", {"nl": "X"}, ("nl",), (page,)), ["nl"]).files[".surveyjs.json"])
        return [(each["value"], each["text"]["nl"]) for each in elements(form)[0]["choices"]]

    assert values("Bakker", "Smit") == [("Bakker", "Bakker"), ("Smit", "Smit")]
    assert values("Bakker", "Smit | zn") == [(1, "Bakker"), (2, "Smit | zn")]


def test_pages_of_an_instrument_in_another_order_for_each_are_panels_of_one_page():
    work = instruments.load("technology-use")
    mixed = work.model_copy(update={"form": work.form.model_copy(update={"randomise_blocks": True})})
    from lcresearch.instruments.forms.surveyjs import write

    made = json.loads(write(questionnaire([mixed]), ["nl"]).files[".surveyjs.json"])
    (page,) = made["pages"]
    assert page["questionOrder"] == "random"
    assert [element["type"] for element in page["elements"][:4]] == ["panel"] * 4


# as SurveyJS itself shows and keeps it


@pytest.fixture(scope="module")
def shown_form(made, browser):
    scripts = "".join(f'<script src="{(SURVEYJS / name).as_uri()}"></script>' for name in SCRIPTS)
    style = (SURVEYJS / "survey-core.fontless.min.css").as_uri()
    survey, theme = (file.read_text(encoding="utf-8").replace("</", "<\\/") for file in made.files)
    page = made.files[0].with_name("form.html")
    page.write_text(PAGE.format(style=style, scripts=scripts, survey=survey, theme=theme), encoding="utf-8")
    shown = browser.new_page(viewport={"width": 1280, "height": 900})
    shown.said = []
    shown.on("console", lambda message: shown.said.append(message.text))
    shown.on("pageerror", lambda error: shown.said.append(str(error)))
    shown.on("request", lambda asked: shown.said.append(asked.url) if not asked.url.startswith("file:") else None)
    shown.goto(page.as_uri())
    shown.wait_for_function("window.survey && document.querySelector('.sd-body')")
    yield shown
    shown.close()


@pytest.fixture
def opened(shown_form):
    """As somebody opens it."""
    shown_form.evaluate("survey.clear(); survey.locale = 'nl'")
    return shown_form


@pytest.mark.browser
def test_surveyjs_shows_it_in_both_languages_without_a_word_on_the_console(opened):
    opened.evaluate("survey.nextPage()")
    opened.get_by_text("Mogen wij uw antwoorden gebruiken voor dit onderzoek?").wait_for()
    opened.evaluate("survey.locale = 'en'")
    opened.get_by_text("May we use your answers for this study?").wait_for()
    assert opened.evaluate("survey.jsonErrors") is None
    assert opened.said == []


@pytest.mark.browser
def test_who_says_no_is_thanked_and_asked_nothing_more(opened):
    opened.evaluate("survey.nextPage()")
    opened.get_by_text("Nee, ik doe niet mee").click()
    opened.locator(".sd-navigation__complete-btn").click()
    opened.get_by_text("U doet niet mee.").wait_for()
    result = opened.evaluate("window.result")
    assert result["toestemming"] == 0
    assert not any(re.fullmatch(r"(ps|bg|tu|we)\d+.*|bedrijf|code", name) for name in result)


@pytest.mark.browser
def test_a_version_is_drawn_once_and_kept(opened):
    opened.reload()
    opened.wait_for_function("window.survey")
    drawn = opened.evaluate("survey.getValue('version_working_elements')")
    opened.wait_for_timeout(1_100)
    opened.evaluate("survey.setValue('code', 'AN07')")
    assert opened.evaluate("survey.getValue('version_working_elements')") == drawn in (1, 2, 3)
    assert opened.evaluate("survey.data.form_seconds") >= 1
    rows = opened.evaluate("survey.getAllQuestions().filter(q => q.getType() === 'matrix').flatMap(q => q.visibleRows)"
                           ".map(row => row.name).filter(name => name.startsWith('we'))")  # fmt: skip
    assert len(rows) == 24


@pytest.mark.browser
def test_what_people_answer_there_reads_back_without_a_mapping(opened, study_form, answered, asked, expected, tmp_path):
    shown, kept, results = shown_in(study_form), [], []
    for place, drawn in enumerate(answered(study_form, 6)):
        version = place % 3 + 1
        answers = {
            name: answer
            for name, answer in {"code": "AN07", **drawn}.items()
            if name not in shown or version in shown[name].versions
        }
        opened.evaluate("survey.clear()")
        opened.evaluate("version => survey.setValue('version_working_elements', version)", version)
        while opened.evaluate("survey.state") == "running":
            assert opened.evaluate(FILL, answers), opened.evaluate("survey.currentPage.name")
        kept.append(answers)
        results.append(opened.evaluate("survey.data"))
    meant = expected(study_form, kept, asked, LEVELS)
    for ending, text in ((".json", json.dumps(results)), (".jsonl", "\n".join(map(json.dumps, results)))):
        file = tmp_path / f"answers{ending}"
        file.write_text(text, encoding="utf-8")
        data = responses.read(file, asked, levels=LEVELS)
        assert "surveyjs" in " ".join(data.log["text"])
        pd.testing.assert_frame_equal(data.frame.drop(columns="respondent"), meant, check_like=True)
