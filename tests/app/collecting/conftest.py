"""A study whose form can be opened, and the form as people reach it."""

from __future__ import annotations

import datetime
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

DAY = datetime.date(2026, 11, 26)
HOST = "127.0.0.1:8780"
ITEMS = tuple(f"lc{n:02}" for n in range(1, 10))


@dataclass(frozen=True)
class Place:
    """An address that the fixture ``visit`` can open."""

    url: str
    first: str = "/"

    @property
    def entrance(self) -> str:
        return self.url + self.first


@pytest.fixture
def study_folder(tmp_path: Path) -> Path:
    """The study of short cycles without answers: consent, firms, a self-made code, nine questions in one table."""
    from lcresearch import shipped

    folder = tmp_path / "studies" / "short"
    leave = shutil.ignore_patterns("results", "releases.json", "private", "*.csv")
    shutil.copytree(shipped.folder("analyses") / "short-cycle-example", folder, ignore=leave)
    return folder


@pytest.fixture
def open_round(study_folder: Path) -> Callable[..., Path]:
    """Open a round of the study; gives its file."""
    from lcresearch import studies
    from lcresearch.app.collecting import opening

    def make(**chosen: Any) -> Path:
        usual = {"wave": "t0", "languages": ["nl", "en"], "slips": 0, "host": "127.0.0.1", "today": DAY}
        return opening.open_round(studies.load(study_folder), **{**usual, **chosen})

    return make


class Answering:
    """The application on a file; each call gives a client with a cookie jar of its own."""

    def __init__(self) -> None:
        self._made: dict[Path, Any] = {}

    def __call__(self, path: Path) -> Any:
        from starlette.testclient import TestClient

        from lcresearch.app.collecting.answering.application import make_answering

        if path not in self._made:
            self._made[path] = make_answering(path, port=8780, hosts=frozenset({HOST}))
        headers = {"origin": f"http://{HOST}"}
        return TestClient(self._made[path], base_url=f"http://{HOST}", headers=headers, follow_redirects=False)

    def close(self) -> None:
        """End the application, as its process ends."""
        for app in self._made.values():
            app.state.served.writer.close()
        self._made.clear()


@pytest.fixture
def answering() -> Iterator[Answering]:
    """Clients of the application that people on the network reach."""
    pytest.importorskip("starlette.testclient")
    made = Answering()
    yield made
    made.close()


@pytest.fixture
def answers() -> Callable[..., dict[str, Any]]:
    """Answers of one person to the whole form, as SurveyJS gives them."""

    def make(**changed: Any) -> dict[str, Any]:
        table = {name: 1 + n % 5 for n, name in enumerate(ITEMS)}
        whole = {
            "toestemming": 1,
            "bedrijf": "De Vries",
            "code_moeder": "AN",
            "code_dag": "07",
            "code_plaats": "UT",
            "learning_culture_1": table,
            "form_start": 1,
            "form_opened": 217_850_000,
            "form_seconds": 184,
            "form_language": "nl",
        }
        return {name: value for name, value in {**whole, **changed}.items() if value is not None}

    return make


def code_of(path: Path) -> str:
    """The code of the room."""
    from lcresearch.app.collecting.round_file import opened, round_of

    with opened(path) as connection:
        return round_of(connection).code


def body(answers: Any, *, after: int = 0, save: str = "one", page: int = 0) -> dict[str, Any]:
    """A save as the page sends it."""
    return {"after": after, "save": save, "page": page, "answers": answers}


@pytest.fixture(autouse=True)
def own_port(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rounds of a test are at a port of its own: while one pauses, a test beside it does not take its address."""
    from lcresearch.app.collecting import running

    real, usual = running._process, list[int]()

    def at_own_port(path: Path, host: str, port: int) -> Any:
        if not usual:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                usual.append(free.getsockname()[1])
        return real(path, host, port or usual[0])

    monkeypatch.setattr(running, "_process", at_own_port)
