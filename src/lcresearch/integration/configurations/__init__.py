"""Qualitative comparative analysis: which combinations of conditions lead to an outcome."""
