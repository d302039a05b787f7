"""Change over waves for few people: before and after, persons, single cases, pulses and run charts."""

from lcresearch.change.before_after import before_after
from lcresearch.change.before_after_result import BeforeAfter
from lcresearch.change.continuation import Continuation, continuation
from lcresearch.change.partial_pooling import PartialPooling, partial_pooling
from lcresearch.change.persons import (
    ImportantDifference,
    ReleasedChange,
    ReliableChange,
    minimal_important_difference,
    reliable_change,
)
from lcresearch.change.single_cases import RandomisationTest, SingleCase, randomisation_test, single_case
from lcresearch.change.sureness import SURENESS, Sureness, sureness, surenesses

__all__ = [
    "SURENESS",
    "BeforeAfter",
    "Continuation",
    "ImportantDifference",
    "PartialPooling",
    "RandomisationTest",
    "ReleasedChange",
    "ReliableChange",
    "SingleCase",
    "Sureness",
    "before_after",
    "continuation",
    "minimal_important_difference",
    "partial_pooling",
    "randomisation_test",
    "reliable_change",
    "single_case",
    "sureness",
    "surenesses",
]
