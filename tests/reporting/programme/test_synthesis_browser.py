"""The report on a programme in a browser: accessible, on a phone, printed, and asking for nothing."""

from __future__ import annotations

import pytest
from tests.accessibility import violations
from tests.reporting.in_a_browser import OPEN_ALL, open_report
from tests.reporting.programme.conftest import PAGES


@pytest.fixture
def page(browser, folder, language):
    opened = open_report(browser, folder / PAGES[language], language)
    yield opened
    opened.close()


@pytest.fixture
def read(looked_at, folder, language):
    """The page for tests that only look at it."""
    return looked_at(folder / PAGES[language], language)


@pytest.mark.browser
def test_asks_for_nothing_and_logs_nothing(read):
    read.evaluate(OPEN_ALL)
    assert read.seen == {"console": [], "requests": [read.url]}


@pytest.mark.browser
@pytest.mark.parametrize(("width", "everything_open"), [(1280, False), (390, True)])
def test_axe_finds_no_violations(read, width, everything_open):
    read.set_viewport_size({"width": width, "height": 900})
    if everything_open:
        read.evaluate(OPEN_ALL)
    assert violations(read, None if everything_open else False) == []


@pytest.mark.browser
def test_fits_a_phone_and_ids_are_unique(read):
    read.set_viewport_size({"width": 390, "height": 844})
    read.evaluate(OPEN_ALL)
    assert read.evaluate("document.documentElement.scrollWidth") <= 390
    ids = read.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)")
    assert len(ids) == len(set(ids))


@pytest.mark.browser
def test_every_figure_has_a_name_and_a_description(read, titles):
    figures = read.locator("figure svg[role=img]")
    assert figures.count() == len(titles)
    for figure in figures.all():
        ids = figure.get_attribute("aria-labelledby").split()
        assert all(len(read.locator(f"[id='{one}']").text_content()) > 20 for one in ids)


@pytest.mark.browser
def test_the_languages_link_to_each_other_and_it_prints(page):
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    other = "en" if page.language == "nl" else "nl"
    page.click(".languages a")
    assert page.get_attribute("html", "lang") == other
