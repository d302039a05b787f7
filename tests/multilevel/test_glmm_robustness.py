"""Generalised models: what must not matter does not, and special cases give the numbers of simpler models."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.multilevel.glmm_invented import FAMILIES, fit_of, invented, numbers

from lcresearch import multilevel
from lcresearch.errors import MultilevelError
from lcresearch.multilevel.families import LINKS
from lcresearch.multilevel.joint_optimum import JointDeviance
from lcresearch.multilevel.laplace import laplace

quick = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))


BASE = {family: fit_of(invented(), family) for family in FAMILIES}


@quick
@given(seed=st.integers(0, 10_000), family=st.sampled_from(list(FAMILIES)))
def test_the_order_of_rows_does_not_matter(seed, family):
    shuffled = invented().sample(frac=1, random_state=seed)
    fit = fit_of(shuffled, family)
    np.testing.assert_allclose(numbers(fit), numbers(BASE[family]), rtol=1e-4, atol=1e-5)
    fitted = fit.predict().sort_index().to_numpy()
    np.testing.assert_allclose(fitted, BASE[family].predict().to_numpy(), atol=1e-4)


@quick
@given(seed=st.integers(0, 10_000), family=st.sampled_from(list(FAMILIES)), kind=st.sampled_from(["str", "category"]))
def test_the_names_of_groups_do_not_matter(seed, family, kind):
    frame = invented()
    names = np.random.default_rng(seed).permutation(100)
    renamed = frame.assign(team=pd.Series(names[frame["team"]]).astype(str).astype(kind))
    np.testing.assert_allclose(numbers(fit_of(renamed, family)), numbers(BASE[family]), rtol=1e-4, atol=1e-5)


@quick
@given(shift=st.floats(-1e3, 1e3), scale=st.floats(1e-3, 1e3), family=st.sampled_from(list(FAMILIES)))
def test_moving_and_stretching_a_predictor_changes_its_effect_as_it_must(shift, scale, family):
    fit = fit_of(invented().assign(x=lambda d: shift + scale * d["x"]), family)
    np.testing.assert_allclose(fit.fixed_effects["x"], BASE[family].fixed_effects["x"] / scale, rtol=1e-4)
    np.testing.assert_allclose(fit.deviance, BASE[family].deviance, atol=1e-6)


@pytest.mark.parametrize("family", FAMILIES)
def test_nested_groups_are_eliminated_as_crossed_ones_with_the_same_numbers(family):
    model, vector = BASE[family].model, BASE[family].optimum.vector + 0.1
    crossed = replace(model.rows, levels=None)
    one, other = (laplace(vector, rows, model.family, model.parameters) for rows in (model.rows, crossed))
    np.testing.assert_allclose(one.value, other.value, rtol=1e-12)
    np.testing.assert_allclose(one.gradient, other.gradient, atol=1e-8 * abs(one.gradient).max())


@pytest.mark.parametrize("n_quadrature", [1, 6])
@pytest.mark.parametrize(("family", "link"), [(family, link) for family in FAMILIES for link in LINKS[family]])
def test_the_gradient_is_exact(family, link, n_quadrature):
    random = "(0 + x | team)" if n_quadrature > 1 else "(1 + x | team) + (1 | helper)"
    fit = fit_of(invented(n_teams=8, size=3), family, random, link=link, n_quadrature=n_quadrature)
    deviance, vector = JointDeviance(fit.model, fit.model.parameters), fit.optimum.vector + 0.05
    steps = 1e-5 * np.eye(len(vector))
    numeric = [(deviance.at(vector + step)[0] - deviance.at(vector - step)[0]) / 2e-5 for step in steps]
    np.testing.assert_allclose(deviance.at(vector)[1], numeric, atol=2e-6 * max(np.abs(numeric).max(), 1))


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_two_ordered_categories_are_the_binary_model(link):
    ordinal = multilevel.fit_glmm("yes ~ x + (1 | team)", invented(), family="cumulative", link=link)
    binary = multilevel.fit_glmm("yes ~ x + (1 | team)", invented(), link=link)
    np.testing.assert_allclose(ordinal.deviance, binary.deviance, atol=1e-7)
    np.testing.assert_allclose(ordinal.thresholds.iloc[0], -binary.fixed_effects["Intercept"], atol=1e-5)
    np.testing.assert_allclose(ordinal.tidy()["std_error"], binary.tidy()["std_error"], rtol=1e-4)
    chances = ordinal.predict(kind="response")
    np.testing.assert_allclose(chances["1"], binary.predict(kind="response"), atol=1e-5)
    np.testing.assert_allclose(chances.sum(axis=1), 1)


KINDS = {
    "binomial": ["bool", "boolean", "int8", "Int64", "float32", "Float64", "object", "str", "string", "category"],
    "poisson": ["int8", "UInt16", "Int64", "float32", "Float64"],
    "cumulative": ["int8", "Int64", "float32", "Float64", "object", "str", "string", "category", "ordered"],
}
OUTCOMES = [(family, kind) for family, kinds in KINDS.items() for kind in kinds]


@settings(quick, max_examples=25)
@given(seed=st.integers(0, 10_000), outcome=st.sampled_from(OUTCOMES), missing=st.booleans())
def test_the_type_of_the_outcome_does_not_matter(seed, outcome, missing):
    """Missing answers too, where the type can hold them; thresholds keep their names (``1|2``, not ``1.0|2.0``)."""
    family, kind = outcome
    frame, column = invented(), FAMILIES[family]
    dtype = pd.CategoricalDtype(list(range(5)), ordered=True) if kind == "ordered" else kind
    own = frame[column].astype(dtype)
    gone = np.zeros(len(frame), dtype=bool)
    if missing and kind not in ("bool", "int8"):
        gone[np.random.default_rng(seed).integers(0, len(frame), 5)] = True
    fit = fit_of(frame.assign(**{column: own.mask(gone)}), family, "(1 | team)")
    same = fit_of(frame[~gone], family, "(1 | team)")
    np.testing.assert_allclose(numbers(fit), numbers(same), rtol=1e-6, atol=1e-7)
    assert fit.thresholds.index.tolist() == same.thresholds.index.tolist()
    assert fit.n_dropped["any"] == gone.sum()


@quick
@given(seed=st.integers(0, 10_000), kind=st.sampled_from(["str", "category", "ordered"]))
def test_words_in_order_are_their_numbers_with_categories_that_nobody_chose(seed, kind):
    words = ["never", "seldom", "often", "always"]
    frame = invented(seed % 7)
    order = ["not at all", *words, "more than that"]
    answers = pd.Series(np.array(words)[frame["answer"] - 1]).astype(pd.CategoricalDtype(order, ordered=True))
    fit = fit_of(frame.assign(answer=answers), "cumulative", "(1 | team)")
    np.testing.assert_allclose(numbers(fit), numbers(fit_of(frame, "cumulative", "(1 | team)")), rtol=1e-6, atol=1e-7)
    assert fit.categories == tuple(words)
    if kind != "ordered":
        with pytest.raises(MultilevelError, match="L053"):
            fit_of(frame.assign(answer=answers.astype(str).astype(kind)), "cumulative")


@quick
@given(seed=st.integers(0, 10_000), family=st.sampled_from(list(FAMILIES)), n_rows=st.integers(1, 3))
def test_a_group_with_one_row_takes_part(seed, family, n_rows):
    """Its mode is known as well as its one row and the spread of groups tell, never better than that."""
    frame = invented()
    more = frame.sample(n_rows, random_state=seed).assign(team=[900 + k for k in range(n_rows)])
    fit = fit_of(pd.concat([frame, more], ignore_index=True), family, "(1 | team)")
    assert fit.converged
    assert fit.n_groups == {"team": 24 + n_rows}
    modes = fit.random_effects["team"]["std_dev"].droplevel("term")
    alone, deviation = modes.loc[more["team"]], fit.variance_components["std_dev"].iloc[0]
    assert (alone <= deviation + 1e-9).all()
    if family != "cumulative":  # canonical links: the information of a row is the variance of its outcome
        mean = fit.predict(kind="response").iloc[-n_rows:].to_numpy()
        information = mean if family == "poisson" else mean * (1 - mean)
        np.testing.assert_allclose(alone, (deviation**-2 + information) ** -0.5, rtol=1e-4)
    assert len(fit.influence("team")) == 24 + n_rows


@quick
@given(team=st.integers(0, 23), category=st.integers(1, 4))
def test_a_category_that_is_empty_within_one_group_is_no_problem(team, category):
    frame = invented()
    inside = (frame["team"] == team) & (frame["answer"] == category)
    other = 2 if category != 2 else 3
    fit = fit_of(frame.assign(answer=frame["answer"].mask(inside, other)), "cumulative", "(1 | team)")
    assert fit.converged
    assert fit.categories == ("1", "2", "3", "4")
    assert np.isfinite(fit.tidy()["std_error"]).all()
    chances = fit.predict(pd.DataFrame({"x": [0.0], "team": [team]}), kind="response").iloc[0]
    assert (chances > 0).all()
    assert chances.sum() == pytest.approx(1)


@quick
@given(
    largest=st.integers(100, 1500),
    n_small=st.integers(5, 40),
    seed=st.integers(0, 10_000),
    family=st.sampled_from(list(FAMILIES)),
)
def test_groups_of_very_unequal_size(largest, n_small, seed, family):
    """One large group and many of one or two rows: the gradient is zero at the end, and no group is lost."""
    rng = np.random.default_rng(seed)
    team = np.concatenate(
        [np.zeros(largest, dtype=int), np.repeat(np.arange(1, n_small + 1), rng.integers(1, 3, n_small))]
    )
    x = rng.normal(size=len(team))
    eta = 0.4 * x + rng.normal(0, 0.7, n_small + 1)[team]
    frame = pd.DataFrame({"x": x, "team": team, "yes": (rng.random(len(team)) < 1 / (1 + np.exp(-eta))).astype(int)})
    frame["count"] = rng.poisson(np.exp(eta))
    frame["answer"] = np.digitize(eta + rng.logistic(size=len(team)), [-1, 0, 1.5]) + 1
    fit = fit_of(frame, family, "(1 | team)")
    assert fit.converged
    assert len(fit.random_effects["team"]) == n_small + 1
    table = fit.tidy()
    assert np.isfinite(table[["estimate", "std_error"]]).all(axis=None)
    order = rng.permutation(len(frame))
    np.testing.assert_allclose(fit_of(frame.iloc[order], family, "(1 | team)").deviance, fit.deviance, atol=1e-5)


def test_one_node_of_quadrature_is_laplace_and_many_agree():
    fits = [fit_of(invented(), random="(1 | team)", n_quadrature=n) for n in (1, 2, 15, 31)]
    assert abs(fits[2].deviance - fits[3].deviance) < 1e-6 < abs(fits[0].deviance - fits[3].deviance)


def test_names_and_truth_values_stand_for_zero_and_one():
    frame = invented()
    words = frame.assign(yes=np.where(frame["yes"] == 1, "yes", "no"))
    truths = frame.assign(yes=frame["yes"].astype("boolean"))
    for other in (words, words.astype({"yes": "category"}), truths):
        np.testing.assert_allclose(numbers(fit_of(other)), numbers(BASE["binomial"]), rtol=1e-6)
    assert any("'yes'" in caution for caution in fit_of(words).cautions())


def test_trials_are_as_many_rows():
    frame = invented().assign(x=lambda d: d["x"].round())
    grouped = frame.groupby(["x", "team"], as_index=False).agg(wins=("yes", "sum"), n=("yes", "size"))
    one = multilevel.fit_glmm("yes ~ x + (1 | team)", frame)
    other = multilevel.fit_glmm("wins / n ~ x + (1 | team)", grouped)
    np.testing.assert_allclose(other.tidy()["estimate"], one.tidy()["estimate"], atol=1e-5)
    np.testing.assert_allclose(other.tidy()["std_error"], one.tidy()["std_error"], rtol=1e-4)


def test_an_offset_is_an_effect_of_one():
    frame = invented()
    fit = multilevel.fit_glmm("count ~ x + offset(log(hours)) + (1 | team)", frame, family="poisson")
    doubled = frame.assign(hours=2 * frame["hours"])
    other = multilevel.fit_glmm("count ~ x + offset(log(hours)) + (1 | team)", doubled, family="poisson")
    np.testing.assert_allclose(fit.fixed_effects["Intercept"] - other.fixed_effects["Intercept"], np.log(2), atol=1e-5)
    np.testing.assert_allclose(fit.predict(kind="response"), other.predict(kind="response"), rtol=1e-5)


def test_a_model_without_groups_has_the_score_equations_of_a_regression():
    frame = invented()
    fit = multilevel.fit_glmm("yes ~ x", frame)
    left = frame["yes"] - fit.fitted()
    np.testing.assert_allclose([left.sum(), (left * frame["x"]).sum()], 0, atol=1e-5)
    assert fit.variance_components.empty
    assert fit.random_effects == {}


def test_all_zeros_in_a_group_is_no_problem():
    frame = invented()
    fit = fit_of(frame.assign(yes=frame["yes"].where(frame["team"] > 2, 0)), random="(1 | team)")
    assert fit.converged
    lowest = fit.random_effects["team"]["estimate"].droplevel("term").nsmallest(3).index
    assert set(lowest) & {0, 1, 2}


def test_another_kind_of_prediction_is_refused():
    with pytest.raises(MultilevelError, match="L056"):
        BASE["binomial"].predict(kind="odds")


def test_an_effect_of_each_row_is_allowed_for_counts():
    frame = invented()
    frame["row"] = np.arange(len(frame))
    assert multilevel.fit_glmm("count ~ x + (1 | row)", frame, family="poisson").n_groups["row"] == len(frame)


def test_it_prints_with_its_family_and_variances():
    text = str(BASE["cumulative"])
    assert "Generalised linear mixed model" in text
    assert "1|2" in text
    assert "firm:team" in text


def test_what_the_distribution_adds_is_that_of_nakagawa_2017():
    frame = invented()
    probit = multilevel.fit_glmm("yes ~ x + (1 | team)", frame, link="probit")
    assert probit.variance_shares.residual == 1
    assert BASE["cumulative"].variance_shares.residual == pytest.approx(np.pi**2 / 3)
    assert BASE["poisson"].variance_shares.residual == pytest.approx(np.log1p(1 / frame["count"].mean()))
    variance = probit.variance_components["covariance"].iloc[0]
    assert probit.icc()["icc"].iloc[0] == pytest.approx(variance / (variance + 1))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("random", ["(1 | team)", "(1 + x | team)", "(1 | team) + (1 | helper)"])
def test_large_counts_and_predictors_far_from_zero_end_at_the_optimum(seed, random):
    rng = np.random.default_rng(seed)
    frame = invented(seed).assign(x=lambda d: 100 + 10 ** rng.uniform(-2, 2) * d["x"])
    frame["count"] = rng.poisson(np.exp(6 + rng.normal(0, rng.choice([0, 0.1, 1]), 24)[frame["team"]]))
    fit = fit_of(frame, "poisson", random)
    assert fit.converged
    assert np.isfinite(fit.tidy()["std_error"]).all()
