"""Studies: a folder with study.yaml, run from answers to report."""

from lcresearch.studies.claims import check_claims
from lcresearch.studies.company_output import CompanyOutput, redraw_company_reports
from lcresearch.studies.demonstration import Demonstration, demo
from lcresearch.studies.forms import ExportedForms, form_of_study
from lcresearch.studies.integration import IntegrationOutput
from lcresearch.studies.interview_cleaning import deidentify_interviews
from lcresearch.studies.interview_source import coders_to_compare, open_interviews
from lcresearch.studies.opening import load
from lcresearch.studies.packing import PackedEvidence
from lcresearch.studies.planning import ShortCyclePlan, goals, plan_short_cycle
from lcresearch.studies.progress_output import ProgressOutput, progress_to
from lcresearch.studies.publishing.publish import Publication, publish
from lcresearch.studies.results import StudyResults
from lcresearch.studies.simulated_truth import Programme
from lcresearch.studies.simulation import simulate_programme
from lcresearch.studies.study import Study
from lcresearch.studies.study_facts import integration_facts, study_facts
from lcresearch.studies.synthesis_output import SynthesisOutput, synthesize_to
from lcresearch.studies.templates import new, templates
from lcresearch.studies.withdrawal import Withdrawal, withdraw

__all__ = [
    "CompanyOutput",
    "Demonstration",
    "ExportedForms",
    "IntegrationOutput",
    "PackedEvidence",
    "Programme",
    "ProgressOutput",
    "Publication",
    "ShortCyclePlan",
    "Study",
    "StudyResults",
    "SynthesisOutput",
    "Withdrawal",
    "check_claims",
    "coders_to_compare",
    "deidentify_interviews",
    "demo",
    "form_of_study",
    "goals",
    "integration_facts",
    "load",
    "new",
    "open_interviews",
    "plan_short_cycle",
    "progress_to",
    "publish",
    "redraw_company_reports",
    "simulate_programme",
    "study_facts",
    "synthesize_to",
    "templates",
    "withdraw",
]
