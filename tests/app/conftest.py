"""The page as it runs: a server on a folder of studies, and a browser that notes whatever should not happen."""

from __future__ import annotations

import json
import shutil
import socket
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

TOKEN = "token-of-the-tests"


@dataclass
class Served:
    """A server that runs.

    ``url`` is its address without token, ``entrance`` that with; ``folder`` holds the studies.
    """

    folder: Path
    url: str
    app: Any

    @property
    def entrance(self) -> str:
        return f"{self.url}/?token={TOKEN}"


def let_in_by(url: str, cookies: Mapping[str, str]) -> list[dict[str, str]]:
    """Cookies, for Playwright, of a browser that came in at a server before."""
    of_server = {f"lcresearch-{url.rpartition(':')[2]}": TOKEN}
    return [{"name": name, "value": value, "url": url} for name, value in (of_server | dict(cookies)).items()]


@pytest.fixture
def serve() -> Iterator[Callable[[Path], Served]]:
    """Serve a folder on a free port until the test ends."""
    import uvicorn

    from lcresearch.app.serving import make_app

    running = []

    def start(folder: Path) -> Served:
        listening = socket.create_server(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        app = make_app(folder, token=TOKEN, port=port)
        server = uvicorn.Server(uvicorn.Config(app, access_log=False, log_level="error", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        running.append((server, thread))
        return Served(folder, f"http://127.0.0.1:{port}", app)

    yield start
    for server, thread in running:
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks run here and at once: a process of its own takes seconds to begin, and tests/app/jobs looks after those.

    Of each kind of pages one test keeps the process. What a task takes and gives is JSON here too, and its warnings
    stand on its page.
    """
    from lcresearch.app.jobs.jobs import JOB, Job, Jobs
    from lcresearch.app.jobs.tasks import task_named
    from lcresearch.app.pages import problem_rows
    from lcresearch.errors import LcresearchError, LcresearchWarning

    def start(jobs: Any, task: str, arguments: Any, *, about: str, back: str, next: str = "") -> Any:
        id = f"job-{len(jobs._jobs)}"
        job, told = Job(id, task, about, back, (next or back).replace(JOB, id)), []
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            try:
                given = json.loads(json.dumps(dict(arguments)))
                done = task_named(task)(given, lambda step, share: told.append({"step": step, "share": share}))
                told.append({"done": json.loads(json.dumps(done))})
            except LcresearchError as error:
                told.append({"problems": problem_rows(error.problems)})
        for one in warned:
            if not issubclass(one.category, LcresearchWarning):
                raise AssertionError(str(one.message))
        for line in [{"warning": str(one.message)} for one in warned] + told:
            job = job.told(line)
        jobs._keep(job)
        return job

    monkeypatch.setattr(Jobs, "start", start)


@pytest.fixture
def studies_folder(tmp_path: Path) -> Path:
    """A folder with two ready-made studies, without results."""
    from lcresearch import shipped

    for name in ("unit-climate", "short-cycle-example"):
        source = shipped.folder("analyses") / name
        shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("results", "releases.json", "private"))
    return tmp_path


@dataclass
class Seen:
    """What a browser met that no page may cause."""

    host: str
    console: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def provoked(self, page: Any) -> None:
        """Forget what the test provoked; a browser tells of a refusal a little after the page shows it."""
        end = time.monotonic() + 6  # ends as soon as it is told
        while not self.console and time.monotonic() < end:
            page.wait_for_timeout(20)
        page.wait_for_timeout(250)
        self.console.clear()


@pytest.fixture
def clicks_end_on_a_whole_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """A click ends when the page it opens has loaded.

    Playwright's own ends as soon as the browser has begun on that page: what a test counts then depends on the machine.
    """
    from playwright.sync_api import Locator

    bare = Locator.click

    def click(locator: Any, **options: Any) -> None:
        bare(locator, **options)
        if not locator.page.is_closed():
            locator.page.wait_for_load_state()

    monkeypatch.setattr(Locator, "click", click)


@pytest.fixture
def visit(browser: Any, clicks_end_on_a_whole_page: None) -> Iterator[Callable[..., Any]]:
    """Open the page of a server as a user does: ``visit(served, "nl")`` gives a page of Playwright that is let in.

    With a path, that page is the first: the user was let in before, and the browser has the cookies of that time.

    When the test ends, nothing may have been asked of another host, and no error may stand on the console. A test that
    provokes a refusal says so: ``page.seen.provoked(page)``.
    """
    contexts: list[tuple[Any, Seen]] = []

    def go(
        served: Served,
        language: str = "nl",
        path: str = "",
        *,
        cookies: Mapping[str, str] = MappingProxyType({}),
        width: int = 1280,
        height: int = 900,
        **options: Any,
    ) -> Any:
        locale = {"nl": "nl-NL", "en": "en-GB"}[language]
        context = browser.new_context(viewport={"width": width, "height": height}, locale=locale, **options)
        seen = Seen(served.url)
        page = context.new_page()
        page.seen = seen
        context.on(
            "console", lambda told: seen.console.append(told.text) if told.type in ("error", "warning") else None
        )
        context.on("weberror", lambda error: seen.console.append(str(error.error)))
        context.on("request", lambda asked: _note(asked.url, seen))
        contexts.append((context, seen))
        if path:
            context.add_cookies(let_in_by(served.url, cookies))
        page.goto(served.url + path if path else served.entrance)
        return page

    yield go
    for context, seen in contexts:
        context.close()
        assert seen.elsewhere == []
        assert seen.console == []


def _note(url: str, seen: Seen) -> None:
    if not url.startswith((seen.host + "/", "data:", "blob:", "about:")):
        seen.elsewhere.append(url)
