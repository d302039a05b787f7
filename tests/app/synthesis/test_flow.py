"""From packages that are dropped in to the table of working elements, as somebody without a command line does it."""

from __future__ import annotations

import pytest
from tests.accessibility import looked_at

from lcresearch.messages import spoken
from lcresearch.reporting.synthesis_content import reason_with_titles
from lcresearch.synthesis.elements.wording import word
from lcresearch.synthesis.programme import example_programme, read_programme

WORDS = {
    "nl": {
        "make": "Programma maken", "keep": "Bewaren", "check": "Alleen nakijken", "add": "Nakijken en toevoegen",
        "run": "4 pakketten vergelijken", "away": "Weghalen", "back": "Terugzetten", "results": "Wat werkt waar?",
        "undo": "Vorige tekst terugzetten", "certainty": "level_name",
    },
    "en": {
        "make": "Make the programme", "keep": "Save", "check": "Only check", "add": "Check and add",
        "run": "Compare 4 packages", "away": "Take away", "back": "Put back", "results": "What works where?",
        "undo": "Bring back the earlier text", "certainty": "level_name",
    },
}  # fmt: skip


expect = pytest.importorskip("playwright.sync_api").expect


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en"])  # one way through in each: see test_every_page
def test_packages_dropped_in_become_the_table_of_working_elements(
    serve, visit, at_once, folder, sent, expected, language
):
    say = WORDS[language]
    page = visit(serve(folder), language, "/synthesis")
    looked_at(page)
    page.locator(".card a").click()
    page.wait_for_load_state()
    page.locator("input[type=file]").set_input_files([sent / f"{place}.zip" for place in range(4)])
    expect(page.locator("[data-chosen] li")).to_have_count(4)
    page.get_by_role("button", name=say["add"]).click()
    page.locator("[role=status]").wait_for()
    expect(page.locator(".package h2")).to_have_text(["Aa", "Bb", "Cc", "Dé <b>&"])
    looked_at(page)

    page.get_by_role("button", name=say["away"]).first.click()
    expect(page.locator(".package")).to_have_count(3)
    page.get_by_role("button", name=say["back"]).click()
    expect(page.locator(".package")).to_have_count(4)

    page.get_by_role("button", name=say["run"]).click()
    page.get_by_role("heading", name=say["results"], exact=True).wait_for(timeout=180_000)
    looked_at(page)
    plan = example_programme()
    with spoken(language):
        elements = expected.elements
        reasons = [reason_with_titles(one, plan)[language] for one in expected.working_elements.reasons]
        verdicts = [word("verdict_name", one) for one in elements["verdict"]]
        certainties = [word("level_name", one) for one in elements["certainty"]]
    assert page.locator("[data-verdict]").all_text_contents() == verdicts
    assert page.locator("[data-certainty]").all_text_contents() == certainties
    assert page.locator("[data-reason]").all_text_contents() == reasons
    shown = [text.split(" ")[0].replace(",", ".") for text in page.locator("[data-effect]").all_text_contents()]
    assert [float(one) for one in shown] == [round(one, 2) for one in elements["estimate"]]
    report = page.frame_locator("iframe").locator("html")
    assert report.get_attribute("lang") == language
    with page.expect_download() as download:
        page.locator("a[href$='tables.xlsx']").first.click()
    assert download.value.suggested_filename == "tables.xlsx"


@pytest.mark.browser
@pytest.mark.parametrize("language", ["nl"])  # one way through in each: see test_every_page
def test_a_new_programme_gets_a_plan_of_its_own(serve, visit, tmp_path, language):
    say, title = WORDS[language], "Water & <i>energie</i> 2026"
    (tmp_path / "work").mkdir()
    page = visit(serve(tmp_path / "work"), language, "/synthesis")
    page.locator("#f-title").fill(title)
    page.locator("#f-name").fill("Programma één")
    page.get_by_role("button", name=say["make"]).click()
    path = tmp_path / "work" / "Programma één" / "programme.yaml"
    made = read_programme(path)
    assert (made.id, made.title["nl"]) == ("programma-een", title)
    looked_at(page)

    wrong = page.locator("textarea").input_value().replace("minimum: 1", "minimum: 9", 1)
    page.locator("textarea").fill(wrong)
    page.get_by_role("button", name=say["keep"], exact=True).click()
    page.locator("[role=alert]").wait_for()
    assert "programme.yaml" in page.locator(".problem").first.text_content()
    assert page.locator("textarea").input_value() == wrong
    assert read_programme(path) == made
    looked_at(page)
    page.seen.provoked(page)

    page.locator("textarea").fill(wrong.replace("minimum: 9", "minimum: 0"))
    page.get_by_role("button", name=say["check"]).click()
    page.locator("[role=status]").wait_for()
    assert read_programme(path) == made
    page.get_by_role("button", name=say["keep"], exact=True).click()
    page.locator("[role=status]").wait_for()
    assert read_programme(path).elements["shared_purpose"].minimum == 0
    looked_at(page)
    page.get_by_role("button", name=say["undo"]).click()
    page.locator("[role=status]").wait_for()
    assert read_programme(path) == made
