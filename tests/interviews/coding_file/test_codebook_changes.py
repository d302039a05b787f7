"""A codebook that several people change, with everything that was there before."""

from __future__ import annotations

import pytest

from lcresearch.errors import InterviewError
from lcresearch.interviews.coding_file import CodingFile


def paths(file: CodingFile) -> list[str]:
    book = file.codebook()
    return [book.path(code.id) for code in book]


def refused(file: CodingFile, name: str, /, *arguments: object, **named: object) -> str:
    with pytest.raises(InterviewError) as error:
        getattr(file, name)(*arguments, **named)
    return error.value.problems[0].code


def test_codes_come_in_their_place(file: CodingFile) -> None:
    new = file.add_code("van elkaar", parent="c1", coder="a", definition="Van collega's.", id="c9")
    assert (new, file.add_code("van elkaar", parent="c1", coder="a", id="c9")) == ("c9", "c9")
    file.add_code("geld", before="c3", coder="a")
    assert paths(file) == ["leren", "leren > van fouten", "leren > van elkaar", "geld", "tijd"]
    assert file.codebook()["c9"].definition == "Van collega's."


def test_a_code_moves_with_what_is_below_it(file: CodingFile) -> None:
    file.move_code("c1", "c3", coder="a")
    assert paths(file) == ["tijd", "tijd > leren", "tijd > leren > van fouten"]
    assert refused(file, "move_code", "c3", "c2", coder="a") == "V296"
    file.undo("a")
    assert paths(file) == ["leren", "leren > van fouten", "tijd"]
    file.move_code("c3", "", coder="a", before="c1")
    assert paths(file) == ["tijd", "leren", "leren > van fouten"]


def test_a_change_on_an_old_version_is_refused(file: CodingFile) -> None:
    version = file.code_versions()["c3"]
    file.change_code("c3", name="te weinig tijd", coder="a", version=version)
    assert refused(file, "change_code", "c3", name="haast", coder="b", version=version) == "V287"
    assert refused(file, "remove_code", "c3", coder="b", version=version) == "V287"
    file.undo("a")
    assert refused(file, "change_code", "c3", name="haast", coder="b", version=version) == "V287"
    assert file.codebook()["c3"].name == "tijd"


def test_names_are_told_apart(file: CodingFile) -> None:
    assert refused(file, "add_code", "  Tijd ", coder="a") == "V298"
    assert refused(file, "change_code", "c3", name="LEREN", coder="a") == "V298"
    assert refused(file, "add_code", " ", coder="a") == "V297"
    file.add_code("tijd", parent="c1", coder="a")


def test_merged_codes_keep_their_codings_once(file: CodingFile) -> None:
    file.code("d1", 0, 3, "c2", coder="a", memo="eerste")
    file.code("d1", 0, 3, "c3", coder="a")
    file.code("d1", 4, 9, "c2", coder="b")
    before = file.project()
    file.merge_codes("c2", "c3", coder="a")
    assert paths(file) == ["leren", "tijd"]
    assert file.codings()[["start", "code", "coder", "memo"]].values.tolist() == [
        [0, "c3", "a", "eerste"], [4, "c3", "b", ""]
    ]  # fmt: skip
    assert file.project().sets[0].codes == ("c3",)
    assert file.undo("a") == "merge_codes"
    after = file.project()
    assert after.codings.equals(before.codings)
    assert after.codebook == before.codebook
    assert (after.notes, after.sets) == (before.notes, before.sets)


def test_decisions_follow_the_code_that_stays(file: CodingFile) -> None:
    file.settle("x", "replaced", document="d1", start=0, end=9, code="c2", agreed_code="c3", coder="b")
    file.merge_codes("c3", "c2", coder="a")
    assert file.decisions()[["code", "agreed_code"]].values.tolist() == [["c2", "c2"]]
    file.remove_code("c2", coder="a")
    assert file.decisions().empty
    assert [file.undo("a"), file.undo("a")] == ["remove_code", "merge_codes"]
    assert file.decisions()[["code", "agreed_code"]].values.tolist() == [["c2", "c3"]]


def test_a_code_into_the_one_below_it(file: CodingFile) -> None:
    file.merge_codes("c1", "c2", coder="a")
    assert paths(file) == ["van fouten", "tijd"]


def test_a_code_with_codings_is_removed_only_when_asked(file: CodingFile) -> None:
    file.code("d1", 0, 3, "c2", coder="b")
    assert refused(file, "remove_code", "c2", coder="a") == "V295"
    file.remove_code("c2", coder="a", with_codings=True)
    assert file.codings().empty
    file.remove_code("c1", coder="a")
    assert paths(file) == ["tijd"]
    assert [file.undo("a"), file.undo("a")] == ["remove_code", "remove_code"]
    assert paths(file) == ["leren", "leren > van fouten", "tijd"]
    assert len(file.codings()) == 1


def test_a_code_that_others_used_stays(file: CodingFile) -> None:
    new = file.add_code("geld", coder="a")
    file.code("d1", 0, 3, new, coder="b")
    assert refused(file, "undo", "a") == "V286"
    assert new in file.codebook().by_id
    file.undo("b")
    file.set_memo("code", new, "Past dit?", coder="b")
    assert refused(file, "undo", "a") == "V286"
    file.undo("b")
    assert file.undo("a") == "add_code"


def test_history_tells_who_changed_what_from_what_into_what(file: CodingFile) -> None:
    new = file.add_code("geld", coder="a")
    file.change_code(new, name="subsidie", definition="Van anderen.", coder="b")
    file.move_code(new, "c1", coder="b")
    file.undo("b")
    file.code("d1", 0, 3, new, coder="a")
    rows = file.history(new)[["who", "what", "part", "before", "after"]].values.tolist()
    assert rows == [
        ["a", "add_code", "added", "", "geld"],
        ["b", "change_code", "name", "geld", "subsidie"],
        ["b", "change_code", "definition", "", "Van anderen."],
        ["b", "move_code", "parent", "", "c1"],
        ["b", "undo", "parent", "c1", ""],
    ]
    assert file.history()["code"].unique().tolist() == [new]
    assert file.history("c3").empty
