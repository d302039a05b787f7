"""Change over waves for few people: before and after, persons, single cases, pulses and run charts."""

from lcresearch.change.continuation import Continuation, continuation

__all__ = ["Continuation", "continuation"]
