"""Answers as they come from survey platforms and statistics programs: read, matched to items, and logged."""

from lcresearch.responses.combining import combine
from lcresearch.responses.reading import read
from lcresearch.responses.result import Responses, Source
from lcresearch.responses.screening import Screening, screen

__all__ = ["Responses", "Screening", "Source", "combine", "read", "screen"]
