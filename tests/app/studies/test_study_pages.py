"""The list of studies and the pages of one: what is wrong, what to do now, settings, papers."""

from __future__ import annotations

import json
import shutil

import pytest
from tests.accessibility import violations

from lcresearch import studies

HOSTILE = "</title><script>alert(1)</script> \u202eevil 🐍" + "x" * 300


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    """A planned study, made once."""
    folder = tmp_path_factory.mktemp("planned") / "Mijn onderzoek"
    studies.plan_short_cycle(goal="learning_culture", weeks=8, firms=["A bv", "B bv"], people=9, n_sims=20).write(
        folder
    )
    return folder


def broken(folder):
    """A study of which study.yaml has two faults, in a folder with signs of its own."""
    path = folder / "Smit & <zonen>'s"
    shutil.copytree(folder / "unit-climate", path)
    text = (path / "study.yaml").read_text(encoding="utf-8")
    (path / "study.yaml").write_text(text.replace("schema: 1", "schema: 7") + "surprise: yes\n", encoding="utf-8")
    return path


@pytest.mark.browser
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_study_with_faults_shows_them_with_their_lines_and_can_be_mended(serve, visit, studies_folder, language):
    path = broken(studies_folder)
    page = visit(serve(studies_folder), language)
    page.locator(".card", has_text="Smit").locator("h2 a").click()
    assert page.locator(".problem").count() == 2
    assert {"nl": "regel", "en": "line"}[language] in page.locator(".problem .place").first.text_content()
    assert violations(page) == []
    page.locator("main a.button").click()
    assert violations(page) == []
    text = page.locator("textarea").input_value()
    page.fill("textarea", text.replace("schema: 7", "schema: 1").replace("surprise: yes\n", ""))
    page.locator("main form button").first.click()
    page.locator("[role=status]").wait_for()
    assert studies.load(path).file.id == "unit-climate"
    page.locator("form[action$=undo] button").click()
    page.locator("[role=status]").wait_for()
    assert "surprise" in (path / "study.yaml").read_text(encoding="utf-8")


@pytest.mark.browser
def test_hostile_titles_are_text_everywhere(serve, visit, studies_folder):
    path = studies_folder / "short-cycle-example" / "study.yaml"
    text = path.read_text(encoding="utf-8")
    wrong = json.dumps(HOSTILE, ensure_ascii=False)
    text = text.replace('"Leercultuur in 3 bedrijven"', wrong).replace(
        "Bakker bv", "Bakker <img src=x onerror=alert(1)> bv"
    )
    path.write_text(text, encoding="utf-8")
    served = serve(studies_folder)
    page = visit(served, "nl", width=390)
    for part in ("/", "/studies/short-cycle-example", "/studies/short-cycle-example/forms"):
        page.goto(served.url + part)
        assert "evil" in page.locator("body").inner_text()
        assert page.locator("script:not([src]), img").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_settings_are_refused_when_wrong_and_when_changed_elsewhere(serve, let_in, studies_folder):
    client, path = let_in(serve(studies_folder)), studies_folder / "unit-climate" / "study.yaml"
    page = client.get("/studies/unit-climate/settings").text
    version = page.partition('name="version" value="')[2].partition('"')[0]
    before = path.read_text(encoding="utf-8")
    refused = client.post("/studies/unit-climate/settings", text="schema: 1\n", version=version)
    assert refused.status_code == 422
    assert path.read_text(encoding="utf-8") == before
    path.write_text(before + "# by hand\n", encoding="utf-8")
    answer = client.post("/studies/unit-climate/settings", text=before, version=version)
    assert answer.status_code == 409
    assert path.read_text(encoding="utf-8").endswith("# by hand\n")


def test_undo_takes_back_only_the_change_that_its_page_showed(serve, let_in, studies_folder):
    client, path = let_in(serve(studies_folder)), studies_folder / "unit-climate" / "study.yaml"
    address = "/studies/unit-climate/settings"

    def version():
        return client.get(address).text.partition('name="version" value="')[2].partition('"')[0]

    first = path.read_text(encoding="utf-8")
    client.post(address, text=first + "# one\n", version=version())
    seen = version()
    client.post(address, text=first + "# two\n", version=seen)
    assert client.post(f"{address}/undo", version=seen).status_code == 409
    assert path.read_text(encoding="utf-8").endswith("# two\n")
    client.post(f"{address}/undo", version=version())
    assert path.read_text(encoding="utf-8").endswith("# one\n")


def test_a_folder_of_many_studies_is_shown_page_by_page(serve, let_in, tmp_path, monkeypatch):
    for n in range(7):
        (tmp_path / f"study-{n}").mkdir()
        (tmp_path / f"study-{n}" / "study.yaml").write_text("schema: 1\n", encoding="utf-8")
    monkeypatch.setattr("lcresearch.app.studies.listing.MOST", 3)
    client = let_in(serve(tmp_path), "nl")

    def shown(address):
        text = client.get(address).text
        return [n for n in range(7) if f'href="/studies/study-{n}"' in text], 'rel="next"' in text, 'rel="prev"' in text

    assert shown("/") == ([0, 1, 2], True, False)
    assert shown("/?page=2") == ([3, 4, 5], True, True)
    assert shown("/?page=3") == ([6], False, True)
    assert "4 tot en met 6 van de 7 onderzoeken" in client.get("/?page=2").text
    for odd in ("0", "99", "-1", "x", "²", "9" * 5000):
        assert client.get(f"/?page={odd}").status_code == 200


def test_a_check_lists_what_was_found(serve, let_in, at_once, planned, tmp_path):
    shutil.copytree(planned, tmp_path / planned.name)
    client = let_in(serve(tmp_path), "nl")
    answer = client.post(f"/studies/{planned.name}/check")
    assert answer.text.count("Uitleg bij S131") == 2
    assert client.get("/studies/unknown/check/x").status_code == 404


def test_papers_of_the_plan_are_read_and_downloaded(serve, let_in, planned, tmp_path):
    shutil.copytree(planned, tmp_path / planned.name)
    client, study = let_in(serve(tmp_path), "nl"), f"/studies/{planned.name}"
    assert "Informatiebrief" in client.get(study).text
    letter = client.get(f"{study}/papers/nl/information_letter").text
    assert "<mark>[vul in:" in letter
    word = client.get(f"{study}/papers/en/invitation/docx")
    assert word.content == (planned / "documents" / "invitation.docx").read_bytes()
    for wrong in ("nl/study", "nl/..%2f..%2fstudy", "de/consent", "nl/consent/exe", "nl/consent/ics"):
        assert client.get(f"{study}/papers/{wrong}").status_code == 404
    assert "voor- en nameting" in client.get(f"{study}/plan").text
    stored = json.loads((tmp_path / planned.name / "plan.json").read_text(encoding="utf-8"))
    for content in ("[]", "{", json.dumps(stored | {"design": "<b>"}), json.dumps(stored | {"moments": 3})):
        (tmp_path / planned.name / "plan.json").write_text(content, encoding="utf-8")
        assert client.get(f"{study}/plan").status_code == 422
