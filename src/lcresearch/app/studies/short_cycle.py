"""A new short-cycle study: the planner's questions a page each, the plan, and only then a folder."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lcresearch import instruments
from lcresearch.app.forms import Form, read_form
from lcresearch.app.jobs.jobs import Job, Jobs
from lcresearch.app.pages import address, page, problem_rows
from lcresearch.app.studies import answers_of
from lcresearch.app.studies.drafts import Draft, Drafts
from lcresearch.app.studies.plan_view import plan_words
from lcresearch.app.studies.questionnaire import platform_choices
from lcresearch.app.workspace import Workspace
from lcresearch.errors import AppError, LcresearchError, Problem
from lcresearch.messages import Messages
from lcresearch.studies.planning.choices import all_goals
from lcresearch.studies.planning.result import ShortCyclePlan

_DESIGNS = ("", "before_after", "before_after_comparison", "staggered_start", "pulse", "single_case")
_PLAN = "plan"


def ask_first(request: Request) -> Response:
    """The first question."""
    return _asked(request, "goal", None, answers_of.usual(), {})


def ask(request: Request) -> Response:
    """A question of the planner, with what was answered before."""
    draft, step = _draft(request), _step(request)
    if step == "people" and not draft.answers.get("firms"):
        return _to(draft, "firms")
    return _asked(request, step, draft, {**answers_of.usual(), **draft.answers}, {})


async def answer_first(request: Request) -> Response:
    """Keep the answer to the first question in a new draft."""
    form = await read_form(request)
    return await run_in_threadpool(_answered, request, form, "goal", None)


async def answer(request: Request) -> Response:
    """Keep the answers of a page, or show what is wrong with them."""
    form = await read_form(request)
    return await run_in_threadpool(_answered, request, form, _step(request), _draft(request))


def _answered(request: Request, form: Form, step: str, draft: Draft | None) -> Response:
    before = dict(draft.answers) if draft is not None else {}
    found, wrong = answers_of.read(step, form, before)
    if wrong:
        return _asked(request, step, draft, {**answers_of.usual(), **before, **found}, wrong)
    drafts: Drafts = request.app.state.drafts
    if step in ("goal", "firms", "time"):
        found["design"] = ""  # a design that was chosen may not fit any more
    kept = drafts.answer((draft or drafts.new()).id, found)
    lacking = answers_of.first_open(kept.answers)
    if lacking is None and (step == answers_of.STEPS[-1] or form.text("to") == _PLAN):
        return _planned(request, kept)
    place = answers_of.STEPS.index(step) + 1
    return _to(kept, answers_of.STEPS[place] if place < len(answers_of.STEPS) else str(lacking))


def _asked(
    request: Request, step: str, draft: Draft | None, answers: dict[str, Any], wrong: answers_of.Wrong
) -> Response:
    place = answers_of.STEPS.index(step)
    parts = ("new", "short-cycle", *([draft.id] if draft else []))
    back = address(*parts, answers_of.STEPS[place - 1]) if place else "/new"
    values: dict[str, Any] = {
        "step": step,
        "place": place + 1,
        "of": len(answers_of.STEPS),
        "action": address(*parts, step) if draft else address(*parts),
        "back": back,
        "answers": answers,
        "wrong": {name: f"{one.message()} {one.remedy()}" for name, one in wrong.items()},
        "complete": draft is not None and answers_of.first_open(draft.answers) is None,
    }
    if step == "goal":
        values["goals"] = _goal_choices()
    if step == "form":
        values |= _last_values(str(answers["goal"]))
    return page(request, f"new_{step}.html", 422 if wrong else 200, **values)


def _goal_choices() -> list[tuple[str, str, str]]:
    """Goals with how many questions go with each."""
    say = Messages()
    found = []
    for name, goal in all_goals().items():
        n = len(instruments.load(goal.instrument).items)
        hint = say("app.new.ask.goal.questions", n=n, about=goal.about[say.language])
        found.append((name, goal.question[say.language], hint))
    return found


def _last_values(goal: str) -> dict[str, Any]:
    """What the last question needs: platforms, and the scale of the goal."""
    known = goal if goal in all_goals() else next(iter(all_goals()))
    return {
        "platforms": platform_choices(),
        "points": answers_of.points_of(known),
        "suggested": all_goals()[known].worthwhile,
        "decimal": lambda value: Messages().number(value, digits=1) if isinstance(value, float) else value,
    }


async def plan_again(request: Request) -> Response:
    """Plan anew, by another design when one was chosen."""
    form = await read_form(request)
    draft = _draft(request)
    design = form.text("design")
    drafts: Drafts = request.app.state.drafts
    draft = drafts.answer(draft.id, {"design": design if design in _DESIGNS else ""})
    return await run_in_threadpool(_planned, request, draft)


def _planned(request: Request, draft: Draft) -> Response:
    """Plan in a process of its own, as precision is found by simulating many studies."""
    if (lacking := answers_of.first_open(draft.answers)) is not None:
        return _to(draft, lacking)
    jobs: Jobs = request.app.state.jobs
    job = _job_of(request, draft)
    if job is None or job.state in ("failed", "stopped"):
        here = address("new", "short-cycle", draft.id)
        given = answers_of.arguments({**answers_of.usual(), **draft.answers})
        job = jobs.start("plan", {"answers": given}, about=draft.id, back=f"{here}/time", next=f"{here}/{_PLAN}")
        drafts: Drafts = request.app.state.drafts
        drafts.planned_by(draft.id, job.id)
    return RedirectResponse(address("jobs", job.id), 303)


def show_plan(request: Request) -> Response:
    """The plan, before anything is written."""
    return _shown(request, _draft(request))


def _shown(request: Request, draft: Draft, name: str = "", problems: tuple[Problem, ...] = ()) -> Response:
    job = _job_of(request, draft)
    if job is None or job.state != "done":
        return page(request, "new_replan.html", draft=draft.id)
    plan = _plan_of(job)
    say = Messages()
    workspace: Workspace = request.app.state.workspace
    here = {step: address("new", "short-cycle", draft.id, step) for step in answers_of.STEPS}
    return page(
        request,
        "new_plan.html",
        422 if problems else 200,
        plan=plan_words(plan),
        steps=here,
        draft=draft.id,
        folder=name or workspace.free_name(plan.id),
        problems=problem_rows(problems),
        designs=[(one, say(f"app.new.design.{one or 'proposed'}")) for one in _DESIGNS],
        design=draft.answers.get("design", ""),
    )


async def make(request: Request) -> Response:
    """Write the study to its folder."""
    form = await read_form(request)
    return await run_in_threadpool(_made, request, _draft(request), form.text("folder"))


def _made(request: Request, draft: Draft, name: str) -> Response:
    job = _job_of(request, draft)
    if job is None or job.state != "done":
        return _to(draft, _PLAN)
    workspace: Workspace = request.app.state.workspace
    try:
        folder = workspace.new_folder(name)
    except LcresearchError as error:
        return _shown(request, draft, name, error.problems)
    jobs: Jobs = request.app.state.jobs
    made = jobs.start(
        "make",
        {"plan": job.result["plan"], "folder": str(folder)},
        about=folder.name,
        back=address("new", "short-cycle", draft.id, _PLAN),
        next=address("studies", folder.name),
    )
    return RedirectResponse(address("jobs", made.id), 303)


def _plan_of(job: Job) -> ShortCyclePlan:
    return ShortCyclePlan.from_dict(dict(job.result["plan"]))


def _job_of(request: Request, draft: Draft) -> Job | None:
    jobs: Jobs = request.app.state.jobs
    try:
        return jobs.get(draft.job) if draft.job else None
    except LcresearchError:
        return None


def _draft(request: Request) -> Draft:
    drafts: Drafts = request.app.state.drafts
    return drafts.get(request.path_params["draft"])


def _step(request: Request) -> str:
    step = str(request.path_params["step"])
    if step not in answers_of.STEPS:
        raise AppError("W001", name=step)
    return step


def _to(draft: Draft, step: str) -> Response:
    return RedirectResponse(address("new", "short-cycle", draft.id, step), 303)
