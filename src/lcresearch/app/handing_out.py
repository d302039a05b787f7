"""Files of a folder, as a page hands them out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from starlette.responses import FileResponse, Response

from lcresearch.app.pages import report
from lcresearch.app.workspace import file_inside

_HEAD = 20_000


def handed_out(folder: Path, name: str) -> Response:
    """A file below a folder: a page that the library made as a page without scripts, anything else to save.

    Raises
    ------
    AppError
        W004, when there is no such file below the folder.
    """
    path = file_inside(folder, name)
    if path.suffix == ".html":
        return report(path)
    return to_save(path)


def to_save(path: Path) -> Response:
    """A file to save, whatever it holds."""
    return FileResponse(path, filename=path.name, content_disposition_type="attachment")


@dataclass(frozen=True)
class Shown:
    """A page that the library made, as a list shows it.

    Attributes
    ----------
    name : str
        Of its file.
    title : str
    """

    name: str
    title: str


def pages_in(folder: Path, language: str) -> list[Shown]:
    """The pages in a folder that are in this language, by name of file."""
    own = folder.is_dir() and not folder.is_symlink()
    found = sorted(path for path in folder.glob("*.html") if path.is_file() and not path.is_symlink()) if own else []
    heads = [(path.name, _head(path)) for path in found]
    spoken = [(name, head) for name, head in heads if f'lang="{language}"' in head[:300]]
    return [Shown(name, _title(head) or name) for name, head in spoken]


def _head(path: Path) -> str:
    with path.open("rb") as stream:
        return stream.read(_HEAD).decode("utf-8", "replace")


def _title(head: str) -> str:
    found = re.search(r"<title>(.*?)</title>", head, re.DOTALL)
    return unescape(found.group(1)).strip() if found else ""
