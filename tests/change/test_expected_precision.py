"""What a plan promises: the power of the analysis that follows, and of tests whose power is known."""

import numpy as np
import pytest
import scipy.stats

from lcresearch.change import expected_precision
from lcresearch.change.expected_precision import DESIGNS
from lcresearch.errors import ChangeError
from lcresearch.multilevel import power


def test_power_of_one_firm_is_that_of_the_t_test_for_pairs():
    found = expected_precision(n_firms=1, n_people=20, true_change=0.5, answering=1.0, n_sims=4000, seed=1).table.iloc[
        0
    ]
    spread = np.sqrt(2 * (1 - 0.6))
    limit = scipy.stats.t.ppf(0.975, 19)
    exact = scipy.stats.nct.sf(limit, 19, 0.5 / spread * np.sqrt(20))
    assert found["power"] == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 4000))
    middle = np.sqrt(scipy.stats.chi2.median(19) / 19)  # of standard deviations of twenty
    chance = np.sqrt(np.pi / 2) / np.sqrt(2 * 19 * 4000)  # relative, of a median
    assert found["half_width"] == pytest.approx(limit * spread * middle / np.sqrt(20), rel=4 * chance)


def test_power_of_firms_like_these_is_that_of_the_t_test_of_firms():
    found = expected_precision(n_firms=8, n_people=5, true_change=0.4, firm_change_sd=0.3, answering=1.0, seed=2)
    error = np.sqrt((0.3**2 + 0.8 / 5) / 8)
    exact = scipy.stats.nct.sf(scipy.stats.t.ppf(0.975, 7), 7, 0.4 / error)
    chance = np.sqrt(exact * (1 - exact) / found.table.loc[0, "n_sims"])
    assert found.table.loc[0, "power"] == pytest.approx(exact, abs=4 * chance)


def test_mixed_model_of_linked_persons_promises_no_more():
    promised = expected_precision(n_firms=12, n_people=5, true_change=0.4, answering=1.0, seed=3).table.loc[0, "power"]
    modelled = power(
        "change ~ 1 + (1 | firm)", {"groups": {"firm": 12}, "n": 5}, fixed_effects={"Intercept": 0.4}, n_sims=300,
        variance_components={"firm": 0.0, "residual": 0.8}, term="Intercept", ddf="kenward-roger", seed=4,
    ).table.loc[0, "power"]  # fmt: skip
    assert modelled - 0.05 < promised


@pytest.mark.parametrize("design", DESIGNS)
def test_clear_is_said_in_five_per_cent_without_a_change(design):
    found = expected_precision(design, n_firms=4, n_people=6, true_change=0.0, n_sims=3000, seed=5).table.iloc[0]
    chance = np.sqrt(0.05 * 0.95 / found["n_sims"])
    assert found["clear_gain"] + found["clear_loss"] == pytest.approx(0.05, abs=3 * chance)


def test_firms_of_their_own_size_and_comparison_firms():
    plan = {"people": [4, 8, 12, 6], "true_change": 0.5, "n_sims": 200, "seed": 6}
    table = expected_precision("before_after_comparison", n_comparison=1, worthwhile=0.2, **plan).table
    assert table.loc[0, ["n_firms", "n_people", "inference"]].tolist() == [4, 30, "these_firms"]
    assert table.iloc[0][["clear_gain", "likely_gain", "no_worthwhile_change", "cannot_tell"]].sum() > 0.9


@pytest.mark.parametrize(
    "wrong",
    [{"design": "survey"}, {"sd": 0}, {"answering": 0}, {"people": [0]}, {"correlation": 1}, {"n_people": None}],
)
def test_what_cannot_be_is_refused(wrong):
    given = {"n_firms": 3, "n_people": 8, "true_change": 0.5} | wrong
    with pytest.raises(ChangeError) as raised:
        expected_precision(given.pop("design", "before_after"), **given)
    assert raised.value.problems[0].code == "C007"


def test_another_unit_of_the_score_changes_the_width_and_no_chance():
    asked = {"n_firms": 3, "n_people": 8, "n_sims": 200, "seed": 4}
    one = expected_precision(true_change=0.5, worthwhile=0.2, **asked).table.iloc[0]
    ten = expected_precision(true_change=5, sd=10, firm_sd=3, worthwhile=2, **asked).table.iloc[0]
    assert ten["half_width"] == pytest.approx(10 * one["half_width"], rel=1e-6)
    assert 0 < one["power"] == ten["power"] < 1
