"""Recipes beside linear models of the same cases."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from lcresearch.errors import IntegrationError
from lcresearch.integration import beside_regression, qca

FOLDER = Path(__file__).parents[2] / "reference" / "qca"
CONDITIONS = ["DEV", "URB", "LIT", "IND", "STB"]


@pytest.fixture(scope="module")
def lipset():
    frame = pd.read_csv(FOLDER / "lipset_fuzzy.csv", index_col="case")
    return qca(frame, "SURV", CONDITIONS, negated=False)


def test_models_are_those_of_statsmodels(lipset):
    found = beside_regression(lipset, kind="conservative", products=[("DEV", "STB")])
    frame = lipset.truth_table.frame
    theirs = {
        "main": smf.ols("SURV ~ DEV + URB + LIT + IND + STB", frame).fit(),
        "interaction": smf.ols("SURV ~ DEV + URB + LIT + IND + STB + DEV:STB", frame).fit(),
    }
    for name, fit in theirs.items():
        ours = found.models[found.models["model"] == name].set_index("term")
        theirs_in_order = {"Intercept": "(Intercept)"} | {term: term for term in ours.index[1:]}
        for term, our_term in theirs_in_order.items():
            row = ours.loc[our_term]
            low, high = fit.conf_int().loc[term]
            np.testing.assert_allclose(
                row[["estimate", "std_error", "p_value", "conf_low", "conf_high"]].astype(float),
                [fit.params[term], fit.bse[term], fit.pvalues[term], low, high],
                rtol=1e-8,
            )
    f, p, df = theirs["interaction"].compare_f_test(theirs["main"])
    row = found.fits.set_index("model").loc["interaction"]
    np.testing.assert_allclose(row[["statistic", "p_value", "df_1"]].astype(float), [f, p, df], rtol=1e-8)
    np.testing.assert_allclose(found.cases["interaction"], theirs["interaction"].fittedvalues, rtol=1e-8)


def test_the_pair_that_works_only_together_is_in_the_recipe_and_the_product():
    frame = pd.DataFrame({"a": [1, 1, 0, 0] * 5, "b": [1, 0, 1, 0] * 5})
    noise = np.linspace(-0.1, 0.1, 20)[np.random.default_rng(3).permutation(20)]
    frame["y"] = (0.2 + 0.6 * frame["a"] * frame["b"] + noise).round(3)
    found = beside_regression(qca(frame, "y", ["a", "b"], negated=False, consistency=0.7))
    assert found.recipes["term"].tolist() == ["a*b"]
    product = found.models.set_index(["model", "term"]).loc[("interaction", "a:b")]
    assert product["conf_low"] > 0.4
    assert abs(found.models.set_index(["model", "term"]).loc[("interaction", "a"), "estimate"]) < 0.15


def test_stories_name_who_is_right(lipset):
    found = beside_regression(lipset, kind="conservative")
    cases = found.cases
    shows = cases["outcome"] > 0.5
    recipe, main = (cases["recipe"] > 0.5) == shows, (cases["main"] > 0.5) == shows
    expected = np.select(
        [recipe & main, recipe & ~main, ~recipe & main],
        ["both_right", "recipe_right", "regression_right"],
        "both_wrong",
    )
    assert cases["story"].tolist() == expected.tolist()
    apart = found.disagreements()
    assert set(apart["case"]) == set(cases.loc[recipe != main, "case"])
    distance = (apart["recipe"] - apart["main"]).abs()
    assert distance.is_monotonic_decreasing


def test_values_before_calibration(lipset):
    raw = pd.read_csv(FOLDER / "lipset_raw.csv", index_col="case")
    found = beside_regression(lipset, raw, kind="conservative", crossover=0, products=[])
    theirs = smf.ols("SURV ~ DEV + URB + LIT + IND + STB", raw.astype(float)).fit()
    np.testing.assert_allclose(found.cases["main"], theirs.fittedvalues, rtol=1e-8)
    shows = lipset.truth_table.membership.to_numpy() > 0.5
    right = found.cases["story"].isin(["both_right", "regression_right"])
    assert right.tolist() == ((theirs.fittedvalues > 0) == shows).tolist()


def test_several_values_and_a_product_that_adds_nothing():
    frame = pd.read_csv(FOLDER / "lipset_multivalue.csv", index_col="case")
    found = beside_regression(qca(frame, "SURV", ["DEV", "URB", "LIT", "IND"], negated=False), products="all")
    terms = found.models[found.models["model"] == "interaction"].set_index("term")["estimate"]
    assert {"DEV[1]", "DEV[2]", "DEV[2]:URB", "LIT:IND"} <= set(terms.index)
    assert terms.isna().any()
    assert found.fits["n_terms"].tolist()[1] == terms.notna().sum()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_words_never_call_a_recipe_a_cause(lipset, language):
    found = beside_regression(lipset, kind="conservative")
    words = " ".join(found.words(language))
    assert found.recipes["term"].iloc[0] in words
    assert {"nl": "Geen van beide laat zien wat de oorzaak is.", "en": "Neither of the two shows"}[language] in words
    assert [problem.code for problem in found.problems] == ["Q059"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"kind": "intermediate"}, "Q058"),
        ({"model": 9}, "Q058"),
        ({"products": [("DEV", "GDP")]}, "Q058"),
        ({"products": [("DEV", "DEV")]}, "Q058"),
        ({"products": "some"}, "Q058"),
        ({"frame": pd.DataFrame({"DEV": [1.0]})}, "Q058"),
        ({"products": "all"}, None),
    ],
)
def test_what_cannot_be_asked(lipset, options, code):
    if code is None:
        assert beside_regression(lipset, **options).fits["n_terms"].max() == 16
        return
    with pytest.raises(IntegrationError) as caught:
        beside_regression(lipset, **options)
    assert caught.value.problems[0].code == code


def test_more_coefficients_than_cases():
    frame = pd.DataFrame({"a": [1, 1, 0], "b": [1, 0, 1], "y": [1, 0, 0]})
    with pytest.raises(IntegrationError) as caught:
        beside_regression(qca(frame, "y", ["a", "b"], negated=False, few_cases="accept"))
    assert caught.value.problems[0].code == "Q056"
