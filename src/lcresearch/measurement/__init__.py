"""Does it measure: items, reliability, agreement within groups, and whether averaging to a group is warranted."""

from lcresearch.measurement.agreement import Agreement, agreement
from lcresearch.measurement.common_method.common_method import common_method
from lcresearch.measurement.common_method.result import CommonMethod
from lcresearch.measurement.comparability.alignment import Alignment, alignment
from lcresearch.measurement.comparability.invariance import Invariance, invariance
from lcresearch.measurement.exploratory import (
    Factorability,
    FactorAnalysis,
    OmegaHierarchical,
    ParallelAnalysis,
    PolychoricCorrelations,
    factor_analysis,
    factorability,
    omega_hierarchical,
    parallel_analysis,
    polychoric_correlations,
)
from lcresearch.measurement.factor_models.factor_model import FactorModel
from lcresearch.measurement.factor_models.fitting import cfa
from lcresearch.measurement.group_means import group_means
from lcresearch.measurement.group_moments import Moments, moments
from lcresearch.measurement.instrument_validation.result import Validation
from lcresearch.measurement.instrument_validation.validating import validation
from lcresearch.measurement.item_analysis import ItemAnalysis, item_analysis
from lcresearch.measurement.item_response.differential_item_functioning import (
    DifferentialItemFunctioning,
    differential_item_functioning,
)
from lcresearch.measurement.item_response.graded_response import GradedResponse, graded_response
from lcresearch.measurement.item_response.short_form import ShortForm, short_form
from lcresearch.measurement.ordinal_moments import OrdinalMoments, ordinal_moments
from lcresearch.measurement.reliability import Reliability, reliability
from lcresearch.measurement.two_level.isomorphism import Isomorphism, isomorphism
from lcresearch.measurement.two_level.two_level_model import TwoLevelFactorModel
from lcresearch.measurement.verdict import Verdict
from lcresearch.measurement.within_between import WithinBetween, within_between_analysis

__all__ = [
    "Agreement",
    "Alignment",
    "CommonMethod",
    "DifferentialItemFunctioning",
    "FactorAnalysis",
    "FactorModel",
    "Factorability",
    "GradedResponse",
    "Invariance",
    "Isomorphism",
    "ItemAnalysis",
    "Moments",
    "OmegaHierarchical",
    "OrdinalMoments",
    "ParallelAnalysis",
    "PolychoricCorrelations",
    "Reliability",
    "ShortForm",
    "TwoLevelFactorModel",
    "Validation",
    "Verdict",
    "WithinBetween",
    "agreement",
    "alignment",
    "cfa",
    "common_method",
    "differential_item_functioning",
    "factor_analysis",
    "factorability",
    "graded_response",
    "group_means",
    "invariance",
    "isomorphism",
    "item_analysis",
    "moments",
    "omega_hierarchical",
    "ordinal_moments",
    "parallel_analysis",
    "polychoric_correlations",
    "reliability",
    "short_form",
    "validation",
    "within_between_analysis",
]
