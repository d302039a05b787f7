"""What is done and what comes now, by the files in the folder of a study."""

from __future__ import annotations

import shutil

import pytest

from lcresearch import shipped, studies
from lcresearch.studies.work_to_do import next_step, work_to_do


@pytest.mark.usefixtures("without_pages")
def test_what_to_do_follows_the_files(tmp_path):
    def states():
        return {step.name: (step.state, step.again) for step in work_to_do(studies.load(folder))}

    folder = shutil.copytree(shipped.folder("analyses") / "short-cycle-example", tmp_path / "study")
    shutil.rmtree(folder / "results", ignore_errors=True)
    (folder / "antwoorden-t1.csv").rename(tmp_path / "later.csv")
    assert states()["answers"] == ("now", False)
    assert states()["run"] == ("now", False)
    studies.load(folder).run()
    assert states()["run"] == ("done", False)
    assert states()["read"] == ("now", False)
    (tmp_path / "later.csv").rename(folder / "antwoorden-t1.csv")
    assert states()["run"] == ("now", True)
    assert states()["answers"] == ("done", False)
    assert next_step(work_to_do(studies.load(folder))).name == "run"
    (folder / "results" / "run.json").write_text("no JSON", encoding="utf-8")
    assert states()["run"] == ("now", True)


def test_a_study_without_answers_begins_with_its_questionnaire(tmp_path):
    folder = shutil.copytree(shipped.folder("analyses") / "short-cycle-example", tmp_path / "study")
    for file in folder.glob("antwoorden-*"):
        file.unlink()
    shutil.rmtree(folder / "results", ignore_errors=True)
    steps = work_to_do(studies.load(folder))
    assert [step.state for step in steps] == ["now", "later", "later", "later"]
    studies.load(folder).export_forms(platforms=["surveyjs"])
    assert next_step(work_to_do(studies.load(folder))).name == "answers"
