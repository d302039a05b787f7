"""Results: run the analyses, read the report, download what may be shared."""

from lcresearch.app.results.routes import ROUTES

__all__ = ["ROUTES"]
