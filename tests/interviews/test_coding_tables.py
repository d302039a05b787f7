"""Codings read from a table, by place or by words, and the table that is written read back."""

from dataclasses import replace

import pandas as pd
import pytest

from lcresearch import interviews, shipped
from lcresearch.errors import InterviewError
from lcresearch.interviews import Corpus


@pytest.fixture
def table(tmp_path, project):
    def read(text, name="codings.csv"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return interviews.read_codings(tmp_path / name, project.corpus, project.codebook)

    return read


def codes_of(found):
    return [problem.code for problem in found.problems]


def test_words_that_stand_once_are_found(table):
    found = table("document,coder,quote,code\nInterview 1,An,Van fouten.,mistakes\nInterview 1,Bo,Van fouten.,tijd\n")
    assert found.codings[["document", "start", "end", "code"]].to_numpy().tolist() == [
        ["d1", 19, 30, "mistakes"],
        ["d1", 19, 30, "time"],
    ]
    assert found.coders["name"].tolist() == ["An", "Bo"]
    assert not found.problems


def test_rows_that_cannot_be_placed_are_named_and_the_others_read(table):
    rows = [
        "Interview 9,An,Van fouten.,mistakes",
        "Interview 1,An,Van fouten.,mistake",
        "Interview 1,An,Van vouten.,mistakes",
        "Interview 1,An,en,mistakes",
        "Interview 1,An,Van fouten.,mistakes",
        "Interview 1,An,Van fouten.,mistakes",
    ]
    found = table("document,coder,quote,code\n" + "\n".join(rows) + "\n")
    assert codes_of(found) == ["V211", "V212", "V213", "V214", "V215"]
    assert [problem.where.row for problem in found.problems] == [2, 3, 4, 5, 7]
    assert len(found.codings) == 1
    assert "Van fouten" not in found.problems[0].message("en")


def test_place_and_words_must_go_together(table):
    found = table("document,coder,start,end,quote,code\nInterview 1,An,19,30,Wat leer je?,tijd\n")
    assert found.codings[["start", "end"]].to_numpy().tolist() == [[3, 15]]
    assert codes_of(table("document,coder,start,end,code\nInterview 1,An,19,30,tijd\nInterview 1,An,9,9,tijd\n")) == [
        "V217"
    ]


def test_a_table_without_places_or_rows_is_refused(table):
    with pytest.raises(InterviewError, match="V210"):
        table("document,coder,code\nInterview 1,An,tijd\n")
    with pytest.raises(InterviewError, match="V216"):
        table("document,coder,quote,code\n")
    with pytest.raises(InterviewError, match="V213"):
        table("document,coder,quote,code\nInterview 1,An,nooit gezegd,tijd\n")


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_what_is_written_is_read_back(project, tmp_path, ending):
    first = project.corpus.documents[0]
    risky = replace(first, id="d6", name="Interview 6", text="I: Hoe?\nR: Goed.\n=1+1 zei hij; 'echt'.")
    corpus = Corpus((*project.corpus.documents, risky))
    row = {"coding": "c99", "selection": "", "document": "d6", "start": 17, "end": 36, "code": "time", "coder": "An"}
    codings = pd.concat([project.codings, pd.DataFrame([row])], ignore_index=True)
    codings["end"] = codings["end"].clip(upper=88)  # where the text ends
    codings["created"] = pd.to_datetime(["2026-03-01T10:00:00Z"] * len(codings))
    whole = replace(project, corpus=corpus, codings=codings)
    path = interviews.write_codings(whole, tmp_path / f"codings{ending}")
    again = interviews.read_codings(path, corpus, project.codebook)
    columns = ["document", "start", "end", "code", "created"]
    pd.testing.assert_frame_equal(again.codings[columns], codings[columns], check_dtype=False)
    assert again.quotes["coder"].tolist() == whole.quotes["coder"].tolist()
    assert not again.problems


def test_all_codings_of_the_demonstration_study_are_placed():
    folder = shipped.folder("analyses") / "programme-demo" / "interviews"
    corpus = interviews.read_transcripts(folder)
    book = interviews.read_codebook("learning-communities")
    found = interviews.read_codings(folder / "codings" / "codings.csv", corpus, book)
    assert (len(found.codings), found.problems) == (882, ())
    table = pd.read_csv(folder / "codings" / "codings.csv")
    assert (found.quotes["quote"] == table["quote"]).all()
