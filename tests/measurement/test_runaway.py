"""What gives nothing to rely on is told as what it is, and does not take with it what can be relied on."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lcresearch import measurement
from lcresearch.errors import MeasurementError, Problem
from lcresearch.measurement import alignment, cfa, common_method, differential_item_functioning, factor_analysis
from lcresearch.measurement.comparability.effect_sizes import UnitParameters, on_common_scale
from lcresearch.measurement.factor_models.fit_measures import information_criteria

DATA = Path(__file__).parents[1] / "reference" / "data"
NINE = [f"x{k}" for k in range(1, 10)]
MODEL = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"


@pytest.fixture(scope="module")
def school():
    return pd.read_csv(DATA / "holzinger_swineford1939.csv")


def weak(seed):
    """Invented: four items with loadings of .35, three groups of 20 persons."""
    rng = np.random.default_rng(seed)
    factor = rng.normal(size=60)
    items = {f"i{k}": 0.35 * factor + rng.normal(size=60) for k in range(1, 5)}
    return pd.DataFrame(items).assign(g=np.repeat(["a", "b", "c"], 20))


def problems(call):
    with pytest.raises(MeasurementError) as caught:
        call()
    return caught.value.problems


@pytest.mark.parametrize(("seed", "items"), [(2, ["i2 (a)"]), (4, ["i3 (a)"]), (10, ["i3 (a)"])])
def test_a_residual_variance_that_runs_away_is_named_with_its_group(seed, items):
    found = problems(lambda: measurement.invariance("f =~ i1 + i2 + i3 + i4", weak(seed), "g"))
    assert [(each.code, each.values["items"]) for each in found] == [("M429", items)]


@pytest.mark.parametrize("seed", [2, 4, 5, 7, 10])
def test_what_the_message_advises_helps(seed):
    cfa("f =~ i1 + i2 + i3 + i4", weak(seed), group="g", group_equal=["loadings"])


def test_without_groups_none_is_named():
    frame = weak(7)
    found = problems(lambda: cfa("f =~ i1 + i2 + i3 + i4", frame[frame["g"] == "a"], std_lv=True))
    assert [(each.code, each.values["items"]) for each in found] == [("M429", ["i3"])]


def test_a_model_that_is_not_identified_is_still_called_so(school):
    text = "f =~ x1 + x2\ng =~ x4 + x5\nf ~~ 0*g\nx1 ~~ 0*x4"
    assert [each.code for each in problems(lambda: cfa(text, school))] == ["M228"]


def test_a_marker_model_that_fails_leaves_the_other_checks(school):
    text = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6"
    found = common_method(school, text, ["x7", "x8"])
    failed = [each for each in found.problems if each.code == "M431"]
    assert [each.values["model"] for each in failed] == ["method_u"]
    assert "x5" in failed[0].message("en")
    assert "x5" in failed[0].message("nl")
    row = found.fits.set_index("model").loc["method_u"]
    assert np.isnan(row["chi_square"])
    assert not row["converged"]
    assert found.correlations["method_u"].isna().all()
    assert found.comparisons.set_index("free").loc["method_u", ["chi_square", "p_value"]].isna().all()
    one = common_method(school, text, "x7")
    np.testing.assert_allclose(found.component_share, one.component_share)
    assert found.adjusted["adjusted"].notna().all()
    assert "method_u" in found.syntax
    assert type(found).from_dict(found.to_dict()).tidy().equals(found.tidy())


def test_free_alignment_that_knows_nothing_says_so_once(school):
    found = alignment(MODEL, school, "school", identification="free", n_starts=3)
    assert [each.code for each in found.problems].count("M287") == 1
    fixed = alignment(MODEL, school, "school", n_starts=3)
    assert "M287" not in [each.code for each in fixed.problems]


def graded(seed=1):
    """Invented answers of 900 persons in three groups to five items."""
    rng = np.random.default_rng(seed)
    trait = rng.normal(size=900)
    answers = {f"a{k}": np.digitize(0.75 * trait + 0.66 * rng.normal(size=900), [-1, -0.2, 0.6, 1.3]) for k in range(5)}
    return pd.DataFrame(answers).assign(g=np.repeat(["g0", "g1", "g2"], 300))


def few(n):
    frame = graded()
    return pd.concat([frame[frame["g"] != "g1"], frame[frame["g"] == "g1"].head(n)])


ITEMS = [f"a{k}" for k in range(5)]


@pytest.mark.parametrize("n", [1, 9])
def test_groups_of_a_few_persons_are_left_out(n):
    found = differential_item_functioning(few(n), ITEMS, "g")
    assert found.groups == ("g0", "g2")
    assert [each.values["groups"] for each in found.problems if each.code == "M432"] == [[f"g1 ({n})"]]
    whole = differential_item_functioning(few(0), ITEMS, "g")
    pd.testing.assert_frame_equal(found.tidy(), whole.tidy())


def test_a_reference_group_of_a_few_persons_is_refused():
    found = problems(lambda: differential_item_functioning(few(9), ITEMS, "g", reference="g1"))
    assert [each.code for each in found] == ["M433"]


def test_one_group_that_is_large_enough_is_too_few():
    frame = few(9)
    frame = frame[frame["g"] != "g2"]
    found = problems(lambda: differential_item_functioning(frame, ITEMS, "g"))
    assert [each.code for each in found] == ["M346", "M432"]


def test_an_item_that_cannot_be_tested_has_no_numbers():
    frame = few(12)
    small = frame["g"] == "g1"
    frame.loc[small, "a0"] = 4
    found = differential_item_functioning(frame, ITEMS, "g", min_cell=0)
    assert [each.where.item for each in found.problems if each.code == "M349"] == ["a0"]
    numbers = ["statistic", "p_value", "p_adjusted", "nagelkerke_change", "mcfadden_change", "beta_change"]
    assert found.tests.loc[found.tests["item"] == "a0", numbers].isna().all(axis=None)
    assert found.differences.loc[found.differences["item"] == "a0", "difference"].isna().all()
    assert found.curves.loc[found.curves["item"] == "a0", "expected"].isna().all()
    assert found.tests.loc[found.tests["item"] == "a1", "p_value"].notna().all()


def test_an_item_that_nobody_answered_is_called_so(school):
    found = problems(lambda: cfa("f =~ x1 + x2 + x3", school.assign(x1=np.nan)))
    assert [(each.code, each.where.item) for each in found] == [("M424", "x1")]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_nearest_name_no_sentence_about_it(school, language):
    (found,) = problems(lambda: cfa("f =~ x1 + x2 + qwerty", school))
    assert found.remedy(language) == ""
    assert "–" not in found.text(language)
    near = Problem("M001", values={"nearest": "x1", "n_columns": 3})
    assert "x1" in near.remedy(language)
    columns = Problem("D002", values={"missing": "a", "nearest": "–", "known": ["b", "c"]})
    assert columns.remedy("en") == "Columns: b, c."


def test_an_item_that_stands_twice_is_named(school):
    twice = school.assign(x2=school["x1"])
    (found,) = problems(lambda: factor_analysis(twice, NINE, 2))
    assert (found.code, found.values["items"]) == ("M425", ["x1", "x2"])
    total = school.assign(x3=school["x1"] + school["x2"])
    (found,) = problems(lambda: factor_analysis(total, NINE, 2))
    assert (found.code, found.values["items"]) == ("M425", ["x1", "x2", "x3"])


def test_a_file_without_groups_names_none(school, tmp_path):
    found = problems(lambda: measurement.moments(school.head(8), NINE[:3]).save(tmp_path / "m.json"))
    assert [each.code for each in found] == ["M434"]


def test_adjusted_bic_of_too_few_persons_is_not_there():
    assert np.isnan(information_criteria(-100.0, 5, 12)["bic_adjusted"])
    np.testing.assert_allclose(information_criteria(-100.0, 5, 46)["bic_adjusted"], 200 + 5 * np.log(2))


def test_effect_sizes_without_a_scale_are_not_there():
    def unit(variance):
        ones = np.ones((2, 3, 1))
        return UnitParameters(ones, ones[:, :, 0], np.zeros((2, 1)), np.array([[[1.0]], [[variance]]]))

    found = on_common_scale(unit(1.0), unit(-0.1))
    assert np.isfinite(found.loadings[0]).all()
    assert np.isnan(found.loadings[1]).all()
