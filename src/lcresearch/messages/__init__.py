"""Texts in two languages, and numbers as their reader writes them."""

from lcresearch.messages.catalogue import (
    LANGUAGES,
    Messages,
    console_language,
    problem_codes,
    problem_entry,
    spoken,
    text_keys,
)

__all__ = ["LANGUAGES", "Messages", "console_language", "problem_codes", "problem_entry", "spoken", "text_keys"]
