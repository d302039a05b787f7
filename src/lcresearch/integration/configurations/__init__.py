"""Qualitative comparative analysis: which combinations of conditions go with an outcome."""
