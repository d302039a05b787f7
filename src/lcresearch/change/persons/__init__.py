"""Whether a person changed by more than error of measurement, and how small a change still matters to persons."""

from lcresearch.change.persons.important_difference import minimal_important_difference
from lcresearch.change.persons.important_difference_result import ImportantDifference
from lcresearch.change.persons.index import reliable_change
from lcresearch.change.persons.result import CLASSES, ReleasedChange, ReliableChange

__all__ = [
    "CLASSES",
    "ImportantDifference",
    "ReleasedChange",
    "ReliableChange",
    "minimal_important_difference",
    "reliable_change",
]
