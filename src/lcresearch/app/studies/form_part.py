"""Giving a study a questionnaire: the part ``form:`` of study.yaml, from a few choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, get_args

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from lcresearch.app.forms import Form, read_form
from lcresearch.app.pages import page, problem_rows, redirect
from lcresearch.app.studies.frame import frame, study_folder, study_name
from lcresearch.errors import LcresearchError, Problem
from lcresearch.files import version_of
from lcresearch.instruments import text_in
from lcresearch.instruments.forms.settings import LinkingPart
from lcresearch.messages import Messages

if TYPE_CHECKING:
    from lcresearch.studies import Study

_USUAL_CODE: tuple[LinkingPart, ...] = ("mother_first_letters", "birth_day", "birthplace_first_letters")


def ask_form_part(
    request: Request, study: Study, given: Mapping[str, Any] | None = None, problems: Sequence[Problem] = ()
) -> Response:
    """Why this study has no questionnaire, and what is needed for one."""
    from lcresearch.app.studies.questionnaire import platform_choices

    say = Messages()
    levels = [
        (
            level,
            text_in(title, say.language)
            if (title := study.file.levels[level].title_plural)
            else say(f"app.level.{level}"),
        )
        for level in study.file.ordered_levels
    ]
    return page(
        request,
        "study_form_part.html",
        422 if problems else 200,
        study=frame(request, "forms"),
        levels=levels,
        code=study.file.linking is not None,
        consent=study.file.consent is not None,
        parts=[(part, say(f"app.form_part.code.{part}")) for part in get_args(LinkingPart)],
        platforms=platform_choices(),
        given=given or {"platforms": ["print"], "linking_code": list(_USUAL_CODE), "groups": {}},
        problems=problem_rows(problems),
        version=version_of(study.folder / study.file_name),
    )


async def add_form_part(request: Request) -> Response:
    """Write the part."""
    form = await read_form(request)
    return await run_in_threadpool(_added, request, form)


def _added(request: Request, form: Form) -> Response:
    from lcresearch import studies
    from lcresearch.studies.editing import edit_study

    study = studies.load(study_folder(request))
    given = _given(form, study)
    part: dict[str, Any] = {"platforms": given["platforms"] or ["print"]}
    if study.file.consent is not None:
        part["consent"] = {}
    if given["groups"]:
        part["groups"] = given["groups"]
    if study.file.linking is not None:
        part["linking_code"] = given["linking_code"]
    try:
        edit_study(study.folder, {("form",): part}, version=form.text("version"))
    except LcresearchError as error:
        return ask_form_part(request, study, given, error.problems)
    return redirect(request, "studies", study_name(request), "forms", notice=Messages()("app.form_part.added"))


def _given(form: Form, study: Study) -> dict[str, Any]:
    groups = {level: _lines(form.text(f"groups-{level}")) for level in study.file.ordered_levels}
    return {"platforms": form.texts("platforms"), "linking_code": form.texts("linking_code"), "groups": groups}


def _lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.split("\n") if line.strip()]
