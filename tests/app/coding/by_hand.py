"""What a coder does with mouse and keys, and what the page then says."""

from __future__ import annotations

from typing import Any

_BOX = """words => {
  for (const said of document.querySelectorAll(".said")) {
    const at = said.textContent.indexOf(words);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(said.firstChild, at);
    range.setEnd(said.firstChild, at + words.length);
    said.scrollIntoView({block: "center"});
    const boxes = range.getClientRects(), first = boxes[0], last = boxes[boxes.length - 1];
    return [first.left + 1, first.top + first.height / 2, last.right - 1, last.top + last.height / 2];
  }
}"""


def select(page: Any, words: str) -> None:
    """Select words with the mouse."""
    left, top, right, bottom = page.evaluate(_BOX, words)
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move((left + right) / 2, (top + bottom) / 2)
    page.mouse.move(right, bottom)
    page.mouse.up()
    page.locator("#chosen-text", has_text=words[:20]).wait_for()


def click_on(page: Any, words: str) -> None:
    """Click in the middle of words."""
    left, top, right, bottom = page.evaluate(_BOX, words)
    page.mouse.click((left + right) / 2, (top + bottom) / 2)


def give(page: Any, code: str) -> None:
    """Click on a code."""
    page.locator("#codes .code", has_text=code).click()


def saved(page: Any) -> None:
    """Wait until the page says that all is on disk."""
    page.locator("#saving[data-state=saved]").wait_for()


def marks(page: Any) -> list[str]:
    """Names beside the text, in its order."""
    return list(page.locator(".mark > bdi:first-of-type").all_text_contents())


def number(page: Any, selector: str, n: int) -> None:
    """Wait until there are so many of something."""
    from playwright.sync_api import expect

    expect(page.locator(selector)).to_have_count(n)
