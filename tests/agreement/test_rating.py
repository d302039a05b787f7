"""Hand-worked cases, what is undefined, what is refused, and how results read."""

import json

import numpy as np
import pytest

from lcresearch import agreement as ag
from lcresearch.errors import AgreementError


def estimate(result, term):
    return result.tidy().set_index("term").loc[term, "estimate"]


def test_chance_is_the_sum_of_the_products_of_marginals_and_not_their_product():
    # The first coder gives the code to 80 of 100 segments, the second to 20, independently: 16 yes-yes, 64 yes-no,
    # 4 no-yes, 16 no-no. Observed .16 + .16 = .32; chance .8 x .2 + .2 x .8 = .32: kappa 0. A widely used program takes
    # the product (.8 x .2) (.2 x .8) = .0256 for chance, and reports (.32 - .0256) / (1 - .0256) = .302.
    table = np.array([[16, 64], [4, 16]])
    result = ag.rater_agreement(ag.from_table(table, categories=["yes", "no"]))
    row = result.tidy().set_index("term").loc["cohen_kappa"]
    assert (row["observed"], row["expected"]) == (pytest.approx(0.32), pytest.approx(0.32))
    assert row["estimate"] == pytest.approx(0, abs=1e-12)


def test_a_case_worked_by_hand():
    # Six segments, two coders: both yes 2, only the first 1, only the second 1, both no 2.
    # Percent 4/6. Marginals .5 and .5: chance .5, kappa (.6667 - .5) / .5 = .3333; so for pi, Brennan-Prediger and AC1.
    # Alpha: 12 ratings, 6 yes and 6 no; D_o = 4/12; D_e = 2 x 6 x 6 / (12 x 11) = 72/132; alpha = 1 - 44/72 = .3889.
    # Positive agreement 2 x 2 / (2 x 2 + 1 + 1) = .6667.
    result = ag.rater_agreement([[1, 1], [1, 1], [1, 0], [0, 1], [0, 0], [0, 0]])
    found = result.tidy().set_index("term")["estimate"]
    for term in ("cohen_kappa", "scott_pi", "brennan_prediger", "gwet_ac1"):
        assert found[term] == pytest.approx(1 / 3)
    assert found["percent_agreement"] == pytest.approx(2 / 3)
    assert found["krippendorff_alpha"] == pytest.approx(1 - (4 / 12) / (72 / 132))
    assert found["positive_agreement"] == found["negative_agreement"] == pytest.approx(2 / 3)
    glance = result.glance().iloc[0]
    assert (glance["prevalence_index"], glance["bias_index"]) == (0, 0)


def test_prevalence_and_bias_worked_by_hand():
    # yes-yes 7, yes-no 2, no-yes 0, no-no 1: prevalence (7 - 1) / 10 = .6, bias (2 - 0) / 10 = .2
    values = [[1, 1]] * 7 + [[1, 0]] * 2 + [[0, 0]]
    glance = ag.rater_agreement(values).glance().iloc[0]
    assert (glance["prevalence_index"], glance["bias_index"]) == (pytest.approx(0.6), pytest.approx(0.2))


def test_a_pair_of_raters_with_few_units_in_common():
    # raters 1 and 2 share three units: both a; both b; a-b. po 2/3, pe (2/3)(1/3) + (1/3)(2/3) = 4/9, kappa 2/5
    values = [["a", "a", None], ["b", "b", None], ["a", "b", None], [None, "a", "b"], ["a", None, "a"]]
    pairs = ag.rater_agreement(values, raters=["Ans", "Bo", "Cor"]).pairs
    first = pairs.iloc[0]
    assert (first["rater_1"], first["rater_2"], first["n_units"]) == ("Ans", "Bo", 3)
    assert first["cohen_kappa"] == pytest.approx(0.4)
    assert np.isnan(pairs.iloc[1]["cohen_kappa"])  # one unit in common, both said a


def test_without_variation_nothing_is_made_up():
    found = ag.rater_agreement([[0, 0]] * 20, categories=[0, 1]).tidy().set_index("term")
    for term in ("cohen_kappa", "scott_pi", "krippendorff_alpha", "positive_agreement"):
        assert np.isnan(found.loc[term, "estimate"])
        assert found.loc[term, "reason"]
    assert found.loc["percent_agreement", "estimate"] == 1


def test_nothing_in_common():
    result = ag.rater_agreement([[1, None], [None, 0], [0, None]], categories=[0, 1])
    assert result.tidy()["estimate"].isna().all()
    assert any("No unit was rated by two raters" in caution for caution in result.cautions())


def test_empty_table():
    result = ag.rater_agreement(np.empty((0, 2)), categories=[0, 1])
    assert result.tidy()["estimate"].isna().all()


def test_texts_need_an_order_for_a_scale_with_one():
    values = [["low", "high"], ["high", "high"], ["mid", "low"]]
    for purpose, option in (
        ("ordinal", {"metric": "ordinal"}),
        ("weights", {"weights": "linear"}),
        ("interval", {"metric": "interval"}),
        ("ratio", {"metric": "ratio"}),
    ):
        with pytest.raises(AgreementError, match="A009") as refused:
            ag.rater_agreement(values, **option)
        assert refused.value.problems[0].values == {"purpose": purpose, "found": "high, low, mid"}
    with pytest.raises(AgreementError) as refused:  # an order is not enough for distances
        ag.rater_agreement(values, categories=["low", "mid", "high"], metric="interval")
    assert refused.value.problems[0].values == {"purpose": "interval", "found": "low, mid, high"}
    found = ag.rater_agreement(values, categories=["low", "mid", "high"], metric="ordinal", weights="linear")
    numbers = ag.rater_agreement([[1, 3], [3, 3], [2, 1]], metric="ordinal", weights="linear")
    assert found.tidy()["estimate"].tolist() == numbers.tidy()["estimate"].tolist()


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: ag.rater_agreement([1, 2, 3]), "A001"),
        (lambda: ag.rater_agreement([[1], [2]]), "A001"),
        (lambda: ag.from_table([[1, 2, 3], [1, 2, 3]]), "A001"),
        (lambda: ag.from_counts([[1, 2]], categories=["a"]), "A001"),
        (lambda: ag.rater_agreement([[1, 2], [3, 1]], categories=[1, 2]), "A002"),
        (lambda: ag.rater_agreement([[1, "a"], ["b", 2]]), "A003"),
        (lambda: ag.rater_agreement([[1, 2], [1, 1]], clusters=[1]), "A004"),
        (lambda: ag.from_units([[1, 2], [1, 1]], frequency=[1, -1]), "A005"),
        (lambda: ag.from_counts([[1, -1]]), "A006"),
        (lambda: ag.from_counts([[1, 1.5]]), "A006"),
        (lambda: ag.rater_agreement([[1, 2], [1, 1]], weights="cubic"), "A007"),
        (lambda: ag.rater_agreement([[1, 2], [1, 1]], weights=[[1, 0.5], [0.2, 1]]), "A008"),
        (lambda: ag.rater_agreement([[1, 2], [1, 1]], weights=np.eye(3)), "A008"),
        (lambda: ag.rater_agreement([["a", "b"], ["a", "a"]], metric="interval", categories=["a", "b"]), "A009"),
        (lambda: ag.rater_agreement([[1, 2], [1, 1]], metric="circular"), "A007"),
        (lambda: ag.rater_agreement([[1, -2], [1, 1]], metric="ratio"), "A011"),
        (
            lambda: ag.rater_agreement(
                ag.from_units([[1, 2], [1, 1]], frequency=[1.5, 2]), interval="bootstrap", seed=1
            ),
            "A012",
        ),
        (lambda: ag.rater_agreement([[1, 2], [1, 1]], interval="magic"), "A007"),
        (lambda: ag.rater_agreement([[1, 2], [1, 1]], interval="bootstrap", n_draws=10), "A013"),
    ],
)
def test_what_is_refused(call, code):
    with pytest.raises(AgreementError, match=code):
        call()


def test_result_prints_travels_and_names_bands():
    values = np.array([[1, 1]] * 30 + [[0, 0]] * 20 + [[1, 0]] * 6)
    result = ag.rater_agreement(values, interval="bootstrap", seed=1, n_draws=200)
    text = str(result)
    assert "krippendorff_alpha" in text
    assert "conf_low" in text
    back = ag.RaterAgreement.from_dict(json.loads(json.dumps(result.to_dict())))
    assert back.tidy().equals(result.tidy())
    assert back.cautions() == result.cautions()
    bands = result.bands().set_index("term")
    assert bands.loc["cohen_kappa", "landis_koch"] == "substantial"  # .78
    assert bands.loc["krippendorff_alpha", "krippendorff"] == "tentative conclusions only"
    assert bands.loc["krippendorff_alpha", "krippendorff_low"] == "unreliable"
    assert result.to_latex().startswith(r"\begin{tabular}")


def test_wider_intervals_for_more_confidence():
    values = np.random.default_rng(1).integers(0, 2, size=(50, 2))
    result = ag.rater_agreement(values)
    narrow, wide = result.tidy(0.9), result.tidy(0.99)
    assert (wide["conf_low"] < narrow["conf_low"]).all()


def test_interval_of_alpha_on_the_scale_of_fisher_by_hand():
    values = np.array([[1, 1]] * 18 + [[0, 0]] * 17 + [[1, 0]] * 3 + [[0, 1]] * 2)
    fisher, linearised = (
        ag.rater_agreement(values, interval=interval).tidy().set_index("term").loc["krippendorff_alpha"]
        for interval in ("fisher", "linearised")
    )
    t, alpha, error = 2.022690920, linearised["estimate"], linearised["std_error"]  # t of 39 degrees of freedom
    assert linearised["conf_low"] == pytest.approx(alpha - t * error)
    half = t * error / (1 - alpha**2)
    assert fisher["conf_low"] == pytest.approx(np.tanh(np.arctanh(alpha) - half))
    assert fisher["conf_high"] == pytest.approx(np.tanh(np.arctanh(alpha) + half))
    assert fisher["std_error"] == error
