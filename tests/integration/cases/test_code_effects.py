"""Codes as predictors: attenuated as they are, corrected for errors of coding."""

import json

import numpy as np
import pandas as pd
import pytest

from lcresearch import integration
from lcresearch.errors import IntegrationError
from lcresearch.integration.cases.error_models import Surrogate, calibrated, presence
from lcresearch.integration.cases.simulated import invented_codes
from lcresearch.multilevel import fit_lmm

FORMULA = "learning ~ code_help + (1 | community)"


def effects(found):
    return found.effects.set_index("analysis")


def test_with_as_many_coders_everywhere_the_correction_divides_by_the_reliability():
    frame, codes = invented_codes(n_cases=30, n_persons=6, effect=0.5, reliability=0.6, seed=3)
    found = integration.code_effects(FORMULA, frame, codes, n_draws=5)
    both = effects(found)
    row = codes.reliability.iloc[0]
    reliability = 1 - row["error_variance"] / 2 / codes.values["code_help"].var()
    assert found.reliability.loc[0, "reliability"] == pytest.approx(reliability)
    assert found.reliability.loc[0, "attenuation"] == pytest.approx(reliability)
    assert both.loc["corrected", "estimate"] == pytest.approx(both.loc["naive", "estimate"] / reliability, rel=1e-6)
    joined = frame.join(codes.values, on="community")
    assert both.loc["naive", "estimate"] == pytest.approx(fit_lmm(FORMULA, joined).fixed_effects["code_help"])


def test_presence_is_corrected_by_the_predictive_values():
    frame, codes = invented_codes(n_cases=60, n_persons=5, effect=0.8, chances=(0.9, 0.8), seed=2)
    found = integration.code_effects(FORMULA, frame, codes, misclassification={"code_help": (0.9, 0.8)}, n_draws=5)
    # any of two coders: sensitivity 1 - .1^2, specificity .8^2
    hits, rights = 0.99, 0.64
    given = codes.values["code_help"].mean()
    there = (given - (1 - rights)) / (hits + rights - 1)
    positive = there * hits / given
    negative = (1 - there) * rights / (1 - given)
    both = effects(found)
    weaker = positive + negative - 1
    # the variance of 0 and 1 is taken over n - 1 cases, that of the formula over n
    assert both.loc["naive", "estimate"] / both.loc["corrected", "estimate"] == pytest.approx(weaker, rel=0.05)
    assert found.reliability.loc[0, "attenuation"] == pytest.approx(weaker, rel=0.05)


def test_many_cases_give_the_effect_without_error_back():
    frame, codes = invented_codes(n_cases=900, n_persons=3, effect=0.5, reliability=0.5, n_double=300, seed=1)
    both = effects(integration.code_effects(FORMULA, frame, codes, n_draws=4))
    assert both.loc["naive", "estimate"] < 0.34
    assert both.loc["corrected", "estimate"] == pytest.approx(0.5, abs=0.08)


def test_intervals_hold_the_effect_about_as_often_as_they_say():
    inside = {"naive": 0, "corrected": 0}
    for seed in range(12):
        frame, codes = invented_codes(n_cases=80, n_persons=4, effect=0.5, reliability=0.4, seed=seed)
        both = effects(integration.code_effects(FORMULA, frame, codes, n_draws=8, seed=seed))
        for analysis in inside:
            row = both.loc[analysis]
            inside[analysis] += row["conf_low"] <= 0.5 <= row["conf_high"]
    assert inside["corrected"] >= 10  # fewer than 10 of 12 has a chance of 2% with intervals of 95%
    assert inside["naive"] <= 6


def test_a_covariate_that_goes_with_the_code_is_taken_into_account():
    rng = np.random.default_rng(5)
    n = 40000
    size = rng.normal(size=n)
    real = 0.7 * size + rng.normal(0, np.sqrt(0.51), n)
    seen = real + rng.normal(size=n)
    expected = calibrated([Surrogate(seen, np.ones(n))], size[:, None])[:, 0]
    slope = np.linalg.lstsq(np.column_stack([np.ones(n), expected, size]), real, rcond=None)[0]
    assert slope == pytest.approx([0, 1, 0], abs=0.03)


def test_what_a_code_without_error_is_expected_to_be_has_mean_zero_error():
    rng = np.random.default_rng(1)
    real = (rng.random(20000) < 0.3).astype(float)
    readers = np.where(np.arange(20000) % 2, 1.0, 2.0)
    chance = np.where(real == 1, 1 - 0.2**readers, 1 - 0.9**readers)
    seen = (rng.random(20000) < chance).astype(float)
    found = presence(seen, readers, 0.8, 0.9)
    assert found.values[real == 1].mean() == pytest.approx(1, abs=0.02)
    assert found.values[real == 0].mean() == pytest.approx(0, abs=0.02)
    assert found.variances.mean() == pytest.approx(np.var(found.values - real), rel=0.05)


def test_of_one_coder_nothing_is_corrected_but_what_if_is_told():
    frame, codes = invented_codes(n_cases=20, n_persons=5, effect=0.5, reliability=0.6, n_double=0, seed=1)
    found = integration.code_effects(FORMULA, frame, codes)
    both = effects(found)
    assert np.isnan(both.loc["corrected", "estimate"])
    assert "Q080" in [problem.code for problem in found.problems]
    told = found.sensitivity.set_index("reliability")["estimate"]
    assert told.iloc[0] == pytest.approx(both.loc["naive", "estimate"] / 0.9)
    given = integration.code_effects(FORMULA, frame, codes, reliability={"code_help": 0.9}, n_draws=5)
    assert effects(given).loc["corrected", "estimate"] == pytest.approx(told.iloc[0])


def test_a_code_that_is_mostly_error_is_not_corrected():
    frame, codes = invented_codes(n_cases=300, n_persons=2, effect=0.5, reliability=0.02, seed=6)
    found = integration.code_effects(FORMULA, frame, codes, n_draws=5)
    assert np.isnan(effects(found).loc["corrected", "estimate"])
    assert "Q085" in [problem.code for problem in found.problems]


def test_an_interval_is_open_when_there_may_be_no_reliability_left():
    frame, codes = invented_codes(n_cases=12, n_persons=5, effect=0.5, reliability=0.5, n_double=4, seed=0)
    found = integration.code_effects(FORMULA, frame, codes, n_draws=60)
    assert np.isinf(effects(found).loc["corrected", "conf_high"])
    assert "Q086" in [problem.code for problem in found.problems]
    json.dumps(found.to_dict(), allow_nan=False)


def test_persons_of_cases_without_interviews_are_counted_and_not_filled_in():
    frame, codes = invented_codes(n_cases=9, n_persons=5, effect=0.5, reliability=0.9, seed=1)
    more = pd.concat([frame, pd.DataFrame({"community": ["community 99"] * 4, "learning": [3.0, 4, 3, 4]})])
    found = integration.code_effects(FORMULA, more, codes, n_draws=5)
    left_out = next(problem for problem in found.problems if problem.code == "Q084")
    assert (left_out.values["persons"], left_out.values["cases"]) == (4, ["community 99"])
    assert (found.n_persons, found.n_cases) == (45, 9)
    assert "Q083" in [problem.code for problem in found.problems]  # nine cases
    assert effects(found)["estimate"].equals(
        effects(integration.code_effects(FORMULA, frame, codes, n_draws=5))["estimate"]
    )


def test_several_codes_and_an_interaction():
    frame, codes = invented_codes(n_cases=40, n_persons=6, effect=0.5, reliability=0.7, seed=4)
    rng = np.random.default_rng(0)
    values = codes.values.assign(code_time=rng.normal(size=40))
    table = pd.concat(
        [codes.reliability, codes.reliability.assign(code="code_time", known=False, error_variance=np.nan)]
    )
    both = integration.Quantitised(
        "community", "share", values, codes.readers, table.reset_index(drop=True), codes.by_coder
    )
    frame["hours"] = rng.normal(size=len(frame))
    found = integration.code_effects(
        "learning ~ code_help * hours + code_time + (1 | community)", frame, both, n_draws=5
    )
    corrected = found.effects[found.effects["analysis"] == "corrected"].set_index("term")["estimate"]
    assert corrected[["code_help", "code_help:hours"]].notna().all()
    assert np.isnan(corrected["code_time"])
    short = integration.code_effects(
        "learning", frame, both, codes=["code_help", "code_time"], covariates=["hours"], n_draws=2
    )
    assert short.formula == "learning ~ code_help + code_time + hours + (1 | community)"


def test_bad_questions_are_refused():
    frame, codes = invented_codes(n_cases=10, n_persons=3, effect=0.5, reliability=0.7)
    with pytest.raises(IntegrationError, match="Q082"):
        integration.code_effects("learning ~ 1 + (1 | community)", frame, codes)
    with pytest.raises(IntegrationError, match="Q077"):
        integration.code_effects("learning", frame, codes, codes=["code_helps"])
    with pytest.raises(IntegrationError, match="Q061"):
        integration.code_effects(FORMULA, frame.rename(columns={"community": "team"}), codes)
    with pytest.raises(IntegrationError, match="Q088"):
        integration.code_effects(FORMULA, frame, codes, misclassification={"code_help": (0.5, 0.4)})


def test_an_open_interval_keeps_the_sign_that_the_data_tell():
    frame, codes = invented_codes(n_cases=60, n_persons=8, effect=1.5, reliability=0.6, n_double=4, seed=3)
    found = integration.code_effects(FORMULA, frame, codes, n_draws=60)
    corrected = effects(found).loc["corrected"]
    assert np.isinf(corrected["conf_high"])
    assert 0 < corrected["conf_low"] < corrected["estimate"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"reliability": {"code_hlp": 0.8}}, "Q077"),
        ({"reliability": {"code_help": 2}}, "Q286"),
        ({"reliability": {"code_help": float("nan")}}, "Q286"),
        ({"misclassification": {"code_help": (1.5, 0.2)}}, "Q286"),
    ],
)
def test_what_is_known_from_elsewhere_must_be_of_a_code_and_a_share(given, code):
    """A misspelt code was left out without a word, and a reliability of 2 halved the effect."""
    people, codes = invented_codes(n_cases=12, n_persons=4, effect=0.5, reliability=0.6, seed=1)
    with pytest.raises(IntegrationError) as error:
        integration.code_effects("learning ~ code_help + (1 | community)", people, codes, n_draws=2, **given)
    assert code in [problem.code for problem in error.value.problems]
