"""Words of messages about packages, in both languages."""

from __future__ import annotations

from typing import Any

from lcresearch.messages import LANGUAGES, Messages


def in_words(name: str, **values: Any) -> dict[str, str]:
    """A text of the catalogue in each language, to fill in a message."""
    return {language: Messages(language)(f"packages.why.{name}", **values) for language in LANGUAGES}
