"""What is not installed is named with the command that installs it, and the rest works without."""

import re
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest

from lcresearch import extras, studies

ROOT = Path(__file__).parents[1]


@pytest.fixture
def without(monkeypatch):
    def leave_out(*names):
        monkeypatch.setattr(extras, "find_spec", lambda name: None if name in names else find_spec(name))

    return leave_out


def test_nothing_is_named_where_all_is_there():
    assert extras.missing_extras_note() is None


def test_each_extra_is_missing_when_one_of_its_modules_is(without):
    without("umap", "segno")
    assert extras.missing_extras() == ("topics", "app")
    note = extras.missing_extras_note()
    assert note.level == "note"
    assert 'pip install "lcresearch[topics,app]"' in note.text()


def test_every_extra_of_the_package_is_known():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(project["optional-dependencies"]) == {*extras.MODULES, "spark", "all"}
    for name, modules in extras.MODULES.items():
        assert len(modules) == len(project["optional-dependencies"][name])


def test_commands_that_install_are_taken_by_the_prompts_of_all_systems():
    """Windows does not take single quotes, and zsh takes brackets for a pattern when there are none."""
    files = [
        *(ROOT / "src").rglob("*.py"),
        *(ROOT / "src").rglob("*.yaml"),
        *(ROOT / "docs").glob("*.md"),
        ROOT / "README.md",
    ]
    texts = {path: path.read_text(encoding="utf-8") for path in files}
    wrong = [path.name for path, text in texts.items() if re.search(r"install '?lcresearch\[|'lcresearch\[", text)]
    assert not wrong


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_report_shows_the_command_too(without, language):
    """A page shows the message of a note alone, without the remedy below it."""
    without("umap")
    assert 'pip install "lcresearch[topics]"' in extras.missing_extras_note().message(language)


def test_report_of_a_study_without_interviews_does_not_ask_for_them(without, tmp_path):
    without("bertopic")
    study = studies.load(studies.new("pulse", tmp_path / "no-interviews"))
    study.run()
    assert "lcresearch[topics]" not in (study.folder / "results" / "report.html").read_text(encoding="utf-8")
