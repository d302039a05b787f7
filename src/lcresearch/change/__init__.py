"""Change over waves for few people: before and after, persons, single cases, pulses and run charts."""

from lcresearch.change.before_after import before_after
from lcresearch.change.before_after_result import BeforeAfter
from lcresearch.change.charts import ControlChart, RunChart, control_chart, pulse_points, run_chart
from lcresearch.change.continuation import Continuation, continuation
from lcresearch.change.expected_precision import ExpectedPrecision, expected_precision
from lcresearch.change.imputation import Imputed, SensitivityLine, impute
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
    "ControlChart",
    "ExpectedPrecision",
    "ImportantDifference",
    "Imputed",
    "PartialPooling",
    "RandomisationTest",
    "ReleasedChange",
    "ReliableChange",
    "RunChart",
    "SensitivityLine",
    "SingleCase",
    "Sureness",
    "before_after",
    "continuation",
    "control_chart",
    "expected_precision",
    "impute",
    "minimal_important_difference",
    "partial_pooling",
    "pulse_points",
    "randomisation_test",
    "reliable_change",
    "run_chart",
    "single_case",
    "sureness",
    "surenesses",
]
