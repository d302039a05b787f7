"""Does it measure: items, reliability, agreement within groups, and whether averaging to a group is warranted."""

from lcresearch.measurement.agreement import Agreement, agreement
from lcresearch.measurement.exploratory import (
    Factorability,
    ParallelAnalysis,
    PolychoricCorrelations,
    factorability,
    parallel_analysis,
    polychoric_correlations,
)
from lcresearch.measurement.group_means import group_means
from lcresearch.measurement.item_analysis import ItemAnalysis, item_analysis
from lcresearch.measurement.reliability import Reliability, reliability
from lcresearch.measurement.verdict import Verdict
from lcresearch.measurement.within_between import WithinBetween, within_between_analysis

__all__ = [
    "Agreement",
    "Factorability",
    "ItemAnalysis",
    "ParallelAnalysis",
    "PolychoricCorrelations",
    "Reliability",
    "Verdict",
    "WithinBetween",
    "agreement",
    "factorability",
    "group_means",
    "item_analysis",
    "parallel_analysis",
    "polychoric_correlations",
    "reliability",
    "within_between_analysis",
]
