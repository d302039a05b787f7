"""Change over waves for few people: before and after, persons, single cases, pulses and run charts."""

from lcresearch.change.continuation import Continuation, continuation
from lcresearch.change.reliable_change import (
    ImportantDifference,
    ReleasedChange,
    ReliableChange,
    minimal_important_difference,
    reliable_change,
)

__all__ = [
    "Continuation",
    "ImportantDifference",
    "ReleasedChange",
    "ReliableChange",
    "continuation",
    "minimal_important_difference",
    "reliable_change",
]
