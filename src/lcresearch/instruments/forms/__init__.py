"""Forms: instruments as questionnaires for survey platforms and on paper."""

from lcresearch.instruments.forms.assembling import questionnaire
from lcresearch.instruments.forms.exporting import ExportedForm, export_form, export_forms
from lcresearch.instruments.forms.model import (
    Answer,
    FormFiles,
    Page,
    Question,
    Questionnaire,
    ScoredScale,
    Versions,
)
from lcresearch.instruments.forms.settings import FormSettings
from lcresearch.instruments.forms.study_pages import consent_page, group_page, linking_page

__all__ = [
    "Answer",
    "ExportedForm",
    "FormFiles",
    "FormSettings",
    "Page",
    "Question",
    "Questionnaire",
    "ScoredScale",
    "Versions",
    "consent_page",
    "export_form",
    "export_forms",
    "group_page",
    "linking_page",
    "questionnaire",
]
