"""What axe finds on a page."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

_RUN = """([options, contrast]) => {
  const looks = contrast === null ? document.documentElement.lang === 'nl' : contrast;
  if (!looks) options.rules = { 'color-contrast': { enabled: false } };
  return axe.run(options).then((found) => found.violations.map((one) => [one.id, one.nodes[0].html]));
}"""
"""What is right with a page stays in the browser: to hand it over took as long as to look."""
_COLOURS = """{
  const known = new Map(), colour = axe.commons.color.Color.prototype, parse = colour.parseString;
  colour.parseString = function (text) {
    if (known.has(text)) [this.r, this.g, this.b, this.alpha] = known.get(text);
    else {
      parse.call(this, text);
      known.set(text, [this.r, this.g, this.b, this.alpha]);
    }
    return this;
  };
}
undefined"""
"""Reads each colour of a page once: axe does so for every text and all that lies behind it, a quarter of its time."""


def violations(page: Any, contrast: bool | None = None) -> list[tuple[str, str]]:
    """What axe finds wrong on a page: rule and the first element, by the criteria of WCAG 2.2 AA and best practices.

    Contrast takes four fifths of its time and depends on neither language nor width: a page is looked at for it in
    Dutch, and once.
    """
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(_axe())
    found = page.evaluate(_RUN, [{"resultTypes": ["violations"], "reporter": "no-passes"}, contrast])
    return [(rule, element) for rule, element in found]


@cache
def _axe() -> str:
    axe: str = pytest.importorskip("axe_playwright_python.sync_playwright").Axe().axe_script
    return f"{axe}\n;{_COLOURS}"


def looked_at(page: Any, widths: tuple[int, ...] = (390,)) -> None:
    """No violation of accessibility, and no sideways scrolling on narrow screens."""
    page.wait_for_load_state()
    assert violations(page) == []
    for width in widths:
        assert fits(page, width)


def fits(page: Any, width: int = 390) -> bool:
    """Whether the page needs no scrolling sideways on a telephone."""
    size = page.viewport_size
    page.set_viewport_size({"width": width, "height": 844})
    found = page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size(size)
    return bool(found)
