"""Decisions on disagreements, suggestions, and what another file brings in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.interviews.coding_file.invented import invented_project

from lcresearch.errors import InterviewError
from lcresearch.interviews import find_disagreements, settle, suggest_codes
from lcresearch.interviews.coding_file import CodingFile, create


@pytest.fixture
def differing(file: CodingFile) -> CodingFile:
    """Two coders who differ at two places and agree at one."""
    file.code("d1", 0, 35, "c2", coder="a")
    file.code("d1", 0, 35, "c3", coder="b")
    file.code("d1", 38, 67, "c3", coder="a")
    file.code("d1", 38, 67, "c3", coder="b")
    return file


def test_decisions_are_kept_and_make_the_agreed_codings(differing: CodingFile) -> None:
    project = differing.project()
    found = find_disagreements(project, read={"R1": ["An", "Bo"]})
    for outcome, row in zip(["kept", "dropped"], found.table.to_dict("records"), strict=True):
        place = {"document": row["document_id"], "start": row["start"], "end": row["end"], "code": row["code_id"]}
        differing.settle(row["id"], outcome, coder="a", remark="overlegd", version=0, **place)
    decisions = differing.decisions()
    assert decisions[["outcome", "remark", "who"]].values.tolist() == [
        ["kept", "overlegd", "a"],
        ["dropped", "overlegd", "a"],
    ]
    with pytest.raises(InterviewError) as error:
        differing.settle(row["id"], "kept", coder="b", version=0, **place)
    assert error.value.problems[0].code == "V287"
    settlement = settle(project, found, decisions, language="nl")
    assert settlement.record["outcome"].tolist() == ["kept", "dropped"]
    differing.keep_agreed(settlement, coder="a")
    agreed = differing.project().quotes
    assert agreed[agreed["coder"] == "na overleg"]["path"].tolist() == ["leren > van fouten", "tijd"]
    assert len(differing.codings(coders=["a", "b"])) == 4
    assert [differing.undo("a") for _ in range(3)] == ["keep_agreed", "settle", "settle"]
    assert differing.decisions().empty
    assert settle(project, found, differing.decisions(), language="nl").record["outcome"].tolist() == ["open", "open"]


def test_an_open_disagreement_has_no_decision(differing: CodingFile) -> None:
    place = {"document": "d1", "start": 0, "end": 35, "code": "c2"}
    differing.settle("x", "replaced", coder="a", agreed_code="c3", agreed_boundaries="b", **place)
    differing.settle("x", "open", coder="a", version=1, **place)
    assert differing.decisions().empty
    with pytest.raises(InterviewError) as error:
        differing.settle("x", "perhaps", coder="a", **place)
    assert error.value.problems[0].code == "V141"


def test_suggestions_are_accepted_and_rejected_one_by_one(file: CodingFile) -> None:
    assert file.suggestions() is None
    found = suggest_codes(file.project(), method="rules")
    assert len(found.open) >= 1
    file.keep_suggestions(found)
    again = file.suggestions()
    assert again is not None
    assert again.found["suggestion"].tolist() == found.found["suggestion"].tolist()
    first = found.found["suggestion"][0]
    file.reject_suggestions([first], coder="a", why="past niet")
    assert first not in set(file.suggestions().open["suggestion"])  # type: ignore[union-attr]
    file.keep_suggestions(found)
    assert first not in set(file.suggestions("rules").open["suggestion"])  # type: ignore[union-attr]
    with pytest.raises(InterviewError) as error:
        file.accept_suggestions([first], coder="a")
    assert error.value.problems[0].code == "V269"
    file.take_back_rejections([first], coder="a")
    file.accept_suggestions([first], coder="a", language="nl")
    assert file.codings()["coder"].tolist() == ["a"]
    assert file.codings()["memo"][0]
    assert file.undo("a") == "accept_suggestions"
    assert file.codings().empty
    with pytest.raises(InterviewError) as error:
        file.reject_suggestions(["unknown"], coder="a")
    assert error.value.problems[0].code == "V175"


def test_the_codings_of_another_file_come_in_once(file: CodingFile) -> None:
    file.code("d1", 0, 3, "c2", coder="a")
    other = create(file.path.with_name("other.lccoding"), invented_project())
    other.add_code("geld", parent="c3", coder="b", id="c9")
    cé = other.add_coder("Cé")
    other.code("d1", 4, 9, "c9", coder=cé, memo="hier")
    file.bring_in(other.project(), coder="a")
    revision = file.revision
    file.bring_in(other.project(), coder="a")
    assert file.revision == revision
    assert file.codings()[["start", "code", "coder", "memo"]].values.tolist() == [
        [0, "c2", "a", ""],
        [4, "c9", cé, "hier"],
    ]
    assert file.codebook().path("c9") == "tijd > geld"
    assert file.undo("a") == "bring_in"
    assert len(file.codings()) == 1
    assert file.redo("a") == "bring_in"
    assert len(file.codings()) == 2


def test_another_text_under_the_same_id_is_refused(file: CodingFile) -> None:
    project = invented_project()
    texts = tuple(replace(each, text=each.text + "!") for each in project.corpus)
    with pytest.raises(InterviewError) as error:
        file.bring_in(replace(project, corpus=replace(project.corpus, documents=texts)))
    assert error.value.problems[0].code == "V050"
    with pytest.raises(InterviewError) as error:
        file.add_documents([texts[0]])
    assert error.value.problems[0].code == "V294"


def test_a_text_that_was_removed_comes_back_with_its_codings(file: CodingFile) -> None:
    file.code("d1", 0, 3, "c2", coder="b", memo="begin")
    file.assign(["d1"], ["a", "b"])
    before = file.project()
    file.remove_document("d1", coder="a")
    assert file.documents()["document"].tolist() == ["d2"]
    assert file.project().case_documents["document"].tolist() == ["d2"]
    assert file.undo("a") == "remove_document"
    after = file.project()
    assert after.corpus == before.corpus
    assert after.codings.equals(before.codings)
    assert len(file.assignments()) == 2
