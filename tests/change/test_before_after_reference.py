"""Change by R: t tests, rank tests, Bayes factors, mixed models and random-effects means of the same scores."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pingouin
import pytest

from lcresearch.change import before_after
from lcresearch.change.mixed_models import change_of_all_answers
from lcresearch.change.rank_tests import rank_sum
from lcresearch.change.standardised_change import jzs_bayes_factor, noncentrality_interval, standardised_change
from lcresearch.change.two_waves import two_waves

REFERENCE = Path(__file__).parents[1] / "reference"
VALUES = json.loads((REFERENCE / "change" / "change.json").read_text())["values"]
WAVES = {"before": "t0", "after": "t3"}
STARTS = {"A": "t1", "B": "t1", "C": "t2", "D": "t2", "E": "t3", "F": "t3"}


@pytest.fixture(scope="module")
def scores():
    return pd.read_csv(REFERENCE / "data" / "change_invented.csv")


def linked_persons(scores):
    two = scores[scores["wave"].isin(["t0", "t3"])]
    return two[two.groupby("respondent")["wave"].transform("size") == 2]


def agree(found, expected, names=("estimate", "std_error", "df"), rel=1e-6):
    for name in names:
        assert found[name] == pytest.approx(expected[name], rel=rel), name


def test_persons_without_groups_as_t_test_and_wilcox_test(scores):
    found = before_after(linked_persons(scores), "score", **WAVES).overall
    names = ("estimate", "std_error", "df", "statistic", "p_value", "conf_low", "conf_high")
    agree(found, VALUES["paired"], names, rel=1e-5)
    agree(found, VALUES["paired"], ["wilcoxon_p"])
    # BayesFactor integrates to about six digits
    agree(found, VALUES["paired"], ["bayes_factor"], rel=1e-5)


def test_two_groups_as_welch(scores):
    found = before_after(scores, "score", **WAVES, linked=False).overall
    names = ("estimate", "std_error", "df", "statistic", "p_value", "conf_low", "conf_high", "wilcoxon_p")
    agree(found, VALUES["welch"], names)


def test_bayes_factor_of_two_groups(scores):
    first, last = (scores.loc[scores["wave"] == wave, "score"].to_numpy() for wave in ("t0", "t3"))
    found = pingouin.ttest(last, first, correction=False)
    t, df = (float(found[name].iloc[0]) for name in ("T", "dof"))
    n = len(first) * len(last) / (len(first) + len(last))
    assert jzs_bayes_factor(t, df, n) == pytest.approx(VALUES["welch"]["bayes_factor"], rel=1e-5)
    assert rank_sum(first, last) == pytest.approx(VALUES["welch"]["wilcoxon_p"], rel=1e-6)


def test_three_firms_fixed_all_answers_as_lmer(scores):
    three = scores[scores["firm"].isin(["A", "B", "C"])]
    found = before_after(three, "score", **WAVES, group="firm")
    agree(found.overall, VALUES["all_fixed"], ["estimate", "std_error"], rel=1e-5)
    # as many as a test of linked persons, as Satterthwaite gives more
    assert found.overall["df"] == VALUES["linked_fixed"]["df"] < VALUES["all_fixed"]["df"]
    for name in ("estimate", "std_error"):
        assert found.by_group[name].to_numpy() == pytest.approx(np.array(VALUES["all_by_firm"][name]), rel=1e-5)
    agree(found.beside.set_index("analysis").loc["linked_only"], VALUES["linked_fixed"])


def test_eight_firms_random_as_metafor_on_changes_by_lmer(scores):
    found = before_after(scores, "score", **WAVES, group="firm")
    assert (found.overall["method"], found.inference) == ("firms_random", "firms_like_these")
    agree(found.overall, VALUES["firms_random"], rel=1e-4)
    compared = before_after(scores, "score", **WAVES, group="firm", comparison=["G", "H"])
    agree(compared.overall, VALUES["firms_random_compared"], rel=1e-4)


def test_mixed_model_beside_as_lmer_with_kenward_roger(scores):
    waves = two_waves(scores, "score", **WAVES, wave="wave", person="respondent", group="firm", comparison=())
    found = change_of_all_answers(waves, linked=True)
    agree(vars(found), VALUES["mixed_model"], rel=1e-3)


def test_staggered_start_as_lmer_and_as_regression_within_persons(scores):
    found = before_after(scores, "score", **WAVES, group="firm", starts=STARTS)
    agree(found.overall, VALUES["staggered_random"], rel=1e-3)
    agree(found.beside.iloc[0], VALUES["staggered_within"])


def test_effect_size_of_pairs_as_pingouin_and_its_interval_by_noncentral_t(scores):
    wide = linked_persons(scores).pivot(index="respondent", columns="wave", values="score")
    found = before_after(linked_persons(scores), "score", **WAVES).overall
    d_av = pingouin.compute_effsize(wide["t3"], wide["t0"], paired=True, eftype="cohen")
    correction = 1 - 3 / (4 * 37 - 1)  # Hedges' approximation, to four digits of the exact one
    assert found["effect_size"] == pytest.approx(d_av * correction, rel=1e-3)
    low, high = noncentrality_interval(2.0, 10.0)
    # R: conf.limits.nct(2, 10) of MBESS solves pt(2, 10, ncp) = .975 and .025
    import scipy.stats

    assert scipy.stats.nct.cdf(2.0, 10.0, [low, high]) == pytest.approx([0.975, 0.025], abs=1e-9)
    assert standardised_change(0.5, 0.25, 10, 1.0)[1:] == pytest.approx(
        [0.9225 * low * 0.25, 0.9225 * high * 0.25], rel=1e-3
    )


@pytest.mark.published("Rouder et al. (2009), Psychonomic Bulletin & Review 16, 225-237")
def test_bayes_factor_printed_by_rouder_2009():
    # Rouder et al. (2009), on 80 persons with t = 2.03: with scale r = 1 the null is 1.56 times as likely
    assert 1 / jzs_bayes_factor(2.03, 79, 80, scale=1.0) == pytest.approx(1.56, abs=0.005)


def test_bayes_factor_of_one_person_beside_a_few_is_that_of_pingouin():
    """Their effective number is below 1."""
    for t in (0.4, 2.5):
        theirs = float(pingouin.bayesfactor_ttest(t, nx=1, ny=3))
        assert jzs_bayes_factor(t, 2, 3 / 4) == pytest.approx(theirs, rel=1e-4)
