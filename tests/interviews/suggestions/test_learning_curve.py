"""Learning curves: the power law, when it is carried on, and what it says."""

import numpy as np
import pandas as pd
import pytest

from lcresearch.interviews import LearningCurve, learning_curve
from lcresearch.interviews.suggestions.learning_curve import carried_on, fit_power_law, measures, power_law

pytest.importorskip("spacy")
pytest.importorskip("simplemma")
SIZES = np.array([40, 80, 120, 160, 200])


def points(value, noise=0.0, repeats=6, seed=0):
    rng = np.random.default_rng(seed)
    rows = [(n, n // 2, repeat, value(n) + noise * rng.normal()) for repeat in range(repeats) for n in SIZES]
    frame = pd.DataFrame(rows, columns=["n_read", "n_coded", "repeat", "recall"])
    return frame.assign(precision=frame["recall"], f1=frame["recall"])


@pytest.mark.parametrize("truth", [(0.8, 2.0, 0.5), (0.6, 5.0, 1.0), (0.9, 1.2, 0.2)])
def test_the_power_law_is_found_again(truth):
    value = power_law(np.array(truth), SIZES)
    assert power_law(fit_power_law(SIZES.astype(float), value), SIZES) == pytest.approx(value, abs=1e-4)
    new = power_law(np.array(truth), 300)
    assert power_law(fit_power_law(SIZES.astype(float), value), 300) == pytest.approx(new, abs=2e-3)


def test_the_interval_holds_what_more_coding_would_give():
    truth, inside = np.array([0.7, 3.0, 0.7]), 0
    for seed in range(20):
        table = points(lambda n: float(power_law(truth, n)), noise=0.02, repeats=10, seed=seed)
        _, draws, why = carried_on(table, "recall", 200, 40, seed)
        assert why == ""
        low, high = np.quantile(power_law(draws, 240), [0.025, 0.975])
        inside += low <= power_law(truth, 240) <= high
    assert inside >= 15


@pytest.mark.parametrize(
    ("value", "noise", "more", "why"),
    [
        (lambda n: 0.5 + n / 1000, 0.0, 300, "far"),
        (lambda n: 0.5, 0.0, 40, "flat"),
        (lambda n: 0.9 - n / 1000, 0.0, 40, "flat"),
    ],
)
def test_a_curve_that_says_nothing_is_not_carried_on(value, noise, more, why):
    assert carried_on(points(value, noise), "recall", 200, more, 0)[2] == why


def test_few_sizes_are_not_carried_on():
    assert carried_on(points(lambda n: n / 500).query("n_read < 130"), "recall", 200, 40, 0)[2] == "few"


def test_measures_by_hand():
    assert measures(10, 8, 4) == pytest.approx((0.4, 0.5, 8 / 18))
    assert np.isnan(measures(10, 0, 0)[1])
    assert measures(10, 0, 0)[0] == 0


def test_a_curve_of_a_project(coded):
    curve = learning_curve(coded, "rules", n_repeats=2, n_more=20)
    assert curve.glance().loc[0, "n_now"] == 60
    assert not curve.extrapolates  # phrases do not get better by more codings
    assert curve.points["n_read"].nunique() == 6
    assert "cannot be carried on" in curve.summary()
    with pytest.raises(ValueError, match="measure is one of"):
        learning_curve(coded, "rules", measure="accuracy")


def test_the_sentence_in_both_languages():
    table = points(lambda n: float(power_law(np.array([0.7, 3.0, 0.7]), n)), noise=0.01)
    curve, draws, _ = carried_on(table, "recall", 200, 40, 0)
    found = LearningCurve("classifier", "x", ("An",), "recall", table, curve, draws, 200, 40)
    assert found.sentence("en").startswith("coding 40 more segments would bring recall from 0.6")
    assert "40 fragmenten meer coderen zou het deel dat gevonden wordt" in found.sentence("nl")
    assert "0,6" in found.sentence("nl")
    now, low, high = found.predict(240)
    assert low <= now <= high
    assert np.isnan(found.predict(401)).all()
    assert LearningCurve.from_dict(found.to_dict()).sentence("en") == found.sentence("en")
