"""r_wg, r_wg(j), AD and a_wg against the R package multilevel 2.7 (tests/reference/aggregation)."""

import math

import pytest

from lcresearch.measurement import agreement

LEAD = [f"LEAD{i:02}" for i in range(1, 12)]
TSIG = [f"TSIG{i:02}" for i in range(1, 4)]
HOSTILE = [f"HOSTIL{i:02}" for i in range(1, 6)]

CASES = {
    "lead items": ("lq2002", "lq2002_agreement_lead_items", None, LEAD, "COMPID", (1, 5)),
    "task significance items": ("lq2002", "lq2002_agreement_tsig_items", None, TSIG, "COMPID", (1, 5)),
    "hostility items, 0 to 4": ("lq2002", "lq2002_agreement_hostile_items", None, HOSTILE, "COMPID", (0, 4)),
    "one item": ("lq2002", "lq2002_agreement_single", "LEAD01", ["LEAD01"], "COMPID", (1, 5)),
    "one continuous score": ("lq2002", "lq2002_agreement_single", "LEAD", ["LEAD"], "COMPID", (1, 5)),
    "toy items": ("agreement_toy", "toy_agreement", "items", ["i1", "i2", "i3"], "team", (1, 5)),
    "toy item": ("agreement_toy", "toy_agreement", "i1", ["i1"], "team", (1, 5)),
}


@pytest.fixture(params=CASES.values(), ids=CASES.keys(), scope="module")
def case(request, reference):
    """Our result and the values of R for the same items."""
    data, file, part, items, group, response_range = request.param
    frame = request.getfixturevalue(data)
    values = reference(f"aggregation/{file}")
    ours = agreement(frame, items, group, response_range=response_range, nulls=["slight_skew"])
    return ours, values[part] if part else values


def assert_column(ours, column, values):
    table = ours.tidy()
    found = dict(zip(table["group"].astype(str), table[column], strict=True))
    expected = {group: math.nan if value is None else value for group, value in values["per_group"].items()}
    assert found == pytest.approx(expected, rel=1e-8, abs=1e-14, nan_ok=True)


@pytest.mark.parametrize("null", ["uniform", "slight_skew"])
def test_r_wg_per_group(case, null):
    ours, values = case
    assert_column(ours, f"r_wg_{null}", values["rwg.j" if "rwg.j" in values else "rwg"][null])


@pytest.mark.parametrize("null", ["uniform", "slight_skew"])
def test_lindell_r_wg_per_group(case, null):
    ours, values = case
    if "rwg.j.lindell" in values:
        assert_column(ours, f"r_wg_lindell_{null}", values["rwg.j.lindell"][null])
    else:  # R has it for several items only; of one item it is r_wg before truncation
        table = ours.tidy()
        truncated = table[f"r_wg_lindell_{null}"].clip(lower=0).tolist()
        assert truncated == pytest.approx(list(values["rwg"][null]["per_group"].values()), rel=1e-8, abs=1e-14)


@pytest.mark.parametrize("column", ["ad_mean", "ad_median", "awg"])
def test_deviations_and_awg_per_group(case, column):
    ours, values = case
    assert_column(ours, column, values[column])


def test_means_and_medians_over_groups(case):
    ours, values = case
    whole = ours.glance().iloc[0]
    r_wg = values["rwg.j" if "rwg.j" in values else "rwg"]
    assert whole["r_wg"] == pytest.approx(r_wg["uniform"]["mean"], rel=1e-8)
    assert whole["r_wg_median"] == pytest.approx(r_wg["uniform"]["median"], rel=1e-8)
    assert whole["r_wg_share"] == pytest.approx(r_wg["uniform"]["n_at_least_.70"] / r_wg["uniform"]["n_groups"])
    assert whole["r_wg_slight_skew"] == pytest.approx(r_wg["slight_skew"]["mean"], rel=1e-8)
    assert whole["r_wg_slight_skew_median"] == pytest.approx(r_wg["slight_skew"]["median"], rel=1e-8)
    assert whole["ad"] == pytest.approx(values["ad_mean"]["mean"], rel=1e-8)
    assert whole["ad_about_median"] == pytest.approx(values["ad_median"]["mean"], rel=1e-8)
    assert whole["awg"] == pytest.approx(values["awg"]["mean"], rel=1e-8)
