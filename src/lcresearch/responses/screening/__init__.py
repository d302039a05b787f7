"""Screening of answers: straight-lining, contradictions, speed, missingness and duplicates. It flags, never drops."""

from lcresearch.responses.screening.judging import screen
from lcresearch.responses.screening.result import Screening
from lcresearch.responses.screening.rules import LIMITS, RULES, Rule

__all__ = ["LIMITS", "RULES", "Rule", "Screening", "screen"]
