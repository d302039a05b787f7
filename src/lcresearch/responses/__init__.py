"""Answers as they come from survey platforms and statistics programs: read, matched to items, and logged."""

from lcresearch.responses.combining import combine
from lcresearch.responses.reading import read
from lcresearch.responses.result import Responses, Source

__all__ = ["Responses", "Source", "combine", "read"]
