import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.multivariate.factor_rotation import rotate_factors

from lcresearch import measurement
from lcresearch.errors import MeasurementError
from lcresearch.measurement.exploratory.extraction import _newton, extract
from lcresearch.measurement.exploratory.rotation import CRITERIA, kaiser_weights, rotate

ITEMS = list("abcdefgh")
PATTERN = np.array([[0.85, 0.8, 0.7, 0.6, 0, 0, 0, 0], [0, 0, 0, 0, 0.75, 0.7, 0.6, 0.5]]).T
PHI = np.array([[1, 0.4], [0.4, 1]])


def exact(pattern=PATTERN, phi=PHI, items=ITEMS):
    """The correlations that a factor model implies."""
    implied = pattern @ phi @ pattern.T
    np.fill_diagonal(implied, 1.0)
    return pd.DataFrame(implied, index=items, columns=items)


@pytest.fixture(scope="module")
def answers():
    """300 persons on eight items of two factors that correlate .4 (made up)."""
    rng = np.random.default_rng(21)
    factors = rng.multivariate_normal([0, 0], PHI, size=300)
    unique = np.sqrt(1 - np.diag(PATTERN @ PHI @ PATTERN.T))
    return pd.DataFrame(factors @ PATTERN.T + rng.normal(size=(300, 8)) * unique, columns=ITEMS)


@pytest.mark.parametrize("method", ["minres", "ml"])
@pytest.mark.parametrize("rotation", ["oblimin", "geomin"])
def test_a_model_that_holds_exactly_comes_back(method, rotation):
    result = measurement.factor_analysis(exact(), ITEMS, 2, method=method, rotation=rotation, n_persons=500)
    # oblimin of a perfect simple structure is that structure; geomin's epsilon moves it a little
    assert np.abs(result.pattern.to_numpy()) == pytest.approx(PATTERN, abs=1e-5 if rotation == "oblimin" else 0.05)
    assert result.fit["chi_square"] == pytest.approx(0, abs=1e-8)
    assert np.abs(result.residuals.to_numpy() - np.diag(result.items["uniqueness"])).max() < 1e-7
    assert result.converged
    assert result.cautions() == []


@given(st.integers(0, 2**31), st.sampled_from(["oblimin", "varimax", "quartimax", "geomin"]))
@settings(max_examples=15, deadline=None)
def test_gradients_of_the_criteria(seed, name):
    loadings = np.random.default_rng(seed).normal(size=(6, 3)) * 0.5
    slope = CRITERIA[name](loadings)[1]
    step = 1e-6
    for i, k in ((0, 0), (3, 2), (5, 1)):
        moved = [loadings.copy(), loadings.copy()]
        moved[0][i, k] += step
        moved[1][i, k] -= step
        numerical = (CRITERIA[name](moved[0])[0] - CRITERIA[name](moved[1])[0]) / (2 * step)
        assert slope[i, k] == pytest.approx(numerical, rel=1e-4, abs=1e-7)


@given(st.integers(0, 2**31))
@settings(max_examples=15, deadline=None)
def test_rotation_does_not_depend_on_where_it_starts(seed):
    rng = np.random.default_rng(seed)
    loadings = extract(exact().to_numpy(), 2).loadings
    turned = loadings @ np.linalg.qr(rng.normal(size=(2, 2)))[0]
    assert rotate(turned, "oblimin").loadings == pytest.approx(rotate(loadings, "oblimin").loadings, abs=1e-6)


@pytest.mark.parametrize(
    ("rotation", "name", "options"), [("oblimin", "oblimin", (0, "oblique")), ("quartimax", "quartimax", ())]
)
def test_rotations_of_statsmodels(answers, rotation, name, options):
    loadings = extract(answers.corr().to_numpy(), 2).loadings
    theirs = rotate_factors(loadings, name, *options, tol=1e-9, max_tries=5000)[0]
    ours = rotate(loadings, rotation).loadings
    assert np.sort(np.abs(theirs).sum(axis=0)) == pytest.approx(np.sort(np.abs(ours).sum(axis=0)), abs=1e-5)


def test_orthogonal_rotation_keeps_communalities(answers):
    loadings = extract(answers.corr().to_numpy(), 3).loadings
    for rotation in ("varimax", "quartimax"):
        assert kaiser_weights(rotate(loadings, rotation).loadings) == pytest.approx(kaiser_weights(loadings))


def test_scores_do_what_their_method_promises(answers):
    result = measurement.factor_analysis(answers, ITEMS, 2)
    phi = result.factor_correlations.to_numpy()
    ten_berge = result.scores(answers, "ten-berge")
    assert ten_berge.corr().to_numpy() == pytest.approx(phi, abs=1e-8)
    regression = result.scores(answers)
    # determinacy is the standard deviation of regression scores
    assert regression.std().to_numpy() == pytest.approx(result.variance["determinacy"].to_numpy(), abs=1e-8)
    bartlett = result.score_weights("bartlett").to_numpy()
    assert bartlett.T @ result.pattern.to_numpy() == pytest.approx(np.eye(2), abs=1e-8)


def test_a_person_with_an_open_item_has_no_score(answers):
    result = measurement.factor_analysis(answers, ITEMS, 2)
    some = answers.head(3).copy()
    some.loc[1, "c"] = np.nan
    scores = result.scores(some)
    assert scores.isna().all(axis=1).tolist() == [False, True, False]
    assert list(scores.columns) == ["F1", "F2"]


def test_missing_answers_are_counted(answers):
    some = answers.copy()
    some.loc[:9, "a"] = np.nan
    some.loc[20] = np.nan
    pairwise = measurement.factor_analysis(some, ITEMS, 2)
    complete = measurement.factor_analysis(some, ITEMS, 2, missing="complete")
    assert (pairwise.n, complete.n) == (299, 289)
    assert [p.code for p in pairwise.problems] == ["M306", "M310"]
    assert [(p.code, p.values["n"]) for p in complete.problems] == [("M307", 11)]


def test_a_heywood_case_is_named():
    pattern = PATTERN.copy()
    table = exact(pattern)
    table.loc["a", "b"] = table.loc["b", "a"] = 0.93
    table.loc["a", "c"] = table.loc["c", "a"] = 0.75
    result = measurement.factor_analysis(table, ITEMS, 2, n_persons=200)
    assert "a" in [problem.where.item for problem in result.problems if problem.code == "M312"]
    assert result.items.loc["a", "uniqueness"] == pytest.approx(0.005)
    assert any("Heywood" in caution for caution in result.cautions())


@pytest.mark.parametrize("n_factors", [0, 5])
def test_more_factors_than_items_can_tell_apart_are_refused(answers, n_factors):
    with pytest.raises(MeasurementError) as caught:
        measurement.factor_analysis(answers, ITEMS, n_factors)
    assert (caught.value.problems[0].code, caught.value.problems[0].values["most"]) == ("M311", 4)


def test_a_saturated_model_has_nothing_to_test():
    items = list("abc")
    pattern = np.array([[0.8], [0.7], [0.6]])
    result = measurement.factor_analysis(exact(pattern, np.eye(1), items), items, 1, n_persons=100)
    assert result.fit["df"] == 0
    assert np.isnan(result.fit["chi_square"])
    assert result.pattern["F1"].to_numpy() == pytest.approx(pattern[:, 0], abs=1e-7)


def test_a_weak_factor_is_told(answers):
    codes = {problem.code for problem in measurement.factor_analysis(answers, ITEMS, 3).problems}
    assert "M315" in codes


def test_scores_of_a_table_of_correlations_are_refused(answers):
    result = measurement.factor_analysis(exact(), ITEMS, 2, n_persons=100)
    with pytest.raises(MeasurementError) as caught:
        result.scores(answers)
    assert caught.value.problems[0].code == "M316"


@pytest.mark.parametrize("options", [{"rotation": "obliman"}, {"method": "pca"}, {"missing": "listwise"}])
def test_an_unknown_option_is_told_with_those_that_exist(answers, options):
    with pytest.raises(MeasurementError) as caught:
        measurement.factor_analysis(answers, ITEMS, 2, **options)
    assert caught.value.problems[0].code == "M004"


def test_the_printed_table_is_sorted(answers):
    result = measurement.factor_analysis(answers, ITEMS, 2)
    table = result.sorted_loadings(hide_below=0.3)
    loadings = table[["F1", "F2"]].fillna(0).abs()
    main = loadings.to_numpy().argmax(axis=1)
    assert (np.diff(main) >= 0).all()
    assert all((np.diff(loadings.max(axis=1)[main == k]) <= 0).all() for k in (0, 1))
    assert "communality" in str(result)


def test_results_can_be_kept(answers):
    result = measurement.factor_analysis(answers, ITEMS, 2)
    again = measurement.FactorAnalysis.from_dict(result.to_dict())
    assert str(again) == str(result)
    pd.testing.assert_frame_equal(again.scores(answers), result.scores(answers))
    assert len(result.tidy()) == 17


def test_a_search_that_ends_at_a_bound_has_no_slope_left():
    """Of x^2 / 2 + x / 2 + (y - 1)^2 / 2 with x and y from 0 to 2: the slope at x = 0 leads out and does not count."""

    def derivatives(at):
        x, y = at
        return x**2 / 2 + x / 2 + (y - 1) ** 2 / 2, np.array([x + 0.5, y - 1]), np.eye(2)

    found, at_bound, gradient = _newton(np.array([0.3, 1.7]), (0.0, 2.0), derivatives)
    assert found == pytest.approx([0, 1])
    assert at_bound.tolist() == [True, False]
    assert gradient == pytest.approx(0, abs=1e-12)
