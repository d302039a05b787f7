"""Help for users, in Dutch and in English, inside the page."""

from lcresearch.app.manual.routes import ROUTES

__all__ = ["ROUTES"]
