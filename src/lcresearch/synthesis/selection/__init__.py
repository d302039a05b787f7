"""Small-study effects and selection: tests, adjusted averages, and the funnel."""

from lcresearch.synthesis.selection.egger import EggerTest, egger_test
from lcresearch.synthesis.selection.fail_safe_n import FailSafeN, fail_safe_n
from lcresearch.synthesis.selection.funnel import Funnel, funnel
from lcresearch.synthesis.selection.pet_peese import PetPeese, pet_peese
from lcresearch.synthesis.selection.rank_test import RankTest, rank_test
from lcresearch.synthesis.selection.selection_model import SelectionModel, selection_model
from lcresearch.synthesis.selection.trim_and_fill import TrimAndFill, trim_and_fill

__all__ = [
    "EggerTest",
    "FailSafeN",
    "Funnel",
    "PetPeese",
    "RankTest",
    "SelectionModel",
    "TrimAndFill",
    "egger_test",
    "fail_safe_n",
    "funnel",
    "pet_peese",
    "rank_test",
    "selection_model",
    "trim_and_fill",
]
