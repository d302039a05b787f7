"""One case over time: how far phases differ, and whether chance assignment could explain it."""

from lcresearch.change.single_cases.analysing import single_case
from lcresearch.change.single_cases.randomisation import randomisation_test
from lcresearch.change.single_cases.randomisation_result import RandomisationTest
from lcresearch.change.single_cases.result import SingleCase

__all__ = ["RandomisationTest", "SingleCase", "randomisation_test", "single_case"]
