"""Addresses of the pages on results, and what each calls."""

from __future__ import annotations

from starlette.routing import Route

from lcresearch.app.results import elements, package
from lcresearch.app.results.downloads import send_all, send_company, send_file
from lcresearch.app.results.pages import show_results, start_printing, start_run

_RESULTS = "/studies/{study}/results"

ROUTES = [
    *package.ROUTES,
    *elements.ROUTES,
    Route(_RESULTS, show_results),
    Route(f"{_RESULTS}/run", start_run, methods=["POST"]),
    Route(f"{_RESULTS}/share.zip", send_all),
    Route(f"{_RESULTS}/companies/print", start_printing, methods=["POST"]),
    Route(_RESULTS + "/companies/{company}.zip", send_company),
    Route(_RESULTS + "/files/{name:path}", send_file),
]
