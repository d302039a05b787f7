"""Sampling adequacy and Bartlett's test against psych 2.4.12."""

import numpy as np
import pandas as pd
import pytest

from lcresearch import measurement

AGREEABLENESS = ["A1", "A2", "A3", "A4", "A5"]


@pytest.mark.parametrize(("missing", "block"), [("complete", "complete_cases"), ("pairwise", "pairwise")])
def test_sampling_adequacy_of_25_items(bfi25, reference, missing, block):
    values = reference("psychometrics/kmo_bartlett_bfi25")[block]
    result = measurement.factorability(bfi25, list(bfi25), missing=missing)
    assert result.kmo == pytest.approx(values["KMO"], rel=1e-8)
    ours = result.tidy().set_index("item")["sampling_adequacy"]
    assert ours.to_dict() == pytest.approx(values["MSA_items"], rel=1e-8)


def test_bartlett_of_25_items(bfi25, reference):
    values = reference("psychometrics/kmo_bartlett_bfi25")
    glance = measurement.factorability(bfi25, list(bfi25), missing="complete").glance().iloc[0]
    assert glance["n"] == values["n_complete"]
    assert glance["statistic"] == pytest.approx(values["complete_cases"]["bartlett"]["chisq"], rel=1e-8)
    assert glance["df"] == values["complete_cases"]["bartlett"]["df"]
    assert glance["p_value"] == values["complete_cases"]["bartlett"]["p"]  # 0: too small for a number


def test_agreeableness(bfi25, reference):
    values = reference("psychometrics/kmo_bartlett_agreeableness")
    result = measurement.factorability(bfi25, AGREEABLENESS, missing="complete")
    assert result.n == values["n"]
    assert result.kmo == pytest.approx(values["KMO"], rel=1e-8)
    assert result.tidy()["sampling_adequacy"].tolist() == pytest.approx(list(values["MSA_items"].values()), rel=1e-8)
    assert result.bartlett_chi_square == pytest.approx(values["bartlett"]["chisq"], rel=1e-8)
    assert result.glance()["p_value"].iloc[0] == pytest.approx(values["bartlett"]["p"], abs=1e-300)


def test_bartlett_rejects_unrelated_items_one_time_in_twenty():
    rng = np.random.default_rng(4)
    p_values = [
        measurement.factorability(pd.DataFrame(rng.normal(size=(60, 5)), columns=list("abcde")), list("abcde"))
        .glance()["p_value"]
        .iloc[0]
        for _ in range(400)
    ]
    assert np.mean(np.array(p_values) < 0.05) == pytest.approx(0.05, abs=0.03)


def test_an_item_apart_and_too_few_persons_are_told():
    rng = np.random.default_rng(2)
    factor = rng.normal(size=(200, 1))
    frame = pd.DataFrame(factor + rng.normal(size=(200, 4)), columns=list("abcd"))
    frame["e"] = rng.normal(size=200)
    found = {problem.where.item for problem in measurement.factorability(frame, list("abcde")).problems}
    assert "e" in found
    assert not found & set("abcd")
    few = measurement.factorability(frame.head(5), list("abcde"))
    assert "M321" in {problem.code for problem in few.problems}


def test_polychoric_correlations_of_normal_items_say_much_the_same(bfi25):
    pearson = measurement.factorability(bfi25, AGREEABLENESS).kmo
    assert measurement.factorability(bfi25, AGREEABLENESS, correlation="polychoric").kmo == pytest.approx(
        pearson, abs=0.03
    )


def test_units_of_items_and_rows_in_place_of_their_correlations_do_not_matter():
    rng = np.random.default_rng(6)
    frame = pd.DataFrame(rng.normal(size=(150, 1)) + rng.normal(size=(150, 4)), columns=list("abcd"))
    rows = measurement.factorability(frame, list("abcd"))
    units = measurement.factorability(frame[::-1].assign(b=5 - 3 * frame["b"]), list("abcd"))
    table = measurement.factorability(frame.corr(), list("abcd"), n_persons=150)
    for found in (units, table):
        pd.testing.assert_frame_equal(found.tidy(), rows.tidy())
        pd.testing.assert_frame_equal(found.glance(), rows.glance())
