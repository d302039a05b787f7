"""Implementation of one working element: which parts groups did, how much of it, and what they changed."""

from lcresearch.studies.implementation.model import ImplementationFile
from lcresearch.studies.implementation.reading import new_implementation, read_implementation
from lcresearch.studies.implementation.record import Implementation, implementation

__all__ = ["Implementation", "ImplementationFile", "implementation", "new_implementation", "read_implementation"]
