"""Files of the results: pages of the library to read, everything else to keep."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from lcresearch.app.pages import report
from lcresearch.app.results.contents import RESULTS, Contents, contents, to_share, zipped
from lcresearch.app.studies.frame import study_folder, study_name
from lcresearch.app.workspace import file_inside, safe_name
from lcresearch.errors import AppError

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
_OTHER = "application/octet-stream"


def send_file(request: Request) -> Response:
    """One file: a page is shown without scripts, unless it is to be kept; anything else is a download."""
    name = str(request.path_params["name"])
    path = file_inside(_inside(request), name)
    if path.suffix.lower() == ".html" and request.query_params.get("keep") is None:
        return report(path)
    media_type = _TYPES.get(path.suffix.lower(), _OTHER)
    return FileResponse(path, media_type=media_type, filename=path.name, content_disposition_type="attachment")


def send_all(request: Request) -> Response:
    """What may be shared, as one zip; nothing of persons, and no reports to single companies."""
    found = _found(request)
    return _zip(zipped(found.folder, to_share(found)), f"{study_name(request)}-results.zip")


def send_company(request: Request) -> Response:
    """The reports to one company, as one zip."""
    found, company = _found(request), str(request.path_params["company"])
    if company not in found.companies:
        raise AppError("W004", name=company)
    start = f"companies/{company}"
    names = [name.removeprefix(f"{start}/") for name in found.companies[company]]
    return _zip(zipped(found.folder / start, names), f"{company}.zip")


def _inside(request: Request) -> Path:
    """The folder with results.

    Raises
    ------
    AppError
        W049, when there are none, or when that folder is a link to another place.
    """
    folder = study_folder(request) / RESULTS
    if not folder.is_dir() or folder.is_symlink():
        raise AppError("W049")
    return folder


def _found(request: Request) -> Contents:
    found = contents(study_folder(request), None)
    if found is None:
        raise AppError("W049")
    return found


def _zip(content: bytes, name: str) -> Response:
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._-") else "_" for sign in safe_name(name))
    headers = {"content-disposition": f'attachment; filename="{plain}"'}
    return Response(content, media_type="application/zip", headers=headers)
