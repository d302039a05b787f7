"""What must hold for any ratings: identities, symmetries, and equality with other programs."""

import itertools

import krippendorff as other
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from statsmodels.stats import inter_rater

from lcresearch import agreement as ag
from lcresearch.agreement.alpha import krippendorff, krippendorff_alpha
from lcresearch.agreement.two_raters import cohen_kappa, kappa_of_table

FAST = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
METRICS = ["nominal", "ordinal", "interval", "ratio"]


@st.composite
def ratings(draw, missing=True, most_raters=4):
    """Units x raters with categories 1 to q; NaN is missing."""
    shape = (draw(st.integers(2, 12)), draw(st.integers(2, most_raters)))
    q = draw(st.integers(2, 4))
    found = draw(arrays(np.int64, shape, elements=st.integers(0 if missing else 1, q))).astype(float)
    return np.where(found == 0, np.nan, found)


def estimates(found, **options):
    result = found if isinstance(found, ag.RaterAgreement) else ag.rater_agreement(found, **options)
    return result.tidy().set_index("term")


def same(first, second, terms=None, columns=("estimate", "std_error")):
    terms = list(first.index) if terms is None else terms
    for column in columns:
        assert second.loc[terms, column].to_numpy() == pytest.approx(
            first.loc[terms, column].to_numpy(dtype=float), abs=1e-9, nan_ok=True
        )


@FAST
@given(ratings(), st.sampled_from(METRICS))
def test_alpha_equals_that_of_the_package_krippendorff(values, metric):
    pairable = values[(~np.isnan(values)).sum(axis=1) >= 2]
    assume(len(np.unique(pairable[~np.isnan(pairable)])) > 1)
    theirs = other.alpha(pairable.T, level_of_measurement=metric)
    assert krippendorff(ag.from_units(values), metric).estimate == pytest.approx(theirs, abs=1e-9)


@FAST
@given(ratings(missing=False))
def test_fleiss_and_brennan_prediger_equal_those_of_statsmodels(values):
    q = int(values.max())
    counts = np.stack([(values == k).sum(axis=1) for k in range(1, q + 1)], axis=1)
    assume(len(np.unique(values)) > 1)
    found = estimates(ag.rater_agreement(ag.from_counts(counts)))["estimate"]
    assert found["fleiss_kappa"] == pytest.approx(inter_rater.fleiss_kappa(counts, "fleiss"), abs=1e-9)
    assert found["brennan_prediger"] == pytest.approx(inter_rater.fleiss_kappa(counts, "randolph"), abs=1e-9)


@FAST
@given(ratings(missing=False, most_raters=2), st.sampled_from([None, "linear", "quadratic"]))
def test_cohen_equals_that_of_statsmodels(values, weights):
    table = np.zeros((4, 4))
    np.add.at(table, (values[:, 0].astype(int) - 1, values[:, 1].astype(int) - 1), 1)
    found = estimates(ag.rater_agreement(values, categories=[1, 2, 3, 4], weights=weights)).loc["cohen_kappa"]
    assume(not np.isnan(found["estimate"]))
    with np.errstate(all="ignore"):  # they divide by an error of 0
        kappa = inter_rater.cohens_kappa(table, wt=weights, return_results=True)
    assert found["estimate"] == pytest.approx(kappa.kappa, abs=1e-9)
    if weights is None:
        theirs = np.nan_to_num(kappa.std_kappa)  # they take the root of a rounding error below 0
        assert np.nan_to_num(found["std_error"]) == pytest.approx(theirs, abs=1e-6)


@pytest.mark.parametrize("weights", ["linear", "quadratic"])
def test_error_of_a_weighted_kappa_of_nothing_is_that_of_statsmodels(weights):
    table = np.array([[20.0, 6, 2, 1], [4, 15, 7, 0], [1, 8, 12, 5], [0, 2, 6, 11]])
    apart = np.abs(np.arange(4)[:, None] - np.arange(4)) / 3
    ours = kappa_of_table(table, 1 - (apart if weights == "linear" else apart**2))
    theirs = inter_rater.cohens_kappa(table, wt=weights)
    assert ours.null_std_error == pytest.approx(theirs.std_kappa0, abs=1e-12)
    assert ours.std_error == pytest.approx(theirs.std_kappa, abs=1e-12)


@FAST
@given(ratings(), st.randoms(use_true_random=False))
def test_the_order_of_units_and_raters_does_not_matter(values, random):
    units, raters = list(range(len(values))), list(range(values.shape[1]))
    random.shuffle(units)
    random.shuffle(raters)
    same(estimates(values), estimates(values[units][:, raters]))


@FAST
@given(ratings(), st.permutations([1, 2, 3, 4]))
def test_names_of_nominal_categories_do_not_matter(values, names):
    renamed = np.select([values == k for k in (1, 2, 3, 4)], names, np.nan)
    same(estimates(values), estimates(renamed))
    texts = np.where(np.isnan(values), None, np.array(["", *"dcba"], dtype=object)[np.nan_to_num(values).astype(int)])
    same(estimates(values), estimates(texts.tolist()))


@FAST
@given(ratings())
def test_a_rater_who_rated_nothing_changes_nothing(values):
    more = np.column_stack([values, np.full(len(values), np.nan)])
    terms = ["percent_agreement", "brennan_prediger", "gwet_ac1", "krippendorff_alpha"]
    before, after = estimates(values), estimates(more)
    same(before, after, terms)
    conger = "cohen_kappa" if values.shape[1] == 2 else "conger_kappa"
    if not np.isnan(values).any():
        same(before, after.rename(index={"conger_kappa": conger}), [conger], ["estimate"])


@FAST
@given(ratings())
def test_units_twice_change_alpha_by_its_small_sample_part_only(values):
    once, twice = estimates(values), estimates(np.concatenate([values, values]))
    kappas = [term for term in once.index if term != "krippendorff_alpha"]
    same(once, twice, kappas, ["estimate"])
    n = krippendorff(ag.from_units(values)).n
    if not np.isnan(once.loc["krippendorff_alpha", "estimate"]):
        left, right = (1 - found.loc["krippendorff_alpha", "estimate"] for found in (once, twice))
        assert right == pytest.approx(left * (2 * n - 1) / (2 * n - 2), abs=1e-9)


@FAST
@given(ratings(), st.integers(1, 5))
def test_frequencies_stand_for_equal_units(values, times):
    repeated = np.repeat(values, times, axis=0)
    counted = ag.from_units(values, frequency=np.full(len(values), times))
    same(estimates(repeated), estimates(ag.rater_agreement(counted)))


@FAST
@given(ratings())
def test_each_unit_its_own_cluster_is_no_clusters(values):
    terms = ["percent_agreement", "gwet_ac1", "krippendorff_alpha"]
    same(estimates(values), estimates(values, clusters=np.arange(len(values))), terms)


@FAST
@given(st.lists(st.integers(1, 4), min_size=2, max_size=20), st.integers(2, 5), st.sampled_from(METRICS))
def test_raters_who_agree_get_1_with_a_lower_limit_below_it(units, raters, metric):
    values = np.repeat(np.array(units, dtype=float)[:, None], raters, axis=1)
    found = estimates(values, metric=metric)
    if len(set(units)) == 1:
        assert found["estimate"].drop("percent_agreement").isna().all()
        assert (found["reason"].drop("percent_agreement") != "").all()
    else:
        assert found["estimate"].to_numpy() == pytest.approx(1.0)
        assert (found["conf_low"] < 1).all()
        assert (found["conf_high"] == 1).all()


@FAST
@given(st.integers(1, 30))
def test_raters_who_always_disagree(half):
    values = np.array([[0, 1], [1, 0]] * half)
    found = estimates(values)["estimate"]
    n = 4 * half  # ratings
    assert found["cohen_kappa"] == pytest.approx(-1)
    assert found["scott_pi"] == pytest.approx(-1)
    assert found["krippendorff_alpha"] == pytest.approx(-1 + 2 / n)
    assert found["positive_agreement"] == found["negative_agreement"] == found["percent_agreement"] == 0


@pytest.mark.parametrize("raters", [2, 4])
def test_raters_who_guess_get_0_on_average(raters):
    rng = np.random.default_rng(3)
    terms = ["fleiss_kappa" if raters > 2 else "scott_pi", "krippendorff_alpha"]
    terms.append("conger_kappa" if raters > 2 else "cohen_kappa")
    draws = [estimates(rng.choice(3, p=[0.6, 0.3, 0.1], size=(400, raters)))["estimate"][terms] for _ in range(60)]
    values = np.array(draws, dtype=float)
    error = values.std(axis=0, ddof=1) / np.sqrt(len(values))
    # Fleiss' kappa has a bias of -1 / (number of ratings - 1) that alpha does not have
    bias = np.array([-1 / (400 * raters), 0.0, 0.0])
    assert (np.abs(values.mean(axis=0) - bias) < 4 * error).all()


@FAST
@given(ratings(), st.sampled_from(METRICS))
def test_no_coefficient_is_above_1_and_intervals_hold_the_estimate(values, metric):
    found = estimates(values, metric=metric).dropna(subset=["estimate"])
    assert (found["estimate"] <= 1 + 1e-12).all()
    known = found.dropna(subset=["std_error"])
    assert (known["conf_low"] <= known["estimate"] + 1e-9).all()
    assert (known["conf_high"] >= known["estimate"] - 1e-9).all()


@FAST
@given(ratings(), st.sampled_from(METRICS))
def test_the_error_is_that_of_small_changes_of_frequencies(values, metric):
    data = ag.from_units(values)
    alpha = krippendorff(data, metric)
    assume(alpha.expected > 0)
    contributions = krippendorff_alpha(data, metric).contributions
    step = 1e-6
    for row in range(len(data.codes)):
        up, down = (
            without_small_sample_part(
                krippendorff(
                    ag.Ratings(
                        data.codes, data.frequency + sign * step * (np.arange(len(data.codes)) == row), data.categories
                    ),
                    metric,
                )
            )
            for sign in (1, -1)
        )
        assert (up - down) / (2 * step) == pytest.approx(contributions[row], abs=1e-5)


@FAST
@given(ratings(), st.sampled_from(["nominal", "interval"]))
def test_what_units_add_to_a_weight_is_that_of_small_changes_of_frequencies(values, metric):
    """In the error of all codes together a code weighs by its expected disagreement, which has an error too."""
    data = ag.from_units(values)
    assume(krippendorff(data, metric).expected > 0)
    step, each = 1e-6, np.eye(len(data.codes))

    def weight(frequency):
        alpha = krippendorff(ag.Ratings(data.codes, frequency, data.categories), metric)
        return alpha.expected * (alpha.n - 1) / alpha.n / alpha.differences.max()

    slopes = [(weight(data.frequency + step * row) - weight(data.frequency - step * row)) / (2 * step) for row in each]
    assert krippendorff_alpha(data, metric).of_weight == pytest.approx(np.array(slopes), abs=1e-6)


@FAST
@given(ratings(missing=False, most_raters=2))
def test_what_units_add_to_the_weight_of_a_kappa_is_that_of_small_changes_of_frequencies(values):
    data = ag.from_units(values)
    identity = np.eye(data.q)
    found = cohen_kappa(data, identity)
    assume(found.reason is None)
    step = 1e-6

    def expected(row, sign):
        moved = data.frequency + sign * step * (np.arange(len(data.codes)) == row)
        return cohen_kappa(ag.Ratings(data.codes, moved, data.categories), identity).expected

    slopes = [-(expected(row, 1) - expected(row, -1)) / (2 * step) for row in range(len(data.codes))]
    assert found.of_weight == pytest.approx(np.array(slopes), abs=1e-6)


def test_a_kappa_of_raters_who_gave_one_category_tells_what_was_found_and_expected():
    found = cohen_kappa(ag.from_units(np.ones((5, 2)), categories=[1, 2]), np.eye(2))
    assert (found.observed, found.expected) == (1, 1)
    assert np.isnan(found.estimate)
    assert found.reason.code == "A021"


def without_small_sample_part(alpha):
    return 1 - alpha.observed / (alpha.expected * (alpha.n - 1) / alpha.n)


@pytest.mark.parametrize("interval", ["bootstrap", "krippendorff"])
def test_bootstrap_is_the_same_with_the_same_seed(interval):
    values = np.random.default_rng(1).integers(0, 2, size=(60, 2))
    values[:40, 1] = values[:40, 0]
    first, second, third = (
        estimates(values, interval=interval, seed=seed, n_draws=500).loc["krippendorff_alpha"] for seed in (1, 1, 2)
    )
    assert first["conf_low"] == second["conf_low"]
    assert (first[["conf_low", "conf_high"]] != third[["conf_low", "conf_high"]]).any() or interval == "krippendorff"
    assert first["conf_low"] < first["estimate"] < first["conf_high"]


@pytest.mark.parametrize("metric", METRICS)
def test_bootstrap_error_is_near_the_linearised_one(metric):
    rng = np.random.default_rng(5)
    truth = rng.integers(1, 6, size=(300, 1))
    values = np.clip(truth + rng.choice([-1, 0, 1], p=[0.15, 0.7, 0.15], size=(300, 3)), 1, 5)
    result = ag.rater_agreement(values, metric=metric, interval="bootstrap", seed=1)
    found = result.tidy().set_index("term").loc["krippendorff_alpha"]
    assert np.std(result.draws[0]) == pytest.approx(found["std_error"], rel=0.1)


def test_draws_of_krippendorff_have_the_moments_that_follow_from_the_coincidences():
    rng = np.random.default_rng(5)
    values = rng.choice(3, size=(80, 2))
    values[:50, 1] = values[:50, 0]
    alpha = krippendorff(ag.from_units(values), "nominal")
    draws = ag.rater_agreement(values, interval="krippendorff", n_draws=20000, seed=1).draws[0]
    # 80 pairs and 9 filled cells: M = min(225, 80); a draw is 1 - mean(delta) / D_e with delta 0 or 1
    disagree = alpha.observed
    assert draws.mean() == pytest.approx(1 - disagree / alpha.expected, abs=0.002)
    assert draws.std() == pytest.approx(np.sqrt(disagree * (1 - disagree) / 80) / alpha.expected, rel=0.02)


def test_bootstrap_over_documents_is_wider_when_segments_of_a_document_are_alike():
    rng = np.random.default_rng(2)
    document = np.repeat(np.arange(20), 15)
    careless = rng.random(20) < 0.4
    values = rng.integers(0, 2, size=(300, 1)).repeat(2, axis=1)
    wrong = careless[document] & (rng.random(300) < 0.7)
    values[wrong, 1] = 1 - values[wrong, 1]
    alone, together = (
        estimates(values, clusters=clusters, interval="bootstrap", seed=1).loc["krippendorff_alpha"]
        for clusters in (None, document)
    )
    width = [row["conf_high"] - row["conf_low"] for row in (alone, together)]
    assert width[1] > 1.5 * width[0]
    assert together["std_error"] > 1.5 * alone["std_error"]
    assert together["df"] == 19


def test_light_is_the_mean_of_the_pairs():
    values = np.random.default_rng(8).integers(1, 4, size=(40, 4))
    result = ag.rater_agreement(values)
    assert len(result.pairs) == len(list(itertools.combinations(range(4), 2)))
    assert estimates(result).loc["light_kappa", "estimate"] == pytest.approx(result.pairs["cohen_kappa"].mean())


@pytest.mark.parametrize("seed", range(3))
def test_counts_and_a_cross_table_give_what_the_ratings_give(seed):
    """Of counts the raters are not known; a cross table keeps them, and turned it gives the same."""
    values = np.random.default_rng(seed).integers(0, 3, (15, 2))
    counts = np.stack([(values == k).sum(axis=1) for k in range(3)], axis=1)
    table = np.zeros((3, 3), dtype=int)
    np.add.at(table, tuple(values.T), 1)
    rows = estimates(values, categories=[0, 1, 2])
    unknown = estimates(ag.rater_agreement(ag.from_counts(counts))).rename(index={"fleiss_kappa": "scott_pi"})
    crossed, turned = (estimates(ag.rater_agreement(ag.from_table(each))) for each in (table, table.T))
    same(rows, crossed)
    same(rows, turned)
    same(rows, unknown, [term for term in rows.index if term != "cohen_kappa"])
