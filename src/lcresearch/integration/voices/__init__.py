"""What interviews say of each element: whether it helps, is missed or is in the way, and how it works."""

from lcresearch.integration.voices.codes import codes_of_elements
from lcresearch.integration.voices.listening import voices
from lcresearch.integration.voices.result import Voices

__all__ = ["Voices", "codes_of_elements", "voices"]
