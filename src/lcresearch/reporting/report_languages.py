"""The languages of a report: which there are, and the links from one to the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lcresearch.errors import ReportingError
from lcresearch.messages import LANGUAGES, Messages


def check_languages(languages: Sequence[str]) -> list[str]:
    """The languages, each once, of which there must be texts.

    Raises
    ------
    ReportingError
        P002: there are no texts in one of them, or none is named.
    """
    unknown = [language for language in languages if language not in LANGUAGES]
    if unknown or not languages:
        raise ReportingError("P002", language=", ".join(unknown) or "–", known=LANGUAGES)
    return list(dict.fromkeys(languages))


def other_languages(reports: Mapping[str, str] | None, language: str) -> list[tuple[str, str, str]]:
    """Links to the same report in the other languages: language, words, file name."""
    found = (reports or {}).items()
    return [(code, Messages(code)("report.other_language"), name) for code, name in found if code != language]
