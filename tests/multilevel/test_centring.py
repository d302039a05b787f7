"""Centring: which rows count, at which level, and in sums of parts that share groups."""

import warnings

import numpy as np
import pandas as pd
import pytest

from lcresearch import multilevel
from lcresearch.errors import LcresearchWarning, MultilevelError

close = np.testing.assert_allclose


def invented(n=120, seed=1):
    """Invented answers in 4 consortia of 3 teams."""
    rng = np.random.default_rng(seed)
    team = rng.integers(0, 12, n)
    frame = pd.DataFrame({"consortium": team // 3, "team": team, "z": rng.normal(size=n)})
    frame["x"] = 2020 + rng.normal(size=12)[team] + rng.normal(size=n)
    frame["y"] = 1 + 0.5 * frame["x"] + rng.normal(size=12)[team] + rng.normal(size=n)
    return frame


def test_means_are_over_the_rows_that_are_complete_for_the_model():
    frame = pd.DataFrame({"team": list("AABB"), "x": [1.0, 3.0, 4.0, 8.0], "z": [1.0, np.nan, 1.0, 1.0]})
    made = multilevel.center(frame, "x", by="team", formula="x ~ x_within + x_between + z + (1 | team)")
    assert made["x_within"].tolist()[::2] == [0, -2]
    assert np.isnan(made["x_within"][1])
    close(made["x_between"][[0, 2]], [1 - 13 / 3, 6 - 13 / 3])
    assert multilevel.center(frame, "x", by="team")["x_within"].tolist() == [-1, 1, -2, 2]


def test_the_formula_of_the_model_may_miss_no_column():
    with pytest.raises(MultilevelError) as refused:
        multilevel.center(invented(), "x", by="team", formula="y ~ x_within + q + (1 | team)")
    assert refused.value.problems[0].code == "L005"


def test_rows_without_a_group_are_in_no_group():
    frame = pd.DataFrame({"team": ["A", "A", None], "x": [1.0, 3.0, 8.0]})
    made = multilevel.center(frame, "x", by="team")
    assert made["x_within"].tolist()[:2] == [-1, 1]
    assert made[["x_within", "x_between"]].iloc[2].isna().all()
    close(made["x_between"][:2], 0)


def test_each_level_against_the_one_around_it():
    frame = invented()
    made = multilevel.center(frame, "x", by=["consortium", "team"], each_level=True)
    parts = made["x_within"] + made["x_team"] + made["x_consortium"]
    close(parts, frame["x"] - frame["x"].mean(), atol=1e-9)
    close(made.groupby("consortium")["x_within"].sum(), 0, atol=1e-9)
    close((made["x_team"]).groupby(made["consortium"]).sum(), 0, atol=1e-9)


def test_what_does_not_differ_within_groups_is_told():
    frame = pd.DataFrame({"team": list("AABB"), "size": [10.1, 10.1, 20.3, 20.3]})
    with pytest.warns(LcresearchWarning, match="L095"):
        made = multilevel.center(frame, "size", by="team")
    assert (made["size_within"] == 0).all()


def test_a_column_of_texts_is_refused():
    with pytest.raises(MultilevelError) as refused:
        multilevel.center(pd.DataFrame({"x": ["high", "low"]}), "x")
    assert refused.value.problems[0].code == "L097"


def test_parts_that_agree_on_a_constant_add_to_the_whole():
    """Teams lie whole in one part, consortia do not: a shared constant takes the place of the mean of all rows."""
    frame, formula = invented(), "y ~ x_within + x_between + (1 | consortium/team)"
    parts = [frame[frame["team"] % 2 == k] for k in (0, 1)]
    agreed = {"x": 2020.3}
    sums = sum(multilevel.crossproducts(formula, multilevel.center(part, "x", by="team", at=agreed)) for part in parts)
    whole = multilevel.fit_lmm(formula, multilevel.center(frame, "x", by="team", at=agreed))
    close(multilevel.fit_lmm(formula, sums).fixed_effects, whole.fixed_effects, rtol=1e-9)


@pytest.mark.parametrize("group", [("team",), ("consortium",), ()])
def test_sums_of_parts_that_share_groups_are_centred_as_the_rows(group, tmp_path):
    """Rows of each team lie in both parts."""
    frame = invented()
    formula = "y ~ x + z + (1 + x | consortium) + (1 | team)"
    sums = multilevel.crossproducts(formula, frame[::2]) + multilevel.crossproducts(formula, frame[1::2])
    close(sums.means["x"], frame["x"].mean())
    centred = multilevel.center(sums, "x", by=group or None)
    made = multilevel.center(frame, "x", by=group or None)
    fit, whole = multilevel.fit_lmm(centred.formula, centred), multilevel.fit_lmm(centred.formula, made)
    assert list(fit.fixed_effects.index) == list(whole.fixed_effects.index)
    close(fit.fixed_effects, whole.fixed_effects, rtol=1e-6, atol=1e-7)
    close(fit.tidy()["std_error"], whole.tidy()["std_error"], rtol=1e-6)
    close(fit.deviance, whole.deviance, atol=1e-6)
    assert fit.terms()["term"].tolist() == whole.terms()["term"].tolist()
    close(fit.terms()["statistic"], whole.terms()["statistic"], rtol=1e-5)
    centred.save(tmp_path / "sums.parquet")
    loaded = multilevel.Crossproducts.load(tmp_path / "sums.parquet")
    close(multilevel.fit_lmm(centred.formula, loaded).fixed_effects, fit.fixed_effects)
    with pytest.raises(MultilevelError) as refused:
        centred + centred
    assert refused.value.problems[0].code == "L044"


def test_summed_persons_are_centred_too():
    """Invented: three waves of 60 persons in 12 teams."""
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"person": np.repeat(np.arange(60), 3), "wave": np.tile([0.0, 1.0, 2.0], 60)})
    frame["team"] = frame["person"] // 5
    frame["x"] = rng.normal(size=12)[frame["team"]] + rng.normal(size=180)
    frame["y"] = frame["x"] + rng.normal(size=60)[frame["person"]] + rng.normal(size=180)
    formula = "y ~ x + wave + (1 | team) + (1 | team:person)"
    sums = multilevel.center(multilevel.crossproducts(formula, frame, persons="person"), "x", by="team")
    whole = multilevel.fit_lmm(sums.formula, multilevel.center(frame, "x", by="team"))
    fit = multilevel.fit_lmm(sums.formula, sums)
    close(fit.fixed_effects, whole.fixed_effects, rtol=1e-6, atol=1e-8)
    close(fit.deviance, whole.deviance, atol=1e-6)


@pytest.mark.parametrize(
    ("formula", "column", "by"),
    [
        ("y ~ x * z + (1 | team)", "x", "team"),
        ("y ~ I(x / 2) + x + (1 | team)", "x", "team"),
        ("y ~ z + (1 | team)", "x", "team"),
        ("y ~ x + (1 | team)", "x", "consortium"),
    ],
)
def test_sums_that_cannot_be_centred_say_so(formula, column, by):
    with pytest.raises(MultilevelError) as refused:
        multilevel.center(multilevel.crossproducts(formula, invented()), column, by=by)
    assert refused.value.problems[0].code == "L096"


def test_rows_with_one_index_are_centred_each_by_itself():
    frame = pd.DataFrame(
        {"team": list("AABB"), "hours": [1.0, 3.0, 4.0, 8.0], "y": [1.0, 2.0, 2.0, 5.0]}, index=[0, 0, 1, 1]
    )
    found = multilevel.center(frame, "hours", by="team", formula="y ~ hours_within + (1 | team)")
    assert found["hours_within"].tolist() == [-1, 1, -2, 2]
    assert found.index.tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_values_of_groups_on_each_row_are_named(language, monkeypatch):
    """Its intraclass correlation of 1.000 is no finding: the values were those of the team."""
    monkeypatch.setenv("LCRESEARCH_LANGUAGE", language)
    team = np.repeat(np.arange(20), 5)
    level = np.random.default_rng(1).integers(1, 6, 20)
    frame = pd.DataFrame({"y": level[team], "team": team})
    words = {"nl": "binnen team verschillen", "en": "inside team the values do not differ"}[language]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LcresearchWarning)  # whether the search ends depends on rounding
        same = multilevel.null_model("y", ["team"], frame)
    assert any(words in text for text in same.cautions())
    frame["y"] = frame["y"] + np.tile([0.0, 0.1, -0.1, 0.05, -0.05], 20)
    assert not any(words in text for text in multilevel.null_model("y", ["team"], frame).cautions())
