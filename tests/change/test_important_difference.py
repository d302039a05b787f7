"""Minimal important difference: against statsmodels, and against the threshold that made the data."""

import numpy as np
import pandas as pd
import pytest
import scipy.stats
import statsmodels.api as sm

from lcresearch import change
from lcresearch.change.persons.predictive_change import predictive_change
from lcresearch.errors import ChangeError


def anchored(n, mean, seed, threshold=0.5, noise=0.4):
    """Invented persons: they say to be better when their true gain passes the threshold."""
    rng = np.random.default_rng(seed)
    gain = rng.normal(mean, 1.0, n)
    observed = gain + rng.normal(0, noise, n)
    felt = gain + rng.normal(0, noise, n)
    return observed, felt >= threshold


def test_predictive_change_is_where_statsmodels_logit_equals_the_share():
    observed, improved = anchored(150, 0.8, seed=1)
    fit = sm.Logit(improved.astype(float), sm.add_constant(observed)).fit(disp=0, tol=1e-12)
    prior = np.log(improved.mean() / (1 - improved.mean()))
    plain, _ = predictive_change(observed, improved, np.ones((1, 150)))
    assert plain[0] == pytest.approx((prior - fit.params[0]) / fit.params[1], rel=1e-8)


@pytest.mark.parametrize("noise", [0.4, 0.6, 1.0])
@pytest.mark.parametrize("mean", [-0.4, 0.5, 1.4])
def test_adjusted_predictive_change_finds_the_threshold_at_any_share_of_improved(mean, noise):
    observed, improved = anchored(100_000, mean, seed=3, noise=noise)
    everybody = np.ones((1, len(observed)))
    plain, adjusted = predictive_change(observed, improved, everybody, 1 / (1 + noise**2))
    # the adjustment is an approximation; at the corners of these means and errors it is .05 to .06 off
    assert adjusted[0] == pytest.approx(0.5, abs=0.06)
    _, of_2017 = predictive_change(observed, improved, everybody)
    assert abs(adjusted[0] - 0.5) - 0.02 <= abs(of_2017[0] - 0.5) <= abs(plain[0] - 0.5) + 0.02


def frame_of(change_scores, answers):
    n = len(change_scores)
    return pd.DataFrame(
        {
            "respondent": list(range(n)) * 2,
            "wave": ["t0"] * n + ["t1"] * n,
            "trust": np.concatenate([np.linspace(2, 4, n), np.linspace(2, 4, n) + change_scores]),
            "anchor": [np.nan] * n + list(answers),
        }
    )


def test_mean_change_has_the_interval_of_t_and_what_was_named_beforehand_stands_first():
    gains = np.array([0.4, 0.6, 0.5, 0.9, 0.1, -0.1, 0.0, 1.2])
    answers = [4, 4, 4, 4, 3, 3, 3, 5]
    found = change.minimal_important_difference(
        frame_of(gains, answers),
        "trust",
        before="t0",
        after="t1",
        anchor="anchor",
        a_little_better=4,
        better=[5],
        worthwhile=0.3,
        reliability=0.84,
        seed=1,
    )
    table = found.tidy().set_index("term")
    assert table.index[0] == "worthwhile"
    low, high = scipy.stats.t.interval(0.95, 3, gains[:4].mean(), gains[:4].std(ddof=1) / 2)
    assert table.loc["mean_change", ["conf_low", "conf_high"]].tolist() == pytest.approx([low, high])
    assert table.loc["half_std_dev", "estimate"] == pytest.approx(0.5 * np.linspace(2, 4, 8).std(ddof=1))
    assert table.loc["std_error_measurement", "estimate"] == pytest.approx(np.linspace(2, 4, 8).std(ddof=1) * 0.4)
    assert {problem.code for problem in found.problems} == {"C064", "C066"}


def test_an_anchor_about_something_else_is_named():
    gains, answers = np.tile([0.0, 1.0], 30), [3, 3, 4, 4] * 15
    found = change.minimal_important_difference(
        frame_of(gains, answers), "trust", before="t0", after="t1", anchor="anchor", a_little_better=[4], n_bootstrap=50
    )
    assert "C065" in {problem.code for problem in found.problems}
    with pytest.raises(ChangeError, match="C058"):
        change.minimal_important_difference(
            frame_of(gains, answers), "trust", before="t0", after="t1", anchor="anchor", a_little_better=9
        )


def test_lower_is_better_gives_the_same_difference():
    gains, answers = np.array([0.4, 0.6, 0.5, 0.9, 0.1, -0.1]), [4, 4, 4, 4, 3, 3]
    options = {"before": "t0", "after": "t1", "anchor": "anchor", "a_little_better": 4, "n_bootstrap": 20, "seed": 1}
    up = change.minimal_important_difference(frame_of(gains, answers), "trust", **options).tidy()
    down = change.minimal_important_difference(frame_of(-gains, answers), "trust", improvement="lower", **options)
    assert down.tidy()["estimate"].tolist()[0] == pytest.approx(up["estimate"][0])
