"""Tests of whole terms as lmerTest has them, and what is asked of a fit that cannot be answered."""

import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lcresearch.errors import LcresearchError, LcresearchWarning, MultilevelError
from lcresearch.multilevel import Crossproducts, compare, crossproducts, fit_lmm, mediation

DATA = Path(__file__).parents[1] / "reference" / "data"
close = np.testing.assert_allclose


@pytest.fixture(scope="module")
def schools():
    frame = pd.read_csv(DATA / "bdf.csv.gz").rename(columns=lambda name: name.replace(".", "_"))
    return frame.assign(denomina=frame["denomina"].astype(str), sex=frame["sex"].astype(str))


@pytest.fixture(scope="module")
def invented():
    """Invented answers of 240 persons in 12 groups, with weights; group 5 alone is sector z."""
    rng = np.random.default_rng(3)
    group = np.repeat(np.arange(12), 20)
    frame = pd.DataFrame({"group": group, "x": rng.normal(size=240), "z": rng.normal(size=240)})
    frame["sector"] = np.where(group == 5, "z", np.repeat(list("abc"), 80))
    frame["weight"] = rng.uniform(0.5, 5, 240)
    frame["y"] = frame["x"] + rng.normal(size=12)[group] + rng.normal(size=240) / np.sqrt(frame["weight"])
    return frame


def codes(error):
    return [problem.code for problem in error.value.problems]


def test_degrees_of_freedom_of_terms_in_unbalanced_interactions(schools):
    """anova() of lmerTest 3.1-3 for lmer(langPOST ~ IQ.verb * denomina + sex * denomina + (1 + IQ.verb | schoolNR)),
    bobyqa with rhoend = 1e-10 (R 4.5.0, lme4 1.1-37).
    """
    fit = fit_lmm("langPOST ~ IQ_verb * denomina + sex * denomina + (1 + IQ_verb | schoolNR)", schools)
    table = fit.terms().set_index("term")
    expected = {
        "IQ_verb": (119.1306219, 490.419839020), "denomina": (113.5114026, 1.853463118),
        "sex": (2163.7962670, 51.441781250), "denomina:sex": (2182.4233560, 1.602494473),
        "IQ_verb:denomina": (111.1289156, 2.093147801),
    }  # fmt: skip
    for term, (den_df, statistic) in expected.items():
        names = [name for name in table.index if set(name.split(":")) == set(term.split(":"))]
        close(table.loc[names[0], ["den_df", "statistic"]].astype(float), [den_df, statistic], rtol=1e-5)


def test_terms_do_not_depend_on_the_order_of_levels(schools):
    formula = "langPOST ~ IQ_verb * denomina + (1 | schoolNR)"
    turned = schools.assign(denomina=pd.Categorical(schools["denomina"], list("4231")))
    one, other = (fit_lmm(formula, frame).terms().set_index("term") for frame in (schools, turned))
    close(one.loc["denomina", "statistic"], other.loc["denomina", "statistic"], rtol=1e-6)
    close(one.loc["denomina", "den_df"], other.loc["denomina", "den_df"], rtol=0.02)


def test_polynomials_of_years_are_tested_as_those_of_waves(invented):
    rng = np.random.default_rng(1)
    frame = invented.assign(wave=rng.integers(1, 5, 240))
    frame["year"] = frame["wave"] + 2020
    waves, years = (fit_lmm(f"y ~ poly({name}, 2) * sector + (1 | group)", frame).terms() for name in ("wave", "year"))
    close(years[["statistic", "den_df"]], waves[["statistic", "den_df"]], rtol=1e-6)


def test_two_bars_write_products_out(invented):
    short = fit_lmm("y ~ x * z + (x * z || group)", invented)
    long = fit_lmm("y ~ x * z + (1 | group) + (0 + x | group) + (0 + z | group) + (0 + x:z | group)", invented)
    assert short.n_parameters == long.n_parameters == 9
    close(short.deviance, long.deviance, rtol=1e-12)


def test_influence_with_weights_is_fitting_without_the_rows(invented):
    fit = fit_lmm("y ~ x + (1 | group)", invented, weights="weight")
    table = fit.influence("group")
    without = fit_lmm("y ~ x + (1 | group)", invented[invented["group"] != 3], weights="weight")
    close(table.loc[3, ["Intercept", "x"]].astype(float), without.fixed_effects, rtol=1e-8)
    assert (table["n"] == 20).all()


def test_a_group_that_alone_carries_an_effect_has_no_influence_and_is_named(invented):
    with pytest.warns(LcresearchWarning, match="L038"):
        table = fit_lmm("y ~ x + sector + (1 | group)", invented).influence("group")
    assert table.index[table["cooks_distance"].isna()].tolist() == [5]


@pytest.mark.parametrize("formula", ["y ~ x + C(group) + (1 | group)", "y ~ x * sector + (x || sector)"])
def test_a_factor_is_fixed_or_random_but_not_both(invented, formula):
    with pytest.raises(MultilevelError) as error:
        fit_lmm(formula, invented)
    assert codes(error) == ["L039"]


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda fit: fit.robust("cr2"), "L068"),
        (lambda fit: fit.robust("HC3"), "L068"),
        (lambda fit: fit.tidy(conf_level=95), "L067"),
        (lambda fit: fit.confint("profile", conf_level=95), "L067"),
        (lambda fit: fit.confint("profile", criterion="ml"), "L068"),
    ],
)
def test_words_and_levels_that_do_not_exist(invented, ask, code):
    fit = fit_lmm("y ~ x + (1 | group)", invented)
    with pytest.raises(MultilevelError) as error:
        ask(fit)
    assert codes(error) == [code]


def test_models_of_other_rows_or_weights_are_not_compared(invented):
    small, large = "y ~ 1 + (1 | group)", "y ~ x + (1 | group)"
    pairs = [
        (fit_lmm(small, invented[:200]), fit_lmm(large, invented[40:])),
        (fit_lmm(small, invented), fit_lmm(large, invented, weights="weight")),
        (fit_lmm(small, crossproducts(small, invented[:200])), fit_lmm(large, crossproducts(large, invented[40:]))),
    ]
    for pair in pairs:
        with pytest.raises(MultilevelError) as error:
            compare(*pair)
        assert codes(error) == ["L024"]
    whole = compare(fit_lmm(small, crossproducts(small, invented)), fit_lmm(large, invented))
    close(
        whole.tidy()["statistic"].iloc[1],
        compare(fit_lmm(small, invented), fit_lmm(large, invented)).tidy()["statistic"].iloc[1],
    )


def test_wald_intervals_of_variances_cover_as_in_a_balanced_layout():
    """In a balanced one-way layout the log of the residual mean square has variance 2 / df, whatever the groups."""
    rng = np.random.default_rng(3)
    team = np.repeat(np.arange(12), 5)
    y = rng.normal(0, 1, 12)[team] + rng.normal(size=60)
    fit = fit_lmm("y ~ 1 + (1 | team)", pd.DataFrame({"y": y, "team": team}))
    table = fit.confint().set_index(["group", "term"])
    sigma = table.loc[("residual", "")]
    half = 1.959963984540054 * np.sqrt(2 / 48) / 2
    close(np.log(sigma["conf_high"] / sigma["estimate"]), half, rtol=1e-6)
    means = y.reshape(12, 5).mean(axis=1)
    between, within = 5 * means.var(ddof=1), ((y - means[team]) ** 2).sum() / 48
    tau2 = (between - within) / 5
    variance = (2 * between**2 / 11 + 2 * within**2 / 48) / 25
    tau = table.loc[("team", "Intercept")]
    close(np.log(tau["conf_high"] / tau["estimate"]), 1.959963984540054 * np.sqrt(variance) / (2 * tau2), rtol=1e-6)


def test_wald_intervals_of_correlations_are_those_of_the_same_model_with_slopes_turned_round():
    """The coding of a covariate changes the sign of a correlation and nothing else."""
    rng = np.random.default_rng(8)
    team, x = np.repeat(np.arange(40), 8), np.tile(np.linspace(-1, 1, 8), 40)
    effects = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 0.8]], 40)
    frame = pd.DataFrame({"team": team, "x": x, "y": effects[team, 0] + effects[team, 1] * x + rng.normal(size=320)})
    fits = [fit_lmm("y ~ x + (1 + x | team)", frame.assign(x=sign * frame["x"])) for sign in (1, -1)]
    one, other = (fit.confint().set_index(["group", "term"])[["estimate", "conf_low", "conf_high"]] for fit in fits)
    row = ("team", "Intercept, x")
    assert one.loc[row, "estimate"] == pytest.approx(fits[0].variance_components["correlation"].dropna().iloc[0])
    close(one.loc[row].to_numpy(), -other.loc[row, ["estimate", "conf_high", "conf_low"]].to_numpy(), rtol=1e-4)
    assert one.loc[row, "conf_low"] < one.loc[row, "estimate"] < one.loc[row, "conf_high"] < 1


def test_residual_degrees_of_freedom_are_rows_less_coefficients():
    frame = pd.DataFrame({"team": np.repeat(np.arange(6), 4), "x": np.tile([0.0, 1, 2, 3], 6)})
    frame["y"] = np.random.default_rng(2).normal(size=24) + frame["team"]
    assert fit_lmm("y ~ x + (1 | team)", frame).tidy(ddf="residual")["df"].tolist() == [22, 22]


def test_sums_of_persons_with_slopes_come_back_from_a_file(tmp_path):
    rng = np.random.default_rng(6)
    person = np.repeat(np.arange(90), 3)
    frame = pd.DataFrame({"person": person, "wave": np.tile([0, 1, 2], 90), "team": person // 9})
    frame["y"] = rng.normal(size=90)[person] + 0.3 * frame["wave"] + rng.normal(size=270)
    formula = "y ~ wave + (0 + wave | team) + (1 | team:person)"
    parts = [
        crossproducts(formula, part, persons="person") for part in (frame[frame["team"] < 5], frame[frame["team"] >= 5])
    ]
    whole = parts[0] + parts[1]
    back = Crossproducts.load(whole.save(tmp_path / "sums.parquet"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LcresearchWarning)
        close(fit_lmm(formula, back).deviance, fit_lmm(formula, whole).deviance, rtol=1e-12)


@pytest.mark.parametrize("formula", ["y ~ 0 + sector + (1 | group)", "y ~ 0 + sector + x + (1 + x | group)"])
def test_outcomes_far_from_zero_lose_nothing_without_an_intercept(invented, formula):
    frame = invented.assign(sector=np.tile(list("ab"), 120))
    near, far = fit_lmm(formula, frame), fit_lmm(formula, frame.assign(y=frame["y"] + 1e6))
    close(far.deviance, near.deviance, atol=1e-7)
    moved = near.fixed_effects.index.str.startswith("sector") * 1e6
    close(far.fixed_effects - moved, near.fixed_effects, atol=1e-7)


def test_explained_variance_counts_each_row_once_whatever_its_weight(invented):
    fit = fit_lmm("y ~ x + (1 | group)", invented, weights="weight")
    fixed = np.var(fit.fixed_effects["x"] * invented["x"], ddof=1)
    components = fit.variance_components.set_index("group")["covariance"]
    close(fit.r_squared()["marginal"], fixed / (fixed + components["group"] + components["residual"]), rtol=1e-10)


def test_the_tables_of_a_fit_travel_as_json(invented):
    fit = fit_lmm("y ~ x + sector + (1 | group)", invented)
    found = json.loads(json.dumps(fit.to_dict()))
    assert found["result"] == "LinearMixedModel"
    assert [row["term"] for row in found["tidy"]] == list(fit.fixed_effects.index)
    assert [row["group"] for row in found["variance_components"]] == ["group", "residual"]
    with pytest.raises(LcresearchError) as error:
        type(fit).from_dict(found)
    assert codes(error) == ["G005"]


@pytest.mark.parametrize(("seed", "error", "df"), [(1001, 0.1195, 6.26), (1015, 0.0952, 5.66), (1032, 0.0902, 5.27)])
def test_kenward_roger_in_crossed_models_at_the_edge(seed, error, df):
    """Standard error and degrees of freedom of x by pbkrtest 0.5.4; the correlation of the slopes is at 1."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"a": rng.integers(0, 20, 120), "b": rng.integers(0, 8, 120), "x": rng.normal(size=120)})
    frame["y"] = 0.3 * frame["x"] + rng.normal(size=20)[frame["a"]] + rng.normal(size=120)
    row = fit_lmm("y ~ x + (1 | a) + (1 + x | b)", frame).tidy(ddf="kenward-roger").iloc[1]
    close(row["std_error"], error, atol=6e-5)
    close(row["df"], df, atol=6e-3)


def test_no_rows_have_no_predictions(invented):
    table = fit_lmm("y ~ x + (1 | group)", invented).predict(invented.head(0), interval="prediction")
    assert table.shape == (0, 5)


def test_mediation_says_that_yes_and_no_are_taken_as_numbers(invented):
    frame = invented.assign(useful=(invented["z"] > 0).astype(int))
    with pytest.warns(LcresearchWarning, match="L116"):
        mediation(frame, outcome="y", mediator="useful", cause="x", group="group", n_draws=1000, seed=1)
