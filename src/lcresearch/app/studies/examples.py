"""Ready-made studies, to look at or to begin with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from lcresearch.app.forms import read_form
from lcresearch.app.pages import page, problem_rows, redirect
from lcresearch.app.workspace import Workspace
from lcresearch.errors import LcresearchError, Problem
from lcresearch.instruments import text_in
from lcresearch.messages import Messages

FIRST = "short-cycle-example"
"""What somebody who looks around does best to begin with."""


def ways_to_begin(request: Request) -> Response:
    """The ways to make a study."""
    return page(request, "new.html")


def list_examples(request: Request) -> Response:
    """All ready-made studies in words."""
    return _listed(request)


async def copy_example(request: Request) -> Response:
    """Copy one to a folder of its own."""
    form = await read_form(request)
    return await run_in_threadpool(_copied, request, form.text("template"), form.text("folder"))


def _copied(request: Request, template: str, name: str) -> Response:
    from lcresearch import studies

    workspace: Workspace = request.app.state.workspace
    try:
        folder = studies.new(template, workspace.new_folder(name))
    except LcresearchError as error:
        return _listed(request, template, name, error.problems)
    return redirect(request, "studies", folder.name, notice=Messages()("app.examples.made", name=folder.name))


def _listed(request: Request, chosen: str = "", name: str = "", problems: tuple[Problem, ...] = ()) -> Response:
    workspace: Workspace = request.app.state.workspace
    say = Messages()
    found: list[dict[str, Any]] = [dict(one) for one in _examples(say.language)]
    for one in found:
        one["folder"] = (
            name if one["template"] == chosen else workspace.free_name(say(f"app.examples.folder.{one['template']}"))
        )
        one["problems"] = problem_rows(problems) if one["template"] == chosen else []
    return page(request, "new_example.html", 422 if problems else 200, examples=found)


@cache
def _examples(language: str) -> tuple[Mapping[str, Any], ...]:
    """What is told of each example; it comes with the package, so that it is read once."""
    from lcresearch import shipped, studies

    names = studies.templates()
    found = []
    for name in sorted(names, key=lambda each: (each != FIRST, each)):
        file = studies.load(shipped.folder("analyses") / name).file
        title, about = text_in(file.title, language), text_in(file.description, language)
        found.append({"template": name, "title": title, "about": about, "simulated": file.simulated})
    return tuple(found)
