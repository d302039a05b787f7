"""Folders that a stranger sent: links that lead elsewhere, pipes that never end, gigabytes, at every address."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from tests.app.asking import OURS, Answer, ask
from tests.app.test_every_route import CANARY, SCRIPT, Served, served, unsafe, whole

from lcresearch.app.workspace import Workspace

__all__ = ["served", "whole"]
PLANS = ("study/study.yaml", "programme/programme.yaml")
PATIENCE = 20.0
"""Seconds; an address that opened a pipe would wait for ever."""


def _in_time(served: Served, address: str) -> Answer | None:
    """The answer, or None when there is none in time."""
    found: list[Answer] = []
    thread = Thread(target=lambda: found.append(ask(served.app, "GET", address, OURS)), daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return found[0] if found else None


def _looked_at(served: Served) -> Iterator[tuple[str, Answer | None]]:
    """All pages, and every file of results that an address can name."""
    for one in served.of("GET"):
        names = {"file", "name"} & set(one.route.param_convertors)
        files = ("report.html", "secret.txt")
        for address in [one.filled(), *(one.filled(**{name: file}) for name in names for file in files)]:
            yield address, _in_time(served, address)


def _wrong(served: Served) -> list[tuple[str, object]]:
    return [
        (address, answer and answer.status)
        for address, answer in _looked_at(served)
        if answer is None or answer.status >= 500 or CANARY.encode() in answer.body or unsafe(answer)
    ]


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]


def _link(path: Path, top: Path) -> None:
    path.symlink_to(top.parent / "secret.txt")


def _pipe(path: Path, top: Path) -> None:
    os.mkfifo(path)


def _large(path: Path, top: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(2 * 2**30)


KINDS: dict[str, Callable[[Path, Path], None]] = {"link": _link, "pipe": _pipe, "large": _large}


@pytest.mark.skipif(os.name != "posix", reason="links and pipes as a POSIX system has them")
@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_files_that_are_none_show_nothing_and_stop_nothing(served: Served, kind: str) -> None:
    for path in _files(served.folder):
        if path.relative_to(served.folder).as_posix() not in PLANS:
            path.unlink()
            KINDS[kind](path, served.folder)
    assert _wrong(served) == []


@pytest.mark.skipif(os.name != "posix", reason="links and pipes as a POSIX system has them")
@pytest.mark.parametrize("kind", KINDS)
def test_a_plan_that_is_none_shows_nothing_and_stops_nothing(served: Served, kind: str) -> None:
    for name in PLANS:
        (served.folder / name).unlink()
        KINDS[kind](served.folder / name, served.folder)
    began = time.process_time()
    assert _wrong(served) == []
    if kind == "large":
        assert time.process_time() - began < PATIENCE
    else:
        space = Workspace(served.folder)
        assert (space.study_names(), space.programmes()) == ([], [])


@pytest.mark.skipif(os.name != "posix", reason="links as a POSIX system has them")
def test_no_folder_of_results_leads_elsewhere(served: Served) -> None:
    outside = served.folder.parent / "work2"
    (outside / "tables").mkdir()
    for name in ("report.html", "tables/secret.txt", "figure.svg", "run.json", "synthesis.json"):
        (outside / name).write_text(f"<!doctype html><html lang='nl'><title>{CANARY}</title>", encoding="utf-8")
    folders = [served.folder / place / name for place in ("study", "programme") for name in
               ("results", "synthesis", "integration", "forms", "private", "packages", "transcripts")]  # fmt: skip
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
        folder.symlink_to(outside)
    assert _wrong(served) == []


NAMES = (
    SCRIPT.replace("/", "∕"),
    "a'b\"c&d",
    "line\nfeed",
    "\u202etxt.terces",
    "  ",
    "%2e%2e",
    "?x=1#y",
    "🐝" * 60,
    "-",
)


@pytest.mark.skipif(os.name != "posix", reason="names that other systems do not take")
def test_every_page_of_a_study_opens_whatever_its_folder_is_called(served: Served) -> None:
    from urllib.parse import quote

    plan = served.folder / "study" / "study.yaml"
    text = plan.read_text(encoding="utf-8").replace("title:", "title: {nl: '" + SCRIPT + "', en: '" + SCRIPT + "'}\nx:")
    for name in NAMES:
        (served.folder / name).mkdir()
        (served.folder / name / "study.yaml").write_text(text, encoding="utf-8")
    wrong = []
    for address in ["/", *(f"/studies/{quote(name, safe='')}/settings" for name in NAMES)]:
        answer = ask(served.app, "GET", address, OURS)
        if answer.status != 200 or SCRIPT.encode() in answer.body or unsafe(answer):
            wrong.append((address, answer.status))
    assert wrong == []
