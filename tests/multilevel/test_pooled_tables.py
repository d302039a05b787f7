"""Tables of several imputed data sets put together, and small questions to a fitted model."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from lcresearch import multilevel
from lcresearch.errors import MultilevelError

close = np.testing.assert_allclose
ONE = pd.DataFrame({"term": ["a", "b"], "estimate": [0.4, -1.0], "std_error": [0.2, 0.5], "df": [20.0, 20.0]})
SEVERAL = [ONE, ONE.assign(estimate=[0.6, -0.8]), ONE.assign(estimate=[0.5, -1.4])]


@pytest.fixture(scope="module")
def frame():
    """Twelve invented teams of unequal size; what persons and their team do for the outcome differs."""
    rng = np.random.default_rng(11)
    team = np.repeat(np.arange(12), rng.integers(5, 9, 12))
    kind = np.array(["care", "trade", "water"])[team % 3]
    hours = rng.normal(size=len(team)) + rng.normal(size=12)[team]
    score = 3 + 0.4 * hours * (kind == "care") + rng.normal(size=12)[team] * 0.6 + rng.normal(size=len(team))
    return pd.DataFrame({"team": team.astype("str"), "kind": kind, "hours": hours, "score": score})


def code(caught):
    return caught.value.problems[0].code


def test_rules_of_rubin_and_degrees_of_freedom_of_barnard_and_rubin():
    """Rubin (1987), Barnard and Rubin (1999), written out."""
    m, complete = len(SEVERAL), 20.0
    estimates = np.array([each["estimate"] for each in SEVERAL])
    within, between = np.array([0.2, 0.5]) ** 2, estimates.var(axis=0, ddof=1)
    total = within + (1 + 1 / m) * between
    share = (1 + 1 / m) * between / total
    observed = (complete + 1) / (complete + 3) * complete * (1 - share)
    df = 1 / (share**2 / (m - 1) + 1 / observed)
    found = multilevel.pool_tables(SEVERAL).tidy()
    close(found["estimate"], estimates.mean(axis=0))
    close(found["std_error"], np.sqrt(total))
    close(found["df"], df)


def test_tables_of_fits_pool_as_fits_do_in_any_order(frame):
    rng = np.random.default_rng(2)
    fits = [
        multilevel.fit_lmm(
            "score ~ hours + (1 | team)", frame.assign(hours=frame["hours"] + rng.normal(size=len(frame)))
        )
        for _ in range(3)
    ]
    of_fits = multilevel.pool(fits).tidy()
    pd.testing.assert_frame_equal(multilevel.pool(fits[::-1]).tidy(), of_fits)
    of_tables = multilevel.pool_tables([fit.tidy() for fit in fits]).tidy()
    close(of_tables[["estimate", "std_error", "df"]], of_fits[["estimate", "std_error", "df"]], rtol=1e-8)


@pytest.mark.parametrize("tables", [[], [ONE], [ONE, ONE.assign(term=["a", "c"])]])
def test_tables_that_cannot_be_pooled(tables):
    with pytest.raises(MultilevelError) as refused:
        multilevel.pool_tables(tables)
    assert code(refused) == "L027"


def test_differences_are_those_of_the_slopes_and_an_unknown_slope_is_refused(frame):
    fit = multilevel.fit_lmm("score ~ hours * kind + (1 | team)", frame)
    slopes = multilevel.simple_slopes(fit, "hours", "kind")
    found = multilevel.slope_differences(fit, "hours", "kind")
    estimates = slopes["estimate"].to_numpy()
    pairs = [(i, j) for i in range(3) for j in range(i + 1, 3)]
    assert len(found) == len(pairs)
    close(np.sort(np.abs(found["estimate"])), np.sort([abs(estimates[i] - estimates[j]) for i, j in pairs]))
    with pytest.raises(MultilevelError) as refused:
        multilevel.slope_differences(fit, "ours", "kind")
    assert code(refused) == "L035"


def test_the_null_model_is_that_of_statsmodels(frame):
    found = multilevel.null_model("score", ["team"], frame)
    theirs = smf.mixedlm("score ~ 1", frame, groups="team").fit(reml=True)
    close(found.fixed_effects.to_numpy(), theirs.fe_params.to_numpy(), rtol=1e-5)
    variances = np.array([theirs.cov_re.iloc[0, 0], theirs.scale])
    close(found.icc()["icc"][0], variances[0] / variances.sum(), rtol=1e-3)


def test_the_null_model_of_one_group_is_refused(frame):
    with pytest.raises(MultilevelError) as refused:
        multilevel.null_model("score", ["team"], frame[frame["team"] == "0"])
    assert code(refused) == "L011"


def test_an_effect_of_the_context_needs_both_columns(frame):
    fit = multilevel.fit_lmm("score ~ hours + (1 | team)", frame)
    with pytest.raises(MultilevelError):
        multilevel.contextual_effect(fit, "hours", "hours_mean")


def test_the_null_model_is_the_model_that_is_written_out_in_any_order_of_rows(frame):
    found = multilevel.null_model("score", ["team"], frame)
    written = multilevel.fit_lmm("score ~ 1 + (1 | team)", frame[::-1])
    pd.testing.assert_frame_equal(found.tidy(), written.tidy(), rtol=1e-6)
    close(found.variance_components["covariance"], written.variance_components["covariance"], rtol=1e-6)


def test_the_effect_of_the_context_is_the_contrast_of_statsmodels(frame):
    made = multilevel.center(frame, "hours", by="team")
    fit = multilevel.fit_lmm("score ~ hours_within + hours_between + (1 | team)", made)
    theirs = smf.mixedlm("score ~ hours_within + hours_between", made, groups="team").fit(reml=True)
    test = theirs.t_test(np.array([[0, -1, 1]]))
    row = multilevel.contextual_effect(fit, "hours_within", "hours_between", ddf="none").iloc[0]
    close(row["estimate"], test.effect.item(), rtol=1e-4)
    close(row["std_error"], test.sd.item(), rtol=2e-3)
    close([row["conf_low"], row["conf_high"]], test.conf_int()[0], rtol=5e-3)
