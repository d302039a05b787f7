"""The papers that came with a planned study: letters, calendar, plan; to read, and to download for a word processor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from lcresearch.app.handing_out import to_save
from lcresearch.app.pages import page
from lcresearch.app.studies.frame import frame, study_folder
from lcresearch.app.studies.prose import prose
from lcresearch.app.workspace import file_inside
from lcresearch.errors import AppError
from lcresearch.messages import Messages
from lcresearch.studies.planning.papers_there import Paper, papers_in

PLAN = "plan.json"


def paper_rows(folder: Path, language: str) -> list[dict[str, Any]]:
    """Papers for a list: those in the language of the user, else those that there are."""
    found = papers_in(folder)
    chosen = [one for one in found if one.language == language] or found
    return [{"name": one.name, "language": one.language, "files": list(one.files)} for one in chosen]


def show_paper(request: Request) -> Response:
    """A paper as text, with its files."""
    one = _paper(request)
    folder = study_folder(request)
    text = file_inside(folder, one.files["md"]).read_bytes().decode("utf-8", "replace") if "md" in one.files else ""
    others = [each.language for each in papers_in(folder) if each.name == one.name and each.language != one.language]
    return page(
        request,
        "study_paper.html",
        study=frame(request),
        paper=one,
        blocks=prose(text),
        others=others,
        path=one.files.get("docx") or next(iter(one.files.values())),
        title=Messages()(f"app.paper.{one.name}"),
    )


def download_paper(request: Request) -> Response:
    """A file of a paper."""
    one, ending = _paper(request), request.path_params["ending"]
    if ending not in one.files:
        raise AppError("W004", name=ending)
    return to_save(file_inside(study_folder(request), one.files[ending]))


def _paper(request: Request) -> Paper:
    language, name = request.path_params["language"], request.path_params["paper"]
    for one in papers_in(study_folder(request)):
        if (one.language, one.name) == (language, name):
            return one
    raise AppError("W004", name=name)
