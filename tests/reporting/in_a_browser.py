"""A report in the browser: as somebody opens it, with a note of all it asks for and tells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

OPEN_ALL = "document.querySelectorAll('details').forEach(part => part.open = true)"
_DESK = {"width": 1280, "height": 900}
_KEEP = "window.unfolded = [...document.querySelectorAll('details[open]')]"
_FOLD = "document.querySelectorAll('details').forEach(part => part.open = window.unfolded.includes(part))"


def open_report(browser: Any, path: Path, language: str) -> Any:
    """Open a report; ``page.seen`` is what stood on the console, and what was asked for."""
    page = browser.new_page(viewport=_DESK)
    page.seen = {"console": [], "requests": []}
    page.on("console", lambda message: page.seen["console"].append(message.text))
    page.on("pageerror", lambda error: page.seen["console"].append(str(error)))
    page.on("request", lambda asked: page.seen["requests"].append(asked.url))
    page.goto(path.as_uri())
    page.language = language
    page.evaluate(_KEEP)
    return page


def as_at_first(page: Any) -> Any:
    """The page as it opened: on a desk, with what is folded folded."""
    page.set_viewport_size(_DESK)
    page.evaluate(_FOLD)
    return page
