"""Tables, figures and reports: the only place that draws or writes prose."""

from lcresearch.reporting.html import render

__all__ = ["render"]
