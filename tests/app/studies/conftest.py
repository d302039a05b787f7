"""Pages of studies without a browser: what is asked and answered."""

from __future__ import annotations

import time

import httpx
import pytest

from lcresearch.app.jobs.jobs import JOB, Job, Jobs
from lcresearch.app.jobs.tasks import task_named
from lcresearch.app.pages import problem_rows
from lcresearch.errors import LcresearchError


class Client:
    """Asks as the browser does that was let in; ``post`` follows to the next page, also when a task runs first."""

    def __init__(self, served, language):
        headers = {"origin": served.url, "accept-language": language}
        self.http = httpx.Client(base_url=served.url, headers=headers, timeout=60)
        self.http.get(served.entrance)

    def get(self, path):
        return self.http.get(path, follow_redirects=True)

    def post(self, path, **fields):
        answer = self.http.post(path, data=fields, follow_redirects=True)
        asked = time.monotonic()
        while answer.url.path.startswith("/jobs/") and "data-job=" in answer.text and time.monotonic() < asked + 120:
            time.sleep(0.1)
            answer = self.http.get(answer.url, follow_redirects=True)
        return answer


@pytest.fixture
def let_in():
    """``let_in(served, "nl")`` gives a :class:`Client`."""
    clients = []

    def make(served, language="en"):
        clients.append(Client(served, language))
        return clients[-1]

    yield make
    for one in clients:
        one.http.close()


@pytest.fixture
def at_once(monkeypatch):
    """Tasks run here and at once: a process of its own takes seconds to begin, and tests/app/jobs looks after those."""

    def start(jobs, task, arguments, *, about, back, next=""):
        id = f"job-{len(jobs._jobs)}"
        job = Job(id, task, about, back, (next or back).replace(JOB, id))
        try:
            job = job.told({"done": task_named(task)(arguments, lambda step, share: None)})
        except LcresearchError as error:
            job = job.told({"problems": problem_rows(error.problems)})
        jobs._keep(job)
        return job

    monkeypatch.setattr(Jobs, "start", start)
