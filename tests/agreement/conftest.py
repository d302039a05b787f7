"""Reference values and the data they belong to."""

import json
from pathlib import Path

import pandas as pd
import pytest

REFERENCE = Path(__file__).parents[1] / "reference"


@pytest.fixture(scope="session")
def reference():
    """The values of a file of reference/agreement."""
    return lambda name: json.loads((REFERENCE / "agreement" / f"{name}.json").read_text(encoding="utf-8"))["values"]


@pytest.fixture(scope="session")
def data():
    """A file of reference/data without its first column, when that only names units."""

    def read(name, names_units=True):
        frame = pd.read_csv(REFERENCE / "data" / f"{name}.csv")
        return frame.iloc[:, 1:] if names_units else frame

    return read
