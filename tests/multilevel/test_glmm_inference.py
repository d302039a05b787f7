"""Means, contrasts, tests of terms and pooling of generalised models, as emmeans, car, nlme and mice give them.

R 4.5.0; ``tests/reference/glmm_inference/generate.R`` made the values. Fits of glmmTMB and ours end within 1e-4 of a
standard error of each other, which sets the tolerances.
"""

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from tests.closeness import close_in_units

from lcresearch import multilevel
from lcresearch.errors import MultilevelError

close = np.testing.assert_allclose


def check(table, expected, estimate, *, interval=True):
    """Estimate, standard error and interval of emmeans; estimates to 2e-4 of a standard error, errors to 3e-4."""
    expected = pd.DataFrame(expected)
    close_in_units(table["estimate"], expected[estimate], expected["SE"], 2e-4)
    close(table["std_error"], expected["SE"], rtol=5e-4)
    if interval:
        close_in_units(table["conf_low"], expected["asymp.LCL"], expected["SE"], 1e-3)
        close_in_units(table["conf_high"], expected["asymp.UCL"], expected["SE"], 1e-3)
    if "z.ratio" in expected and "statistic" in table:
        close(table["statistic"], expected["z.ratio"], rtol=5e-4)
        close(table["p_value"], expected["p.value"], rtol=1e-2)


def same_order(table, expected, column):
    """Our rows in the order of R's, whose levels may be sorted otherwise."""
    keys = [str(row[column]) for row in expected]
    return table.set_index(table[column].astype(str)).loc[keys].reset_index(drop=True)


@pytest.mark.parametrize(
    ("name", "factor"), [("cbpp", "period"), ("contraception", "urban"), ("grouseticks", "YEAR"), ("wine", "temp")]
)
def test_means_on_the_scale_of_the_link(glmm_fit, name, factor, glmm_values):
    expected = glmm_values[name]["latent" if name == "wine" else "means_link"]
    check(same_order(glmm_fit(name).means(factor), expected, factor), expected, "emmean")


@pytest.mark.parametrize(
    ("name", "factor", "what"),
    [
        ("cbpp", "period", "prob"),
        ("contraception", "urban", "prob"),
        ("contraception_probit", "livch", "prob"),
        ("grouseticks", "YEAR", "rate"),
    ],
)
def test_means_on_the_scale_of_the_response(glmm_fit, name, factor, what, glmm_values):
    expected = glmm_values[name]["means_response"]
    table = same_order(glmm_fit(name).means(factor, kind="response"), expected, factor)
    check(table, expected, what)
    assert "p_value" not in table


def test_means_of_cells_at_a_value(glmm_fit, glmm_values):
    expected = glmm_values["contraception"]["cells_response"]
    table = glmm_fit("contraception").means(["livch", "urban"], at={"age": 5}, kind="response")
    check(table, expected, "prob")


def test_chances_of_ordered_categories(glmm_fit, glmm_values):
    """emmeans' intervals are symmetric and go below zero; ours are made of log odds."""
    expected = glmm_values["wine"]["prob"]
    table = glmm_fit("wine").means("temp", kind="response")
    assert table["category"].tolist() == [row["rating"] for row in expected]
    check(table, expected, "prob", interval=False)
    close(table.groupby("temp")["estimate"].sum(), 1)
    assert ((table["conf_low"] > 0) & (table["conf_high"] < 1)).all()
    odds = np.log(table["conf_high"] / (1 - table["conf_high"])) + np.log(table["conf_low"] / (1 - table["conf_low"]))
    close(odds / 2, np.log(table["estimate"] / (1 - table["estimate"])))


def test_differences_and_ratios(glmm_fit, glmm_values):
    check(glmm_fit("cbpp").mean_differences("period"), glmm_values["cbpp"]["differences_link"], "estimate")
    found = glmm_fit("cbpp").mean_differences("period", kind="response")
    check(found, glmm_values["cbpp"]["differences_response"], "odds.ratio")
    assert found["term"][0] == "period=1 / period=2"
    found = glmm_fit("contraception").mean_differences("urban", kind="response")
    check(found, glmm_values["contraception"]["differences_response"], "odds.ratio")
    found = glmm_fit("grouseticks").mean_differences("YEAR", kind="response")
    check(found, glmm_values["grouseticks"]["differences_response"], "ratio")
    check(glmm_fit("wine").mean_differences("temp"), glmm_values["wine"]["latent_differences"], "estimate")
    found = glmm_fit("contraception_probit").mean_differences("livch")
    check(found, glmm_values["contraception_probit"]["differences_link"], "estimate")


@pytest.mark.parametrize("name", ["cbpp", "contraception", "grouseticks"])
def test_wald_tests_of_type_three(glmm_fit, name, glmm_values):
    expected = {row["term"]: row for row in glmm_values[name]["anova"] if row["term"] != "(Intercept)"}
    table = glmm_fit(name).terms()
    assert set(table["term"]) == set(expected)
    for row in table.itertuples():
        close(row.chi_square, expected[row.term]["Chisq"], rtol=2e-4)
        close(row.p_value, expected[row.term]["Pr..Chisq."], rtol=5e-3)
        assert row.num_df == expected[row.term]["Df"]
        close(row.statistic, row.chi_square / row.num_df)


def test_one_column_is_tested_as_in_the_table(glmm_fit):
    fit = glmm_fit("wine")
    close(fit.terms()["chi_square"], fit.tidy()["statistic"].iloc[-2:] ** 2)


def test_odds_ratios(glmm_fit):
    fit = glmm_fit("wine")
    plain, ratios = fit.tidy(), fit.tidy(exponentiate=True)
    assert ratios["term"].tolist() == ["temp[T.warm]", "contact[T.yes]"]
    plain = plain.iloc[-2:].reset_index(drop=True)
    for name in ("estimate", "conf_low", "conf_high"):
        close(np.log(ratios[name]), plain[name])
    close(ratios["std_error"], np.exp(plain["estimate"]) * plain["std_error"])
    close(ratios["p_value"], plain["p_value"])


def test_ratios_of_a_probit_model_are_refused(glmm_fit):
    fit = glmm_fit("contraception_probit")
    for ask in (
        lambda: fit.tidy(exponentiate=True),
        lambda: fit.contrasts({"a": {"age": 1}}, exponentiate=True),
        lambda: fit.mean_differences("livch", kind="response"),
    ):
        with pytest.raises(MultilevelError, match="L110"):
            ask()


def test_between_within_degrees_of_freedom_as_in_nlme(glmm_fit, glmm_values):
    """nlme counts the constant among the rows; we and SAS at the outermost level, here 63 locations."""
    table = glmm_fit("grouseticks").tidy(ddf="between-within").set_index("term")
    expected = glmm_values["grouseticks"]["between_within"]
    close(table.loc[["YEAR[T.96]", "YEAR[T.97]", "cHEIGHT"], "df"], list(expected.values())[1:])
    close(table.loc["Intercept", "df"], glmm_fit("grouseticks").n_groups["LOCATION"] - 2)
    row = table.loc["cHEIGHT"]
    close(row["p_value"], 2 * scipy.stats.t.sf(abs(row["statistic"]), row["df"]))


def test_between_within_of_contrasts_and_terms(glmm_fit):
    fit = glmm_fit("grouseticks")
    both = fit.contrasts({"both": {"YEAR[T.96]": 1, "cHEIGHT": 1}}, ddf="between-within")
    df = fit.tidy(ddf="between-within").set_index("term")["df"]
    assert both["df"][0] == min(df["YEAR[T.96]"], df["cHEIGHT"])
    terms = fit.terms(ddf="between-within").set_index("term")
    assert terms.loc["YEAR", "den_df"] == df["YEAR[T.96]"]
    close(terms.loc["YEAR", "p_value"], scipy.stats.f.sf(terms.loc["YEAR", "statistic"], 2, df["YEAR[T.96]"]))


def test_between_within_of_an_ordinal_model_without_groups(glmm_data):
    fit = multilevel.fit_glmm("rating ~ temp + contact", glmm_data("wine"), family="cumulative")
    assert fit.tidy(ddf="between-within")["df"].tolist() == [69.0] * 6


def test_between_within_of_crossed_factors_is_refused(glmm_data):
    fit = multilevel.fit_glmm("rating ~ temp + (1 | judge) + (1 | bottle)", glmm_data("wine"), family="cumulative")
    with pytest.raises(MultilevelError, match="L112"):
        fit.tidy(ddf="between-within")


def test_contrasts_may_name_thresholds(glmm_fit):
    fit = glmm_fit("wine")
    row = fit.contrasts({"width": {"2|3": 1, "1|2": -1}}).iloc[0]
    close(row["estimate"], fit.thresholds.iloc[1] - fit.thresholds.iloc[0])
    covariance = fit.covariance().loc[["1|2", "2|3"], ["1|2", "2|3"]].to_numpy()
    close(row["std_error"], np.sqrt(np.array([-1, 1]) @ covariance @ np.array([-1, 1])))
    close(fit.contrasts([[1, 0]])["estimate"], fit.fixed_effects.iloc[0])


@pytest.mark.parametrize(
    ("code", "ask"),
    [
        ("L025", lambda fit: fit.contrasts({"a": {"tmp": 1}})),
        ("L025", lambda fit: fit.contrasts([[1, 0, 0]])),
        ("L022", lambda fit: fit.tidy(ddf="satterthwaite")),
        ("L056", lambda fit: fit.means("temp", kind="odds")),
        ("L005", lambda fit: fit.means("judge")),
    ],
)
def test_what_cannot_be_asked_is_refused(glmm_fit, code, ask):
    with pytest.raises(MultilevelError) as caught:
        ask(glmm_fit("wine"))
    assert caught.value.problems[0].code == code


def test_pooling_as_in_mice(glmm_values, glmm_data):
    """Without small-sample degrees of freedom those of Rubin (1987) are left, as in mice with dfcom = Inf."""
    frame = glmm_data("cbpp")
    herd, period = frame["herd"].astype(int), frame["period"].astype(int)
    fits = [
        multilevel.fit_glmm("incidence / size ~ x + (1 | herd)", frame.assign(x=((7 * herd + period * k) % 5) / 2))
        for k in range(1, 6)
    ]
    pooled, expected = multilevel.pool(fits), glmm_values["pool"]
    names = {"estimate": "qbar", "within": "ubar", "between": "b", "df": "df", "fraction_missing": "fmi"}
    for ours, theirs in names.items():
        close(pooled.table[ours], [row[theirs] for row in expected], rtol=5e-4)
    close(pooled.table["std_error"] ** 2, [row["t"] for row in expected], rtol=5e-4)
    tidy = pooled.tidy()
    close(tidy["p_value"], 2 * scipy.stats.t.sf(abs(tidy["estimate"] / tidy["std_error"]), tidy["df"]))


def test_pooling_keeps_thresholds_and_refuses_other_families(glmm_fit):
    fit = glmm_fit("wine")
    assert multilevel.pool([fit, fit]).table["term"].tolist()[:2] == ["1|2", "2|3"]
    with pytest.raises(MultilevelError, match="L027"):
        multilevel.pool([fit, glmm_fit("cbpp")])


def test_simple_slopes_and_contextual_effects():
    """Invented answers: the slope of x at a value of z is b_x + b_xz z, on the scale of log odds."""
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"team": np.repeat(np.arange(30), 12)})
    frame["z"] = rng.normal(size=30)[frame["team"]]
    frame["x"] = rng.normal(size=360) + 0.5 * frame["z"]
    frame = multilevel.center(frame, "x", by="team")
    eta = 0.5 * frame["x_within"] + frame["x_between"] + 0.6 * frame["x_within"] * frame["z"]
    frame["yes"] = rng.random(360) < 1 / (1 + np.exp(-eta))
    fit = multilevel.fit_glmm("yes ~ x_within * z + x_between + (1 | team)", frame)
    slopes = multilevel.simple_slopes(fit, "x_within", "z", [0.0, 1.0])
    effects = fit.fixed_effects
    close(slopes["estimate"], [effects["x_within"], effects["x_within"] + effects["x_within:z"]])
    assert np.isinf(slopes["df"]).all()
    region = multilevel.region_of_significance(fit, "x_within", "z", -3, 3)
    edge = multilevel.simple_slopes(fit, "x_within", "z", [region["high"][0]]).iloc[0]
    close(abs(edge["statistic"]), scipy.stats.norm.ppf(0.975), rtol=1e-6)
    context = multilevel.contextual_effect(fit, "x_within", "x_between", ddf="between-within").iloc[0]
    close(context["estimate"], effects["x_between"] - effects["x_within"])
    assert context["df"] == 30 - 1 - 2
