"""Files of others are those that were looked at, each with its licence."""

import hashlib
import re
from pathlib import Path

import pytest

from lcresearch import app

FOLDER = Path(app.__file__).parent / "vendored"
ROWS = re.findall(
    r"^\| `([^`]+)` \| .* \| `([0-9a-f]{64})` \|$", (FOLDER / "README.md").read_text("utf-8"), re.MULTILINE
)
CODE = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.suffix in (".js", ".css")}


def test_each_file_is_listed():
    assert {name for name, _ in ROWS} == CODE


@pytest.mark.parametrize(("name", "digest"), ROWS)
def test_a_file_is_as_listed_and_its_licence_stands_beside_it(name, digest):
    path = FOLDER / name
    assert hashlib.sha256(path.read_bytes()).hexdigest() == digest
    assert any("MIT License" in one.read_text("utf-8") for one in path.parent.glob("LICENSE*.txt"))
