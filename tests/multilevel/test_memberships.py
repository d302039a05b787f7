"""Multiple membership: rows that belong to several groups, with weights. All data are invented."""

import numpy as np
import pandas as pd
import pytest
from tests.multilevel.memberships_invented import COMMUNITIES, CONTENT, FRAME, LABELS, code_of, fit_of, incidence, ours

from lcresearch import multilevel
from lcresearch.errors import LcresearchWarning, MultilevelError
from lcresearch.multilevel.formula import Membership, parse

# rows of new groups are meant here
pytestmark = pytest.mark.filterwarnings(r"ignore:\[L121\]")


# What lme4 gives with the weighted matrix in the place of Zt: tests/reference/multilevel/memberships.R

CASES = list(CONTENT["values"])


@pytest.mark.parametrize("case", CASES)
def test_criterion_and_fixed_effects_are_those_of_lme4(case):
    fit, values = fit_of(case)
    assert fit.deviance == pytest.approx(values["criterion"], abs=1e-6)
    assert fit.deviance <= values["criterion"] + 1e-8
    table = fit.tidy().set_index("term")
    for name, error in ours(values["std_error"]).items():
        assert table.loc[name, "estimate"] == pytest.approx(ours(values["fixed"])[name], abs=1e-6 * error)
        assert table.loc[name, "std_error"] == pytest.approx(error, rel=1e-6)


@pytest.mark.parametrize("case", CASES)
def test_variance_components_are_those_of_lme4(case):
    fit, values = fit_of(case)
    table = fit.variance_components.set_index(["group", "term_1", "term_2"])["covariance"]
    assert fit.sigma == pytest.approx(values["sigma"], rel=1e-6)
    for row in values["components"][:-1]:
        group, first = LABELS.get(row["grp"], row["grp"]), row["var1"].strip("()")
        second = row.get("var2") or row["var1"]
        assert table[group, first, second.strip("()")] == pytest.approx(row["vcov"], rel=1e-5)


@pytest.mark.parametrize("case", CASES)
def test_random_effects_and_fitted_values_are_those_of_lme4(case):
    fit, values = fit_of(case)
    for group, expected in values["random"].items():
        found = fit.random_effects[LABELS.get(group, group)]
        assert list(found.index.get_level_values(0).unique()) == expected["group"]
        np.testing.assert_allclose(found["estimate"], np.ravel(expected["estimate"]), atol=1e-6)
        np.testing.assert_allclose(found["std_dev"], np.ravel(expected["std_dev"]), atol=1e-6)
    np.testing.assert_allclose(fit.fitted()[:20], values["fitted"], atol=1e-6)


@pytest.mark.parametrize("case", [case for case in CASES if CONTENT["values"][case]["REML"]])
def test_kenward_roger_is_that_of_pbkrtest(case):
    fit, values = fit_of(case)
    table = fit.tidy(ddf="kenward-roger").set_index("term")
    for name, df in ours(values["kenward_roger_df"]).items():
        assert table.loc[name, "df"] == pytest.approx(df, rel=1e-5)
        assert table.loc[name, "std_error"] == pytest.approx(ours(values["kenward_roger_std_error"])[name], rel=1e-6)


@pytest.mark.parametrize("case", CASES)
def test_satterthwaite_is_that_of_lmertest(case):
    fit, values = fit_of(case)
    table = fit.tidy().set_index("term")["df"]
    for name, df in ours(values["satterthwaite_df"]).items():
        assert table[name] == pytest.approx(df, rel=1e-5)


# What follows from the whole matrices


def test_the_criterion_is_that_of_the_whole_covariance_matrix():
    fit, _ = fit_of("slopes")
    labels = sorted(set(FRAME["first_community"]) | set(FRAME["second_community"].dropna()))
    w = incidence(FRAME, labels, weights=("share_first", "share_second"))
    x = np.column_stack([np.ones(len(FRAME)), FRAME["x"], FRAME["hours"]])
    own, site = fit.estimates.covariances
    same_site = FRAME["site"].to_numpy()[:, None] == FRAME["site"].to_numpy()
    v = fit.sigma**2 * np.eye(len(FRAME)) + (x[:, :2] @ own @ x[:, :2].T) * (w @ w.T) + site[0, 0] * same_site
    information = x.T @ np.linalg.solve(v, x)
    beta = np.linalg.solve(information, x.T @ np.linalg.solve(v, FRAME["y"]))
    residual = FRAME["y"] - x @ beta
    whole = np.linalg.slogdet(v)[1] + np.linalg.slogdet(information)[1] + residual @ np.linalg.solve(v, residual)
    assert fit.deviance == pytest.approx(whole + (len(x) - 3) * np.log(2 * np.pi), rel=1e-10)
    np.testing.assert_allclose(fit.estimates.beta, beta, rtol=1e-9)


def test_one_membership_a_row_is_the_ordinary_model():
    frame = FRAME.assign(nobody=None)
    one = multilevel.fit_lmm("y ~ x + (1 + x | mm(first_community, nobody))", frame)
    other = multilevel.fit_lmm("y ~ x + (1 + x | first_community)", frame)
    assert one.deviance == pytest.approx(other.deviance, abs=1e-8)
    np.testing.assert_allclose(one.estimates.covariances[0], other.estimates.covariances[0], rtol=1e-4)
    assert one.tidy()["df"].to_numpy() == pytest.approx(other.tidy()["df"].to_numpy(), rel=1e-3)
    np.testing.assert_allclose(one.icc().iloc[:, 1:], other.icc().iloc[:, 1:], rtol=1e-4)


def test_the_share_of_variance_is_the_mean_diagonal_of_the_whole_matrix():
    fit, _ = fit_of("slopes")
    labels = list(fit.random_effects[COMMUNITIES].index.get_level_values(0).unique())
    w = incidence(FRAME, labels, weights=("share_first", "share_second"))
    z = np.column_stack([np.ones(len(FRAME)), FRAME["x"]])
    expected = np.mean((w**2).sum(axis=1) * np.einsum("na,ab,nb->n", z, fit.estimates.covariances[0], z))
    shares = fit.variance_shares
    assert shares.random[COMMUNITIES] == pytest.approx(expected, rel=1e-10)
    assert fit.icc().set_index("group").loc[COMMUNITIES, "icc"] == pytest.approx(
        expected / (shares.total - shares.fixed), rel=1e-10
    )
    assert fit.r_squared()["conditional"] == pytest.approx(1 - fit.sigma**2 / shares.total)


def test_the_design_effect_of_equal_groups_is_that_of_the_mean():
    """Each pair of three communities has four rows, so the variance of the mean of all rows is known."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"a": list("AAB") * 4, "b": list("BCC") * 4, "y": rng.normal(size=12)})
    fit = multilevel.fit_lmm("y ~ 1 + (1 | mm(a, b))", pd.concat([frame, frame.assign(y=frame["y"] + 1)]))
    table = fit.icc().iloc[0]
    between, within, n = fit.variance_shares.random["mm(a, b)"], fit.sigma**2, 24
    w = incidence(pd.concat([frame, frame]), "ABC", columns=("a", "b"))
    v = 2 * between * w @ w.T + within * np.eye(n)
    assert table["design_effect"] == pytest.approx(v.mean() * n / (between + within))


# Rows: what counts as a membership


SMALL = pd.DataFrame(
    {
        "a": ["A", "B", "C", "A", "B", None, "C", None],
        "b": ["B", None, "C", None, "A", "C", None, None],
        "u": [2.0, 1.0, 1.0, 0.5, 3.0, np.nan, np.nan, 1.0],
        "v": [6.0, np.nan, 1.0, 0.0, 1.0, 2.0, 1.0, 1.0],
        "y": [1.0, 2, 4, 3, 5, 2, 6, 1],
    }
)


def memberships_of(formula, frame):
    """Rows x groups of a model, and rows that were dropped."""
    from lcresearch.multilevel.design import build

    design = build(parse(formula), frame)
    (found,) = design.groupings.values()
    weights = found.gathered(np.eye(len(found.labels)))
    return pd.DataFrame(weights, index=design.rows, columns=found.labels), design.n_dropped.to_dict()


def test_a_missing_second_group_is_no_membership_and_drops_no_row():
    weights, dropped = memberships_of("y ~ 1 + (1 | mm(a, b))", SMALL)
    assert dropped == {"mm(a, b)": 1, "any": 1}
    expected = [[0.5, 0.5, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0], [0.5, 0.5, 0], [0, 0, 1], [0, 0, 1]]
    np.testing.assert_array_equal(weights, expected)
    assert list(weights.columns) == ["A", "B", "C"]


def test_weights_are_divided_by_their_sum_and_a_known_group_needs_one():
    weights, dropped = memberships_of("y ~ 1 + (1 | mm(a, b, weights=(u, v)))", SMALL[:5])
    assert dropped == {"any": 0}
    np.testing.assert_array_equal(weights, [[0.25, 0.75, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0], [0.25, 0.75, 0]])
    frame = SMALL.assign(v=[6.0, 0, 1, 0, 1, 2, 0, 0])
    weights, dropped = memberships_of("y ~ 1 + (1 | mm(a, b, weights=(u, v)))", frame)
    assert dropped == {"mm(a, b)": 1, "u": 1, "any": 2}
    assert list(weights.index) == [0, 1, 2, 3, 4, 5]


def test_weights_are_kept_without_scale():
    weights, _ = memberships_of("y ~ 1 + (1 | mm(a, b, weights=(u, v), scale=False))", SMALL[:5])
    np.testing.assert_array_equal(weights, [[2, 6, 0], [0, 1, 0], [0, 0, 2], [0.5, 0, 0], [1, 3, 0]])
    weights, _ = memberships_of("y ~ 1 + (1 | mm(a, b, scale=False))", SMALL[:5])
    np.testing.assert_array_equal(weights, [[1, 1, 0], [0, 1, 0], [0, 0, 2], [1, 0, 0], [1, 1, 0]])


def test_numbers_of_groups_are_the_same_with_and_without_missing_ones():
    frame = SMALL.assign(a=SMALL["a"].map({"A": 1, "B": 2, "C": 3}), b=[2, 1, 3, 3, 1, 3, 1, 2])
    weights, _ = memberships_of("y ~ 1 + (1 | mm(a, b))", frame)
    assert list(weights.columns) == [1, 2, 3]
    assert weights.columns.dtype == "int64"
    categories = SMALL.assign(a=pd.Categorical(SMALL["a"]), b=pd.Series(SMALL["b"], dtype="string"))
    weights, _ = memberships_of("y ~ 1 + (1 | mm(a, b))", categories)
    assert list(weights.columns) == ["A", "B", "C"]


def test_a_weight_beside_a_missing_group_is_told():
    with pytest.warns(LcresearchWarning, match="L073"):
        weights, _ = memberships_of("y ~ 1 + (1 | mm(a, b, weights=(u, v)))", SMALL.assign(v=1.0))
    assert weights.loc[1].tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"u": -1.0}, "L072"),
        ({"u": np.inf}, "L072"),
        ({"u": "half"}, "L071"),
        ({"b": 3, "v": 1.0}, "L070"),
        ({"a": None, "b": None}, "L006"),
        ({"a": "A", "b": None, "v": 0.0}, "L011"),
        ({"a": "A", "b": "B", "u": 1.0, "v": 1.0}, "L074"),
    ],
)
def test_memberships_that_cannot_be_are_refused(change, code):
    frame = SMALL.assign(u=[2, 1, 1, 0.5, 3, 0, 1, 0], v=[6.0, 0, 1, 0, 1, 2, 0, 0]).assign(**change)
    assert code_of(lambda: multilevel.fit_lmm("y ~ 1 + (1 | mm(a, b, weights=(u, v)))", frame)) == code


def test_names_that_do_not_exist_get_the_nearest():
    with pytest.raises(MultilevelError) as refused:
        multilevel.fit_lmm("y ~ x + (1 | mm(first_community, secnd_community))", FRAME)
    assert "Did you mean 'second_community'?" in refused.value.problems[0].message("en")


# The notation


def test_the_notation():
    (term,) = parse("y ~ x + (1 + x | mm(a, `my b`, weights=(u, v), scale=False))").random
    assert term.left == "1 + x"
    assert term.label == "mm(a, my b)"
    assert term.membership == Membership(("a", "my b"), ("u", "v"), scaled=False)
    assert [term.left for term in parse("y ~ (x || mm(a, b, c))").random] == ["1", "0 + x"]
    assert parse("y ~ (1 | mm)").random[0].group == ("mm",)


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("y ~ (1 | mm(a))", "mm(a)"),
        ("y ~ (1 | mm(a, a))", "a))"),
        ("y ~ (1 | mm(a, b + c))", "b + c"),
        ("y ~ (1 | mm(a, ))", "))"),
        ("y ~ (1 | mm(a, b, weights=(u)))", "(u)"),
        ("y ~ (1 | mm(a, b, weights=u))", "))"),
        ("y ~ (1 | mm(a, b, weights=(u, 2)))", "2)"),
        ("y ~ (1 | mm(a, b, scale=maybe))", "maybe"),
        ("y ~ (1 | mm(a, b, scaled=True))", "scaled"),
        ("y ~ (1 | mm(a, b)/c)", "/c"),
        ("y ~ (1 | c/mm(a, b))", "mm(a, b)"),
    ],
)
def test_a_wrong_membership_is_marked(text, mark):
    with pytest.raises(MultilevelError) as refused:
        parse(text)
    problem = refused.value.problems[0]
    assert problem.code == "L001"
    assert len(problem.values["mark"]) - 1 == text.index(mark)


def test_two_weightings_of_the_same_columns_are_marked():
    text = "y ~ (1 | mm(a, b)) + (1 | mm(a, b, weights=(u, v)))"
    with pytest.raises(MultilevelError) as refused:
        parse(text)
    assert len(refused.value.problems[0].values["mark"]) - 1 == text.rindex("(1 |")


# Outcomes that are yes or no

HIGH = FRAME.assign(high=FRAME["y"] > 3.5)


def test_a_binomial_model_is_that_of_lme4():
    values = CONTENT["generalised"]
    fit = multilevel.fit_glmm(values["formula"], HIGH)
    assert fit.log_likelihood == pytest.approx(values["log_likelihood"], abs=1e-5)
    for name, value in ours(values["fixed"]).items():
        assert fit.fixed_effects[name] == pytest.approx(value, rel=1e-4)
    components = fit.variance_components.set_index("group")["covariance"]
    for row in values["components"]:
        assert components[LABELS.get(row["grp"], row["grp"])] == pytest.approx(row["vcov"], rel=1e-3)
    for group, expected in values["random"].items():
        found = fit.random_effects[LABELS.get(group, group)]["estimate"]
        np.testing.assert_allclose(found, expected["estimate"], atol=1e-4)


def test_one_membership_a_row_is_the_ordinary_generalised_model():
    frame = HIGH.assign(nobody=None)
    one = multilevel.fit_glmm("high ~ x + (1 + x | mm(first_community, nobody))", frame)
    other = multilevel.fit_glmm("high ~ x + (1 + x | first_community)", frame)
    assert one.deviance == pytest.approx(other.deviance, abs=1e-6)
    np.testing.assert_allclose(one.tidy()["std_error"], other.tidy()["std_error"], rtol=1e-3)
    np.testing.assert_allclose(one.predict(kind="response"), other.predict(kind="response"), atol=1e-4)


def test_generalised_models_refuse_what_needs_groups_apart():
    formula = f"high ~ x + (1 | {COMMUNITIES})"
    assert code_of(lambda: multilevel.fit_glmm(formula, HIGH, n_quadrature=5)) == "L077"
    assert code_of(lambda: multilevel.fit_glmm(formula, HIGH).tidy(ddf="between-within")) == "L112"
