"""Within-and-between analysis: multilevel 2.7, identities, edges."""

import numpy as np
import pandas as pd
import pytest

from lcresearch.errors import MeasurementError
from lcresearch.measurement import WithinBetween, within_between_analysis

NAMES = {
    "correlation": "RawCorr",
    "eta_between_x": "EtaBx",
    "eta_between_y": "EtaBy",
    "correlation_between": "CorrB",
    "eta_within_x": "EtaWx",
    "eta_within_y": "EtaWy",
    "correlation_within": "CorrW",
}


@pytest.fixture
def lead_and_hostility(lq2002):
    return within_between_analysis(lq2002, "LEAD", "HOSTILE", "COMPID")


@pytest.mark.parametrize(("ours", "theirs"), NAMES.items())
def test_lq2002(lead_and_hostility, reference, ours, theirs):
    values = reference("aggregation/lq2002_waba")
    assert getattr(lead_and_hostility, ours) == pytest.approx(values["cov_theorem"][theirs], rel=1e-8)
    assert (lead_and_hostility.n, lead_and_hostility.n_groups) == (values["n_obs"], values["n_groups"])


def test_parts_add_up(lead_and_hostility):
    whole = lead_and_hostility.glance().iloc[0]
    assert whole["between_part"] + whole["within_part"] == pytest.approx(whole["correlation"], rel=1e-12)


def test_etas_square_to_one(lead_and_hostility):
    r = lead_and_hostility
    assert r.eta_between_x**2 + r.eta_within_x**2 == pytest.approx(1, rel=1e-12)


def test_test_of_a_correlation_without_groups_is_that_of_scipy():
    from scipy import stats

    frame = pd.DataFrame({"team": list("aabbcc"), "x": [1, 2, 4, 3, 6, 5.0], "y": [2, 1, 3, 5, 4, 6.0]})
    row = within_between_analysis(frame, "x", "y", "team").tidy().set_index("term").loc["correlation"]
    expected = stats.pearsonr(frame["x"], frame["y"])
    assert row["p_value"] == pytest.approx(expected.pvalue)
    interval = expected.confidence_interval(0.95)
    assert (row["conf_low"], row["conf_high"]) == pytest.approx((interval.low, interval.high))


def test_incomplete_rows_are_left_out_and_counted():
    frame = pd.DataFrame({"team": ["a", "a", "b", "b", None], "x": [1, 2, 3, np.nan, 9], "y": [2, 1, 4, 3, 9]})
    result = within_between_analysis(frame, "x", "y", "team")
    assert (result.n, result.n_groups, result.n_dropped) == (3, 2, 2)


def test_one_group_has_nothing_between():
    frame = pd.DataFrame({"team": list("aaa"), "x": [1, 2, 4], "y": [2, 1, 3]})
    result = within_between_analysis(frame, "x", "y", "team")
    assert [p.code for p in result.problems] == ["M015"]
    assert np.isnan(result.correlation_between)
    assert result.correlation_within == pytest.approx(result.correlation)


def test_the_same_column_twice_is_refused():
    with pytest.raises(MeasurementError) as caught:
        within_between_analysis(pd.DataFrame({"team": [1], "x": [1]}), "x", "x", "team")
    assert caught.value.problems[0].code == "M003"


def test_result_round_trips(lead_and_hostility):
    again = WithinBetween.from_dict(lead_and_hostility.to_dict())
    pd.testing.assert_frame_equal(again.tidy(), lead_and_hostility.tidy())
