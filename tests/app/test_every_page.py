"""Every page that an address leads to, on the narrowest screen (WCAG 1.4.10: 320 px, as a wide one at 400%).

In both languages; the long ways from page to page, which take most of the time of these tests, are gone in one.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any
from urllib.parse import quote

import pytest
from tests.accessibility import violations
from tests.app.asking import CODER, OURS, ask
from tests.app.test_every_route import Served, served, whole

from lcresearch.app.coding.coder import COOKIE

__all__ = ["served", "whole"]
LOOK = """() => ({
  title: document.title.trim(),
  language: document.documentElement.lang,
  heads: [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].filter((one) => one.checkVisibility())
    .map((one) => Number(one.tagName[1])),
  over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  unseen: [...document.querySelectorAll('main a[href], main button, main input, main select, main textarea')]
    .filter((one) => one.checkVisibility() && !one.disabled && one.type !== 'hidden').slice(0, 40).filter((one) => {
      one.focus({ focusVisible: true });
      const look = getComputedStyle(one), around = getComputedStyle(one.closest('label') || one);
      const line = (of) => of.outlineStyle !== 'none' && parseFloat(of.outlineWidth) >= 1;
      return document.activeElement === one && !line(look) && !line(around);
    }).map((one) => one.outerHTML.slice(0, 120)),
})"""


def faults(seen: dict[str, Any], language: str) -> list[str]:
    """What is wrong with a page, of what :data:`LOOK` gives."""
    heads = seen["heads"]
    steps = [after - before for before, after in pairwise(heads)]
    return [
        *([] if seen["title"] else ["no title"]),
        *([] if seen["language"] == language else [f"language {seen['language']}"]),
        *([] if heads[:1] == [1] and heads.count(1) == 1 else [f"headings {heads}"]),
        *([f"headings {heads}"] if any(step > 1 for step in steps) else []),
        *([f"{seen['over']} px wider than the screen"] if seen["over"] > 0 else []),
        *(f"focus cannot be seen: {one}" for one in seen["unseen"]),
    ]


_FOUND: list[str] = []
"""Addresses of pages, which are the same in both languages."""


def pages(served: Served) -> list[str]:
    """Addresses of all pages of ours: one for each way in which they are made, and one that is refused."""
    if not _FOUND:
        _FOUND.extend(_found(served))
    return [*_FOUND, "/studies/nothing"]


def _found(served: Served) -> list[str]:
    found = []
    for one in served.of("GET"):
        answer = ask(served.app, "GET", one.filled(), OURS)
        ours = "sandbox" not in answer.headers["content-security-policy"] and b"<h1" in answer.body
        if answer.status == 200 and answer.headers.get("content-type", "").startswith("text/html") and ours:
            found.append(one.filled())
    return found


@pytest.mark.browser
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_page_has_its_title_headings_and_focus_and_needs_no_sideways_scrolling(
    browser: Any, served: Served, serve: Any, visit: Any, language: str
) -> None:
    addresses, wrong = pages(served), {}
    cookies = {COOKIE: quote(CODER)}
    page = visit(
        serve(served.folder), language, "/help", cookies=cookies, width=320, height=640, reduced_motion="reduce"
    )
    assert len(addresses) >= 25
    for address in addresses:
        page.goto(page.seen.host + address)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        found = [*faults(page.evaluate(LOOK), language), *map(str, violations(page))]
        if found:
            wrong[address] = found
    page.seen.provoked(page)  # the page that is not there
    assert wrong == {}


def test_a_page_with_faults_is_noticed() -> None:
    seen = {"title": "", "language": "en", "heads": [2, 4], "over": 3, "unseen": ["<a>"]}
    assert len(faults(seen, "nl")) == 6
