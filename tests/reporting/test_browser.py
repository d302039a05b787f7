"""The report in a real browser: nothing loaded, nothing wrong on the console, accessible, operable, printable."""

import re
from pathlib import Path

import pytest
from tests.accessibility import violations
from tests.reporting.in_a_browser import OPEN_ALL, open_report

pytestmark = pytest.mark.browser
PAGES = {"nl": "report.html", "en": "report.en.html"}


@pytest.fixture(params=["nl", "en"])
def page(request: pytest.FixtureRequest, browser, report_folder: Path):
    opened = open_report(browser, report_folder / PAGES[request.param], request.param)
    yield opened
    opened.close()


@pytest.fixture(params=["nl", "en"])
def read(request: pytest.FixtureRequest, looked_at, report_folder: Path):
    """The page for tests that only look at it."""
    return looked_at(report_folder / PAGES[request.param], request.param)


def test_asks_for_nothing_and_logs_nothing(read):
    read.evaluate(OPEN_ALL)
    assert read.seen == {"console": [], "requests": [read.url]}
    assert read.get_attribute("html", "lang") == read.language


@pytest.mark.parametrize(("width", "everything_open"), [(1280, False), (390, True)])
def test_axe_finds_no_violations(read, width, everything_open):
    read.set_viewport_size({"width": width, "height": 900})
    if everything_open:
        read.evaluate(OPEN_ALL)
    assert violations(read, None if everything_open else False) == []


def test_every_figure_has_a_name_and_a_description(read, content):
    figures = read.locator("figure svg[role=img]")
    # the answers of each scale, and a figure for each of three levels
    assert figures.count() == len(content.scales) * 4
    for figure in figures.all():
        ids = figure.get_attribute("aria-labelledby").split()
        texts = [read.locator(f"[id='{one}']").text_content() for one in ids]
        assert len(texts) == 2
        assert all(len(text) > 20 for text in texts)
        box = figure.bounding_box()
        assert box["width"] > 300
        assert box["height"] > 60


def test_ids_are_unique(read):
    ids = read.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)")
    assert len(ids) == len(set(ids))


def test_the_keyboard_reaches_everything_that_opens(page):
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["x"] >= 0
    reached = 0
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        reached += page.evaluate("document.activeElement.tagName === 'SUMMARY'")
    assert reached == page.locator("summary").count()
    first = page.locator("summary").first
    first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('details').open")


def test_the_page_does_not_scroll_sideways_on_a_phone(read):
    read.set_viewport_size({"width": 390, "height": 844})
    read.evaluate(OPEN_ALL)
    assert read.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_languages_link_to_each_other(page):
    other = "en" if page.language == "nl" else "nl"
    page.click(".languages a")
    assert page.get_attribute("html", "lang") == other


def test_no_text_of_the_data_becomes_markup(read):
    assert read.locator("script").count() == 0
    read.evaluate(OPEN_ALL)
    assert '<script>alert("x")</script> & Zn. $x$' in read.inner_text("main")


def test_prints_on_a4_with_the_scales_unfolded_and_the_mark_on_every_page(page):
    printed = page.pdf(prefer_css_page_size=True)
    boxes = set(re.findall(rb"/MediaBox \[([^\]]+)\]", printed))
    assert boxes
    for box in boxes:
        _, _, width, height = (float(number) for number in box.split())
        assert (width, height) == pytest.approx((595.3, 841.9), abs=1.0)
    page.emulate_media(media="print")
    height = "element => element.getBoundingClientRect().height"
    assert page.locator(".scale details > :not(summary)").first.evaluate(height) > 0
    technical = page.locator(".technical > details").first
    closed = technical.evaluate(height)
    technical.evaluate("element => element.open = true")
    assert technical.evaluate(height) > closed
    assert "@top-center" in page.content()
