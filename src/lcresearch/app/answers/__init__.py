"""Answers: exports dropped in, how their columns were understood, and the mapping corrected."""

from lcresearch.app.answers.routes import ROUTES

__all__ = ["ROUTES"]
