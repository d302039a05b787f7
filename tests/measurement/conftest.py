"""Reference values and the data they belong to."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

REFERENCE = Path(__file__).parents[1] / "reference"


@pytest.fixture(scope="session")
def reference() -> Callable[[str], Any]:
    """The values of a file, for example ``reference("aggregation/lq2002_waba")``."""
    return lambda name: json.loads((REFERENCE / f"{name}.json").read_text(encoding="utf-8"))["values"]


@pytest.fixture(scope="session")
def lq2002() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "data" / "lq2002.csv")


@pytest.fixture(scope="session")
def klein2000() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "data" / "klein2000.csv.gz")


@pytest.fixture(scope="session")
def agreement_toy() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "data" / "agreement_toy.csv")


@pytest.fixture(scope="session")
def bfi() -> pd.DataFrame:
    """Items A1-A5 and C1-C5 in scale direction: 6-point items, A1, C4 and C5 recoded as 7 - x."""
    frame = pd.read_csv(REFERENCE / "data" / "bfi.csv.gz")
    reversed_items = ["A1", "C4", "C5"]
    return frame.assign(**{item: 7 - frame[item] for item in reversed_items})
