"""Studies: a folder with study.yaml, run from answers to report."""

from lcresearch.studies.results import StudyResults
from lcresearch.studies.study import Study, load
from lcresearch.studies.templates import demo, new, templates

__all__ = ["Study", "StudyResults", "demo", "load", "new", "templates"]
