"""Addresses of the pages of results, and what each calls."""

from __future__ import annotations

from starlette.routing import Route

from lcresearch.app.results import package

ROUTES: list[Route] = [*package.ROUTES]
