"""Files that strangers made, or that were damaged on the way: refused by name, and nothing in them runs."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.interviews.coding_file.invented import invented_project

from lcresearch.errors import InterviewError
from lcresearch.interviews import read_project
from lcresearch.interviews.coding_file import CodingFile, create, open_file


def tampered(path: Path, *statements: str) -> None:
    """Change a file as somebody could who knows how it is made."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA foreign_keys=OFF")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def problem_of(call: Callable[[], object]) -> list[str]:
    with pytest.raises(InterviewError) as error:
        call()
    for problem in error.value.problems:
        assert problem.message("nl")
        assert problem.message("en")
    return [problem.code for problem in error.value.problems]


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"SQLite format 3\x00", b"SQLite format 3\x00" + b"\x00" * 9000]
)
def test_what_is_no_coding_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.lccoding"
    path.write_bytes(content)
    assert problem_of(lambda: open_file(path)) == ["V280"]
    assert problem_of(lambda: read_project(path)) == ["V280"]


def test_another_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.lccoding"
    tampered(path, "CREATE TABLE projects (id INTEGER)")
    assert problem_of(lambda: open_file(path)) == ["V280"]
    assert problem_of(lambda: open_file(tmp_path / "none.lccoding")) == ["G001"]


def test_a_file_of_a_later_version_stays_as_it_is(file: CodingFile) -> None:
    tampered(file.path, "PRAGMA user_version=99")
    before = file.path.read_bytes()
    assert problem_of(lambda: open_file(file.path)) == ["V281"]
    assert problem_of(lambda: file.code("d1", 0, 3, "c2", coder="a")) == ["V281"]
    assert file.path.read_bytes() == before


@pytest.mark.parametrize(
    "planted",
    [
        "CREATE TRIGGER t AFTER INSERT ON codings BEGIN DELETE FROM texts; END",
        "CREATE VIEW v AS SELECT load_extension('x')",
        "CREATE TABLE extra (a)",
        "CREATE INDEX extra ON codes (abs(version))",
        "DROP TABLE notes",
        "ALTER TABLE coders ADD COLUMN extra TEXT DEFAULT 'x'",
        "CREATE VIRTUAL TABLE words USING fts5(word)",
    ],
)
def test_what_was_planted_is_named_and_does_not_run(file: CodingFile, planted: str) -> None:
    tampered(file.path, planted)
    assert problem_of(lambda: open_file(file.path)) == ["V282"]
    assert problem_of(lambda: file.code("d1", 0, 3, "c2", coder="a")) == ["V282"]


def test_a_view_in_the_place_of_a_table_is_refused(file: CodingFile) -> None:
    tampered(file.path, "DROP TABLE suggestions", "CREATE VIEW suggestions AS SELECT 1 AS n, 'a' AS id, '' AS content")
    assert problem_of(lambda: open_file(file.path)) == ["V282"]


@pytest.mark.parametrize(
    "change",
    [
        'UPDATE codings SET start = 5000, "end" = 5001',
        "UPDATE codings SET start = -7",
        "UPDATE codings SET code = 'none'",
        "UPDATE codings SET document = 'none'",
        "UPDATE codings SET coder = 'none'",
        "UPDATE documents SET n_characters = 3",
        "UPDATE documents SET turns = '[[0,99999,\"A\",null,null]]'",
        "UPDATE documents SET turns = '{}]'",
        "UPDATE documents SET attributes = '[1]'",
        "UPDATE codes SET content = 'null'",
        "UPDATE codes SET content = printf('%.*c', 200000, '[')",
        "UPDATE frames SET content = '{\"columns\":3}'",
        'UPDATE settings SET value = \'{"$kind":"os.system","value":"x"}\' WHERE name = \'name\'',
        "DELETE FROM settings",
        "UPDATE texts SET text = CAST(x'ff4142' AS TEXT)",
        "UPDATE notes SET about = '[3]'",
    ],
)
def test_content_that_does_not_hold_together_is_refused(file: CodingFile, change: str) -> None:
    file.code("d1", 0, 3, "c2", coder="a")
    tampered(file.path, change)
    assert problem_of(file.project)[0] == "V283"


def test_a_file_from_elsewhere_is_looked_through_when_it_is_first_opened(file: CodingFile) -> None:
    file.code("d1", 0, 3, "c2", coder="a")
    tampered(file.path, 'UPDATE codings SET start = 5000, "end" = 5001')
    elsewhere = file.path.with_name("sent.lccoding")
    elsewhere.write_bytes(file.path.read_bytes())
    assert problem_of(lambda: open_file(elsewhere)) == ["V283", "V038"]


@pytest.mark.parametrize(
    "changes",
    ["[", "[[1]]", '[["codes", "c2", null, {"id": "c2"}]]', '[["texts", "d1", null, {"id": "d1", "text": "x"}]]',
     '[["codes", "c2", null, {"n":1,"id":"c2","position":1,"parent":null,"name":"x","content":"[","version":1}]]'],
)  # fmt: skip
def test_a_journal_that_was_written_over_changes_nothing(file: CodingFile, changes: str) -> None:
    file.code("d1", 0, 3, "c2", coder="a")
    tampered(file.path, f"UPDATE journal SET changes = '{changes}'")
    before = file.content_hash()
    assert problem_of(lambda: file.undo("a"))[0] in ("V283", "V286")
    assert file.content_hash() == before
    if '"codes"' in changes:
        assert problem_of(file.history) == ["V283"]


def test_suggestions_that_are_none_are_refused(file: CodingFile) -> None:
    tampered(file.path, "INSERT INTO suggestions (id, content) VALUES ('rules', '{\"found\": 3')")
    assert problem_of(file.suggestions) == ["V283"]


def test_a_huge_cell_is_refused(file: CodingFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lcresearch.interviews.coding_file.opening.LONGEST", 100_000)
    tampered(file.path, "UPDATE texts SET text = printf('%.*c', 200000, 'a')")
    assert problem_of(file.project)[0] in ("V283", "V284")


def test_damaged_pages_are_told_and_never_crash(file: CodingFile) -> None:
    for number in range(30):
        file.code("d1", number, number + 1, "c2", coder="a")
    whole = file.path.read_bytes()
    told = set()
    for at in range(1024, len(whole), 1500):
        file.path.write_bytes(whole[:at] + b"\xde\xad\xbe\xef" * 60 + whole[at + 240 :])
        try:
            file.project()
        except InterviewError as error:
            told.add(error.problems[0].code)
    assert told <= {"V282", "V283", "V284"}
    assert "V283" in told
    file.path.write_bytes(whole[: len(whole) // 2])
    assert problem_of(file.project)[0] in ("V282", "V283")


def test_a_text_with_half_a_character_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    from dataclasses import replace

    from lcresearch.interviews import Corpus, Document

    project = replace(invented_project(), corpus=Corpus((Document("d1", "R1", "half \ud83d"),)))
    project = replace(project, case_documents=project.case_documents.iloc[:0])
    assert problem_of(lambda: create(tmp_path / "a.lccoding", project)) == ["V285"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "../../x", "\u202egnp", "'; DROP TABLE codes; --", "é🐝" * 200, "a\x00b"]
)
def test_names_are_only_names(file: CodingFile, name: str) -> None:
    id = file.add_code(name, coder="a")
    who = file.add_coder(name)
    file.code("d1", 0, 3, id, coder=who, memo=name)
    assert file.codebook()[id].name == name
    assert file.codings()["memo"].tolist() == [name]


def test_a_file_that_may_not_be_written_is_read(file: CodingFile) -> None:
    file.code("d1", 0, 3, "c2", coder="a")
    file.path.chmod(0o400)
    file.path.parent.chmod(0o500)
    try:
        assert len(file.codings()) == 1
    finally:
        file.path.parent.chmod(0o700)
