"""A study in which only the short form of an instrument was asked. All answers are invented."""

import pytest

from lcresearch import instruments, studies
from lcresearch.errors import StudyError

STUDY = """schema: 1
id: short
title: {{nl: Kort, en: Short}}
description: {{nl: Verzonnen., en: Invented.}}
languages: [nl, en]
simulated: true
levels: {{organisation: firm}}
instruments: [{use}]
responses: [answers.csv]
"""
SHORT = "{id: learning-culture, short_form: true}"


@pytest.fixture
def study(tmp_path):
    def make(use, *, short=True):
        items = [item.id for item in instruments.load("learning-culture").items if item.short_form or not short]
        rows = [f"{'AB'[n % 2]}," + ",".join(str((n + k) % 5 + 1) for k in range(len(items))) for n in range(24)]
        (tmp_path / "answers.csv").write_text("\n".join([",".join(["firm", *items]), *rows, ""]), encoding="utf-8")
        (tmp_path / "study.yaml").write_text(STUDY.format(use=use), encoding="utf-8")
        return studies.load(tmp_path)

    return make


def codes(study):
    return [problem.code for problem in study.check()]


def test_the_key_is_named_when_only_the_short_form_is_there(study):
    found = study("learning-culture").check()
    problem = next(each for each in found if each.code == "S059")
    assert "id: learning-culture and short_form: true" in problem.remedy("en")


def test_with_the_key_nothing_is_missed_and_scores_come(study, tmp_path):
    found = study(SHORT)
    assert codes(found) == []
    results = found.run(tmp_path / "out")
    assert results.scores["learning_culture"].notna().all()


def test_the_whole_form_is_no_short_form(study):
    assert "S059" not in codes(study("learning-culture", short=False))


def test_a_study_with_one_wave_does_not_speak_of_waves(study):
    found = study("learning-culture")
    page = found.run(found.folder / "out").reports["nl"].read_text(encoding="utf-8")
    assert "te weinig vragen voor een score" in page
    assert "op het meetmoment" not in page


def test_an_own_instrument_without_its_ending_is_named(study, tmp_path):
    (tmp_path / "vakmanstrots.yaml").write_text("id: vakmanstrots\n", encoding="utf-8")
    with pytest.raises(StudyError) as refused:
        study("vakmanstrots")
    assert [problem.code for problem in refused.value.problems] == ["S066"]
    assert "vakmanstrots.yaml" in refused.value.problems[0].message("nl")
