"""Where tests write: in memory if there is room, and where the user says if he does."""

import tempfile

import pytest
from tests.folders_in_memory import place, write_there


@pytest.fixture(autouse=True)
def as_it_was(monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", tempfile.tempdir)


def test_a_folder_in_memory_is_used_by_this_process_and_those_it_starts(tmp_path):
    surroundings: dict[str, str] = {}
    write_there(surroundings, tmp_path, room=1)
    assert surroundings == {"TMPDIR": str(tmp_path)}
    assert tempfile.gettempdir() == str(tmp_path)


@pytest.mark.parametrize("chosen", [{"TMPDIR": "elsewhere"}, {}])
def test_what_the_user_chose_and_a_system_without_room_stay_as_they_are(tmp_path, chosen):
    before, surroundings = tempfile.gettempdir(), dict(chosen)
    write_there(surroundings, tmp_path, room=1 if chosen else 2**70)
    assert (surroundings, tempfile.gettempdir()) == (chosen, before)


def test_there_is_none_where_the_system_has_no_such_folder(tmp_path):
    assert place(tmp_path / "shm", room=1) is None
