"""Pages of studies: the list, and the parts of each."""

from lcresearch.app.studies.routes import ROUTES

__all__ = ["ROUTES"]
