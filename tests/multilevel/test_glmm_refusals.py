"""Generalised models: what cannot be is refused, and what is doubtful is told."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.multilevel.glmm_invented import FAMILIES, fit_of, invented, numbers

from lcresearch import multilevel
from lcresearch.errors import LcresearchWarning, MultilevelError

quick = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))


@settings(quick, max_examples=20)
@given(
    row=st.integers(0, 150),
    value=st.sampled_from([np.inf, -np.inf]),
    case=st.sampled_from([(family, place) for family in FAMILIES for place in ("outcome", "x", "offset(hours)")]),
)
def test_a_value_that_is_not_finite_is_refused_with_row_and_column(row, value, case):
    family, place = case
    column = {"outcome": FAMILIES[family], "x": "x", "offset(hours)": "hours"}[place]
    frame = invented().astype({column: float}).rename(index=lambda number: f"person {number}")
    frame.loc[f"person {row}", column] = value
    with pytest.raises(MultilevelError) as caught:
        multilevel.fit_glmm(f"{FAMILIES[family]} ~ x + offset(hours) + (1 | team)", frame, family=family)
    (problem,) = caught.value.problems
    assert problem.code == "L008"
    assert f"person {row}" in str(problem)
    assert (column if place != "offset(hours)" else place) in str(problem)


@pytest.mark.parametrize("family", FAMILIES)
def test_one_group_only_is_refused(family):
    with pytest.raises(MultilevelError, match="L011"):
        fit_of(invented().assign(team="A"), family, "(1 | team)")


@pytest.mark.parametrize("family", ["binomial", "cumulative"])
def test_a_word_among_numbers_is_refused_with_its_row(family):
    frame = invented()
    answers = frame[FAMILIES[family]].astype(object).where(frame.index != 30, "no answer")
    with pytest.raises(MultilevelError, match="L115") as caught:
        fit_of(frame.assign(**{FAMILIES[family]: answers}), family)
    assert "'no answer'" in str(caught.value)
    assert "row 30" in str(caught.value)


def test_a_variance_of_zero_is_a_result_that_says_so():
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"team": np.repeat(np.arange(20), 10), "x": rng.normal(size=200)})
    frame["yes"] = np.tile([0, 1], 100)
    fit = fit_of(frame, random="(1 | team)")
    assert fit.singular
    assert fit.converged
    assert any("var(Intercept | team) = 0" in caution for caution in fit.cautions())
    alone = multilevel.fit_glmm("yes ~ x", frame)
    np.testing.assert_allclose(fit.tidy()["std_error"], alone.tidy()["std_error"], rtol=1e-4)
    np.testing.assert_allclose(fit.deviance, alone.deviance, atol=1e-7)


@pytest.mark.parametrize(
    ("change", "term"),
    [
        ({"x": lambda d: d["yes"] * 2.0 - 1 + 0.1 * d["x"]}, "x"),
        ({"yes": lambda d: d["yes"].where(d["helper"] != 3, 0)}, "C(helper)[T.3]"),
        ({"yes": lambda d: d["team"] % 2}, "(1 | team)"),
    ],
)
def test_complete_separation_is_told(change, term):
    frame = invented().assign(**change)
    formula = "yes ~ C(helper) + (1 | team)" if "helper" in term else "yes ~ x + (1 | team)"
    with pytest.warns(LcresearchWarning, match="L059"):
        fit = multilevel.fit_glmm(formula, frame)
    assert term in fit.separated()
    assert term in fit.cautions()[0]


def test_rows_with_missing_values_are_left_out_and_counted():
    frame = invented()
    holes = frame.assign(
        yes=frame["yes"].where(frame["helper"] != 2).astype("Int64"), x=frame["x"].where(frame["x"] < 2)
    )
    fit = fit_of(holes)
    whole = fit_of(frame[(frame["helper"] != 2) & (frame["x"] < 2)])
    np.testing.assert_allclose(numbers(fit), numbers(whole), rtol=1e-6)
    assert fit.n_dropped["yes"] == (frame["helper"] == 2).sum()


@pytest.mark.parametrize(
    ("code", "formula", "options"),
    [
        ("L050", "yes ~ x + (1 | team)", {"family": "gamma"}),
        ("L051", "yes ~ x + (1 | team)", {"link": "log"}),
        ("L052", "answer ~ x + (1 | team)", {}),
        ("L053", "word ~ x + (1 | team)", {"family": "cumulative"}),
        ("L054", "hours ~ x + (1 | team)", {"family": "poisson"}),
        ("L055", "yes ~ x + (1 | team)", {"weights": "hours"}),
        ("L057", "yes ~ x + (1 | team)", {"n_quadrature": 0}),
        ("L058", "yes ~ x + (1 + x | team)", {"n_quadrature": 5}),
        ("L060", "yes / count ~ x + (1 | team)", {"weights": "hours"}),
        ("L010", "one ~ x + (1 | team)", {}),
        ("L011", "yes ~ x + (1 | one)", {}),
        ("L012", "yes ~ x + (1 | row)", {}),
        ("L014", "yes ~ x + I(2 * x) + (1 | team)", {}),
    ],
)
def test_what_cannot_be_is_refused(code, formula, options):
    frame = invented().assign(word=lambda d: d["answer"].map(dict(enumerate("abcd", 1))), one=1)
    frame["row"] = np.arange(len(frame))
    with pytest.raises(MultilevelError) as caught:
        multilevel.fit_glmm(formula, frame, **options)
    assert caught.value.problems[0].code == code


def test_models_of_different_kinds_are_not_compared():
    linear = multilevel.fit_lmm("yes ~ x + (1 | team)", invented(), method="ML")
    with pytest.raises(MultilevelError, match="L024"):
        multilevel.compare(linear, fit_of(invented(), random="(1 | team)"))


def test_a_continuous_outcome_as_categories_is_warned_of():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"x": rng.normal(size=60), "y": rng.permutation(np.arange(60) % 25)})
    with pytest.warns(LcresearchWarning, match="25 different numbers"):
        multilevel.fit_glmm("y ~ x", frame, family="cumulative")


@pytest.mark.parametrize(("n_teams", "told"), [(40, False), (24, True)])
def test_z_tests_of_not_many_groups_are_told(n_teams, told):
    fit = fit_of(invented(n_teams=n_teams), random="(1 | team)")
    assert any("between-within" in caution and f"team ({n_teams})" in caution for caution in fit.cautions()) == told
