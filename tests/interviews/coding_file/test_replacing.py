"""A file that takes the place of another: whole, and with nothing of the one before it."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest
from tests.interviews.coding_file.invented import invented_project

from lcresearch.errors import InterviewError
from lcresearch.interviews import write_project
from lcresearch.interviews.coding_file import CodingFile, create


def test_a_file_is_replaced_only_when_asked(file: CodingFile) -> None:
    with pytest.raises(InterviewError) as error:
        create(file.path, invented_project())
    assert error.value.problems[0].code == "G002"
    with pytest.raises(InterviewError) as error:
        create(file.path.with_suffix(".sqlite"), invented_project())
    assert error.value.problems[0].code == "V035"


def test_what_stood_beside_the_earlier_file_does_not_come_into_the_new_one(file: CodingFile) -> None:
    held = sqlite3.connect(file.path)  # as of a program that is still there
    held.execute("SELECT count(*) FROM texts").fetchone()
    file.code("d1", 0, 3, "c2", coder="a")
    assert file.path.with_name(file.path.name + "-wal").exists()
    write_project(replace(invented_project(), name="later"), file.path, force=True)
    held.close()
    assert file.project().name == "later"
    assert file.codings().empty


def test_a_project_that_does_not_hold_together_leaves_the_file_as_it_was(file: CodingFile) -> None:
    file.code("d1", 0, 3, "c2", coder="a")
    broken = file.project()
    broken = replace(broken, codings=broken.codings.assign(code="none"))
    with pytest.raises(InterviewError) as error:
        create(file.path, broken, force=True)
    assert error.value.problems[0].code == "V036"
    assert len(file.codings()) == 1
    assert [each.name for each in file.path.parent.iterdir()] == [file.path.name]
