"""A text that goes for good leaves no word in the bytes of the file, whatever was done with it before."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from tests.interviews.coding_file.invented import SAID, invented_project

from lcresearch.errors import InterviewError
from lcresearch.interviews import Corpus, Document, Note, read_project, suggest_codes, write_project
from lcresearch.interviews.coding_file import CodingFile, create, open_file
from lcresearch.interviews.coding_file.opening import reading
from lcresearch.interviews.project import CODING_COLUMNS

WORDS = [b"fouten. ", b"elke dag", b"overleg", b"Kwartelkoning"]


def bytes_of(path: Path) -> bytes:
    """Of the file and of everything beside it."""
    return b"".join(each.read_bytes() for each in path.parent.glob(path.name + "*"))


@pytest.fixture
def busy(file: CodingFile) -> CodingFile:
    """A file in which words of the first text stand in every place where words can be."""
    file.change_code("c3", coder="b", example="Wij leren elke dag van onze fouten.", definition="Te weinig tijd.")
    file.change_code("c3", coder="b", example="Iets anders.")
    first = file.code("d1", 0, 35, "c2", coder="a", memo="Kwartelkoning zegt: elke dag van onze fouten")
    file.code("d1", 38, 67, "c3", coder="b")
    file.code("d2", 31, 42, "c3", coder="b", memo="Net als: Er is geen tijd voor overleg, bij een ander.")
    file.set_memo("document", "d1", "Kwartelkoning, een lastig gesprek", coder="a")
    file.uncode(first, coder="a")
    file.keep_suggestions(suggest_codes(file.project(), method="rules"))
    ids = file.suggestions().found["suggestion"].tolist()  # type: ignore[union-attr]
    file.reject_suggestions(ids[:1], coder="a", why="er is geen tijd voor overleg")
    file.settle("x", "dropped", document="d1", start=0, end=9, code="c3", coder="a", remark="Kwartelkoning twijfelt")
    file.settle(
        "y", "dropped", document="d2", start=0, end=9, code="c3", coder="a", remark="Wij leren elke dag van alles"
    )
    return file


def test_no_word_is_left_in_the_bytes(busy: CodingFile) -> None:
    assert all(word in bytes_of(busy.path) for word in WORDS)
    erased = busy.erase(["d1"])
    assert erased.documents == ("R1",)
    assert erased.n_codings == 1
    assert erased.n_memos == 1
    left = bytes_of(busy.path)
    assert [word for word in WORDS if word in left] == []
    assert open_file(busy.path).project().corpus.by_id.keys() == {"d2"}


def test_what_is_of_others_stays(busy: CodingFile) -> None:
    busy.erase(["d1"])
    codings = busy.codings()
    assert codings[["document", "coder"]].values.tolist() == [["d2", "b"]]
    assert codings["memo"].tolist() == ["Net als: […], bij een ander."]
    assert busy.decisions()["remark"].tolist() == ["[…] alles"]
    assert busy.codebook()["c3"].definition == "Te weinig tijd."
    assert busy.project().cases["name"].tolist() == ["Twee"]
    assert busy.project().sets[0].documents == ("d2",)
    history = busy.history("c3")
    assert history[["who", "part", "before", "after"]].values.tolist() == [
        ["b", "definition", "", "Te weinig tijd."],
        ["b", "example", "", "[…]."],
        ["b", "example", "[…].", "Iets anders."],
    ]
    assert (busy.undo("a"), busy.undo("b")) == (None, None)
    busy.code("d2", 0, 5, "c3", coder="b")
    assert busy.undo("b") == "code"


def test_a_text_that_was_removed_before_goes_too(busy: CodingFile) -> None:
    busy.remove_document("d1", coder="a")
    assert b"elke dag" in bytes_of(busy.path)
    assert busy.erase([]).documents == ("R1",)
    assert [word for word in WORDS if word in bytes_of(busy.path)] == []
    assert busy.undo("a") is None


def test_the_project_of_another_program_forgets_too(tmp_path: Path) -> None:
    project = invented_project()
    rows = [("k1", "s1", "d1", 0, 35, "c2", "a", pd.NaT), ("k2", "s2", "d2", 31, 42, "c3", "b", pd.NaT)]
    codings = pd.DataFrame(rows, columns=list(CODING_COLUMNS))
    codings["created"] = pd.to_datetime(codings["created"], utc=True)
    notes = (*project.notes, Note("n2", "over", "Kwartelkoning", (("selection", "s1"),)))
    came = write_project(replace(project, codings=codings, notes=notes), tmp_path / "came.qdpx").path
    file = create(tmp_path / "a.lccoding", read_project(came))
    before = file.project()
    assert before.kept
    assert b"elke dag" in bytes_of(file.path)
    id = before.corpus["R1"].id
    erased = file.erase([id])
    assert (erased.documents, erased.files) == (("R1",), ())
    assert [word for word in WORDS if word in bytes_of(file.path)] == []
    after = read_project(write_project(file.project(), tmp_path / "out.qdpx").path)
    assert after.quotes["quote"].tolist() == ["Wij werken "]


def test_erasing_waits_for_who_is_reading(busy: CodingFile, monkeypatch: pytest.MonkeyPatch) -> None:
    let_go, begun = threading.Event(), threading.Event()

    def read() -> None:
        with reading(busy.path) as connection:
            connection.execute("SELECT count(*) FROM texts").fetchone()
            begun.set()
            let_go.wait(20)

    reader = threading.Thread(target=read)
    reader.start()
    begun.wait(20)
    monkeypatch.setattr("lcresearch.interviews.coding_file.erasing._PATIENCE", 0.0)
    monkeypatch.setattr("lcresearch.interviews.coding_file.opening._WAIT", 0.2)
    with pytest.raises(InterviewError) as error:
        busy.erase(["d1"])
    assert error.value.problems[0].code == "V299"
    let_go.set()
    reader.join()
    busy.erase(["d1"])
    assert [word for word in WORDS if word in bytes_of(busy.path)] == []


def test_a_sentence_that_others_said_as_well_stays(tmp_path: Path) -> None:
    project = invented_project()
    other = Document("d3", "R3", "Bij ons ook: er is geen tijd voor overleg.")
    file = create(tmp_path / "a.lccoding", replace(project, corpus=Corpus((*project.corpus, other))))
    file.set_memo("code", "c3", "Zij zeiden: er is geen tijd voor overleg.", coder="a")
    file.erase(["d1"])
    assert "Zij zeiden: er is geen tijd voor overleg." in set(file.memos()["text"])
    assert SAID.encode() not in bytes_of(file.path)
