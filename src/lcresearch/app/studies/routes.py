"""Addresses of the pages of studies, and what each calls."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lcresearch.app.pages import page
from lcresearch.app.studies import (
    checks,
    examples,
    form_part,
    listing,
    overview,
    papers,
    questionnaire,
    settings,
    short_cycle,
)
from lcresearch.app.studies.frame import frame, study_folder
from lcresearch.app.studies.plan_view import stored_plan


def show_stored_plan(request: Request) -> Response:
    """The plan by which the study was made."""
    return page(request, "study_plan.html", study=frame(request), plan=stored_plan(study_folder(request)))


_DRAFT = "/new/short-cycle/{draft}"
_STUDY = "/studies/{study}"
ROUTES = [
    Route("/", listing.list_studies),
    Route("/explain/{code}", listing.explain),
    Route("/new", examples.ways_to_begin),
    Route("/new/example", examples.list_examples),
    Route("/new/example", examples.copy_example, methods=["POST"]),
    Route("/new/short-cycle", short_cycle.ask_first),
    Route("/new/short-cycle", short_cycle.answer_first, methods=["POST"]),
    Route(f"{_DRAFT}/plan", short_cycle.show_plan),
    Route(f"{_DRAFT}/plan", short_cycle.plan_again, methods=["POST"]),
    Route(f"{_DRAFT}/make", short_cycle.make, methods=["POST"]),
    Route(f"{_DRAFT}/{{step}}", short_cycle.ask),
    Route(f"{_DRAFT}/{{step}}", short_cycle.answer, methods=["POST"]),
    Route(_STUDY, overview.show_study),
    Route(f"{_STUDY}/plan", show_stored_plan),
    Route(f"{_STUDY}/papers/{{language}}/{{paper}}", papers.show_paper),
    Route(f"{_STUDY}/papers/{{language}}/{{paper}}/{{ending}}", papers.download_paper),
    Route(f"{_STUDY}/check", checks.start_check, methods=["POST"]),
    Route(f"{_STUDY}/check/{{job}}", checks.show_check),
    Route(f"{_STUDY}/settings", settings.show_settings),
    Route(f"{_STUDY}/settings", settings.change_settings, methods=["POST"]),
    Route(f"{_STUDY}/settings/undo", settings.undo_settings, methods=["POST"]),
    Route(f"{_STUDY}/forms", questionnaire.show_forms),
    Route(f"{_STUDY}/forms", questionnaire.make_forms, methods=["POST"]),
    Route(f"{_STUDY}/forms/add", form_part.add_form_part, methods=["POST"]),
    Route(f"{_STUDY}/forms/all.zip", questionnaire.download_all),
    Route(f"{_STUDY}/forms/file/{{file}}", questionnaire.download_form),
    Route(f"{_STUDY}/forms/page/{{file}}", questionnaire.form_page),
    Route(f"{_STUDY}/forms/look/{{file}}", questionnaire.look_at_form),
]
