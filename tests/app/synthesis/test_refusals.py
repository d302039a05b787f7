"""Packages that strangers sent, names that point elsewhere, and two tabs: refused in words, and nothing changes."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import httpx
import pytest


@pytest.fixture
def served(serve, folder):
    return serve(folder)


@pytest.fixture
def client(served):
    """A browser that was let in, as far as HTTP goes."""
    with httpx.Client(base_url=served.url, headers={"origin": served.url, "accept-language": "en"}) as opened:
        opened.get(served.entrance)
        yield opened


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def dropped(client, *contents: tuple[str, bytes]):
    sent = [("packages", (name, content, "application/zip")) for name, content in contents]
    return client.post("/synthesis/programme/packages", files=sent)


def zipped(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def test_hostile_zips_are_refused_by_name_all_at_once(client, folder, sent):
    before = files(folder)
    whole = (sent / "0.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    changed = members | {"scores/growth.json": members["scores/growth.json"] + b" "}
    answer = dropped(
        client,
        ("fine.zip", whole),
        ("bomb.zip", zipped(members | {"models/big.parquet": b"\0" * 6_000_000})),
        ("path.zip", zipped(members | {"../../evil.json": b"x"})),
        ("many.zip", zipped(members | {f"models/m{place}.parquet": b"x" for place in range(600)})),
        ("no-zip.zip", b"<html>"),
        ("changed.zip", zipped(changed)),
        ("../../up.zip", (sent / "foreign.zip").read_bytes()),
    )
    assert answer.status_code == 422
    for name in ("bomb.zip", "path.zip", "many.zip", "no-zip.zip", "changed.zip", "up.zip"):
        assert name in answer.text
    for code in ("Y160", "Y161", "Y162", "Y168", "Y210"):
        assert code in answer.text
    assert files(folder) == before


@pytest.mark.parametrize(
    ("names", "code"),
    [(["0.zip", "again.zip"], "Y181"), (["foreign.zip"], "Y210"), (["0.txt"], "W006"), ([], "W005")],
    ids=["a consortium twice", "another programme", "no zip by name", "nothing"],
)
def test_what_does_not_fit_is_refused_with_its_code(client, folder, sent, names, code):
    (sent / "0.txt").write_bytes(b"PK")
    before = files(folder)
    answer = dropped(client, *((name, (sent / name).read_bytes()) for name in names))
    assert answer.status_code == 422
    assert code in answer.text
    assert files(folder) == before


def test_a_later_release_takes_the_place_of_an_earlier_one(client, folder, sent):
    from lcresearch.synthesis import open_package

    dropped(client, *((f"{place}.zip", (sent / f"{place}.zip").read_bytes()) for place in range(2)))
    content = (sent / "0.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["manifest.json"] = members["manifest.json"].replace(b'"release": 1', b'"release": 2')
    assert dropped(client, ("later.zip", zipped(members))).status_code == 303
    kept = {
        path.name: open_package(path).manifest.release for path in (folder / "programme" / "packages").glob("*.zip")
    }
    assert kept == {"evidence-aa.zip": 1, "evidence-bb.zip": 1, "evidence-aa-2.zip": 2}
    shown = client.get("/synthesis/programme").text
    assert "not counted: release 2 is newer" in shown
    assert "Compare 2 packages" in shown


def test_the_same_package_twice_is_kept_once(client, folder, sent):
    content = (sent / "0.zip").read_bytes()
    for name in ("a.zip", "b.zip"):
        assert dropped(client, (name, content)).status_code == 303
    assert [path.name for path in (folder / "programme" / "packages").iterdir()] == ["evidence-aa.zip"]


@pytest.mark.parametrize("what", ["packages/remove", "packages/put-back"])
def test_only_packages_can_be_moved(client, folder, what):
    before = files(folder)
    for name in ("../programme.yaml", "/etc/passwd", "programme.yaml", "", "\0", "C:\\x.zip"):
        assert client.post(f"/synthesis/programme/{what}", data={"name": name}).status_code == 422
    assert files(folder) == before


def test_two_tabs_do_not_overwrite_each_other(client, folder):
    path = folder / "programme" / "programme.yaml"
    text = path.read_text(encoding="utf-8")
    page = client.get("/synthesis/programme/text").text
    version = page.split('name="version" value="')[1].split('"')[0]
    sent = {"version": version, "do": "keep"}
    first, second = text.replace("id: example", "id: first"), text.replace("id: example", "id: second")
    assert client.post("/synthesis/programme/text", data=sent | {"text": first}).status_code == 303
    answer = client.post("/synthesis/programme/text", data=sent | {"text": second})
    assert answer.status_code == 409
    assert "W008" in answer.text
    assert "id: second" in answer.text  # what was typed is not lost
    assert "id: first" in path.read_text(encoding="utf-8")


def test_a_plan_with_faults_is_shown_with_what_is_wrong_on_each_page(client, folder):
    (folder / "programme" / "programme.yaml").write_text("title: <script>alert(1)</script>\n", encoding="utf-8")
    for page in ("", "/plan", "/results", "/text"):
        answer = client.get(f"/synthesis/programme{page}")
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
    assert client.post("/synthesis/programme/run", data={}).status_code == 422


def test_a_new_programme_replaces_nothing(client, folder):
    before = files(folder)
    for name in ("programme", "../up", ".hidden", "a/b", "", "x" * 400, "nul"):
        answer = client.post("/synthesis", data={"name": name, "title": "T"})
        assert answer.status_code == 422, name
    assert files(folder) == before
