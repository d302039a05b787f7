"""Links from pages to files of the repository work on the site as well as on a code host.

README, changelog and the guides beside the code become pages of the site. Every other file that a page links to gets a
page that shows it, with a number and an anchor a line. So nothing on the site depends on where the code is hosted.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_for_filename
from pygments.util import ClassNotFound
from sphinx.application import Sphinx

from site_pages.public_names import ROOT

INCLUDED = {
    "README.md": "readme.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "instruments/README.md": "instruments.md",
}
"""Files that are pages of the site: their names within docs/repository."""
LINK = re.compile(r"!\[[^\]]*\]\([^)]*\)|(\]\(\s*<?)([^)\s>#]+)(#[^)\s>]*)?(>?(?:\s+\"[^\"]*\")?\s*\))")
FENCE = re.compile(r"^( *)(`{3,}|~{3,}).*?^\1\2`*\s*$", re.DOTALL | re.MULTILINE)
LARGEST = 400_000
"""Bytes of a file that is shown; of a larger one only its size."""
wanted: set[str] = set()
"""Files of the repository that some page links to."""


def pages() -> dict[str, str]:
    """The files that are pages, with a line that says which file it is left to the theme."""
    return {
        page: (ROOT / file).read_text(encoding="utf-8") for file, page in INCLUDED.items() if (ROOT / file).is_file()
    }


def place_of(page: str) -> Path:
    """The folder in which links of a page begin."""
    for file, name in INCLUDED.items():
        if page == f"repository/{Path(name).stem}":
            return (ROOT / file).parent
    return (ROOT / "docs" / page).parent


def rewritten(text: str, page: str) -> str:
    """The text of a page with links that lead somewhere on the site; code stays as it is."""
    parts, end = [], 0
    for fence in FENCE.finditer(text):
        parts += [LINK.sub(lambda found: _link(found, page), text[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*parts, LINK.sub(lambda found: _link(found, page), text[end:])])


def _link(found: re.Match[str], page: str) -> str:
    if found[1] is None:  # an image, which is copied from where it stands
        return found[0]
    before, target, anchor, after = found[1], found[2], found[3] or "", found[4]
    if ":" in target or target.startswith("/"):
        return found[0]
    path = (place_of(page) / target).resolve()
    if not path.exists() or not path.is_relative_to(ROOT):
        return found[0]
    return before + _target(path, page, anchor) + after


def _target(path: Path, page: str, anchor: str) -> str:
    """Where a file stands on the site, seen from a page."""
    docs = ROOT / "docs"
    here = (docs / page).parent
    inside = path.relative_to(ROOT).as_posix()
    if path == docs:
        path = docs / "index.md"
    if inside in INCLUDED:
        path = docs / "repository" / INCLUDED[inside]
    if path.is_relative_to(docs) and path.suffix != ".py":
        return Path(os.path.relpath(path, here)).as_posix() + anchor
    wanted.add(inside)
    return "repository:" + Path(os.path.relpath(docs / "files" / f"{inside}.html", here)).as_posix() + anchor


def read(app: Sphinx, page: str, source: list[str]) -> None:
    """Before a Markdown page is read."""
    if app.env.doc2path(page).suffix == ".md":
        source[0] = rewritten(source[0], page)


def file_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """A page for each file or folder that is linked to."""
    for inside in sorted(wanted):
        path = ROOT / inside
        if path.is_dir():
            body = _listing(path)
        elif path.stat().st_size > LARGEST:
            body = f"<p>{path.stat().st_size:,} bytes; see the repository.</p>"
        else:
            body = _shown(path)
        title = f"<h1><code>{escape(inside)}</code></h1>"
        yield f"files/{inside}", {"title": inside, "body": title + body}, "page.html"


def _listing(folder: Path) -> str:
    names = sorted(each.name + "/" * each.is_dir() for each in folder.iterdir() if not each.name.startswith("."))
    entries = []
    for name in names:
        inside = (folder / name).relative_to(ROOT).as_posix()
        link = f'<a href="{escape(folder.name)}/{escape(name)}.html">' if inside in wanted else ""
        entries.append(f"<li>{link}<code>{escape(name)}</code>{'</a>' if link else ''}</li>")
    return f"<ul>{''.join(entries)}</ul>"


def _shown(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return "<p>No text; see the repository.</p>"
    if path.suffix == ".py" and "tests" not in path.parts:
        return _highlighted(path.name, text)
    lines = (f'<span id="line-{n}">{escape(line)}</span>' for n, line in enumerate(text.splitlines(), 1))
    return '<div class="highlight"><pre>' + "\n".join(lines) + "</pre></div>"


def _highlighted(name: str, text: str) -> str:
    try:
        lexer = get_lexer_for_filename(name)
    except ClassNotFound:
        return f"<pre>{escape(text)}</pre>"
    return highlight(text, lexer, HtmlFormatter(linespans="line", cssclass="highlight"))


def setup(app: Sphinx) -> None:
    """Before pages are read, and when all are written."""
    app.connect("source-read", read)
    app.connect("html-collect-pages", file_pages)
