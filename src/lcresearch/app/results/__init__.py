"""Results: a study run with live progress, its report, its tables and its evidence package."""

from lcresearch.app.results.routes import ROUTES

__all__ = ["ROUTES"]
