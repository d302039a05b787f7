"""Synthesis: effect sizes, meta-analysis, and one result over many consortia."""

from lcresearch.synthesis.effect_sizes.clusters import adjust_for_clusters
from lcresearch.synthesis.effect_sizes.conversions import convert_effect_size
from lcresearch.synthesis.effect_sizes.effect_size import effect_size
from lcresearch.synthesis.effect_sizes.from_rows import effect_size_from_rows

__all__ = ["adjust_for_clusters", "convert_effect_size", "effect_size", "effect_size_from_rows"]
