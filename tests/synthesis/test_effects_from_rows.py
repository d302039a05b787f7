"""Figures taken from rows, persons in teams, and conversions."""

import warnings

import numpy as np
import pandas as pd
import pingouin
import pytest

from lcresearch import synthesis
from lcresearch.errors import SynthesisError


@pytest.fixture
def rows():
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"site": np.repeat(["a", "b"], 60), "arm": np.tile(["new", "old"], 60)})
    frame["team"] = rng.integers(0, 5, 120)
    frame["before"] = rng.normal(3, 1, 120)
    frame["after"] = 0.6 * frame["before"] + rng.normal(1.5, 0.8, 120) + 0.3 * (frame["arm"] == "new")
    frame["stays"] = (frame["after"] > 3).astype(int)
    for item in range(3):
        frame[f"i{item}"] = frame["after"] + rng.normal(0, 1, 120)
    frame.loc[3, "after"] = np.nan
    return frame


def test_two_groups(rows):
    found = synthesis.effect_size_from_rows("SMD", rows, "after", by="site", group="arm", reference="old")
    assert found["n_left_out"].tolist() == [1, 0]
    part = rows[rows["site"] == "b"]
    new, old = (part.loc[part["arm"] == arm, "after"] for arm in ("new", "old"))
    d = pingouin.compute_effsize(new, old, eftype="cohen")
    expected = synthesis.effect_size("SMD", d=d, n1=30, n2=30)
    np.testing.assert_allclose(found.loc["b", ["yi", "vi"]].astype(float), expected.iloc[0])


@pytest.mark.parametrize(
    ("measure", "outcome", "columns", "figures"),
    [
        ("OR", "stays", {"group": "arm", "reference": "old"}, ["a", "b", "c", "d"]),
        ("SMCR", "after", {"before": "before"}, ["m1", "m2", "sd1", "sd2", "n", "r"]),
        ("MC", "after", {"before": "before"}, ["m1", "m2", "sd1", "sd2", "n", "r"]),
        ("ZCOR", "after", {"predictor": "before"}, ["r", "n"]),
        ("PLO", "stays", {}, ["x", "n"]),
        ("MN", "after", {}, ["m", "sd", "n"]),
        ("ABT", ["i0", "i1", "i2"], {}, ["alpha", "items", "n"]),
        ("VR", "after", {"group": "arm", "reference": "old"}, ["sd1", "n1", "sd2", "n2"]),
    ],
)
def test_figures_a_study(rows, measure, outcome, columns, figures):
    found = synthesis.effect_size_from_rows(measure, rows, outcome, by="site", **columns)
    assert set(figures) <= set(found.columns)
    again = synthesis.effect_size(measure, data=found, **{name: name for name in figures})
    np.testing.assert_allclose(found[["yi", "vi"]], again)


def test_figures_are_those_of_pandas_and_pingouin(rows):
    part = rows[rows["site"] == "b"]
    r = synthesis.effect_size_from_rows("COR", rows, "after", by="site", predictor="before").loc["b", "r"]
    assert r == pytest.approx(part["after"].corr(part["before"]))
    alpha = synthesis.effect_size_from_rows("ARAW", rows, ["i0", "i1", "i2"], by="site").loc["b", "alpha"]
    assert alpha == pytest.approx(pingouin.cronbach_alpha(part[["i0", "i1", "i2"]])[0])
    change = synthesis.effect_size_from_rows("SMCR", rows, "after", by="site", before="before").loc["b"]
    assert change["sd1"] == pytest.approx(part["before"].std())  # standardised by the measurement before


@pytest.mark.parametrize(
    ("code", "measure", "columns"),
    [
        ("Y005", "SMD", {"outcome": "nope"}),
        ("Y009", "SMD", {"outcome": "after", "group": "team", "reference": 1}),
        ("Y009", "SMD", {"outcome": "after", "group": "arm", "reference": "control"}),
        ("Y009", "PLO", {"outcome": "after"}),
        ("Y011", "SMD", {"outcome": "after"}),
        ("Y011", "IRR", {"outcome": "after"}),
    ],
)
def test_refuses_in_words(rows, code, measure, columns):
    with pytest.raises(SynthesisError) as error:
        synthesis.effect_size_from_rows(measure, rows, by="site", **columns)
    assert error.value.problems[0].code == code


def in_teams(rng, n_sets, delta, icc, size, teams):
    """Invented studies: two groups of teams; total variance 1."""
    shape = (n_sets, 2, teams, size)
    y = rng.normal(0, np.sqrt(icc), (n_sets, 2, teams, 1)) + rng.normal(0, np.sqrt(1 - icc), shape)
    y = y.reshape(n_sets, 2, teams * size)
    return y + np.array([delta, 0.0])[None, :, None]


def test_adjusted_effects_have_the_variance_that_they_state():
    rng = np.random.default_rng(20)
    y = in_teams(rng, 6000, 0.5, 0.2, 10, 6)
    means, sds = y.mean(axis=2), y.std(axis=2, ddof=1)
    effects = synthesis.effect_size("SMD", m1=means[:, 0], sd1=sds[:, 0], n1=60, m2=means[:, 1], sd2=sds[:, 1], n2=60)
    found = synthesis.adjust_for_clusters(effects, cluster_size=10, icc=0.2, n1=60, n2=60)
    assert found["yi"].mean() == pytest.approx(0.5, abs=4 * found["yi"].std() / np.sqrt(6000))
    assert found["vi"].mean() == pytest.approx(found["yi"].var(), rel=0.08)
    assert effects["vi"].mean() < 0.5 * found["yi"].var()


def test_teams_from_rows_take_their_own_icc(rows):
    rng = np.random.default_rng(3)
    y = in_teams(rng, 1, 0.4, 0.3, 20, 40)[0]
    frame = pd.DataFrame({"y": y.ravel(), "arm": np.repeat(["new", "old"], 800)})
    frame["team"] = np.tile(np.repeat(np.arange(40), 20), 2)
    found = synthesis.effect_size_from_rows("SMD", frame, "y", group="arm", reference="old", cluster="team")
    warnings.simplefilter("ignore")  # pingouin's own, on a coming version of pandas
    expected = [
        pingouin.intraclass_corr(g.assign(r=g.groupby("team").cumcount()), "team", "r", "y")
        for _, g in frame.groupby("arm")
    ]
    each = [table.set_index("Type").loc[table["Type"].iloc[0], "ICC"] for table in expected]
    assert found["icc"].iloc[0] == pytest.approx(np.mean(each), abs=0.02)
    given = synthesis.effect_size_from_rows("MD", frame, "y", group="arm", reference="old", cluster="team", icc=0.5)
    assert given["design_effect"].iloc[0] == pytest.approx(10.5)
    with pytest.raises(SynthesisError, match="Y012"):
        synthesis.effect_size_from_rows("SMD", frame.assign(team=0), "y", group="arm", reference="old", cluster="team")


@pytest.mark.parametrize(("after", "theirs"), [("COR", "pointbiserialr"), ("OR", "odds_ratio")])
def test_conversions_agree_with_pingouin(after, theirs):
    found = synthesis.convert_effect_size([0.45], [0.04], before="SMD", after=after)["yi"][0]
    expected = pingouin.convert_effsize(0.45, "cohen", theirs)
    assert (np.exp(found) if after == "OR" else found) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("after", ["OR", "COR", "ZCOR"])
def test_conversions_have_variances_of_the_delta_method_and_a_way_back(after):
    options = {"n1": [30, 80], "n2": [50, 20]}
    start = np.array([0.3, -0.8]), np.array([0.05, 0.07])
    found = synthesis.convert_effect_size(*start, before="SMD", after=after, **options)
    step = synthesis.convert_effect_size(start[0] + 1e-6, start[1], before="SMD", after=after, **options)
    slope = (step["yi"] - found["yi"]) / 1e-6
    np.testing.assert_allclose(found["vi"], slope**2 * start[1], rtol=1e-4)
    back = synthesis.convert_effect_size(found["yi"], found["vi"], before=after, after="SMD", **options)
    np.testing.assert_allclose(back.to_numpy().T, start)


def test_correlation_and_z():
    there = synthesis.convert_effect_size([0.5], [0.01], before="COR", after="ZCOR")
    np.testing.assert_allclose(there, [[np.arctanh(0.5), 0.01 / 0.75**2]])
    with pytest.raises(SynthesisError, match="Y006"):
        synthesis.convert_effect_size([1.0], [0.01], before="COR", after="SMD")


def test_differences_without_the_correction_for_bias_stay_without_it_in_teams(rows):
    ask = {"by": "site", "group": "arm", "reference": "old"}
    teams = rows.assign(team=rows["team"].astype(str) + rows["arm"])
    plain = synthesis.effect_size_from_rows("SMD", teams, "after", **ask, correct=False)
    found = synthesis.effect_size_from_rows("SMD", teams, "after", **ask, cluster="team", icc=0.2, correct=False)
    n = found["n1"] + found["n2"]
    size = (found["design_effect"] - 1) / 0.2 + 1
    np.testing.assert_allclose(found["yi"], plain["yi"] * np.sqrt(1 - 2 * (size - 1) * 0.2 / (n - 2)))
    corrected = synthesis.effect_size_from_rows("SMD", teams, "after", **ask, cluster="team", icc=0.2)
    assert (corrected["yi"].abs() < found["yi"].abs()).all()


@pytest.mark.parametrize(("measure", "outcome"), [("SMD", "after"), ("OR", "stays")])
def test_a_study_without_a_complete_row_keeps_its_place_and_is_named(rows, measure, outcome):
    gone = rows.assign(**{outcome: rows[outcome].where(rows["site"] == "a")})
    with pytest.warns(Warning, match="b"):
        found = synthesis.effect_size_from_rows(measure, gone, outcome, by="site", group="arm", reference="old")
    assert found.index.tolist() == ["a", "b"]
    assert found["n_left_out"].tolist()[1] == 60
    assert np.isnan(found.loc["b", "yi"])


def test_rows_that_cannot_be(rows):
    ask = {"by": "site", "group": "arm", "reference": "old"}
    with pytest.raises(SynthesisError, match="Y010"):
        synthesis.effect_size_from_rows("SMD", rows.assign(after="much"), "after", **ask)
    with pytest.raises(SynthesisError, match="Y030"):
        synthesis.effect_size_from_rows("SMD", pd.concat([rows, rows[["after"]]], axis=1), "after", **ask)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"cluster_size": 200}, "Y006"),
        ({"cluster_size": [10, 20]}, "Y004"),
        ({"n1": [100, 100]}, "Y004"),
        ({"icc": -0.1}, "Y006"),
    ],
)
def test_teams_that_cannot_be(change, code):
    one = pd.DataFrame({"yi": [0.40], "vi": [0.0204]})
    with pytest.raises(SynthesisError, match=code):
        synthesis.adjust_for_clusters(one, **({"cluster_size": 10, "icc": 0.1, "n1": 100, "n2": 100} | change))
    with pytest.raises(SynthesisError, match="Y005"):
        synthesis.adjust_for_clusters(one[["yi"]], cluster_size=10, icc=0.1)


@pytest.mark.parametrize(
    ("yi", "vi", "more", "code"),
    [
        ([0.5], [-0.1], {}, "Y006"),
        ([0.5, 0.2], [0.1], {}, "Y004"),
        ("yi", [0.1], {}, "Y010"),
        ([0.5], [0.1], {"n1": [1, 2], "n2": 3}, "Y004"),
    ],
)
def test_conversions_that_cannot_be(yi, vi, more, code):
    with pytest.raises(SynthesisError, match=code):
        synthesis.convert_effect_size(yi, vi, before="SMD", after="COR", **more)


def test_one_effect_is_converted_too():
    assert synthesis.convert_effect_size(0.5, 0.04, before="SMD", after="COR").shape == (1, 2)
