"""The page of one study: what it is, and what to do now."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from lcresearch.app.pages import page, problem_rows
from lcresearch.app.studies.frame import frame, study_folder
from lcresearch.app.studies.papers import PLAN, paper_rows
from lcresearch.app.studies.steps import step_words
from lcresearch.errors import LcresearchError
from lcresearch.instruments import text_in
from lcresearch.messages import Messages

if TYPE_CHECKING:
    from lcresearch.studies import Study


def show_study(request: Request) -> Response:
    """The page of one study; of one that cannot be read, what is wrong with it."""
    from lcresearch import studies

    folder = study_folder(request)
    try:
        study = studies.load(folder)
    except LcresearchError as error:
        rows = problem_rows(error.problems)
        return page(request, "study_faults.html", study=frame(request), problems=rows)
    from lcresearch.studies.work_to_do import next_step, work_to_do

    steps = work_to_do(study)
    return page(
        request,
        "study_overview.html",
        study=frame(request),
        steps=[step_words(step) for step in steps],
        first=next_step(steps).name,
        description=text_in(study.file.description, Messages().language),
        facts=facts(study),
        papers=paper_rows(folder, Messages().language),
        planned=(folder / PLAN).is_file(),
        interviews=study.file.interviews is not None,
    )


def facts(study: Study) -> list[tuple[str, list[str]]]:
    """What a study is, as rows of a name and its values."""
    say, file = Messages(), study.file
    rows: list[tuple[str, list[str]]] = [
        ("waves", [text_in(label, say.language) for label in study.waves.values()]),
        ("firms", _groups(study)),
        ("instruments", [text_in(one.title, say.language) for one in study.instruments]),
        ("persons", [say(f"app.overview.persons.{_recognised(study)}")]),
        ("consent", [say(f"app.overview.consent.{'asked' if file.consent is not None else 'not_asked'}")]),
        ("minimum", [say("app.overview.minimum.text", n=file.privacy.minimum_cell)]),
        ("kept", [_until(file.retention.until)] if file.retention is not None else []),
        ("languages", [say(f"app.language.name_{one}") for one in file.languages]),
        ("folder", [study.folder.name]),
    ]
    return [(say(f"app.overview.fact.{name}"), values) for name, values in rows if values]


def _groups(study: Study) -> list[str]:
    """Names of firms as the form offers them; without these, what groups are called."""
    form, level = study.file.form, study.file.company_level
    if form is not None and level is not None and level in form.groups:
        return list(form.groups[level])
    say = Messages()
    titles = [study.file.levels[one].title_plural for one in study.file.ordered_levels]
    named: list[Any] = [text_in(title, say.language) for title in titles if title is not None]
    return [say("app.overview.by_group", groups=", ".join(named))] if named else []


def _recognised(study: Study) -> str:
    if study.file.linking is not None:
        return "code"
    return "number" if study.file.recognises_persons else "not"


def _until(day: str) -> str:
    try:
        return Messages().date(datetime.date.fromisoformat(day))
    except ValueError:
        return day
