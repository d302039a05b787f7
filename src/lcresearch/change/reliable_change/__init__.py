"""Whether a person changed by more than error of measurement, and how small a change still matters to persons."""

from lcresearch.change.reliable_change.important_difference import minimal_important_difference
from lcresearch.change.reliable_change.important_difference_result import ImportantDifference
from lcresearch.change.reliable_change.index import reliable_change
from lcresearch.change.reliable_change.result import CLASSES, ReleasedChange, ReliableChange

__all__ = [
    "CLASSES",
    "ImportantDifference",
    "ReleasedChange",
    "ReliableChange",
    "minimal_important_difference",
    "reliable_change",
]
