"""Addresses of the pages of coding, and what each calls."""

from __future__ import annotations

from starlette.routing import Route

from lcresearch.app.coding import answering, codebook_forms

CODING = "/studies/{study}/coding"
TEXT = CODING + "/text/{document}"
BOOK = CODING + "/codebook"
CODE = BOOK + "/code/{code}"

ROUTES = [
    Route(CODING, answering.list_texts),
    Route(CODING + "/coder", answering.show_coder),
    Route(CODING + "/coder", answering.set_coder, methods=["POST"]),
    Route(CODING + "/revision", answering.show_revision),
    Route(CODING + "/undo", answering.undo, methods=["POST"]),
    Route(CODING + "/redo", answering.redo, methods=["POST"]),
    Route(TEXT, answering.show_text),
    Route(TEXT + "/state", answering.show_state),
    Route(TEXT + "/step", answering.add_step, methods=["POST"]),
    Route(TEXT + "/finish", answering.finish, methods=["POST"]),
    Route(TEXT + "/reopen", answering.reopen, methods=["POST"]),
    Route(BOOK, codebook_forms.show_codebook),
    Route(BOOK + "/add", codebook_forms.add, methods=["POST"]),
    Route(BOOK + "/turn", codebook_forms.turn, methods=["POST"]),
    Route(CODE, codebook_forms.show_codebook),
    Route(CODE + "/ask", codebook_forms.ask),
    Route(CODE + "/change", codebook_forms.change, methods=["POST"]),
    Route(CODE + "/move", codebook_forms.move, methods=["POST"]),
    Route(CODE + "/merge", codebook_forms.merge, methods=["POST"]),
    Route(CODE + "/remove", codebook_forms.remove, methods=["POST"]),
]
