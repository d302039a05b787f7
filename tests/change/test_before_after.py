"""Before and after: what a user relies on, beside the numbers that other programs give."""

import json

import numpy as np
import pandas as pd
import pytest

from lcresearch.change import BeforeAfter, before_after
from lcresearch.errors import ChangeError

WAVES = {"before": "t0", "after": "t1"}


def study(firms=3, people=8, seed=1, away=0.2, effect=0.4, waves=2):
    """Invented scores of firms A, B, ...; one in five does not answer."""
    rng = np.random.default_rng(seed)
    firm = np.repeat([chr(65 + place) for place in range(firms)], people)
    own = rng.normal(3.4, 0.6, len(firm))
    parts = []
    for wave in range(waves):
        score = np.round(own + rng.normal(0, 0.4, len(firm)) + effect * (wave > 0), 1)
        part = pd.DataFrame({"respondent": np.arange(len(firm)), "firm": firm, "wave": f"t{wave}", "score": score})
        parts.append(part[rng.random(len(firm)) >= away])
    return pd.concat(parts, ignore_index=True)


def code_of(error):
    return [problem.code for problem in error.value.problems]


def notes(found):
    return {problem.code for problem in found.problems}


def test_whom_the_result_speaks_of_hangs_on_the_number_of_firms():
    few, many = (before_after(study(n), "score", **WAVES, group="firm") for n in (5, 6))
    assert (few.inference, many.inference) == ("these_firms", "firms_like_these")
    assert "C010" in notes(few)
    assert "C010" not in notes(many)
    assert many.overall["df"] == 5


def test_complete_answers_of_linked_persons_are_their_mean_change():
    rows = study(3, away=0)
    wide = rows.pivot(index=["firm", "respondent"], columns="wave", values="score")
    found = before_after(rows, "score", **WAVES, group="firm")
    assert found.overall["estimate"] == pytest.approx((wide["t1"] - wide["t0"]).mean())
    assert found.overall["df"] == pytest.approx(24 - 3)
    assert len(found.beside) == 0
    of_firms = (wide["t1"] - wide["t0"]).groupby("firm").mean()
    assert found.by_group.set_index("group")["estimate"].to_numpy() == pytest.approx(of_firms.to_numpy())


def test_low_scores_that_stay_away_make_no_loss():
    """Who scored low before, by chance, would score higher after: with only those who stay, the mean falls."""
    rng = np.random.default_rng(4)
    estimates = {"firms_fixed": [], "linked_only": []}
    for seed in range(60):
        rows = study(3, 12, seed, away=0, effect=0)
        low = rows.loc[(rows["wave"] == "t0") & (rows["score"] < 3.2), "respondent"]
        gone = rows["respondent"].isin(low) & (rows["wave"] == "t1") & (rng.random(len(rows)) < 0.7)
        found = before_after(rows[~gone], "score", **WAVES, group="firm")
        estimates["firms_fixed"].append(found.overall["estimate"])
        estimates["linked_only"].append(found.beside.loc[0, "estimate"])
    error = np.std(estimates["firms_fixed"]) / np.sqrt(60)
    assert abs(np.mean(estimates["firms_fixed"])) < 2.5 * error
    assert np.mean(estimates["linked_only"]) < -2.5 * error


def test_firms_to_compare_with_take_off_what_changes_anyway():
    rows = study(4, 30, effect=0.4)
    rows.loc[(rows["firm"] < "C") & (rows["wave"] == "t1"), "score"] += 0.5
    found = before_after(rows, "score", **WAVES, group="firm", comparison=["C", "D"])
    assert found.overall["conf_low"] < 0.5 < found.overall["conf_high"]
    assert (
        found.overall["n_before"] == (rows["firm"] < "C").sum() - ((rows["firm"] < "C") & (rows["wave"] == "t1")).sum()
    )
    assert found.by_group["takes_part"].tolist() == [True, True, False, False]
    assert list(found.tidy()["term"]) == ["change", "A", "B"]
    assert {"C022"} <= notes(found)
    assert "C020" not in notes(found)


def test_a_staggered_start_takes_off_what_grows_in_all_firms():
    rows = study(3, 25, waves=4, effect=0.0)
    wave = rows["wave"].str[1].astype(int)
    rows["score"] += 0.2 * wave + 0.6 * (wave >= rows["firm"].map({"A": 1, "B": 2, "C": 9}))
    found = before_after(rows, "score", before="t0", after="t3", group="firm", starts={"A": "t1", "B": "t2"})
    assert (found.overall["term"], found.overall["method"]) == ("started", "staggered_firms_fixed")
    assert found.overall["conf_low"] < 0.6 < found.overall["conf_high"]
    assert found.sureness == "clear_gain"


def test_codes_that_fail_fall_back_to_two_groups_and_say_so():
    rows = study(3)
    broken = rows.assign(respondent=np.arange(len(rows)))
    found = before_after(broken, "score", **WAVES, group="firm", linked="auto")
    assert found.overall["method"] == "unlinked_firms_fixed"
    assert "C014" in notes(found)
    twice = pd.concat([rows, rows.iloc[:1]])
    assert "C014" in notes(before_after(twice, "score", **WAVES, group="firm", linked="auto"))
    assert before_after(rows, "score", **WAVES, group="firm", linked="auto").overall["method"] == "firms_fixed"


def test_whoever_has_no_code_is_somebody_else_each_time():
    rows = study(3).astype({"respondent": "Float64"})
    rows.loc[rows["respondent"] < 3, "respondent"] = pd.NA
    found = before_after(rows, "score", **WAVES, group="firm").overall
    complete = before_after(study(3), "score", **WAVES, group="firm").overall
    assert found["n_before"] == complete["n_before"]
    assert found["n_linked"] < complete["n_linked"]


def test_firms_of_one_person_each_are_compared_as_firms():
    found = before_after(study(8, 1, away=0), "score", **WAVES, group="firm")
    assert found.overall["df"] == 7
    assert np.isfinite(found.overall["p_value"])


def test_nothing_is_told_where_there_is_no_error():
    rows = pd.DataFrame({"respondent": [1, 2, 1, 2], "wave": ["t0", "t0", "t1", "t1"], "score": [3.0, 4.0, 3.5, 4.5]})
    found = before_after(rows, "score", **WAVES)
    assert found.sureness == "cannot_tell"
    assert found.overall["estimate"] == pytest.approx(0.5)
    assert {"C011", "C019"} <= notes(found)


def test_equivalence_is_beside_it_with_the_bound_named_beforehand():
    rows = study(3, 40, away=0, effect=0.0)
    found = before_after(rows, "score", **WAVES, group="firm", worthwhile=0.3)
    assert found.sureness == "no_worthwhile_change"
    row = found.equivalence.iloc[0]
    assert row["equivalent"]
    assert row["p_value"] < 0.05
    assert row["no_larger_than"] == max(abs(row["low"]), abs(row["high"])) < 0.3


def test_lower_is_better():
    assert before_after(study(3, 20, effect=0.8), "score", **WAVES, improvement="lower").sureness == "clear_loss"


def test_who_left_stands_beside_who_stayed():
    rows = study(3, 10, away=0)
    gone = (rows["wave"] == "t1") & rows["respondent"].isin(range(8))
    found = before_after(rows[~gone], "score", **WAVES, group="firm")
    left = found.dropout.set_index("term").loc["left"]
    before = rows[rows["wave"] == "t0"].set_index("respondent")["score"]
    assert (left["n_once"], left["n_linked"]) == (8, 22)
    assert left["estimate"] == pytest.approx(before.loc[:7].mean() - before.loc[8:].mean())
    assert "C013" in notes(found)


def test_a_low_start_alone_brings_change_when_people_were_picked_for_it():
    """Invented: everybody is measured twice without an effect; only the lowest third takes part."""
    rng = np.random.default_rng(3)
    own = rng.normal(3.5, 0.5, 3000)
    before, after = own + rng.normal(0, 0.5, 3000), own + rng.normal(0, 0.5, 3000)
    low = before < np.quantile(before, 1 / 3)
    r = np.corrcoef(before, after)[0, 1]
    picked = pd.DataFrame({"respondent": np.arange(3000), "t0": before, "t1": after})[low]
    rows = picked.melt("respondent", var_name="wave", value_name="score")
    found = before_after(rows, "score", **WAVES, reference_mean=3.5)
    true = (1 - r) * (3.5 - before[low].mean())
    # the change of 1,000 persons with standard deviation .6: an error of .02
    assert found.overall["estimate"] == pytest.approx(true, abs=0.05)
    assert found.regression_to_the_mean.loc[0, "expected_change"] > 0.5 * found.overall["estimate"]
    assert "C024" in notes(found)
    everybody = pd.DataFrame({"respondent": np.arange(3000), "t0": before, "t1": after})
    rows = everybody.melt("respondent", var_name="wave", value_name="score")
    told = before_after(rows, "score", **WAVES, reliability=0.5).regression_to_the_mean.iloc[0]
    # after given before has variance .5 (1 - .5^2); Blomqvist divides slope and error by the reliability
    error = np.sqrt(0.5 * (1 - 0.5**2) / (3000 * 0.5))
    assert told["slope"] == pytest.approx(-0.5, abs=3 * error)  # the artefact
    assert told["slope_blomqvist"] == pytest.approx(0, abs=3 * error / 0.5)
    assert told["oldham_p_value"] > 0.05
    assert told["lowest_change"] == pytest.approx(told["lowest_expected"], abs=0.05)


def test_ceiling_is_named():
    rows = study(3, 10, away=0).assign(score=lambda rows: rows["score"].clip(upper=3.6))
    found = before_after(rows, "score", **WAVES, scale_range=(1, 3.6))
    assert found.ends.set_index("wave").loc["after", "share_highest"] > 0.15
    assert "C012" in notes(found)


def test_secondary_outcomes_are_corrected_for_their_number():
    rows = study(3).assign(other=lambda rows: rows["score"], third=lambda rows: rows["score"] ** 2, empty=np.nan)
    found = before_after(rows, "score", **WAVES, group="firm", secondary=["other", "third", "empty"])
    table = found.secondary.set_index("outcome")
    assert table.loc["other", "p_value"] == pytest.approx(found.overall["p_value"])
    assert table["p_adjusted"].max() == pytest.approx(max(2 * table["p_value"].min(), table["p_value"].max()), rel=1e-9)
    assert np.isnan(table.loc["empty", "p_adjusted"])


def test_result_comes_back_from_its_dictionary():
    found = before_after(study(7), "score", **WAVES, group="firm", worthwhile=0.3)
    again = BeforeAfter.from_dict(json.loads(json.dumps(found.to_dict())))
    pd.testing.assert_frame_equal(again.by_group, found.by_group)
    assert (again.sureness, again.cautions()) == (found.sureness, found.cautions())
    assert "firms_like_these" in str(found)


@pytest.mark.parametrize(
    ("change", "options", "code"),
    [
        ({}, {"group": "frim"}, ["C001"]),
        ({"score": "often"}, {}, ["C002"]),
        ({}, {"after": "t9"}, ["C003"]),
        ({}, {"after": "t0"}, ["C003"]),
        ({"respondent": 1}, {}, ["C004"]),
        ({"respondent": range(48)}, {}, ["C005"]),
        ({}, {"group": "firm", "comparison": ["Z"]}, ["C006"]),
        ({}, {"group": "firm", "comparison": ["A", "B", "C"]}, ["C006"]),
        ({}, {"worthwhile": -1}, ["C007"]),
        ({}, {"linked": "maybe"}, ["C007"]),
        ({}, {"reliability": 2}, ["C007"]),
        ({}, {"group": "firm", "starts": {"A": "t7", "Z": "t1"}}, ["C008", "C008"]),
    ],
)
def test_what_cannot_be_is_refused(change, options, code):
    rows = study(3, away=0).assign(**change)
    with pytest.raises(ChangeError) as raised:
        before_after(rows, "score", **WAVES | options)
    assert code_of(raised) == code
