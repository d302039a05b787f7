"""Whatever is given to a public function: an answer, or an error with a code; invented data."""

import numpy as np
import pandas as pd
import pytest

from lcresearch import change
from lcresearch.change.labels import in_order, label, texts
from lcresearch.errors import ChangeError, LcresearchError
from lcresearch.messages import LANGUAGES

N = 24
RNG = np.random.default_rng(1)
FIRM = np.repeat(["a", "b", "c"], 8)
BEFORE = RNG.integers(1, 6, N).astype(float)
AFTER = np.clip(BEFORE + RNG.integers(-1, 3, N), 1, 5).astype(float)
ROWS = pd.DataFrame(
    {"respondent": [*range(N)] * 2, "firm": [*FIRM] * 2, "wave": ["t0"] * N + ["t1"] * N, "y": [*BEFORE, *AFTER]}
)
ROWS["anchor"] = np.r_[np.full(N, np.nan), RNG.integers(1, 6, N)]
WIDE = pd.DataFrame({"firm": FIRM, "t0": BEFORE, "t1": np.where(RNG.random(N) < 0.3, np.nan, AFTER)})
CASE = pd.DataFrame({"phase": list("AAAAABBBBBB"), "y": RNG.integers(1, 6, 11).astype(float), "t": range(11)})
FOLLOWED = pd.DataFrame({"periods": [1, 2, 2, 3, 4, 4], "stopped": [1, 1, 0, 1, 0, 0], "trust": [2, 3, 4, 2, 4, 3]})
WAVES = {"before": "t0", "after": "t1", "wave": "wave", "person": "respondent"}
SERIES = [3.0, 2, 3, 2, 3, 2, 3, 2, 4, 5, 4, 5]
SMALL = {"n_firms": 3, "n_people": 4, "true_change": 0.5, "n_sims": 5, "seed": 1}
CALLS = {
    change.before_after: (
        {"frame": ROWS, "outcome": "y", **WAVES, "group": "firm"},
        "comparison starts waves worthwhile improvement linked secondary scale_range reference_mean reliability "
        "conf_level",
    ),
    change.reliable_change: (
        {"frame": ROWS, "outcome": "y", **WAVES, "group": "firm", "reliability": 0.8},
        "items std_dev method improvement worthwhile conf_level",
    ),
    change.minimal_important_difference: (
        {"frame": ROWS, "outcome": "y", **WAVES, "anchor": "anchor", "a_little_better": 3, "n_bootstrap": 5},
        "better anchor_reliability reliability worthwhile improvement conf_level",
    ),
    change.partial_pooling: ({"frame": ROWS, "outcome": "y", "group": "firm"}, "peers conf_level"),
    change.single_case: (
        {"frame": CASE, "outcome": "y", "phase": "phase", "time": "t", "baseline": "A"},
        "case design improvement ratio_scale conf_level",
    ),
    change.randomisation_test: (
        {"frame": CASE, "outcome": "y", "phase": "phase", "baseline": "A", "n_draws": 50, "most": 50},
        "design scheme time case statistic_name improvement alternative starts shortest_phase longest_run",
    ),
    change.run_chart: ({"values": SERIES}, "times persons rules phases baseline"),
    change.control_chart: ({"values": SERIES}, "kind size std_dev times persons rules phases baseline"),
    change.pulse_points: ({"frame": ROWS, "outcome": "y", "wave": "wave", "person": "respondent"}, "within"),
    change.impute: (
        {"frame": WIDE, "columns": ["t0", "t1"], "group": "firm", "n_imputations": 2, "n_iterations": 2},
        "auxiliary method matching",
    ),
    change.continuation: (
        {"frame": FOLLOWED, "periods": "periods", "stopped": "stopped", "predictors": ["trust"]},
        "conf_level",
    ),
    change.expected_precision: (
        {"design": "before_after", **SMALL},
        "people sd correlation firm_sd firm_change_sd answering n_comparison n_waves linked worthwhile",
    ),
    change.sureness: ({"conf_low": 0.1, "conf_high": 0.5}, "worthwhile improvement df conf_level"),
}
WRONG = [None, "x", 0, -1, 1.5, np.nan, np.inf, [], {}, True, np.array([1, 2]), object(), pd.Series([1])]
ASKED = [
    (call, name) for call, (given, others) in CALLS.items() for name in (*given, *others.split()) if name != "seed"
]


@pytest.mark.parametrize(("call", "name"), ASKED, ids=[f"{call.__name__}-{name}" for call, name in ASKED])
def test_a_wrong_argument_gives_an_answer_or_an_error_with_a_code(call, name):
    given, _ = CALLS[call]
    for value in WRONG:
        problems = []
        try:
            call(**given | {name: value})
        except LcresearchError as error:
            problems += error.problems
        assert all(problem.message(language) for problem in problems for language in LANGUAGES)


def test_all_wrong_arguments_are_named_together_and_no_rows_of_persons():
    with pytest.raises(ChangeError) as raised:
        change.before_after(ROWS, "y", **{**WAVES, "wave": ROWS, "person": ["a"]}, worthwhile="0.3", comparison="a")
    assert [problem.code for problem in raised.value.problems] == ["C096"] * 4
    assert "but must be a number" in str(raised.value)
    assert "DataFrame" in str(raised.value)
    assert "respondent" not in str(raised.value)


@pytest.mark.parametrize(("kept", "asked"), [(int, "0"), (int, 0.0), (float, 0), (float, "0"), (str, 0), (str, 0.0)])
def test_a_wave_is_the_same_as_number_and_as_text(kept, asked):
    rows = ROWS.assign(wave=ROWS["wave"].map({"t0": kept(0), "t1": kept(1)}))
    if kept is str:
        rows = rows.assign(wave=rows["wave"].map({"0": "0", "1": "1"}))
    waves = {"before": asked, "after": type(asked)(1)}
    change_of_all = change.before_after(rows, "y", **waves).overall["estimate"]
    persons = change.reliable_change(rows, "y", **waves, reliability=0.8).persons
    assert persons["change"].mean() == pytest.approx(change_of_all) == pytest.approx((AFTER - BEFORE).mean())
    assert persons["person"].tolist() == list(range(N))


def test_groups_that_are_numbers_are_found_by_number_in_each_function():
    rows = ROWS.assign(firm=ROWS["firm"].map({"a": 1.0, "b": 2.0, "c": np.nan}))
    found = change.before_after(rows, "y", **WAVES, group="firm", comparison=[1])
    assert found.by_group["group"].tolist() == ["1", "2"]
    assert change.partial_pooling(rows, "y", "firm").table["group"].tolist() == ["1", "2"]


def test_weeks_come_in_the_order_in_which_a_reader_counts():
    weeks = [f"week {number}" for number in range(1, 13)]
    rows = pd.DataFrame({"respondent": [1, 2] * 12, "wave": np.repeat(weeks[::-1], 2), "y": np.arange(24.0)})
    assert change.pulse_points(rows, "y")["wave"].tolist() == weeks
    assert in_order(pd.Series(pd.Categorical(["late", "early"], ["early", "late"], ordered=True))) == ["early", "late"]
    assert in_order(pd.Series(weeks[::-1]).astype("category")) == weeks
    case = pd.DataFrame({"time": weeks, "phase": ["A"] * 5 + ["B"] * 7, "y": np.arange(12.0)}).iloc[::-1]
    assert change.single_case(case, "y", time="time").series["time"].tolist() == weeks


def test_a_staggered_start_of_twelve_waves_is_analysed_in_order_of_time():
    frames = []
    for number in range(1, 13):
        started = number >= np.where(FIRM == "a", 3, np.where(FIRM == "b", 11, 99))
        score = 0.2 * number + started + RNG.normal(0, 0.1, N)
        frames.append(pd.DataFrame({"respondent": range(N), "firm": FIRM, "wave": f"t{number}", "y": score}))
    starts = {"a": "t3", "b": "t11"}
    found = change.before_after(pd.concat(frames), "y", before="t1", after="t12", group="firm", starts=starts)
    assert found.overall["estimate"] == pytest.approx(1, abs=0.05)


def test_a_pulse_counts_who_has_no_code():
    rows = pd.DataFrame({"respondent": [None, None, 1], "wave": ["w1"] * 3, "y": [1.0, 2.0, 3.0]})
    assert change.pulse_points(rows, "y")[["n_persons", "mean"]].to_numpy().tolist() == [[3.0, 2.0]]


def test_a_number_without_end_is_refused_and_not_left_out():
    rows = ROWS.assign(y=ROWS["y"].where(ROWS.index != 3, np.inf))
    for call in (
        lambda: change.before_after(rows, "y", **WAVES),
        lambda: change.partial_pooling(rows, "y", "firm"),
        lambda: change.pulse_points(rows, "y"),
    ):
        with pytest.raises(ChangeError, match="C002"):
            call()


def test_labels_that_cannot_be_compared_are_text_all_the_same():
    assert texts(pd.Series([[1], [2], None])).tolist() == ["[1]", "[2]", ""]
    assert label(np.datetime64("2026-03-01T10:30")) == "2026-03-01 10:30:00"


def test_a_chart_of_a_phase_of_one_point_draws_and_persons_that_are_no_numbers_are_refused():
    found = change.control_chart([3.0, *SERIES], phases=[2])
    assert found.table["upper"].isna().tolist() == [True] + [False] * 12
    with pytest.raises(ChangeError, match="C080"):
        change.run_chart(SERIES, persons=[8.5] * 12)
    counted = change.run_chart([*SERIES, np.nan], persons=[8.0] * 12 + [np.nan])
    assert counted.released().points.shown_persons[:2].tolist() == [8, 8]


def test_a_pulse_that_nobody_answered_is_a_gap_in_every_kind_of_control_chart():
    rows = pd.DataFrame({"respondent": [*range(8)] * 13, "wave": np.repeat(range(13), 8), "y": RNG.normal(3, 1, 104)})
    points = change.pulse_points(rows.assign(y=rows["y"].mask(rows["wave"] == 4)), "y")
    counts = points["n_persons"].where(points["n_persons"] == 0, 3)
    for kind, values in {"xbar": points["mean"], "s": points["std_dev"], "p": counts, "u": counts}.items():
        values = values.mask(points["n_persons"] == 0)
        found = change.control_chart(
            values, kind=kind, size=points["n_persons"], std_dev=points["std_dev"], persons=points["n_persons"]
        )
        assert found.table.loc[4, ["value", "n_persons"]].isna().all()
        assert found.released().table["value"].notna().sum() == 12


@pytest.mark.parametrize("n_draws", [100, 126])
def test_a_sample_of_assignments_as_many_as_there_are_is_still_a_sample(n_draws):
    case = pd.DataFrame({"phase": list("ABABABABA"), "y": [0.0, 9, 0, 9, 0, 9, 0, 9, 0]})
    found = change.randomisation_test(case, "y", design="alternating", n_draws=n_draws, most=50, seed=1)
    assert not found.exact
    assert found.p_value >= 1 / (1 + n_draws)


@pytest.mark.parametrize("predictors", [["trust", "twice"], ["trust", "trust"], ["periods"], ["endless"]])
def test_predictors_without_an_effect_of_their_own_are_refused(predictors):
    frame = FOLLOWED.assign(twice=FOLLOWED["trust"] * 2 + 1, endless=[np.inf, 1, 2, 3, 4, 5])
    with pytest.raises(ChangeError, match="C103"):
        change.continuation(frame, predictors=predictors)


def test_periods_that_are_seconds_are_refused_before_memory_runs_out():
    with pytest.raises(ChangeError, match="C101"):
        change.continuation(FOLLOWED.assign(periods=10**8))


def test_a_predictor_that_does_not_vary_among_communities_of_the_model_is_refused():
    other = pd.Series([1.0, 2, None, None, None, None])
    frame = FOLLOWED.assign(other=other, trust=[2, 2, 4, 2, 4, 3])
    with pytest.raises(ChangeError, match="C103"):
        change.continuation(frame, predictors=["trust", "other"])
