"""Synthesis: effect sizes, meta-analysis, and one result over many consortia."""

from lcresearch.synthesis.bayesian import BayesianMetaAnalysis, bayesian_meta_analysis
from lcresearch.synthesis.effect_sizes.clusters import adjust_for_clusters
from lcresearch.synthesis.effect_sizes.conversions import convert_effect_size
from lcresearch.synthesis.effect_sizes.effect_size import effect_size
from lcresearch.synthesis.effect_sizes.from_rows import effect_size_from_rows
from lcresearch.synthesis.packages import (
    ConsortiumEvidence,
    EvidencePackage,
    InstrumentVersion,
    PackedPackage,
    open_package,
    pack,
    prepare_packages,
)
from lcresearch.synthesis.random_effects.meta_analysis import meta_analysis
from lcresearch.synthesis.random_effects.pooled_tables import PooledTables, mantel_haenszel, peto
from lcresearch.synthesis.random_effects.result import MetaAnalysis
from lcresearch.synthesis.random_effects.subgroups import Subgroups
from lcresearch.synthesis.selection import (
    EggerTest,
    FailSafeN,
    Funnel,
    PetPeese,
    RankTest,
    SelectionModel,
    TrimAndFill,
    egger_test,
    fail_safe_n,
    funnel,
    pet_peese,
    rank_test,
    selection_model,
    trim_and_fill,
)
from lcresearch.synthesis.several_levels.multilevel_meta_analysis import multilevel_meta_analysis
from lcresearch.synthesis.several_levels.result import MultilevelMetaAnalysis
from lcresearch.synthesis.several_levels.robust_meta_analysis import robust_meta_analysis
from lcresearch.synthesis.several_levels.robust_result import RobustMetaAnalysis, StudyWeightsMetaAnalysis

__all__ = [
    "BayesianMetaAnalysis",
    "ConsortiumEvidence",
    "EggerTest",
    "EvidencePackage",
    "FailSafeN",
    "Funnel",
    "InstrumentVersion",
    "MetaAnalysis",
    "MultilevelMetaAnalysis",
    "PackedPackage",
    "PetPeese",
    "PooledTables",
    "RankTest",
    "RobustMetaAnalysis",
    "SelectionModel",
    "StudyWeightsMetaAnalysis",
    "Subgroups",
    "TrimAndFill",
    "adjust_for_clusters",
    "bayesian_meta_analysis",
    "convert_effect_size",
    "effect_size",
    "effect_size_from_rows",
    "egger_test",
    "fail_safe_n",
    "funnel",
    "mantel_haenszel",
    "meta_analysis",
    "multilevel_meta_analysis",
    "open_package",
    "pack",
    "pet_peese",
    "peto",
    "prepare_packages",
    "rank_test",
    "robust_meta_analysis",
    "selection_model",
    "trim_and_fill",
]
