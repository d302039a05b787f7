"""A study with an invented conversation, and ways of a coder with the page."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pandas as pd
import pytest
from tests.app.conftest import TOKEN

from lcresearch import shipped
from lcresearch.app.coding.coder import COOKIE
from lcresearch.interviews import Code, Codebook, Corpus, Document, Project, Turn, coding_file
from lcresearch.interviews.coding_file import CodingFile
from lcresearch.interviews.project import no_codings

TALK = (
    ("Vraag", "Hoe leert u hier van elkaar?"),
    ("Anna", "Elke dag. 🐻 We kijken samen wat er misging. Dat is soms slikken. Niemand wordt erop afgerekend."),
    ("Bo", "Behalve als het druk is. Dan is er geen tijd. 👩‍👩‍👧 De order gaat voor."),
    ("Anna", "Dat de leermeester erbij staat. Die deed het zelf ook ooit fout."),
)
CODES = {
    "learn": ("Leren", "", False),
    "review": ("Samen terugkijken", "learn", True),
    "watch": ("Van een ander afkijken", "learn", True),
    "time": ("Geen tijd", "", True),
    "hostile": ('<img src=x onerror="alert(1)"> \u202eomgekeerd', "", True),
}
LONG, SHORT = "11111111-0000-4000-8000-000000000001", "11111111-0000-4000-8000-000000000002"
ME, OTHER = "Anna de Wit", "Bo <script>"


def code_id(key: str) -> str:
    """GUID of an invented code."""
    return f"22222222-0000-4000-8000-{list(CODES).index(key):012d}"


def document(id: str, name: str, talk: tuple[tuple[str, str], ...]) -> Document:
    """An invented conversation."""
    text, turns = "Gesprek in mei\n", []
    for who, said in talk:
        text += f"{who}: "
        turns.append(Turn(len(text), len(text) + len(said), who))
        text += said + "\n"
    return Document(id, name, text, tuple(turns), roles={"Vraag": "interviewer"})


@dataclass
class Coded:
    """A study in which people code."""

    folder: Path
    file: CodingFile
    me: str
    other: str

    @property
    def text(self) -> str:
        return self.file.document(LONG).text

    def quotes(self, coder: str | None = None) -> list[tuple[str, str]]:
        """Name of the code and words of each coding of somebody in the first text, in the order of the text."""
        found = self.file.codings(LONG, coders=[coder or self.me]).sort_values(["start", "end", "code"])
        book = self.file.codebook()
        return [
            (book[code].name, self.text[start:end])
            for code, start, end in zip(found["code"], found["start"], found["end"], strict=True)
        ]


@pytest.fixture
def coded(tmp_path: Path) -> Coded:
    """The study ``smit``, with two texts and two coders."""
    folder = tmp_path / "smit"
    folder.mkdir()
    plan = (shipped.folder("analyses") / "short-cycle-example" / "study.yaml").read_text(encoding="utf-8")
    (folder / "study.yaml").write_text(plan + "\ninterviews:\n  project: interviews.lccoding\n", encoding="utf-8")
    codes = tuple(
        Code(code_id(key), name, code_id(parent) if parent else "", definition=f"Over {name}.", codable=codable)
        for key, (name, parent, codable) in CODES.items()
    )
    texts = Corpus((document(LONG, "Gesprek <b>1</b>", TALK), document(SHORT, "Gesprek 2", TALK[:2])))
    coders = pd.DataFrame({"name": pd.Series(dtype="str")})
    project = Project("Smit", texts, Codebook(codes, "Smit", "1", "nl"), no_codings(), coders)
    file = coding_file.create(folder / "interviews.lccoding", project)
    return Coded(tmp_path, file, file.add_coder(ME), file.add_coder(OTHER))


@pytest.fixture
def as_coder(serve, visit, coded):
    """Open a page of the study as somebody who was let in and said before who codes; gives the page."""

    def go(path: str = f"text/{LONG}", language: str = "nl", *, served=None, name: str = ME, **options):
        running = served or serve(coded.folder)
        page = visit(running, language, f"/studies/smit/coding/{path}", cookies={COOKIE: quote(name)}, **options)
        page.served = running
        return page

    return go


_KEEPER = """
import gc
gc.disable()  # while all is imported, which lives to the end
import os, sys, uvicorn
from pathlib import Path
from lcresearch.app.serving import make_app
from lcresearch.messages import problem_codes, text_keys

text_keys(), problem_codes()
gc.freeze()
gc.enable()
folder, token, port = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
for _ in sys.stdin:
    server = os.fork()
    if not server:
        uvicorn.run(make_app(folder, token=token, port=port), port=port, log_level="error", ws="none")
        os._exit(0)
    print(server, flush=True)
    os.waitpid(server, 0)
    print("ended", flush=True)
"""
"""Starts a server for each line: a copy of a process in which all is imported and read, and nothing else was done."""


class Apart:
    """A server in a process of its own, which can be killed and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.entrance = f"{self.url}/?token={TOKEN}"
        self._process: int | None = None
        asked = [sys.executable, "-c", _KEEPER, str(folder), TOKEN, str(self.port)]
        self._keeper = subprocess.Popen(asked, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.start()

    def start(self) -> None:
        """Serve, and wait until somebody answers."""
        self._keeper.stdin.write("start\n")
        self._process = int(self._keeper.stdout.readline())
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.05)
        raise RuntimeError("nobody answers")

    def kill(self) -> None:
        """End it without a warning."""
        if self._process is not None:
            os.kill(self._process, signal.SIGKILL)
            assert self._keeper.stdout.readline() == "ended\n"
            self._process = None

    def end(self) -> None:
        """End all of it."""
        self.kill()
        self._keeper.communicate(timeout=60)


@pytest.fixture
def apart() -> Iterator[Callable[[Path], Apart]]:
    """Serve a folder from a process that a test can kill."""
    made: list[Apart] = []

    def start(folder: Path) -> Apart:
        made.append(Apart(folder))
        return made[-1]

    yield start
    for one in made:
        one.end()
