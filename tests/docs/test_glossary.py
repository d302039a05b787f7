"""The glossary: its page is what its YAML says, and each word is the one that reports and messages use."""

import re
import runpy
from pathlib import Path

import pytest

from lcresearch.messages.catalogue import _load

DOCS = Path(__file__).parents[2] / "docs"
GLOSSARY = runpy.run_path(str(DOCS / "glossary.py"))
TERMS = [term for group in GLOSSARY["groups"]() for term in group["terms"]]
# the words of the chain, for which there are no synonyms
FIXED = """programme sector consortium community organisation respondent wave instrument item scale score
working_element barrier learning_capacity code codebook coding segment evidence_package generic sector-specific"""


def said(key, language):
    code, _, part = key.partition(".")
    entry = _load("problems")[code][part] if re.fullmatch(r"[A-Z]\d+", code) else _load("texts")[key]
    text = entry[language]
    return " ".join(text.values()) if isinstance(text, dict) else text


@pytest.fixture(scope="module", autouse=True)
def catalogues_read_once():
    read = {folder: _load(folder) for folder in ("texts", "problems")}
    patch = pytest.MonkeyPatch()
    patch.setitem(globals(), "_load", read.__getitem__)
    yield
    patch.undo()


def test_page_is_made_of_the_yaml():
    assert (DOCS / "glossary.md").read_text(encoding="utf-8") == GLOSSARY["page"]()


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term["en"])
def test_words_are_those_of_reports(term):
    for language in ("nl", "en"):
        assert re.search(rf"(?<![\w-]){re.escape(term[language])}", said(term["said"], language), re.IGNORECASE)
        meaning = term["means"][language]
        assert meaning.endswith(".")
        assert len(meaning.split()) <= 40


def test_words_of_the_chain_are_all_there_once():
    english = [term["en"].lower().replace(" ", "_") for term in TERMS]
    assert set(FIXED.split()) <= set(english)
    for language in ("nl", "en"):
        words = [term[language].lower() for term in TERMS]
        assert sorted(words) == sorted(set(words))
