"""The page on which a team divides texts, and sees how far everybody is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from lcresearch.agreement import units_for_kappa
from lcresearch.app.coding.coder import choose_coder, coder_of
from lcresearch.app.coding.file import coding_file_of
from lcresearch.app.coding_team.comparing import people
from lcresearch.app.forms import Form, read_form
from lcresearch.app.pages import page, redirect
from lcresearch.app.studies.frame import frame, study_name
from lcresearch.errors import AppError, LcresearchError, Problem
from lcresearch.interviews.coding_agreement.dividing import USUAL_SHARE, divide_texts
from lcresearch.interviews.coding_file import CodingFile
from lcresearch.messages import Messages
from lcresearch.reporting.wording import records

MOST_SEED = 2**31 - 1


@dataclass(frozen=True)
class Asked:
    """How texts are to be divided.

    Attributes
    ----------
    coders : tuple of str
        Ids.
    share : float
        Part of the texts that several code.
    together : int
        How many code each of these.
    seed : int
    """

    coders: tuple[str, ...]
    share: float = 0.2
    together: int = 2
    seed: int = 1


def show_plan(request: Request) -> Response:
    """Who codes what, and how far everybody is; with a proposal when one was asked for."""
    file = coding_file_of(request)
    documents, assignments, names = file.documents(), file.assignments(), people(file)
    query = request.query_params
    asked = asked_of({"share": query.get("share", ""), "together": query.get("together", ""),
                      "seed": query.get("seed", "")}, tuple(query.getlist("coder")) or tuple(names))  # fmt: skip
    free = _free(documents, assignments)
    proposed: dict[str, Any] | None = None
    refusal: Sequence[Problem] = ()
    if "propose" in query:
        try:
            proposed = _proposal(free, asked, names)
        except LcresearchError as error:
            refusal = error.problems
    return page(
        request,
        "coding_plan.html",
        study=frame(request, "coding"),
        coder=coder_of(request),
        names=names,
        rows=_rows(documents, assignments, names),
        progress=_progress(assignments, names),
        n_free=len(free),
        n_shared=int((assignments.groupby("document")["coder"].nunique() > 1).sum()) if len(assignments) else 0,
        asked=asked,
        proposed=proposed,
        refusal=[one.message() for one in refusal],
        usual=USUAL_SHARE,
        needed=_needed(query),
        version=plan_version(documents, assignments),
    )


def asked_of(fields: Mapping[str, str], coders: tuple[str, ...]) -> Asked:
    """What a form says of the division; numbers outside their range become the nearest that can be.

    Examples
    --------
    >>> asked_of({"share": "25", "together": "", "seed": "x"}, ("a", "b"))
    Asked(coders=('a', 'b'), share=0.25, together=2, seed=1)
    """
    return Asked(
        coders=tuple(dict.fromkeys(coders)),
        share=_number(fields.get("share", ""), 20, 0, 100) / 100,
        together=round(_number(fields.get("together", ""), 2, 2, 9)),
        seed=round(_number(fields.get("seed", ""), 1, 0, MOST_SEED)),
    )


def _number(written: str, default: float, least: float, most: float) -> float:
    try:
        found = float(written.replace(",", "."))
    except ValueError:
        return default
    return min(max(found, least), most) if found == found else default


def plan_version(documents: pd.DataFrame, assignments: pd.DataFrame) -> str:
    """What a form carries to tell whether texts came or were divided meanwhile; coding does not change it."""
    pairs = sorted(zip(assignments["document"], assignments["coder"], strict=True))
    return hashlib.sha256(repr((sorted(documents["document"]), pairs)).encode()).hexdigest()[:16]


def _free(documents: pd.DataFrame, assignments: pd.DataFrame) -> dict[str, int]:
    """Texts that nobody has yet, with their length."""
    rows = documents[~documents["document"].isin(assignments["document"])]
    return {str(one): int(n) for one, n in zip(rows["document"], rows["n_characters"], strict=True)}


def _proposal(free: Mapping[str, int], asked: Asked, names: Mapping[str, str]) -> dict[str, Any]:
    plan = divide_texts(free, asked.coders, share=asked.share, together=asked.together, seed=asked.seed)
    sizes = plan.assign(size=plan["document"].map(dict(free)))
    by_coder = sizes.groupby("coder").agg(n=("document", "size"), shared=("together", "sum"), size=("size", "sum"))
    return {
        "coders": [
            (names[one], *(int(by_coder[name].get(one, 0)) for name in ("n", "shared", "size"))) for one in asked.coders
        ],
        "n_shared": int(plan.loc[plan["together"], "document"].nunique()),
        "n": len(free),
    }


def _rows(documents: pd.DataFrame, assignments: pd.DataFrame, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """A row a text: its name, length, and the state of each coder."""
    states = {(row.document, row.coder): row.state for row in records(assignments)}
    rows = []
    for document in records(documents):
        mine = {coder: states.get((document.document, coder), "") for coder in names}
        given = [state for state in mine.values() if state]
        done = bool(given) and all(state == "finished" for state in given)
        rows.append({"id": document.document, "name": document.name, "size": int(document.n_characters), "coders": mine,
                     "n": len(given), "done": done})  # fmt: skip
    return rows


def _progress(assignments: pd.DataFrame, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """A row a coder who has texts: how many, and how many of these are finished."""
    states = {str(coder): mine["state"].tolist() for coder, mine in assignments.groupby("coder")}
    return [
        {"name": name, "n": len(states[coder]), "finished": states[coder].count("finished")}
        for coder, name in names.items()
        if coder in states
    ]


def _needed(query: Mapping[str, str]) -> dict[str, Any]:
    """How many units kappa needs, of what was asked."""
    often = _number(query.get("often", ""), 10, 0.1, 99.9)
    kappa = _number(query.get("kappa", ""), 0.7, 0.01, 0.99)
    width = _number(query.get("width", ""), 0.1, 0.01, 0.9)
    return {
        "often": often,
        "kappa": kappa,
        "width": width,
        "n": units_for_kappa(often / 100, kappa=kappa, half_width=width),
        "asked": "often" in query,
    }


async def add_coder(request: Request) -> Response:
    """Let somebody join who will code."""
    form = await read_form(request)
    return await run_in_threadpool(_add_coder, request, form)


def _add_coder(request: Request, form: Form) -> Response:
    name = choose_coder(coding_file_of(request), form.text("name"))
    return _back(request, Messages()("app.coding_team.plan.added", name=name))


async def divide(request: Request) -> Response:
    """Divide the texts that nobody has yet as was proposed."""
    form = await read_form(request)
    return await run_in_threadpool(_divide, request, form)


def _divide(request: Request, form: Form) -> Response:
    file = coding_file_of(request)
    _check_version(file, form)
    names = people(file)
    asked = asked_of(form.fields(), tuple(one for one in form.texts("coder") if one in names))
    free = _free(file.documents(), file.assignments())
    plan = divide_texts(free, asked.coders, share=asked.share, together=asked.together, seed=asked.seed)
    for coders, documents in _same_coders(plan).items():
        file.assign(documents, list(coders))
    return _back(request, Messages()("app.coding_team.plan.divided", n=len(free)))


def _same_coders(plan: pd.DataFrame) -> dict[tuple[str, ...], list[str]]:
    """Coders -> the texts that exactly these code."""
    found: dict[tuple[str, ...], list[str]] = {}
    for document, mine in plan.groupby("document", sort=False):
        found.setdefault(tuple(map(str, mine["coder"])), []).append(str(document))
    return found


async def save_assignments(request: Request) -> Response:
    """Who codes what, as ticked by hand; what somebody began stays with that coder."""
    form = await read_form(request)
    return await run_in_threadpool(_save_assignments, request, form)


def _save_assignments(request: Request, form: Form) -> Response:
    file = coding_file_of(request)
    _check_version(file, form)
    names, texts = people(file), set(file.documents()["document"])
    before = file.assignments()
    ticked = [pair.partition(" ") for pair in form.texts("give")]
    wanted = {(document, coder) for document, _, coder in ticked if document in texts and coder in names}
    had = set(zip(before["document"], before["coder"], strict=True))
    idle = before[before["state"] == "assigned"]
    for document, coder in sorted(wanted - had):
        file.assign([document], [coder])
    for document, coder in sorted(set(zip(idle["document"], idle["coder"], strict=True)) - wanted):
        file.unassign([document], [coder])
    return _back(request, Messages()("app.coding_team.plan.saved"), at="texts")


async def reopen(request: Request) -> Response:
    """Let a coder go on with a text that was finished, as long as nothing of it is settled."""
    form = await read_form(request)
    return await run_in_threadpool(_reopen, request, form)


def _reopen(request: Request, form: Form) -> Response:
    file = coding_file_of(request)
    document, coder = form.text("document"), form.text("coder")
    names = dict(zip(file.documents()["document"], file.documents()["name"], strict=True))
    coders = people(file)
    if document not in names or coder not in coders:
        raise AppError("W120")
    file.reopen(document, coder)
    said = Messages()("app.coding_team.plan.reopened", name=coders[coder], document=names[document])
    return _back(request, said, at="texts")


def _check_version(file: CodingFile, form: Form) -> None:
    if form.text("version") != plan_version(file.documents(), file.assignments()):
        raise AppError("W008")


def _back(request: Request, notice: str, at: str = "") -> Response:
    return redirect(request, "studies", study_name(request), "coding", "plan", notice=notice, at=at)
