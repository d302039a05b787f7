"""Does it measure: items, reliability, agreement within groups, and whether averaging to a group is warranted."""

from lcresearch.measurement.agreement import Agreement, agreement
from lcresearch.measurement.exploratory import PolychoricCorrelations, polychoric_correlations
from lcresearch.measurement.group_means import group_means
from lcresearch.measurement.item_analysis import ItemAnalysis, item_analysis
from lcresearch.measurement.reliability import Reliability, reliability
from lcresearch.measurement.verdict import Verdict
from lcresearch.measurement.within_between import WithinBetween, within_between_analysis

__all__ = [
    "Agreement",
    "ItemAnalysis",
    "PolychoricCorrelations",
    "Reliability",
    "Verdict",
    "WithinBetween",
    "agreement",
    "group_means",
    "item_analysis",
    "polychoric_correlations",
    "reliability",
    "within_between_analysis",
]
