"""From an empty folder to a study with its questionnaire, as somebody does who never opens a terminal."""

from __future__ import annotations

import html
import re

import pytest
from tests.accessibility import violations
from typer.testing import CliRunner

from lcresearch.cli import app

FIRMS = ["Bakker & zonen", "<script>alert(1)</script>", "Smit 🐝"]
WORDS = {
    "nl": {
        "welcome": "Welkom",
        "make": "Onderzoek maken",
        "now": "Antwoorden erin zetten",
        "first": "Onderzoek plannen",
    },
    "en": {"welcome": "Welcome", "make": "Make the study", "now": "Bring in the answers", "first": "Plan a study"},
}


def looked_at(page):
    """Nothing is wrong with a page on a desk or on a phone."""
    found = violations(page)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    found += violations(page, contrast=False)
    page.set_viewport_size({"width": 1280, "height": 900})
    assert found == []


def on(page):
    with page.expect_navigation():
        page.locator("main form button").first.click()


@pytest.mark.browser
@pytest.mark.parametrize("language", ["nl"])  # one way through in each: see test_every_page
def test_from_an_empty_folder_to_a_questionnaire(serve, visit, at_once, roughly, tmp_path, language):
    folder, words = tmp_path / "studies", WORDS[language]
    folder.mkdir()
    served = serve(folder)
    page = visit(served, language)
    assert page.locator("h1").text_content() == words["welcome"]
    looked_at(page)
    page.get_by_role("link", name=words["first"]).click()
    on(page)  # without an answer: the page says so, and where
    assert page.locator("[role=alert] a").get_attribute("href") == "#f-goal"
    looked_at(page)
    page.seen.provoked(page)
    page.locator("input[name=goal]").first.check()
    on(page)
    page.fill("[name=firms]", "\n".join(FIRMS))
    on(page)
    for place, number in enumerate((9, 8, 300)):
        page.fill(f"[name=people-{place}]", str(number))
    on(page)
    assert page.locator("[role=alert] a").get_attribute("href") == "#f-people-2"
    assert page.locator("[name=people-0]").input_value() == "9"
    looked_at(page)
    page.seen.provoked(page)
    page.fill("[name=people-2]", "12")
    on(page)
    looked_at(page)
    on(page)
    page.check("[value=limesurvey]")
    looked_at(page)
    on(page)
    page.wait_for_url("**/plan", timeout=120_000)
    looked_at(page)
    assert list(folder.iterdir()) == []
    assert (
        page.locator("h1").text_content()
        == {"nl": "Leercultuur in 3 bedrijven", "en": "Learning culture in 3 firms"}[language]
    )
    page.get_by_role("button", name=words["make"]).click()
    page.wait_for_url("**/studies/*", timeout=120_000)
    looked_at(page)
    assert page.locator(".todo .first a").text_content() == words["now"]
    (made,) = folder.iterdir()
    page.locator(".tabs a").nth(1).click()
    looked_at(page)
    assert same_as_the_command(page, made, tmp_path / "by-command") > 4
    page.locator("a[href*='/look/']").first.click()
    assert page.frame_locator("iframe").locator("body").inner_text(timeout=20_000).strip()
    looked_at(page)
    page.goto(served.url)
    assert page.locator(".card").count() == 1


def same_as_the_command(page, study, target):
    """How many files there are to download: each with the bytes that the command line gives, PDFs aside."""
    done = CliRunner().invoke(app, ["form", str(study), "--output", str(target)])
    assert done.exit_code == 0
    links = page.locator("a[href*='/forms/file/']").evaluate_all("all => all.map(one => one.href)")
    for link in links:
        answer = page.request.get(link)
        assert answer.headers["content-disposition"].startswith("attachment")
        if not link.endswith((".pdf", ".entry.xlsx")):
            assert answer.body() == (target / link.rpartition("/")[2]).read_bytes()
    assert len(links) == len(list(target.iterdir()))
    return len(links)


@pytest.fixture
def roughly(monkeypatch):
    """Plans by fewer simulations: tests/studies/planning looks at how precise they promise to be."""
    from lcresearch.studies.planning import planning

    exactly = planning.expected_precision
    monkeypatch.setattr(planning, "expected_precision", lambda *asked, **how: exactly(*asked, **how | {"n_sims": 50}))


def test_a_plan_can_be_changed_before_anything_is_made(serve, let_in, at_once, roughly, tmp_path):
    client = let_in(serve(tmp_path))
    answer = client.post("/new/short-cycle", goal="team_learning")
    draft = answer.url.path.rpartition("/")[0]
    client.post(f"{draft}/firms", firms="A bv\nB bv", comparison="")
    client.post(f"{draft}/people", **{"people-0": "9", "people-1": "9", "returning": "80"})
    client.post(f"{draft}/time", weeks="8", start="2027-01-04", every="0")
    answer = client.post(f"{draft}/form", platforms="print", worthwhile="0,6", title="Mine <i>", language="en")
    assert "<h1>Mine &lt;i&gt;</h1>" in answer.text
    assert "80%" in answer.text
    answer = client.post(f"{draft}/plan", design="single_case")
    assert "following one firm" in answer.text
    answer = client.post(f"{draft}/firms", firms="A bv\nB bv", comparison="C bv", to="plan")
    assert answer.url.path == f"{draft}/people"  # C bv needs a number too
    client.post(f"{draft}/people", **{"people-0": "9", "people-1": "9", "people-2": "9", "returning": "80"})
    answer = client.post(f"{draft}/time", weeks="5", start="2027-01-04", every="2", to="plan")
    assert answer.url.path.startswith("/jobs/")
    assert "S138" in answer.text
    answer = client.post(f"{draft}/time", weeks="10", start="2027-01-04", every="2", to="plan")
    assert answer.url.path == f"{draft}/plan"
    assert "repeated short pulse" in answer.text
    for name in ("../outside", "a/b", "", "nul"):
        refused = client.post(f"{draft}/make", folder=name)
        assert refused.status_code == 422
    assert list(tmp_path.iterdir()) == []


def test_a_draft_that_is_gone_says_what_to_do(serve, let_in, tmp_path):
    client = let_in(serve(tmp_path), "nl")
    answer = client.get("/new/short-cycle/gone/firms")
    assert answer.status_code == 404
    assert "Begin opnieuw" in answer.text


@pytest.mark.parametrize("language", ["nl", "en"])
def test_an_example_is_copied_to_a_folder_of_its_own(serve, let_in, tmp_path, language):
    from lcresearch import studies

    client = let_in(serve(tmp_path), language)
    page = client.get("/new/example").text
    assert page.count('name="template"') == len(studies.templates())
    folder = html.unescape(re.findall(r'name="folder" value="([^"]+)"', page)[0])
    answer = client.post("/new/example", template="short-cycle-example", folder=folder)
    assert answer.url.path == f"/studies/{folder}"
    assert studies.load(tmp_path / folder).file.id == "short-cycle-example"
    again = client.post("/new/example", template="short-cycle-example", folder=folder)
    assert again.status_code == 422
