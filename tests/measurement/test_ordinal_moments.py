"""Statistics of ordered items in a file give what rows give, groups go together, and strange files are refused."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lcresearch.errors import MeasurementError
from lcresearch.measurement import OrdinalMoments, cfa, invariance, moments, ordinal_moments

ITEMS = ["a1", "a2", "a3", "a4"]
MODEL = "f =~ a1 + a2 + a3 + a4"
close = np.testing.assert_allclose


@pytest.fixture(scope="module")
def frame():
    rng = np.random.default_rng(2)
    firm = np.repeat(["A", "B", "C"], 300)
    response = 0.9 * rng.normal(np.repeat([0, 0.3, -0.2], 300)[:, None], 1) + rng.normal(size=(900, 4))
    answers = pd.DataFrame(np.digitize(response, [-1, 0.2, 1.1]) + 1.0, columns=ITEMS).assign(firm=firm)
    answers.loc[::50, "a2"] = np.nan
    return answers


@pytest.fixture(scope="module")
def three(frame):
    return ordinal_moments(frame, ITEMS, "firm")


@pytest.fixture
def loaded(three, tmp_path):
    return OrdinalMoments.load(three.save(tmp_path / "three.json"))


def code(action):
    with pytest.raises(MeasurementError) as caught:
        action()
    return caught.value.problems[0].code


def test_fit_from_a_file_is_the_fit_from_rows(frame, loaded):
    rows, file = cfa(MODEL, frame, group="firm", ordered=True), cfa(MODEL, loaded)
    pd.testing.assert_frame_equal(file.tidy(), rows.tidy(), rtol=1e-12, atol=1e-12)
    close(file.fit_measures, rows.fit_measures, rtol=1e-12)
    assert (file.groups, file.n_dropped) == (rows.groups, rows.n_dropped)


def test_invariance_from_a_file_is_that_from_rows(frame, loaded):
    rows, file = invariance(MODEL, frame, "firm", ordered=True), invariance(MODEL, loaded)
    pd.testing.assert_frame_equal(file.tidy(), rows.tidy(), rtol=1e-10)
    pd.testing.assert_frame_equal(file.effect_sizes, rows.effect_sizes, rtol=1e-10, atol=1e-12)
    assert file.verdict.message("en") == rows.verdict.message("en")


def test_groups_of_several_files_go_together(frame, three, tmp_path):
    files = []
    for firm, own in frame.groupby("firm"):
        files.append(ordinal_moments(own, ITEMS, "firm").save(tmp_path / f"{firm}.json"))
    whole = sum(OrdinalMoments.load(file) for file in files)
    assert whole.groups == ("A", "B", "C")
    assert whole.n_dropped == three.n_dropped
    close(cfa(MODEL, whole).fit_measures, cfa(MODEL, three).fit_measures, rtol=1e-12)


def test_pairwise_answers_and_fewer_items_in_another_order(frame):
    some = ordinal_moments(frame, ITEMS, "firm", missing="pairwise").select(["a4", "a2", "a1"])
    rows = ordinal_moments(frame, ["a4", "a2", "a1"], "firm", missing="pairwise")
    close(some.statistics, rows.statistics, atol=1e-9)
    close(some.gamma, rows.gamma, atol=1e-7)
    assert some.answered.tolist() == rows.answered.tolist()
    assert rows.answered[0].tolist() == [300, 294, 300]


def test_waves_from_a_file(frame):
    again = frame[ITEMS].where(np.random.default_rng(3).random((900, 4)) < 0.7, frame[ITEMS].to_numpy()[::-1])
    wide = pd.concat([frame[ITEMS].add_suffix("_x"), again.add_suffix("_y")], axis=1)
    waves = {"x": "_x", "y": "_y"}
    rows = invariance(MODEL, wide, waves=waves, ordered=True, steps=["configural", "thresholds"])
    file = invariance(MODEL, ordinal_moments(wide, list(wide)), waves=waves, steps=["configural", "thresholds"])
    pd.testing.assert_frame_equal(file.tidy(), rows.tidy(), rtol=1e-12)


def test_counts_are_those_of_the_rows(frame, three):
    complete = frame.dropna()
    counted = pd.crosstab(complete["firm"], complete["a3"]).to_numpy()
    assert three.counts[2].tolist() == counted.tolist()


def test_persons_of_a_group_cannot_be_added(frame, three):
    assert code(lambda: three + ordinal_moments(frame[frame["firm"] == "B"], ITEMS, "firm")) == "M258"
    assert code(lambda: three + three.select(["a1", "a2"])) == "M222"
    other = frame.assign(firm="D", a1=frame["a1"].clip(upper=3))
    assert code(lambda: three + ordinal_moments(other, ITEMS, "firm")) == "M299"


def test_what_points_to_persons_is_not_saved_to_share(frame, tmp_path):
    yes = (frame[ITEMS] > 2).astype(int).assign(firm=frame["firm"]).groupby("firm").head(15)
    small = ordinal_moments(yes, ["a1", "a3"], "firm")
    assert code(lambda: small.save(tmp_path / "small.json", minimum_cell=20)) == "M259"
    assert small.save(tmp_path / "own.json", minimum_cell=3).exists()
    more = ordinal_moments(yes, ITEMS, "firm")
    assert more.statistics.shape[1] == 10
    assert code(lambda: ordinal_moments(yes.groupby("firm").head(10), ITEMS, "firm").save(tmp_path / "x", 3)) == "M259"
    rare = frame.copy()
    rare.loc[(rare["firm"] == "B") & (rare["a1"] == 4), "a1"] = 3
    rare.loc[rare.index[rare["firm"] == "B"][:2], "a1"] = 4
    found = ordinal_moments(rare, ["a1", "a3"], "firm")
    with pytest.raises(MeasurementError) as caught:
        found.save(tmp_path / "rare.json")
    problem = caught.value.problems[0]
    assert (problem.code, problem.where.item, problem.values["group"]) == ("M257", "a1", "B")
    assert not (tmp_path / "rare.json").exists()
    assert found.save(tmp_path / "own.json", minimum_cell=None).exists()


def test_scores_of_persons_need_rows(three):
    assert code(lambda: cfa(MODEL, three).factor_scores()) == "M234"


def test_moments_of_numbers_are_refused_for_ordered_items(frame):
    assert code(lambda: invariance(MODEL, moments(frame, ITEMS, "firm"), ordered=True)) == "M231"
    assert code(lambda: cfa(MODEL, ordinal_moments(frame, ITEMS), estimator="ML")) == "M247"


@pytest.mark.parametrize(
    "change",
    [
        lambda v: v | {"format": "other"},
        lambda v: v | {"version": 2},
        lambda v: v | {"missing": "fiml"},
        lambda v: v | {"items": v["items"][:3]},
        lambda v: v | {"items": ["a1"] * 4},
        lambda v: v | {"groups": ["A", "A", "B"]},
        lambda v: v | {"groups": []},
        lambda v: v | {"categories": [[1, 1, 2, 3], *v["categories"][1:]]},
        lambda v: v | {"categories": [[1], *v["categories"][1:]]},
        lambda v: v | {"categories": 3},
        lambda v: v | {"n": [300, 300, -1]},
        lambda v: v | {"n": [300.5, 300, 300]},
        lambda v: v | {"n": [float("nan"), 300, 300]},
        lambda v: v | {"answered": [[999] * 4] * 3},
        lambda v: v | {"statistics": [row[::-1] for row in v["statistics"]]},
        lambda v: v | {"statistics": [[*row[:-1], 1.5] for row in v["statistics"]]},
        lambda v: v | {"gamma": [[-x for x in row] for row in v["gamma"]]},
        lambda v: v | {"gamma": v["gamma"][:2]},
        lambda v: v | {"at_limit": [[False]] * 3},
        lambda v: v | {"n_dropped": [1, 2]},
        lambda v: {name: value for name, value in v.items() if name != "gamma"},
        lambda v: v | {"items": [f"a{k}" for k in range(30_000)], "categories": [[1, 2]] * 30_000},
        lambda v: [v],
    ],
)
def test_hostile_files_are_refused(three, tmp_path, change):
    path = three.save(tmp_path / "file.json")
    path.write_text(json.dumps(change(json.loads(path.read_text(encoding="utf-8")))), encoding="utf-8")
    assert code(lambda: OrdinalMoments.load(path)) == "M256"


def test_no_file_and_no_json_are_refused(tmp_path):
    assert code(lambda: OrdinalMoments.load(tmp_path / "none.json")) == "M256"
    (tmp_path / "deep.json").write_text("[" * 100_000, encoding="utf-8")
    assert code(lambda: OrdinalMoments.load(tmp_path / "deep.json")) == "M256"


@settings(max_examples=20, deadline=None)
@given(order=st.permutations(ITEMS), kept=st.integers(2, 4))
def test_choosing_items_twice_is_choosing_once(three, order, kept):
    chosen = three.select(order[:kept])
    again = three.select(order).select(order[:kept])
    assert np.array_equal(chosen.statistics, again.statistics)
    assert np.array_equal(chosen.gamma, again.gamma)
    whole = chosen.correlation[:, 0, 1]
    places = [ITEMS.index(item) for item in order[:2]]
    assert np.array_equal(whole, three.correlation[:, places[0], places[1]])


def test_items_that_are_not_there_are_all_named(frame, three):
    for statistics in (three, moments(frame, ITEMS, "firm")):
        with pytest.raises(MeasurementError) as caught:
            statistics.select(["a11", "a2", "zzz"])
        assert [problem.where.column for problem in caught.value.problems] == ["a11", "zzz"]
        assert [problem.values["nearest"] for problem in caught.value.problems] == ["a1", "–"]
