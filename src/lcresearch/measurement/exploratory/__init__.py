"""How many things do these items measure: correlations, number of factors, exploratory factor analysis."""

from lcresearch.measurement.exploratory.polychoric_correlations import (
    PolychoricCorrelations,
    polychoric_correlations,
)

__all__ = ["PolychoricCorrelations", "polychoric_correlations"]
