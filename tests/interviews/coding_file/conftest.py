"""A coding file of an invented project."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.interviews.coding_file.invented import invented_project

from lcresearch.interviews import coding_file


@pytest.fixture
def file(tmp_path: Path) -> coding_file.CodingFile:
    """A file of the invented project."""
    return coding_file.create(tmp_path / "coded.lccoding", invented_project())
