"""Two lists of fingerprints beside each other: as pandas joins them."""

import numpy as np
import pandas as pd
import pytest

from lcresearch.disclosure.side_by_side import side_by_side


@pytest.mark.parametrize("seed", range(30))
def test_as_an_outer_join(seed):
    rng = np.random.default_rng(seed)
    most = (5, 30, 2**40)[seed % 3]
    left, right = (rng.integers(0, most, size=rng.integers(0, 20), dtype=np.uint64) for _ in range(2))
    one = pd.DataFrame({"print": left, "place": np.arange(len(left))})
    other = pd.DataFrame({"print": right, "other": np.arange(len(right))})
    both = one.merge(other, on="print", how="outer")
    prints, place, beside = side_by_side(left, right)
    assert prints.tolist() == both["print"].tolist()
    assert place.tolist() == both["place"].fillna(-1).astype(int).tolist()
    assert beside.tolist() == both["other"].fillna(-1).astype(int).tolist()
