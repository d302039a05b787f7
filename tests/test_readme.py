"""What the README promises: its example prints what it says, its study.yaml is one, its commands exist."""

import re
import subprocess
import sys
from pathlib import Path

from lcresearch.studies.model import StudyFile
from lcresearch.yaml_lines import parse_yaml

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def block(language):
    return re.search(rf"```{language}\n(.*?)```", README, re.DOTALL).group(1)


def test_example_prints_what_stands_below_it():
    done = subprocess.run([sys.executable, "-c", block("python")], capture_output=True, text=True, check=True)
    assert done.stdout.split() == block("text").split()


def test_study_in_the_readme_is_a_study():
    assert StudyFile.model_validate(parse_yaml(block("yaml")).content).id == "my-study"


def test_two_commands_do_all_the_set_up():
    commands = re.findall(r"^ {4}python3 -m pip install uv && python3 -m uv run (.*)$", README, re.MULTILINE)
    assert commands == ["lcresearch demo", "pytest -n auto --dist loadfile"]
