"""Coefficients against published values, psych::cohen.kappa and irrCAC (tests/reference/agreement)."""

import numpy as np
import pytest

from lcresearch import agreement as ag
from lcresearch.agreement.alpha import krippendorff
from lcresearch.agreement.categories import category_agreement, fleiss_null_error
from lcresearch.agreement.two_raters import cross_table, kappa_of_table


def row(result, term):
    return result.tidy().set_index("term").loc[term]


# Cohen (1968) and psych 2.4.12


@pytest.fixture
def cohen1968(reference):
    return reference("cohen1968"), np.array(reference("cohen1968")["table"]["values"])


@pytest.mark.parametrize(
    ("weights", "part", "name"),
    [
        (None, "unweighted_and_quadratic", "kappa"),
        ("quadratic", "unweighted_and_quadratic", "weighted"),
        ("linear", "linear", "weighted"),
    ],
)
def test_cohen_kappa_of_psych_with_its_error_and_interval(cohen1968, weights, part, name):
    values, table = cohen1968[0][part], cohen1968[1]
    found = row(ag.rater_agreement(ag.from_table(table), weights=weights), "cohen_kappa")
    assert found["estimate"] == pytest.approx(values["kappa" if name == "kappa" else "weighted_kappa"], rel=1e-12)
    assert found["std_error"] ** 2 == pytest.approx(values[f"var_{name}"], rel=1e-10)
    assert found["conf_low"] == pytest.approx(values[f"ci_{name}"]["lower"], rel=1e-10)
    assert found["conf_high"] == pytest.approx(values[f"ci_{name}"]["upper"], rel=1e-10)
    assert found["n_units"] == 200


@pytest.mark.published("Cohen (1968), Psychological Bulletin 70, 213-220")
def test_weights_of_disagreement_of_cohen_1968(cohen1968):
    values, table = cohen1968
    weights = values["cohen1968_weights"]["disagreement_weights"]["values"]
    found = row(ag.rater_agreement(ag.from_table(table), weights=weights), "cohen_kappa")
    assert found["estimate"] == pytest.approx(0.348, abs=0.0005)  # as printed
    assert found["estimate"] == pytest.approx(values["cohen1968_weights"]["weighted_kappa"], rel=1e-12)
    assert found["estimate"] == pytest.approx(values["own_check"]["cohen_weights"], rel=1e-12)


def test_errors_of_an_own_program_in_r(cohen1968):
    own, table = cohen1968[0]["own_check"], cohen1968[1]
    for name in ("kappa", "linear", "quadratic"):
        data = ag.from_table(table)
        found = kappa_of_table(cross_table(data), ag.agreement_weights(None if name == "kappa" else name, data))
        assert found.estimate == pytest.approx(own[name], rel=1e-12)
        assert found.std_error == pytest.approx(own[f"se_{name}"], rel=1e-10)


@pytest.mark.parametrize(("weights", "part"), [("quadratic", "quadratic"), ("linear", "linear")])
def test_two_raters_on_five_points_with_psych(reference, data, weights, part):
    values = reference("two_raters_ordinal")
    ratings = data("two_raters_ordinal")
    weighted = row(ag.rater_agreement(ratings, weights=weights), "cohen_kappa")
    plain = row(ag.rater_agreement(ratings), "cohen_kappa")
    for found, kind in ((plain, "kappa"), (weighted, "weighted")):
        name = "kappa" if kind == "kappa" else "weighted_kappa"
        assert found["estimate"] == pytest.approx(values[part][name], rel=1e-12)
        assert found["std_error"] ** 2 == pytest.approx(values[part][f"var_{kind}"], rel=1e-10)
        assert found["conf_low"] == pytest.approx(values[part][f"ci_{kind}"]["lower"], rel=1e-10)


def test_other_coefficients_of_two_raters_on_five_points(reference, data):
    values = reference("two_raters_ordinal")
    ratings = data("two_raters_ordinal")
    result = ag.rater_agreement(ratings)
    assert row(result, "percent_agreement")["estimate"] == pytest.approx(values["percent_agreement"], rel=1e-12)
    assert row(result, "gwet_ac1")["estimate"] == pytest.approx(values["AC1"], rel=1e-12)
    assert row(result, "scott_pi")["estimate"] == pytest.approx(values["scott_pi"], rel=1e-12)
    for metric, alpha in values["krippendorff"].items():
        found = row(ag.rater_agreement(ratings, metric=metric), "krippendorff_alpha")
        assert found["estimate"] == pytest.approx(alpha, rel=1e-12)


# Fleiss (1971)


@pytest.mark.published("Fleiss (1971), Psychological Bulletin 76, 378-382")
def test_fleiss_1971(reference, data):
    values = reference("fleiss1971")
    counts = ag.from_counts(data("fleiss1971"))
    result = ag.rater_agreement(counts)
    found = row(result, "fleiss_kappa")
    assert found["estimate"] == pytest.approx(0.430, abs=0.0005)  # as printed
    assert found["estimate"] == pytest.approx(values["kappa"], rel=1e-12)
    assert found["observed"] == pytest.approx(values["p_observed"], rel=1e-12)
    assert found["expected"] == pytest.approx(values["p_expected"], rel=1e-12)
    assert fleiss_null_error(counts) == pytest.approx(values["se0"], rel=1e-12)
    assert found["estimate"] / fleiss_null_error(counts) == pytest.approx(values["z"], rel=1e-12)
    assert (found["n_units"], found["n_raters"]) == (values["n_subjects"], values["n_raters"])
    assert not set(result.tidy()["term"]) & {"cohen_kappa", "conger_kappa"}  # raters are not known


def test_categories_of_fleiss_1971(reference, data):
    values = reference("fleiss1971")
    counts = ag.from_counts(data("fleiss1971"))
    found = category_agreement(counts)
    assert found.share.tolist() == pytest.approx(list(values["category_proportions"].values()), rel=1e-12)
    assert found.kappa.tolist() == pytest.approx([part["kappa"] for part in values["per_category"]], rel=1e-12)
    assert found.null_std_error == pytest.approx(values["per_category"][0]["se0"], rel=1e-12)


# Gwet


def test_the_paradox_of_gwet(reference, data):
    values = reference("gwet_2x2")
    n = data("gwet_2x2", names_units=False)["n"].to_numpy().reshape(2, 2)
    result = ag.rater_agreement(ag.from_table(n, categories=["yes", "no"]))
    ours = {
        "percent_agreement": "p_observed",
        "cohen_kappa": "kappa",
        "gwet_ac1": "AC1",
        "scott_pi": "scott_pi",
        "brennan_prediger": "brennan_prediger",
    }
    for term, name in ours.items():
        assert row(result, term)["estimate"] == pytest.approx(values[name], rel=1e-12)
    assert any("one category" in caution for caution in result.cautions())


@pytest.mark.published("Gwet (2014), Handbook of Inter-Rater Reliability (4th ed.)")
def test_ac1_of_four_raters_with_missing_ratings(reference, data):
    values = reference("gwet_ac1_4x12")
    result = ag.rater_agreement(data("krippendorff_4x12"))
    found = row(result, "gwet_ac1")
    assert found["estimate"] == pytest.approx(0.77544, abs=5e-6)  # as printed
    assert found["std_error"] == pytest.approx(0.14295, abs=5e-6)  # as printed
    assert found["estimate"] == pytest.approx(values["AC1"], rel=1e-12)
    assert found["std_error"] == pytest.approx(values["se"], rel=1e-12)
    assert found["observed"] == pytest.approx(values["p_observed"], rel=1e-12)
    assert found["expected"] == pytest.approx(values["p_expected"], rel=1e-12)
    assert (found["conf_low"], found["conf_high"]) == pytest.approx((values["ci_lower"], values["ci_upper"]), rel=1e-10)
    assert found["n_units"] == values["n_units_two_or_more"]
    assert result.categories["share"].tolist() == pytest.approx(list(values["category_prevalence"].values()), rel=1e-12)


TERMS = {"gwet": "gwet_ac2", "fleiss": "fleiss_kappa", "bp": "brennan_prediger", "conger": "conger_kappa"}
WEIGHTS = ["identity", "bipolar", "circular", "linear", "ordinal", "quadratic", "radical", "ratio"]


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("name", TERMS)
def test_weighted_coefficients_of_irrcac(reference, data, name, weights):
    ratings = data("krippendorff_4x12").to_numpy(copy=True)
    ratings[11] = [np.nan, np.nan, 3, np.nan]
    term = "gwet_ac1" if (name, weights) == ("gwet", "identity") else TERMS[name]
    found = row(ag.rater_agreement(ratings, weights=weights), term)
    estimate, error = reference("irrcac_4x12")[name][weights]
    assert found["estimate"] == pytest.approx(estimate, abs=0.0005)
    assert found["std_error"] == pytest.approx(error, abs=0.0005)


@pytest.mark.parametrize("metric", ["nominal", "interval", "ratio"])
def test_error_of_alpha_is_within_a_thousandth_of_that_of_gwet(reference, data, metric):
    found = row(ag.rater_agreement(data("krippendorff_4x12"), metric=metric), "krippendorff_alpha")
    estimate, error = reference("irrcac_4x12")["krippendorff"][metric]
    assert found["estimate"] == pytest.approx(estimate, abs=0.0005)
    assert found["std_error"] == pytest.approx(error, abs=0.0015)  # half a digit, and the difference named in the file


# Krippendorff (2011)


@pytest.mark.parametrize("metric", ["nominal", "ordinal", "interval", "ratio"])
def test_alpha_of_krippendorff_2011(reference, data, metric):
    values = reference("krippendorff_4x12")
    ratings = ag.from_units(data("krippendorff_4x12"))
    found = krippendorff(ratings, metric)
    assert found.estimate == pytest.approx(values[metric]["published"], abs=0.0005)
    assert found.estimate == pytest.approx(values[metric]["alpha"], rel=1e-12)
    assert found.observed == pytest.approx(values[metric]["D_observed"], rel=1e-12)
    assert found.expected == pytest.approx(values[metric]["D_expected"], rel=1e-12)
    assert found.coincidences == pytest.approx(np.array(values["coincidence_matrix"]["values"]), rel=1e-12)
    assert found.n == values["n_pairable"]
    assert row(ag.rater_agreement(ratings, metric=metric), "krippendorff_alpha")["estimate"] == found.estimate
