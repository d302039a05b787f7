"""Every text exists in both languages, with the same blanks to fill in."""

import re
from string import Formatter

import pytest

from lcresearch.messages import LANGUAGES, Messages, console_language, problem_codes, problem_entry, text_keys

TEXTS = sorted(text_keys().items())


def blanks(text):
    forms = text.values() if isinstance(text, dict) else [text]
    return {name for form in forms for _, name, _, _ in Formatter().parse(str(form)) if name}


@pytest.mark.parametrize(("key", "entry"), TEXTS, ids=[key for key, _ in TEXTS])
def test_text_stands_in_both_languages_with_the_same_blanks(key, entry):
    assert set(entry) == set(LANGUAGES)
    assert blanks(entry["nl"]) - {"n"} == blanks(entry["en"]) - {"n"}


@pytest.mark.parametrize("code", problem_codes())
def test_problem_is_complete(code):
    entry = problem_entry(code)
    assert re.fullmatch(r"[A-Z]\d{3}", code)
    assert entry["level"] in ("error", "warning", "note")
    assert {"message", "explanation"} <= set(entry) <= {"level", "message", "remedy", "explanation"}
    assert "remedy" in entry or entry["level"] != "error"
    for part in set(entry) - {"level"}:
        assert set(entry[part]) == set(LANGUAGES)
        assert blanks(entry[part]["nl"]) == blanks(entry[part]["en"])


@pytest.mark.parametrize(
    ("language", "n", "text"),
    [("nl", 1, "1 probleem houdt het werk tegen."), ("en", 2000, "2,000 problems stop the work.")],
)
def test_plural_forms_and_numbers_follow_the_language(language, n, text):
    assert Messages(language)("cli.problems", n=n) == text


def test_values_are_never_read_as_a_template():
    assert Messages("en")("cli.new", folder="{0.__class__}").count("{0.__class__}") == 2


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LCRESEARCH_LANGUAGE": "nl", "LANG": "en_GB.UTF-8"}, "nl"),
        ({"LANG": "nl_BE.UTF-8"}, "nl"),
        ({"LC_ALL": "C", "LANG": "nl_NL"}, "en"),
        ({}, "en"),
    ],
)
def test_language_of_the_terminal(monkeypatch, environment, language):
    for name in ("LCRESEARCH_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert console_language() == language


def test_unknown_text_and_language_are_refused():
    with pytest.raises(KeyError, match="no text"):
        Messages("nl")("no.such.text")
    with pytest.raises(ValueError, match="language is one of nl, en"):
        Messages("fr")
