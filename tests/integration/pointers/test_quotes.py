"""Quotes of a paper: the words, the release, and what is printed. People and words are invented."""

from dataclasses import replace

import pandas as pd
import pytest

from lcresearch.errors import IntegrationError
from lcresearch.integration import check_claims, quote_claim, write_claims
from lcresearch.interviews import (
    Code,
    Codebook,
    Corpus,
    Document,
    Project,
    quotes,
    recognisability,
    release_quote,
    withdraw_quotes,
)

TEXT = "Samen leren gaat goed. Er is nooit tijd."
GOOD = {"released_by": "onderzoeker", "consent_on": "2026-11-01", "date": "2026-11-25", "language": "nl"}


def project_of(text, n=6):
    documents = tuple(
        Document(f"d{k}", f"Gesprek {k}", text, attributes={"respondent": f"R{k}", "role": "employee"})
        for k in range(n)
    )
    codings = pd.DataFrame(
        [(f"d{k}", 0, 22, "leren", "An") for k in range(n)], columns=["document", "start", "end", "code", "coder"]
    )
    codings = codings.assign(coding=[f"c{k}" for k in range(n)], selection="", created=pd.NaT)
    coders = pd.DataFrame({"name": ["An"]}, index=["An"])
    return Project("invented", Corpus(documents), Codebook((Code("leren", "leren"),)), codings, coders)


@pytest.fixture
def project():
    return project_of(TEXT)


@pytest.fixture
def pointer(project, tmp_path):
    found = quotes(project, "leren")["pointer"].iloc[0]
    release_quote(project, found, tmp_path, recognisability(project, ["role"]), **GOOD)
    return found


@pytest.fixture
def file(tmp_path, pointer):
    def made(words="Samen leren [...] goed.", **options):
        one = quote_claim(tmp_path, pointer, name="learning", words=words)
        return write_claims([one], tmp_path / "claims.yaml", **options)

    return made


def codes(found):
    return [problem.code for problem in found.problems]


def test_a_released_quote_stands(file, project, tmp_path):
    found = check_claims(file(), tmp_path, interviews=project)
    assert (found.status, found.table["state"].tolist()) == (0, ["same"])


def test_a_withdrawn_release_fails_the_build(file, project, tmp_path, pointer):
    path = file()
    withdraw_quotes(tmp_path, pointer=pointer)
    found = check_claims(path, tmp_path, interviews=project)
    assert (codes(found), found.status, found.table["state"].tolist()) == (["Q144"], 1, ["withdrawn"])
    with pytest.raises(IntegrationError, match="Q144"):
        quote_claim(tmp_path, pointer, name="learning")


@pytest.mark.parametrize("text", [TEXT.replace("goed", "wel!"), "x", None])
def test_other_words_or_an_interview_that_is_gone_fail_the_build(file, project, tmp_path, text):
    path = file()
    now = replace(project, corpus=Corpus(project.corpus.documents[1:])) if text is None else project_of(text)
    found = check_claims(path, tmp_path, interviews=now)
    assert (codes(found), found.table["state"].tolist()) == (["Q143"], ["words_changed"])
    assert found.table["now"].tolist() == [""]


def test_words_that_nobody_said_are_found(file, project, tmp_path):
    found = check_claims(file("Samen leren gaat slecht."), tmp_path, interviews=project)
    assert codes(found) == ["Q147"]
    turned = check_claims(file("goed. [...] Samen leren"), tmp_path, interviews=project)
    assert codes(turned) == ["Q147"]


def test_without_interviews_no_quote_is_taken_on_trust(file, tmp_path):
    found = check_claims(file(), tmp_path)
    assert (codes(found), found.table["state"].tolist()) == (["Q149"], ["unchecked"])


def test_the_document_must_print_the_quote(file, project, tmp_path):
    path = file(document="paper.txt")
    (tmp_path / "paper.txt").write_text("They said: ‘Samen leren […]\ngoed.’", encoding="utf-8")
    assert check_claims(path, tmp_path, interviews=project).status == 0
    (tmp_path / "paper.txt").write_text("They said nothing.", encoding="utf-8")
    assert codes(check_claims(path, tmp_path, interviews=project)) == ["Q146"]


def test_a_release_for_other_words_does_not_count(file, project, tmp_path):
    path = file()
    path.write_text(path.read_text(encoding="utf-8").replace("words_sha256: ", f"words_sha256: {'0' * 64} # "))
    assert codes(check_claims(path, tmp_path, interviews=project)) == ["Q144", "Q143"]
