"""Collecting: a form on the local network for a class or a workshop, and its answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lcresearch.app.collecting.routes import ROUTES

__all__ = ["ROUTES"]


def __getattr__(name: str) -> Any:
    if name == "ROUTES":  # not for the process that serves the form: it needs no pages of ours
        from lcresearch.app.collecting.routes import ROUTES

        return ROUTES
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
