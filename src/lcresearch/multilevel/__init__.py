"""Multilevel models: persons in communities in consortia, and the same persons at several waves."""

from lcresearch.multilevel.adding import added_together
from lcresearch.multilevel.centring import center, null_model
from lcresearch.multilevel.comparison import Comparison, compare
from lcresearch.multilevel.crossproducts import Crossproducts
from lcresearch.multilevel.derived_sums import DerivedColumn, derived_sums
from lcresearch.multilevel.fitting import fit_lmm
from lcresearch.multilevel.from_tables import crossproducts
from lcresearch.multilevel.generalised_fitting import fit_glmm
from lcresearch.multilevel.generalised_mixed_model import GeneralisedLinearMixedModel
from lcresearch.multilevel.growth import growth
from lcresearch.multilevel.growth_result import Growth
from lcresearch.multilevel.linear_mixed_model import LinearMixedModel
from lcresearch.multilevel.mediation import mediation
from lcresearch.multilevel.mediation_result import MediationResult
from lcresearch.multilevel.pooling import PooledFits, pool, pool_tables
from lcresearch.multilevel.power import PowerResult, power
from lcresearch.multilevel.slopes import (
    contextual_effect,
    region_of_significance,
    simple_slopes,
    slope_differences,
)

__all__ = [
    "Comparison",
    "Crossproducts",
    "DerivedColumn",
    "GeneralisedLinearMixedModel",
    "Growth",
    "LinearMixedModel",
    "MediationResult",
    "PooledFits",
    "PowerResult",
    "added_together",
    "center",
    "compare",
    "contextual_effect",
    "crossproducts",
    "derived_sums",
    "fit_glmm",
    "fit_lmm",
    "growth",
    "mediation",
    "null_model",
    "pool",
    "pool_tables",
    "power",
    "region_of_significance",
    "simple_slopes",
    "slope_differences",
]
