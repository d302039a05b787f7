"""E-values and robustness values against published examples."""

import math

import pytest

from lcresearch.synthesis.elements import e_value, e_value_of_interval, judge_elements, robustness_value


def as_difference(risk_ratio):
    return math.log(risk_ratio) / 0.91


@pytest.mark.parametrize(
    ("risk_ratio", "published"),
    [(3.9, 7.26), (1.8, 3.0), (0.80, 1.81), (0.91, 1.43)],  # VanderWeele & Ding (2017), Annals of Internal Medicine
)
@pytest.mark.published("VanderWeele & Ding (2017), Annals of Internal Medicine 167, 268-274")
def test_e_value_of_published_examples(risk_ratio, published):
    assert e_value(as_difference(risk_ratio)) == pytest.approx(published, abs=0.005)


def test_e_value_of_a_difference_and_its_interval():
    # EValue 4.1 in R: evalues.MD(0.5, se = 0.2); it takes 1.78 standard errors of the log risk ratio for 95%
    assert e_value(0.5) == pytest.approx(2.52914198186127, rel=1e-12)
    half = 1.78 / 0.91 * 0.2
    assert e_value_of_interval(0.5 - half, 0.5 + half) == pytest.approx(1.44302956344269, rel=1e-12)
    assert e_value_of_interval(-0.5 - half, -0.5 + half) == pytest.approx(1.44302956344269, rel=1e-12)


def test_e_value_of_no_effect_is_one():
    assert e_value(0.0) == 1
    assert e_value(1e6) == math.inf
    assert e_value_of_interval(-0.1, 0.2) == 1
    assert math.isnan(e_value_of_interval(math.nan, math.nan))


@pytest.mark.published("Cinelli & Hazlett (2020), JRSS B 82, 39-67, section 5; digits of sensemakr")
def test_robustness_value_of_the_darfur_example():
    # Cinelli & Hazlett (2020), section 5; digits from the tests of sensemakr: 0.138776 and 0.07625797
    t = 0.09731582 / 0.02325654
    assert robustness_value(t, 783) == pytest.approx(0.138776, abs=1e-6)
    assert robustness_value(t, 783, alpha=0.05) == pytest.approx(0.07625797, abs=1e-7)
    assert robustness_value(-t, 783) == robustness_value(t, 783)


def test_a_cause_as_strong_as_the_robustness_value_takes_the_effect_away():
    # the bias of a cause that explains R2 of both is se sqrt(R2 R2 / (1 - R2) df): Cinelli & Hazlett, section 3
    t, df = 3.0, 20
    r2 = robustness_value(t, df)
    assert math.sqrt(r2 * r2 / (1 - r2) * df) == pytest.approx(t)


def test_robustness_value_at_its_edges():
    assert robustness_value(0.0, 20) == 0
    assert robustness_value(1.0, 20, alpha=0.05) == 0
    assert math.isnan(robustness_value(3.0, math.inf))
    assert math.isnan(robustness_value(3.0, 1.0, alpha=0.05))
    # a strong effect of few degrees of freedom: as sensemakr, by the cause's share of the element alone
    f, critical = 30 / math.sqrt(3), 4.302652729911275 / math.sqrt(2)
    assert robustness_value(30, 3, alpha=0.05) == pytest.approx((f**2 - critical**2) / (1 + f**2))


def test_sensitivity_in_plain_words(element):
    found = judge_elements([element(), element("barrier", estimate=-0.3), element("void", estimate=0.01)])
    for texts in (found.unmeasured_in("en"), found.unmeasured_in("nl")):
        assert all(len(text) < 500 and "{" not in text for text in texts)
    useful, harmful, void = found.unmeasured_in("en")
    assert "a high outcome 2.0 times as likely" in useful
    assert "a low outcome 2.0 times as likely" in harmful
    assert "even without such a cause it is not certain" in void
