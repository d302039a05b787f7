"""Reporting checklists (GRAMMS, COREQ, JARS) filled from what the study knows, with the rest open for the author."""

from lcresearch.integration.checklists.facts import (
    ChangeFacts,
    ComparisonFacts,
    InstrumentFacts,
    IntegrationFacts,
    InterviewFacts,
    ReliabilityFacts,
    StudyFacts,
    WaveFacts,
)
from lcresearch.integration.checklists.filling import reporting_checklist, reporting_checklists
from lcresearch.integration.checklists.model import AuthorsAnswer
from lcresearch.integration.checklists.reading import checklist_form, read_checklists
from lcresearch.integration.checklists.result import Checklist

__all__ = [
    "AuthorsAnswer",
    "ChangeFacts",
    "Checklist",
    "ComparisonFacts",
    "InstrumentFacts",
    "IntegrationFacts",
    "InterviewFacts",
    "ReliabilityFacts",
    "StudyFacts",
    "WaveFacts",
    "checklist_form",
    "read_checklists",
    "reporting_checklist",
    "reporting_checklists",
]
