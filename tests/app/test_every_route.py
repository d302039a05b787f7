"""Every address of the page, later ones too: who is refused, by which no file leaves, and which change nothing."""

from __future__ import annotations

import inspect
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd
import pytest
from starlette.convertors import IntegerConvertor
from starlette.routing import Mount, Route
from tests.app.asking import HOST, LET_IN, OURS, PORT, TOKEN, Answer, ask
from tests.app.coding.conftest import LONG, ME, SHORT, TALK, code_id, document

from lcresearch import shipped
from lcresearch.app.security.headers import HEADERS, PAGE, REPORT
from lcresearch.app.serving import make_app
from lcresearch.errors import AppError
from lcresearch.interviews import Code, Codebook, Corpus, Project, coding_file
from lcresearch.interviews.project import no_codings
from lcresearch.synthesis.programme import new_programme

CANARY = "CANARY-3f9a17c2"
"""Stands in a file outside the folder of studies."""
SCRIPT = "<script>alert(1)</script>"
KNOWN = {"document": LONG, "study": "study", "programme": "programme", "code": "W001", "place": "own", "language": "nl"}
"""Values of parts of addresses that lead somewhere; another part is called ``x``."""
LEFT_BY_SQLITE = ("-wal", "-shm", "-journal")


@dataclass(frozen=True)
class Address:
    """A method and an address with its parameters."""

    method: str
    route: Route

    def filled(self, **parts: str) -> str:
        """The address, its parameters filled in; values given are not quoted."""
        known = KNOWN | ({"code": code_id("learn")} if "codebook" in self.route.path else {})
        kinds = self.route.param_convertors.items()
        usual = {name: "1" if isinstance(kind, IntegerConvertor) else "x" for name, kind in kinds}
        values = {name: quote(known.get(name, value), safe="") for name, value in usual.items()} | parts
        path = self.route.path_format
        for name, value in values.items():
            path = path.replace(f"{{{name}}}", value)
        return path

    def __str__(self) -> str:
        return f"{self.method} {self.route.path}"


@dataclass(frozen=True)
class Served:
    """The application, its folder, and all its addresses."""

    app: Any
    folder: Path
    addresses: list[Address]

    def of(self, method: str) -> list[Address]:
        return [one for one in self.addresses if one.method == method]


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a study and a programme, to be copied."""
    folder = tmp_path_factory.mktemp("whole")
    source = shipped.folder("analyses") / "short-cycle-example"
    shutil.copytree(source, folder / "study", ignore=shutil.ignore_patterns("results", "private", "releases.json"))
    new_programme(folder / "programme")
    _with_interviews(folder / "study")
    for made in ("study/results", "study/synthesis", "programme/synthesis", "programme/integration"):
        (folder / made / "tables").mkdir(parents=True)
        (folder / made / "report.html").write_text("<!doctype html><html lang='nl'><title>x</title>", encoding="utf-8")
    return folder


@pytest.fixture
def served(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Served:
    """A folder with a study and a programme; no task starts, and no other program."""
    folder = shutil.copytree(whole, tmp_path / "work")
    for place in (tmp_path, tmp_path / "work2"):
        place.mkdir(exist_ok=True)
        (place / "secret.txt").write_text(CANARY, encoding="utf-8")
    (folder / "study" / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "elsewhere").symlink_to(tmp_path / "work2")

    def refuse(*_: Any, **__: Any) -> None:
        raise AppError("W009", name="study")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    app = make_app(folder, token=TOKEN, port=PORT)
    addresses = [
        Address(method, route)
        for route in app.routes
        if isinstance(route, Route)
        for method in sorted((route.methods or set()) - {"HEAD"})
    ]
    assert len(addresses) > 20
    return Served(app, folder, addresses)


def _with_interviews(folder: Path) -> None:
    """Two texts, codes, and somebody who codes."""
    with (folder / "study.yaml").open("a", encoding="utf-8") as plan:
        plan.write("\ninterviews:\n  project: interviews.lccoding\n")
    codes = Codebook((Code(code_id("learn"), "Leren", definition="Over leren."),), "Smit", "1", "nl")
    texts = Corpus((document(LONG, "Gesprek <b>1</b>", TALK), document(SHORT, "Gesprek 2", TALK[:2])))
    coders = pd.DataFrame({"name": pd.Series(dtype="str")})
    file = coding_file.create(folder / "interviews.lccoding", Project("Smit", texts, codes, no_codings(), coders))
    file.add_coder(ME)


def state_of(folder: Path) -> dict[str, tuple[int, ...]]:
    """Every file and when it was written; of a file in which people code, which change was the last."""
    return {
        path.relative_to(folder).as_posix(): (path.lstat().st_mode, *_written(path))
        for path in sorted(folder.rglob("*"))
        if not path.name.endswith(LEFT_BY_SQLITE)
    }


def _written(path: Path) -> tuple[int, ...]:
    if path.suffix == ".lccoding":
        return (coding_file.open_file(path).revision,)
    state = path.lstat()
    return (state.st_size, state.st_mtime_ns) if path.is_file() else ()


def unsafe(answer: Answer) -> list[str]:
    """Headers that an answer lacks."""
    found = [name for name in HEADERS if name not in answer.headers]
    policy = answer.headers.get("content-security-policy", "")
    return found + ([] if policy in (PAGE, REPORT) else ["content-security-policy: " + policy])


# who is refused --------------------------------------------------------------------------------------------------


STRANGERS = {
    "no cookie": ({"host": HOST, "origin": f"http://{HOST}"}, 403),
    "another cookie": (OURS | {"cookie": f"lcresearch-{PORT}=other"}, 403),
    "another host": (OURS | {"host": "elsewhere.example"}, 421),
    "a host that means this computer": (OURS | {"host": f"elsewhere.example:{PORT}"}, 421),
    "no host": ({name: one for name, one in OURS.items() if name != "host"}, 421),
    "started by another site": (OURS | {"sec-fetch-site": "cross-site"}, 403),
    "started by a site of the same name": (OURS | {"sec-fetch-site": "same-site"}, 403),
}
WRITERS = {
    "from another site": (OURS | {"origin": "http://elsewhere.example"}, 403),
    "from a page without a place": (OURS | {"origin": "null"}, 403),
    "from nowhere": (LET_IN, 403),
    "from another port": (OURS | {"origin": f"http://127.0.0.1:{PORT + 1}"}, 403),
}


@pytest.mark.parametrize("who", [*STRANGERS, *WRITERS])
def test_a_stranger_gets_nothing_and_changes_nothing(served: Served, who: str) -> None:
    headers, status = (STRANGERS | WRITERS)[who]
    before, wrong = state_of(served.folder), []
    for one in served.addresses if who in STRANGERS else [each for each in served.addresses if each.method != "GET"]:
        answer = ask(served.app, one.method, one.filled(), headers)
        if answer.status != status or unsafe(answer) or len(answer.body) > 400:
            wrong.append((str(one), answer.status, unsafe(answer)))
    assert wrong == []
    assert state_of(served.folder) == before


def test_a_method_that_no_address_has_is_refused(served: Served) -> None:
    before, wrong = state_of(served.folder), []
    for path in {one.route.path: one for one in served.addresses}.values():
        for method in ("PUT", "DELETE", "PATCH", "TRACE", "OPTIONS"):
            if path.method != method:
                answer = ask(served.app, method, path.filled(), OURS)
                if answer.status != 405 or unsafe(answer):
                    wrong.append((str(path), method, answer.status))
    assert wrong == []
    assert state_of(served.folder) == before


# what a look changes, and what there is not ----------------------------------------------------------------------


def test_a_look_changes_nothing_and_every_answer_is_safe(served: Served) -> None:
    before, wrong = state_of(served.folder), []
    for one in served.of("GET"):
        answer = ask(served.app, "GET", one.filled(), OURS)
        if answer.status >= 500 or unsafe(answer) or state_of(served.folder) != before:
            wrong.append((str(one), answer.status, unsafe(answer)))
            before = state_of(served.folder)
    assert wrong == []


def test_a_study_or_programme_that_is_not_there_is_told_so(served: Served) -> None:
    before, wrong = state_of(served.folder), []
    for one in served.addresses:
        for name in {"study", "programme"} & set(one.route.param_convertors):
            for value in (
                "nothing",
                "elsewhere",
                "%2e",
                "%2e%2e",
                "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
                "a" * 400,
                "%00",
            ):
                answer = ask(served.app, one.method, one.filled(**{name: value}), OURS | _FORM)
                told = answer.status == 404 or (one.method == "POST" and answer.status == 422)  # a form is read first
                if not told or unsafe(answer) or SCRIPT.encode() in answer.body:
                    wrong.append((str(one), value, answer.status))
    assert wrong == []
    assert state_of(served.folder) == before


_FORM = {"content-type": "application/x-www-form-urlencoded"}


# addresses that point elsewhere ----------------------------------------------------------------------------------


def elsewhere(folder: Path) -> list[str]:
    """Ways to name a file outside, as they stand in an address."""
    outside = (folder.parent / "secret.txt").as_posix()
    return [
        "../secret.txt", "../../secret.txt", "../../../secret.txt", "..%2fsecret.txt", "..%2f..%2fsecret.txt",
        "..%2f..%2f..%2fsecret.txt", "%2e%2e%2f%2e%2e%2fsecret.txt", "%2e%2e/%2e%2e/secret.txt", "..%5c..%5csecret.txt",
        "x%2f..%2f..%2f..%2fsecret.txt", "%252e%252e%252fsecret.txt", "secret.txt%00.html", "%00", "link.txt",
        "..%2flink.txt", quote(outside, safe=""), "%2f" + quote(outside), "%2f%2flocalhost%2fshare%2fsecret.txt",
        "%5c%5clocalhost%5cshare%5csecret.txt", "C%3A%5Csecret.txt", "C%3Asecret.txt", "file%3A%2f%2f" + quote(outside),
        "%c0%ae%c0%ae%2fsecret.txt", "%E2%80%AEtxt.terces", "%F0%9F%90%BB", "a" * 5000, quote(SCRIPT, safe=""),
        ".", "..",
        "study.yaml%2f..%2f..%2f..%2fsecret.txt", "secret.txt%0d%0aset-cookie%3a%20a%3db",
    ]  # fmt: skip


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_address_gives_a_file_outside_the_folder(served: Served, method: str) -> None:
    before, wrong = state_of(served.folder), []
    for one in served.of(method):
        for name in one.route.param_convertors:
            ways = elsewhere(served.folder)
            for value in ways[:: len(ways) // 5] if name in ("study", "programme") else ways:  # all of these are one
                answer = ask(
                    served.app, one.method, one.filled(**{name: value}), OURS | (_FORM if one.method == "POST" else {})
                )
                leaks = (
                    CANARY.encode() in answer.body or SCRIPT.encode() in answer.body or "set-cookie" in answer.headers
                )
                if answer.status >= 500 or leaks or unsafe(answer):
                    wrong.append((str(one), name, value[:60], answer.status, leaks))
    assert wrong == []
    assert {name for name in state_of(served.folder) if name not in before} == set()


def test_files_of_our_own_are_all_that_stands_beside_them(served: Served) -> None:
    mounts = [route.path for route in served.app.routes if isinstance(route, Mount)]
    assert mounts == ["/static", "/vendored"]
    for mount in mounts:
        for value in [*elsewhere(served.folder), "../serving.py", "%2e%2e%2fserving.py", "..%5cserving.py"]:
            answer = ask(served.app, "GET", f"{mount}/{value}", OURS)
            assert answer.status == 404, value
            assert unsafe(answer) == []
    answer = ask(served.app, "GET", "/static/style.css", OURS)
    assert (answer.status, unsafe(answer)) == (200, [])
    assert ask(served.app, "GET", "/static/style.css", {"host": HOST}).status == 403


# forms that are none ---------------------------------------------------------------------------------------------


def _multipart(*parts: bytes, end: bytes = b"--x--\r\n") -> bytes:
    return b"".join(b"--x\r\n" + part + b"\r\n" for part in parts) + end


def _field(number: int, value: bytes = b"a") -> bytes:
    return f'content-disposition: form-data; name="f{number}"\r\n\r\n'.encode() + value


def _file(number: int) -> bytes:
    return f'content-disposition: form-data; name="file"; filename="{number}.csv"\r\n\r\na'.encode()


_PARTS = {"content-type": "multipart/form-data; boundary=x"}
BROKEN = {
    "5,000 fields": (_PARTS, _multipart(*map(_field, range(5000)))),
    "600 files": (_PARTS, _multipart(*map(_file, range(600)))),
    "a field that is huge": (_PARTS, _multipart(_field(1, b"a" * (3 * 2**20)))),
    "no boundary": ({"content-type": "multipart/form-data"}, _multipart(_field(1))),
    "another boundary": (_PARTS | {"content-type": "multipart/form-data; boundary=y"}, _multipart(_field(1))),
    "a part without a name": (_PARTS, _multipart(b"content-type: text/plain\r\n\r\na")),
    "nothing of a form": (_PARTS, b"\0\1\2 no form at all"),
}
"""Forms that cannot be read, which every address that reads one refuses."""
ODD = {
    "cut off": (_PARTS, _multipart(_field(1), end=b"--x\r\ncontent-dispo")),
    "5,000 fields in a line": (_FORM, b"&".join(f"f{number}=a".encode() for number in range(5000))),
    "a name that is no text": (_PARTS, _multipart(b'content-disposition: form-data; name="\xff\xfe"\r\n\r\n\xff')),
    "letters that are none": (_FORM, b"name=%ff%fe%00&study=%00&version=%ff&text=%ed%a0%80"),
    "another kind": ({"content-type": "application/octet-stream"}, b"\0" * 1000),
    "no kind": ({}, b"a=b"),
    "JSON": ({"content-type": "application/json"}, b'{"name": [1, {"a": null}]}'),
    "JSON that is none": ({"content-type": "application/json"}, b"{" * 20_000),
    "XML": ({"content-type": "text/xml"}, b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"),
    "nothing": (_FORM, b""),
    "a script for each": (_FORM, b"&".join(f"{name}={quote(SCRIPT)}".encode() for name in ("name", "text", "back"))),
}
"""Bodies of which an address may take what it needs, if anything."""


@pytest.mark.parametrize("what", BROKEN)
def test_a_form_that_cannot_be_read_is_refused_in_words(served: Served, what: str) -> None:
    headers, body = BROKEN[what]
    before, wrong = state_of(served.folder), []
    for one in served.of("POST"):
        answer = ask(served.app, "POST", one.filled(), OURS | headers, body)
        reads = inspect.iscoroutinefunction(inspect.unwrap(one.route.endpoint))
        right = 400 <= answer.status < 500 if reads else answer.status < 500
        now = state_of(served.folder)
        changed = (
            {name for name, content in now.items() if before.get(name) != content} if answer.status >= 400 else set()
        )
        before = now
        if not right or unsafe(answer) or changed or (answer.status >= 400 and not answer.body):
            wrong.append((str(one), answer.status, unsafe(answer), changed))
    assert wrong == []


@pytest.mark.parametrize("what", ODD)
def test_an_odd_body_is_never_a_fault_of_ours(served: Served, what: str) -> None:
    headers, body = ODD[what]
    wrong = []
    for one in served.of("POST"):
        answer = ask(served.app, "POST", one.filled(), OURS | headers, body)
        if answer.status >= 500 or unsafe(answer) or SCRIPT.encode() in answer.body:
            wrong.append((str(one), answer.status, unsafe(answer)))
    assert wrong == []


def test_a_body_that_is_too_large_is_refused_before_it_is_read(served: Served) -> None:
    before = state_of(served.folder)
    for one in served.of("POST"):
        answer = ask(served.app, "POST", one.filled(), OURS | _PARTS | {"content-length": str(10**12)})
        assert (answer.status, unsafe(answer)) == (413, []), str(one)
    assert state_of(served.folder) == before


def test_a_fault_of_ours_is_told_in_words_with_the_same_headers(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    def fault(_: Any) -> None:
        raise RuntimeError("the answer of Anna de Wit")

    served.app.router.routes.insert(0, Route("/fault", fault))
    answer = ask(served.app, "GET", "/fault", OURS)
    assert (answer.status, unsafe(answer)) == (500, [])
    assert b"Anna" not in answer.body
    capsys.readouterr()
