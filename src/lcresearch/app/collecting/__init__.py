"""Collecting: a form on the local network for a class or a workshop, and its answers."""

from lcresearch.app.collecting.routes import ROUTES

__all__ = ["ROUTES"]
