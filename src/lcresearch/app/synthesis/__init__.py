"""Several consortia together: packages dropped in, and what holds across them."""

from lcresearch.app.synthesis.routes import ROUTES

__all__ = ["ROUTES"]
