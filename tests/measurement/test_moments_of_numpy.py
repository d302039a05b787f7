"""Sums of rows are those of numpy, pandas and the normal distribution, whatever the order of rows."""

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from lcresearch import measurement
from lcresearch.errors import MeasurementError

ITEMS = ["a1", "a2", "a3"]


def answers(n=240):
    rng = np.random.default_rng(5)
    place = rng.normal(size=(n, 1)) + rng.normal(size=(n, 3))
    return pd.DataFrame(np.digitize(place, [-1, 0, 1]), columns=ITEMS).assign(firm=["A", "B"] * (n // 2))


def test_moments_are_those_of_numpy():
    frame = answers()
    found = measurement.moments(frame, ITEMS, "firm")
    for place, name in enumerate(found.groups):
        part = frame.loc[frame["firm"] == name, ITEMS].to_numpy(dtype=float)
        assert found.n[place] == len(part)
        np.testing.assert_allclose(found.mean[place], part.mean(axis=0))
        spread = np.asarray(found.covariance[place])
        # as maximum likelihood or without bias: the quotient says which, and it is one for all
        np.testing.assert_allclose(spread / np.cov(part.T, ddof=1), (len(part) - 1) / len(part) * np.ones((3, 3)))


def test_thresholds_are_the_quantiles_of_the_shares_below_them():
    frame = answers()
    found = measurement.ordinal_moments(frame, ITEMS)
    shares = [frame[item].value_counts(normalize=True).sort_index().cumsum().to_numpy()[:-1] for item in ITEMS]
    expected = scipy.stats.norm.ppf(np.concatenate(shares))
    np.testing.assert_allclose(found.statistics[0, : found.n_thresholds], expected, atol=1e-8)


@pytest.mark.parametrize("sums", [measurement.moments, measurement.ordinal_moments])
@pytest.mark.parametrize(
    ("change", "items", "group", "code"),
    [
        (lambda frame: frame, [], None, "M003"),
        (lambda frame: frame, ["a1", "a9"], None, "M001"),
        (lambda frame: frame, ["a1", "firm"], None, "M002"),
        (lambda frame: frame, ["a1", "a2"], "team", "M001"),
        (lambda frame: frame.iloc[:0], ["a1", "a2"], None, "M223"),
        (lambda frame: frame.assign(a1=np.nan), ["a1", "a2"], None, "M223"),
    ],
)
def test_what_cannot_be_summed_is_refused(sums, change, items, group, code):
    with pytest.raises(MeasurementError) as caught:
        sums(change(answers()), items, group)
    assert [problem.code for problem in caught.value.problems] == [code]
