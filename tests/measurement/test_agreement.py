"""Agreement within groups: hand-made values, identities, edges."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lcresearch.errors import MeasurementError
from lcresearch.measurement import Agreement, agreement

TEAMS = pd.DataFrame(
    {
        "team": ["a", "a", "a", "b", "b", "b", "b", "c"],
        "i1": [4, 4, 5, 1, 2, 2, 1, 3],
        "i2": [5, 4, 4, 2, 2, 1, np.nan, 4],
    }
)


def codes(problems):
    return [problem.code for problem in problems]


def caught_code(**changes):
    arguments = {"items": ["i1", "i2"], "group": "team", "response_range": (1, 5)} | changes
    with pytest.raises(MeasurementError) as caught:
        agreement(TEAMS, **arguments)
    return caught.value.problems[0]


def test_r_wg_j_by_hand():
    # team a: both items have variance 1/3, so with two items 2 (1 - 1/6) / (2 (1 - 1/6) + 1/6)
    table = agreement(TEAMS, ["i1", "i2"], "team", response_range=(1, 5)).tidy().set_index("group")
    assert table.loc["a", "r_wg_uniform"] == pytest.approx((5 / 3) / (5 / 3 + 1 / 6))
    assert table.loc["a", "r_wg_heavy_skew"] == pytest.approx((2 * (1 - 1 / 1.32)) / (2 * (1 - 1 / 1.32) + 1 / 1.32))
    assert table.loc["a", "r_wg_lindell_uniform"] == pytest.approx(1 - 1 / 6)
    assert table.loc["a", "ad_mean"] == pytest.approx(4 / 9)
    assert table.loc["a", "ad_median"] == pytest.approx(1 / 3)


def test_who_counts_where():
    result = agreement(TEAMS, ["i1", "i2"], "team", response_range=(1, 5))
    table = result.tidy().set_index("group")
    assert table["n"].to_dict() == {"a": 3, "b": 4, "c": 1}
    assert table["n_complete"].to_dict() == {"a": 3, "b": 3, "c": 1}
    assert table.loc["b", "mean"] == pytest.approx((1.5 + 2 + 1.5 + 1) / 4)
    assert np.isnan(table.loc["c", ["r_wg_uniform", "ad_mean", "sd"]].astype(float)).all()
    assert codes(result.problems) == ["M012", "M013"]
    assert result.glance()["n_groups_agreement"].iloc[0] == 2


def test_minimum_answered_drops_a_score():
    result = agreement(TEAMS, ["i1", "i2"], "team", response_range=(1, 5), minimum_answered=2)
    assert result.glance()["n"].iloc[0] == 7
    assert "M011" in codes(result.problems)


def test_groups_below_the_minimum_have_no_agreement_and_do_not_enter_the_means():
    # complete: two of a, three of b, one of c; no mean so near an end that a_wg does not exist
    frame = pd.DataFrame({"team": list("aabbbbc"), "i1": [2, 4, 3, 2, 3, 4, 3], "i2": [3, 3, 3, 3, 2, np.nan, 4]})
    arguments = {"items": ["i1", "i2"], "group": "team", "response_range": (1, 5)}
    everyone, result = agreement(frame, **arguments), agreement(frame, **arguments, minimum_complete=3)
    withheld = r"^(r_wg_|ad_|awg)"
    table = result.tidy().set_index("group").filter(regex=withheld)
    assert table.notna().all(axis=1).to_dict() == {"a": False, "b": True, "c": False}
    assert table.loc[["a", "c"]].isna().all(axis=None)
    assert everyone.tidy().set_index("group").loc["a", table.columns].notna().all()
    only_b = agreement(frame[frame["team"] == "b"], **arguments).glance()
    of_agreement = [name for name in only_b if re.match(r"r_wg|ad|awg|n_groups_agreement", name)]
    pd.testing.assert_frame_equal(result.glance()[of_agreement], only_b[of_agreement])
    others = result.glance().columns.difference(of_agreement)
    pd.testing.assert_frame_equal(result.glance()[others], everyone.glance()[others])
    assert (codes(everyone.problems), codes(result.problems)) == (["M012", "M013"], ["M012", "M013", "M019"])
    assert result.problems[-1].values == {"n": 1, "minimum": 3}


def test_the_minimum_itself_is_enough():
    result = agreement(TEAMS, ["i1", "i2"], "team", response_range=(1, 5), minimum_complete=3)
    assert result.glance()["n_groups_agreement"].iloc[0] == 2
    assert "M019" not in codes(result.problems)


def test_no_group_reaches_the_minimum():
    result = agreement(TEAMS, ["i1", "i2"], "team", response_range=(1, 5), minimum_complete=5)
    assert result.glance()[["r_wg", "r_wg_median", "r_wg_share", "ad", "awg"]].isna().all(axis=None)
    assert result.glance()["n_groups_agreement"].iloc[0] == 0
    assert (result.verdict.warranted, codes(result.verdict.reasons)) == ("unknown", ["M119"])


def test_score_column_is_used_for_the_icc():
    frame = TEAMS.assign(score=[1, 2, 3, 4, 5, 6, 7, 8])
    with_score = agreement(frame, ["i1", "i2"], "team", response_range=(1, 5), score="score")
    assert with_score.tidy()["mean"].tolist() == [2.0, 5.5, 8.0]
    alone = agreement(frame, "score", "team")
    assert with_score.glance()["icc_1"].iloc[0] == alone.glance()["icc_1"].iloc[0]


def test_interval_of_a_group_mean_is_that_of_t():
    table = agreement(TEAMS, "i1", "team").tidy().set_index("group")
    # team a: mean 13/3, sd 1/sqrt(3), t(2) = 4.302653
    assert table.loc["a", "conf_high"] - table.loc["a", "mean"] == pytest.approx(4.302652729911275 / 3)


def test_rows_without_a_group_are_left_out_and_counted():
    frame = TEAMS.assign(team=["a", "a", "a", "b", "b", "b", None, None])
    result = agreement(frame, ["i1", "i2"], "team", response_range=(1, 5))
    assert result.n_without_group == 2
    assert result.glance()["n"].iloc[0] == 6
    assert "M010" in codes(result.problems)


def test_kind_of_group_column_does_not_matter():
    numbers = {"a": 1, "b": 2, "c": 3}
    columns = {
        "text": TEAMS["team"],
        "number": TEAMS["team"].map(numbers),
        "float": TEAMS["team"].map(numbers).astype(float),
        "category": pd.Categorical(TEAMS["team"], categories=["c", "b", "a", "unused"]),
        "nullable": TEAMS["team"].map(numbers).astype("Int64"),
    }
    frame = TEAMS.assign(**columns)
    results = [agreement(frame, ["i1", "i2"], name, response_range=(1, 5)) for name in columns]
    for result in results:
        table = result.tidy()
        assert sorted(table["n"]) == [1, 3, 4]
        pd.testing.assert_frame_equal(result.glance(), results[0].glance())


@settings(max_examples=10, deadline=None, database=None)
@given(seed=st.integers(0, 10_000), shift=st.integers(-3, 3))
def test_order_of_rows_names_of_groups_and_origin_of_the_scale_do_not_matter(seed, shift):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.integers(1, 6, (30, 3)), columns=["i1", "i2", "i3"])
    frame["team"] = rng.integers(0, 6, 30)
    first = agreement(frame, ["i1", "i2", "i3"], "team", response_range=(1, 5))
    other = frame.sample(frac=1, random_state=seed)
    other = other.assign(**{item: other[item] + shift for item in ("i1", "i2", "i3")})
    other["team"] = "t" + (9 - other["team"]).astype(str)
    second = agreement(other, ["i3", "i1", "i2"], "team", response_range=(1 + shift, 5 + shift))
    same = [name for name in first.glance() if name != "grand_mean"]
    pd.testing.assert_frame_equal(first.glance()[same], second.glance()[same], rtol=1e-7, atol=1e-9)


def test_one_group():
    result = agreement(TEAMS[:3], ["i1", "i2"], "team", response_range=(1, 5))
    whole = result.glance().iloc[0]
    assert np.isnan(whole[["icc_1", "icc_2", "f", "p_value", "icc_1_low", "icc_1_reml"]].astype(float)).all()
    assert whole["r_wg"] > 0.9
    assert codes(result.problems) == ["M015"]


def test_all_answers_missing():
    frame = TEAMS.assign(i1=np.nan, i2=np.nan)
    result = agreement(frame, ["i1", "i2"], "team", response_range=(1, 5))
    assert "M014" in codes(result.problems)
    assert result.glance()["n"].iloc[0] == 0
    assert result.verdict.warranted == "unknown"


def test_empty_frame():
    result = agreement(TEAMS[:0], ["i1", "i2"], "team", response_range=(1, 5))
    assert result.tidy().empty
    assert result.glance()["n_groups"].iloc[0] == 0


def test_only_groups_of_one():
    frame = TEAMS.assign(team=range(8))
    result = agreement(frame, ["i1", "i2"], "team", response_range=(1, 5))
    assert np.isnan(result.glance()["r_wg"].iloc[0])
    assert codes(result.problems) == ["M012", "M013", "M016"]


def test_groups_of_one_mind():
    frame = pd.DataFrame({"team": list("aabb"), "i1": [4, 4, 2, 2], "i2": [5, 5, 2, 2]})
    result = agreement(frame, ["i1", "i2"], "team", response_range=(1, 5))
    whole = result.glance().iloc[0]
    assert (whole["r_wg"], whole["ad"], whole["icc_1"]) == (1.0, 0.0, 1.0)
    assert "M016" in codes(result.problems)


def test_without_a_range_there_is_no_r_wg():
    result = agreement(TEAMS, ["i1", "i2"], "team")
    assert np.isnan(result.glance()["r_wg"].iloc[0])
    assert result.glance()["ad"].iloc[0] > 0
    assert "M017" in codes(result.problems)


def test_no_skewed_null_for_three_options():
    frame = TEAMS.assign(i1=TEAMS["i1"].clip(1, 3), i2=TEAMS["i2"].clip(1, 3))
    result = agreement(frame, ["i1", "i2"], "team", response_range=(1, 3))
    assert result.nulls == {"uniform": pytest.approx(2 / 3)}
    assert "M018" in codes(result.problems)


def test_own_null_distribution_stands_beside_the_uniform_one():
    result = agreement(TEAMS, ["i1", "i2"], "team", response_range=(1, 5), nulls={"ours": 1.5})
    assert result.nulls == {"uniform": 2.0, "ours": 1.5}
    assert "r_wg_ours_median" in result.glance()


def test_answers_outside_the_range_are_refused():
    problem = caught_code(response_range=(1, 4))
    assert problem.code == "M006"
    assert {name: problem.values[name] for name in ("item", "n", "highest")} == {"item": "i1", "n": 1, "highest": 5.0}


def test_wrong_options_are_refused():
    assert caught_code(response_range=(5, 1)).code == "M007"
    assert caught_code(nulls={"zero": 0.0}).code == "M005"
    assert caught_code(nulls=["slight_scew"]).values["nearest"] == "slight_skew"
    assert caught_code(composition="referent-shift").values["nearest"] == "referent_shift"
    assert caught_code(group="teams").values["nearest"] == "team"
    assert caught_code(score="scores").code == "M001"
    assert caught_code(minimum_complete=1).code == "M009"
    assert caught_code(minimum_complete=float("nan")).code == "M009"


def test_infinite_numbers_are_refused():
    with pytest.raises(MeasurementError) as caught:
        agreement(TEAMS.assign(i1=[1, 2, np.inf, 3, 4, 5, -np.inf, 1]), ["i1", "i2"], "team")
    problem = caught.value.problems[0]
    assert (problem.code, problem.where.column, problem.values["n"]) == ("M008", "i1", 2)


def test_result_round_trips_and_prints():
    result = agreement(TEAMS, ["i1", "i2"], "team", response_range=(1, 5))
    again = Agreement.from_dict(result.to_dict())
    pd.testing.assert_frame_equal(again.glance(), result.glance())
    pd.testing.assert_frame_equal(again.tidy(), result.tidy())
    assert again.verdict.warranted == result.verdict.warranted
    assert "icc_1" in str(result)
    assert "p_value: 0.0" not in str(result)


def test_many_groups_print_short():
    frame = pd.DataFrame({"team": np.repeat(range(60), 2), "i1": np.tile([1, 2], 60)})
    assert "40 more groups" in str(agreement(frame, "i1", "team"))


@pytest.mark.parametrize("factor", [1.0, 1 / 3, 0.1])
def test_a_score_of_the_group_with_each_person_is_named(factor):
    """Rounding of means left 1e-31 within groups, so that nothing was said of an F test with p = 0."""
    team = np.repeat(np.arange(20), 7)
    frame = pd.DataFrame({"team": team, "a": (team % 5 + 1) * factor, "b": (team % 3 + 1) * factor})
    found = agreement(frame, ["a", "b"], group="team")
    assert "M016" in [one.code for one in found.problems]
    row = found.glance().iloc[0]
    assert row["icc_1"] == pytest.approx(1)
    assert row[["icc_1_low", "icc_1_high"]].isna().all()
