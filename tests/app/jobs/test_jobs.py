"""Tasks in a process of their own: what they tell, how they end, and that two on one thing do not run at once."""

from __future__ import annotations

import time

import pytest

from lcresearch.app.jobs import tasks
from lcresearch.app.jobs.jobs import Job, Jobs
from lcresearch.errors import AppError


def ended(jobs: Jobs, id: str) -> Job:
    end = time.monotonic() + 60
    while jobs.get(id).state == "running" and time.monotonic() < end:
        time.sleep(0.02)
    return jobs.get(id)


@pytest.fixture
def jobs():
    made = Jobs()
    yield made
    made.stop_all()


def test_a_study_that_is_not_there_says_so_in_the_language_of_the_user(jobs, tmp_path, monkeypatch):
    monkeypatch.setenv("LCRESEARCH_LANGUAGE", "nl")
    job = ended(jobs, jobs.start("run", {"folder": str(tmp_path)}, about="nothing", back="/").id)
    assert job.state == "failed"
    assert job.problems[0]["code"] == "S001"
    assert job.problems[0]["message"] == "hier staat geen study.yaml."


def test_two_tasks_on_one_study_do_not_run_at_once_and_one_that_is_stopped_ends(jobs, studies_folder):
    folder = str(studies_folder / "unit-climate")
    job = jobs.start("run", {"folder": folder}, about="unit-climate", back="/")
    with pytest.raises(AppError) as caught:
        jobs.start("run", {"folder": folder}, about="unit-climate", back="/")
    assert caught.value.problems[0].code == "W009"
    jobs.stop(job.id)
    assert jobs.get(job.id).state == "stopped"
    assert jobs.running("unit-climate") is None


def test_a_job_tells_each_step_once_and_its_share_never_falls():
    job = Job("1", "run", "x", "/", "/").told({"step": "a", "share": 0.5}).told({"step": "a", "share": 0.25})
    assert (job.steps, job.share) == (("a",), 0.5)
    assert job.told({"done": {"x": 1}}).state == "done"


@pytest.mark.parametrize("name", list(tasks.TASKS))
def test_every_task_can_be_found(name):
    assert callable(tasks.task_named(name))
