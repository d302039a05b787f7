from pathlib import Path

import pandas as pd
import pytest

DATA = Path(__file__).parents[2] / "reference" / "data"


@pytest.fixture(scope="session")
def bfi25() -> pd.DataFrame:
    """The 25 items as they were answered (nothing recoded)."""
    return pd.read_csv(DATA / "bfi.csv.gz")


@pytest.fixture(scope="session")
def thurstone() -> pd.DataFrame:
    """Correlations of nine tests, 213 persons."""
    return pd.read_csv(DATA / "thurstone_cor.csv", index_col=0)
