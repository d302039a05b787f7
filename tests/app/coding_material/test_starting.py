"""Interviews come in: files are chosen, how they were read is corrected, and the coding file is made."""

from __future__ import annotations

import pytest
from tests.accessibility import fits, violations
from tests.app.coding_material.by_hand import finish_task, finished

from lcresearch import studies
from lcresearch.app.coding_material.staging import Staging
from lcresearch.app.coding_material.tasks import read_interviews
from lcresearch.errors import LcresearchError
from lcresearch.interviews import coding_file

TITLES = {
    "nl": ("Interviews klaarzetten", "Is het goed gelezen?", "Teksten en sprekers"),
    "en": ("Set up your interviews", "Was it read well?", "Texts and speakers"),
}


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en"])  # one way through in each: see test_every_page
def test_from_files_to_texts_that_can_be_coded(serve, visit, at_once, workplace, talks, language, tmp_path):
    served = serve(workplace)
    page = visit(served, language, "/studies/pulse/coding/start")
    assert page.locator("h1").text_content() == TITLES[language][0]
    assert violations(page) == []
    assert fits(page)
    page.set_input_files("input[type=file]", talks)
    finish_task(page, page.locator("main form button").first)
    page.wait_for_url("**/start/check")
    assert page.locator("h1").text_content() == TITLES[language][1]
    assert page.locator(".voice").count() == 2
    assert violations(page) == []
    assert fits(page)
    page.locator(".voice select").nth(1).select_option("observer")
    page.get_by_label("gesprek-2", exact=False).nth(1).fill("<b>docent</b> 🐝")
    page.locator("input[name=book][value=empty]").check()
    with page.expect_navigation():
        page.locator("main form .actions button").click()
    file = coding_file.open_file(workplace / "pulse" / "interviews.lccoding")
    second = file.project().corpus["gesprek-2"]
    assert (dict(second.roles), second.attributes["community"]) == ({"I": "interviewer", "R": "observer"}, "noord")
    assert second.attributes["role"] == "<b>docent</b> 🐝"
    assert len(file.codebook()) == 0
    use = studies.load(workplace / "pulse").file.interviews
    assert use.project == "interviews.lccoding"
    assert not (workplace / "pulse" / "private" / "interviews-in").exists()

    more = tmp_path / "gesprek-3.txt"
    more.write_text("I: En nu?\nR: Verder leren.\n", encoding="utf-8")
    page.goto(f"{served.url}/studies/pulse/coding/texts")
    assert page.locator("h1").text_content() == TITLES[language][2]
    assert violations(page) == []
    assert fits(page)
    page.locator(".voice select").nth(1).select_option("")
    with page.expect_navigation():
        page.locator("form[action$='/texts'] .actions button").click()
    assert file.document(second.id).roles == {"I": "interviewer"}
    page.set_input_files("input[type=file]", [str(more)])
    finish_task(page, page.locator("form[action$='/files'] button"))
    page.wait_for_url("**/start/check")
    with page.expect_navigation():
        page.locator("main form .actions button").click()
    assert file.documents()["name"].tolist() == ["gesprek-1", "gesprek-2", "gesprek-3"]


@pytest.mark.browser
def test_the_interviews_that_study_yaml_names_come_with_their_codings(serve, visit, at_once, workplace):
    studies.new("programme-demo", workplace / "demo")
    served = serve(workplace)
    page = visit(served, "nl", "/studies/demo/coding/start")
    finish_task(page, page.locator("form[action$='/start/study'] button"))
    page.wait_for_url("**/start/check")
    assert page.locator("input[name=book]").count() == 0
    with page.expect_navigation():
        page.locator("main form .actions button").click()
    project = studies.open_interviews(workplace / "demo")
    assert (len(project.corpus), len(project.codings), len(project.coders)) == (40, 882, 2)
    assert studies.load(workplace / "demo").file.interviews.project == "interviews.lccoding"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("bomb.qdpx", "V005"),
        ("entity.qde", "V007"),
        ("no.qdpx", "V001"),
        ("strange.lccoding", "V280"),
        ("empty.txt", "V060"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name_and_leaves_nothing(workplace, tmp_path, package, name, code):
    content = {
        "bomb.qdpx": package({"sources/a.txt": b"0" * (30 * 1024**2)}),
        "entity.qde": b'<!DOCTYPE p [<!ENTITY a "x">]><Project>&a;</Project>',
        "no.qdpx": b"not a zip",
        "strange.lccoding": b"SQLite format 3\x00" + b"x" * 100,
        "empty.txt": b"",
    }
    with pytest.raises(LcresearchError) as error:
        read(workplace, tmp_path, name, content[name])
    assert code in [one.code for one in error.value.problems]
    assert not Staging(workplace / "pulse").folder.exists()


def test_entries_of_a_package_that_lead_elsewhere_are_named(workplace, tmp_path, package):
    read(workplace, tmp_path, "p.qdpx", package({"../../evil.txt": b"x", "/etc/passwd": b"x"}))
    assert [one.code for one in Staging(workplace / "pulse").opened().project().problems].count("V011") == 2
    assert list(tmp_path.rglob("evil*")) == []


def read(workplace, tmp_path, name, content):
    """Take a file in, as the task does."""
    (tmp_path / name).write_bytes(content)
    Staging(workplace / "pulse").put([tmp_path / name])
    return read_interviews({"folder": str(workplace / "pulse")}, lambda step, share: None)


def test_files_that_do_not_go_together_are_refused(client):
    post = "/studies/pulse/coding/start/files"
    mixed = client.post(post, files=[("files", ("a.txt", b"x")), ("files", ("b.qdpx", b"x"))])
    assert (mixed.status_code, "W143" in mixed.text) == (422, True)
    assert "W006" in client.post(post, files={"files": ("a.exe", b"x")}).text
    assert "W005" in client.post(post, data={}, files={"other": ("a.txt", b"x")}).text


def test_what_was_looked_at_is_what_is_taken(client, at_once, workplace):
    post = "/studies/pulse/coding/start/files"
    told = finished(client, client.post(post, files={"files": ("../../../evil.txt", b"I: Ja?\nR: Nee.\n")}))
    assert told.status_code == 303
    assert [path.name for path in workplace.parent.rglob("evil*")] == []
    assert "evil" in client.get("/studies/pulse/coding/start/check").text
    answer = client.post("/studies/pulse/coding/start/check", data={"version": "999", "book": "empty"})
    assert answer.status_code == 409
    (workplace / "pulse" / "interviews.lccoding").write_bytes(b"of somebody else")
    answer = client.post("/studies/pulse/coding/start/check", data={"version": "1", "book": "empty"})
    assert "W141" in answer.text
    assert (workplace / "pulse" / "interviews.lccoding").read_bytes() == b"of somebody else"
    long = {"version": "1", "book": "empty", "about.0.0": "x" * 300}
    assert "W148" in client.post("/studies/pulse/coding/start/check", data=long).text
    gone = client.post("/studies/pulse/coding/start/drop")
    assert gone.status_code == 303
    assert client.get("/studies/pulse/coding/start/check").status_code == 303
