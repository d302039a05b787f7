"""Addresses of the pages on answers, and what each calls."""

from __future__ import annotations

from starlette.routing import Route

from lcresearch.app.answers.adding import add_export, undo
from lcresearch.app.answers.mapping import change_file, show_file
from lcresearch.app.answers.overview import show_answers
from lcresearch.app.answers.unused import throw_away, use_again

_ANSWERS = "/studies/{study}/answers"

ROUTES = [
    Route(_ANSWERS, show_answers),
    Route(f"{_ANSWERS}/add", add_export, methods=["POST"]),
    Route(f"{_ANSWERS}/undo", undo, methods=["POST"]),
    Route(f"{_ANSWERS}/use", use_again, methods=["POST"]),
    Route(f"{_ANSWERS}/throw-away", throw_away, methods=["POST"]),
    Route(_ANSWERS + "/file/{number:int}", show_file, methods=["GET"]),
    Route(_ANSWERS + "/file/{number:int}", change_file, methods=["POST"]),
]
