"""ICCs against R: aov with multilevel 2.7, lme4 1.1-37 and nlme 3.1-168 (tests/reference/aggregation)."""

import pytest

from lcresearch.measurement import agreement
from lcresearch.measurement.intraclass import variance_components

CASES = {
    "lq2002 LEAD": ("lq2002", "lq2002_icc", "LEAD", "COMPID"),
    "lq2002 TSIG": ("lq2002", "lq2002_icc", "TSIG", "COMPID"),
    "lq2002 HOSTILE": ("lq2002", "lq2002_icc", "HOSTILE", "COMPID"),
    "klein2000 COHES": ("klein2000", "klein2000_icc", "COHES", "GRPID"),
    "klein2000 JOBSAT": ("klein2000", "klein2000_icc", "JOBSAT", "GRPID"),
    "klein2000 NEGLEAD": ("klein2000", "klein2000_icc", "NEGLEAD", "GRPID"),
    "toy": ("agreement_toy", "toy_agreement", "i1", "team"),
}
ANOVA = {
    "df_between": "df_between",
    "df_within": "df_within",
    "ms_between": "MSB",
    "ms_within": "MSW",
    "f": "F",
    "p_value": "p",
    "eta_squared": "eta_squared",
    "icc_1": "ICC1",
    "icc_2": "ICC2",
    "icc_1_n0": "ICC1_with_n0",
}
REML = {
    "variance_between": "tau00",
    "variance_within": "sigma2",
    "icc_1_reml": "ICC1",
    "icc_2_reml": "ICC2_mean_size",
    "grand_mean": "grand_mean",
    "grand_mean_se": "grand_mean_se",
}


@pytest.fixture(params=CASES.values(), ids=CASES.keys(), scope="module")
def case(request, reference):
    data, file, variable, group = request.param
    values = reference(f"aggregation/{file}")["icc_i1" if data == "agreement_toy" else variable]
    return agreement(request.getfixturevalue(data), variable, group), values


@pytest.mark.parametrize(("ours", "theirs"), ANOVA.items())
def test_analysis_of_variance(case, ours, theirs):
    result, values = case
    # R's p value of about 1e-24 has itself an error of 1e-9 in its last shown digits, since F is raised to a power
    tolerance = 1e-7 if ours == "p_value" else 1e-8
    assert result.glance()[ours].iloc[0] == pytest.approx(values["aov"][theirs], rel=tolerance)


def test_sizes(case):
    result, values = case
    whole = result.glance().iloc[0]
    assert (whole["n"], whole["n_groups"]) == (values["n"], values["k"])
    assert whole["mean_group_size"] == pytest.approx(values["mean_group_size"])
    assert whole["n0"] == pytest.approx(values["anova_n0"])
    table = result.tidy()
    assert dict(zip(table["group"].astype(str), table["n"], strict=True)) == values["group_sizes"]


@pytest.mark.parametrize(("ours", "theirs"), REML.items())
def test_mixed_model_reml(case, ours, theirs):
    result, values = case
    assert result.glance()[ours].iloc[0] == pytest.approx(values["lmer_REML"][theirs], rel=1e-5)


def test_mixed_model_log_likelihood_is_not_below_that_of_lme4(case):
    result, values = case
    reml = result.glance()["log_likelihood"].iloc[0]
    ml = variance_components(result.layout, reml=False).log_likelihood
    for ours, theirs in ((reml, values["lmer_REML"]["logLik"]), (ml, values["lmer_ML"]["logLik"])):
        assert ours == pytest.approx(theirs, abs=1e-6)
        assert ours >= theirs - 1e-9


def test_mixed_model_ml(case):
    result, values = case
    ml = variance_components(result.layout, reml=False)
    mean_size = values["mean_group_size"]
    assert ml.between == pytest.approx(values["lmer_ML"]["tau00"], rel=1e-5)
    assert ml.within == pytest.approx(values["lmer_ML"]["sigma2"], rel=1e-5)
    assert float(ml.reliability(mean_size)) == pytest.approx(values["lmer_ML"]["ICC2_mean_size"], rel=1e-5)


def test_reliability_of_a_mean_of_the_harmonic_size(case):
    result, values = case
    reml, sizes = variance_components(result.layout, reml=True), result.tidy()["n"]
    found = float(reml.reliability(len(sizes) / (1 / sizes).sum()))
    assert found == pytest.approx(values["lmer_REML"]["ICC2_harmonic_size"], rel=1e-5)


def test_reliability_of_each_group_mean(case):
    result, values = case
    table = result.tidy()
    ours = dict(zip(table["group"].astype(str), table["reliability"], strict=True))
    assert ours == pytest.approx(values["lmer_REML"]["group_mean_reliability"], rel=1e-5)
    assert table["reliability"].mean() == pytest.approx(values["lmer_REML"]["group_mean_reliability_mean"], rel=1e-5)
    # nlme's optimiser stops earlier than lme4's
    assert ours == pytest.approx(values["gmeanrel"]["group"], rel=1e-3)


def test_icc_of_each_item(lq2002, reference):
    values = reference("aggregation/lq2002_icc_items")
    items = [row["item"] for row in values["aov"]]
    table = agreement(lq2002, items, "COMPID").item_icc
    assert table["icc_1"].tolist() == pytest.approx([row["ICC1"] for row in values["aov"]], rel=1e-8)
    assert table["icc_2"].tolist() == pytest.approx([row["ICC2"] for row in values["aov"]], rel=1e-8)
    assert table["icc_1_reml"].tolist() == pytest.approx([row["ICC1"] for row in values["mult.icc"]], rel=1e-3)
    assert table["icc_2_reml"].tolist() == pytest.approx([row["ICC2"] for row in values["mult.icc"]], rel=1e-3)
