"""Files as a page hands them out: pages of the library to read, anything else to save, several as one zip."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from starlette.responses import FileResponse, Response

from lcresearch.app.pages import report
from lcresearch.app.workspace import file_inside

_HEAD = 20_000
_TYPES = {
    ".html": "text/html",
    ".csv": "text/csv",
    ".json": "application/json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".zip": "application/zip",
}


def handed_out(folder: Path, name: str, *, keep: bool = False) -> Response:
    """A file below a folder: a page that the library made as a page without scripts, anything else to save.

    Parameters
    ----------
    folder : Path
    name : str
    keep : bool
        Whether a page is to be saved as well.

    Raises
    ------
    AppError
        W004, when there is no such file below the folder.
    """
    path = file_inside(folder, name)
    if path.suffix.lower() == ".html" and not keep:
        return report(path)
    return to_save(path)


def to_save(file: Path | bytes, name: str = "") -> Response:
    """A file to save, whatever it holds, piece by piece; or what a file will hold, under a name."""
    name = file.name if isinstance(file, Path) else name
    media_type = _TYPES.get(Path(name).suffix.lower(), "application/octet-stream")
    if isinstance(file, Path):
        return FileResponse(file, media_type=media_type, filename=name, content_disposition_type="attachment")
    saved_as = f"attachment; filename*=utf-8''{quote(name, safe='')}"
    return Response(file, media_type=media_type, headers={"content-disposition": saved_as})


def written(name: str, write: Callable[[Path], object]) -> Response:
    """A file to save that a function of the library writes to a place that it is given."""
    with TemporaryDirectory(prefix="lcresearch-") as folder:
        path = Path(folder) / name
        write(path)
        return to_save(path.read_bytes(), name)


def zipped(files: Mapping[str, Path]) -> bytes:
    """A zip of files under these names, the same bytes for the same files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return made.getvalue()


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
