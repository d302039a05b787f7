"""What all pages share: the list of studies, two languages, explanations, refusals in words."""

from __future__ import annotations

import httpx
import pytest
from tests.accessibility import violations

WORDS = {"nl": ("Uw onderzoeken", "Naar de inhoud"), "en": ("Your studies", "Skip to content")}


@pytest.mark.browser
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_list_of_studies(serve, visit, studies_folder, language):
    page = visit(serve(studies_folder), language)
    assert page.locator("h1").text_content() == WORDS[language][0]
    assert page.locator(".card").count() == 2
    assert "token" not in page.url
    assert violations(page) == []
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == WORDS[language][1]
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.browser
def test_the_chosen_language_stays(serve, visit, studies_folder):
    page = visit(serve(studies_folder), "nl")
    page.get_by_role("link", name="Eenheidsklimaat").or_(page.locator(".card a").first).first.click()
    place = page.url
    page.get_by_role("button", name="English").click()
    assert page.url == place
    assert page.get_attribute("html", "lang") == "en"
    page.reload()
    assert page.get_attribute("html", "lang") == "en"


@pytest.mark.browser
def test_a_message_is_explained_and_a_page_that_is_not_there_says_so(serve, visit, studies_folder):
    served = serve(studies_folder)
    page = visit(served, "en", "/explain/W008")
    assert page.locator("h1").text_content().startswith("W008")
    for path in ("/studies/elsewhere", "/nothing"):
        answer = page.goto(served.url + path)
        assert answer.status == 404
        assert violations(page) == []
    page.seen.provoked(page)


def test_only_the_browser_with_the_token_gets_in(serve, studies_folder):
    served = serve(studies_folder)
    with httpx.Client(base_url=served.url) as client:
        assert client.get("/").status_code == 403
        assert client.get("/?token=wrong").status_code == 403
        assert client.get(served.entrance).headers["location"] == "/"
        assert client.get("/").status_code == 200
