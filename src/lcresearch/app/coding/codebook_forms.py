"""Addresses of the codebook: its page, and the forms that change it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from lcresearch.app.coding.answering import said_of
from lcresearch.app.coding.codebook_page import (
    COLORS,
    RESTORABLE,
    TEXTS,
    consequence_of,
    counts_of,
    history_rows,
    tree_of,
)
from lcresearch.app.coding.coder import coder_id, coder_of, known_coders
from lcresearch.app.coding.file import coding_file_of
from lcresearch.app.forms import Form, read_form
from lcresearch.app.pages import page, redirect
from lcresearch.app.studies.frame import frame, study_name
from lcresearch.errors import AppError, LcresearchError
from lcresearch.interviews.codebook.model import Code, Codebook
from lcresearch.interviews.coding_file import CodingFile
from lcresearch.messages import Messages

_COLOR = re.compile(r"#[0-9a-f]{6}")
_CHANGED_MEANWHILE = "V287"
LONGEST = {"name": 200}
_LONGEST_TEXT = 5000


def show_codebook(request: Request) -> Response:
    """The tree, and one code when the address names one."""
    return _page(request)


def _page(request: Request, status: int = 200, **more: Any) -> Response:
    file = coding_file_of(request)
    if coder_of(request) not in known_coders(file):
        return redirect(request, "studies", study_name(request), "coding", "coder")
    me = coder_id(request, file)
    book, versions = file.codebook(), file.code_versions()
    code = _chosen(request, book)
    undoable, redoable = file.can_undo(me)
    values = {
        "sent": {},
        "meanwhile": [],
        "asked": "",
        "into": "",
        "consequence": None,
    } | more
    return page(
        request,
        "codebook.html",
        status,
        study=frame(request, "coding"),
        coder=coder_of(request),
        book=book,
        tree=tree_of(book, counts_of(file, me)),
        chosen=code,
        version=versions.get(code.id, 0) if code else 0,
        versions=versions,
        history=history_rows(file, book, code.id if code else None),
        texts=TEXTS,
        restorable=RESTORABLE,
        colors=COLORS,
        undo=said_of("undo_it", undoable) if undoable else "",
        redo=said_of("redo_it", redoable) if redoable else "",
        **values,
    )


def _chosen(request: Request, book: Codebook) -> Code | None:
    wanted = request.path_params.get("code")
    if wanted is None:
        return None
    if wanted not in book.by_id:
        raise AppError("W105")
    return book[wanted]


def _version(form: Form) -> int:
    given = form.text("version")
    if not re.fullmatch(r"\d{1,9}", given, re.ASCII):
        raise AppError("W104")
    return int(given)


def _parts(form: Form) -> dict[str, Any]:
    """Parts of a code that a form sent; what it left out stays as it is.

    Raises
    ------
    AppError
        W106, for a text that is too long; W107, for a colour that is none.
    """
    found: dict[str, Any] = {}
    for name in TEXTS:
        if name in form.data:
            found[name] = form.text(name)
            longest = LONGEST.get(name, _LONGEST_TEXT)
            if len(found[name]) > longest:
                raise AppError("W106", part=Messages()(f"app.coding.book.part.{name}"), longest=longest)
    color = form.text("color").lower()
    if color and not _COLOR.fullmatch(color):
        raise AppError("W107")
    if "color" in form.data:
        found["color"] = color
    if "codable_shown" in form.data:
        found["codable"] = form.text("codable") == "yes"
    return found


def _work(request: Request, doing: Callable[[CodingFile, str], tuple[str, str | None]]) -> Response:
    """Do a change and go to the code it is about, with a line that says what was done."""
    file = coding_file_of(request)
    notice, code = doing(file, coder_id(request, file))
    to = ["code", code] if code else []
    return redirect(request, "studies", study_name(request), "coding", "codebook", *to, notice=notice)


async def add(request: Request) -> Response:
    """A new code."""
    form = await read_form(request)

    def work(file: CodingFile, me: str) -> tuple[str, str]:
        parts = _parts(form)
        name = parts.pop("name", "")
        code = file.add_code(name, coder=me, parent=form.text("parent"), **parts)
        return Messages()("app.coding.book.added", name=name), code

    return await run_in_threadpool(_work, request, work)


async def change(request: Request) -> Response:
    """Other words or another colour; when somebody changed the code meanwhile, both are shown."""
    form = await read_form(request)
    code = str(request.path_params["code"])

    def work(file: CodingFile, me: str) -> tuple[str, str]:
        file.change_code(code, coder=me, version=_version(form), **_parts(form))
        return Messages()("app.coding.book.changed"), code

    def answer() -> Response:
        try:
            return _work(request, work)
        except LcresearchError as error:
            if [one.code for one in error.problems] != [_CHANGED_MEANWHILE]:
                raise
            return _both(request, form)

    return await run_in_threadpool(answer)


def _both(request: Request, form: Form) -> Response:
    """The page with what was sent still in the form, and what is there now beside it."""
    sent = _parts(form)
    now = coding_file_of(request).codebook()[str(request.path_params["code"])]
    differs = [
        {"part": Messages()(f"app.coding.book.part.{name}"), "now": getattr(now, name)}
        for name in TEXTS
        if name in sent and sent[name] != getattr(now, name)
    ]
    return _page(request, 409, sent=sent, meanwhile=differs or [{"part": "", "now": ""}])


async def move(request: Request) -> Response:
    """A code elsewhere in the tree: ``to`` says up, down, in or out; else below ``parent``, in front of ``before``."""
    form = await read_form(request)
    code = str(request.path_params["code"])

    def work(file: CodingFile, me: str) -> tuple[str, str]:
        book = file.codebook()
        if code not in book.by_id:
            raise AppError("W105")
        way = form.text("to")
        parent, before = place_towards(book, code, way) if way else (form.text("parent"), form.text("before") or None)
        file.move_code(code, parent, coder=me, version=_version(form), before=before)
        return Messages()("app.coding.book.moved", name=book[code].name), code

    return await run_in_threadpool(_work, request, work)


def place_towards(book: Codebook, code: str, way: str) -> tuple[str, str | None]:
    """Parent, and the code that it then comes in front of, for a step in the tree.

    Raises
    ------
    AppError
        W108, when there is nothing in that direction.

    Examples
    --------
    >>> book = Codebook((Code("a", "A"), Code("b", "B"), Code("c", "C", parent="b")))
    >>> place_towards(book, "b", "up"), place_towards(book, "b", "in"), place_towards(book, "c", "out")
    (('', 'a'), ('a', None), ('', None))
    """
    parent = book[code].parent
    row = [one.id for one in book.children(parent)]
    at = row.index(code)
    after = row[at + 2] if at + 2 < len(row) else None
    if way == "up" and at:
        return parent, row[at - 1]
    if way == "down" and at + 1 < len(row):
        return parent, after
    if way == "in" and at:
        return row[at - 1], None
    if way == "out" and parent:
        higher = [one.id for one in book.children(book[parent].parent)]
        place = higher.index(parent) + 1
        return book[parent].parent, higher[place] if place < len(higher) else None
    raise AppError("W108")


def ask(request: Request) -> Response:
    """Before a code is removed or merged: what happens to its codings."""
    file = coding_file_of(request)
    me, book = coder_id(request, file), file.codebook()
    code = _chosen(request, book)
    assert code is not None
    into = request.query_params.get("into", "")
    if into and (into not in book.by_id or into == code.id):
        raise AppError("W105")
    return _page(
        request,
        asked="merge" if into else "remove",
        into=into,
        consequence=consequence_of(file, book, code.id, into, me),
    )


async def merge(request: Request) -> Response:
    """One code of two."""
    form = await read_form(request)
    code = str(request.path_params["code"])

    def work(file: CodingFile, me: str) -> tuple[str, str]:
        names, into = file.codebook().by_id, form.text("into")
        if code not in names or into not in names:
            raise AppError("W105")
        file.merge_codes(code, into, coder=me, version=_version(form))
        return Messages()("app.coding.book.merged", name=names[code].name, into=names[into].name), into

    return await run_in_threadpool(_work, request, work)


async def remove(request: Request) -> Response:
    """A code out of the codebook, with its codings when that was agreed to."""
    form = await read_form(request)
    code = str(request.path_params["code"])

    def work(file: CodingFile, me: str) -> tuple[str, None]:
        names = file.codebook().by_id
        if code not in names:
            raise AppError("W105")
        file.remove_code(code, coder=me, version=_version(form), with_codings=form.text("with_codings") == "yes")
        return Messages()("app.coding.book.removed", name=names[code].name), None

    return await run_in_threadpool(_work, request, work)


async def turn(request: Request) -> Response:
    """Undo or redo the last step of the coder."""
    form = await read_form(request)
    way = "redo" if form.text("way") == "redo" else "undo"

    def work(file: CodingFile, me: str) -> tuple[str, str | None]:
        what = file.redo(me) if way == "redo" else file.undo(me)
        notice = said_of(way, what) if what else Messages()(f"app.coding.script.nothing_{way}ne")
        code = form.text("code")
        return notice, code if code in file.codebook().by_id else None

    return await run_in_threadpool(_work, request, work)
