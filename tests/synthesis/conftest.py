"""Data of meta-analyses."""

from pathlib import Path

import pandas as pd
import pytest

DATA = Path(__file__).parents[1] / "reference" / "data"


@pytest.fixture
def bcg():
    data = pd.read_csv(DATA / "bcg.csv")
    return data.assign(slab=data["author"] + " " + data["year"].astype(str))


@pytest.fixture
def raudenbush():
    data = pd.read_csv(DATA / "raudenbush1985.csv")
    return data.assign(weeks3=data["weeks"].clip(upper=3), slab=data["author"] + " " + data["year"].astype(str))
