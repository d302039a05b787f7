"""Mediation agrees with nlme, glmmTMB and lavaan, with exact distributions, and with chains of waves made by hand."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.integrate
import scipy.optimize
import scipy.stats
import statsmodels.formula.api as smf
from tests.multilevel.conftest import by_term

from lcresearch import multilevel
from lcresearch.errors import MultilevelError
from lcresearch.multilevel.mediation_rows import Roles, mediation_rows
from lcresearch.multilevel.mediation_stacked import formula_with_slopes, responses_with_slopes, stacked_rows
from lcresearch.multilevel.monte_carlo import drawn, interval, p_values
from lcresearch.multilevel.stacked_outcomes import fit_stacked

REFERENCE = Path(__file__).parents[1] / "reference"
ASKED = {"outcome": "innovation", "mediator": "capacity", "cause": "participation", "group": "community", "seed": 1}
# names of the R script
PATHS = {"a_within": "aw", "a_between": "ab", "b_within": "bw", "b_between": "bb"}
PATHS |= {"direct_within": "cw", "direct_between": "cb"}


def _values(name):
    return json.loads((REFERENCE / "mediation" / f"{name}.json").read_text(encoding="utf-8"))["values"]


@pytest.fixture(scope="module")
def answers():
    return pd.read_csv(REFERENCE / "data" / "mediation.csv")


@pytest.fixture(scope="module")
def plain(answers):
    return multilevel.mediation(answers, **ASKED)


# the two equations as one model --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("slopes", "name"), [(["a", "b"], "a_b"), (["a", "b", "direct"], "a_b_direct")])
def test_random_slopes_are_those_of_nlme_with_two_residual_variances(answers, slopes, name):
    """nlme stops its search a little earlier: variances agree to four digits, the likelihood to eight."""
    expected = _values("stacked")["nlme"][name]
    found = multilevel.mediation(answers, random_slopes=slopes, **ASKED)
    fit = found.fits["both"]
    assert fit.log_likelihood >= expected["log_likelihood"] - 1e-6
    np.testing.assert_allclose(fit.log_likelihood, expected["log_likelihood"], atol=1e-6)
    errors = fit.tidy().set_index("term")["std_error"]
    for term, theirs in PATHS.items():
        np.testing.assert_allclose(by_term(found.coefficients)[term], expected["fixed"][theirs], rtol=1e-4)
        np.testing.assert_allclose(errors[term], expected["se"][theirs], rtol=1e-4)
    covariance = by_term(found.coefficients)["covariance_a_b"]
    np.testing.assert_allclose(covariance, expected["covariance_a_b"], rtol=2e-4)
    np.testing.assert_allclose(fit.sigma, expected["sigma_m"], rtol=1e-5)
    own = fit.variance_components.query("term_1 == term_2").set_index("term_1")["covariance"]
    for term, theirs in {"in_mediator": "sm", "in_outcome": "sy", "a_within": "aw", "b_within": "bw"}.items():
        np.testing.assert_allclose(own[term], expected["variances"][theirs], rtol=2e-4)
    effect = by_term(found.tidy())["indirect_within"]
    fixed = expected["fixed"]
    np.testing.assert_allclose(effect, fixed["aw"] * fixed["bw"] + expected["covariance_a_b"], rtol=1e-4)


def _stacked(answers, ratio, slopes=("a", "b"), **how):
    rows = mediation_rows(answers, Roles("innovation", "capacity", "participation", ("community",)))
    formula = formula_with_slopes(rows, slopes)
    if not slopes:
        formula = formula.rpartition(" + (0 + ")[0]
    return fit_stacked(formula, stacked_rows(rows.frame, responses_with_slopes(rows)), ["in_outcome"], [ratio], **how)


def test_standard_errors_are_those_of_glmmtmb_with_all_second_derivatives(answers):
    """By ML: fixed effects, variances and the ratio of residual variances together, as slopes make them depend."""
    expected = _values("stacked")["glmmTMB"]
    found = _stacked(answers, 1.0, reml=False)
    nlme = _values("stacked")["nlme"]["a_b_ml"]
    np.testing.assert_allclose(found.fit.log_likelihood, expected["log_likelihood"], atol=1e-6)
    np.testing.assert_allclose(found.fit.log_likelihood, nlme["log_likelihood"], atol=1e-6)
    np.testing.assert_allclose(found.sigmas, [nlme["sigma_m"], nlme["sigma_y"]], rtol=1e-5)
    p = len(found.fixed)
    lower = found.last_factor(found.parameters)
    gradient = np.zeros(len(found.parameters))
    gradient[-3:-1] = lower[1, 0], lower[0, 0]
    np.testing.assert_allclose(lower[0, 0] * lower[1, 0], expected["covariance_a_b"], rtol=1e-4)
    own = found.covariance[p:, p:]
    np.testing.assert_allclose(np.sqrt(gradient @ own @ gradient), expected["se"], rtol=1e-4)
    errors = dict(zip(found.fit.fixed_effects.index, np.sqrt(np.diagonal(found.covariance)), strict=False))
    for term, theirs in PATHS.items():
        np.testing.assert_allclose(errors[term], expected["fixed_se"][theirs], rtol=1e-4)


def test_without_slopes_one_model_is_two_equations(answers, plain):
    """The ratio of residual variances is found anew, from far off."""
    found = _stacked(answers, 5.0, slopes=())
    apart = [plain.fits["mediator"], plain.fits["outcome"]]
    np.testing.assert_allclose(found.fit.log_likelihood, sum(fit.log_likelihood for fit in apart), atol=1e-7)
    np.testing.assert_allclose(found.sigmas, [fit.sigma for fit in apart], rtol=1e-6)
    ours = found.fit.fixed_effects[list(PATHS)]
    np.testing.assert_allclose(ours, by_term(plain.coefficients)[list(PATHS)], atol=1e-8)


# latent and observed group means -------------------------------------------------------------------------------------


def test_within_groups_lavaan_gives_the_same(plain):
    expected = _values("two_level")["111"]["estimate"]
    for term in ("a_within", "b_within", "direct_within"):
        np.testing.assert_allclose(by_term(plain.coefficients)[term], expected[PATHS[term]], rtol=1e-4)
    np.testing.assert_allclose(by_term(plain.tidy())["indirect_within"], expected["within"], rtol=1e-4)


def test_between_equal_groups_lavaan_differs_by_the_reliability_of_the_means(answers):
    """Observed means mix: b(observed) = r b(latent) + (1 - r) b(within), r that of the mediator at equal cause."""
    found = multilevel.mediation(answers, **ASKED | {"cause": "climate"})
    ours, theirs = by_term(found.coefficients), _values("two_level")["211"]["estimate"]
    assert found.design == "2-1-1"
    np.testing.assert_allclose(ours["a_between"], theirs["ab"], rtol=1e-4)
    np.testing.assert_allclose(ours["b_within"], theirs["bw"], rtol=1e-4)
    ml = found.fits["mediator"].refit("ML").estimates
    reliability = ml.covariances[0][0, 0] / (ml.covariances[0][0, 0] + ml.sigma2 / 12)
    mixed = reliability * theirs["bb"] + (1 - reliability) * theirs["bw"]
    np.testing.assert_allclose(ours["b_between"], mixed, rtol=1e-4)


@pytest.mark.parametrize(("cause", "name"), [("climate", "211"), ("participation", "111")])
def test_latent_group_means_give_the_two_level_path_model_of_lavaan(answers, cause, name):
    """lavaan stops a little before the maximum, and its second derivatives are off by up to 0.5%: see the next test."""
    expected = _values("two_level")[name]
    found = multilevel.mediation(answers, group_means="latent", **ASKED | {"cause": cause})
    assert found.fits["both"].log_likelihood >= expected["log_likelihood"]
    np.testing.assert_allclose(found.fits["both"].log_likelihood, expected["log_likelihood"], atol=1e-5)
    for term in found.coefficients["term"]:
        np.testing.assert_allclose(by_term(found.coefficients)[term], expected["estimate"][PATHS[term]], atol=1e-4)
    for term in found.coefficients["term"]:
        error = by_term(found.coefficients, "std_error")[term]
        np.testing.assert_allclose(error, expected["se"][PATHS[term]], rtol=0.01)


def test_standard_errors_with_latent_means_are_those_of_the_likelihood_itself(answers):
    """The likelihood of group means and of deviations from them, in which the effect between groups is a parameter."""
    n_groups, n = 40, 12
    m, y = (answers[name].to_numpy().reshape(n_groups, n) for name in ("capacity", "innovation"))
    x = answers["climate"].to_numpy().reshape(n_groups, n)[:, 0]
    within = np.stack([(v - v.mean(axis=1, keepdims=True)).ravel() for v in (m, y)])
    products = within @ within.T

    def deviance(p):
        ones, logs = p[:6], np.exp(p[6:])
        (mean_m, mean_y, a, b_within, b_between, direct) = ones
        inside, outside = (np.array([[1, 0], [b, 1]]) for b in (b_within, b_between))
        persons = inside @ np.diag(logs[:2]) @ inside.T
        groups = outside @ np.diag(logs[2:]) @ outside.T + persons / n
        left = np.stack([m.mean(axis=1) - mean_m - a * x, y.mean(axis=1) - mean_y - direct * x])
        left[1] -= b_between * (mean_m + a * x)
        persons_part = n_groups * (n - 1) * np.linalg.slogdet(persons)[1] + np.trace(np.linalg.solve(persons, products))
        groups_part = n_groups * np.linalg.slogdet(groups)[1] + np.trace(np.linalg.solve(groups, left @ left.T))
        return persons_part + groups_part + 2 * n_groups * (n * np.log(2 * np.pi) + np.log(n))

    found = multilevel.mediation(answers, group_means="latent", **ASKED | {"cause": "climate"})
    ours = by_term(found.coefficients)
    terms = ["a_between", "b_within", "b_between", "direct_between"]
    start = np.array([m.mean(), 1.8, *ours[terms], 0.0, 0.8, -0.7, -1.5])
    best = scipy.optimize.minimize(deviance, start, method="BFGS", options={"gtol": 1e-6})
    np.testing.assert_allclose(best.fun, -2 * found.fits["both"].log_likelihood, atol=1e-6)
    np.testing.assert_allclose(best.x[2:6], ours[terms], atol=1e-4)
    step = 1e-3 * np.eye(len(start))
    second = [
        [sum(i * j * deviance(best.x + i * one + j * two) for i in (1, -1) for j in (1, -1)) for one in step]
        for two in step
    ]
    covariance = 2 * np.linalg.inv(np.array(second) / 4e-6)
    errors = by_term(found.coefficients, "std_error")[terms]
    np.testing.assert_allclose(errors, np.sqrt(np.diagonal(covariance))[2:6], rtol=1e-3)


def test_latent_means_with_covariates_and_groups_of_unequal_size_are_no_further_off(answers):
    """With many persons a group, both kinds of means agree."""
    rng = np.random.default_rng(8)
    group = np.repeat(np.arange(40), rng.integers(120, 260, 40))
    frame = pd.DataFrame({"community": group, "age": rng.normal(size=len(group)) + rng.normal(size=40)[group]})
    for name, before in {"participation": "age", "capacity": "participation", "innovation": "capacity"}.items():
        own = rng.normal(size=len(group)) + rng.normal(size=40)[group]
        frame[name] = 0.5 * frame[before] + 0.3 * frame["age"] + own
    asked = ASKED | {"covariates": ["age"]}
    observed, latent = (multilevel.mediation(frame, group_means=means, **asked) for means in ("observed", "latent"))
    ours, theirs = (by_term(found.coefficients) for found in (observed, latent))
    np.testing.assert_allclose(ours, theirs[ours.index], atol=0.02)


# Monte Carlo ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("a", "b"), [((0.5, 0.1), (0.4, 0.2)), ((0.0, 0.3), (0.1, 0.1)), ((1.0, 0.1), (-2.0, 0.4))])
def test_interval_of_a_product_is_that_of_the_exact_distribution(a, b):
    def below(value):
        """P(ab <= value), integrated over the standardised a."""

        def given(z):
            first = a[0] + a[1] * z
            return scipy.stats.norm.cdf(np.sign(first) * (value / first - b[0]) / b[1]) * scipy.stats.norm.pdf(z)

        zero = -a[0] / a[1]
        return sum(scipy.integrate.quad(given, *ends, limit=200)[0] for ends in [(-10, zero), (zero, 10)])

    n = 400_000
    draws = drawn(np.array([a[0], b[0]]), np.diag([a[1] ** 2, b[1] ** 2]), np.array([np.inf, np.inf]), n, seed=2)
    low, high = interval(draws.prod(axis=1), 0.95)
    tail = 4 * np.sqrt(0.025 * 0.975 / n)
    assert below(low) == pytest.approx(0.025, abs=tail)
    assert below(high) == pytest.approx(0.975, abs=tail)


def test_draws_have_t_distributions_that_go_together():
    covariance = np.array([[0.04, 0.03], [0.03, 0.09]])
    draws = drawn(np.array([1.0, -1.0]), covariance, np.array([5.0, np.inf]), 200_000, seed=3)
    t = (draws - [1, -1]) / [0.2, 0.3]
    np.testing.assert_allclose(np.quantile(t[:, 0], [0.025, 0.9]), scipy.stats.t.ppf([0.025, 0.9], 5), rtol=0.02)
    np.testing.assert_allclose(t[:, 1].std(), 1, rtol=0.01)
    np.testing.assert_allclose(scipy.stats.spearmanr(t).statistic, 6 / np.pi * np.arcsin(0.25), atol=0.01)


def test_p_value_is_that_at_which_the_interval_ends_at_zero():
    draws = np.random.default_rng(4).normal(1.5, 1, size=(20_000, 1))
    p_value = float(p_values(draws)[0])
    assert interval(draws, 1 - p_value)[0] == pytest.approx(0, abs=0.01)
    assert p_values(draws + 100)[0] > 0


def test_the_same_seed_gives_the_same_and_a_dictionary_gives_it_back(plain, answers):
    again = multilevel.mediation(answers, **ASKED)
    pd.testing.assert_frame_equal(again.tidy(), plain.tidy())
    back = multilevel.MediationResult.from_dict(json.loads(json.dumps(plain.to_dict())))
    pd.testing.assert_frame_equal(back.tidy(0.9), plain.tidy(0.9))
    other = multilevel.mediation(answers, **ASKED | {"seed": None})
    pd.testing.assert_frame_equal(other.tidy(), other.tidy())


# designs -------------------------------------------------------------------------------------------------------------


def test_paths_are_those_of_two_mixed_models_with_both_parts(answers, plain):
    frame = multilevel.center(answers, ["participation", "capacity"], by="community")
    first = multilevel.fit_lmm("capacity ~ participation_within + participation_between + (1 | community)", frame)
    second = multilevel.fit_lmm(
        "innovation ~ capacity_within + capacity_between + participation_within + participation_between"
        " + (1 | community)",
        frame,
    )
    paths = plain.paths().set_index("term")
    pd.testing.assert_series_equal(
        paths.loc["a_between"], first.tidy().set_index("term").loc["participation_between"], check_names=False
    )
    pd.testing.assert_series_equal(
        paths.loc["b_within"], second.tidy().set_index("term").loc["capacity_within"], check_names=False
    )
    effects = by_term(plain.tidy())
    estimate = by_term(plain.coefficients)
    assert effects["indirect_between"] == estimate["a_between"] * estimate["b_between"]
    assert effects["total_within"] == effects["indirect_within"] + effects["direct_within"]


def test_a_mediator_of_groups_needs_a_row_a_group(answers):
    frame = answers.assign(capacity=answers.groupby("community")["capacity"].transform("mean"))
    found = multilevel.mediation(frame, **ASKED | {"cause": "climate"})
    groups = frame.drop_duplicates("community")
    ols = smf.ols("capacity ~ climate", groups).fit()
    path = found.paths().set_index("term").loc["a_between"]
    assert found.design == "2-2-1"
    np.testing.assert_allclose([path["estimate"], path["std_error"]], [ols.params["climate"], ols.bse["climate"]])
    assert path["df"] == 38
    assert list(found.tidy()["level"].unique()) == ["between"]


def test_communities_in_consortia_have_intercepts_of_both(answers):
    frame = answers.assign(consortium=(answers["community"] - 1) // 5, age=np.arange(len(answers)) % 7.0)
    found = multilevel.mediation(frame, **ASKED | {"group": ["consortium", "community"]}, covariates=["age"])
    assert found.n_groups == {"consortium": 8, "consortium:community": 40}
    assert list(found.fits["outcome"].n_groups) == ["consortium", "consortium:community"]
    assert {"age_within", "age_between"} <= {name.strip("`") for name in found.fits["outcome"].fixed_effects.index}


def test_effects_between_groups_never_have_more_degrees_of_freedom_than_groups_give(answers, plain):
    """Without variance between groups Satterthwaite's method would count persons."""
    noise = np.random.default_rng(11).normal(size=(2, len(answers)))
    about = [v - pd.Series(v).groupby(answers["community"]).transform("mean").to_numpy() for v in noise]
    frame = answers.assign(
        capacity=about[0] + answers["participation"] + 0.05 * answers["climate"],
        innovation=about[1],
        region=answers["community"] % 3,
    )
    found = multilevel.mediation(frame, **ASKED, covariates=["region"])
    assert found.singular
    df = by_term(found.coefficients, "df")
    assert (df["a_between"], df["b_between"], df["direct_between"]) == (37, 36, 36)
    np.testing.assert_allclose(by_term(plain.coefficients, "df")[["a_between", "b_between"]], [38, 37], rtol=1e-6)


def test_order_of_rows_names_of_groups_and_units_do_not_matter(answers, plain):
    shuffled = answers.sample(frac=1, random_state=1)
    shuffled["community"] = "group " + (100 - shuffled["community"]).astype(str)
    shuffled["participation"] = 10 + 2 * shuffled["participation"]
    found = multilevel.mediation(shuffled, **ASKED)
    half = by_term(plain.tidy())[["indirect_within", "indirect_between", "total_within"]] / 2
    np.testing.assert_allclose(by_term(found.tidy())[half.index], half, rtol=1e-6)


def test_a_proportion_is_given_only_where_it_is_one(answers, plain):
    terms = set(plain.tidy()["term"])
    effects = plain.tidy().set_index("term")
    assert "proportion_mediated_within" in terms
    assert effects.loc["indirect_between", "estimate"] * effects.loc["direct_between", "estimate"] < 0
    assert "proportion_mediated_between" not in terms
    noise = answers.assign(innovation=np.random.default_rng(5).normal(size=len(answers)))
    none = multilevel.mediation(noise, **ASKED)
    assert not [term for term in none.tidy()["term"] if term.startswith("proportion")]


def test_reliability_of_group_means_follows_from_the_intraclass_correlation(answers, plain):
    icc = float(multilevel.null_model("capacity", ["community"], answers).icc()["icc"][0])
    assert plain.reliability["capacity"] == pytest.approx(12 * icc / (1 + 11 * icc), rel=1e-8)


def test_the_reader_is_told_what_the_data_cannot_show(answers, plain):
    text = str(plain)
    assert "participation -> capacity -> innovation" in text
    assert "associations" in text or "samenhangen" in text
    few = multilevel.mediation(answers[answers["community"] <= 10], **ASKED)
    assert len(few.cautions()) > len(plain.cautions())


# refusals ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("L005", {"cause": "particpation"}),
        ("L080", {"outcome": "climate", "cause": "innovation"}),
        ("L080", {"mediator": "climate"}),
        ("L081", {"mediator": "innovation"}),
        ("L082", {"cause": "word"}),
        ("L083", {"cause": "climate", "random_slopes": ["a"]}),
        ("L083", {"random_slopes": ["c"]}),
        ("L084", {"wave": "when"}),
        ("L085", {"wave": "when", "person": "who"}),
        ("L086", {"covariates": ["nothing"]}),
        ("L089", {"lag": (0, 0)}),
        ("L089", {"group_means": "true"}),
        ("L089", {"group_means": "latent", "random_slopes": ["a"]}),
        ("L089", {"group_means": "latent", "group": ["when", "community"]}),
        ("L089", {"lag": (1.5, 1)}),
        ("L089", {"n_draws": 10}),
        ("L089", {"conf_level": 95}),
        ("L022", {"ddf": "some"}),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(answers, code, changed):
    frame = answers.assign(word="a", when=1, who=answers["community"], nothing=np.nan)
    with pytest.raises(MultilevelError) as caught:
        multilevel.mediation(frame, **ASKED | changed)
    assert caught.value.problems[0].code == code
    assert caught.value.problems[0].message("nl")


def test_words_that_differ_within_groups_cannot_explain_a_mediator_of_groups(answers):
    frame = answers.assign(capacity=answers["climate"] ** 2, sex=np.tile(["f", "m"], len(answers) // 2))
    with pytest.raises(MultilevelError, match="L088"):
        multilevel.mediation(frame, **ASKED | {"cause": "climate"}, covariates=["sex"])
