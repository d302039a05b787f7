"""Coding: reading a transcript, giving codes, memos, and the codebook."""

from lcresearch.app.coding.routes import ROUTES

__all__ = ["ROUTES"]
