"""Whatever a project of another program holds is in the coding file too, and comes out of it as it went in."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.interviews.coding_file.invented import invented_project

from lcresearch.interviews import Project, coding_file, read_project, write_project

REFERENCE = Path(__file__).parents[2] / "reference" / "refi_qda"


def assert_alike(one: Project, other: Project) -> None:
    """Every attribute is the same, with the same types."""
    for attribute in fields(Project):
        mine, theirs = getattr(one, attribute.name), getattr(other, attribute.name)
        if isinstance(mine, pd.DataFrame):
            pd.testing.assert_frame_equal(mine, theirs, check_index_type=False, check_column_type=False)
        elif attribute.name == "evidence" and mine is not None:
            assert mine.rule == theirs.rule
            assert np.array_equal(
                [mine.within, mine.quotes_equal], [theirs.within, theirs.quotes_equal], equal_nan=True
            )
        elif attribute.name == "problems":
            assert [each.text() for each in mine] == [each.text() for each in theirs]
        else:
            assert mine == theirs, attribute.name


@pytest.mark.parametrize("path", sorted(REFERENCE.glob("*.qdpx")), ids=lambda path: path.stem)
def test_a_project_of_another_program_comes_through(path: Path, tmp_path: Path) -> None:
    before = read_project(path)
    between = write_project(before, tmp_path / "between.lccoding").path
    assert_alike(before, read_project(between))
    straight = write_project(before, tmp_path / "straight.qdpx").path
    around = write_project(read_project(between), tmp_path / "around.qdpx").path
    assert straight.read_bytes() == around.read_bytes()


def test_a_project_made_here_comes_through(tmp_path: Path) -> None:
    before = invented_project()
    assert_alike(before, coding_file.create(tmp_path / "a.lccoding", before).project())


def test_what_was_coded_here_is_in_the_project_for_another_program(file: coding_file.CodingFile) -> None:
    file.code("d1", 36, 37, "c2", coder="a", memo="Een bij.")
    file.code("d2", 31, 42, "c3", coder="b")
    path = write_project(file.project(), file.path.with_suffix(".qdpx")).path
    again = read_project(path)
    assert sorted(again.quotes["quote"]) == ["Wij werken ", "🐝"]
    assert "Een bij." in {note.text for note in again.notes}


def test_the_hash_follows_what_is_said_and_not_how_it_is_kept(tmp_path: Path) -> None:
    one = coding_file.create(tmp_path / "one.lccoding", invented_project())
    other = coding_file.create(tmp_path / "other.lccoding", invented_project())
    assert one.content_hash() == other.content_hash()
    id = one.code("d1", 0, 3, "c2", coder="a")
    assert one.content_hash() != other.content_hash()
    one.uncode(id, coder="a")
    assert one.content_hash() == other.content_hash()
