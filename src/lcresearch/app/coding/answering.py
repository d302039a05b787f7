"""Pages and answers of coding: each reads or changes the file of the study through its own functions."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lcresearch.app.coding.coder import choose_coder, coder_id, coder_of, known_coders, remember_coder
from lcresearch.app.coding.file import coding_file_of
from lcresearch.app.coding.positions import TextPositions
from lcresearch.app.coding.seen import state_of
from lcresearch.app.coding.sent import read_step
from lcresearch.app.coding.steps import take_step
from lcresearch.app.coding.texts import neighbours, texts_of
from lcresearch.app.coding.transcript import pieces_of
from lcresearch.app.forms import read_form
from lcresearch.app.pages import address, page, redirect
from lcresearch.app.studies.frame import frame, study_folder, study_name
from lcresearch.errors import AppError
from lcresearch.interviews.coding_file import CodingFile
from lcresearch.interviews.document import Document
from lcresearch.messages import Messages, text_keys

WORDS = "app.coding.script."
"""Texts that scripts of the page use."""


def list_texts(request: Request) -> Response:
    """The texts to code; first who codes, and before that the file to code in."""
    study_folder(request)
    try:
        file = coding_file_of(request)
    except AppError as error:
        if [one.code for one in error.problems] != ["W100"]:
            raise
        return page(request, "coding_none.html", study=frame(request, "coding"))
    known = known_coders(file)
    if coder_of(request) not in known:
        return show_coder(request)
    texts = texts_of(file, known[coder_of(request)])
    return page(
        request,
        "coding_list.html",
        study=frame(request, "coding"),
        coder=coder_of(request),
        mine=[one for one in texts if one.mine],
        others=[one for one in texts if not one.mine],
        done=sum(one.mine and one.state == "finished" for one in texts),
    )


def show_coder(request: Request) -> Response:
    """Who codes?"""
    names = sorted(known_coders(coding_file_of(request)), key=str.casefold)
    return page(
        request,
        "coding_coder.html",
        study=frame(request, "coding"),
        names=[one for one in names if one],
        chosen=coder_of(request),
    )


async def set_coder(request: Request) -> Response:
    """Keep who codes."""
    form = await read_form(request)
    wanted = form.text("new") or form.text("known")
    name = await run_in_threadpool(lambda: choose_coder(coding_file_of(request), wanted))
    answer = redirect(
        request, "studies", study_name(request), "coding", notice=Messages()("app.coding.coder.set", name=name)
    )
    remember_coder(answer, name)
    return answer


def show_text(request: Request) -> Response:
    """The page of one text."""
    file = coding_file_of(request)
    known = known_coders(file)
    if coder_of(request) not in known:
        return redirect(request, "studies", study_name(request), "coding", "coder")
    me = known[coder_of(request)]
    document = file.document(request.path_params["document"])
    before, after = neighbours(texts_of(file, me), document.id)
    state = state_of(file, document, me)
    return page(
        request,
        "coding_text.html",
        study=frame(request, "coding"),
        coder=coder_of(request),
        document=document,
        before=before,
        after=after,
        closed=state["closed"],
        data={
            "address": address("studies", study_name(request), "coding"),
            "study": study_name(request),
            "coder": me,
            "document": document.id,
            "name": document.name,
            "pieces": _pieces(document),
            "state": state,
            "codes": state["codes"],
            "closed": state["closed"],
            "words": _words(),
        },
    )


def _pieces(document: Document) -> list[dict[str, Any]]:
    found = pieces_of(document)
    both, say = TextPositions(document.text), Messages()
    starts = both.units([one.start for one in found]).tolist()
    ends = both.units([one.end for one in found]).tolist()
    roles = {role: _role(role, say) for role in set(document.roles.values())}
    return [
        {
            "start": start,
            "end": end,
            "text": document.quote(one.start, one.end),
            "number": one.number,
            "speaker": one.speaker or say("app.coding.text.nobody"),
            "role": one.role,
            "role_words": roles.get(one.role, ""),
        }
        for one, start, end in zip(found, starts, ends, strict=True)
    ]


def _role(role: str, say: Messages) -> str:
    key = f"app.coding.role.{role}"
    return say(key) if key in text_keys() else role


def _words() -> dict[str, Any]:
    language = Messages().language
    return {key.removeprefix(WORDS): entry[language] for key, entry in text_keys().items() if key.startswith(WORDS)}


def show_state(request: Request) -> Response:
    """Codings, memos and codes of a text as they are now."""
    file = coding_file_of(request)
    document = file.document(request.path_params["document"])
    return JSONResponse(state_of(file, document, coder_id(request, file)))


def show_revision(request: Request) -> Response:
    """A number that rises with each change."""
    return JSONResponse({"revision": coding_file_of(request).revision})


async def add_step(request: Request) -> Response:
    """One step of the coder."""
    sent = await read_step(request)

    def work() -> dict[str, Any]:
        file = coding_file_of(request)
        return take_step(file, request.path_params["document"], coder_id(request, file), sent)

    return JSONResponse(await run_in_threadpool(work))


def undo(request: Request) -> Response:
    """Take back the last step of the coder."""
    return _turned(request, "undo")


def redo(request: Request) -> Response:
    """Do again what the coder took back."""
    return _turned(request, "redo")


def _turned(request: Request, way: str) -> Response:
    file = coding_file_of(request)
    me = coder_id(request, file)
    what = file.undo(me) if way == "undo" else file.redo(me)
    return JSONResponse({"what": what, "words": said_of(way, what) if what else "", "revision": file.revision})


def said_of(way: str, what: str) -> str:
    """What was undone or done again, in words."""
    say = Messages()
    key = f"app.coding.did.{what}"
    return say(f"app.coding.{way}", what=say(key if key in text_keys() else "app.coding.did.other"))


def finish(request: Request) -> Response:
    """The coder has coded a text to its end."""
    return _finished(request, "finish")


def reopen(request: Request) -> Response:
    """The coder goes on with a text."""
    return _finished(request, "reopen")


def _finished(request: Request, way: str) -> Response:
    file: CodingFile = coding_file_of(request)
    me, document = coder_id(request, file), request.path_params["document"]
    name = file.document(document).name
    (file.finish if way == "finish" else file.reopen)(document, me)
    notice = Messages()(f"app.coding.list.{'closed' if way == 'finish' else 'reopened'}", name=name)
    to = () if way == "finish" else ("text", document)
    return redirect(request, "studies", study_name(request), "coding", *to, notice=notice)
