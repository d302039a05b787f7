"""Sums of products add in any order and from any split, and give the fit of the rows."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lcresearch import multilevel
from lcresearch.errors import MultilevelError
from lcresearch.multilevel import crossproducts

quick = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
LEVELS = {"role": ["boss", "maker", "nobody"]}
FORMULA = "y ~ x * role + (1 | firm) + (1 + x | firm:team)"
PERSONS = "y ~ x + wave + (1 | firm) + (1 + wave | firm:person)"


def invented(n=240, seed=5):
    """Invented answers at up to four waves."""
    rng = np.random.default_rng(seed)
    person = np.sort(rng.integers(0, n // 3, n))
    firm, team = person % 9, person % 27
    x = 100 + rng.normal(size=n)
    role = rng.choice(LEVELS["role"], n)
    wave = rng.integers(2021, 2025, n)
    y = 2000 + 0.5 * x + rng.normal(size=9)[firm] + 0.7 * rng.normal(size=27)[team] + rng.normal(size=n)
    y += 2 * rng.normal(size=n)[person] + 0.8 * rng.normal(size=27)[team] * (x - 100)
    y += rng.normal(size=n)[person] * (wave - 2022)
    columns = {"y": y, "x": x, "role": role, "wave": wave, "firm": firm, "team": team, "person": person}
    return pd.DataFrame(columns)


def same_fit(found, expected):
    """The tolerances that sums of products promise."""
    one, other = found.tidy(ddf="none"), expected.tidy(ddf="none")
    error = other["std_error"]
    np.testing.assert_allclose((one["estimate"] - other["estimate"]) / error, 0, atol=1e-8)
    np.testing.assert_allclose(one["std_error"] / error, 1, atol=1e-8)
    np.testing.assert_allclose(found.deviance, expected.deviance, atol=1e-6)
    variances = expected.variance_components["covariance"]
    np.testing.assert_allclose(
        found.variance_components["covariance"], variances, rtol=1e-6, atol=1e-8 * variances.iloc[-1]
    )


def code_of(refused):
    return [problem.code for problem in refused.value.problems]


SPLIT_FIT = multilevel.fit_lmm(FORMULA, invented())
PERSON_FIT = multilevel.fit_lmm(PERSONS, invented())


def test_the_invented_models_have_variances_above_zero():
    assert not SPLIT_FIT.singular
    assert not PERSON_FIT.singular


def parts_of(frame, cuts):
    edges = [0, *sorted(cuts), len(frame)]
    return [frame.iloc[a:b] for a, b in pairwise(edges) if b > a]


@quick
@given(
    cuts=st.lists(st.integers(1, 239), min_size=1, max_size=4),
    shuffled=st.booleans(),
    shift=st.sampled_from([None, {"x": 100.0, "y": 2000.0}]),
)
def test_rows_split_anywhere_give_the_same_fit(cuts, shuffled, shift):
    frame = invented().sample(frac=1, random_state=3) if shuffled else invented()
    parts = [crossproducts(FORMULA, part, levels=LEVELS, shift=shift) for part in parts_of(frame, cuts)]
    total = sum(parts)
    assert total.n == 240
    same_fit(multilevel.fit_lmm(FORMULA, total), SPLIT_FIT)


@quick
@given(cuts=st.lists(st.integers(1, 239), min_size=2, max_size=2, unique=True), persons=st.booleans())
def test_adding_has_no_order(cuts, persons):
    formula, chosen = (PERSONS, "person") if persons else (FORMULA, None)
    a, b, c = (crossproducts(formula, p, levels=LEVELS, persons=chosen) for p in parts_of(invented(), cuts))
    one, other, turned = (a + b) + c, a + (b + c), (b + a) + c
    scale = np.abs(one.sums).max(axis=2, keepdims=True)
    for found in (other, turned):
        np.testing.assert_allclose(found.shift, one.shift, rtol=1e-12)
        assert all(found.labels[group].equals(one.labels[group]) for group in one.labels)
        np.testing.assert_allclose(found.sums / scale, one.sums / scale, atol=1e-11)
        if persons:
            assert (found.persons.counts == one.persons.counts).all()


@quick
@given(cut=st.integers(1, 79), given_shift=st.booleans())
def test_persons_summed_in_two_places(cut, given_shift):
    frame = invented()
    shift = {"wave": 2022, "y": 2000} if given_shift else None
    parts = [frame[frame["person"] < cut], frame[frame["person"] >= cut]]
    a, b = (crossproducts(PERSONS, part, shift=shift, persons="person") for part in parts)
    fit = multilevel.fit_lmm(PERSONS, a + b)
    same_fit(fit, PERSON_FIT)
    assert fit.n_groups == PERSON_FIT.n_groups


@quick
@given(
    years=st.lists(st.sampled_from([-3.0, 0.0, 1.0, 2.0]), min_size=8, max_size=40),
    seed=st.integers(0, 1000),
    cut=st.integers(1, 7),
)
def test_sums_and_their_shifts_hold_whatever_the_rows(years, seed, cut):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"x": years, "g": rng.integers(0, 3, len(years)), "y": rng.normal(size=len(years))})
    formula = "y ~ x + (1 | g)"
    whole = crossproducts(formula, frame, shift={"x": 2020})
    both = crossproducts(formula, frame[:cut]) + crossproducts(formula, frame[cut:])
    assert both.n == whole.n
    for column, shift in (("x", both.shift[1]), ("y", both.shift[2])):
        place = whole.columns.names.index(column)
        expected = np.bincount(both.codes[("g",)], both.sums[0, place])
        found = (frame[column] - shift).groupby(frame["g"]).sum()
        np.testing.assert_allclose(expected, found, atol=1e-10)


def test_a_part_may_have_one_group_and_constant_columns():
    frame = invented()
    parts = [crossproducts(FORMULA, part, levels=LEVELS) for _, part in frame.groupby(["firm", "role"])]
    same_fit(multilevel.fit_lmm(FORMULA, sum(parts[1:], parts[0])), SPLIT_FIT)
    with pytest.raises(MultilevelError) as refused:
        multilevel.fit_lmm(FORMULA, parts[0])
    assert code_of(refused) == ["L011"]


def test_missing_values_are_counted_over_the_parts():
    frame = invented().astype({"wave": float})
    frame.loc[[2, 150], "x"] = np.nan
    frame.loc[[150, 151], "y"] = np.nan
    a, b = (crossproducts("y ~ x + (1 | team)", part) for part in (frame[:100], frame[100:]))
    total = a + b
    assert total.n_dropped.to_dict() == {"x": 2, "y": 2, "any": 3}
    assert list(total.n_dropped.index)[-1] == "any"
    assert multilevel.fit_lmm("y ~ x + (1 | team)", total).n == 237


def test_weights_and_labels_of_categories():
    frame = invented().assign(w=lambda d: 1 + d["wave"] % 3, team=lambda d: d["team"].astype(str).astype("category"))
    formula = "y ~ x + (1 | team)"
    a, b = (crossproducts(formula, part, weights="w") for part in (frame[:90], frame[90:]))
    same_fit(multilevel.fit_lmm(formula, a + b), multilevel.fit_lmm(formula, frame, weights="w"))
    summed = crossproducts(PERSONS, frame, weights="w", persons="person")
    same_fit(multilevel.fit_lmm(PERSONS, summed), multilevel.fit_lmm(PERSONS, frame, weights="w"))


@pytest.mark.parametrize(
    ("formula", "changes", "code"),
    [
        ("y ~ x + (1 | firm)", {"formula": "y ~ x + (1 | team)"}, "L043"),
        ("y ~ role + (1 | firm)", {"levels": {"role": ["maker", "boss", "nobody"]}}, "L043"),
        ("y ~ x + (1 | firm)", {"weights": "wave"}, "L043"),
        ("y ~ x + (1 | person)", {"persons": "person"}, "L043"),
        ("y ~ poly(x, 2) + (1 | firm)", {}, "L044"),
        ("scale(y) ~ x + (1 | firm)", {}, "L044"),
    ],
)
def test_sums_that_do_not_fit_together_are_refused(formula, changes, code):
    one = crossproducts(formula, invented())
    other = crossproducts(**{"formula": formula, "table": invented(), **changes})
    with pytest.raises(MultilevelError) as refused:
        one + other
    assert code_of(refused) == [code]


def test_labels_that_are_numbers_do_not_meet_labels_that_are_texts():
    one = crossproducts("y ~ x + (1 | firm)", invented())
    with pytest.raises(MultilevelError, match="labels"):
        one + crossproducts("y ~ x + (1 | firm)", invented().astype({"firm": str}))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"shift": {"z": 3}}, "L062"),
        ({"shift": {"Intercept": 3}}, "L062"),
        ({"persons": "x"}, "L046"),
        ({"formula": "y ~ role + (1 | firm)", "levels": {"role": ["boss", "maker"]}}, "L042"),
        ({"table": {"y": [1]}}, "L045"),
        ({"levels": {"role": "boss"}}, "L065"),
        ({"levels": {"role": ["boss", "boss"]}}, "L065"),
        ({"levels": {"role": []}}, "L065"),
        ({"shift": {"x": np.nan}}, "L066"),
        ({"shift": {"x": "many"}}, "L066"),
    ],
)
def test_what_cannot_be_is_named(changes, code):
    with pytest.raises(MultilevelError) as refused:
        crossproducts(**{"formula": "y ~ x + (1 | firm)", "table": invented(), **changes})
    assert code_of(refused) == [code]


@pytest.mark.parametrize(("formula", "weights"), [("y ~ x + (1 | team)", None), ("y ~ x + (1 | firm)", "wave")])
def test_a_fit_of_another_formula_is_refused(formula, weights):
    cross = crossproducts("y ~ x + (1 | firm)", invented())
    multilevel.fit_lmm("y~x + (1|firm)", cross)
    with pytest.raises(MultilevelError) as refused:
        multilevel.fit_lmm(formula, cross, weights=weights)
    assert code_of(refused) == ["L049"]


def test_sums_are_those_of_numpy():
    frame = invented().assign(wave=lambda rows: rows["wave"] - 2022)
    found = crossproducts("y ~ x + wave + (1 | firm)", frame, shift={"x": 100.0})
    columns = np.column_stack([np.ones(len(frame)), frame["x"] - 100, frame["wave"], frame["y"]])
    assert found.columns.names == ("Intercept", "x", "wave", "y")
    for place, firm in enumerate(found.cells["firm"]):
        own = columns[frame["firm"] == firm]
        np.testing.assert_allclose(found.sums[:, :, place], own.T @ own, rtol=1e-12)
