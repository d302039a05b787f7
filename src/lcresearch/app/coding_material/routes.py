"""Addresses of the pages of material for coding, and what each calls."""

from __future__ import annotations

from starlette.routing import Route

from lcresearch.app.coding_material import exchange, names, starting, suggestions, texts

CODING = "/studies/{study}/coding"
START, TEXTS, NAMES = CODING + "/start", CODING + "/texts", CODING + "/names"
SUGGESTIONS, EXCHANGE = CODING + "/suggestions", CODING + "/exchange"
OF_TEXT = NAMES + "/text/{document}"
_POST = ["POST"]

ROUTES: list[Route] = [
    Route(START, starting.show_start),
    Route(START + "/files", starting.take_files, methods=_POST),
    Route(START + "/study", starting.take_from_study, methods=_POST),
    Route(START + "/check", starting.show_check),
    Route(START + "/check", starting.take_checked, methods=_POST),
    Route(START + "/drop", starting.drop_checked, methods=_POST),
    Route(TEXTS, texts.show_texts),
    Route(TEXTS, texts.change_texts, methods=_POST),
    Route(NAMES, names.show_names),
    Route(NAMES + "/search", names.search_names, methods=_POST),
    Route(NAMES + "/write", names.write_clean, methods=_POST),
    Route(OF_TEXT, names.show_text),
    Route(OF_TEXT + "/decide", names.decide_name, methods=_POST),
    Route(OF_TEXT + "/accept", names.accept_rest, methods=_POST),
    Route(OF_TEXT + "/mark", names.mark_name, methods=_POST),
    Route(SUGGESTIONS, suggestions.show_suggestions),
    Route(SUGGESTIONS + "/ask", suggestions.ask_suggestions, methods=_POST),
    Route(SUGGESTIONS + "/beside", suggestions.take_from_beside, methods=_POST),
    Route(SUGGESTIONS + "/judge", suggestions.judge_suggestion, methods=_POST),
    Route(SUGGESTIONS + "/undo", suggestions.undo_suggestion, methods=_POST),
    Route(EXCHANGE, exchange.show_exchange),
    Route(EXCHANGE + "/download/{kind}", exchange.download),
    Route(EXCHANGE + "/colleague", exchange.show_colleague),
    Route(EXCHANGE + "/colleague", exchange.bring_colleague, methods=_POST),
    Route(EXCHANGE + "/colleague/file", exchange.take_colleague, methods=_POST),
    Route(EXCHANGE + "/colleague/drop", exchange.drop_colleague, methods=_POST),
]
