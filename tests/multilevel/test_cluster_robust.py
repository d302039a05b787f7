"""Cluster-robust standard errors from sums of products, beside those with a matrix of all rows of a cluster."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lcresearch import multilevel
from lcresearch.errors import MultilevelError

FORMULAS = {
    "y ~ x + year + (1 + x | community)": "community",
    "y ~ x + element + (1 | consortium/community)": "consortium",
    "y ~ x * element + (1 + x || community) + (1 | consortium)": "consortium",
    "y ~ x + (1 | consortium) + (1 | consortium:community:person)": "consortium",
}


def answers(seed, n=240):
    """Invented answers of persons in communities of very unequal size in six consortia."""
    rng = np.random.default_rng(seed)
    community = np.sort(rng.integers(0, 30, n) * rng.integers(0, 2, n))
    consortium = np.unique(np.sort(rng.integers(0, 6, 30)), return_inverse=True)[1][community]
    x, element = rng.normal(size=n), rng.integers(0, 2, 30)[community]
    y = 400 + 3 * x + element + rng.normal(0, 0.5, 30)[community] + rng.normal(size=n)
    frame = {"y": y, "x": x, "element": element, "year": 2020 + rng.integers(0, 4, n), "person": np.arange(n) // 2}
    return pd.DataFrame({**frame, "community": community, "consortium": consortium, "one": 1.0})


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 1000), formula=st.sampled_from(list(FORMULAS)), kind=st.sampled_from(["CR0", "CR2"]))
@pytest.mark.filterwarnings("ignore::lcresearch.errors.LcresearchWarning")
def test_sums_give_what_whole_matrices_give(seed, formula, kind):
    frame = answers(seed)
    by_sums = multilevel.fit_lmm(formula, frame).robust(kind, cluster=FORMULAS[formula])
    by_rows = multilevel.fit_lmm(formula, frame, weights="one").robust(kind, cluster=FORMULAS[formula])
    np.testing.assert_allclose(by_sums["std_error"], by_rows["std_error"], rtol=1e-7)
    np.testing.assert_allclose(by_sums["df"], by_rows["df"], rtol=1e-6)


def test_sums_of_products_are_enough():
    frame, formula = answers(1), "y ~ x + element + (1 | consortium/community)"
    of_rows = multilevel.fit_lmm(formula, frame).robust()
    of_sums = multilevel.fit_lmm(formula, multilevel.crossproducts(formula, frame)).robust()
    np.testing.assert_allclose(of_sums[["std_error", "df"]], of_rows[["std_error", "df"]], rtol=1e-7)


def test_weights_need_rows():
    frame, formula = answers(1).assign(weight=2.0), "y ~ x + (1 | consortium/community)"
    fit = multilevel.fit_lmm(formula, multilevel.crossproducts(formula, frame, weights="weight"))
    with pytest.raises(MultilevelError) as refused:
        fit.robust()
    assert refused.value.problems[0].code == "L026"


def test_persons_in_two_communities_of_one_consortium():
    rng = np.random.default_rng(4)
    consortium = np.repeat(np.arange(8), 30)
    one = consortium * 5 + rng.integers(0, 5, 240)
    two = np.where(rng.random(240) < 0.3, consortium * 5 + rng.integers(0, 5, 240), -1)
    frame = pd.DataFrame({"x": rng.normal(size=240), "consortium": consortium, "a": one, "one": 1.0})
    frame["b"] = pd.Series(two).where((two >= 0) & (two != one)).astype("Int64")
    frame["wa"], frame["wb"] = np.where(frame["b"].isna(), 1.0, 0.6), np.where(frame["b"].isna(), 0.0, 0.4)
    frame["y"] = 0.4 * frame["x"] + rng.normal(0, 0.7, 40)[one] + rng.normal(size=240)
    formula = "y ~ x + (1 | consortium) + (1 | mm(a, b, weights=(wa, wb)))"
    by_sums = multilevel.fit_lmm(formula, frame).robust()
    by_rows = multilevel.fit_lmm(formula, frame, weights="one").robust()
    np.testing.assert_allclose(by_sums[["std_error", "df"]], by_rows[["std_error", "df"]], rtol=1e-6)
