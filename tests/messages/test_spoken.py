"""The language in which the code inside speaks, and codes that do not exist."""

import pytest

from lcresearch.messages import Messages, console_language, problem_codes, problem_entry, spoken, text_keys


def said(key="cli.problems"):
    return Messages()(key, n=2)


def test_texts_inside_are_in_the_language_asked_for_and_afterwards_as_before():
    before = said()
    with spoken("nl"):
        assert said() == Messages("nl")("cli.problems", n=2)
        with spoken("en"):
            assert said() == Messages("en")("cli.problems", n=2)
        assert said() == Messages("nl")("cli.problems", n=2)
    assert said() == before


def test_nothing_asked_is_the_language_of_the_terminal(monkeypatch):
    for language in ("nl", "en"):
        monkeypatch.setenv("LCRESEARCH_LANGUAGE", language)
        with spoken(None):
            assert said() == Messages(console_language())("cli.problems", n=2)
            assert console_language() == language


def test_a_language_that_is_not_there_is_refused_and_leaves_all_as_it_was():
    before = said()
    with pytest.raises(ValueError, match="language is one of"), spoken("fr"):
        said()
    assert said() == before


def test_a_code_or_text_that_is_not_there_is_refused_and_none_is_there_twice():
    codes = problem_codes()
    assert len(codes) == len(set(codes))
    assert "Z999" not in codes
    with pytest.raises(KeyError):
        problem_entry("Z999")
    assert "no.such.text" not in text_keys()
