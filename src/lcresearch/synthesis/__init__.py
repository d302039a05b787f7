"""Synthesis: effect sizes, meta-analysis, and one result over many consortia."""

from lcresearch.synthesis.bayesian import BayesianMetaAnalysis, bayesian_meta_analysis
from lcresearch.synthesis.effect_sizes.clusters import adjust_for_clusters
from lcresearch.synthesis.effect_sizes.conversions import convert_effect_size
from lcresearch.synthesis.effect_sizes.effect_size import effect_size
from lcresearch.synthesis.effect_sizes.from_rows import effect_size_from_rows
from lcresearch.synthesis.literature.duplicates import Deduplication, deduplicate
from lcresearch.synthesis.literature.evidence_map import EvidenceMap, evidence_map
from lcresearch.synthesis.literature.extraction import Extraction
from lcresearch.synthesis.literature.extraction_form import extraction_form
from lcresearch.synthesis.literature.extraction_reading import extraction_of, read_extraction
from lcresearch.synthesis.literature.flow import PrismaFlow, prisma_flow
from lcresearch.synthesis.literature.forms import read_decisions, read_resolutions, screening_form, write_conflicts
from lcresearch.synthesis.literature.reading import read_records, records_of
from lcresearch.synthesis.literature.records import Records
from lcresearch.synthesis.literature.result import LiteratureSynthesis, literature_synthesis
from lcresearch.synthesis.literature.screening import ScreeningLog, screening_log
from lcresearch.synthesis.packages import (
    ConsortiumEvidence,
    EvidencePackage,
    InstrumentVersion,
    PackedPackage,
    beside_all_rows,
    open_package,
    pack,
    prepare_packages,
)
from lcresearch.synthesis.pooled.result import Synthesis
from lcresearch.synthesis.pooled.saved import SavedSynthesis, read_synthesis
from lcresearch.synthesis.pooled.synthesize import synthesize
from lcresearch.synthesis.progress_table import ProgressTable, progress, read_progress
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
    "Deduplication",
    "EggerTest",
    "EvidenceMap",
    "EvidencePackage",
    "Extraction",
    "FailSafeN",
    "Funnel",
    "InstrumentVersion",
    "LiteratureSynthesis",
    "MetaAnalysis",
    "MultilevelMetaAnalysis",
    "PackedPackage",
    "PetPeese",
    "PooledTables",
    "PrismaFlow",
    "ProgressTable",
    "RankTest",
    "Records",
    "RobustMetaAnalysis",
    "SavedSynthesis",
    "ScreeningLog",
    "SelectionModel",
    "StudyWeightsMetaAnalysis",
    "Subgroups",
    "Synthesis",
    "TrimAndFill",
    "adjust_for_clusters",
    "bayesian_meta_analysis",
    "beside_all_rows",
    "convert_effect_size",
    "deduplicate",
    "effect_size",
    "effect_size_from_rows",
    "egger_test",
    "evidence_map",
    "extraction_form",
    "extraction_of",
    "fail_safe_n",
    "funnel",
    "literature_synthesis",
    "mantel_haenszel",
    "meta_analysis",
    "multilevel_meta_analysis",
    "open_package",
    "pack",
    "pet_peese",
    "peto",
    "prepare_packages",
    "prisma_flow",
    "progress",
    "rank_test",
    "read_decisions",
    "read_extraction",
    "read_progress",
    "read_records",
    "read_resolutions",
    "read_synthesis",
    "records_of",
    "robust_meta_analysis",
    "screening_form",
    "screening_log",
    "selection_model",
    "synthesize",
    "trim_and_fill",
    "write_conflicts",
]
