"""Who withdrew is remembered without a name."""

import pandas as pd
import pytest

from lcresearch.errors import ResponsesError
from lcresearch.responses.persons.withdrawn import Withdrawn


@pytest.fixture
def written(tmp_path):
    (tmp_path / "private").mkdir()
    gone = Withdrawn(tmp_path)
    gone.add("bo")
    for path, content in gone.contents().items():
        path.write_bytes(content)
    return tmp_path


def test_the_person_is_found_again_and_nobody_else(written):
    ids = pd.Series(["an", "bo", None, "bo ", "Bo"], dtype="str")
    assert Withdrawn(written).among(ids).tolist() == [False, True, False, False, False]
    assert len(Withdrawn(written)) == 1


def test_the_files_do_not_hold_the_id(written):
    for path in (written / "private").iterdir():
        assert "bo" not in path.read_text(encoding="utf-8")


def test_a_second_person_keeps_the_first(written):
    gone = Withdrawn(written)
    gone.add("an")
    gone.add("bo")
    assert len(gone) == 2
    assert gone.among(pd.Series(["an", "bo"])).all()


def test_nobody_withdrew(tmp_path):
    assert not Withdrawn(tmp_path).among(pd.Series(["an", "bo"])).any()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("withdrawn.json", None),
        ("withdrawal-key", None),
        ("withdrawal-key", b"00"),
        ("withdrawn.json", b"[]"),
        ("withdrawn.json", b'{"version": 1, "persons": ["bo"]}'),
        ("withdrawn.json", b'{"version": 3, "persons": []}'),
        ("withdrawn.json", b"\xff"),
    ],
)
def test_a_damaged_record_stops_the_reading(written, name, content):
    path = written / "private" / name
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(ResponsesError) as caught:
        Withdrawn(written)
    assert caught.value.problems[0].code == "R124"
