"""Every text exists in both languages, with the same blanks to fill in."""

import re
from pathlib import Path
from string import Formatter

import pytest
import yaml

from lcresearch import messages
from lcresearch.messages import LANGUAGES, Messages, console_language, problem_codes, problem_entry, text_keys

TEXTS = text_keys()
# a test a subject and not a text: with thousands of texts, tests around them took longer than looking at them
SUBJECTS = sorted({key.split(".")[0] for key in TEXTS})
LETTERS = sorted({code[0] for code in problem_codes()})


def blanks(text):
    forms = text.values() if isinstance(text, dict) else [text]
    return {name for form in forms for _, name, _, _ in Formatter().parse(str(form)) if name}


def fits_in_both_languages(entry):
    return set(entry) == set(LANGUAGES) and blanks(entry["nl"]) - {"n"} == blanks(entry["en"]) - {"n"}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_text_stands_in_both_languages_with_the_same_blanks(subject):
    looked_at = {key: entry for key, entry in TEXTS.items() if key.split(".")[0] == subject}
    assert looked_at
    assert [key for key, entry in looked_at.items() if not fits_in_both_languages(entry)] == []


def assert_complete(code):
    entry = problem_entry(code)
    assert re.fullmatch(r"[A-Z]\d{3}", code), code
    assert entry["level"] in ("error", "warning", "note"), code
    assert {"message", "explanation"} <= set(entry) <= {"level", "message", "remedy", "explanation"}, code
    assert "remedy" in entry or entry["level"] != "error", code
    for part in set(entry) - {"level"}:
        assert set(entry[part]) == set(LANGUAGES), code
        assert blanks(entry[part]["nl"]) == blanks(entry[part]["en"]), code


@pytest.mark.parametrize("letter", LETTERS)
def test_problem_is_complete(letter):
    for code in problem_codes():
        if code.startswith(letter):
            assert_complete(code)


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


def test_codes_and_texts_are_those_that_pyyaml_reads():
    stored = {}
    for part in stored_in("problems"):
        assert not set(part) & set(stored)
        stored |= part
    assert {code: problem_entry(code) for code in problem_codes()} == stored
    found = {key: entry for part in stored_in("texts") for key, entry in dotted(part, "")}
    assert found == dict(TEXTS)


def stored_in(folder):
    """What PyYAML reads in the files of a folder of the catalogue."""
    for path in (Path(messages.__file__).parent / folder).glob("*.yaml"):
        yield yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or {}


def dotted(part, before):
    """Texts by their key."""
    for name, entry in part.items():
        if isinstance(entry, dict) and not set(entry) <= set(LANGUAGES):
            yield from dotted(entry, f"{before}{name}.")
        else:
            yield f"{before}{name}", entry
