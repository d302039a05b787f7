"""Bayesian meta-analysis by numerical integration."""

from lcresearch.synthesis.bayesian.fitting import bayesian_meta_analysis
from lcresearch.synthesis.bayesian.result import BayesianMetaAnalysis

__all__ = ["BayesianMetaAnalysis", "bayesian_meta_analysis"]
