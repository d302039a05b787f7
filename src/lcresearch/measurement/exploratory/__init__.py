"""How many things do these items measure: correlations, number of factors, exploratory factor analysis."""

from lcresearch.measurement.exploratory.adequacy import Factorability, factorability
from lcresearch.measurement.exploratory.factor_analysis import FactorAnalysis, factor_analysis
from lcresearch.measurement.exploratory.parallel import ParallelAnalysis, parallel_analysis
from lcresearch.measurement.exploratory.polychoric_correlations import (
    PolychoricCorrelations,
    polychoric_correlations,
)

__all__ = [
    "FactorAnalysis",
    "Factorability",
    "ParallelAnalysis",
    "PolychoricCorrelations",
    "factor_analysis",
    "factorability",
    "parallel_analysis",
    "polychoric_correlations",
]
