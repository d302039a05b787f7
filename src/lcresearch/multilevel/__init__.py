"""Multilevel models: persons in communities in consortia, and the same persons at several waves."""

from lcresearch.multilevel.comparison import Comparison, compare
from lcresearch.multilevel.fitting import fit_lmm
from lcresearch.multilevel.linear_mixed_model import LinearMixedModel

__all__ = ["Comparison", "LinearMixedModel", "compare", "fit_lmm"]
