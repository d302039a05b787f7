"""What comes into coding and goes out: transcripts, de-identification, suggestions, projects of other programs."""

from lcresearch.app.coding_material.routes import ROUTES

__all__ = ["ROUTES"]
