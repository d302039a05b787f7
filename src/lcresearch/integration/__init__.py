"""Integration: numbers and interviews side by side, and combinations of elements."""

from lcresearch.integration.cases.matrix import CaseMatrix

__all__ = ["CaseMatrix"]
