"""The graded response model against mirt, clmm2 and a likelihood written in R, and by its own identities."""

import json

import numpy as np
import pandas as pd
import pytest

from lcresearch import measurement
from lcresearch.errors import MeasurementError
from lcresearch.measurement.item_response import (
    cumulative_logit,
    estimation,
    graded_model,
    item_fit,
    limited_information,
    marginal_likelihood,
)
from lcresearch.measurement.item_response.graded_model import GradedItems
from lcresearch.measurement.item_response.parameters import layout

PATTERNS = np.array([[int(digit) for digit in f"{number:05b}"] for number in range(32)])
ITEMS = [f"i{j}" for j in range(6)]


def invented(n: int, seed: int, discriminations=(0.8, 1.1, 1.4, 1.7, 2.0, 2.3)) -> pd.DataFrame:
    """Invented answers 1 to 5 of n persons that follow the model; locations from -1.5 to 1.5."""
    rng = np.random.default_rng(seed)
    theta = rng.normal(size=n)
    answers = {}
    for j, a in enumerate(discriminations):
        thresholds = a * (np.array([-1.5, -0.5, 0.5, 1.5]) + 0.2 * (j - 2))
        answers[f"i{j}"] = 1 + np.searchsorted(thresholds, a * theta + rng.logistic(size=n)).astype(float)
    return pd.DataFrame(answers)


@pytest.fixture(scope="module")
def lsat7(reference):
    values = reference("item_response/lsat7_mirt")
    frame = pd.DataFrame(np.repeat(PATTERNS, values["counts"], axis=0), columns=list("abcde"))
    return values, frame, measurement.graded_response(frame, list("abcde"))


def test_two_categories_give_the_two_parameter_model_of_mirt(lsat7):
    values, _, ours = lsat7
    assert ours.log_likelihood == pytest.approx(values["log_likelihood"], abs=5e-4)
    # the printed third digit of mirt is one or two off: it stops at changes of 1e-4 (see the notes of the file)
    assert ours.discriminations == pytest.approx(values["discrimination"], abs=2e-3)
    assert -ours.thresholds[:, 0] == pytest.approx(values["intercept"], abs=2e-3)


def test_item_fit_and_model_fit_are_those_of_mirt(lsat7):
    values, _, ours = lsat7
    # mirt's page has a discrimination of 1.703 where the optimum is 1.7075: hence 1e-3 relative and not half a digit
    assert ours.item_fit["s_x2"].to_numpy() == pytest.approx(values["s_x2"], rel=6e-3)
    assert ours.item_fit["df"].tolist() == values["s_x2_df"]
    assert ours.model_fit["c2"] == pytest.approx(values["m2"], rel=5e-3)
    assert ours.model_fit["df"] == values["m2_df"]
    assert ours.model_fit["rmsea"] == pytest.approx(values["rmsea"], abs=6e-4)
    assert [ours.model_fit["rmsea_low"], ours.model_fit["rmsea_high"]] == pytest.approx(values["rmsea_90"], abs=6e-4)
    assert ours.model_fit["srmsr"] == pytest.approx(values["srmsr"], abs=6e-4)


def test_eap_scores_are_those_of_mirt(lsat7):
    values, _, ours = lsat7
    scores = ours.scores(pd.DataFrame(PATTERNS, columns=list("abcde")))
    # parameters differ in the third digit (above), scores in the same
    assert scores["theta"].to_numpy() == pytest.approx(values["eap"], abs=3e-3)
    assert scores["std_error"].to_numpy() == pytest.approx(values["eap_std_error"], abs=1e-3)


def test_six_categories_with_missing_answers_as_written_out_in_r(bfi, reference):
    values = reference("item_response/grm_by_hand")
    ours = measurement.graded_response(bfi.head(600), [f"A{j}" for j in range(1, 6)])
    assert ours.log_likelihood == pytest.approx(values["log_likelihood"], abs=1e-6)
    assert ours.log_likelihood >= values["log_likelihood"] - 1e-8
    # nlm leaves a gradient of 4e-4: about 1e-5 of the parameters
    assert ours.discriminations == pytest.approx(values["discrimination"], abs=5e-5)
    assert ours.parameters.locations == pytest.approx(np.array(values["location"]), abs=5e-4)
    assert np.sqrt(np.diag(ours.covariance)) == pytest.approx(values["std_error"], rel=1e-3)


def test_equal_discriminations_are_a_cumulative_model_with_a_random_intercept(bfi, reference):
    values = reference("item_response/equal_slopes_clmm2")
    items = ["A2", "A3", "A5", "C1"]
    ours = measurement.graded_response(bfi.dropna(subset=items).head(400), items, discrimination="equal")
    assert ours.log_likelihood == pytest.approx(values["log_likelihood"], abs=1e-6)
    assert ours.discriminations == pytest.approx([values["std_dev"]] * 4, abs=1e-4)
    assert ours.thresholds == pytest.approx(np.array(values["thresholds"]), abs=1e-3)
    assert ours.n_parameters == 21


@pytest.mark.parametrize("equal", [False, True])
def test_gradient_and_information_are_the_derivatives_of_the_likelihood(equal):
    frame = invented(150, seed=3).iloc[:, :3]
    codes = frame.to_numpy().astype(int) - 1
    codes[:20, 1] = -1
    codes[codes == 4] = np.where(np.arange(3) == 0, 3, 4)[np.nonzero(codes == 4)[1]]
    data = marginal_likelihood.patterns(codes, 5)
    n_categories = np.array([4, 5, 5])
    places, grid = layout(n_categories, equal=equal), marginal_likelihood.nodes(41)
    vector = places.vector(GradedItems(np.array([0.9, 1.4, 2.0]), _thresholds()))

    def at(v):
        items = places.items(v)
        known = marginal_likelihood.posterior(items, data, grid)
        expected = marginal_likelihood.expected_counts(data, known, (3, 5))
        return items, known, expected, marginal_likelihood.gradient(items, grid, expected, places)

    items, known, expected, slope = at(vector)
    information = marginal_likelihood.observed_information(items, grid, data, known, expected, places)
    h = 1e-5
    moved = [(at(vector + h * e), at(vector - h * e)) for e in np.eye(places.size)]
    assert slope == pytest.approx([(a[1].log_likelihood - b[1].log_likelihood) / (2 * h) for a, b in moved], abs=1e-6)
    numeric = -np.array([(a[3] - b[3]) / (2 * h) for a, b in moved])
    assert information == pytest.approx(numeric, abs=1e-5)


def _thresholds():
    return np.array([[-1.0, 0.0, 1.0, np.nan], [-2.0, -0.5, 0.5, 1.5], [-1.5, -1.0, 0.2, 2.0]])


def test_chances_keep_their_digits_far_out():
    # F(-700) - F(-701) = exp(-700) (1 - exp(-1)) to all digits; the difference of the two would be 0 / 0
    found = cumulative_logit.log_chances(np.array([-700.0]), np.array([-701.0]), np.array([1.0]))
    assert found.value[0] == pytest.approx(-700 + np.log1p(-np.exp(-1.0)), rel=1e-12)


def test_chances_add_up_and_information_is_the_variance_of_the_score():
    items = GradedItems(np.array([0.9, 1.4, 2.0]), _thresholds())
    theta = np.linspace(-3, 3, 7)
    chances = graded_model.probabilities(items, theta)
    assert chances.sum(axis=1) == pytest.approx(np.ones((3, 7)))
    assert chances[0, 4] == pytest.approx(np.zeros(7))
    h = 1e-5
    slope = (graded_model.probabilities(items, theta + h) - graded_model.probabilities(items, theta - h)) / (2 * h)
    with np.errstate(invalid="ignore"):
        expected = np.nansum(slope**2 / chances, axis=1)
    assert graded_model.information(items, theta) == pytest.approx(expected, rel=1e-6)


def test_sums_of_categories_by_enumeration():
    items = GradedItems(np.array([0.9, 1.4, 2.0]), _thresholds())
    chances = graded_model.probabilities(items, np.array([0.3]))
    sums = np.zeros(13)
    for a in range(5):
        for b in range(5):
            for c in range(5):
                sums[a + b + c] += chances[0, a, 0] * chances[1, b, 0] * chances[2, c, 0]
    assert item_fit.sum_score_chances(chances)[:, 0] == pytest.approx(sums)


def test_covariance_of_the_moments_by_enumeration_of_all_patterns():
    items = GradedItems(np.array([0.9, 1.4, 2.0]), _thresholds())
    grid = marginal_likelihood.nodes(41)
    weights = np.exp(grid.log_weights)
    chances = graded_model.probabilities(items, grid.theta)
    patterns = np.array(np.meshgrid(*[np.arange(5)] * 3, indexing="ij")).reshape(3, -1).T
    share = (chances[0, patterns[:, 0]] * chances[1, patterns[:, 1]] * chances[2, patterns[:, 2]]) @ weights
    reach = [patterns[:, j] >= k for j, most in enumerate((4, 5, 5)) for k in range(1, most)]
    products = [patterns[:, i] * patterns[:, j] for i, j in ((0, 1), (0, 2), (1, 2))]
    values = np.array([*reach, *products], dtype=float)
    mean = values @ share
    first, second = np.triu_indices(3, 1)
    given = limited_information._Conditional.of(items, grid.theta)
    model, covariance = limited_information._moments(given, first, second, weights)
    assert model == pytest.approx(mean)
    assert covariance == pytest.approx((values * share) @ values.T - np.outer(mean, mean), abs=1e-12)


def test_parameters_are_recovered():
    ours = measurement.graded_response(invented(4000, seed=11), ITEMS).tidy()
    slopes = ours[ours["term"] == "discrimination"]
    distance = (slopes["estimate"] - np.array([0.8, 1.1, 1.4, 1.7, 2.0, 2.3])) / slopes["std_error"]
    assert distance.abs().max() < 3
    first = ours[ours["term"] == "location_1"]
    distance = (first["estimate"] - (-1.5 + 0.2 * (np.arange(6) - 2))) / first["std_error"]
    assert distance.abs().max() < 3
    assert ours["conf_low"].to_numpy() == pytest.approx((ours["estimate"] - 1.959964 * ours["std_error"]).to_numpy())


def test_what_follows_the_model_gives_no_cautions():
    ours = measurement.graded_response(invented(1500, seed=5), ITEMS)
    assert ours.cautions() == []
    assert ours.converged
    assert ours.glance()["rmsea"].iloc[0] < 0.03
    # two ways to the reliability of the scores: from the information, and from the scores themselves
    assert ours.reliability() == pytest.approx(ours.empirical_reliability, abs=0.02)


def test_scores_hold_with_missing_answers_and_for_nobody():
    frame = invented(600, seed=5)
    model = measurement.graded_response(frame, ITEMS)
    some = frame.head(4).copy()
    some.iloc[0, :4] = np.nan
    some.iloc[1] = np.nan
    for method in ("eap", "map"):
        scores = model.scores(some, method=method)
        assert scores["n_answered"].tolist() == [2, 0, 6, 6]
        assert scores["theta"].isna().tolist() == [False, True, False, False]
        assert scores["std_error"].iloc[0] > scores["std_error"].iloc[2:].max()
    assert scores.index.equals(some.index)
    with pytest.raises(MeasurementError) as error:
        model.scores(some.assign(i0=9))
    assert error.value.problems[0].code == "M333"


def test_map_is_the_top_of_the_posterior():
    frame = invented(300, seed=5)
    model = measurement.graded_response(frame, ITEMS)
    theta = np.linspace(-4, 4, 80001)
    log_chances = graded_model.chances(model.parameters, theta).value
    codes = model.codes(frame.head(3))
    for person, row in zip(codes, model.scores(frame.head(3), method="map").itertuples(), strict=True):
        curve = log_chances[np.arange(6), person].sum(axis=0) - theta**2 / 2
        assert row.theta == pytest.approx(theta[curve.argmax()], abs=2e-4)


def test_pairs_with_more_in_common_and_a_reversed_item_are_said():
    frame = invented(800, seed=7)
    frame["i1"] = np.where(np.arange(800) % 3 == 0, frame["i0"], frame["i1"])
    frame["i5"] = 6 - frame["i5"]
    ours = measurement.graded_response(frame, ITEMS)
    codes = {problem.code: problem for problem in ours.problems}
    assert codes["M339"].where.item == "i5"
    assert "i0–i1" in codes["M344"].values["pairs"]
    assert ours.local_dependence.iloc[0][["item_1", "item_2"]].tolist() == ["i0", "i1"]


def test_two_traits_are_said():
    other = invented(800, seed=8).add_prefix("x")
    frame = pd.concat([invented(800, seed=7).iloc[:, 3:], other.iloc[:, 3:]], axis=1)
    ours = measurement.graded_response(frame, list(frame.columns))
    assert "M345" in {problem.code for problem in ours.problems}


def test_rare_answers_are_merged_and_unused_ones_said():
    frame = invented(300, seed=9)
    frame["i0"] = frame["i0"].replace({5.0: 4.0})
    frame.loc[0, "i1"] = 6.0
    ours = measurement.graded_response(frame, ITEMS, min_category=5, response_codes=range(1, 7))
    said = {(problem.code, problem.where.item): problem.values["codes"] for problem in ours.problems}
    assert said["M331", "i0"] == "5, 6"
    assert said["M332", "i1"] == "5, 6"
    together = ours.categories.query("item == 'i1' and code >= 5")["category"]
    assert together.nunique() == 1
    assert ours.scores(frame.head(1))["theta"].notna().all()


def test_constant_items_are_left_out_and_nothing_is_refused():
    frame = invented(250, seed=9).assign(i3=4.0)
    ours = measurement.graded_response(frame, ITEMS)
    assert ours.items == ("i0", "i1", "i2", "i4", "i5")
    assert ("M335", "i3") in {(problem.code, problem.where.item) for problem in ours.problems}
    with pytest.raises(MeasurementError) as error:
        measurement.graded_response(frame, ["i0", "i3"])
    assert error.value.problems[0].code == "M334"
    with pytest.raises(MeasurementError) as error:
        measurement.graded_response(frame.assign(i0=np.arange(250.0)), ITEMS)
    assert error.value.problems[0].code == "M330"
    with pytest.raises(MeasurementError) as error:
        measurement.graded_response(frame, ITEMS, discrimination="same")
    assert error.value.problems[0].code == "M004"


def test_a_precise_test_gets_more_nodes():
    few = measurement.graded_response(invented(500, seed=2), ITEMS)
    rng = np.random.default_rng(2)
    theta = rng.normal(size=500)
    steep = {f"s{j}": np.digitize(theta + rng.logistic(size=500) / 6, [-1 + j / 9, j / 9]) for j in range(18)}
    many = measurement.graded_response(pd.DataFrame(steep), list(steep))
    assert few.n_nodes == 61 < many.n_nodes


def test_dict_gives_the_model_back():
    frame = invented(250, seed=9)
    ours = measurement.graded_response(frame, ITEMS)
    back = measurement.GradedResponse.from_dict(json.loads(json.dumps(ours.to_dict())))
    assert back.scores(frame)["theta"].to_numpy() == pytest.approx(ours.scores(frame)["theta"].to_numpy())
    assert back.tidy().equals(ours.tidy())


def test_likelihood_never_falls_on_the_way(monkeypatch):
    seen = []
    original = estimation._climb

    def watched(point, step, data, places, grid):
        moved = original(point, step, data, places, grid)
        if moved is not None:
            seen.append(moved.known.log_likelihood - point.known.log_likelihood)
        return moved

    monkeypatch.setattr(estimation, "_climb", watched)
    measurement.graded_response(invented(250, seed=9), ITEMS)
    assert min(seen) >= 0


def test_answers_that_run_the_other_way_mirror_the_thresholds_in_any_order_of_items():
    frame = invented(200, seed=12)[ITEMS[:4]]
    one = measurement.graded_response(frame, ITEMS[:4])
    other = measurement.graded_response(6 - frame, ITEMS[3::-1])
    assert other.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-5)
    assert other.discriminations[::-1] == pytest.approx(one.discriminations, abs=1e-3)
    assert -other.thresholds[::-1, ::-1] == pytest.approx(one.thresholds, abs=2e-3)
