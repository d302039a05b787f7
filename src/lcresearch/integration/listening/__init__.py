"""What interviews say of each element: whether it helps, is missed or is in the way, and how it works."""

from lcresearch.integration.listening.codes import codes_of_elements
from lcresearch.integration.listening.listening import voices
from lcresearch.integration.listening.result import Voices

__all__ = ["Voices", "codes_of_elements", "voices"]
