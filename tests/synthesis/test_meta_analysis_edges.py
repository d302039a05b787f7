"""Meta-analysis where it can be reasoned out: closed forms, few or equal studies, moderators that cannot be."""

import numpy as np
import pandas as pd
import pytest

from lcresearch import synthesis
from lcresearch.errors import SynthesisError
from lcresearch.synthesis.random_effects.heterogeneity import log_likelihood


@pytest.mark.parametrize("method", ["DL", "HE", "HS", "SJ", "ML", "REML", "EB", "PM"])
def test_identical_studies_have_no_heterogeneity(method):
    fit = synthesis.meta_analysis([0.3] * 6, [0.04] * 6, method=method, test="normal")
    assert fit.tau2 == 0
    assert fit.tidy()["estimate"][0] == pytest.approx(0.3)
    assert fit.tidy()["std_error"][0] == pytest.approx(0.2 / np.sqrt(6))


def test_equal_variances_have_a_closed_form():
    y = np.array([0.1, 0.5, 0.9, 0.2, 0.4])
    fit = synthesis.meta_analysis(y, [0.01] * 5)
    assert fit.tau2 == pytest.approx(y.var(ddof=1) - 0.01, rel=1e-10)
    assert fit.tidy()["std_error"][0] == pytest.approx(y.std(ddof=1) / np.sqrt(5))


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        ("Y062", {"yi": [1, 2, 3], "vi": [1, 2]}),
        ("Y060", {"yi": "effect", "vi": [1, 2]}),
        ("Y007", {"yi": [1, 2], "vi": [1, 2], "method": "XX"}),
        ("Y007", {"yi": [1, 2], "vi": [1, 2], "test": "z"}),
        ("Y061", {"yi": ["a", "b"], "vi": [1, 2]}),
        ("Y015", {"yi": [1, np.nan], "vi": [1, 2]}),
        ("Y063", {"yi": [1, 2], "vi": [1, np.nan]}),
        ("Y063", {"yi": [1, 2], "vi": [1, np.inf]}),
        ("Y063", {"yi": [1, np.inf], "vi": [1, 2]}),
        ("Y063", {"yi": [1, 2], "vi": [1, -2]}),
        ("Y063", {"yi": [1, 2], "vi": [1, 0]}),
        ("Y064", {"yi": [np.nan, np.nan], "vi": [1, 1]}),
        ("Y015", {"yi": [1], "vi": [1]}),
        ("Y016", {"yi": [1, 2], "vi": [1, 1], "moderators": pd.DataFrame({"x": [1, 2]})}),
        ("Y017", {"yi": [1, 2, 3, 4], "vi": [1] * 4, "moderators": pd.DataFrame({"x": [2] * 4})}),
        ("Y013", {"yi": [1, 2, 3], "vi": [1] * 3, "moderators": pd.DataFrame({"x": [2, np.nan, 1]})}),
    ],
)
def test_refuses_in_words(code, arguments):
    with pytest.raises(SynthesisError) as error:
        synthesis.meta_analysis(**arguments)
    assert code in [problem.code for problem in error.value.problems]


def test_what_needs_moderators_or_none(bcg):
    plain = synthesis.meta_analysis("yi", "vi", data=bcg)
    with_one = synthesis.meta_analysis("yi", "vi", data=bcg, moderators="ablat")
    for code, ask in {
        "Y021": plain.omnibus,
        "Y022": with_one.prediction_interval,
        "Y023": with_one.leave_one_out,
    }.items():
        with pytest.raises(SynthesisError, match=code):
            ask()
    with pytest.raises(SynthesisError, match="Y024"):
        plain.subgroups(["one"] * 13)


def test_says_when_studies_are_few_or_strangely_alike():
    few = synthesis.meta_analysis([0.30, 0.31, 0.29], [0.04, 0.05, 0.06])
    assert [text[:20] for text in few.cautions()] == ["there are only 3 stu", "the studies differ l"]
    assert "Note:" in few.summary()


def test_two_studies_and_a_subgroup_of_one():
    fit = synthesis.meta_analysis([0.1, 0.4, 0.9], [0.02, 0.02, 0.03])
    found = fit.subgroups(["a", "a", "b"])
    assert found.tidy()["n"].tolist() == [2, 1]
    assert "b" in found.cautions()[0]
    assert synthesis.meta_analysis([0.1, 0.4], [0.02, 0.02]).leave_one_out()["estimate"].tolist() == [0.4, 0.1]


def test_thousands_of_studies_need_no_matrix_of_studies():
    rng = np.random.default_rng(1)
    v = rng.uniform(0.01, 0.1, 200_000)
    y = rng.normal(0.3, np.sqrt(0.05 + v))
    fit = synthesis.meta_analysis(y, v)
    assert fit.tau2 == pytest.approx(0.05, abs=0.002)


@pytest.mark.parametrize("method", ["ML", "REML"])
def test_no_point_of_a_fine_grid_is_more_likely(method):
    rng = np.random.default_rng(8)
    for _ in range(60):
        k = int(rng.integers(2, 9))
        v = rng.uniform(1, 10, k) ** rng.integers(-3, 4, k)
        fit = synthesis.meta_analysis(rng.normal(0, 10 ** rng.uniform(-2, 2), k), v, method=method).fit
        grid = np.concatenate([[0.0], np.geomspace(1e-6, 1e5, 400)])
        likely = [log_likelihood(fit.studies, t, restricted=method == "REML") for t in [fit.tau2, *grid]]
        assert likely[0] >= max(likely) - 1e-9


def test_a_study_without_an_effect_is_left_out_and_named(bcg):
    gap = bcg.assign(yi=bcg["yi"].where(bcg["trial"] != 4), ablat=bcg["ablat"].where(bcg["trial"] != 4))
    rest = bcg[bcg["trial"] != 4]
    found = synthesis.meta_analysis("yi", "vi", data=gap, labels="slab", moderators="ablat")
    expected = synthesis.meta_analysis("yi", "vi", data=rest, labels="slab", moderators="ablat")
    pd.testing.assert_frame_equal(found.tidy(), expected.tidy())
    name = bcg["slab"][bcg["trial"] == 4].item()
    assert found.input.left_out == (name,)
    assert found.glance()["n_left_out"].item() == 1
    assert name in found.cautions()[0]
    plain = synthesis.meta_analysis("yi", "vi", data=gap)
    by = plain.subgroups("alloc").tidy()
    pd.testing.assert_frame_equal(by, plain.subgroups(bcg["alloc"].to_numpy()).tidy())
    assert by["n"].sum() == 12


@pytest.mark.parametrize("same", [0.0, 0.3, 0.1 + 0.2, -1e6])
@pytest.mark.parametrize("method", ["EE", "DL", "REML", "SJ"])
def test_effects_that_are_all_the_same_have_no_interval_by_knapp_hartung_but_one_by_adhoc(same, method):
    v = [0.02, 0.03, 0.01, 0.05, 0.04]
    fit = synthesis.meta_analysis([same] * 5, v, method=method)
    row = fit.tidy().iloc[0]
    assert row["estimate"] == pytest.approx(same)
    assert row["std_error"] == 0
    assert row[["statistic", "p_value", "conf_low", "conf_high"]].isna().all()
    assert fit.prediction_interval().iloc[0][["conf_low", "conf_high", "pred_low", "pred_high"]].isna().all()
    assert any("adhoc" in text for text in fit.cautions())
    assert fit.leave_one_out()["p_value"].isna().all()
    assert fit.influence()["influential"].eq(False).all()
    assert fit.baujat()["influence"].isna().all()
    assert fit.p_value_functions([0.0])["p_value"].iloc[5:].isna().all()
    fit.summary()
    for what in ("forest", "leave_one_out", "cumulative", "drapery"):
        fit.plot(what)
    safe = synthesis.meta_analysis([same] * 5, v, method=method, test="adhoc").tidy().iloc[0]
    assert safe["std_error"] == pytest.approx(np.sum(1 / np.array(v)) ** -0.5)


def test_a_study_left_out_may_leave_studies_that_are_all_the_same():
    fit = synthesis.meta_analysis([0.3, 0.3, 0.5], [0.02, 0.03, 0.01])
    found = fit.leave_one_out().set_index("left_out")
    assert found.loc["3", "estimate"] == pytest.approx(0.3)
    assert found["p_value"].isna().tolist() == [False, False, True]
    fit.influence()
    fit.baujat()
    fit.cumulative()


def test_the_test_between_subgroups_does_not_lean_on_errors_guessed_from_two_studies():
    fit = synthesis.meta_analysis([0.300, 0.301, 0.40, 0.41], [0.04, 0.05, 0.06, 0.04])
    found = fit.subgroups(list("aabb"))
    normal = synthesis.meta_analysis([0.300, 0.301, 0.40, 0.41], [0.04, 0.05, 0.06, 0.04], test="normal")
    assert found.q_between == pytest.approx(normal.subgroups(list("aabb")).q_between)
    assert found.q_p_value > 0.6
    same = synthesis.meta_analysis([0.3, 0.3, 0.4, 0.4], [0.04, 0.05, 0.06, 0.04]).subgroups(list("aabb"))
    assert same.q_p_value == pytest.approx(found.q_p_value, abs=0.05)


FOUR = pd.DataFrame(
    {"yi": [0.1, 0.2, 0.5, 0.3], "vi": [0.01, 0.02, 0.03, 0.02], "dose": [1.0, 2, 3, 5], "s": list("abab")}
)


@pytest.mark.parametrize(
    "moderators", [FOUR[["dose"]], {"dose": [1, 2, 3, 5]}, np.array([1.0, 2, 3, 5]), [1, 2, 3, 5], FOUR["dose"]]
)
def test_moderators_may_be_given_themselves_also_where_an_effect_is_missing(moderators):
    expected = synthesis.meta_analysis("yi", "vi", data=FOUR, moderators="dose").tidy()
    found = synthesis.meta_analysis(FOUR["yi"], FOUR["vi"], moderators=moderators).tidy()
    pd.testing.assert_frame_equal(found.drop(columns="term"), expected.drop(columns="term"))
    gap = [np.nan, 0.2, 0.5, 0.3]
    expected = synthesis.meta_analysis(gap, "vi", data=FOUR, moderators="dose").tidy()
    found = synthesis.meta_analysis(gap, FOUR["vi"], moderators=moderators).tidy()
    pd.testing.assert_frame_equal(found.drop(columns="term"), expected.drop(columns="term"))


def test_a_category_that_no_study_has_is_no_moderator():
    wider = FOUR.assign(s=pd.Categorical(FOUR["s"], ["a", "b", "c"]))
    found = synthesis.meta_analysis("yi", "vi", data=wider, moderators="s").tidy()
    pd.testing.assert_frame_equal(found, synthesis.meta_analysis("yi", "vi", data=FOUR, moderators="s").tidy())


@pytest.mark.parametrize("moderators", [[], "~ 1"])
def test_no_moderators_are_no_moderators(moderators):
    fit = synthesis.meta_analysis("yi", "vi", data=FOUR, moderators=moderators)
    assert fit.leave_one_out()["estimate"].notna().all()
    assert fit.prediction_interval()["pred_low"].notna().all()
    assert "Meta-analysis" in fit.summary()


@pytest.mark.parametrize(
    ("moderators", "code"),
    [
        (pd.DataFrame([[1, 2], [2, 3], [3, 3], [4, 1]], columns=["a", "a"]), "Y030"),
        ({"a": [1, 2, 3, np.inf]}, "Y031"),
        ({"a": [1, 2, 3]}, "Y004"),
        ({"a": list("xxxx")}, "Y017"),
        ({"a": [1, 1, 1, 1]}, "Y017"),
        ({"a": pd.date_range("2020", periods=4)}, "Y032"),
        ("~ s +* (", "Y032"),
        ("yi ~ s", "Y032"),
        (3, "Y032"),
        ("~ sector", "Y005"),
        (["dose", "sector"], "Y005"),
    ],
)
def test_moderators_that_cannot_be(moderators, code):
    with pytest.raises(SynthesisError, match=code):
        synthesis.meta_analysis("yi", "vi", data=FOUR, moderators=moderators)


@pytest.mark.parametrize(
    ("new", "code"),
    [({"s": ["a", None]}, "Y013"), ({"s": ["q"]}, "Y007"), ({"z": ["a"]}, "Y005")],
)
def test_no_prediction_is_made_up_for_a_study_of_which_moderators_are_not_known(new, code):
    fit = synthesis.meta_analysis("yi", "vi", data=FOUR, moderators="s")
    with pytest.raises(SynthesisError, match=code):
        fit.prediction_interval(new=pd.DataFrame(new))
    assert len(fit.prediction_interval(new=pd.DataFrame({"s": ["a", "b"]}))) == 2


@pytest.mark.parametrize("yi", [pd.date_range("2020", periods=3), [1j, 2, 3]])
def test_dates_and_complex_numbers_are_no_effects(yi):
    with pytest.raises(SynthesisError, match="Y061"):
        synthesis.meta_analysis(yi, [1, 1, 1])


@pytest.mark.parametrize("level", [95, 0, 1, -1, float("nan"), "x"])
def test_a_level_lies_between_0_and_1(level):
    fit = synthesis.meta_analysis("yi", "vi", data=FOUR)
    for ask in (fit.tidy, fit.heterogeneity, fit.prediction_interval, fit.studies, fit.leave_one_out, fit.blup):
        with pytest.raises(SynthesisError, match="Y045"):
            ask(level)


def test_says_that_knapp_hartung_is_not_for_equal_effects():
    assert any(
        'test="normal"' in text for text in synthesis.meta_analysis("yi", "vi", data=FOUR, method="EE").cautions()
    )
    for other in ({"method": "EE", "test": "normal"}, {"method": "REML"}):
        assert not any(
            'test="normal"' in text for text in synthesis.meta_analysis("yi", "vi", data=FOUR, **other).cautions()
        )
