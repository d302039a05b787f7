"""Settling places where coders differ, one by one or from a list that was filled in, and taking that back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lcresearch.app.coding_team.comparing import Comparable, comparable, differences
from lcresearch.app.coding_team.disagreements import Wanted, decisions_by_place, listed, position_of
from lcresearch.app.forms import Form, read_form, uploaded
from lcresearch.app.pages import redirect
from lcresearch.app.studies.frame import study_name
from lcresearch.errors import AppError
from lcresearch.interviews import Disagreements
from lcresearch.interviews.coding_agreement.discussion_list import (
    ANSWERS,
    DROPPED,
    KEPT,
    OPEN,
    REPLACED,
    overlaps,
    own_boundaries,
    read_outcomes,
)
from lcresearch.messages import Messages

CHOICES = {"with": KEPT, "without": DROPPED, "boundaries": KEPT, "other": REPLACED}
"""What the page offers -> the outcome that is kept."""
OWN = "own"
LONGEST = {"who": 200, "remark": 5000}


async def settle_place(request: Request) -> Response:
    """Keep what was decided on a place, and go to the next one."""
    form = await read_form(request)
    return await run_in_threadpool(_settle_place, request, form)


def _settle_place(request: Request, form: Form) -> Response:
    found, differ, row = _place(request, form)
    wanted = Wanted.of(form.fields())
    outcome, code, boundaries = _answer(form, row, found)
    following = _following(found, differ, wanted)
    decided = (outcome, code, boundaries, form.text("remark")[: LONGEST["remark"]])
    found.file.decide(_answers(str(row["id"]), decided), who=_who(form), versions=_versions(form))
    said = Messages()("app.coding_team.settle.kept", code=row["code"])
    return _to(request, Wanted(wanted.filters, following), said)


def _answers(place: str, decided: tuple[str, str, str, str]) -> pd.DataFrame:
    """One decision as the library takes it."""
    return pd.DataFrame([decided], columns=list(ANSWERS), index=pd.Index([place], name="id"))


async def undo_place(request: Request) -> Response:
    """Take a decision back."""
    form = await read_form(request)
    return await run_in_threadpool(_undo_place, request, form)


def _undo_place(request: Request, form: Form) -> Response:
    found, _, row = _place(request, form)
    wanted = Wanted.of(form.fields())
    found.file.decide(_answers(str(row["id"]), (OPEN, "", "", "")), who="", versions=_versions(form))
    filters = {name: value for name, value in wanted.filters.items() if name != "state"}
    said = Messages()("app.coding_team.settle.undone", code=row["code"])
    return _to(request, Wanted(filters, str(row["id"])), said)


def _place(request: Request, form: Form) -> tuple[Comparable, Disagreements, Mapping[str, Any]]:
    """The place that a form is about.

    Raises
    ------
    AppError
        W123: it is there no longer, as codings changed.
    """
    found = comparable(request)
    differ = differences(found)
    rows = pd.DataFrame() if differ is None else differ.table[differ.table["id"] == form.text("place")]
    if differ is None or rows.empty:
        raise AppError("W123")
    return found, differ, {str(name): value for name, value in rows.iloc[0].to_dict().items()}


def _answer(form: Form, row: Mapping[str, Any], found: Comparable) -> tuple[str, str, str]:
    """What was chosen, as it is kept: outcome, code instead, boundaries.

    Raises
    ------
    AppError
        W124: nothing was chosen; W125: the code instead is missing; W126: boundaries that do not touch the place.
    """
    choice = form.text("choice")
    if choice not in CHOICES:
        raise AppError("W124")
    code = form.text("code") if choice == "other" else ""
    if choice == "other" and (code not in found.texts.project.codebook.by_id or code == row["code_id"]):
        raise AppError("W125")
    boundaries = form.text("whose") if choice in ("boundaries", "other") else ""
    if boundaries == OWN:
        boundaries = form.text("boundaries").replace(" ", "")
        own, length = own_boundaries(boundaries), len(found.texts.project.corpus[str(row["document_id"])].text)
        if own is None or own[1] > length or not overlaps(boundaries, (int(row["start"]), int(row["end"]))):
            raise AppError("W126")
    elif boundaries and boundaries not in row["boundaries_of"]:
        raise AppError("W126")
    return CHOICES[choice], code, boundaries


def _who(form: Form) -> str:
    """Who decided.

    Raises
    ------
    AppError
        W127: it was not said.
    """
    who = " ".join(form.text("who").split())[: LONGEST["who"]]
    if not who:
        raise AppError("W127")
    return who


def _versions(form: Form) -> dict[str, int]:
    """The decision as it was shown, so that nobody writes over what somebody else decided meanwhile."""
    written = form.text("version", "0")
    number = int(written) if written.isascii() and written.isdigit() and len(written) < 10 else 0
    return {form.text("place"): number}


def _following(found: Comparable, differ: Disagreements, wanted: Wanted) -> str:
    """The next open place under the same filters; this one when there is none."""
    decided = decisions_by_place(found, differ)
    filters = {name: value for name, value in wanted.filters.items() if name != "state"}
    table = listed(differ, {}, filters)
    at = position_of(table, wanted.place)
    ids = table["id"].tolist()
    behind = [one for one in ids[at + 1 :] + ids[:at] if one not in decided]
    return behind[0] if behind else wanted.place


def _to(request: Request, wanted: Wanted, notice: str) -> RedirectResponse:
    answer = redirect(request, "studies", study_name(request), "coding", "disagreements", notice=notice)
    asked = (
        answer.headers["location"] + ("&" if "?" in answer.headers["location"] else "?") + wanted.query(wanted.place)
    )
    answer.headers["location"] = f"{asked}#place"
    return answer


async def take_list(request: Request) -> Response:
    """Take over a list that was filled in elsewhere."""
    form = await read_form(request)
    return await run_in_threadpool(_take_list, request, form)


def _take_list(request: Request, form: Form) -> Response:
    found = comparable(request)
    differ = differences(found)
    if differ is None:
        raise AppError("W122")
    who = _who(form)
    with uploaded(form.files("list"), (".xlsx", ".csv")) as paths:
        answers = read_outcomes(paths[0], differ, found.texts.project.codebook)
    before = found.file.decisions()[list(ANSWERS)].reindex(answers.index)
    taken = answers[(answers["outcome"] != OPEN) & (answers != before).any(axis=1)]
    found.file.decide(taken, who=who)
    notice = Messages()("app.coding_team.list.taken", n=len(taken))
    return redirect(request, "studies", study_name(request), "coding", "disagreements", notice=notice)
