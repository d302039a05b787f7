"""Pages of studies without a browser: what is asked and answered."""

from __future__ import annotations

import time

import httpx
import pytest


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
