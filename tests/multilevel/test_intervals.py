"""Profile, bootstrap and robust intervals against lme4 and clubSandwich, and against their definition."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from lcresearch import multilevel
from lcresearch.errors import MultilevelError

FILES = Path(__file__).parents[1] / "reference" / "multilevel"
VALUES = {path.stem: json.loads(path.read_text(encoding="utf-8"))["values"] for path in sorted(FILES.glob("*.json"))}
PROFILED = [name for name, values in VALUES.items() if values.get("profile_ci_95")]
close = np.testing.assert_allclose

# where lme4 interpolates between points that lie far apart, near a correlation of -1: its limits are not where the
# deviance is 3.8415 higher (see the test of the definition)
INTERPOLATED = {
    ("bdf_cross_level_ml", "sd_IQ.within|schoolNR"),
    ("bdf_cross_level_ml", "cor_IQ.within.(Intercept)|schoolNR"),
}


@pytest.mark.parametrize("name", PROFILED)
def test_profiles_of_maximum_likelihood_are_those_of_lme4(reference, name):
    """Of fits by REML lme4 profiles the ML deviance."""
    found = reference(name)
    table = found.fit.confint("profile", criterion="ML")
    for row in found.values["profile_ci_95"]:
        mine = table.loc[_row_of(table, row["par"], found.ours)]
        rough = (name, row["par"]) in INTERPOLATED
        size = max(abs(row["lower"]), abs(row["upper"]), row["upper"] - row["lower"])
        close(
            [mine["conf_low"], mine["conf_high"]], [row["lower"], row["upper"]], atol=(1e-2 if rough else 2e-4) * size
        )


def _row_of(table, parameter, ours):
    """The row of ``sd_Days|Subject``, ``cor_Days.(Intercept)|Subject``, ``sigma`` or a fixed effect."""
    kind, _, rest = parameter.partition("_")
    if parameter == "sigma":
        return table.index[table["group"] == "residual"][0]
    if kind not in ("sd", "cor") or "|" not in rest:
        return table.index[(table["group"] == "fixed") & (table["term"] == ours(parameter))][0]
    terms, _, group = rest.partition("|")
    same = table["group"].map(lambda label: set(label.split(":")) == set(group.split(".")[0].split(":")))
    if kind == "sd":
        return table.index[same & (table["term"] == ours(terms))][0]
    return table.index[same & table["term"].str.contains(", ")][0]


def test_profile_limits_are_where_the_deviance_is_a_quantile_higher(reference):
    """Minimising lme4's own deviance with this standard deviation held (devfun2, L-BFGS-B from four starts) gives rises
    of 3.8425 at 0.1961 and 3.837578 at 0.1963; the quantile is 3.8415.
    """
    table = reference("bdf_cross_level_ml").fit.confint("profile")
    limit = table.loc[table["term"] == "IQ_within", "conf_low"].iloc[0]
    between = 0.1961 + (3.8425 - scipy.stats.chi2.ppf(0.95, 1)) / (3.8425 - 3.837578) * 0.0002
    close(limit, between, atol=2e-6)


def small_nested(seed):
    """Invented answers of 60 persons in few groups, where variances are at or near zero."""
    rng = np.random.default_rng(seed)
    team, part, x = rng.integers(0, 6, 60), rng.integers(0, 4, 60), rng.normal(size=60)
    y = x + rng.normal(size=60) + 0.4 * rng.normal(size=6)[team] + 0.3 * rng.normal(size=24)[team * 4 + part]
    return pd.DataFrame({"team": team, "part": part, "x": x, "y": y})


@pytest.mark.parametrize("seed", [4, 36])
def test_limits_of_effects_are_where_the_deviance_is_a_quantile_higher_also_with_variances_of_zero(seed):
    frame = small_nested(seed)
    fit = multilevel.fit_lmm("y ~ x + (1 | team/part)", frame, method="ML")
    limits = fit.confint("profile").set_index(["group", "term"]).loc[("fixed", "x"), ["conf_low", "conf_high"]]
    for limit in limits:
        held = multilevel.fit_lmm(f"y ~ 1 + offset({float(limit)!r} * x) + (1 | team/part)", frame, method="ML")
        close(held.deviance - fit.deviance, scipy.stats.chi2.ppf(0.95, 1), atol=1e-5)


@pytest.mark.parametrize("seed", [5, 7, 13])
def test_profiles_of_reml_exist_with_variances_of_zero(seed):
    table = multilevel.fit_lmm("y ~ x + (1 | team/part)", small_nested(seed)).confint("profile")
    assert (table["conf_low"] <= table["estimate"]).all()
    assert (table["conf_high"] >= table["estimate"]).all()


def test_profiles_of_reml_hold_a_variance_that_is_known_in_closed_form():
    """In a balanced one-way layout the REML criterion is that of two sums of squares."""
    rng = np.random.default_rng(3)
    n_groups, size = 12, 5
    team = np.repeat(np.arange(n_groups), size)
    y = rng.normal(0, 1, n_groups)[team] + rng.normal(size=n_groups * size)
    fit = multilevel.fit_lmm("y ~ 1 + (1 | team)", pd.DataFrame({"y": y, "team": team}))
    means = y.reshape(n_groups, size).mean(axis=1)
    between, within = size * ((means - y.mean()) ** 2).sum(), ((y - means[team]) ** 2).sum()
    df_between, df_within = n_groups - 1, n_groups * (size - 1)

    def criterion(sigma2, tau2):
        total = sigma2 + size * tau2
        return df_between * np.log(total) + between / total + df_within * np.log(sigma2) + within / sigma2

    table = fit.confint("profile").set_index("group")
    lowest = criterion(fit.estimates.sigma2, fit.estimates.covariances[0][0, 0])
    for limit in ("conf_low", "conf_high"):
        sigma = table.loc["residual", limit]
        best = min(criterion(sigma**2, tau2) for tau2 in np.linspace(0, 8, 80_001))
        close(best - lowest, scipy.stats.chi2.ppf(0.95, 1), atol=1e-4)


def test_bootstrap_intervals_are_near_those_of_the_profile(reference):
    fit = reference("sleepstudy_reml").fit
    table = fit.confint("bootstrap", n_sims=300, seed=5)
    few, again = (fit.confint("bootstrap", n_sims=20, seed=5) for _ in range(2))
    pd.testing.assert_frame_equal(few, again)
    effects, wald = table[table["group"] == "fixed"].set_index("term"), fit.tidy(ddf="none").set_index("term")
    away = ((effects[["conf_low", "conf_high"]] - wald[["conf_low", "conf_high"]]).T / wald["std_error"]).T
    tail = scipy.stats.norm.ppf(0.975)
    error = np.sqrt(0.025 * 0.975 / 300) / scipy.stats.norm.pdf(tail)  # of a quantile of 300 draws, in standard errors
    close(away.to_numpy(), 0, atol=3 * error)
    profile = fit.confint("profile")
    assert table["term"].tolist() == profile["term"].tolist()
    sigma = table[table["group"] == "residual"].iloc[0]
    close(
        [sigma["conf_low"], sigma["conf_high"]],
        profile[profile["group"] == "residual"].iloc[0][["conf_low", "conf_high"]].astype(float),
        rtol=0.05,
    )


@pytest.mark.parametrize(
    ("name", "kind", "errors", "df"),
    [
        ("sleepstudy_reml", "CR0", [6.63227680702, 1.50223678231], None),
        ("sleepstudy_reml", "CR2", [6.82455653207, 1.54578889629], [17, 17]),
        ("bdf_intercept", "CR0", [1.0174841681502, 0.0844352704280, 0.0152386486088], None),
        (
            "bdf_intercept",
            "CR2",
            [1.0230684824974, 0.0849833260672, 0.0153471734128],
            [98.8847217226, 95.1758710711, 88.5817133656],
        ),
    ],
)
def test_cluster_robust_as_in_clubsandwich(reference, name, kind, errors, df):
    """R 4.5.0, clubSandwich 0.5.11: ``coef_test(m, vcov = kind)`` of lmer fits with tight optimiser settings."""
    table = reference(name).fit.robust(kind)
    close(table["std_error"], errors, rtol=1e-7)
    if df is not None:
        close(table["df"], df, rtol=1e-7)


def test_robust_needs_clusters_that_share_nothing(reference):
    with pytest.raises(MultilevelError) as refused:
        reference("penicillin_reml").fit.robust()
    assert refused.value.problems[0].code == "L029"


def test_an_unknown_method_is_named(reference):
    with pytest.raises(MultilevelError) as refused:
        reference("sleepstudy_reml").fit.confint("exact")
    assert refused.value.problems[0].code == "L028"
