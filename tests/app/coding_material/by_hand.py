"""What a user does on these pages more than once."""

from __future__ import annotations

import time
from typing import Any


def finish_task(page: Any, button: Any) -> None:
    """Press what starts a task, wait for it to end, and go to the page with what came of it."""
    with page.expect_navigation(timeout=90_000):
        button.click()
    page.locator("body:not(:has([data-job]))").wait_for(timeout=90_000)
    if "/jobs/" in page.url:
        with page.expect_navigation():
            page.locator("main a.button").click()


def finished(client: Any, answer: Any) -> Any:
    """The answer about a task that an answer leads to, when it has ended."""
    assert answer.status_code == 303, answer.text
    to = answer.headers["location"]
    while client.get(f"{to}/progress").json()["state"] == "running":
        time.sleep(0.05)
    return client.get(to)
