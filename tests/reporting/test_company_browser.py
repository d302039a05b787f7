"""Company reports in a real browser: accessible, at home on a telephone, and two sheets of A4 whatever is in them."""

import re
from dataclasses import replace

import numpy as np
import pytest
from tests.accessibility import violations
from tests.reporting.invented_companies import head, least, longest, usual

from lcresearch.reporting.company_content import CompanyQuestion, PeerScore
from lcresearch.reporting.company_files import company_pages
from lcresearch.reporting.company_page import render_company
from lcresearch.studies.company_reports import with_findings
from lcresearch.studies.next_steps import shipped_next_steps

pytestmark = pytest.mark.browser
WORDS = ("samen", "leren", "van", "elkaar", "in", "een", "bedrijf", "dat", "installaties", "onderhoudt")
MAKERS = {"usual": usual, "longest": longest, "least": least}


@pytest.fixture
def page(browser):
    opened = browser.new_page(viewport={"width": 1000, "height": 900})
    yield opened
    opened.close()


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_two_sheets_are_enough(page, name, language):
    page.set_content(render_company(MAKERS[name](), language))
    assert sheets(page) == 2


@pytest.mark.parametrize("seed", range(4))
def test_two_sheets_are_enough_for_texts_of_any_length(page, seed):
    rng = np.random.default_rng(seed)
    for _ in range(3):
        page.set_content(render_company(some_report(rng), "nl"))
        assert sheets(page) == 2


@pytest.mark.parametrize(("width", "name"), [(1000, "usual"), (380, "usual"), (380, "longest")])
def test_axe_finds_no_violations_and_nothing_scrolls_sideways(page, width, name):
    page.set_viewport_size({"width": width, "height": 900})
    page.set_content(render_company(MAKERS[name](), "nl", other_reports={"nl": "rapport.html", "en": "report.en.html"}))
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_page_asks_for_nothing_and_its_languages_link(browser, tmp_path):
    for name, text in company_pages(usual()).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    opened = browser.new_page()
    asked = []
    opened.on("request", lambda one: asked.append(one.url))
    opened.goto((tmp_path / "rapport.html").as_uri())
    assert asked == [opened.url]
    opened.click(".languages a")
    assert opened.get_attribute("html", "lang") == "en"
    opened.close()


def sheets(page) -> int:
    """Pages of the page as PDF."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(prefer_css_page_size=True)))


def some_report(rng: np.random.Generator):
    """A report with texts of random length, a random number of outcomes, and parts that are there or not."""

    def text(low: int, high: int):
        n = int(rng.integers(low, high))
        line = " ".join(rng.choice(WORDS, size=n // 3 + 1))[:n].strip() or "x"
        return {"nl": line, "en": line}

    own = usual()
    scales = tuple(
        replace(one, title=text(4, 70), low=text(8, 160), high=text(8, 160)) if rng.random() < 0.5 else one
        for one in own.scales[: int(rng.integers(1, 7))]
    )
    names = {one.name for one in scales}
    questions = tuple(
        CompanyQuestion(text(8, 500)["nl"], (scales[0].name,), "level", text(5, 600)) for _ in range(rng.integers(0, 3))
    )
    peers = replace(own.peers, scores=tuple(PeerScore(one.name, 3.2, 3.1, "t1") for one in scales))
    changed = rng.random() < 0.8
    report = replace(
        own, name=text(2, 200)["nl"], head=head(title=text(5, 300), simulated=bool(rng.random() < 0.5)), scales=scales,
        questions=questions, peers=peers if rng.random() < 0.7 else None, contact=text(5, 200),
        design=own.design if changed else None,
        changes=tuple(one for one in own.changes if one.scale in names) if changed else (),
    )  # fmt: skip
    return with_findings(report, shipped_next_steps())
