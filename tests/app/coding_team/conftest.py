"""A study with a coding file of six invented talks, and two coders who differ in known places."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest

from lcresearch import shipped
from lcresearch.interviews import Code, Codebook, Corpus, Document, Project, Turn, coding_file
from lcresearch.interviews.coding_file import CodingFile
from lcresearch.interviews.project import no_codings

SAID = (
    "Wij leren hier elke dag van elkaar. 🐝",
    "Er is geen tijd om iets uit te zoeken.",
    "Mijn baas laat ons gewoon proberen.",
    "Geld is er ook niet voor een cursus.",
)
BOOK = Codebook(
    (
        Code("learning", "leren", codable=False),
        Code("together", "samen", parent="learning", definition="Van en met elkaar leren."),
        Code("trying", "uitproberen", parent="learning"),
        Code("time", "tijd"),
        Code("money", "geld"),
    ),
    "invented",
)
STUDY = "talks"


def talk(number: int) -> Document:
    """One invented talk of four turns."""
    turns, text = [], ""
    for line in SAID:
        start = len(text) + len("R: ")
        text += f"R: {line}\n"
        turns.append(Turn(start, start + len(line), "R"))
    text += f"Dit was gesprek {number}.\n"
    return Document(f"d{number}", f"Gesprek {number}", text, tuple(turns), {"respondent": f"r{number}"})


def place(turn: int, number: int = 0) -> tuple[int, int]:
    """From where to where a turn goes."""
    found = talk(number).turns[turn]
    return found.start, found.end


@pytest.fixture
def coded_study(tmp_path: Path) -> tuple[Path, CodingFile]:
    """A folder with one study, and its coding file without coders."""
    folder = tmp_path / "studies" / STUDY
    source = shipped.folder("analyses") / "unit-climate"
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("results", "releases.json", "private"))
    settings = folder / "study.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(f"{text}\ninterviews:\n  project: interviews.lccoding\n", encoding="utf-8")
    nobody = pd.DataFrame({"name": pd.Series(dtype="str")})
    project = Project("invented", Corpus(tuple(talk(n) for n in range(1, 7))), BOOK, no_codings(), nobody)
    return tmp_path / "studies", coding_file.create(folder / "interviews.lccoding", project)


def code_like(file: CodingFile, document: str, an: str, bo: str) -> None:
    """Both code a talk: alike in the first turn, other boundaries in the second, another code in the third, and the
    fourth is An's alone. All have a memo of An."""
    (s0, e0), (s1, e1), (s2, e2), (s3, e3) = (place(turn) for turn in range(4))
    for coder, start, end, code in [
        (an, s0, e0, "together"), (bo, s0, e0, "together"),
        (an, s1, e1, "time"), (bo, s1, s1 + 16, "time"),
        (an, s2, e2, "trying"), (bo, s2, e2, "together"),
        (an, s3, e3, "money"),
    ]:  # fmt: skip
        file.code(document, start, end, code, coder=coder, memo="Alleen An dacht dit." if coder == an else "")


@pytest.fixture
def finished_study(coded_study: tuple[Path, CodingFile]) -> tuple[Path, CodingFile, str, str]:
    """Two talks that An and Bo finished, one that Bo still codes, and one that is Bo's alone."""
    folder, file = coded_study
    an, bo = file.add_coder("An"), file.add_coder("Bo")
    file.assign(["d1", "d2", "d3"], [an, bo])
    file.assign(["d4"], [bo])
    for document in ("d1", "d2", "d3"):
        code_like(file, document, an, bo)
        file.finish(document, an)
    for document in ("d1", "d2"):
        file.finish(document, bo)
    return folder, file, an, bo


@pytest.fixture
def enter(serve: Callable[[Path], Any]) -> Iterator[Callable[..., httpx.Client]]:
    """A client that is let in, and asks as a page of ours does."""
    with ExitStack() as clients:

        def entered(folder: Path, language: str = "en", coder: str = "") -> httpx.Client:
            served = serve(folder)
            client = httpx.Client(
                base_url=served.url,
                headers={"origin": served.url, "accept-language": language},
                cookies={"lcresearch-coder": coder} if coder else {},
                follow_redirects=True,
                timeout=60,
            )
            clients.enter_context(client)
            client.get(served.entrance)
            return client

        yield entered
