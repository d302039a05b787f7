"""Pages on which the names that were found are judged, before they are taken out of the texts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any, get_args
from urllib.parse import urlencode

import pandas as pd
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lcresearch.app.coding.coder import coder_of
from lcresearch.app.coding.file import coding_file_of
from lcresearch.app.coding.positions import TextPositions
from lcresearch.app.coding_material.cleaning import ELSEWHERE, Review, open_review, use_of
from lcresearch.app.coding_material.marked_text import Part, parts_of_text, pieces_of_text
from lcresearch.app.coding_material.starting import file_of, refuse_while_busy, start_task
from lcresearch.app.forms import Form, read_form
from lcresearch.app.pages import page, redirect, wants_json
from lcresearch.app.studies.frame import frame, study_folder, study_name
from lcresearch.errors import AppError
from lcresearch.interviews import Corpus, Document
from lcresearch.interviews.deidentification.hits import KINDS
from lcresearch.interviews.deidentification.lexicon import plain
from lcresearch.interviews.deidentification.review_file import decide, in_language, mark, write_review
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.studies.editing import edit_study
from lcresearch.studies.interview_settings import DeidentificationUse

_writing = Lock()
"""One decision after the other: each reads the table, changes it and writes it."""
_CHOICES = {
    "replace": ("replace", False),
    "replace-everywhere": ("replace", True),
    "keep": ("keep", False),
    "keep-everywhere": ("keep", True),
    "undo": ("", False),
}
DATES = ("month", "year", "replace", "keep")


def show_names(request: Request) -> Response:
    """How far the review is, text by text."""
    if file_of(request) is None:
        return redirect(request, "studies", study_name(request), "coding", "start")
    folder = study_folder(request)
    corpus = coding_file_of(request).project().corpus
    review = open_review(folder, corpus)
    use = use_of(folder)
    state = "none" if review is None else "open" if review.fits else "old"
    return page(
        request,
        "material_names.html",
        study=frame(request, "coding"),
        coder=coder_of(request),
        state=state,
        texts=[] if review is None or state != "open" else _progress(review),
        left=0 if review is None else int(review.log["choice"].eq("").sum()),
        total=0 if review is None else len(review.log),
        version="" if review is None else review.version,
        talks=use.language,
        dates=DATES,
        chosen_dates=use.dates,
    )


def _progress(review: Review) -> list[dict[str, Any]]:
    parts = [(each.id, each.name, review.of_text(each.name)) for each in review.corpus]
    if len(review.elsewhere):
        parts.append((ELSEWHERE, Messages()("app.material.names.elsewhere"), review.elsewhere))
    return [
        {"id": id, "name": name, "n": len(rows), "left": int(rows["choice"].eq("").sum())} for id, name, rows in parts
    ]


async def search_names(request: Request) -> Response:
    """Look for names, as a task."""
    form = await read_form(request)
    return await run_in_threadpool(_search, request, form)


def _search(request: Request, form: Form) -> Response:
    folder, file = study_folder(request), coding_file_of(request).path
    asked = DeidentificationUse.model_validate(
        use_of(folder).model_dump()
        | {
            "language": form.text("language") if form.text("language") in LANGUAGES else "nl",
            "dates": form.text("dates") if form.text("dates") in DATES else "month",
        }
    )
    if asked != use_of(folder):
        for name in ("language", "dates"):
            edit_study(folder, {("interviews", "deidentify", name): getattr(asked, name)})
    arguments = {"file": str(file), "language": asked.language, "dates": asked.dates}
    return start_task(request, "find_names", arguments, folder=folder, back=("names",), to=("names",))


async def write_clean(request: Request) -> Response:
    """Take the names out of the coding file, as a task."""
    form = await read_form(request)
    return await run_in_threadpool(_write, request, form)


def _write(request: Request, form: Form) -> Response:
    folder, file = study_folder(request), coding_file_of(request)
    review = _review(request)[0]
    if form.text("version") != review.version:
        raise AppError("W008")
    use = use_of(folder)
    arguments = {"file": str(file.path), "language": use.language, "dates": use.dates}
    return start_task(request, "take_names_out", arguments, folder=folder, back=("names",), to=("names",))


def show_text(request: Request) -> Response:
    """One text with the names that were found in it."""
    review, document, rows = _of_address(request)
    corpus = review.corpus
    ids = [each.id for each in corpus] + ([ELSEWHERE] if len(review.elsewhere) else [])
    here = ids.index(document.id if document is not None else ELSEWHERE)
    open_after = [id for id in ids[here + 1 :] + ids[:here] if _is_open(review, id)]
    alike = review.log["found"].map(plain).value_counts()
    parts = parts_of_text("" if document is None else document.text, rows)
    number = _part_number(request, parts)
    shown = parts[number]
    later = [n for n, each in enumerate(parts) if n > number and each.n_open]
    still = [n for n, each in enumerate(parts) if n != number and each.n_open]
    return page(
        request,
        "material_names_text.html",
        study=frame(request, "coding"),
        coder=coder_of(request),
        document=document,
        part=request.path_params["document"],
        pieces=[] if document is None else _pieces(document, shown),
        begins=0 if document is None else int(TextPositions(document.text).units(shown.start)),
        rows=[_row(row, int(alike[plain(row["found"])])) for row in shown.rows.to_dict("records")],
        number=number + 1,
        n_parts=len(parts),
        next_part=(later or still or [-1])[0] + 1,
        left_part=shown.n_open,
        version=review.version,
        kinds=KINDS,
        next=open_after[0] if open_after else "",
        place=here + 1,
        n_texts=len(ids),
        before=ids[here - 1] if here else "",
        after=ids[here + 1] if here + 1 < len(ids) else "",
        left_words=_left(int(rows["choice"].eq("").sum())),
    )


def _part_number(request: Request, parts: list[Part]) -> int:
    """Which part is asked for; without that the first in which something is still to be judged."""
    asked = request.query_params.get("deel", "")
    if asked.isascii() and asked.isdigit() and len(asked) < _LONGEST_NUMBER:
        return min(max(int(asked), 1), len(parts)) - 1
    return next((n for n, each in enumerate(parts) if each.n_open), 0)


def _pieces(document: Document, part: Part) -> list[dict[str, Any]]:
    rows = part.rows[part.rows["where"].eq("text")]
    moved = rows.assign(start=rows["start"] - part.start, end=rows["end"] - part.start)
    return pieces_of_text(document.text[part.start : part.end], moved)


def _left(n: int) -> str:
    """How many places of a text are still to be judged."""
    say = Messages()
    return say("app.material.names.left_here", n=n) if n else say("app.material.names.none_left")


def _decided(row: dict[Any, Any]) -> str:
    """What was decided about a place."""
    say = Messages()
    if not row["choice"]:
        return ""
    everywhere = row["everywhere"] or "everywhere" in row["decision"]
    what = say(f"app.material.names.is_{'replaced' if row['choice'] == 'replace' else 'kept'}")
    return f"{what} {say('app.material.names.is_everywhere')}" if everywhere else what


def _is_open(review: Review, id: str) -> bool:
    rows = review.elsewhere if id == ELSEWHERE else review.of_text(review.corpus.by_id[id].name)
    return bool(rows["choice"].eq("").any())


def _row(row: dict[Any, Any], n_alike: int) -> dict[str, Any]:
    """A row of the table as its card shows it."""
    proposes = "keep" if row["action"] == "left" else "replace"
    return (
        row
        | {"n_alike": n_alike, "proposes": proposes, "decided": _decided(row)}
        | {name: in_language(row[name]) for name in ("reason", "doubt")}
    )


def _review(request: Request) -> tuple[Review, Corpus]:
    """The review table, when it is about the texts as they are.

    Raises
    ------
    AppError
        W144.
    """
    corpus = coding_file_of(request).project().corpus
    review = open_review(study_folder(request), corpus)
    if review is None or not review.fits:
        raise AppError("W144")
    return review, corpus


def _of_address(request: Request) -> tuple[Review, Document | None, pd.DataFrame]:
    review, corpus = _review(request)
    id = request.path_params["document"]
    if id == ELSEWHERE:
        return review, None, review.elsewhere
    if id not in corpus.by_id:
        raise AppError("W001", name=id)
    document = corpus.by_id[id]
    return review, document, review.of_text(document.name)


async def decide_name(request: Request) -> Response:
    """Judge one place, or all with the same words."""
    form = await read_form(request)

    def new(log: pd.DataFrame, *_: Any) -> pd.DataFrame:
        choice, everywhere = _CHOICES.get(form.text("choice"), ("", False))
        typed = form.text("replacement") if choice == "replace" and "replacement" in form.fields() else None
        row = log[log["hit"].eq(form.text("hit"))]
        if typed is not None and len(row) and row.iloc[0]["replacement"] == typed:
            typed = None
        return decide(log, [form.text("hit")], choice, everywhere=everywhere, replacement=typed)  # type: ignore[arg-type]

    return await run_in_threadpool(_change, request, form, new, form.text("hit"))


async def accept_rest(request: Request) -> Response:
    """All that is proposed in the part of a text that is shown is right."""
    form = await read_form(request)

    def new(log: pd.DataFrame, rows: pd.DataFrame, document: Document | None) -> pd.DataFrame:
        parts = parts_of_text("" if document is None else document.text, rows)
        rows = parts[_part_number(request, parts)].rows
        still = rows[rows["choice"].eq("")]
        left = still["action"].eq("left")
        log = decide(log, still.loc[left, "hit"].tolist(), "keep")
        return decide(log, still.loc[~left, "hit"].tolist(), "replace")

    return await run_in_threadpool(_change, request, form, new, "")


async def mark_name(request: Request) -> Response:
    """Mark a name that was missed."""
    form = await read_form(request)

    def new(log: pd.DataFrame, _: pd.DataFrame, document: Document | None) -> pd.DataFrame:
        if document is None:
            raise AppError("W001", name=ELSEWHERE)
        start, end = _place(form, document)
        everywhere = form.text("everywhere") == "yes"
        return mark(
            log, document, start, end, form.text("kind"), replacement=form.text("replacement"), everywhere=everywhere
        )

    return await run_in_threadpool(_change, request, form, new, "")


def _place(form: Form, document: Document) -> tuple[int, int]:
    """Where the name stands: as it was selected, or where its words first stand.

    Raises
    ------
    AppError
        W145: these words are not in the text.
    """
    words, start, end = form.text("words"), form.text("start"), form.text("end")
    numbers = all(each.isascii() and each.isdigit() and len(each) < _LONGEST_NUMBER for each in (start, end))
    if numbers:
        first, last = TextPositions(document.text).points([int(start), int(end)]).tolist()
        if document.text[first:last].strip() == words:
            return first, last
    at = document.text.find(words) if words else -1
    if at < 0 and words:
        at = document.text.casefold().find(words.casefold())
    if at < 0:
        raise AppError("W145", words=words[:40])
    return at, at + len(words)


_LONGEST_NUMBER = 10


def _change(
    request: Request,
    form: Form,
    new: Callable[[pd.DataFrame, pd.DataFrame, Document | None], pd.DataFrame],
    at: str,
) -> Response:
    """Write the table with one change, when it is still the one that was shown."""
    folder: Path = study_folder(request)
    refuse_while_busy(request)
    with _writing:
        review, document, rows = _of_address(request)
        if form.text("version") != review.version:
            raise AppError("W008")
        log = review.log.drop(columns=["choice", "everywhere", "shown"])
        write_review(new(log, rows, document), folder)
        review, _, rows = _of_address(request)
    if wants_json(request):
        left = int(rows["choice"].eq("").sum())
        shown = [
            {name: row[name] for name in ("hit", "choice", "shown")} | {"words": _decided(row)}
            for row in rows.to_dict("records")
        ]
        return JSONResponse({"version": review.version, "rows": shown, "left": left, "left_words": _left(left)})
    part = request.path_params["document"]
    at = f"name-{at}" if at else ""
    answer = redirect(request, "studies", study_name(request), "coding", "names", "text", part)
    asked = request.query_params.get("deel", "")
    answer.headers["location"] += (f"?{urlencode({'deel': asked})}" if asked else "") + (f"#{at}" if at else "")
    return answer


assert set(DATES) == set(get_args(DeidentificationUse.model_fields["dates"].annotation))
