"""Bayesian meta-analysis agrees with bayesmeta, with quadrature of 30 digits, and with closed forms at the limits."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.integrate
import scipy.optimize
import scipy.stats

from lcresearch import synthesis
from lcresearch.errors import SynthesisError
from lcresearch.synthesis import BayesianMetaAnalysis

REFERENCE = Path(__file__).parents[1] / "reference"
FOLDER = REFERENCE / "bayesian_meta"
PRIORS = {
    "half_normal_0.5": ("half-normal", 0.5),
    "half_normal_1": ("half-normal", 1),
    "half_cauchy_0.5": ("half-cauchy", 0.5),
    "uniform_0_4": ("uniform", 4),
    "uniform_improper": "flat",
}
FILES = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))["values"] for path in sorted(FOLDER.glob("bayes_*.json"))
}
IN_R = [(name, prior) for name, values in FILES.items() for prior in values]
EXACT = json.loads((FOLDER / "mpmath_values.json").read_text(encoding="utf-8"))["cases"]
THREE = {"yi": [0.10, 0.55, 0.32], "vi": [0.0225, 0.0484, 0.09], "labels": ["north", "east", "south"]}
TAILS = (0.025, 0.5, 0.975)


def code(caught):
    return caught.value.problems[0].code


@pytest.fixture(scope="module")
def three():
    return synthesis.bayesian_meta_analysis(**THREE)


def _in_r(name, prior):
    data = pd.read_csv(REFERENCE / "data" / f"{name}.csv")
    data["vi"] = data["sei"] ** 2
    found = synthesis.bayesian_meta_analysis("yi", "vi", data=data, labels="study", tau_prior=PRIORS[prior])
    return found, FILES[name][prior]


def mode(found, term):
    """Where the density is highest."""
    low, high = found.quantile((0.05, 0.95), of=term)
    bounds = (0.0 if term == "tau" else low, high)
    top = scipy.optimize.minimize_scalar(
        lambda x: -found.density([x], of=term)[0], bounds=bounds, method="bounded", options={"xatol": 1e-9}
    )
    return top.x


def spread_without_the_last(share, found, term):
    """The standard deviation of the mean or of a new effect, with the largest values of tau left out."""
    (tau, mass), given = found.posterior.nodes, found.posterior.given
    kept = tau < found.quantile(1 - share, of="tau")[0]
    weight = mass[kept] / mass[kept].sum()
    means = given.mean[kept]
    variances = given.variance[kept] + (tau[kept] ** 2 if term == "new" else 0)
    return math.sqrt(weight @ (variances + (means - weight @ means) ** 2))


def test_all_files_and_priors_are_compared():
    assert len(IN_R) == 18
    assert {prior for _, prior in IN_R} == set(PRIORS)


@pytest.mark.parametrize(("name", "prior"), IN_R)
def test_quantiles_and_probabilities_are_those_of_an_independent_quadrature(name, prior):
    found, values = _in_r(name, prior)
    values = values["quadrature"]
    for term, key in (("mean", "mu"), ("new", "theta"), ("tau", "tau")):
        assert found.quantile(TAILS, of=term) == pytest.approx(values[f"{key}_q025_q50_q975"], abs=1e-10)
    table = found.tidy().set_index("term")
    assert table.loc["mean", "p_positive"] == pytest.approx(values["mu_p_gt_0"], abs=1e-12)
    assert table.loc["new", "p_positive"] == pytest.approx(values["theta_p_gt_0"], abs=1e-12)
    if not math.isnan(table.loc["mean", "mean"]):
        assert table.loc["mean", "mean"] == pytest.approx(values["mu_mean"], abs=1e-10)


@pytest.mark.parametrize(("name", "prior"), IN_R)
def test_results_are_those_of_bayesmeta(name, prior):
    """To the accuracy of its grid (README there): tau 1e-6, its shortest interval 1e-4, mu 1e-3, theta 2e-3."""
    found, values = _in_r(name, prior)
    central, shortest = (found.tidy(interval=kind).set_index("term") for kind in ("equal-tailed", "shortest"))
    for term, key, close, close_shortest in (
        ("tau", "tau", 1e-6, 1e-4),
        ("mean", "mu", 1e-3, 1e-3),
        ("new", "prediction", 2e-3, 2e-3),
    ):
        theirs = values[key]
        assert central.loc[term, "estimate"] == pytest.approx(theirs["median"], abs=close)
        assert list(central.loc[term, ["conf_low", "conf_high"]]) == pytest.approx(theirs["central_95"], abs=close)
        ours = list(shortest.loc[term, ["conf_low", "conf_high"]])
        assert ours == pytest.approx(theirs["shortest_95"], abs=close_shortest)
        assert mode(found, term) == pytest.approx(theirs["mode"], abs=close_shortest)
        if term != "tau":
            assert central.loc[term, "p_positive"] == pytest.approx(theirs["p_gt_0"], abs=close)
        if not math.isnan(central.loc[term, "mean"]):
            assert central.loc[term, "mean"] == pytest.approx(theirs["mean"], abs=close)
        if "normal" in prior or prior == "uniform_0_4":
            assert central.loc[term, "std_error"] == pytest.approx(theirs["sd"], abs=close)
        elif term == "tau":
            assert central.loc[term, "std_error"] == pytest.approx(theirs["sd"] or math.nan, abs=close, nan_ok=True)
        else:
            # of heavy tails bayesmeta leaves out the last 1e-6 of tau, which these standard deviations feel
            assert spread_without_the_last(1e-6, found, term) == pytest.approx(theirs["sd"], rel=1e-3)
    assert found.posterior.tau_prior.proper == values["tau_prior_proper"]
    each = found.shrinkage(interval="shortest")
    for row, theirs in zip(each.itertuples(), values["shrinkage"], strict=True):
        assert [row.estimate, row.mean, row.std_error] == pytest.approx(
            [theirs["median"], theirs["mean"], theirs["sd"]], abs=1e-3
        )
        assert [row.conf_low, row.conf_high] == pytest.approx(theirs["shortest_95"], abs=1e-3)


@pytest.mark.parametrize("name", EXACT)
def test_numbers_agree_with_adaptive_quadrature_of_30_digits(name):
    """Few effects, tiny and huge variances, ties, priors far off: all within 1e-9 of the spread of what is told."""
    case, values = EXACT[name]["case"], EXACT[name]["values"]
    yi, vi = ([float(number) for number in case[key]] for key in ("yi", "vi"))
    prior, *numbers = case["tau_prior"]
    mean_prior = ("normal", *map(float, case["mean_prior"])) if "mean_prior" in case else "flat"
    found = synthesis.bayesian_meta_analysis(
        yi, vi, tau_prior=(prior, *map(float, numbers)) if numbers else prior, mean_prior=mean_prior
    )
    for term in ("mean", "tau", "new", "first"):
        theirs = np.array([float(number) for number in values[term]])
        ours = found.quantile(TAILS, of="1" if term == "first" else term)
        assert ours == pytest.approx(theirs, abs=1e-9 * np.ptp(theirs), rel=1e-13)
    assert found.posterior.panels.log_total == pytest.approx(float(values["log_total"]), rel=1e-11, abs=1e-11)
    above = found.probability_above(0.25).set_index("term")["probability"]
    assert above["mean"] == pytest.approx(float(values["p_mean_above_0.25"]), abs=1e-11)
    assert above["new"] == pytest.approx(float(values["p_new_above_0.25"]), abs=1e-11)


def test_with_no_room_for_tau_it_is_the_equal_effects_model():
    found = synthesis.bayesian_meta_analysis(**THREE, tau_prior=("half-normal", 1e-9))
    weight = 1 / np.array(THREE["vi"])
    mean, error = weight @ THREE["yi"] / weight.sum(), weight.sum() ** -0.5
    assert found.quantile(TAILS) == pytest.approx(scipy.stats.norm(mean, error).ppf(TAILS), abs=1e-12)
    assert found.bayes_factor() == pytest.approx(1, abs=1e-9)
    assert found.shrinkage()["estimate"].to_numpy() == pytest.approx([mean] * 3, abs=1e-9)


@pytest.mark.parametrize("k", [3, 6])
def test_with_exact_effects_and_flat_priors_the_mean_has_a_t_distribution(k):
    """Without sampling error and with p(mu, tau) flat, mu has k - 2 degrees of freedom (integrate tau out)."""
    yi = np.random.default_rng(k).normal(size=k)
    found = synthesis.bayesian_meta_analysis(yi, np.full(k, 1e-18), tau_prior="flat")
    scale = math.sqrt(((yi - yi.mean()) ** 2).sum() / (k * (k - 2)))
    assert found.quantile(TAILS) == pytest.approx(scipy.stats.t(k - 2, yi.mean(), scale).ppf(TAILS), abs=1e-9 * scale)


def test_with_a_certain_mean_of_zero_tau_follows_from_the_effects_alone():
    """Equal variances and exponential prior: the posterior of tau against one-dimensional quadrature."""
    yi, v = np.array([0.4, -0.2, 0.9, 0.1]), 0.05

    def density(tau):
        return math.exp(-tau / 0.3) * np.prod(scipy.stats.norm(0, math.sqrt(v + tau**2)).pdf(yi))

    found = synthesis.bayesian_meta_analysis(
        yi, np.full(4, v), tau_prior=("exponential", 0.3), mean_prior=("normal", 0, 1e-7)
    )
    whole, part = (scipy.integrate.quad(density, low, 8, epsabs=0)[0] for low in (0, 0.5))
    assert found.probability_above(0.5).set_index("term").loc["tau", "probability"] == pytest.approx(
        part / whole, abs=1e-9
    )


def test_marginal_likelihood_is_that_of_the_data():
    """Given tau, two effects have a bivariate normal distribution; tau is integrated out by scipy."""
    yi, vi = np.array([0.1, 0.6]), np.array([0.04, 0.09])
    found = synthesis.bayesian_meta_analysis(yi, vi, tau_prior=("half-cauchy", 0.4), mean_prior=("normal", 0.2, 0.7))

    def density(share):
        tau = share / (1 - share)
        given = scipy.stats.multivariate_normal.pdf(yi, [0.2, 0.2], np.diag(vi + tau**2) + 0.7**2)
        return given * scipy.stats.halfcauchy.pdf(tau, 0, 0.4) / (1 - share) ** 2

    likelihood = scipy.integrate.quad(density, 0, 1 - 1e-12, epsabs=1e-12)[0]
    assert found.glance()["log_marginal_likelihood"].item() == pytest.approx(math.log(likelihood), abs=1e-9)


@pytest.mark.parametrize("term", ["mean", "new", "1"])
def test_standard_deviations_under_a_heavy_tail_are_the_integrals(term):
    """bayesmeta cuts the tail of tau at 1e-6; here scipy integrates the second moment over the whole line."""
    yi, vi = np.array(THREE["yi"]), np.array(THREE["vi"])
    found = synthesis.bayesian_meta_analysis(yi, vi, tau_prior=("half-cauchy", 0.5))

    def moment(share, order):
        tau = share / (1 - share)
        weight = 1 / (vi + tau**2)
        mean, variance = weight @ yi / weight.sum(), 1 / weight.sum()
        density = np.sqrt(weight.prod() * variance) * math.exp(-0.5 * weight @ (yi - mean) ** 2)
        density *= scipy.stats.halfcauchy.pdf(tau, 0, 0.5) / (1 - share) ** 2
        own = tau**2 * weight[0]
        if term == "new":
            variance += tau**2
        elif term == "1":
            mean, variance = own * yi[0] + (1 - own) * mean, vi[0] * own + (1 - own) ** 2 * variance
        return density * (1, mean, variance + mean**2)[order]

    whole, first, second = (scipy.integrate.quad(moment, 0, 1, args=(order,), epsabs=1e-14)[0] for order in range(3))
    table = (found.shrinkage() if term == "1" else found.tidy()).set_index("term")
    assert table.loc[term, "mean"] == pytest.approx(first / whole, abs=1e-9)
    assert table.loc[term, "std_error"] == pytest.approx(math.sqrt(second / whole - (first / whole) ** 2), abs=1e-8)


def test_intervals_hold_what_they_say_over_draws_from_the_prior():
    """Truths drawn from the priors: 90% intervals hold 90%, within three standard errors."""
    rng, held, n = np.random.default_rng(4), np.zeros(3), 150
    vi = np.array([0.02, 0.05, 0.1, 0.04])
    for _ in range(n):
        tau, mu = abs(rng.normal(0, 0.5)), rng.normal(0, 1)
        theta = rng.normal(mu, tau, 5)
        found = synthesis.bayesian_meta_analysis(rng.normal(theta[:4], np.sqrt(vi)), vi, mean_prior=("normal", 0, 1))
        table = found.tidy(conf_level=0.9)
        truth = np.array([mu, tau, theta[4]])
        held += ((table["conf_low"] < truth) & (truth < table["conf_high"])).to_numpy()
    assert held / n == pytest.approx(0.9, abs=3 * math.sqrt(0.09 / n))


def test_shortest_intervals_are_no_longer_and_hold_as_much(three):
    central, shortest = three.shrinkage(0.9), three.shrinkage(0.9, "shortest")
    assert np.all(shortest["conf_high"] - shortest["conf_low"] < central["conf_high"] - central["conf_low"])
    low, high = shortest.loc[0, ["conf_low", "conf_high"]]
    places = np.linspace(low, high, 4001)
    assert scipy.integrate.simpson(three.density(places, of="north"), x=places) == pytest.approx(0.9, abs=1e-9)
    assert three.density([low, high], of="north") == pytest.approx([three.density(low, of="north")[0]] * 2, rel=1e-9)


def test_each_consortium_is_drawn_to_the_others_by_how_little_it_knows(three):
    table = three.shrinkage()
    assert table["own_share"].is_monotonic_decreasing  # in order of rising variance
    assert np.all(np.abs(table["mean"] - 0.293) < np.abs(table["yi"] - 0.293))


def test_more_data_than_a_programme_will_have():
    rng = np.random.default_rng(2)
    vi = np.exp(rng.normal(-2, 1, 2000))
    found = synthesis.bayesian_meta_analysis(rng.normal(0.3, np.sqrt(vi + 0.04)), vi)
    table = found.tidy().set_index("term")
    assert table.loc["mean", "estimate"] == pytest.approx(0.3, abs=4 * table.loc["mean", "std_error"])
    assert table.loc["tau", "estimate"] == pytest.approx(0.2, abs=4 * table.loc["tau", "std_error"])


def test_moments_that_do_not_exist_are_empty_and_said():
    found = synthesis.bayesian_meta_analysis(**THREE, tau_prior="flat")
    table = found.tidy().set_index("term")
    assert table.loc[["mean", "tau", "new"], ["mean", "std_error"]].isna().all(axis=None)
    assert found.shrinkage()[["mean", "std_error"]].notna().all(axis=None)
    assert any("do not exist" in line for line in found.cautions())
    assert math.isnan(found.bayes_factor())


@pytest.mark.parametrize("name", ["half-normal", "half-cauchy", "half-t", "exponential", "uniform"])
def test_priors_are_densities(name):
    from lcresearch.synthesis.bayesian.heterogeneity_priors import tau_prior

    prior = tau_prior((name, 0.7, 3) if name == "half-t" else (name, 0.7))
    end = min(prior.upper, 0.9)
    below = scipy.integrate.quad(lambda tau: math.exp(prior.log_density(np.float64(tau))), 0, end)[0]
    assert below == pytest.approx(1 - prior.above(end), abs=1e-9)


def test_sensitivity_shows_the_own_prior_and_others(three):
    table = three.sensitivity()
    assert table["tau_prior"].is_unique
    own = table.set_index("tau_prior").loc["half-normal(0.5)"]
    assert own["estimate"] == three.tidy()["estimate"][0]
    assert table["conf_high"].nunique() == len(table)


def test_what_the_reader_must_know(three):
    assert any("counts for much" in line for line in three.cautions())
    points = synthesis.bayesian_meta_analysis([10, 55, 32], [4, 9, 9])
    assert any("unit of the effects" in line for line in points.cautions())
    bound = synthesis.bayesian_meta_analysis([10, 55, 32], [4, 9, 9], tau_prior=("uniform", 20))
    assert any("leans against the end" in line for line in bound.cautions())


def test_effects_without_a_number_are_left_out_and_named():
    data = pd.DataFrame({"g": [0.1, None, 0.3, None], "v": [0.04, 0.05, 0.02, None], "who": ["a", "b", "c", "d"]})
    found = synthesis.bayesian_meta_analysis("g", "v", data=data, labels="who")
    assert (found.labels, found.left_out) == (["a", "c"], ["b", "d"])
    assert "b, d" in found.summary()


def test_an_effect_without_a_variance_is_refused():
    with pytest.raises(SynthesisError) as caught:
        synthesis.bayesian_meta_analysis([0.1, 0.2, 0.3], [0.04, None, 0.02])
    assert code(caught) == "Y063"


def test_result_travels_and_prints(three):
    back = BayesianMetaAnalysis.from_dict(json.loads(json.dumps(three.to_dict())))
    pd.testing.assert_frame_equal(back.tidy(), three.tidy())
    assert "half-normal(0.5)" in str(three)
    assert "north" in str(three)


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"tau_prior": ("halfnormal", 0.5)}, "Y040"),
        ({"tau_prior": ("half-normal",)}, "Y041"),
        ({"tau_prior": ("half-normal", 0)}, "Y041"),
        ({"tau_prior": ("half-t", 0.5, 0.5)}, "Y041"),
        ({"tau_prior": ("uniform", "wide")}, "Y041"),
        ({"mean_prior": ("normal", 0)}, "Y042"),
        ({"mean_prior": ("t", 0, 1)}, "Y042"),
        ({"mean_prior": ("normal", 0, 0)}, "Y042"),
        ({"mean_prior": ("normal", np.inf, 1)}, "Y042"),
    ],
)
def test_priors_that_cannot_be_read_are_refused(wrong, expected):
    with pytest.raises(SynthesisError) as caught:
        synthesis.bayesian_meta_analysis(**THREE, **wrong)
    assert code(caught) == expected


def test_a_flat_prior_needs_three_effects():
    with pytest.raises(SynthesisError) as caught:
        synthesis.bayesian_meta_analysis([0.1, 0.5], [0.04, 0.04], tau_prior="flat")
    assert code(caught) == "Y043"


def test_questions_that_have_no_answer_are_refused(three):
    for ask, expected in (
        (lambda: three.quantile(0.5, of="norht"), "Y044"),
        (lambda: three.quantile(0), "Y045"),
        (lambda: three.tidy(conf_level=95), "Y045"),
        (lambda: three.tidy(interval="hpd"), "Y046"),
    ):
        with pytest.raises(SynthesisError) as caught:
            ask()
        assert code(caught) == expected
    assert "'north'" in str(SynthesisError("Y044", found="norht", known=["north"], nearest="north"))


def test_figures_show_the_posteriors(three, monkeypatch):
    monkeypatch.setenv("LCRESEARCH_LANGUAGE", "nl")
    effect, spread = three.plot().axes
    assert effect.lines[2].get_ydata() == pytest.approx(three.density(effect.lines[2].get_xdata(), of="mean"))
    assert "standaardafwijking" in spread.get_xlabel()
    names = [label.get_text() for label in three.plot("shrinkage").axes[0].get_yticklabels()]
    assert names == ["north", "east", "south", "gemiddelde van consortia", "een nieuw consortium"]


@pytest.mark.parametrize(
    ("yi", "vi", "more", "expected"),
    [
        ("g", [0.1], {}, "Y060"),
        (["a"], [0.1], {}, "Y061"),
        ([0.1, 0.2], [0.1], {}, "Y062"),
        ([0.1, 0.2], [0.1, 0.0], {}, "Y063"),
        ([0.1, math.inf], [0.1, 0.1], {}, "Y063"),
        ([None, None], [0.1, None], {}, "Y064"),
        ([0.1, 0.2], [0.1, 0.1], {"labels": ["a", "a"]}, "Y065"),
    ],
)
def test_effects_that_cannot_be_used_are_refused(yi, vi, more, expected):
    with pytest.raises(SynthesisError) as caught:
        synthesis.bayesian_meta_analysis(yi, vi, **more)
    assert code(caught) == expected
