"""The ready studies: their answers are what the script makes, they check without problems, and find what went in."""

from __future__ import annotations

import datetime

import pytest

from lcresearch import shipped, studies
from lcresearch.studies.ready_studies import READY, exports_of

PLATFORMS = {
    "short-cycle-example": "limesurvey",
    "pulse": "microsoft_forms",
    "formation": "qualtrics",
    "implementation": "kobo",
    "cross-consortium": "redcap",
}


@pytest.mark.parametrize("name", READY)
def test_answers_are_what_the_script_makes_of_the_seed(name):
    made = exports_of(name)
    for file, content in made.items():
        assert (shipped.folder("analyses") / name / file).read_bytes() == content, file


@pytest.mark.parametrize("name", READY)
def test_each_is_simulated_says_so_in_its_readme_and_is_of_a_platform_of_its_own(name, tmp_path):
    folder = studies.new(name, tmp_path / name)
    study = studies.load(folder)
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert study.file.simulated
    assert study.file.id == name
    assert "door een computer bedacht" in readme
    assert "made up by a computer" in readme
    log = study.read().log
    assert log.loc[log["code"] == "R190", "text"].str.contains(PLATFORMS[name]).all()
    assert [problem.code for problem in study.check() if problem.level != "note"] == []


def test_the_before_after_study_finds_the_gain_that_went_in(tmp_path):
    study = studies.load(studies.new("short-cycle-example", tmp_path / "mine"))
    results = study.run(date=datetime.date(2026, 11, 2))
    assert set(results.tidy()["wave"]) == {"t0", "t1"}
    assert results.content.change is not None


def test_the_plan_and_the_ready_study_have_other_names():
    assert "short-cycle" not in studies.templates()
    assert set(READY) < set(studies.templates())
