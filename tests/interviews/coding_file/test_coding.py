"""Codes that are given and taken back by several coders in one file."""

from __future__ import annotations

import pytest

from lcresearch.errors import InterviewError
from lcresearch.interviews.coding_file import CodingFile, open_file


def code_of(error: pytest.ExceptionInfo[InterviewError]) -> str:
    return error.value.problems[0].code


def test_a_coding_is_there_for_all_who_open_the_file(file: CodingFile) -> None:
    id = file.code("d1", 0, 3, "c2", coder="a", memo="begin")
    again = open_file(file.path)
    assert again.codings("d1")[["coding", "start", "end", "code", "coder", "memo"]].values.tolist() == [
        [id, 0, 3, "c2", "a", "begin"]
    ]
    assert again.codings("d1", ["b"]).empty
    assert again.project(["b"]).codings.empty
    assert again.project().quotes["quote"].tolist() == ["Wij"]


def test_the_same_request_twice_makes_one_coding(file: CodingFile) -> None:
    first = file.code("d1", 0, 3, "c2", coder="a", id="mine")
    revision = file.revision
    assert file.code("d1", 0, 3, "c2", coder="a", id="mine") == first == "mine"
    assert file.code("d1", 0, 3, "c2", coder="a") == "mine"
    assert file.revision == revision
    assert len(file.codings()) == 1
    with pytest.raises(InterviewError) as error:
        file.code("d1", 0, 4, "c2", coder="a", id="mine")
    assert code_of(error) == "V294"


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"document": "nowhere"}, "V289"),
        ({"code": "none"}, "V289"),
        ({"coder": "nobody"}, "V289"),
        ({"code": "c1"}, "V292"),
        ({"start": -1}, "V291"),
        ({"start": 3}, "V291"),
        ({"end": 10_000}, "V291"),
        ({"start": 9, "end": 4}, "V291"),
    ],
)
def test_what_cannot_be_coded_is_refused_by_name(file: CodingFile, changed: dict[str, object], problem: str) -> None:
    asked: dict[str, object] = {"document": "d1", "start": 0, "end": 3, "code": "c2", "coder": "a"}
    with pytest.raises(InterviewError) as error:
        file.code(**(asked | changed))  # type: ignore[arg-type]
    assert code_of(error) == problem
    assert file.codings().empty


def test_a_text_as_a_whole_can_be_coded(file: CodingFile) -> None:
    file.code("d1", -1, -1, "c3", coder="a")
    assert file.project().quotes["quote"].tolist() == [file.document("d1").text]


def test_coders_change_only_their_own(file: CodingFile) -> None:
    id = file.code("d1", 0, 3, "c2", coder="a")
    for change in (lambda: file.uncode(id, coder="b"), lambda: file.resize(id, 0, 9, coder="b")):
        with pytest.raises(InterviewError) as error:
            change()
        assert code_of(error) == "V293"
    file.resize(id, 0, 9, coder="a")
    assert file.codings()["end"].tolist() == [9]
    file.uncode(id, coder="a")
    assert file.codings().empty


def test_the_memo_on_a_coding_goes_and_comes_back_with_it(file: CodingFile) -> None:
    id = file.code("d1", 0, 3, "c2", coder="a", memo="begin")
    file.uncode(id, coder="a")
    assert file.memos()["text"].tolist() == ["Vaak genoemd."]
    assert file.undo("a") == "uncode"
    assert file.codings()["memo"].tolist() == ["begin"]


def test_a_finished_text_stays_until_it_is_reopened(file: CodingFile) -> None:
    file.assign(["d1"], ["a", "b"])
    file.code("d1", 0, 3, "c2", coder="a")
    assert file.assignments()["state"].tolist() == ["started", "assigned"]
    file.finish("d1", "a")
    for change in (lambda: file.code("d1", 4, 9, "c2", coder="a"), lambda: file.undo("a")):
        with pytest.raises(InterviewError) as error:
            change()
        assert code_of(error) == "V290"
    file.code("d1", 4, 9, "c2", coder="b")
    file.reopen("d1", "a")
    file.code("d1", 4, 9, "c2", coder="a")
    file.unassign(["d1"], ["b"])
    assert file.assignments()[["coder", "state"]].values.tolist() == [["a", "started"]]


def test_a_memo_that_somebody_else_changed_is_not_written_over(file: CodingFile) -> None:
    file.set_memo("code", "c3", "eerst", coder="b", version=0)
    file.set_memo("code", "c3", "toen", coder="b", version=1)
    with pytest.raises(InterviewError) as error:
        file.set_memo("code", "c3", "ook", coder="b", version=1)
    assert code_of(error) == "V287"
    file.set_memo("code", "c3", "", coder="b", version=2)
    assert file.memos()["text"].tolist() == ["Vaak genoemd."]


def test_a_coder_is_known_by_name_and_no_machine(file: CodingFile) -> None:
    assert file.add_coder(" An ") == "a"
    new = file.add_coder("Cé")
    assert file.coders().set_index("coder")["name"][new] == "Cé"
    for name in ("", "na overleg", "Suggestions, not a person (rules)"):
        with pytest.raises(InterviewError) as error:
            file.add_coder(name)
        assert code_of(error) == "V179"
