"""Pages of single names share the menu of their module: hundreds of entries would hide it, and drawing it is slow.

Pages that show a file have no menu at all: there are hundreds of them, and who reads one comes from a page beside it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment.adapters.toctree import global_toctree_for_doc

from site_pages.languages import is_dutch


def parent_of(page: str) -> str | None:
    """The page in whose menu a page shows, when that is another: it stands in the same folder."""
    folder, _, name = page.rpartition("/")
    if folder == "api" and "." in name:
        return f"api/{name.partition('.')[0]}"
    if folder == "reference" and name.startswith("messages-"):
        return "reference/messages"
    if folder == "reference" and name.startswith("instrument-"):
        return "reference/instruments"
    return None


def dutch_first(menu: str) -> str:
    """The menu with the groups for Dutch readers on top."""
    before, *groups = re.split(r'(?=<p class="caption")', menu)
    return before + "".join(sorted(groups, key=lambda group: '"caption-text">Voor ' not in group))


def setup(app: Sphinx) -> None:
    """Before the theme draws the menu."""

    @cache
    def menu(parent: str) -> str:
        tree = global_toctree_for_doc(
            app.env,
            parent,
            app.builder,
            tags=app.tags,
            collapse=False,
            titles_only=True,
            maxdepth=-1,
            includehidden=True,
        )
        return app.builder.render_partial(tree)["fragment"]

    def share(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
        parent = parent_of(page)
        plain = context.get("toctree")
        if is_dutch(page) and parent is None and plain is not None:
            context["toctree"] = lambda **options: dutch_first(plain(**options))
        if page.startswith("files/"):
            context["toctree"] = lambda **_: ""
        elif parent is not None:
            context["toctree"] = lambda **_: dutch_first(menu(parent)) if is_dutch(page) else menu(parent)

    app.connect("html-page-context", share, priority=400)
