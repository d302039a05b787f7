"""Columns of any type: small whole numbers, factors of numbers, truth values, levels, labels of groups."""

import decimal
import json
import warnings
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from lcresearch import multilevel
from lcresearch.errors import LcresearchWarning, MultilevelError

REFERENCE = Path(__file__).parents[1] / "reference"

close = np.testing.assert_allclose


def invented(seed=4):
    """Invented answers of 160 persons in 8 teams."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"team": np.repeat(np.arange(1, 9), 20), "x": rng.normal(size=160)})
    frame["age"], frame["wave"] = rng.integers(20, 65, 160), rng.integers(1, 4, 160)
    frame["sector"], frame["trained"] = rng.choice(["care", "food", "steel"], 160), rng.random(160) < 0.4
    frame["y"] = frame["x"] + 0.02 * frame["age"] * frame["wave"] + rng.normal(0, 1, 9)[frame["team"]]
    frame["y"] += rng.normal(size=160)
    frame["shared"] = frame["y"] > frame["y"].median()
    return frame


FRAME = invented()
SMALL = {"age": "uint8", "wave": "int8"}


def code_of(run):
    with pytest.raises(MultilevelError) as refused:
        run()
    return refused.value.problems[0].code


PRODUCTS = [
    "y ~ age * wave + (1 | team)",
    "y ~ I(age ** 2) + age + (1 | team)",
    "y ~ I(age + age + age + age) + (1 | team)",
    "y ~ sector:age + (1 | team)",
]


@pytest.mark.parametrize("formula", PRODUCTS)
def test_small_whole_numbers_do_not_run_over(formula):
    fit = multilevel.fit_lmm(formula, FRAME)
    small = multilevel.fit_lmm(formula, FRAME.astype(SMALL))
    close(small.tidy()[["estimate", "std_error"]], fit.tidy()[["estimate", "std_error"]], rtol=1e-10)
    close(small.predict(FRAME.astype(SMALL)), fit.predict(), rtol=1e-10)
    levels = {"sector": ["care", "food", "steel"]}
    sums = multilevel.crossproducts(formula, ibis.memtable(pa.Table.from_pandas(FRAME.astype(SMALL))), levels=levels)
    close(multilevel.fit_lmm(formula, sums).deviance, fit.deviance, atol=1e-6)


def test_powers_of_large_whole_numbers_do_not_run_over():
    large = FRAME.assign(q=FRAME["age"] * 100_000)
    fit = multilevel.fit_lmm("y ~ I(q ** 4) + (1 | team)", large)
    assert fit.deviance == pytest.approx(
        multilevel.fit_lmm("y ~ I(q ** 4) + (1 | team)", large.astype({"q": float})).deviance
    )


def test_levels_of_a_factor_of_numbers_keep_their_names():
    for dtype in ("int8", "Int64", "int64"):
        fit = multilevel.fit_lmm("y ~ C(wave) + (1 | team)", FRAME.astype({"wave": dtype}))
        assert list(fit.fixed_effects.index) == ["Intercept", "C(wave)[T.2]", "C(wave)[T.3]"]


SLEEP = pd.read_csv(REFERENCE / "data" / "sleepstudy.csv")
EMMEANS = json.loads((REFERENCE / "multilevel" / "means.json").read_text(encoding="utf-8"))["values"]


@pytest.fixture(scope="module")
def sleep():
    frame = SLEEP.assign(period=SLEEP["Days"] // 4, even=SLEEP["Subject"] % 2 == 0)
    return multilevel.fit_lmm("Reaction ~ C(period) * even + offset(3 * Days) + (1 | Subject)", frame)


@pytest.mark.parametrize(
    ("specs", "at", "name"),
    [
        ("period", None, "period"),
        ("even", None, "even"),
        (["even", "period"], None, "both"),
        ([], None, "overall"),
        ("period", {"Days": 2}, "days"),
    ],
)
def test_means_of_numbers_as_factor_truth_values_and_an_offset_as_in_emmeans(sleep, specs, at, name):
    table, expected = sleep.means(specs, at=at), pd.DataFrame(EMMEANS[name])
    assert len(table) == len(expected)
    names = {"estimate": "emmean", "std_error": "SE", "df": "df", "conf_low": "lower.CL", "conf_high": "upper.CL"}
    for ours, theirs in names.items():
        close(table[ours], expected[theirs], rtol=2e-6)


def test_differences_of_means_of_a_factor_of_numbers_as_in_emmeans(sleep):
    table, expected = sleep.mean_differences("period"), pd.DataFrame(EMMEANS["pairs"])
    close(table["estimate"], expected["estimate"], rtol=1e-6)
    close(table["p_value"], expected["p.value"], rtol=1e-4, atol=1e-12)
    close(table["conf_high"], expected["upper.CL"], rtol=2e-6)
    assert table["term"][0] == "period=0 - period=1"
    assert code_of(lambda: sleep.mean_differences([])) == "L131"


def test_means_take_arrays_and_name_levels_of_the_data(sleep):
    close(sleep.means("period", at={"period": np.array([2, 1])})["estimate"], sleep.means("period")["estimate"][[2, 1]])
    assert sleep.means("even")["even"].tolist() == [False, True]
    assert code_of(lambda: sleep.means("period", at={"period": [3]})) == "L120"


KINDS = {
    "number": lambda team: team,
    "text": lambda team: team.astype(str),
    "float": lambda team: team.astype(float),
    "nullable": lambda team: team.astype("Int64"),
    "category": lambda team: team.astype("category"),
    "category of texts": lambda team: team.astype(str).astype("category"),
    "object": lambda team: team.astype(object),
}


@pytest.mark.parametrize("of_the_model", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("of_new", KINDS.values(), ids=KINDS)
def test_groups_are_known_by_their_labels_in_any_type(of_the_model, of_new):
    frame = FRAME.assign(team=of_the_model(FRAME["team"]))
    fit = multilevel.fit_lmm("y ~ x + (1 | team)", frame)
    close(fit.predict(FRAME.assign(team=of_new(FRAME["team"]))), fit.predict(), rtol=1e-10)


def test_nested_groups_and_groups_that_are_truth_values_are_known_too():
    frame = FRAME.assign(late=FRAME["team"] > 4)
    fit = multilevel.fit_lmm("y ~ x + (1 | late/team)", frame)
    for late in (frame["late"], frame["late"].astype(str), frame["late"].astype(int), frame["late"].astype("boolean")):
        close(fit.predict(frame.assign(late=late, team=frame["team"].astype(str))), fit.predict(), rtol=1e-10)
    assert fit.random_effects["late"].index[0] == (False, "Intercept")


def test_labels_that_only_differ_as_texts_stay_apart():
    frame = FRAME.assign(team=FRAME["team"].map({1: "1", 2: "01", 3: "1.0"}.get).fillna("rest"))
    fit = multilevel.fit_lmm("y ~ x + (1 | team)", frame)
    close(fit.predict(frame), fit.predict(), rtol=1e-10)


@pytest.mark.parametrize("family", ["linear", "binomial"])
def test_rows_without_a_group_that_is_known_are_counted(family):
    formula = "y ~ x + (1 | team)" if family == "linear" else "shared ~ x + (1 | team)"
    fit = multilevel.fit_lmm(formula, FRAME) if family == "linear" else multilevel.fit_glmm(formula, FRAME)
    new = FRAME.iloc[:4].assign(team=["1", "99", None, 2])
    with pytest.warns(LcresearchWarning, match=r"2 of 4 rows have no group that the model knows \(team; .*'99'\)"):
        found = fit.predict(new)
    close(found.iloc[[1, 2]], fit.predict(new, random=False).iloc[[1, 2]])
    close(fit.predict(FRAME.assign(team=FRAME["team"].astype(str))), fit.predict(), rtol=1e-10)


@pytest.mark.parametrize("fit", [multilevel.fit_lmm, multilevel.fit_glmm])
@pytest.mark.parametrize(
    ("term", "column", "known"), [("sector", "sector", "care, food, steel"), ("C(wave)", "wave", "1, 2, 3")]
)
def test_a_level_that_was_never_seen_is_refused(fit, term, column, known):
    outcome = "y" if fit is multilevel.fit_lmm else "shared"
    model = fit(f"{outcome} ~ x + {term} + (1 | team)", FRAME)
    new = FRAME.iloc[:3].assign(sector=["care", "Food", "food"], wave=[1, 7, 2])
    with pytest.raises(MultilevelError) as refused:
        model.predict(new)
    problem = refused.value.problems[0]
    assert (problem.code, problem.where.column) == ("L120", column)
    found = new[column].iloc[1]
    expected = f"one row has a level that the model does not know: {found}. Levels of the model: {known}."
    assert problem.message("en") == expected
    close(model.predict(new.iloc[[0, 2]].astype({"wave": str, "sector": "category"})), model.predict(new.iloc[[0, 2]]))


def test_a_missing_level_gives_a_missing_prediction():
    fit = multilevel.fit_lmm("y ~ x + sector + (1 | team)", FRAME)
    assert fit.predict(FRAME.iloc[:2].assign(sector=[None, "food"])).isna().tolist() == [True, False]


def test_columns_that_the_model_does_not_use_do_not_matter():
    more = FRAME.assign(log=1.0, I="a", C=2, poly=None)
    formula = "y ~ log(age) + I(x ** 2) + C(wave) + poly(x, 2) + (1 | team)".replace(" + I(x ** 2)", "")
    fit = multilevel.fit_lmm(formula, more)
    close(fit.predict(more), fit.predict())
    close(fit.means("wave")["estimate"], multilevel.fit_lmm(formula, FRAME).means("wave")["estimate"])


def test_numbers_that_are_stored_as_objects_are_numbers():
    fit = multilevel.fit_lmm("y ~ x + (1 | team)", FRAME)
    exact = [decimal.Decimal(repr(float(value))) for value in FRAME["x"]]
    for column in (FRAME["x"].astype(object), pd.Series(exact, dtype=object)):
        with pytest.warns(LcresearchWarning, match="stored as objects"):
            other = multilevel.fit_lmm("y ~ x + (1 | team)", FRAME.assign(x=column))
        close(other.fixed_effects, fit.fixed_effects)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            close(other.predict(FRAME.assign(x=column)), fit.predict())
    with pytest.warns(LcresearchWarning, match="stored as objects"):
        other = multilevel.fit_lmm("y ~ x + (1 | team)", FRAME.assign(y=FRAME["y"].astype(object)))
    close(other.fixed_effects, fit.fixed_effects)


def test_text_that_looks_like_numbers_is_no_outcome():
    for texts in (FRAME["y"].astype(str), FRAME["y"].astype(str).str.replace(".", ",")):
        with pytest.raises(MultilevelError) as refused:
            multilevel.fit_lmm("y ~ x + (1 | team)", FRAME.assign(y=texts))
        assert refused.value.problems[0].code == "L123"
        assert texts.iloc[0] in refused.value.problems[0].message("nl")


def test_a_text_with_very_many_levels_is_warned_of():
    frame = FRAME.assign(name=[f"{place % 60},5" for place in range(160)])
    with pytest.warns(LcresearchWarning, match="a category with 60 levels, for example '0,5'"):
        multilevel.fit_lmm("y ~ x + name + (1 | team)", frame)


def test_rows_for_predictions_are_a_table_with_numbers_where_the_model_has_them():
    fit = multilevel.fit_lmm("y ~ x + (1 | team)", FRAME)
    assert code_of(lambda: fit.predict({"x": [1], "team": [1]})) == "L127"
    assert code_of(lambda: fit.predict(FRAME.assign(x="high"))) == "L097"
    assert code_of(lambda: fit.means("x", at={"x": "high"})) == "L097"
    assert code_of(lambda: multilevel.fit_glmm("shared ~ x + (1 | team)", {"x": [1]})) == "L127"


WRONG = {
    "L128": lambda: multilevel.fit_lmm("y ~ x + (1 | team)", pd.concat([FRAME, FRAME[["x"]]], axis=1)),
    "L129": lambda: multilevel.fit_lmm("y ~ `5` + (1 | team)", FRAME.rename(columns={"x": 5})),
    "L130": lambda: multilevel.fit_lmm("y ~ x + (1 | team)", FRAME, weights=FRAME["age"]),
    "L130 of a generalised model": lambda: multilevel.fit_glmm("shared ~ x", FRAME, weights=FRAME["age"]),
    "L097 of weights": lambda: multilevel.fit_lmm("y ~ x + (1 | team)", FRAME, weights="sector"),
    "L097 of centring": lambda: multilevel.center(FRAME, "sector", by="team"),
}


@pytest.mark.parametrize("run", WRONG.values(), ids=WRONG)
def test_columns_and_weights_that_cannot_be_used_are_refused_by_name(run, request):
    assert code_of(run) == request.node.callspec.id[:4]


def test_contrasts_that_are_no_numbers_or_nothing_are_refused():
    fit = multilevel.fit_lmm("y ~ x * sector + (1 | team)", FRAME)
    assert code_of(lambda: fit.contrasts("x")) == "L132"
    assert code_of(lambda: fit.joint_test([1, 2])) == "L025"
    assert code_of(lambda: fit.joint_test(np.zeros((1, 6)))) == "L133"
    assert code_of(lambda: multilevel.fit_glmm("shared ~ x", FRAME).contrasts("x")) == "L132"
    assert code_of(lambda: multilevel.simple_slopes(fit, "x", "sector", "fod")) == "L042"
    assert multilevel.simple_slopes(fit, "x", "sector", "food")["sector"].tolist() == ["food"]


def test_slopes_at_one_value_and_models_in_a_list():
    fit = multilevel.fit_lmm("y ~ x * age + (1 | team)", FRAME)
    assert multilevel.simple_slopes(fit, "x", "age", 30)["age"].tolist() == [30]
    assert code_of(lambda: multilevel.simple_slopes(fit, "x", "age", "old")) == "L097"
    small = multilevel.fit_lmm("y ~ x + age + (1 | team)", FRAME)
    pd.testing.assert_frame_equal(multilevel.compare([small, fit]).table, multilevel.compare(small, fit).table)
    assert code_of(lambda: multilevel.compare("small", fit)) == "L134"


def test_polynomials_of_ordered_categories_as_in_r():
    """R 4.5.0, lme4 1.1-37: ``fixef(lmer(Reaction ~ factor(Days %/% 4, ordered = TRUE) + (1 | Subject)))``."""
    frame = SLEEP.assign(period=pd.Categorical(SLEEP["Days"] // 4, [0, 1, 2], ordered=True))
    fit = multilevel.fit_lmm("Reaction ~ C(period, contr.poly) + (1 | Subject)", frame)
    close(fit.fixed_effects, [306.04663704, 53.99820640, -1.19723971], rtol=1e-8)
    plain = multilevel.fit_lmm("Reaction ~ period + (1 | Subject)", frame)
    assert list(plain.fixed_effects.index) == ["Intercept", "period[T.1]", "period[T.2]"]
