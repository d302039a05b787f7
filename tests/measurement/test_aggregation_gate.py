"""The verdict on averaging, one composition model and one outcome at a time."""

import numpy as np
import pandas as pd
import pytest

from lcresearch.errors import MeasurementError
from lcresearch.measurement import agreement
from lcresearch.measurement.aggregation_gate import COMPOSITIONS, judge, thresholds
from lcresearch.messages import Messages

# a scale of five options on which 40 teams agree and differ
CLEAR = {
    "n_groups": 40,
    "r_wg_median": 0.85,
    "r_wg_share": 0.9,
    "r_wg_slight_skew_median": 0.75,
    "ad": 0.5,
    "ad_cut_off": 5 / 6,
    "icc_1": 0.2,
    "icc_2": 0.75,
    "p_value": 0.0001,
}
NAN = float("nan")


def reasons(verdict):
    return [problem.code for problem in verdict.reasons]


@pytest.mark.parametrize("composition", ["direct_consensus", "referent_shift"])
def test_consensus_asks_agreement_and_difference(composition):
    verdict = judge(composition, CLEAR)
    assert (verdict.code, verdict.warranted) == ("aggregation.warranted", "yes")
    assert reasons(verdict) == ["M101", "M104", "M106", "M108"]


@pytest.mark.parametrize(
    ("changes", "warranted", "reason"),
    [
        ({"r_wg_median": 0.69, "ad": 0.9}, "no", "M102"),
        ({"r_wg_median": 0.69}, "mixed", "M102"),
        ({"ad": 0.9}, "mixed", "M105"),
        ({"p_value": 0.2}, "mixed", "M107"),
        ({"n_groups": 1, "p_value": NAN, "icc_1": NAN, "icc_2": NAN}, "mixed", "M117"),
        ({"p_value": NAN, "icc_1": NAN, "icc_2": NAN}, "mixed", "M120"),
        ({"r_wg_slight_skew_median": 0.4}, "yes", "M103"),
        ({"icc_2": 0.5}, "yes", "M109"),
        ({"icc_2": 0.2}, "yes", "M110"),
        ({"n_groups": 12}, "yes", "M111"),
        ({"r_wg_median": NAN, "ad": NAN}, "unknown", "M119"),
        ({"r_wg_median": NAN, "ad_cut_off": NAN}, "unknown", "M118"),
    ],
)
def test_what_changes_the_verdict_of_consensus(changes, warranted, reason):
    verdict = judge("referent_shift", CLEAR | changes)
    assert verdict.warranted == warranted
    assert reason in reasons(verdict)


@pytest.mark.parametrize(("value", "met"), [(0.70, True), (0.6999, False)])
def test_the_norm_itself_is_enough(value, met):
    assert (judge("referent_shift", CLEAR | {"r_wg_median": value}).warranted == "yes") is met


def test_additive_scores_need_no_agreement_but_reliable_means():
    verdict = judge("additive", CLEAR | {"r_wg_median": 0.1, "ad": 1.5})
    assert (verdict.code, verdict.warranted) == ("aggregation.warranted", "yes")
    assert reasons(verdict) == ["M113", "M106", "M108"]


@pytest.mark.parametrize(
    ("changes", "warranted"),
    [({}, "yes"), ({"r_wg_median": 0.1, "ad": 1.5}, "no"), ({"ad": 0.9}, "mixed"), ({"r_wg_median": NAN}, "unknown")],
)
def test_several_informants_on_the_features_of_a_group_have_to_agree(changes, warranted):
    verdict = judge("formative_index", CLEAR | changes)
    same = judge("referent_shift", CLEAR | changes)
    assert (verdict.code, verdict.warranted) == (same.code, warranted)
    assert reasons(verdict) == ["M114", *reasons(same)]


NO_ICC = {"icc_1": NAN, "icc_2": NAN, "p_value": NAN}


@pytest.mark.parametrize(
    ("changes", "code", "warranted", "reason"),
    [
        ({"icc_2": 0.70}, "aggregation.warranted", "yes", "M108"),
        ({"icc_2": 0.6999}, "aggregation.doubtful", "mixed", "M109"),
        ({"icc_2": 0.3}, "aggregation.doubtful", "mixed", "M110"),
        ({"icc_2": -float("inf"), "p_value": 1.0}, "aggregation.doubtful", "mixed", "M110"),
        ({"p_value": 0.05}, "aggregation.doubtful", "mixed", "M107"),
        ({"r_wg_median": NAN, "ad": NAN}, "aggregation.warranted", "yes", "M108"),
        (NO_ICC | {"n_groups": 1}, "aggregation.unknown", "unknown", "M117"),
        (NO_ICC | {"n_groups": 0}, "aggregation.unknown", "unknown", "M117"),
        (NO_ICC, "aggregation.unknown", "unknown", "M120"),
    ],
)
def test_what_changes_the_verdict_of_additive_scores(changes, code, warranted, reason):
    verdict = judge("additive", CLEAR | changes)
    assert (verdict.code, verdict.warranted) == (code, warranted)
    assert reason in reasons(verdict)


@pytest.mark.parametrize(
    ("composition", "teams"), [("additive", "aaaa"), ("additive", "abcd"), ("formative_index", "abcd")]
)
def test_one_group_of_additive_scores_or_groups_of_one_tell_nothing(composition, teams):
    frame = pd.DataFrame({"team": list(teams), "i1": [1, 2, 4, 5], "i2": [2, 2, 3, 5]})
    result = agreement(frame, ["i1", "i2"], "team", response_range=(1, 5), composition=composition)
    assert result.verdict.warranted == "unknown"


def test_individual_and_process():
    assert judge("individual", CLEAR).warranted == "not_applicable"
    assert judge("process", CLEAR).warranted == "unknown"


def test_unknown_composition():
    with pytest.raises(MeasurementError) as caught:
        judge("formative", CLEAR)
    assert caught.value.problems[0].code == "M004"


def test_thresholds_name_value_norm_and_source():
    table = thresholds(CLEAR | {"icc_2": 0.5}).set_index(["statistic", "threshold"])
    assert table.loc[("r_wg_median", 0.7), "met"] is True
    assert table.loc[("ad", 5 / 6), "source"] == "Burke & Dunlap (2002)"
    assert table.loc[("icc_2", 0.4), "met"] is True
    assert table.loc[("icc_2", 0.7), "met"] is False
    assert table["source"].ne("").all()
    unknown = thresholds(CLEAR | {"r_wg_median": NAN})
    assert unknown["met"].isna().sum() == 1


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("composition", COMPOSITIONS)
def test_every_verdict_reads_in_both_languages(composition, language):
    weak = {"n_groups": 9, "icc_2": 0.2, "r_wg_median": 0.5, "ad": 1.0, "p_value": 0.3, "icc_1": -0.01}
    none = NO_ICC | {"n_groups": 0}
    for numbers in (CLEAR, CLEAR | weak, CLEAR | none, CLEAR | {"r_wg_slight_skew_median": np.float64(0.5)}):
        verdict = judge(composition, numbers)
        assert Messages(language)(verdict.code)
        for reason in verdict.reasons:
            text = reason.message(language)
            assert "{" not in text
            assert "nan" not in text


def test_numbers_follow_the_language():
    first, _, difference, _ = judge("referent_shift", CLEAR).reasons
    assert "0,85" in first.message("nl")
    assert "0.85" in first.message("en")
    assert "(p < .001)" in difference.message("en")
    difference = judge("referent_shift", CLEAR | {"p_value": 0.2}).reasons[2]
    assert "(p = ,200)" in difference.message("nl")


def test_one_row_of_glance_is_enough():
    row = pd.DataFrame([CLEAR]).iloc[0]
    assert judge("referent_shift", row.to_dict()).warranted == "yes"
