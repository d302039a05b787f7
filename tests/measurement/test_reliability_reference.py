"""Reliability against the R package psych 2.4.12 and multilevel 2.7 (tests/reference)."""

import pandas as pd
import pingouin
import pytest

from lcresearch.measurement import item_analysis, one_factor, reliability
from lcresearch.measurement.item_moments import alpha, guttman_lambda_6, item_moments

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


def test_normal_interval_of_alpha(ours, reference, scale, missing):
    limits = reference(f"psychometrics/alpha_{scale}")[BLOCKS[missing]]["ci_duhachek_95"]
    estimate, error = ours.loc["cronbach_alpha", ["estimate", "std_error"]]
    found = [estimate - 1.959963984540054 * error, estimate + 1.959963984540054 * error]
    assert found == pytest.approx([limits["lower"], limits["upper"]], rel=1e-8)


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


def test_what_follows_from_the_loadings_of_one_factor(bfi, reference, scale, missing):
    """psych's omega of one factor calls the whole scale general; ours is ``omega_total``."""
    frame = bfi[SCALES[scale]].dropna() if missing == "complete" else bfi[SCALES[scale]]
    values = reference(f"psychometrics/omega_{scale}")[BLOCKS[missing]]
    correlation = item_moments(frame.to_numpy(float)).correlation
    factor = one_factor.minres(correlation)
    general = factor.loadings.sum() ** 2 / correlation.sum()
    total = one_factor.omega_total(correlation, factor)
    assert [general, total] == pytest.approx([values["omega_h"], values["omega_total"]], abs=1e-5)
    # at the minimum the two are nearly equal, psych's limit is their ratio
    assert general / total == pytest.approx(values["omega_lim"], abs=1e-5)
    assert [alpha(correlation), guttman_lambda_6(correlation)] == pytest.approx(
        [values["alpha"], values["G6"]], rel=1e-8
    )
    for row in values["omega_group"]:
        assert row["general"] == pytest.approx(general, abs=1e-5)
        assert row["total"] == pytest.approx(total if row["factor"] == "g" else general, abs=1e-5)
        assert row["group"] == pytest.approx(0, abs=1e-12)
    for g, row in zip(factor.loadings, values["schmid_leiman"], strict=True):
        assert [g, g**2, 1 - g**2] == pytest.approx([row["g"], row["h2"], row["u2"]], abs=1e-4)
        assert [row["p2"], row["com"], row["F1*"]] == pytest.approx([1, 1, 0], abs=1e-7)
    assert values["ECV"]["g"] == 1


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
    assert table["standardized_alpha"] == pytest.approx(values["alpha_std"], rel=1e-8)
    complete = bfi[items].dropna()
    assert len(complete) == values["n"]
    assert item_analysis(complete, items).mean_correlation == pytest.approx(values["average_r"], rel=1e-8)


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
