"""The pages of the site that nobody types: names of Python, commands, messages, instruments, formats of files.

They are written into ``docs/api``, ``docs/reference`` and ``docs/repository`` before Sphinx reads the folder, and git
ignores them. A page is only written when its text changed, so that a second build reads only what is new.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from site_pages import (
    api,
    commands,
    formats,
    instrument_pages,
    languages,
    mathml,
    message_codes,
    names_in_prose,
    navigation,
    repository,
)

PARTS: Mapping[str, Callable[[], Mapping[str, str]]] = {
    "api": api.pages,
    "reference": lambda: {
        **commands.pages(),
        **message_codes.pages(),
        **instrument_pages.pages(),
        **formats.pages(),
    },
    "repository": repository.pages,
}


def write(app: Sphinx) -> None:
    """Write every generated page, and take away those that no longer belong."""
    for folder, pages in PARTS.items():
        write_folder(Path(app.srcdir) / folder, pages())


def write_folder(folder: Path, pages: Mapping[str, str]) -> None:
    """Make a folder hold exactly these pages, by path within it; what is as it was keeps its date."""
    for old in folder.rglob("*.*"):
        if old.suffix in (".md", ".rst") and old.relative_to(folder).as_posix() not in pages:
            old.unlink()
    for name, text in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register what the site adds to Sphinx."""
    app.connect("builder-inited", write, priority=100)
    for part in (api, repository, languages, mathml, names_in_prose, navigation):
        part.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
