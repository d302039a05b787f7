"""Reliability against the R package psych 2.4.12 and multilevel 2.7 (tests/reference)."""

import pandas as pd
import pingouin
import pytest

from lcresearch.measurement import one_factor, reliability
from lcresearch.measurement.item_moments import item_moments

SCALES = {"agreeableness": [f"A{i}" for i in range(1, 6)], "conscientiousness": [f"C{i}" for i in range(1, 6)]}
BLOCKS = {"pairwise": "pairwise", "complete": "complete_cases"}


@pytest.fixture(params=SCALES)
def scale(request):
    return request.param


@pytest.fixture(params=BLOCKS)
def missing(request):
    return request.param


@pytest.fixture
def ours(bfi, scale, missing):
    return reliability(bfi, SCALES[scale], missing=missing).tidy().set_index("term")


def test_alpha_with_standard_error_and_feldt_interval(ours, reference, scale, missing):
    values = reference(f"psychometrics/alpha_{scale}")[BLOCKS[missing]]
    alpha = ours.loc["cronbach_alpha"]
    assert alpha["n"] == values["n"]
    assert alpha["estimate"] == pytest.approx(values["total"]["raw_alpha"], rel=1e-8)
    assert alpha["std_error"] == pytest.approx(values["total"]["ase"], rel=1e-8)
    assert alpha["conf_low"] == pytest.approx(values["ci_feldt_95"]["lower"], rel=1e-8)
    assert alpha["conf_high"] == pytest.approx(values["ci_feldt_95"]["upper"], rel=1e-8)


def test_standardised_alpha_and_lambda_6(ours, reference, scale, missing):
    total = reference(f"psychometrics/alpha_{scale}")[BLOCKS[missing]]["total"]
    assert ours.loc["standardized_alpha", "estimate"] == pytest.approx(total["std.alpha"], rel=1e-8)
    assert ours.loc["guttman_lambda_6", "estimate"] == pytest.approx(total["G6(smc)"], rel=1e-8)


def test_error_of_measurement_from_the_spread_of_scores(ours, reference, scale, missing):
    values = reference(f"psychometrics/alpha_{scale}")[BLOCKS[missing]]
    expected = values["score_sd"] * (1 - values["total"]["raw_alpha"]) ** 0.5
    assert ours.loc["standard_error_of_measurement", "estimate"] == pytest.approx(expected, rel=1e-8)


def test_omega_of_one_factor(ours, reference, scale, missing):
    values = reference(f"psychometrics/omega_{scale}")[BLOCKS[missing]]
    assert ours.loc["omega_total", "estimate"] == pytest.approx(values["omega_total"], abs=1e-5)


def test_loadings_of_one_factor(bfi, reference, scale):
    values = reference(f"psychometrics/omega_{scale}")["complete_cases"]
    factor = one_factor.minres(item_moments(bfi[SCALES[scale]].dropna().to_numpy(float)).correlation)
    assert factor.gradient < 1e-12
    # psych stops early
    assert factor.loadings.tolist() == pytest.approx([row["g"] for row in values["schmid_leiman"]], abs=1e-4)


@pytest.mark.parametrize(
    ("file", "items"),
    [*SCALES.items(), ("agree_consc", SCALES["agreeableness"] + SCALES["conscientiousness"])],
)
def test_all_split_halves(bfi, reference, file, items):
    values = reference(f"psychometrics/splithalf_{file}")
    table = reliability(bfi, items, missing="complete").tidy().set_index("term")["estimate"]
    found = table[["split_half_max", "split_half_min", "split_half", "guttman_lambda_2", "guttman_lambda_6"]]
    expected = [values[name] for name in ("max_split", "min_split", "mean_split", "lambda2", "lambda6")]
    assert found.tolist() == pytest.approx(expected, rel=1e-8)


def test_alpha_of_persons_and_of_group_means(lq2002, reference):
    values = reference("aggregation/lq2002_group_level_alpha")
    result = reliability(lq2002, [f"LEAD{i:02}" for i in range(1, 12)], group="COMPID")
    alphas = result.tidy().set_index(["term", "level"]).loc["cronbach_alpha"]
    for level, block in (("individual", "individual"), ("group", "group_means")):
        assert alphas.loc[level, "estimate"] == pytest.approx(values[block]["alpha"], rel=1e-8)
        assert alphas.loc[level, "n"] == values[block]["n"]


def test_alpha_is_that_of_pingouin(bfi):
    frame = pd.DataFrame(bfi[SCALES["agreeableness"]].dropna().head(120))
    alpha, (low, high) = pingouin.cronbach_alpha(frame)
    ours = reliability(frame, list(frame.columns)).tidy().iloc[0]
    assert ours["estimate"] == pytest.approx(alpha, rel=1e-10)
    # pingouin rounds to three decimals and gives the same F interval
    assert (ours["conf_low"], ours["conf_high"]) == pytest.approx((low, high), abs=0.0005)
