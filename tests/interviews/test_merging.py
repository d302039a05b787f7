"""Projects of several coders made one; names and words are invented."""

from dataclasses import replace

import openpyxl
import pandas as pd
import pytest

from lcresearch.errors import InterviewError
from lcresearch.interviews import (
    Code,
    Codebook,
    Corpus,
    Document,
    Note,
    Project,
    merge_projects,
    read_project,
    write_codings,
    write_project,
)
from lcresearch.interviews.guids import guid_of
from lcresearch.interviews.project import CODING_COLUMNS, no_codings
from lcresearch.interviews.refi_qda.notes import coder_frame
from lcresearch.interviews.transcripts.speakers import find_turns

TEXT = "Wij leren samen.\nTijd is er niet."


def coded_by(coder, spans, *, codes=("leren", "tijd"), text=TEXT, ids="shared", name=None):
    book = Codebook(tuple(Code(guid_of(ids, code), code) for code in codes))
    document = Document(guid_of(ids, "R1"), "R1", text, attributes={"organisation": "=Bedrijf B"})
    rows = [
        (guid_of("coding", coder, number), "", document.id, start, end, guid_of(ids, code), guid_of(coder), pd.NaT)
        for number, (start, end, code) in enumerate(spans)
    ]
    codings = pd.DataFrame(rows, columns=list(CODING_COLUMNS))
    codings["created"] = pd.to_datetime(codings["created"], utc=True)
    codings = codings.astype(no_codings().dtypes.to_dict())
    return Project("invented", Corpus((document,)), book, codings, coder_frame({guid_of(coder): name or coder}))


def test_codings_come_together_and_coders_stay_apart(tmp_path):
    first = coded_by("A", [(0, 9, "leren"), (17, 21, "tijd")])
    second = coded_by("B", [(0, 15, "leren")])
    merged = merge_projects([first, second])
    assert merged.coders["name"].tolist() == ["A", "B"]
    assert merged.quotes[["coder", "quote"]].values.tolist() == [
        ["A", "Wij leren"],
        ["A", "Tijd"],
        ["B", "Wij leren samen"],
    ]
    again = read_project(write_project(merged, tmp_path / "both.qdpx").path)
    assert sorted(again.quotes["quote"]) == sorted(merged.quotes["quote"])


def test_texts_and_codes_of_other_ids_are_the_same_by_what_they_say():
    first = coded_by("A", [(0, 9, "leren")])
    second = coded_by("B", [(0, 9, "leren"), (17, 21, "tijd")], ids="given anew", codes=("leren", "tijd", "geld"))
    merged = merge_projects([first, second])
    assert len(merged.corpus) == 1
    assert [code.name for code in merged.codebook] == ["leren", "tijd", "geld"]
    assert merged.codings["code"].nunique() == 2
    assert "V052" in {problem.code for problem in merged.problems}


def test_the_same_coding_in_both_is_there_once():
    first = coded_by("A", [(0, 9, "leren")])
    assert len(merge_projects([first, first, first]).codings) == 1
    moved = replace(first, codings=first.codings.assign(end=15))
    merged = merge_projects([first, moved])
    assert len(merged.codings) == 2
    assert merged.codings["coding"].is_unique


def test_texts_that_differ_are_refused_with_the_first_difference():
    first = coded_by("A", [(0, 9, "leren")])
    second = coded_by("B", [(0, 9, "leren")], text=TEXT.replace("samen", "alleen"))
    with pytest.raises(InterviewError, match="V050") as error:
        merge_projects([first, second])
    assert "'eren samen" in str(error.value) or "samen" in str(error.value)
    assert error.value.problems[0].values["place"] == 10
    merged = merge_projects([first, second], different_texts="separate")
    assert [document.name for document in merged.corpus] == ["R1", "R1 (2)"]
    assert merged.codings["document"].nunique() == 2
    assert "V051" in {problem.code for problem in merged.problems}


def test_clashing_definitions_are_named_and_notes_follow_their_codes():
    first, second = coded_by("A", []), coded_by("B", [], ids="given anew")
    first = replace(first, codebook=Codebook(tuple(replace(c, definition="Het ene.") for c in first.codebook)))
    second = replace(second, codebook=Codebook(tuple(replace(c, definition="Het andere.") for c in second.codebook)))
    second = replace(second, notes=(Note("n", "memo", "x", (("code", guid_of("given anew", "leren")),)),))
    merged = merge_projects([first, second])
    assert merged.codebook.codes[0].definition == "Het ene."
    assert "V092" in {problem.code for problem in merged.problems}
    assert merged.notes[0].on == (("code", guid_of("shared", "leren")),)


def test_coders_of_one_name_are_told():
    merged = merge_projects([coded_by("A", [], name="admin"), coded_by("B", [], name="admin")])
    assert len(merged.coders) == 2
    assert "V053" in {problem.code for problem in merged.problems}
    with pytest.raises(ValueError, match="at least one"):
        merge_projects([])


def test_codings_go_to_a_spreadsheet_without_formulas(tmp_path):
    project = coded_by("@A", [(0, 9, "leren"), (-1, -1, "tijd")], text="=1+1 en \x07 zo.", codes=("leren", "tijd"))
    path = write_codings(project, tmp_path / "codings.xlsx")
    sheet = openpyxl.load_workbook(path).active
    header, first, second = list(sheet.values)
    assert header == ("document", "start", "end", "code", "coder", "created", "quote", "organisation")
    assert first[4:] == ("'@A", None, "'=1+1 en \ufffd", "'=Bedrijf B")
    assert second[1:4] == (-1, -1, "tijd")
    frame = pd.read_csv(write_codings(project, tmp_path / "codings.csv"), encoding="utf-8-sig")
    assert frame["quote"][1] == "'=1+1 en \x07 zo."
    with pytest.raises(InterviewError, match="G002"):
        write_codings(project, path)
    with pytest.raises(InterviewError, match="V035"):
        write_codings(project, tmp_path / "codings.docx")


def test_one_id_with_two_names_is_two_coders():
    first, second = coded_by("A", [(0, 3, "leren")]), coded_by("B", [(4, 9, "tijd")])
    anna = str(first.coders.index[0])
    copied = replace(second, codings=second.codings.assign(coder=anna), coders=coder_frame({anna: "Ben"}))
    merged = merge_projects([first, copied])
    assert sorted(merged.quotes["coder"]) == ["A", "Ben"]
    assert "V260" in {problem.code for problem in merged.problems}


def test_nameless_coders_of_two_projects_are_two():
    nobody = coder_frame({})
    first, second = (
        replace(project, codings=project.codings.assign(coder=""), coders=nobody)
        for project in (coded_by("A", [(0, 3, "leren")]), coded_by("B", [(0, 3, "leren"), (4, 9, "tijd")]))
    )
    merged = merge_projects([first, second])
    assert merged.codings["coder"].nunique() == 2
    assert {problem.code: problem for problem in merged.problems}["V261"].values["n"] == 2
    assert merge_projects([first, first]).codings["coder"].nunique() == 1


def test_attributes_and_cases_come_together_and_clashes_are_told():
    first, second = coded_by("A", []), coded_by("B", [])
    text = second.corpus.documents[0]
    known = {"organisation": "Anders", "sector": "zorg"}
    second = replace(second, corpus=Corpus((replace(text, attributes=known, roles={"I": "interviewer"}),)))
    cases = pd.DataFrame({"name": ["R1"], "sector": ["zorg"]}, index=["k1"])
    others = pd.DataFrame({"name": ["R1", "R2"], "sector": ["bouw", "bouw"], "size": [9, 12]}, index=["k1", "k2"])
    merged = merge_projects([replace(first, cases=cases), replace(second, cases=others)])
    found = merged.corpus.documents[0]
    assert found.attributes == {"organisation": "=Bedrijf B", "sector": "zorg"}
    assert found.roles == {"I": "interviewer"}
    assert merged.cases["sector"].to_dict() == {"k1": "zorg", "k2": "bouw"}
    assert merged.cases["size"].to_dict() == {"k1": 9, "k2": 12}
    told = [problem.values["what"] for problem in merged.problems if problem.code == "V262"]
    assert told == [["organisation"], ["sector"]]


def test_a_slip_in_what_to_do_is_refused():
    with pytest.raises(ValueError, match="different_texts"):
        merge_projects([coded_by("A", [])], different_texts="apart")


def test_speakers_are_found_again_in_a_project(tmp_path):
    text = "I: Wat leer je?\nR1: Van fouten.\nI: En samen?\nR1: Ja."
    project = coded_by("A", [], text=text)
    turns = find_turns(text)
    timed = tuple(replace(turn, begins=float(turn.start)) for turn in turns)
    document = replace(project.corpus.documents[0], turns=timed, roles={"I": "interviewer"})
    written = write_project(replace(project, corpus=Corpus((document,))), tmp_path / "a.qdpx")
    assert "tijden van de opname (1 teksten)" in {p.code: p.message("nl") for p in written.problems}["V045"]
    again = read_project(written.path, roles={"R1": "employee"}).corpus.documents[0]
    assert [turn.speaker for turn in again.turns] == ["I", "R1", "I", "R1"]
    assert again.roles == {"I": "interviewer", "R1": "employee"}
