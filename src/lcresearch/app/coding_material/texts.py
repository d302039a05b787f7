"""The page of the texts that are coded: who speaks in them, who was interviewed, and more of them."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from lcresearch.app.coding.coder import coder_of
from lcresearch.app.coding.file import coding_file_of
from lcresearch.app.coding_material.about_texts import attribute_names, said_in, speaker_rows, text_rows
from lcresearch.app.coding_material.staging import TRANSCRIPTS, Staging
from lcresearch.app.coding_material.starting import file_of
from lcresearch.app.forms import Form, read_form
from lcresearch.app.pages import page, redirect
from lcresearch.app.studies.frame import frame, study_folder, study_name
from lcresearch.errors import AppError
from lcresearch.messages import Messages


def show_texts(request: Request) -> Response:
    """The texts, with forms to correct what is known of them and to add more."""
    from lcresearch import studies

    if file_of(request) is None:
        return redirect(request, "studies", study_name(request), "coding", "start")
    folder = study_folder(request)
    file = coding_file_of(request)
    revision, corpus = file.revision, file.project().corpus
    names = attribute_names(corpus)
    use = studies.load(folder).file.interviews
    return page(
        request,
        "material_texts.html",
        study=frame(request, "coding"),
        coder=coder_of(request),
        version=revision,
        speakers=speaker_rows(corpus),
        texts=text_rows(corpus, names),
        names=names,
        table=use.attributes if use is not None else None,
        accept=list(TRANSCRIPTS),
        waiting=Staging(folder).is_ready,
    )


async def change_texts(request: Request) -> Response:
    """Correct roles of speakers and what is known of texts."""
    form = await read_form(request)
    return await run_in_threadpool(_change, request, form)


def _change(request: Request, form: Form) -> Response:
    file = coding_file_of(request)
    revision = file.revision
    if form.text("version") != str(revision):
        raise AppError("W008")
    corpus = file.project().corpus
    said = said_in(form, corpus)
    changed = [new for old in corpus if (new := said.of(old)) != old]
    file.describe(changed)
    say = Messages()
    notice = say("app.material.texts.changed", n=len(changed)) if changed else say("app.material.texts.same")
    return redirect(request, "studies", study_name(request), "coding", "texts", notice=notice)
