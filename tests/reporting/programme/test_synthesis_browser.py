"""The report on a programme in a browser: accessible, on a phone, printed, and asking for nothing."""

from __future__ import annotations

import pytest
from tests.accessibility import violations
from tests.reporting.programme.conftest import PAGES

OPEN_ALL = "document.querySelectorAll('details').forEach(part => part.open = true)"


@pytest.fixture
def page(browser, folder, language):
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    opened.seen = {"console": [], "requests": []}
    opened.on("console", lambda message: opened.seen["console"].append(message.text))
    opened.on("pageerror", lambda error: opened.seen["console"].append(str(error)))
    opened.on("request", lambda asked: opened.seen["requests"].append(asked.url))
    opened.goto((folder / PAGES[language]).as_uri())
    opened.language = language
    yield opened
    opened.close()


@pytest.mark.browser
def test_asks_for_nothing_and_logs_nothing(page):
    page.evaluate(OPEN_ALL)
    assert page.seen == {"console": [], "requests": [page.url]}


@pytest.mark.browser
@pytest.mark.parametrize(("width", "everything_open"), [(1280, False), (390, True)])
def test_axe_finds_no_violations(page, width, everything_open):
    page.set_viewport_size({"width": width, "height": 900})
    if everything_open:
        page.evaluate(OPEN_ALL)
    assert violations(page, None if everything_open else False) == []


@pytest.mark.browser
def test_fits_a_phone_and_ids_are_unique(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)")
    assert len(ids) == len(set(ids))


@pytest.mark.browser
def test_every_figure_has_a_name_and_a_description(page, titles):
    figures = page.locator("figure svg[role=img]")
    assert figures.count() == len(titles)
    for figure in figures.all():
        ids = figure.get_attribute("aria-labelledby").split()
        assert all(len(page.locator(f"[id='{one}']").text_content()) > 20 for one in ids)


@pytest.mark.browser
def test_the_languages_link_to_each_other_and_it_prints(page):
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    other = "en" if page.language == "nl" else "nl"
    page.click(".languages a")
    assert page.get_attribute("html", "lang") == other
