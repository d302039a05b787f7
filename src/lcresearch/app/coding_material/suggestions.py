"""Pages on which codes are suggested, and accepted or rejected one by one."""

from __future__ import annotations

from collections import Counter
from typing import Any, get_args

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lcresearch.app.coding.coder import coder_id, coder_of, known_coders
from lcresearch.app.coding.file import coding_file_of
from lcresearch.app.coding_material.cleaning import use_of
from lcresearch.app.coding_material.starting import file_of, start_task
from lcresearch.app.coding_material.suggesting import (
    COMMAND,
    METHODS,
    UNITS,
    Queue,
    blind_documents,
    missing_packages,
    newer_beside,
    place_in,
    queue_of,
)
from lcresearch.app.forms import Form, read_form
from lcresearch.app.pages import address, page, redirect
from lcresearch.app.studies.frame import frame, study_folder, study_name
from lcresearch.errors import AppError
from lcresearch.interviews.coding_file import CodingFile
from lcresearch.interviews.suggestions.ways import MethodName
from lcresearch.messages import LANGUAGES, Messages

_AROUND = 240
"""Signs before and after a suggestion that are shown."""
_CARD = "suggestion"  # where the page goes on after a step, and where keys are then
_OURS = ("accept_suggestions", "reject_suggestions", "accept_other")
"""Steps of a coder that this page takes back."""


def _asks_who(request: Request) -> Response | None:
    """To the page that makes the coding file, or asks who codes, when one of these is not known yet."""
    study = study_name(request)
    if file_of(request) is None:
        return redirect(request, "studies", study, "coding", "start")
    if coder_of(request) not in known_coders(coding_file_of(request)):
        return redirect(request, "studies", study, "coding", "coder")
    return None


def show_suggestions(request: Request) -> Response:
    """One suggestion to judge, or how to ask for suggestions."""
    elsewhere = _asks_who(request)
    if elsewhere is not None:
        return elsewhere
    file = coding_file_of(request)
    me, kept = coder_id(request, file), file.suggestions()
    code = request.query_params.get("code", "")
    queue = None if kept is None else queue_of(file, kept, me, code=code)
    shown = None if queue is None or not len(queue.rows) else _shown(file, queue, request.query_params.get("at", ""))
    book = file.codebook()
    use = use_of(study_folder(request))
    missing = missing_packages()
    beside = newer_beside(file.path, kept)
    return page(
        request,
        "material_suggestions.html",
        study=frame(request, "coding"),
        coder=coder_of(request),
        queue=queue,
        shown=shown,
        code=code,
        codes=[(each.id, book.path(each.id)) for each in book if each.codable],
        offered=_offered(queue, kept, file, me),
        has_codes=any(each.codable for each in book),
        n_blind=len(blind_documents(file.assignments(), me)),
        methods=[
            (one, Messages()(f"app.material.suggest.method_{one}"), _method_hint(one, missing[one])) for one in METHODS
        ],
        units=UNITS,
        talks=use.language,
        beside=None if beside is None else len(beside.open),
        can_undo=file.can_undo(me)[0] in _OURS,
    )


def _method_hint(method: str, missing: list[str]) -> str:
    say = Messages()
    hint = say(f"app.material.suggest.method_{method}_hint")
    return (
        hint
        if not missing
        else f"{hint} {say('app.material.suggest.missing', packages=', '.join(missing), command=COMMAND)}"
    )


def _offered(queue: Queue | None, kept: Any, file: CodingFile, me: str) -> list[tuple[str, str]]:
    """Codes that still have suggestions, to look at one code only."""
    if queue is None:
        return []
    rows = queue_of(file, kept, me).rows
    counts = Counter(zip(rows["code"].astype(str), rows["path"].astype(str), strict=True))
    return [(code, f"{path} ({n})") for (code, path), n in sorted(counts.items(), key=lambda each: each[0][1])]


def _shown(file: CodingFile, queue: Queue, at: str) -> dict[str, Any]:
    """A suggestion with what stands around it and around it in the queue."""
    ids = queue.rows["suggestion"].tolist()
    place = place_in(ids, at)
    row = queue.rows.iloc[place]
    document, code = file.document(str(row["document"])), file.codebook()[str(row["code"])]
    start, end = int(row["start"]), int(row["end"])
    if start < 0:
        start, end = 0, len(document.text)
    speaker = next((turn.speaker for turn in document.turns if turn.start <= start < turn.end), "")
    score = float(row["score"])
    return {
        "id": ids[place],
        "place": place + 1,
        "n": len(ids),
        "name": document.name,
        "speaker": speaker,
        "before": _before(document.text[:start]),
        "words": document.text[start:end],
        "after": _after(document.text[end:]),
        "path": str(row["path"]),
        "definition": code.definition,
        "reason": str(row["reason"]),
        "score": None if score != score else score,
        "previous": ids[place - 1] if place else "",
        "next": ids[place + 1] if place + 1 < len(ids) else "",
        "document": document.id,
    }


def _before(text: str) -> str:
    return text if len(text) <= _AROUND else "… " + text[-_AROUND:].partition(" ")[2]


def _after(text: str) -> str:
    return text if len(text) <= _AROUND else text[:_AROUND].rpartition(" ")[0] + " …"


async def ask_suggestions(request: Request) -> Response:
    """Ask for suggestions, as a task."""
    form = await read_form(request)

    def start() -> Response:
        asked = {
            "method": form.text("method") if form.text("method") in get_args(MethodName) else "embedding",
            "unit": form.text("unit") if form.text("unit") in UNITS else "turn",
            "language": form.text("language") if form.text("language") in LANGUAGES else "nl",
            "file": str(coding_file_of(request).path),
        }
        to = ("suggestions",)
        return start_task(request, "suggest_codes", asked, folder=study_folder(request), back=to, to=to)

    return await run_in_threadpool(start)


def take_from_beside(request: Request) -> Response:
    """Take over suggestions that the command line wrote beside the coding file."""
    file = coding_file_of(request)
    found = newer_beside(file.path, file.suggestions())
    if found is not None:
        file.keep_suggestions(found)
    return redirect(request, "studies", study_name(request), "coding", "suggestions")


async def judge_suggestion(request: Request) -> Response:
    """Accept a suggestion, reject it, or give another code in its place."""
    form = await read_form(request)
    return await run_in_threadpool(_judge, request, form)


def _judge(request: Request, form: Form) -> Response:
    file, say = coding_file_of(request), Messages()
    me, kept = coder_id(request, file), file.suggestions()
    id, choice = form.text("suggestion"), form.text("choice")
    row = None if kept is None else kept.pick([id]).iloc[0]
    if row is None or str(row["document"]) in blind_documents(file.assignments(), me):
        raise AppError("W146")
    if choice == "accept":
        file.accept_suggestions([id], coder=me, language=say.language)
    elif choice == "other":
        file.accept_other(id, form.text("other"), coder=me, language=say.language)
    elif choice == "reject":
        file.reject_suggestions([id], coder=me, why=form.text("why")[:200])
    return _to_next(request, form.text("next") or form.text("previous"), form.text("code"))


def undo_suggestion(request: Request) -> Response:
    """Take the last step on this page back."""
    file = coding_file_of(request)
    me = coder_id(request, file)
    if file.can_undo(me)[0] in _OURS:
        file.undo(me)
    return redirect(request, "studies", study_name(request), "coding", "suggestions", at=_CARD)


def _to_next(request: Request, at: str, code: str) -> Response:
    from urllib.parse import urlencode

    asked = urlencode({name: value for name, value in (("at", at), ("code", code)) if value})
    to = address("studies", study_name(request), "coding", "suggestions")
    return RedirectResponse(to + (f"?{asked}" if asked else "") + f"#{_CARD}", 303)
