"""Dutch pages say that they are Dutch, and the words of the theme around them are Dutch too."""

from __future__ import annotations

import gettext
from pathlib import Path
from typing import Any

import sphinx
import yaml
from sphinx.application import Sphinx

WORDS = yaml.safe_load((Path(__file__).parent / "dutch.yaml").read_text(encoding="utf-8"))


class Dutch(gettext.NullTranslations):
    """Words of our own, then those that Sphinx has."""

    def __init__(self) -> None:
        super().__init__()
        folder = Path(sphinx.__file__).parent / "locale"
        self.add_fallback(gettext.translation("sphinx", folder, languages=["nl"], fallback=True))

    def gettext(self, message: str) -> str:
        """The Dutch word; what nobody translated stays as it is."""
        return WORDS.get(" ".join(message.split())) or super().gettext(message)


def is_dutch(page: str) -> bool:
    """Pages end in .nl, or are called 'voor' somebody."""
    return page.endswith(".nl") or page.startswith("voor-")


def label(html: str) -> str:
    """The page with what the theme says to screen readers in Dutch: its template holds these words as they are."""
    for words, dutch in WORDS.items():
        if words.startswith("Toggle"):
            html = html.replace(words, dutch)
    return html


def label_pages(app: Sphinx, failed: Exception | None) -> None:
    """Every Dutch page, when all are written."""
    if failed is None:
        for page in filter(is_dutch, app.env.all_docs):
            path = Path(app.outdir) / f"{page}.html"
            if path.is_file():
                path.write_text(label(path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


def setup(app: Sphinx) -> None:
    """Choose the words before a page is drawn."""
    dutch, english = Dutch(), gettext.NullTranslations()

    def speak(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
        environment = app.builder.templates.environment  # type: ignore[union-attr]
        environment.install_gettext_translations(dutch if is_dutch(page) else english)
        context["language"] = "nl" if is_dutch(page) else "en"

    app.connect("html-page-context", speak)
    app.connect("build-finished", label_pages)
