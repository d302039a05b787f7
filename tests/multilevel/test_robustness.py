"""What must not matter does not, and what cannot be is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lcresearch import multilevel
from lcresearch.errors import MultilevelError

FORMULA = "y ~ x + z + (1 + x | team) + (1 | firm)"
quick = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


def invented(seed=0, n_firms=8, n_teams=4, size=6):
    """Invented answers: teams of unequal size in firms."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(2, size * 2, n_firms * n_teams)
    team = np.repeat(np.arange(n_firms * n_teams), sizes)
    firm = team // n_teams
    x, z = rng.normal(size=(2, len(team)))
    slopes = rng.normal(0, 0.4, n_firms * n_teams)[team]
    y = 3 + 0.4 * x + slopes * x + rng.normal(0, 0.6, n_firms)[firm] + rng.normal(0, 0.5, len(sizes))[team]
    return pd.DataFrame({"y": y + rng.normal(size=len(team)), "x": x, "z": z, "team": team, "firm": firm})


def numbers(fit):
    return np.concatenate([fit.tidy(ddf="none")["estimate"], fit.variance_components["covariance"], [fit.deviance]])


BASE = multilevel.fit_lmm(FORMULA, invented())


@quick
@given(seed=st.integers(0, 10_000))
def test_the_order_of_rows_does_not_matter(seed):
    shuffled = invented().sample(frac=1, random_state=seed)
    np.testing.assert_allclose(numbers(multilevel.fit_lmm(FORMULA, shuffled)), numbers(BASE), rtol=1e-5, atol=1e-6)


@quick
@given(seed=st.integers(0, 10_000), kind=st.sampled_from(["str", "category", "Int64", "string", "object"]))
def test_the_names_of_groups_do_not_matter(seed, kind):
    frame = invented()
    names = np.random.default_rng(seed).permutation(100)
    texts = pd.Series(names[frame["team"]])
    renamed = frame.assign(team=texts.astype("Int64") if kind == "Int64" else texts.astype(str).astype(kind))
    np.testing.assert_allclose(numbers(multilevel.fit_lmm(FORMULA, renamed)), numbers(BASE), rtol=1e-5, atol=1e-6)


@quick
@given(
    shift=st.floats(-1e4, 1e4), scale=st.floats(1e-3, 1e3), shift_y=st.floats(-1e4, 1e4), scale_y=st.floats(1e-3, 1e3)
)
def test_moving_and_stretching_columns_changes_estimates_as_it_must(shift, scale, shift_y, scale_y):
    frame = invented()
    moved = frame.assign(x=shift + scale * frame["x"], y=shift_y + scale_y * frame["y"])
    fit = multilevel.fit_lmm(FORMULA, moved)
    slope = BASE.fixed_effects["x"] * scale_y / scale
    intercept = shift_y + scale_y * BASE.fixed_effects["Intercept"] - slope * shift
    error = BASE.tidy(ddf="none")["std_error"].to_numpy() * scale_y
    np.testing.assert_allclose(fit.fixed_effects["x"], slope, atol=1e-4 * error[1] / scale)
    np.testing.assert_allclose(
        fit.fixed_effects["Intercept"], intercept, atol=1e-4 * (error[0] + error[1] * abs(shift) / scale)
    )
    np.testing.assert_allclose(fit.sigma, BASE.sigma * scale_y, rtol=1e-5)
    np.testing.assert_allclose(fit.fitted(), shift_y + scale_y * BASE.fitted(), atol=1e-4 * scale_y)
    constant = (fit.n - 3) * 2 * np.log(scale_y) + 2 * np.log(scale)
    np.testing.assert_allclose(fit.deviance - BASE.deviance, constant, atol=1e-5)


def test_rows_with_missing_values_are_left_out_and_counted():
    frame = invented()
    frame.loc[[0, 3], "x"] = np.nan
    frame.loc[[3, 5], "y"] = np.nan
    frame["team"] = frame["team"].astype("Int64")
    frame.loc[7, "team"] = pd.NA
    fit = multilevel.fit_lmm(FORMULA, frame)
    assert fit.n_dropped.to_dict() == {"y": 2, "x": 2, "team": 1, "any": 4}
    whole = multilevel.fit_lmm(FORMULA, frame.dropna().astype({"team": int}))
    np.testing.assert_allclose(numbers(fit), numbers(whole), rtol=1e-8)
    assert fit.fitted().index.tolist() == frame.dropna().index.tolist()
    assert any("4" in caution for caution in fit.cautions())


def test_columns_of_all_kinds_are_predictors():
    frame = invented()
    rng = np.random.default_rng(1)
    kinds = frame.assign(
        yes=rng.random(len(frame)) < 0.5,
        whole=pd.array(rng.integers(0, 5, len(frame)), dtype="Int64"),
        role=pd.Categorical(rng.choice(["maker", "boss"], len(frame)), categories=["boss", "maker", "nobody"]),
        sector=pd.Series(rng.choice(list("abc"), len(frame)), dtype="string"),
    )
    fit = multilevel.fit_lmm("y ~ yes + whole + role + sector + (1 | team)", kinds)
    expected = ["Intercept", "yes", "whole", "role[T.maker]", "sector[T.b]", "sector[T.c]"]
    assert fit.tidy()["term"].tolist() == expected


def test_columns_inside_functions_and_with_spaces_in_their_names():
    frame = invented().assign(**{"z z": lambda d: d["z"] + 9})
    fit = multilevel.fit_lmm("y ~ poly(x, 2) + scale(z) + offset(0 * sqrt(x**2)) + (1 | team)", frame)
    quoted = multilevel.fit_lmm("y ~ x + I(x**2) + `z z` + (1 | team)", frame)
    np.testing.assert_allclose(fit.fitted(), quoted.fitted(), atol=1e-6)
    assert len(fit.predict(frame[["x", "z", "team"]])) == len(frame)
    with pytest.raises(MultilevelError) as refused:
        fit.predict(frame[["x", "team"]])
    assert refused.value.problems[0].code == "L023"


def test_precision_weights_equal_means_of_equal_rows():
    """A mean of m answers has the residual variance divided by m (a closed form)."""
    rng = np.random.default_rng(2)
    team = np.repeat(np.arange(15), 8)
    frame = pd.DataFrame({"team": team, "person": np.arange(120), "m": rng.integers(1, 6, 120)})
    frame["y"] = rng.normal(0, 1, 15)[team] + rng.normal(size=120) / np.sqrt(frame["m"])
    weighted = multilevel.fit_lmm("y ~ 1 + (1 | team)", frame, weights="m", method="ML")
    v = np.diag(1 / frame["m"]) * weighted.estimates.sigma2
    v += (team[:, None] == team) * weighted.estimates.covariances[0][0, 0]
    residual = frame["y"].to_numpy() - weighted.fixed_effects["Intercept"]
    density = np.linalg.slogdet(2 * np.pi * v)[1] + residual @ np.linalg.solve(v, residual)
    np.testing.assert_allclose(weighted.deviance, density, rtol=1e-10)
    assert weighted.deviance < multilevel.fit_lmm("y ~ 1 + (1 | team)", frame, method="ML").deviance


def test_an_offset_counts_in_estimates_and_predictions():
    frame = invented().assign(known=lambda d: 5 * d["z"])
    moved = frame.assign(y=frame["y"] + frame["known"])
    with_offset = multilevel.fit_lmm("y ~ x + offset(known) + (1 | team)", moved)
    without = multilevel.fit_lmm("y ~ x + (1 | team)", frame)
    np.testing.assert_allclose(numbers(with_offset), numbers(without), rtol=1e-8)
    np.testing.assert_allclose(with_offset.fitted(), without.fitted() + frame["known"], rtol=1e-8)
    np.testing.assert_allclose(with_offset.predict(moved), with_offset.fitted(), rtol=1e-8)


def test_a_variance_of_zero_is_a_result_that_says_so():
    rng = np.random.default_rng(4)
    team = np.repeat(np.arange(10), 6)
    y = rng.normal(size=60)
    y -= pd.Series(y).groupby(team).transform("mean").to_numpy()
    fit = multilevel.fit_lmm("y ~ 1 + (1 | team)", pd.DataFrame({"y": y, "team": team}))
    assert fit.singular
    assert fit.converged
    assert fit.variance_components["covariance"][0] < 1e-8
    assert any("var(Intercept | team) = 0" in caution for caution in fit.cautions())
    np.testing.assert_allclose(fit.sigma, y.std(ddof=1), rtol=1e-6)
    assert np.isfinite(fit.tidy()["df"]).all()


def test_a_group_with_one_row_takes_part():
    frame = pd.concat([invented(), pd.DataFrame({"y": [9.0], "x": [1.0], "z": [0.0], "team": [999], "firm": [999]})])
    fit = multilevel.fit_lmm("y ~ x + (1 | team)", frame.reset_index(drop=True))
    assert fit.n_groups == {"team": 33}
    assert fit.converged
    assert fit.random_effects["team"].index[-1] == (999, "Intercept")


@pytest.mark.parametrize(
    ("change", "formula", "code"),
    [
        ({"team": 1}, "y ~ x + (1 | team)", "L011"),
        ({"y": 3.0}, "y ~ x + (1 | team)", "L010"),
        ({"x": 2.0}, "y ~ x + (1 | team)", "L014"),
        ({}, "y ~ x + I(2 * x) + (1 | team)", "L014"),
        ({}, "y ~ 1 + (1 + x + I(3 * x) | team)", "L013"),
        ({"team": range(len(invented()))}, "y ~ x + (1 | team)", "L012"),
        ({"y": np.nan}, "y ~ x + (1 | team)", "L006"),
        ({"x": np.inf}, "y ~ x + (1 | team)", "L008"),
    ],
)
def test_models_that_cannot_be_identified_are_refused(change, formula, code):
    with pytest.raises(MultilevelError) as refused:
        multilevel.fit_lmm(formula, invented().assign(**change))
    assert [problem.code for problem in refused.value.problems] == [code]


def test_an_outcome_that_is_explained_in_full_is_refused():
    frame = invented().assign(y=lambda d: 2 + 3 * d["x"])
    with pytest.raises(MultilevelError) as refused:
        multilevel.fit_lmm("y ~ x + (1 | team)", frame)
    assert refused.value.problems[0].code == "L019"


@pytest.mark.parametrize(("changes", "code"), [({"method": "reml"}, "L017"), ({"engine": "magic"}, "L018")])
def test_unknown_choices_are_named(changes, code):
    with pytest.raises(MultilevelError) as refused:
        multilevel.fit_lmm(FORMULA, invented(), **changes)
    assert refused.value.problems[0].code == code


def test_kenward_roger_needs_reml_and_methods_are_named():
    fit = BASE.refit("ML")
    with pytest.raises(MultilevelError) as refused:
        fit.tidy(ddf="kenward-roger")
    assert refused.value.problems[0].code == "L020"
    with pytest.raises(MultilevelError) as unknown:
        fit.tidy(ddf="satterthwait")
    assert unknown.value.problems[0].code == "L022"
