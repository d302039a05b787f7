"""A changed plan is checked before it is written, and the text before it comes back."""

import pytest

from lcresearch.errors import SynthesisError
from lcresearch.synthesis.programme import new_programme, read_programme
from lcresearch.synthesis.programme.editing import change_programme, undo_change


def test_a_right_text_is_written_and_undone(tmp_path):
    path = new_programme(tmp_path) / "programme.yaml"
    before = path.read_text(encoding="utf-8")
    assert not undo_change(tmp_path)
    assert change_programme(tmp_path, before.replace("id: example", "id: mine")).id == "mine"
    assert read_programme(tmp_path).id == "mine"
    assert undo_change(tmp_path)
    assert path.read_text(encoding="utf-8") == before
    assert undo_change(tmp_path)
    assert read_programme(tmp_path).id == "mine"


@pytest.mark.parametrize("text", ["", "id: [", "a: &a [*a]", "schema: 1\nid: x\n", "\0", "x: 1\n" * 300_000])
def test_a_wrong_text_is_refused_and_nothing_is_written(tmp_path, text):
    path = new_programme(tmp_path) / "programme.yaml"
    before = path.read_bytes()
    with pytest.raises(SynthesisError) as error:
        change_programme(tmp_path, text)
    assert error.value.problems[0].where.file == "programme.yaml"
    assert path.read_bytes() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["programme.schema.json", "programme.yaml"]
