"""A ready-made study is copied to a new folder, or a message says why not."""

import json
import shutil

import jsonschema
import pytest
import yaml

from lcresearch import shipped, studies
from lcresearch.errors import LcresearchError, StudyError


def test_empty_folder_may_be_used(tmp_path):
    assert studies.new("unit-climate", tmp_path) == tmp_path
    assert (tmp_path / "study.yaml").is_file()
    assert not (tmp_path / "private").exists()


def test_the_schema_that_the_copy_names_lies_beside_it(tmp_path):
    studies.new("programme-demo", tmp_path)
    first = (tmp_path / "study.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first.endswith("$schema=study.schema.json")
    assert (tmp_path / "study.schema.json").is_file()


def test_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(StudyError, match="S012"):
        studies.new("unit-climate", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_place_where_nothing_can_be_written(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(StudyError, match="S014"):
        studies.new("unit-climate", tmp_path / "file" / "mine")


def test_a_programme_is_a_template_too(tmp_path):
    studies.new("programme", tmp_path / "plan")
    assert sorted(path.name for path in (tmp_path / "plan").iterdir()) == ["programme.schema.json", "programme.yaml"]
    with pytest.raises(LcresearchError, match="Y143"):
        studies.new("programme", tmp_path / "plan")
    with pytest.raises(StudyError, match="Did you mean 'programme'"):
        studies.new("program", tmp_path / "other")


def test_reason_of_a_file_that_could_not_be_copied(tmp_path, monkeypatch):
    def refuse(*arguments, **options):
        raise shutil.Error([("a", "b", "[Errno 28] No space left on device"), ("c", "d", "other")])

    monkeypatch.setattr("shutil.copytree", refuse)
    with pytest.raises(StudyError) as caught:
        studies.new("unit-climate", tmp_path / "mine")
    assert caught.value.problems[0].values["reason"] == "[Errno 28] No space left on device"


def test_a_plan_of_integration_is_a_template_too(tmp_path):
    studies.new("integration", tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["integration.schema.json", "integration.yaml"]
    with pytest.raises(LcresearchError, match="Q162"):
        studies.new("integration", tmp_path)


@pytest.mark.parametrize("name", ["unit-climate", "pulse"])
def test_the_copy_has_every_file_of_the_template_to_the_byte(name, tmp_path):
    copy = studies.new(name, tmp_path / "mine")
    original = shipped.folder("analyses") / name
    for path in (one for one in original.rglob("*") if one.is_file() and "__pycache__" not in one.parts):
        here = tmp_path / "mine" / path.relative_to(original)
        assert here.is_file(), here.name
        ours, theirs = (one.read_bytes() for one in (here, path))
        if path.name != "study.yaml":
            assert ours == theirs
    assert studies.load(copy).file.id == studies.load(original).file.id
    schema = json.loads((tmp_path / "mine" / "study.schema.json").read_text(encoding="utf-8"))
    content = yaml.safe_load((tmp_path / "mine" / "study.yaml").read_text(encoding="utf-8"))
    judge = jsonschema.Draft202012Validator(schema)
    assert [error.message for error in judge.iter_errors(json.loads(json.dumps(content, default=str)))] == []
    assert not judge.is_valid({"id": "mine"})


def test_every_file_that_is_shipped_to_be_copied_is_read_by_pyyaml_too():
    """A question mark within braces stops it, as it stops other readers of YAML 1.1."""
    for path in shipped.folder("analyses").rglob("study.yaml"):
        assert yaml.safe_load(path.read_text(encoding="utf-8"))["id"], path
