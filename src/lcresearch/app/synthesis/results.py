"""Packages put together: started as a task, and what came of it."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pandas as pd
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lcresearch.app.forms import read_form
from lcresearch.app.handing_out import handed_out, pages_in
from lcresearch.app.jobs.jobs import Jobs
from lcresearch.app.pages import address, page, problem_rows
from lcresearch.app.results.elements import INTEGRATION
from lcresearch.app.synthesis.frame import HOME, ProgrammeFrame, programme_frame, titled, whole_frame
from lcresearch.files import file_hash
from lcresearch.messages import Messages, text_keys
from lcresearch.reporting.save import report_names
from lcresearch.reporting.synthesis_content import reason_with_titles
from lcresearch.studies.received_packages import ReceivedPackages
from lcresearch.synthesis import SavedSynthesis, read_synthesis
from lcresearch.synthesis.elements import WorkingElements
from lcresearch.synthesis.elements.wording import word
from lcresearch.synthesis.programme import ProgrammeFile, digest_of

_TONES = {"generic": "good", "sector-specific": "good", "conditional": "good", "not enough evidence": "warm"}


async def start(request: Request) -> Response:
    """Put the packages together."""
    form = await read_form(request)
    return await run_in_threadpool(_start, request, form.texts("explore"))


def show_results(request: Request) -> Response:
    """Which elements work where, how sure that is, and the report."""
    frame = programme_frame(request, "results")
    there = (frame.output / "synthesis.json").is_file()
    values: dict[str, Any] = {"found": None, "outdated": False, "reports": [], "files": [], "pages": []}
    if there and frame.file is not None:
        saved = read_synthesis(frame.output)
        values["found"] = _found(saved, frame.file, frame.output)
        values["outdated"] = _outdated(frame)
        values["reports"] = _reports(frame)
        values["files"] = _files(frame.output)
    values["pages"] = pages_in(frame.folder / INTEGRATION, Messages().language)
    return page(request, "programme_results.html", programme=frame, **values)


def hand_out(request: Request) -> Response:
    """A file of the results: a report to read, others to save."""
    frame = programme_frame(request)
    return handed_out(frame.output, request.path_params["file"])


def hand_out_page(request: Request) -> Response:
    """A page on elements, of numbers and interviews together."""
    frame = programme_frame(request)
    return handed_out(frame.folder / INTEGRATION, request.path_params["file"])


def _start(request: Request, explore: list[str]) -> Response:
    frame, _ = whole_frame(request)
    jobs: Jobs = request.app.state.jobs
    job = jobs.start(
        "synthesize",
        {"folder": str(frame.folder), "explore": explore},
        about=frame.name,
        back=address(HOME, frame.name),
        next=address(HOME, frame.name, "results"),
    )
    return RedirectResponse(address("jobs", job.id), 303)


def _found(saved: SavedSynthesis, plan: ProgrammeFile, folder: Path) -> dict[str, Any]:
    same = saved.programme_digest == digest_of(plan)
    judged = saved.working_elements
    return {
        "sizes": saved.sizes,
        "rows": _elements(judged, plan) if judged is not None and same else [],
        "readable": judged is not None and same,
        "problems": problem_rows(saved.problems),
        "left_out": _left_out(saved.left_out, plan),
        "changes": _changes(folder, plan),
    }


def _elements(judged: WorkingElements, plan: ProgrammeFile) -> list[dict[str, Any]]:
    """The table of working elements in words."""
    language = Messages().language
    several = judged.table["outcome"].nunique() > 1
    unmeasured = judged.unmeasured_in(language)
    return [
        {
            "title": titled(plan.elements[str(row["element"])].title),
            "outcome": titled(plan.outcomes[str(row["outcome"])].title) if several else "",
            "verdict": word("verdict_name", str(row["verdict"])),
            "tone": _TONES.get(str(row["verdict"]), ""),
            "certainty": word("level_name", str(row["certainty"])),
            "effect": _effect(row),
            "n": int(row["n_consortia"]),
            "planned": bool(row["planned"]),
            "reason": reason_with_titles(judged.reasons[place], plan)[language],
            "doubts": [reason_with_titles(one, plan)[language] for one in judged.doubts[place]],
            "unmeasured": unmeasured.iloc[place],
        }
        for place, row in enumerate(judged.table.to_dict("records"))
    ]


def _effect(row: dict[Any, Any]) -> str:
    say = Messages()
    estimate, low, high = (float(row[name]) for name in ("estimate", "conf_low", "conf_high"))
    if math.isnan(estimate):
        return say("app.synthesis.results.no_effect")
    return say("app.synthesis.results.effect", estimate=estimate, low=low, high=high)


def _left_out(table: pd.DataFrame, plan: ProgrammeFile) -> list[list[str]]:
    """What is not counted: consortium, what, why, groups, persons."""
    say = Messages()
    rows = []
    for row in table.to_dict("records"):
        element = plan.elements.get(str(row["element"] or ""))
        about = titled(element.title) if element is not None else str(row["about"])
        key = f"report.synthesis.held_back.{row['reason']}"
        groups = (
            "–" if row["n_groups"] is None or math.isnan(row["n_groups"]) else say.number(row["n_groups"], digits=0)
        )
        why = say(key) if key in text_keys() else str(row["reason"])
        rows.append([str(row["consortium"]), about, why, groups, str(row["persons"] or "–")])
    return rows


def _changes(folder: Path, plan: ProgrammeFile) -> dict[str, Any] | None:
    """What changed since the synthesis before this one; None when there was none."""
    path = folder / "tables" / "changes.csv"
    if not path.is_file():
        return None
    table = pd.read_csv(path, dtype="str", keep_default_na=False)
    rows = table.to_dict("records")
    first = rows[0] if rows else {}
    news = {name: str(first.get(name, "")) for name in ("new_packages", "later_releases", "gone")}
    changed = [
        [
            titled(plan.elements[str(row["element"])].title),
            _verdict(row["verdict_before"]),
            _verdict(row["verdict_after"]),
        ]
        for row in rows
        if str(row["verdict_changed"]).lower() == "true" and str(row["element"]) in plan.elements
    ]
    return {"news": news, "rows": changed}


def _verdict(name: object) -> str:
    key = str(name).replace(" ", "_").replace("-", "_")
    return word("verdict_name", str(name)) if f"synthesis.elements.verdict_name.{key}" in text_keys() else "–"


def _reports(frame: ProgrammeFrame) -> list[dict[str, str]]:
    assert frame.file is not None
    names = report_names(list(frame.file.languages))
    return [
        {"language": language, "address": address(HOME, frame.name, "results", name)}
        for language, name in names.items()
        if (frame.output / name).is_file()
    ]


def _files(folder: Path) -> list[str]:
    """Tables and figures to save, as names below the folder."""
    inside = [path for part in ("tables", "figures") for path in sorted((folder / part).glob("*")) if path.is_file()]
    shown = [path for path in inside if path.suffix in (".xlsx", ".csv", ".svg", ".png")]
    return [path.relative_to(folder).as_posix() for path in [*shown, folder / "synthesis.json"]]


def _outdated(frame: ProgrammeFrame) -> bool:
    """Whether packages or plan are others than those that the results were made of."""
    try:
        inputs = json.loads((frame.output / "run.json").read_text(encoding="utf-8"))["inputs"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    files = ReceivedPackages(frame.folder).files()
    if not files:
        return False
    now = {file_hash(path) for path in [frame.path, *files]}
    return now != set(inputs.values())
