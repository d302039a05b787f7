"""Files of the results: pages of the library to read, everything else to keep."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from lcresearch.app.handing_out import handed_out, to_save, zipped
from lcresearch.app.results.contents import RESULTS, Contents, contents, to_share
from lcresearch.app.studies.frame import study_folder, study_name
from lcresearch.app.workspace import safe_name
from lcresearch.errors import AppError


def send_file(request: Request) -> Response:
    """One file: a page is shown without scripts, unless it is to be kept; anything else is a download."""
    keep = request.query_params.get("keep") is not None
    return handed_out(_inside(request), str(request.path_params["name"]), keep=keep)


def send_all(request: Request) -> Response:
    """What may be shared, as one zip; nothing of persons, and no reports to single companies."""
    found = _found(request)
    files = {name: found.folder / name for name in to_share(found)}
    return to_save(zipped(files), f"{study_name(request)}-results.zip")


def send_company(request: Request) -> Response:
    """The reports to one company, as one zip."""
    found, company = _found(request), str(request.path_params["company"])
    if company not in found.companies:
        raise AppError("W004", name=company)
    files = {name.removeprefix(f"companies/{company}/"): found.folder / name for name in found.companies[company]}
    return to_save(zipped(files), safe_name(f"{company}.zip"))


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
