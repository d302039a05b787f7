"""Synthesis: effect sizes, meta-analysis, and one result over many consortia."""
