"""What SurveyJS gives back for each kind of question is taken as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.instruments.forms.conftest import answered, study_form  # noqa: F401
from tests.instruments.forms.test_surveyjs import FILL

import lcresearch
from lcresearch.app.collecting.asked import what_is_asked
from lcresearch.app.collecting.checking import faults, unfinished
from lcresearch.instruments.forms import surveyjs
from lcresearch.instruments.forms.planned_missing import shown_in

ON_LINES = """
  for (const question of survey.currentPage.questions.filter(one => one.isVisible))
    for (const answer of question.visibleChoices ?? [])
      if (answer.showCommentArea && question.isItemSelected(answer)) question.setCommentValue(answer, "iets anders");
"""
"""Writes on the line of every answer that has one."""
SURVEYJS = Path(lcresearch.__file__).parent / "app" / "vendored" / "surveyjs"


@pytest.mark.browser
def test_answers_to_all_kinds_of_questions_are_taken(study_form, answered, browser):  # noqa: F811
    survey = json.loads(surveyjs.write(study_form, ["nl", "en"]).files[".surveyjs.json"])
    asked, shown = what_is_asked(study_form, survey, ["nl", "en"]), shown_in(study_form)
    page = browser.new_page()
    for name in ("survey.core", "dutch", "survey-js-ui"):
        page.add_script_tag(path=SURVEYJS / f"{name}.min.js")
    page.evaluate("made => { window.survey = new Survey.Model(made); survey.locale = 'en'; }", survey)
    fill = FILL.replace("  return survey", f"{ON_LINES}  return survey")
    lines = {question.name: question.other for question in study_form.questions if question.other is not None}
    single = {name for name in lines if asked.fields[name].kind == "choice"}
    assert single
    for place, drawn in enumerate(answered(study_form, 6)):
        version = {"version_working_elements": place % 3 + 1}
        answers = {
            name: answer
            for name, answer in {"code": "AN07", **drawn, **{one: lines[one] for one in single}}.items()
            if name not in shown or version[shown[name].name] in shown[name].versions
        }
        page.evaluate("version => { survey.clear(); survey.data = {...survey.data, ...version}; }", version)
        while page.evaluate("survey.state") == "running":
            half = page.evaluate("survey.data")
            assert faults(asked, half, version) == []
            assert page.evaluate(fill, answers)
        whole = page.evaluate("survey.data")
        assert all(whole[one] == {"value": lines[one], "comment": "iets anders"} for one in single)
        assert faults(asked, whole, version) == []
        assert unfinished(asked, whole, version) == []
    page.close()
