"""Invented conversations, and a study without interviews."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from lcresearch import shipped
from lcresearch.interviews import coding_file

TALKS = {
    "gesprek-1.txt": (
        "I: Fijn dat u er bent. Hoe begon het?\n"
        "R: Mijn baas, Marleen de Wit, vroeg of ik mee wilde doen. We leren van fouten.\n"
        "I: Wie komen er?\n"
        "R: Mensen van de zwaluw. 🐝 Mail me maar op jan.jansen@voorbeeld.nl.\n"
    ),
    "gesprek-2.txt": "I: Wat is lastig?\nR: Er is nooit tijd om rustig te leren. Marleen de Wit weet dat ook.\n",
}
TABLE = "bestand,deelnemer,community\ngesprek-1.txt,D01,noord\ngesprek-2.txt,D02,noord\n"


@pytest.fixture
def talks(tmp_path: Path) -> list[str]:
    """Paths of invented conversations with a table of who was interviewed."""
    folder = tmp_path / "talks"
    folder.mkdir()
    for name, text in (TALKS | {"kenmerken.csv": TABLE}).items():
        (folder / name).write_text(text, encoding="utf-8")
    return [str(path) for path in sorted(folder.iterdir())]


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    """A folder with one study that has no interviews."""
    folder = tmp_path / "studies"
    shutil.copytree(
        shipped.folder("analyses") / "pulse",
        folder / "pulse",
        ignore=shutil.ignore_patterns("results", "releases.json", "private"),
    )
    return folder


@pytest.fixture
def coded(workplace: Path, talks: list[str]) -> Callable[[], coding_file.CodingFile]:
    """Makes the coding file of the study from the conversations, with the shipped codebook and a coder An."""

    def make() -> coding_file.CodingFile:
        from lcresearch import interviews, studies
        from lcresearch.studies.editing import edit_study

        project = replace(studies.open_interviews(talks), codebook=interviews.read_codebook("learning-communities"))
        file = coding_file.create(workplace / "pulse" / "interviews.lccoding", project)
        edit_study(workplace / "pulse", {("interviews", "project"): "interviews.lccoding"})
        file.add_coder("An")
        return file

    return make


@pytest.fixture
def client(serve: Callable[..., Any], workplace: Path) -> Iterator[httpx.Client]:
    """A browser without a window that is let in, on the study without interviews."""
    served = serve(workplace)
    with httpx.Client(base_url=served.url, headers={"origin": served.url}, timeout=60) as found:
        found.get(served.entrance)
        yield found


@pytest.fixture
def package() -> Callable[..., bytes]:
    """Makes a .qdpx with one text and whatever else is put in it."""

    def make(more: dict[str, bytes]) -> bytes:
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("project.qde", PROJECT)
            for name, part in more.items():
                archive.writestr(name, part)
        return content.getvalue()

    return make


PROJECT = """<Project xmlns="urn:QDA-XML:project:1.0" name="invented"><CodeBook><Codes>
<Code guid="11111111-1111-4111-8111-111111111111" name="leren" isCodable="true"/></Codes></CodeBook><Sources>
<TextSource guid="22222222-2222-4222-8222-222222222222" name="R1"><PlainTextContent>Wij leren hier.</PlainTextContent>
</TextSource></Sources></Project>"""
