"""Integration: numbers and interviews side by side, and combinations of elements."""

from lcresearch.integration.cases.matrix import CaseMatrix
from lcresearch.integration.elements import ElementsOfBothKinds
from lcresearch.integration.voices.codes import codes_of_elements
from lcresearch.integration.voices.listening import voices
from lcresearch.integration.voices.result import Voices

__all__ = [
    "CaseMatrix",
    "ElementsOfBothKinds",
    "Voices",
    "codes_of_elements",
    "voices",
]
