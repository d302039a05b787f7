"""Tables of codes: what counts once counts once, and zero is shown."""

from dataclasses import replace

import pandas as pd
import pytest

from lcresearch import interviews
from lcresearch.errors import InterviewError, LcresearchWarning
from lcresearch.interviews import Code, Codebook, Corpus


def test_what_two_coders_mark_is_one_passage(project):
    found = interviews.passages(project)
    mistakes = found[found["code"] == "mistakes"]
    assert mistakes[["document", "start", "end", "n_codings", "n_coders"]].values.tolist() == [
        ["d1", 19, 30, 2, 2],
        ["d2", 19, 51, 1, 1],
        ["d3", 19, 25, 1, 1],
        ["d3", 25, 30, 1, 1],
    ]
    whole = found[found["document"] == "d5"].iloc[0]
    assert (whole["start"], whole["end"]) == (0, len(project.corpus["d5"].text))
    assert len(interviews.passages(project, coders=["Bo de Coder"])) == 3
    with pytest.raises(InterviewError, match="V100"):
        interviews.passages(project, coders=["Cees"])


def test_a_parent_counts_what_lies_below_it_once(project):
    found = interviews.passages(project, with_parents=True)
    top = found[(found["code"] == "top") & (found["document"] == "d1")]
    assert top[["start", "end"]].values.tolist() == [[19, 30], [68, 89]]


def test_matrix_of_documents(project):
    table = interviews.code_matrix(project)
    assert table.columns.tolist() == ["n_documents", "leren > van fouten", "leren > samen", "tijd", "geld"]
    assert table["leren > van fouten"].tolist() == [1, 1, 2, 0, 0]
    assert table["geld"].tolist() == [0] * 5


@pytest.mark.filterwarnings("ignore:.*V109:lcresearch.errors.LcresearchWarning")
def test_matrix_of_groups(project):
    with pytest.warns(LcresearchWarning, match="1 of 5 documents have no 'community'"):
        shares = interviews.code_matrix(project, "community", measure="share")
    assert shares.index.tolist() == ["Noord", "Zuid"]
    assert shares["n_documents"].tolist() == [2, 2]
    assert shares["leren > van fouten"].tolist() == [1, 0.5]
    present = interviews.code_matrix(project, "community", measure="presence", with_parents=True)
    assert present["leren"].tolist() == [1, 1]
    assert present["tijd"].tolist() == [1, 0]
    letters = interviews.code_matrix(project, "community", measure="characters")
    assert letters.loc["Noord", "tijd"] == 34
    with pytest.raises(InterviewError, match="V101"):
        interviews.code_matrix(project, "sector")
    with pytest.raises(InterviewError, match="V102"):
        interviews.code_matrix(project, measure="woorden")


@pytest.mark.filterwarnings("ignore:.*V109:lcresearch.errors.LcresearchWarning")
def test_cases_of_a_project_make_groups_too(project):
    cases = pd.DataFrame({"name": ["Vos", "Bos"], "sector": ["bouw", "zorg"]}, index=["k1", "k2"])
    links = pd.DataFrame({"case": ["k1", "k1", "k2"], "document": ["d1", "d2", "d4"]})
    with_cases = replace(project, cases=cases, case_documents=links)
    assert interviews.code_matrix(with_cases, "case")["n_documents"].to_dict() == {"Vos": 2, "Bos": 1}
    assert interviews.code_matrix(with_cases, "sector")["tijd"].to_dict() == {"bouw": 2, "zorg": 0}


def test_codes_together_in_a_turn(project):
    found = interviews.co_occurrence(project, "turn").set_index(["code_1", "code_2"])
    row = found.loc[("leren > van fouten", "tijd")]
    assert (row["n_1"], row["n_2"], row["n_both"], row["n_parts"]) == (3, 2, 2, 20)
    assert row["jaccard"] == pytest.approx(2 / 3)
    assert row["lift"] == pytest.approx(2 / (3 * 2 / 20))
    in_documents = interviews.co_occurrence(project, "document").set_index(["code_1", "code_2"])
    assert in_documents.loc[("leren > van fouten", "leren > samen"), "n_both"] == 1
    with pytest.raises(InterviewError, match="V082"):
        interviews.co_occurrence(project, "word")


def test_a_place_between_two_turns_touches_neither(project):
    between = project.codings.iloc[:1].assign(start=51, end=55)
    assert interviews.co_occurrence(replace(project, codings=between)).empty


def test_quotes_can_be_checked_later(project):
    found = interviews.quotes(project, "leren")
    assert found["quote"].tolist()[:2] == ["Van fouten.", "Samen gaat het goed."]
    assert found["speaker"].tolist()[0] == "R"
    assert all(interviews.check_pointer(project, pointer) for pointer in found["pointer"])
    moved = found["pointer"][0].replace("#19-", "#20-")
    assert not interviews.check_pointer(project, moved)
    assert len(interviews.quotes(project, "learning", below=False)) == 0
    with pytest.raises(InterviewError, match="V107"):
        interviews.quotes(project, "lerem")
    with pytest.raises(InterviewError, match="V108"):
        interviews.check_pointer(project, "d1")


def test_a_group_conversation_of_two_sectors_is_said(project):
    cases = pd.DataFrame({"name": ["Vos", "Bos"], "sector": ["bouw", "zorg"]}, index=["k1", "k2"])
    links = pd.DataFrame({"case": ["k1", "k2", "k2", "k1", "k1"], "document": ["d1", "d1", "d2", "d3", "d4"]})
    mixed = replace(project, cases=cases, case_documents=links, corpus=Corpus(project.corpus.documents[:4]))
    with pytest.warns(LcresearchWarning, match="V233"):
        assert interviews.code_matrix(mixed, "sector")["n_documents"].to_dict() == {"bouw": 3, "zorg": 1}


def test_codes_of_one_path_and_coded_headings_have_a_column_of_their_own(project):
    book = Codebook((*project.codebook.codes, Code("again", "tijd")))
    codings = project.codings.assign(code=["top", "again", *project.codings["code"][2:]])
    found = interviews.code_matrix(replace(project, codebook=book, codings=codings))
    assert found.columns.tolist()[1:] == ["leren", "leren > van fouten", "leren > samen", "tijd", "geld", "tijd (2)"]
    assert (found["leren"].sum(), found["tijd (2)"].sum()) == (1, 1)


def test_what_counts_once_must_be_known(project):
    for action in (
        lambda: interviews.compare_codes(project, "community", per="persoon"),
        lambda: interviews.co_occurrence(project, by="persoon"),
        lambda: interviews.coverage(project, by="respondnt"),
    ):
        with pytest.raises(InterviewError, match="V101"):
            action()


def test_all_coders_of_a_name_count_and_one_name_is_a_name(project):
    coders = project.coders.assign(name="admin")
    assert len(interviews.passages(replace(project, coders=coders), coders=["admin"])) == len(
        interviews.passages(project)
    )
    assert len(interviews.passages(project, coders="An")) == len(interviews.passages(project, coders=["An"]))


def test_a_quote_that_begins_at_the_name_has_its_speaker(project):
    codings = project.codings.assign(start=[16, *project.codings["start"][1:]])
    found = interviews.quotes(replace(project, codings=codings), "van fouten")
    assert found["speaker"].iloc[0] == "R"
