"""Effect sizes where a sign turns, a correction is left off or a figure cannot be."""

import math

import numpy as np
import pandas as pd
import pytest

from lcresearch import synthesis
from lcresearch.errors import SynthesisError
from lcresearch.synthesis.effect_sizes.clusters import intraclass_correlation

KNOWN = "COR, OR, SMD, ZCOR"
CHANGE = {"m1": 24.0, "m2": 20.0, "sd1": 5.0, "sd2": 6.0, "n": 12, "r": 0.6}


@pytest.mark.parametrize(
    "cells", [(48, 2, 3, 47), (30, 14, 9, 27), (12, 40, 3, 45), (450, 50, 50, 450), (70, 5, 20, 5)]
)
def test_a_tetrachoric_correlation_turns_its_sign_when_one_answer_is_turned(cells):
    a, b, c, d = cells
    found = synthesis.effect_size("RTET", a=[a, b], b=[b, a], c=[c, d], d=[d, c])
    assert found["yi"].iloc[1] == pytest.approx(-found["yi"].iloc[0], rel=1e-9)
    assert found["vi"].iloc[1] == pytest.approx(found["vi"].iloc[0], rel=1e-9)


@pytest.mark.parametrize("share", [0.02, 0.1, 0.25, 0.4, 0.48])
def test_a_tetrachoric_correlation_of_halves_is_that_of_sheppard(share):
    """With both cut at the median P(both below) = 1/4 + asin(rho) / (2 pi) (Sheppard, 1898)."""
    n = 10_000
    a, b = share * n, (0.5 - share) * n
    found = synthesis.effect_size("RTET", a=a, b=b, c=b, d=a)
    assert found["yi"].iloc[0] == pytest.approx(math.sin(2 * math.pi * (share - 0.25)), abs=1e-9)


@pytest.mark.parametrize(("measure", "by"), [("SMCRP", math.sqrt(30.5)), ("SMCRPH", math.sqrt(30.5)), ("SMCRH", 5.0),
                                             ("SMCR", 5.0), ("SMCC", math.sqrt(25))])  # fmt: skip
def test_a_change_without_correction_is_the_plain_ratio(measure, by):
    # the variance of the change is 25 + 36 - 2 * 0.6 * 30 = 25
    found = synthesis.effect_size(measure, **CHANGE, correct=False)
    assert found["yi"].iloc[0] == pytest.approx(4 / by, rel=1e-12)


@pytest.mark.parametrize("more", [{}, {"correct": True}])
def test_an_effect_in_teams_is_corrected_for_few_teams_unless_that_is_declined(more):
    one = pd.DataFrame({"yi": [0.8], "vi": [0.2]})
    teams = {"cluster_size": 5, "icc": 0.3, "n1": 10, "n2": 10}
    declined = synthesis.adjust_for_clusters(one, **teams, correct=False)["yi"].iloc[0]
    corrected = synthesis.adjust_for_clusters(one, **teams, **more)["yi"].iloc[0]
    # Hedges (2007), equation 15: the standard deviation of all, of persons in teams
    within = 18 - 2 * 4 * 0.3
    assert declined == pytest.approx(0.8 * math.sqrt(within / 18), rel=1e-12)
    assert 0.9 * declined < corrected < declined


@pytest.mark.parametrize(("ask", "told"), [
    (lambda: synthesis.convert_effect_size(0.5, 0.1, before="SDM", after="COR"), ["before is 'SDM'", KNOWN]),
    (lambda: synthesis.convert_effect_size(0.5, 0.1, before="SMD", after="ROC"), ["after is 'ROC'", KNOWN]),
    (lambda: synthesis.convert_effect_size([0.5, -1.2], [0.1, 0.1], before="COR", after="SMD"), ["r is -1.20"]),
    (lambda: synthesis.convert_effect_size([0.5, 0.2], [0.1, -0.3], before="SMD", after="COR"), ["vi is -0.30"]),
    (lambda: synthesis.adjust_for_clusters(
        pd.DataFrame({"yi": [0.5, 0.5], "vi": [0.1, 0.1]}), cluster_size=[10, 70], icc=0.1, n1=60, n2=[60, 50],
    ), ["cluster_size is 70.00"]),
    (lambda: synthesis.adjust_for_clusters(
        pd.DataFrame({"yi": [0.5, 0.5], "vi": [0.1, 0.1]}), cluster_size=10, icc=[0.1, 1.5],
    ), ["icc is 1.50"]),
    (lambda: synthesis.meta_analysis([0.1, 0.2, 0.3], [0.1, 0.1, 0.1]).tidy(95), ["found: 95", "0.95"]),
])  # fmt: skip
def test_a_refusal_names_what_was_found(ask, told):
    with pytest.raises(SynthesisError) as refused:
        ask()
    message = str(refused.value)
    assert [part for part in told if part not in message] == []


def test_results_after_each_study_say_how_many_there_were():
    fit = synthesis.meta_analysis([0.1, 0.5, 0.3, 0.9], [0.02, 0.05, 0.01, 0.2])
    found = fit.cumulative()
    assert found["k"].tolist() == [1, 2, 3, 4]
    assert found["estimate"].iloc[0] == pytest.approx(0.1, rel=1e-12)
    assert found["estimate"].iloc[-1] == pytest.approx(fit.tidy()["estimate"].iloc[0], rel=1e-12)
    assert np.isfinite(found["std_error"]).all()


def test_a_correlation_from_groups_of_unequal_size_allows_for_it():
    """Borenstein et al. (2009), equation 7.8: a = 100^2 / (20 * 80) = 6.25."""
    found = synthesis.convert_effect_size(0.5, 0.04, before="SMD", after="COR", n1=20, n2=80)
    assert found["yi"].iloc[0] == pytest.approx(0.5 / math.sqrt(0.25 + 6.25), rel=1e-12)
    assert found["vi"].iloc[0] == pytest.approx(6.25**2 * 0.04 / (0.25 + 6.25) ** 3, rel=1e-12)


@pytest.mark.parametrize(("icc", "design"), [(0, 1.0), (1, 10.0)])
def test_teams_may_have_all_in_common_or_nothing(icc, design):
    one = pd.DataFrame({"yi": [0.4], "vi": [0.02]})
    found = synthesis.adjust_for_clusters(one, cluster_size=10, icc=icc)
    assert found["design_effect"].tolist() == [design]
    assert found["vi"].iloc[0] == pytest.approx(0.02 * design, rel=1e-12)


def test_answers_that_are_all_the_same_have_no_intraclass_correlation():
    teams = np.repeat([0, 1, 2, 3], 2)
    icc, size = intraclass_correlation(np.ones(8), np.zeros(8, dtype=int), teams)
    assert math.isnan(icc)
    assert size == 2.0
