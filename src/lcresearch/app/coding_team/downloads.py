"""A file that the library made, handed to the browser to keep."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from starlette.responses import Response

KINDS = {
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def download(content: bytes, name: str) -> Response:
    """An answer that the browser saves under this name."""
    said = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, media_type=KINDS[Path(name).suffix], headers={"content-disposition": said})


def written(name: str, write: Callable[[Path], object]) -> Response:
    """An answer with a file that a function of the library writes to a place that it is given."""
    with TemporaryDirectory(prefix="lcresearch-") as folder:
        path = Path(folder) / name
        write(path)
        return download(path.read_bytes(), name)
