"""What may be compared: the verdict, what was freed and how much it matters, on invented answers."""

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

from lcresearch.errors import MeasurementError
from lcresearch.measurement import Moments, invariance
from lcresearch.measurement.comparability import rules

FIVE = "f =~ a1 + a2 + a3 + a4 + a5"
LOADINGS = np.array([0.8, 0.7, 0.9, 0.75, 0.65])
close = np.testing.assert_allclose


def population(loadings, intercepts, means, variances, residual=0.4, n=500):
    """Moments of populations, as if of n persons a group."""
    loadings, intercepts = np.atleast_2d(loadings), np.atleast_2d(intercepts)
    means, variances = np.asarray(means, float), np.asarray(variances, float)
    g, p = len(means), loadings.shape[1]
    loadings, intercepts = np.broadcast_to(loadings, (g, p)), np.broadcast_to(intercepts, (g, p))
    covariance = variances[:, None, None] * loadings[:, :, None] * loadings[:, None, :] + residual * np.eye(p)
    names = tuple(f"G{k + 1:02d}" for k in range(g))
    items = tuple(f"a{k + 1}" for k in range(p))
    return Moments(items, names, np.full(g, float(n)), intercepts + means[:, None] * loadings, covariance)


def test_equal_parameters_warrant_means_and_return_the_truth():
    found = invariance(FIVE, population(LOADINGS, [3.0] * 5, [0, 0.5, -0.3], [1, 1.4, 0.8]))
    assert found.warranted == "means"
    assert found.verdict.code == "M277"
    close(found.factor_means["mean"], [0, 0.5, -0.3], atol=1e-6)
    close(found.factor_means["variance"], [1, 1.4, 0.8], atol=1e-6)
    close(found.effect_sizes["d_macs"], 0, atol=1e-6)


def test_one_shifted_intercept_is_freed_in_its_group_and_measured():
    shifted = np.full((3, 5), 3.0)
    shifted[1, 2] += 0.6
    found = invariance(FIVE, population(LOADINGS, shifted, [0, 0.5, -0.3], [1, 1, 1]))
    assert found.freed[["term", "unit"]].to_numpy().tolist() == [["a3~1", "G02"]]
    assert (found.warranted, found.verdict.code) == ("means", "M276")
    close(found.factor_means["mean"], [0, 0.5, -0.3], atol=1e-5)
    sizes = found.effect_sizes.set_index(["item", "unit"])
    close(sizes.loc[("a3", "G02"), ["bias", "difference"]].astype(float), 0.6, atol=1e-5)
    close(sizes.loc[("a3", "G02"), "d_macs"], 0.6 / np.sqrt(0.81 + 0.4), atol=1e-5)
    scale = found.scale_effects.set_index("unit").loc["G02"]
    close(scale["bias"], 0.6 / 5, atol=1e-5)
    close(scale["observed"], 0.6 / 5 + 0.5 * LOADINGS.mean(), atol=1e-5)
    assert found.n_equal.set_index("unit")["n_equal"].to_dict() == {"G01": 5, "G02": 4, "G03": 5}


def test_dmacs_is_the_integral_of_nye_and_drasgow():
    loadings = np.tile(LOADINGS, (2, 1))
    loadings[1, 2] = 0.4
    intercepts = np.full((2, 5), 3.0)
    intercepts[1, 2] = 3.3
    found = invariance(FIVE, population(loadings, intercepts, [0, 0.4], [1, 1.5]), rule="cheung-rensvold")
    assert "f=~a3" in found.freed["term"].tolist()
    row = found.effect_sizes.set_index("item").loc["a3"]

    def squared(eta):
        return (0.3 + (0.4 - 0.9) * eta) ** 2 * stats.norm.pdf(eta, 0.4, np.sqrt(1.5))

    pooled = (np.sqrt(0.81 + 0.4) + np.sqrt(1.5 * 0.16 + 0.4)) / 2
    close(row["d_macs"], np.sqrt(integrate.quad(squared, -15, 15)[0]) / pooled, rtol=1e-4)
    close(row["bias"], 0.3 - 0.5 * 0.4, atol=1e-4)


def test_intercepts_of_most_items_that_differ_leave_relations_only():
    shifted = np.full((2, 5), 3.0)
    shifted[1] += [0.9, -0.9, 0.7, -0.7, 0]
    found = invariance(FIVE, population(LOADINGS, shifted, [0, 0], [1, 1]))
    assert (found.warranted, found.verdict.code) == ("relations", "M273")
    assert found.n_equal["n_equal"].min() == 3
    assert found.steps["verdict"].tolist() == ["holds", "holds", "fails", "fails", "not_reached"]


def test_loadings_that_differ_or_a_model_that_does_not_fit_leave_nothing():
    crossed = np.array([[0.9, 0.9, 0.2, 0.2, 0.9], [0.2, 0.9, 0.9, 0.9, 0.2]])
    assert invariance(FIVE, population(crossed, [3.0] * 5, [0, 0], [1, 1])).verdict.code == "M271"
    two = np.kron(np.eye(2), np.full((3, 3), 0.6)) + 0.4 * np.eye(6)
    items = tuple(f"a{k}" for k in range(1, 7))
    wrong = Moments(items, ("A", "B"), np.full(2, 400.0), np.zeros((2, 6)), np.stack([two, two]))
    found = invariance("f =~ a1 + a2 + a3 + a4 + a5 + a6", wrong)
    assert (found.warranted, found.verdict.code) == ("none", "M270")


def test_ten_groups_are_judged_by_rutkowski_and_svetina_against_the_mean_of_all():
    found = invariance(FIVE, population(LOADINGS, [3.0] * 5, np.linspace(0, 1, 10), np.linspace(1, 2, 10)))
    assert found.source == "Rutkowski & Svetina (2014)"
    assert set(found.effect_sizes["reference"]) == {""}
    assert set(found.rules["rule"]) == {"chen", "cheung-rensvold", "rutkowski-svetina"}


@pytest.mark.parametrize(
    ("rule", "step", "change", "holds"),
    [
        (rules.CHEUNG_RENSVOLD, "metric", (-0.010, 0.5, 0.5), True),
        (rules.CHEUNG_RENSVOLD, "scalar", (-0.011, 0, 0), False),
        (rules.CHEN, "metric", (-0.009, 0.016, 0.029), True),
        (rules.CHEN, "scalar", (-0.009, 0.016, 0.011), False),
        (rules.CHEN, "scalar", (-0.011, 0, 0), False),
        (rules.CHEN_SMALL, "metric", (-0.006, 0, 0), False),
        (rules.RUTKOWSKI_SVETINA, "metric", (-0.019, 0.029, 1), True),
        (rules.RUTKOWSKI_SVETINA, "scalar", (-0.009, 0.011, 0), False),
    ],
)
def test_published_limits(rule, step, change, holds):
    assert rule.holds(step, dict(zip(rules.MEASURES, change, strict=True))) is holds


@pytest.mark.parametrize(
    ("cfi", "p_value", "holds"), [(-0.009, 0.42, True), (-0.009, 0.04, False), (-0.011, 0.42, False)]
)
def test_a_rise_of_rmsea_that_chance_explains_does_not_count_with_many_groups(cfi, p_value, holds):
    change = {"cfi": cfi, "rmsea": 0.0103, "srmr": 0.0}
    assert rules.RUTKOWSKI_SVETINA.holds("scalar", change, p_value) is holds
    assert rules.RUTKOWSKI_SVETINA.spares("scalar", change, p_value) is (p_value > 0.05)
    assert not rules.CHEN.spares("scalar", change, p_value)


def test_a_tiny_group_makes_the_verdict_one_with_reservation():
    told = []
    for n in (29, 30):
        found = invariance(FIVE, population(LOADINGS, [3.0] * 5, [0, 0.5], [1, 1.4], n=n))
        assert found.warranted == "means"
        told.append([found.verdict.message(language).partition(":")[0] for language in ("en", "nl")])
    assert told[0] == [
        "Means may be compared, and so may scores, but only with reservation, since the smallest group (G01) has only "
        "29 persons",
        "Gemiddelden en ook schaalscores mogen worden vergeleken, maar alleen met een voorbehoud, want de kleinste "
        "groep (G01) telt maar 29 personen",
    ]
    assert told[1] == [
        "Means may be compared, and so may scores",
        "Gemiddelden en ook schaalscores mogen worden vergeleken",
    ]


def test_a_solution_that_cannot_be_right_makes_the_verdict_one_with_reservation():
    """The third item goes with the others more than a factor allows: its residual variance is below zero."""
    data = population([0.8, 0.7, 0.9], [3.0] * 3, [0, 0.3], [1, 1.2])
    covariance = data.covariance.copy()
    covariance[:, 2, :2] *= 1.3
    covariance[:, :2, 2] *= 1.3
    found = invariance("f =~ a1 + a2 + a3", Moments(data.items, data.groups, data.n, data.mean, covariance))
    assert found.warranted == "means"
    opening = found.verdict.message("en").partition(":")[0]
    assert "only with reservation, since a solution cannot be right (var(a3) = -0." in opening
    assert "want een oplossing kan niet kloppen" in found.verdict.message("nl").partition(":")[0]


def test_marker_in_the_model_is_kept_and_told():
    data = population(LOADINGS, [3.0] * 5, [0, 0.5], [1, 1.4])
    found = invariance("f =~ 1*a1 + a2 + a3 + a4 + a5", data)
    close(found.steps["chi_square"], 0, atol=1e-6)
    assert "M285" in [problem.code for problem in found.problems]


def test_result_is_told_in_two_languages_and_comes_back_from_a_dictionary(monkeypatch):
    found = invariance(FIVE, population(LOADINGS, [3.0] * 5, [0, 0.5], [1, 1.4], n=60))
    monkeypatch.setenv("LCRESEARCH_LANGUAGE", "nl")
    assert "Gemiddelden en ook schaalscores mogen worden vergeleken" in str(found)
    assert "De kleinste groep (G01) telt 60 personen" in str(found)
    again = type(found).from_dict(found.to_dict())
    pd.testing.assert_frame_equal(again.tidy(), found.tidy())
    assert again.verdict.message("en") == found.verdict.message("en")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"steps": ["metrical"]}, "M260"),
        ({}, "M261"),
        ({"group": "g", "waves": {"1": "", "2": ""}}, "M261"),
        ({"waves": {"1": "_t1", "2": {"a1": "a1"}}}, "M262"),
        ({"group": "one"}, "M264"),
        ({"group": "g", "ordered": True}, "M242"),
        ({"group": "g", "steps": ["thresholds"]}, "M255"),
        ({"group": "g", "reference": "Z"}, "M266"),
        ({"group": "g", "rule": "mine"}, "M004"),
        ({"group": "g", "estimator": "WLSMV"}, "M004"),
    ],
)
def test_what_cannot_be_done_is_refused(options, code):
    rng = np.random.default_rng(5)
    factor = rng.normal(size=200)
    frame = pd.DataFrame({f"a{k}": factor + rng.normal(size=200) for k in range(1, 6)})
    frame = frame.assign(g=np.repeat(["A", "B"], 100), one="x")
    with pytest.raises(MeasurementError) as caught:
        invariance(FIVE, frame, **options)
    assert caught.value.problems[0].code == code


@pytest.mark.parametrize("language", ["nl", "en"])
def test_figures(language, monkeypatch):
    monkeypatch.setenv("LCRESEARCH_LANGUAGE", language)
    shifted = np.full((2, 5), 3.0)
    shifted[1, 2] += 0.6
    found = invariance(FIVE, population(LOADINGS, shifted, [0, 0.5], [1, 1]))
    steps = found.plot()
    labels = [label.get_text() for label in steps.axes[0].get_yticklabels()]
    assert labels[2].endswith("(1 vrij)" if language == "nl" else "(1 free)")
    assert len(found.plot("effect_sizes").axes[0].texts) == 5
