"""How many things do these items measure: correlations, number of factors, exploratory factor analysis."""

from lcresearch.measurement.exploratory.adequacy import Factorability, factorability
from lcresearch.measurement.exploratory.factor_analysis import FactorAnalysis, factor_analysis
from lcresearch.measurement.exploratory.parallel import ParallelAnalysis, parallel_analysis
from lcresearch.measurement.exploratory.polychoric_correlations import (
    PolychoricCorrelations,
    polychoric_correlations,
)
from lcresearch.measurement.exploratory.schmid_leiman import OmegaHierarchical, omega_hierarchical

__all__ = [
    "FactorAnalysis",
    "Factorability",
    "OmegaHierarchical",
    "ParallelAnalysis",
    "PolychoricCorrelations",
    "factor_analysis",
    "factorability",
    "omega_hierarchical",
    "parallel_analysis",
    "polychoric_correlations",
]
