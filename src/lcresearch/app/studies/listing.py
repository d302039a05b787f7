"""The list of studies, with what each needs next."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from lcresearch.app.pages import page
from lcresearch.app.studies.steps import step_words
from lcresearch.app.workspace import Entry, Workspace
from lcresearch.errors import explanation
from lcresearch.messages import Messages

MOST = 50
"""Studies on one page: each is read for it."""


def list_studies(request: Request) -> Response:
    """All studies in the folder; in an empty one, how to begin."""
    workspace: Workspace = request.app.state.workspace
    n = len(workspace.study_names())
    last = max(0, n - 1) // MOST
    asked = request.query_params.get("page", "")
    number = min(int(asked) - 1, last) if asked.isascii() and asked.isdigit() and 0 < len(asked) < 6 else 0
    first = max(number, 0) * MOST
    found = [_card(one) for one in workspace.studies(first, MOST)]
    around = {
        "n": n,
        "first": first + 1,
        "before": number if number > 0 else 0,
        "after": number + 2 if number < last else 0,
    }
    return page(request, "studies.html", studies=found, folder=workspace.folder.name, around=around)


def explain(request: Request) -> Response:
    """What a message means and what to do."""
    code, *parts = explanation(request.path_params["code"]).split("\n\n")
    return page(request, "explain.html", code=code, parts=parts)


def _card(entry: Entry) -> dict[str, Any]:
    say = Messages()
    card: dict[str, Any] = {
        "name": entry.name,
        "folder": entry.folder.name,
        "title": entry.title.get(say.language) or next(iter(entry.title.values())),
        "simulated": entry.simulated,
        "problems": len(entry.error.problems) if entry.error is not None else 0,
        "next": None,
    }
    if entry.study is not None:
        from lcresearch.studies.work_to_do import next_step, work_to_do

        card["next"] = step_words(next_step(work_to_do(entry.study)))
    return card
