"""Evidence on invented elements."""

import numpy as np
import pandas as pd
import pytest

from lcresearch.synthesis.elements import ElementEstimate, SectorTest


def _sectors(effects, std_error=0.04, n=5):
    """Sectors of ``n`` consortia each; ``effects`` by name."""
    return pd.DataFrame(
        {
            "sector": list(effects),
            "n_consortia": n,
            "n_communities": np.asarray(n) * 8,
            "estimate": list(effects.values()),
            "std_error": std_error,
            "df": 12.0,
        }
    )


def _levels(moderator, effects, p, std_error=0.04):
    return pd.DataFrame(
        {
            "moderator": moderator,
            "level": list(effects),
            "n_communities": 30,
            "estimate": list(effects.values()),
            "std_error": std_error,
            "df": 12.0,
            "p_value": p,
        }
    )


@pytest.fixture
def sectors():
    return _sectors


@pytest.fixture
def levels():
    return _levels


@pytest.fixture
def element():
    """Builds evidence: by default a clear, planned and well-measured effect of 0.3 in 15 consortia."""

    def build(name="coaching", *, sector_p=None, **changed):
        settings = {
            "outcome": "learning",
            "model": "one stage",
            "estimate": 0.3,
            "std_error": 0.03,
            "df": 14.0,
            "tau": 0.04,
            "n_consortia": 15,
            "n_communities": 120,
            "smallest_worthwhile": 0.1,
            "planned": True,
            "adjusted_for": ("firm size",),
            "how_measured": "observation",
            "comparability": "scalar",
            "stopped_included": True,
        }
        test = None if sector_p is None else SectorTest(4.0, 2, 12, sector_p)
        return ElementEstimate(element=name, sector_test=test, **(settings | changed))

    return build
