"""Integration: numbers and interviews side by side, and combinations of elements."""

from lcresearch.integration.cases.matrix import CaseMatrix
from lcresearch.integration.elements import ElementsOfBothKinds

__all__ = [
    "CaseMatrix",
    "ElementsOfBothKinds",
]
