"""The page with results, and what it starts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lcresearch.app.answers.reading import read_study
from lcresearch.app.answers.words import in_language, wave_words
from lcresearch.app.forms import read_form
from lcresearch.app.jobs.jobs import Job, Jobs
from lcresearch.app.pages import address, page, problem_rows
from lcresearch.app.results.contents import PRIVATE, RESULTS, Contents, contents, readable
from lcresearch.app.results.elements import INTEGRATION
from lcresearch.app.studies.frame import frame, study_folder, study_name
from lcresearch.errors import AppError, LcresearchError
from lcresearch.files import version_of
from lcresearch.messages import LANGUAGES, Messages, text_keys
from lcresearch.output_folder import RECORD
from lcresearch.pdf_printing import find_browser
from lcresearch.reporting.company_files import company_names
from lcresearch.studies import Study

REPLACE = "yes"


def show_results(request: Request) -> Response:
    """Report and files of the last run, or how to start the first."""
    name, folder, say = study_name(request), study_folder(request), Messages()
    jobs: Jobs = request.app.state.jobs
    study = readable(folder)
    found = contents(folder, study)
    errors: list[dict[str, str]] = []
    awaited = False
    try:
        read = read_study(folder)
        errors = problem_rows(read.errors)
        awaited = not any(one.there for one in read.files)
    except LcresearchError as error:
        errors = problem_rows(error.problems)
    asked = request.query_params.get("report", say.language)
    reports = found.reports if found is not None else {}
    shown = reports.get(asked) or next(iter(reports.values()), "")
    return page(
        request,
        "results.html",
        study=frame(request, "results"),
        running=jobs.running(name),
        errors=errors,
        awaited=awaited,
        found=found,
        date=_date(found),
        shown=shown,
        reports=[(language, file, say(f"app.results.language_{language}")) for language, file in reports.items()],
        figures=_by_figure(found.figures) if found is not None else [],
        tables=[one for one in found.tables if not one.endswith(".xlsx")] if found is not None else [],
        workbook=next((one for one in found.tables if one.endswith(".xlsx")), "") if found is not None else "",
        companies=_companies(found, _names(folder)),
        private=_private(found),
        suppressed=_suppressed(found, study),
        n_suppressed=sum(int(row["n_groups"]) for row in _counts(found)),
        has_elements=(folder / INTEGRATION).is_dir(),
        can_print=find_browser() is not None,
        version=version_of(folder / RESULTS / RECORD),
    )


async def start_run(request: Request) -> Response:
    """Start the analyses; earlier results are replaced only when the form says so."""
    form = await read_form(request)
    job = await run_in_threadpool(_start_run, request, form.text("replace"), form.text("version"))
    return RedirectResponse(address("jobs", job.id), 303)


def _start_run(request: Request, replace: str, version: str) -> Job:
    folder = study_folder(request)
    record = folder / RESULTS / RECORD
    if record.is_file():
        if replace != REPLACE:
            found = contents(folder, None)
            raise AppError("W050", date=_date(found) or "–")
        if version != version_of(record):
            raise AppError("W008")
    return _started(request, "run", {"folder": str(folder), "force": record.is_file()})


async def start_printing(request: Request) -> Response:
    """Print the reports to companies as PDF."""
    await read_form(request)
    job = await run_in_threadpool(_start_printing, request)
    return RedirectResponse(address("jobs", job.id), 303)


def _start_printing(request: Request) -> Job:
    folder = study_folder(request)
    found = contents(folder, None)
    if found is None:
        raise AppError("W049")
    if not found.companies:
        raise AppError("W051")
    return _started(request, "print_companies", {"folder": str(folder)})


def _started(request: Request, task: str, arguments: dict[str, Any]) -> Job:
    jobs: Jobs = request.app.state.jobs
    name = study_name(request)
    return jobs.start(task, arguments, about=name, back=address("studies", name, "results"))


def _date(found: Contents | None) -> str:
    if found is None or not found.date:
        return ""
    try:
        return Messages().date(found.date)
    except ValueError:
        return found.date[:40]


def _by_figure(names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Figures by name, each with its files as (file, kind, language)."""
    figures: dict[str, list[tuple[str, str, str]]] = {}
    for name in names:
        stem, ending = Path(name).stem, Path(name).suffix.removeprefix(".")
        base, _, language = stem.rpartition(".")
        known = language in LANGUAGES and base
        figures.setdefault(base if known else stem, []).append((name, ending.upper(), language if known else ""))
    return [{"name": name, "files": files} for name, files in figures.items()]


def _names(study_folder: Path) -> dict[str, str]:
    """Folder of a company report -> name of the company, as the run kept it; empty when that cannot be read."""
    from lcresearch.studies.company_output import KEPT, kept_reports

    try:
        kept = kept_reports(study_folder / RESULTS / PRIVATE / KEPT)
    except LcresearchError:
        return {}
    return {one.folder: f"{one.name} ({one.parent})" if one.parent else one.name for one in kept.reports}


def _companies(found: Contents | None, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Companies by folder, with their names, their pages and PDF files."""
    if found is None:
        return []
    return [
        {
            "folder": folder,
            "name": names.get(folder, folder),
            "pages": [(name, _language(name)) for name in files if name.endswith(".html")],
            "prints": [(name, _language(name)) for name in files if name.endswith(".pdf")],
        }
        for folder, files in found.companies.items()
    ]


def _language(name: str) -> str:
    """Language of a company report, in words; its name where that does not tell."""
    last, say = Path(name).name, Messages()
    known = {one: language for ending in ("html", "pdf") for language, one in company_names(LANGUAGES, ending).items()}
    return say(f"app.results.language_{known[last]}") if last in known else last


def _private(found: Contents | None) -> list[tuple[str, bool]]:
    """What stays here, and whether it is a page to read."""
    return [(name, name.endswith(".html")) for name in found.private] if found is not None else []


def _counts(found: Contents | None) -> list[dict[str, str]]:
    rows = found.suppressed if found is not None else ()
    return [row for row in rows if row.get("n_groups", "").isdigit()]


def _suppressed(found: Contents | None, study: Study | None) -> list[tuple[str, str, str, str]]:
    """What was suppressed, in words: level, wave, reason, how many."""
    say = Messages()
    waves = wave_words(study) if study is not None else {}
    known = study.file.levels if study is not None else {}
    levels: dict[str, str] = {name: in_language(level.title or {}) for name, level in known.items()}
    return [
        (
            levels.get(row.get("level", "")) or row.get("level", ""),
            waves.get(row.get("wave", ""), row.get("wave", "")),
            _reason(say, row.get("reason", "")),
            row["n_groups"],
        )
        for row in _counts(found)
    ]


def _reason(say: Messages, reason: str) -> str:
    keys = (f"disclosure.{length}.{reason}" for length in ("reason", "short"))
    return next((say(key) for key in keys if key in text_keys()), reason)
