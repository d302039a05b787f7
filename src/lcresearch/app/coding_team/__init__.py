"""Coding with several people: who codes what, blind, how far they agree, and settling."""

from lcresearch.app.coding_team.routes import ROUTES

__all__ = ["ROUTES"]
