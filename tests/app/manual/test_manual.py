"""The manual inside the page: the same in both languages, and for everybody to read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.accessibility import violations
from typer.testing import CliRunner

from lcresearch.app.manual.routes import PAGES
from lcresearch.app.pages import FOLDER
from lcresearch.cli import app


def text_of(page, language):
    return Path(FOLDER / "templates" / "manual" / f"{page}.{language}.html").read_text(encoding="utf-8")


@pytest.mark.browser
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_page_can_be_read_on_a_desk_and_on_a_phone(serve, visit, tmp_path, language):
    served = serve(tmp_path)
    page = visit(served, language, "/help")
    widths = [1280, 390]
    for place in range(len(PAGES)):
        page.locator(".manual nav a").nth(place).click()
        assert page.locator(".manual nav [aria-current=page]").count() == 1
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            assert violations(page, None if width == 1280 else False) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        widths.reverse()  # the next is chosen where this one was read last, on the desk or on the phone
    answer = page.goto(served.url + "/help/nothing")
    assert answer.status == 404
    page.seen.provoked(page)


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_have_the_same_parts(page):
    parts = {language: re.findall(r"<(h2|li|dt|tr)\b", text_of(page, language)) for language in ("nl", "en")}
    extra = ["h2"] if page == "terminal" else []  # how to get messages in Dutch
    assert sorted(parts["nl"]) == sorted(parts["en"] + extra)


def test_the_commands_that_it_names_are_there():
    named = set(re.findall(r"<code>lcresearch ([a-z-]+)", "".join(text_of(page, "nl") for page in PAGES)))
    known = CliRunner().invoke(app, ["--help"]).output
    assert {"new", "form", "check", "run", "pack", "synthesize", "withdraw", "explain", "app"} <= named
    assert all(re.search(rf"\b{name}\b", known) for name in named if not name.startswith("-"))
