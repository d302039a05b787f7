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


def test_dates_of_a_column_are_read_in_one_order(table):
    head = "document,quote,code,coder,datum\n"
    rows = ["Interview 1,Van fouten.,tijd,An,03-02-2026", "Interview 2,Van fouten.,tijd,An,13-02-2026 10:00"]
    found = table(head + "\n".join([*rows, "Interview 3,Van fouten.,tijd,An,zomaar"]))
    assert [f"{date:%d %B}" for date in found.codings["created"][:2]] == ["03 February", "13 February"]
    assert codes_of(found) == ["V253"]
    found = table(head + "\n".join([rows[0], "Interview 2,Van fouten.,tijd,An,2/13/2026"]))
    assert [f"{date:%d %B}" for date in found.codings["created"]] == ["02 March", "13 February"]
    assert codes_of(table(head + rows[0])) == ["V254"]


def test_coders_may_have_any_name_and_a_missing_one_is_said(project, tmp_path):
    path = tmp_path / "codings.xlsx"
    rows = [[f"Interview {n}", "Van fouten.", "tijd", who] for n, who in enumerate(["NA", "None", None], start=1)]
    pd.DataFrame(rows, columns=["document", "quote", "code", "coder"]).to_excel(path, index=False)
    found = interviews.read_codings(path, project.corpus, project.codebook)
    assert found.coders["name"].tolist() == ["NA", "None", "?"]
    assert [(problem.code, problem.values["rows"]) for problem in found.problems] == [("V255", [4])]


def test_names_of_texts_and_codes_match_however_they_are_written(project, tmp_path):
    corpus = Corpus((replace(project.corpus.documents[0], name="Café"),))
    path = tmp_path / "codings.csv"
    path.write_text("document,coder,quote,code\nCAFE\u0301,An,Van fouten.,tijd\n", encoding="utf-8")
    assert len(interviews.read_codings(path, corpus, project.codebook).codings) == 1


def test_a_damaged_workbook_of_codings(project, tmp_path):
    (tmp_path / "kapot.xlsx").write_bytes(b"PK\x03\x04 kapot")
    with pytest.raises(InterviewError, match="V240"):
        interviews.read_codings(tmp_path / "kapot.xlsx", project.corpus, project.codebook)
