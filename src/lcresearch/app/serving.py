"""From a folder to a page in the browser."""

from __future__ import annotations

import secrets
import threading
import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from lcresearch.app import (
    answers,
    coding,
    coding_material,
    coding_team,
    collecting,
    language,
    manual,
    results,
    studies,
    synthesis,
)
from lcresearch.app.collecting.running import Rounds
from lcresearch.app.jobs import routes as job_routes
from lcresearch.app.jobs.jobs import Jobs
from lcresearch.app.listening import LOOPBACK, listen
from lcresearch.app.notices import Notices
from lcresearch.app.pages import FOLDER, broken, refused, refused_by_http
from lcresearch.app.security.faults import Faults
from lcresearch.app.security.gate import TOKEN, Gate
from lcresearch.app.security.headers import SafeHeaders
from lcresearch.app.security.limits import BodyLimit
from lcresearch.app.studies.drafts import Drafts
from lcresearch.app.workspace import Workspace
from lcresearch.errors import AppError, LcresearchError

PARTS = (studies, answers, results, synthesis, collecting, coding, coding_team, coding_material, manual)


def make_app(folder: Path, *, token: str, port: int) -> Starlette:
    """The application for one folder of studies, as :func:`serve` serves it on this port.

    Raises
    ------
    AppError
        W011, when there is no such folder.
    """
    if not folder.is_dir():
        raise AppError("W011", path=folder.as_posix())
    hosts = frozenset({f"{LOOPBACK}:{port}", f"localhost:{port}"})
    app = Starlette(
        routes=[
            *language.ROUTES,
            *job_routes.ROUTES,
            *(route for part in PARTS for route in part.ROUTES),
            Route("/favicon.ico", _icon),
            Mount("/static", StaticFiles(directory=FOLDER / "static")),
            Mount("/vendored", StaticFiles(directory=FOLDER / "vendored")),
        ],
        middleware=[
            Middleware(SafeHeaders),
            Middleware(language.Spoken),
            Middleware(Gate, token=token, hosts=hosts, cookie=f"lcresearch-{port}"),
            Middleware(BodyLimit),
            Middleware(Faults),
        ],
        exception_handlers={LcresearchError: refused, HTTPException: refused_by_http, Exception: broken},
        lifespan=_lifespan,
    )
    app.state.workspace = Workspace(folder.resolve())
    app.state.notices = Notices()
    app.state.jobs = Jobs()
    app.state.rounds = Rounds()
    app.state.drafts = Drafts()
    return app


def _icon(request: Request) -> RedirectResponse:
    """The icon for pages that name none, such as reports."""
    return RedirectResponse("/static/icon.svg", 308)


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    app.state.rounds.go_on(app.state.workspace.study_folders())
    yield
    await run_in_threadpool(app.state.rounds.end_all)
    app.state.jobs.stop_all()


def serve(
    folder: str | Path = ".",
    *,
    port: int | None = None,
    open_browser: bool = True,
    tell: Callable[[str], None] = print,
) -> None:
    """Serve the page for a folder of studies on this computer only, until it is stopped with Ctrl+C.

    Parameters
    ----------
    folder : str or Path
        Its studies are the folders in it with a study.yaml.
    port : int, optional
        By default 8765, or the next one that is free.
    open_browser : bool
    tell : callable
        Is handed the address, which holds a new token each time: who has it can read and change the studies.

    Raises
    ------
    AppError
        W011, when there is no such folder; W012, when the port is taken.

    See also
    --------
    lcresearch.studies.load : The studies behind the page.
    """
    import uvicorn

    with listen(LOOPBACK, port) as listening:
        found = int(listening.getsockname()[1])
        token = secrets.token_urlsafe(24)
        app = make_app(Path(folder), token=token, port=found)
        address = f"http://{LOOPBACK}:{found}/?{TOKEN}={token}"
        tell(address)
        if open_browser:
            threading.Timer(0.5, webbrowser.open, [address]).start()
        uvicorn.Server(
            uvicorn.Config(
                app, access_log=False, log_level="warning", server_header=False, proxy_headers=False, ws="none"
            )
        ).run(sockets=[listening])
