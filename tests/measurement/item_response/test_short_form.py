"""Short forms against the enumeration of all forms, and on what is asked of them."""

import itertools
import json

import numpy as np
import pandas as pd
import pytest
import yaml

from lcresearch import measurement
from lcresearch.errors import MeasurementError
from lcresearch.measurement.item_response import item_selection
from lcresearch.measurement.item_response.item_selection import Task

NOTHING = np.zeros(9, dtype=bool)


def task(criterion: str, seed: int, **demands) -> Task:
    """Nine invented items with peaks of information at different places."""
    rng = np.random.default_rng(seed)
    theta = np.linspace(-2, 2, 21)
    a, b = rng.uniform(0.5, 2.5, 9), rng.normal(size=9)
    p = 1 / (1 + np.exp(-a[:, None] * (theta - b[:, None])))
    weights = np.exp(-(theta**2) / 2)
    options = {"required": NOTHING, "forbidden": NOTHING, **demands}
    return Task(a[:, None] ** 2 * p * (1 - p), weights / weights.sum(), criterion, **options)


def forms(n: int):
    for members in itertools.combinations(range(9), n):
        form = NOTHING.copy()
        form[list(members)] = True
        yield form


@pytest.mark.parametrize("criterion", item_selection.CRITERIA)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_exact_is_the_best_of_all_forms(criterion, seed):
    given = task(criterion, seed)
    best = max(given.value(form) for form in forms(4))
    exact, one_by_one = item_selection.exact(given, 4), item_selection.greedy(given, 4)
    assert exact.sum() == one_by_one.sum() == 4
    assert given.value(exact) == pytest.approx(best, abs=1e-8)
    assert given.value(one_by_one) <= best + 1e-12


@pytest.mark.parametrize("choose", [item_selection.exact, item_selection.greedy])
def test_demands_are_met(choose):
    required, forbidden = NOTHING.copy(), NOTHING.copy()
    required[0], forbidden[5] = True, True
    facets = [(np.array([1, 2]), 1), (np.array([3, 4]), 1)]
    given = task("reliability", 4, required=required, forbidden=forbidden, facets=facets)
    form = choose(given, 4)
    assert form[0]
    assert not form[5]
    assert form[[1, 2]].any()
    assert form[[3, 4]].any()
    assert choose(given, 2) is None
    allowed = [f for f in forms(4) if f[0] and not f[5] and f[[1, 2]].any() and f[[3, 4]].any()]
    if choose is item_selection.exact:
        assert given.value(form) == pytest.approx(max(given.value(f) for f in allowed), abs=1e-8)


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    """Invented answers to eight items; a3 and b3 are the sharpest of two facets."""
    rng = np.random.default_rng(3)
    theta = rng.normal(size=600)
    slopes = {f"{facet}{j}": 0.6 + 0.5 * j for facet in "ab" for j in range(4)}
    at = {name: a * theta + rng.logistic(size=600) for name, a in slopes.items()}
    return pd.DataFrame({name: 1 + np.digitize(value, [-2, -0.7, 0.7, 2]) for name, value in at.items()})


@pytest.fixture(scope="module")
def model(answers):
    return measurement.graded_response(answers, list(answers.columns))


def test_form_of_a_length_with_what_it_keeps(model, answers):
    form = measurement.short_form(model, answers, n_items=4, seed=1)
    assert form.items == ("a2", "a3", "b2", "b3")
    row = form.glance().iloc[0]
    assert row["reliability_full"] == pytest.approx(model.reliability())
    assert 0.75 < row["reliability"] < row["reliability_full"]
    assert 0.6 < row["information_kept"] < 1
    assert row["corrected_sum"] < row["part_whole_sum"]
    # of persons who had no part in choosing: nearly the same
    assert row["cross_validated_correlation"] == pytest.approx(row["part_whole_correlation"], abs=0.02)
    assert len(form.folds) == 5
    assert form.table.set_index("item").loc["b3", "chosen_share"] == 1
    assert [problem.code for problem in form.problems] == ["M357"]


def test_shortest_form_of_a_precision(model):
    by_reliability = measurement.short_form(model, reliability=0.75)
    assert by_reliability.kept["reliability"] >= 0.75
    shorter = measurement.short_form(model, n_items=len(by_reliability.items) - 1)
    assert shorter.kept["reliability"] < 0.75
    by_error = measurement.short_form(model, std_error=0.6, theta=(-1, 1), criterion="minimum")
    assert by_error.kept["largest_std_error"] <= 0.6
    shorter = measurement.short_form(model, n_items=len(by_error.items) - 1, theta=(-1, 1), criterion="minimum")
    assert shorter.kept["largest_std_error"] > 0.6


def test_facets_and_fixed_items_reach_the_instrument(model):
    form = measurement.short_form(
        model, n_items=3, include=["a0"], exclude=["b3"], facets={"a": ["a0", "a1"], "b": ["b0", "b1", "b2", "b3"]}
    )
    assert "a0" in form.items
    assert "b3" not in form.items
    assert {item[0] for item in form.items} == {"a", "b"}
    assert form.table.set_index("item").loc["b1", "facet"] == "b"
    lines = yaml.safe_load(form.yaml())["items"]
    assert lines == [{"id": item, "short_form": True} for item in form.items]


def test_what_cannot_be_is_refused(model):
    def code(**wishes):
        with pytest.raises(MeasurementError) as error:
            measurement.short_form(model, **wishes)
        return error.value.problems[0].code

    assert code() == code(n_items=3, reliability=0.8) == "M353"
    assert code(n_items=9) == "M354"
    assert code(n_items=1, include=["a0", "b0"]) == "M354"
    assert code(n_items=3, include=["a9"]) == "M355"
    assert code(reliability=0.99) == "M356"
    assert code(std_error=0.1) == "M356"
    assert code(n_items=3, theta=(1, -1)) == "M007"
    assert code(n_items=3, method="best") == "M004"


def test_a_weak_form_is_said_and_the_result_round_trips(model):
    form = measurement.short_form(model, n_items=1)
    assert [problem.code for problem in form.problems] == ["M358"]
    back = type(form).from_dict(json.loads(json.dumps(form.to_dict())))
    pd.testing.assert_frame_equal(back.tidy(), form.tidy())


def information_of(model, theta):
    """Samejima (1969): of each item, over the curves of at least category k, P, with P (1 - P) differenced."""
    found = []
    for slope, thresholds in zip(model.discriminations, model.thresholds, strict=True):
        above = 1 / (1 + np.exp(-(slope * theta[:, None] - thresholds)))
        above = np.column_stack([np.ones(len(theta)), above, np.zeros(len(theta))])
        change = np.diff(above * (1 - above), axis=1)
        found.append(slope**2 * (change**2 / -np.diff(above, axis=1)).sum(axis=1))
    return np.array(found)


def test_forms_are_the_best_of_all_by_the_information_of_samejima(model):
    theta = np.linspace(-2, 2, 401)
    information = information_of(model, theta)
    every = [list(form) for form in itertools.combinations(range(8), 4)]
    for criterion, value in (("minimum", np.min), ("information", np.mean)):
        best = max(every, key=lambda form: value(information[form].sum(axis=0)))
        found = measurement.short_form(model, n_items=4, criterion=criterion)
        assert found.items == tuple(model.items[place] for place in best)
        low = information[best].sum(axis=0).min()
        assert found.kept["largest_std_error"] == pytest.approx(low**-0.5, rel=1e-6)


def test_all_items_are_the_whole_model_and_a_length_and_its_precision_choose_the_same(model):
    whole = measurement.short_form(model, n_items=len(model.items))
    assert whole.items == tuple(model.items)
    assert whole.kept["reliability"] == pytest.approx(model.reliability(), rel=1e-12)
    by_length = measurement.short_form(model, n_items=4)
    by_reliability = measurement.short_form(model, reliability=by_length.kept["reliability"] - 1e-9)
    assert by_reliability.items == by_length.items
