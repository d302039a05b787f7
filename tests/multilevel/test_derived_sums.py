"""Sums of products of other models, derived from those of one, are those made of rows with the columns written out."""

import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from lcresearch import multilevel
from lcresearch.errors import MultilevelError
from lcresearch.multilevel import Crossproducts, DerivedColumn, added_together, crossproducts, derived_sums, fit_lmm
from lcresearch.multilevel.estimates import random_effects
from lcresearch.multilevel.model import model_of

FULL = (
    "score ~ time + age + element_1 + element_2 + openness"
    " + (1 | consortium) + (1 + time | consortium:community) + (1 | consortium:community:person)"
)
SHIFT = {"age": 41.5, "score": 10.0, "element_1": 0.5, "time": 0.25}
PERSON = "consortium:community:person"


def invented():
    """Invented answers of persons at two waves, some missing, in communities of 12 consortia of three sectors."""
    rng = np.random.default_rng(11)
    community = np.repeat(np.arange(72), rng.integers(8, 15, 72))
    person = np.arange(len(community))
    consortium = community // 6
    element_1, element_2, openness = rng.integers(0, 2, 72), rng.normal(2, 1, 72), rng.normal(3, 0.5, 72)
    own = pd.DataFrame({"person": person, "community": community, "consortium": consortium})
    own["age"] = rng.integers(20, 65, len(own))
    own["level"] = rng.normal(0, 0.7, len(own))
    rows = pd.concat([own.assign(time=0), own.assign(time=1)], ignore_index=True)
    rows = rows[rng.random(len(rows)) < 0.85].copy()
    at, above = rows["community"].to_numpy(), rows["consortium"].to_numpy()
    rows["element_1"], rows["element_2"], rows["openness"] = element_1[at], element_2[at], openness[at]
    rows["sector"] = np.array(["care", "build", "food"])[above % 3]
    score = 10 + 0.3 * rows["time"] + 0.02 * rows["age"] * rows["openness"] + rows["level"]
    score += (0.5 * (rows["sector"] == "care") + rng.normal(0, 0.4, 12)[above]) * rows["element_1"]
    score += rng.normal(0, 0.5, 12)[above] + rng.normal(0, 0.5, 72)[at] + rng.normal(0, 0.3, 72)[at] * rows["time"]
    rows["score"] = score + rng.normal(0, 0.6, len(rows))
    for sector in ("build", "food"):
        rows[sector] = (rows["sector"] == sector).astype(float)
        rows[f"element_1_{sector}"] = rows["element_1"] * rows[sector]
    rows["age_open"] = rows["age"] * rows["openness"]
    return rows


ROWS = invented()


@pytest.fixture(scope="module")
def cross(tmp_path_factory):
    """The sums of twelve files, each made with shifts and without a sum a person."""
    folder, found = tmp_path_factory.mktemp("sums"), []
    for label, part in ROWS.groupby("consortium"):
        shift = SHIFT if label % 2 else None
        path = crossproducts(FULL, part, shift=shift, persons="person").save(folder / f"{label}.parquet")
        found.append(Crossproducts.load(path))
    return added_together(found)


def values_of(cross, column):
    """A column that is the same for all rows of a cell, by cell."""
    keys = ["consortium", "community"]
    by_community = ROWS.groupby(keys)[column].first()
    return by_community.reindex(pd.MultiIndex.from_frame(cross.cells[keys])).to_numpy()


def same_fit(found, expected):
    """The tolerances that sums of products promise."""
    one, other = found.tidy(), expected.tidy()
    error = other["std_error"]
    np.testing.assert_allclose((one["estimate"] - other["estimate"]) / error, 0, atol=1e-8)
    np.testing.assert_allclose(one["std_error"] / error, 1, atol=1e-8)
    np.testing.assert_allclose(found.deviance, expected.deviance, atol=1e-6)
    np.testing.assert_allclose(one["df"], other["df"], rtol=1e-4)
    variances = expected.variance_components["covariance"]
    np.testing.assert_allclose(
        found.variance_components["covariance"], variances, rtol=1e-6, atol=1e-8 * variances.iloc[-1]
    )


ALONE = {"Intercept": ["Intercept"], "time": ["time"], "age": ["age"], "element_1": ["element_1"]}
SECTORS = {"sector": ["build", "food"], "element_1:sector": ["element_1_build", "element_1_food"]}
LEVELS = [("consortium", ["Intercept"]), ("consortium:community", ["Intercept", "time"]), (PERSON, ["Intercept"])]
IN_SECTORS = [("build", "Intercept"), ("food", "Intercept"), ("element_1_build", "element_1"),
              ("element_1_food", "element_1")]  # fmt: skip
GROUPS = "(1 | consortium) + (1 + time | consortium:community) + (1 | consortium:community:person)"
CASES = {
    "one element with a confounder": (ALONE, LEVELS, [], f"score ~ 1 + time + age + element_1 + {GROUPS}"),
    "without constant": (
        {"time": ["time"], "element_1": ["element_1"]},
        LEVELS,
        [],
        f"score ~ 0 + time + element_1 + {GROUPS}",
    ),
    "sector": (
        ALONE | SECTORS,
        LEVELS,
        IN_SECTORS,
        f"score ~ 1 + time + age + element_1 + build + food + element_1_build + element_1_food + {GROUPS}",
    ),
    "person by community": (
        ALONE | {"openness": ["openness"], "age:openness": ["age_open"]},
        LEVELS,
        [("age_open", "age")],
        f"score ~ 1 + time + age + element_1 + openness + age_open + {GROUPS}",
    ),
    "effects of an element over consortia": (
        ALONE | {"element_2": ["element_2"]},
        [LEVELS[0], ("consortium", ["element_1"]), ("consortium", ["element_2"]), *LEVELS[1:]],
        [],
        "score ~ 1 + time + age + element_1 + element_2 + (1 | consortium) + (0 + element_1 | consortium)"
        " + (0 + element_2 | consortium) + (1 + time | consortium:community) + (1 | consortium:community:person)",
    ),
    "a derived effect over consortia": (
        ALONE | {"food": ["food"]},
        [("consortium", ["Intercept", "element_1_food"]), *LEVELS[1:]],
        IN_SECTORS,
        "score ~ 1 + time + age + element_1 + food + (1 + element_1_food | consortium)"
        " + (1 + time | consortium:community) + (1 | consortium:community:person)",
    ),
    "without consortia": (
        ALONE,
        LEVELS[1:],
        [],
        "score ~ 1 + time + age + element_1 + (1 + time | consortium:community) + (1 | consortium:community:person)",
    ),
    "consortia and persons": (
        ALONE,
        [LEVELS[0], LEVELS[2]],
        [],
        "score ~ 1 + time + age + element_1 + (1 | consortium) + (1 | consortium:community:person)",
    ),
    "communities alone": (
        ALONE,
        [("consortium:community", ["Intercept"])],
        [],
        "score ~ 1 + time + age + element_1 + (1 | consortium:community)",
    ),
    "a factor of a part of the key": (
        ALONE,
        [("community", ["Intercept"])],
        [],
        "score ~ 1 + time + age + element_1 + (1 | community)",
    ),
}


def derived(cross, case):
    terms, random, made, formula = CASES[case]
    columns = [
        DerivedColumn(name, source, values_of(cross, "openness" if name == "age_open" else name.split("_")[-1]))
        for name, source in made
    ]
    return derived_sums(cross, terms, random, columns), formula


@pytest.mark.parametrize("case", CASES)
def test_fits_are_those_of_rows_with_the_columns_written_out(cross, case):
    found, formula = derived(cross, case)
    expected = fit_lmm(formula, ROWS)
    assert found.formula == formula
    fit = fit_lmm(formula, found)
    same_fit(fit, expected)
    assert fit.n_groups == expected.n_groups
    assert fit.n == expected.n
    for label in set(fit.n_groups) - {PERSON}:
        np.testing.assert_allclose(fit.random_effects[label], expected.random_effects[label], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("case", ["sector", "person by community", "communities alone"])
def test_sums_are_those_of_the_rows(cross, case):
    found, formula = derived(cross, case)
    persons = "person" if found.persons is not None else None
    shift = dict(zip(found.columns.names[1:], found.shift[1:], strict=True))
    expected = crossproducts(formula, ROWS, shift=shift, persons=persons)
    size = np.abs(expected.sums).max()
    np.testing.assert_allclose(found.sums.sum(axis=2), expected.sums.sum(axis=2), atol=1e-12 * size)
    assert found.sums.shape == expected.sums.shape
    np.testing.assert_allclose(found.means, expected.means, atol=1e-12 * np.abs(expected.means).max())


@pytest.mark.parametrize(("case", "n_under"), [("sector", 2), ("person by community", 1)])
def test_eliminating_in_fewer_columns_changes_nothing(cross, case, n_under):
    found = derived(cross, case)[0].without("consortium", [2])
    whole, under = model_of(replace(found, derivation=None), reml=True), model_of(found, reml=True)
    codes = [*found.codes.values()]
    by_level = [np.arange(found.sums.shape[2]), codes[1], codes[0]]
    places = [[0], [0, found.columns.names.index("time")], [0]]
    assert found.derivation.lowest_levels(by_level, [np.array(each) for each in places]) == n_under
    one, other = (each.criterion.evaluate(whole.start) for each in (under, whole))
    # two orders of adding up hundreds of terms, of either sign: some 1e-13 at most, 3e-15 seen
    np.testing.assert_allclose(one[0].criterion, other[0].criterion, rtol=1e-12)
    np.testing.assert_allclose(one[0].top, other[0].top, atol=1e-12 * np.abs(other[0].top).max())
    for mine, theirs in zip(one[1], other[1], strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-10 * np.abs(theirs).max())
    effects = [random_effects(each, each.criterion.solve(each.criterion.layout.covariances(whole.start)))
               for each in (under, whole)]  # fmt: skip
    for label in effects[1]:
        np.testing.assert_allclose(effects[0][label], effects[1][label], rtol=1e-9, atol=1e-12)


def test_sums_of_all_columns_are_made_when_they_are_asked_for(cross):
    found = derived(cross, "sector")[0]
    fit = fit_lmm(found.formula, found)
    fit.tidy(), fit.cautions(), fit.random_effects, found.cells, found.means
    assert "sums" not in vars(found)
    again = pickle.loads(pickle.dumps(found))
    assert again.underneath is again.derivation
    np.testing.assert_array_equal(again.sums, found.sums)
    assert again.underneath is again.derivation
    np.testing.assert_allclose(found.total, found.sums.sum(axis=2), atol=1e-12 * np.abs(found.total).max())
    assert not hasattr(found, "nothing")


def test_sums_that_were_changed_have_no_derivation_left(cross):
    found = derived(cross, "sector")[0]
    doubled = replace(found, sums=found.sums * 2, n=2 * found.n, persons=None, columns=found.columns)
    direct = replace(doubled, derivation=None)
    groups = [term for term in found.columns.terms if term.term.label != PERSON]
    columns = replace(found.columns, terms=tuple(groups))
    models = [model_of(replace(each, columns=columns), reml=True) for each in (doubled, direct)]
    one, other = (each.criterion.at(models[1].start)[0] for each in models)
    assert one == other


def test_a_term_of_several_columns_is_tested_at_once(cross):
    found, formula = derived(cross, "sector")
    fit, expected = fit_lmm(formula, found), fit_lmm(formula, ROWS)
    tests = fit.terms().set_index("term")
    assert list(tests.index) == ["time", "age", "element_1", "sector", "element_1:sector"]
    rows = np.zeros((2, 8))
    rows[0, 6] = rows[1, 7] = 1
    for ddf in ("satterthwaite", "kenward-roger"):
        own = fit.terms(ddf).set_index("term").loc["element_1:sector"]
        np.testing.assert_allclose(own, pd.Series(expected.joint_test(rows, ddf=ddf)), rtol=1e-4)
    contrasts = {"care": {"element_1": 1}, "food": {"element_1": 1, "element_1_food": 1}}
    one, other = fit.contrasts(contrasts), expected.contrasts(contrasts)
    np.testing.assert_allclose(one.iloc[:, 1:], other.iloc[:, 1:], rtol=1e-5)
    np.testing.assert_allclose(fit.confint()["estimate"], expected.confint()["estimate"], rtol=1e-5)


def test_derived_sums_save_and_add(cross, tmp_path):
    found, formula = derived(cross, "sector")
    again = Crossproducts.load(found.save(tmp_path / "derived.parquet"))
    same_fit(fit_lmm(formula, again), fit_lmm(formula, found))
    halves = [cross.only("consortium", labels) for labels in (range(5), range(5, 12))]
    total = added_together([derived(half, "sector")[0] for half in halves])
    same_fit(fit_lmm(formula, total), fit_lmm(formula, found))


def test_leaving_out_consortia_is_leaving_out_their_rows(cross):
    formula = CASES["sector"][3]
    found = derived(cross.without("consortium", [3, 7]), "sector")[0]
    left = ROWS[~ROWS["consortium"].isin([3, 7])]
    same_fit(fit_lmm(formula, found), fit_lmm(formula, left))
    care = cross.only("consortium", [0, 3, 6, 9])
    assert care.n == (ROWS["sector"] == "care").sum()
    assert care.n_groups[("consortium", "community", "person")] == ROWS[ROWS["sector"] == "care"]["person"].nunique()
    one = derived(cross.only("consortium", [4]), "communities alone")[0]
    same_fit(fit_lmm(one.formula, one), fit_lmm(one.formula, ROWS[ROWS["consortium"] == 4]))
    assert cross.only("community", [5, 6]).n == ROWS["community"].isin([5, 6]).sum()
    assert cross.only("consortium:community", [(0, 5), (1, 6)]).n == ROWS["community"].isin([5, 6]).sum()


def test_a_fit_begins_where_a_similar_one_ended(cross):
    found, formula = derived(cross, "effects of an element over consortia")
    whole, less = fit_lmm(formula, found), found.without("consortium", [4])
    cold, warm = fit_lmm(formula, less), fit_lmm(formula, less, start=whole)
    same_fit(warm, cold)
    assert warm.optimum.n_evaluations < cold.optimum.n_evaluations / 2
    other, formula = derived(cross, "communities alone")
    with pytest.raises(MultilevelError) as refused:
        fit_lmm(formula, other, start=whole)
    assert refused.value.problems[0].code == "L144"


def test_influence_of_consortia_on_a_derived_model(cross):
    found, formula = derived(cross, "communities alone")
    with_consortia = derived_sums(cross, ALONE, [LEVELS[0], ("consortium:community", ["Intercept"])])
    fit = fit_lmm(with_consortia.formula, with_consortia)
    table = fit.influence("consortium")
    less = with_consortia.without("consortium", [8])
    expected = fit_lmm(less.formula, less)
    np.testing.assert_allclose(table.loc[8].iloc[2:], expected.fixed_effects, rtol=1e-6)
    assert found.formula == formula


def test_precision_weights_stay():
    rows = ROWS.assign(precision=1 + ROWS["age"] % 3)
    sums = crossproducts("score ~ age + element_1 + (1 | consortium)", rows, weights="precision")
    care = (sums.cells["consortium"] % 3 == 1).to_numpy(dtype=float)
    terms = {"Intercept": ["Intercept"], "element_1": ["element_1"], "build": ["build", "element_1_build"]}
    made = [DerivedColumn("build", "Intercept", care), DerivedColumn("element_1_build", "element_1", care)]
    found = derived_sums(sums, terms, [("consortium", ["Intercept"])], made)
    formula = "score ~ 1 + element_1 + build + element_1_build + (1 | consortium)"
    same_fit(fit_lmm(formula, found), fit_lmm(formula, rows, weights="precision"))
    with pytest.raises(MultilevelError) as refused:
        sums.only("consortium", [1])
    assert refused.value.problems[0].code == "L138"


def test_groups_of_several_communities_stay():
    rows = ROWS.assign(second=(ROWS["community"] + 1) % 72)
    sums = crossproducts("score ~ age + element_1 + (1 | mm(community, second)) + (1 | consortium)", rows)
    found = derived_sums(sums, {"Intercept": ["Intercept"], "age": ["age"]}, [("mm(community, second)", ["Intercept"])])
    formula = "score ~ 1 + age + (1 | mm(community, second))"
    same_fit(fit_lmm(formula, found), fit_lmm(formula, rows))


@pytest.mark.parametrize(
    ("terms", "random", "columns", "code"),
    [
        ({"a": ["unknown"]}, LEVELS, [], "L139"),
        ({"a": ["score"]}, LEVELS, [], "L139"),
        ({"a": ["time"], "b": ["time"]}, LEVELS, [], "L139"),
        (ALONE, [("consortium", [])], [], "L139"),
        (ALONE, LEVELS, [DerivedColumn("x", "unknown", np.ones(1))], "L139"),
        (ALONE, LEVELS, [DerivedColumn("time", "age", np.ones(1))], "L140"),
        (ALONE, LEVELS, [DerivedColumn("a`b", "age", np.ones(1))], "L140"),
        (ALONE, LEVELS, [DerivedColumn("x", "age", np.ones(3))], "L141"),
        (ALONE, LEVELS, [DerivedColumn("x", "age", "care")], "L141"),
        (ALONE, [("sector", ["Intercept"])], [], "L142"),
        (ALONE, [*LEVELS[:2], (PERSON, ["Intercept", "age"])], [], "L143"),
    ],
)
def test_what_cannot_be_derived_is_named(cross, terms, random, columns, code):
    with pytest.raises(MultilevelError) as refused:
        derived_sums(cross, terms, random, columns)
    assert [problem.code for problem in refused.value.problems] == [code]


@pytest.mark.parametrize(
    ("group", "labels", "code"),
    [("sector", ["care"], "L136"), ("consortium", ["0"], "L136"), ("consortium", [], "L137")],
)
def test_groups_that_are_not_there_are_named(cross, group, labels, code):
    with pytest.raises(MultilevelError) as refused:
        cross.only(group, labels)
    assert [problem.code for problem in refused.value.problems] == [code]


def test_four_hundred_parts_add_as_two_by_two():
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(rng.normal(size=(4000, 3)), columns=["a", "b", "y"])
    frame["firm"], frame["part"] = rng.integers(0, 60, 4000), np.arange(4000) // 100
    formula = "y ~ a + b + (1 + a | firm)"
    parts = [crossproducts(formula, part) for _, part in frame.groupby("part")]
    together, one_by_one = added_together(parts), sum(parts)
    np.testing.assert_allclose(together.shift, one_by_one.shift, atol=1e-14)
    np.testing.assert_allclose(together.sums, one_by_one.sums, atol=1e-10)
    assert together.labels[("firm",)].equals(one_by_one.labels[("firm",)])
    same_fit(multilevel.fit_lmm(formula, together), multilevel.fit_lmm(formula, frame))
    with pytest.raises(MultilevelError) as refused:
        added_together([])
    assert refused.value.problems[0].code == "L135"


def test_sums_of_all_parts_and_what_is_derived_from_them_give_the_fit_of_statsmodels(cross):
    found, formula = derived(cross, "a factor of a part of the key")
    fit = fit_lmm(formula, found)
    theirs = smf.mixedlm("score ~ 1 + time + age + element_1", ROWS, groups="community").fit(reml=True)
    np.testing.assert_allclose(fit.fixed_effects, theirs.fe_params, rtol=1e-4)
    np.testing.assert_allclose(fit.tidy(ddf="none")["std_error"], theirs.bse_fe, rtol=1e-3)
    variances = [theirs.cov_re.iloc[0, 0], theirs.scale]
    np.testing.assert_allclose(fit.variance_components["covariance"], variances, rtol=1e-3)


def test_no_parts_one_part_and_parts_of_two_models(cross):
    with pytest.raises(MultilevelError) as refused:
        added_together([])
    assert [problem.code for problem in refused.value.problems] == ["L135"]
    assert added_together([cross]) is cross
    with pytest.raises(MultilevelError) as refused:
        added_together([cross, crossproducts("score ~ time + (1 | consortium)", ROWS)])
    assert [problem.code for problem in refused.value.problems] == ["L043"]
