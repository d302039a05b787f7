"""Integration: numbers and interviews side by side, and combinations of elements."""

from lcresearch.integration.cases.matrix import CaseMatrix
from lcresearch.integration.elements import ElementsOfBothKinds
from lcresearch.integration.qca.calibrated import Calibrated
from lcresearch.integration.qca.calibration import calibrate
from lcresearch.integration.voices.codes import codes_of_elements
from lcresearch.integration.voices.listening import voices
from lcresearch.integration.voices.result import Voices

__all__ = ["Calibrated", "CaseMatrix", "ElementsOfBothKinds", "Voices", "calibrate", "codes_of_elements", "voices"]
