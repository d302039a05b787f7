"""Codes are suggested, accepted, rejected, replaced and taken back, and never in a text that is coded blind."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.accessibility import fits, violations
from tests.app.coding_material.by_hand import finish_task

from lcresearch import interviews
from lcresearch.app.coding.coder import COOKIE

TITLE = {"nl": "Voorstellen voor codes", "en": "Suggestions for codes"}


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en"])  # one way through in each: see test_every_page
def test_suggestions_are_judged_one_by_one_with_keys(serve, visit, at_once, workplace, coded, language):
    file = coded()
    served = serve(workplace)
    page = visit(served, language, "/studies/pulse/coding/suggestions", cookies={COOKIE: "An"})
    assert page.locator("h1").text_content() == TITLE[language]
    assert violations(page) == []
    page.locator("input[value=rules]").check()
    page.locator("input[value=sentence]").check()
    finish_task(page, page.locator("form[action$='/ask'] button"))
    page.locator(".suggestion").wait_for()
    assert violations(page) == []
    assert fits(page)
    n = len(file.suggestions().open)
    assert n >= 2
    an = file.coders()["coder"][0]

    with page.expect_navigation():
        page.keyboard.press("a")
    assert len(file.codings(coders=[an])) == 1
    at_the_next = "document.activeElement.id"  # not at the top of the page, thirty tabs away
    assert page.evaluate(at_the_next) == "suggestion"
    assert "zoekzin" in file.codings()["memo"][0] or "search phrase" in file.codings()["memo"][0]
    with page.expect_navigation():
        page.keyboard.press("r")
    assert len(file.suggestions().rejected) == 1
    assert violations(page) == []
    with page.expect_navigation():
        page.keyboard.press("u")
    assert page.evaluate(at_the_next) == "suggestion"
    assert len(file.suggestions().rejected) == 0
    page.locator(".suggestion details summary").click()
    page.locator("#other").select_option(index=3)
    with page.expect_navigation():
        page.locator("[value=other]").click()
    assert len(file.codings(coders=[an])) == 2
    kept = interviews.read_suggestions(workplace / "pulse" / "interviews.suggestions.json")
    assert kept.method == "rules"
    again = interviews.suggest_codes(file.project(), method="rules", unit="sentence", earlier=file.suggestions())
    assert not set(again.found["suggestion"]) & set(file.suggestions().rejected["suggestion"])


def test_a_text_that_is_coded_apart_from_others_gets_no_suggestions(client, coded):
    file = coded()
    an, bo = file.coders()["coder"][0], file.add_coder("Bo")
    file.keep_suggestions(interviews.suggest_codes(file.project(), method="rules"))
    found = file.suggestions().open
    file.assign(set(found["document"]), [an, bo])
    client.cookies.set("lcresearch-coder", "An")
    text = client.get("/studies/pulse/coding/suggestions").text
    assert "suggestion card" not in text
    assert found["path"][0] not in text.split("<form")[0]
    asked = {"suggestion": found["suggestion"][0], "choice": "accept"}
    assert "W146" in client.post("/studies/pulse/coding/suggestions/judge", data=asked).text
    assert len(file.codings()) == 0
    file.unassign(set(found["document"]), [bo])
    assert "suggestion card" in client.get("/studies/pulse/coding/suggestions").text


def test_suggestions_of_the_command_line_can_be_used(client, workplace, coded):
    file = coded()
    made = interviews.suggest_codes(file.project(), method="rules")
    interviews.write_suggestions(made, workplace / "pulse" / "interviews.suggestions.json")
    client.cookies.set("lcresearch-coder", "An")
    assert "/suggestions/beside" in client.get("/studies/pulse/coding/suggestions").text
    client.post("/studies/pulse/coding/suggestions/beside")
    assert file.suggestions().found["suggestion"].tolist() == made.found["suggestion"].tolist()
    assert "/suggestions/beside" not in client.get("/studies/pulse/coding/suggestions").text


def test_who_did_not_say_who_codes_is_asked_first(client, coded):
    coded()
    answer = client.get("/studies/pulse/coding/suggestions")
    assert answer.headers["location"] == "/studies/pulse/coding/coder"


def test_suggestions_of_earlier_words_are_not_offered(client, workplace, coded):
    """As after names were taken out: places in the earlier text would point at other words."""
    file = coded()
    made = interviews.suggest_codes(file.project(), method="rules")
    earlier = dict.fromkeys(made.texts, "0" * 64)
    interviews.write_suggestions(replace(made, texts=earlier), workplace / "pulse" / "interviews.suggestions.json")
    client.cookies.set("lcresearch-coder", "An")
    assert "/suggestions/beside" not in client.get("/studies/pulse/coding/suggestions").text
    client.post("/studies/pulse/coding/suggestions/beside")
    assert file.suggestions() is None
