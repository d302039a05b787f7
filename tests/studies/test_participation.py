"""Who stayed, who changed group, and how many of those invited answered."""

import pandas as pd
import pytest

from lcresearch.disclosure import Policy
from lcresearch.studies.participation import invited_persons, memberships, moves, turnover

WAVES = ["t0", "t1", "t2"]


def rows(patterns, **levels):
    """A row for each 1 in the pattern of a person: ``101`` took part in the first and third wave."""
    made = [
        {"respondent": f"p{person}", "wave": wave} | {name: values[person] for name, values in levels.items()}
        for person, pattern in enumerate(patterns)
        for wave, there in zip(WAVES, pattern, strict=False)
        if there == "1"
    ]
    return pd.DataFrame(made)


def test_turnover_adds_up():
    patterns = ["111"] * 6 + ["110"] * 3 + ["011"] * 4 + ["101"] * 2 + ["001"] + ["100"] * 2
    table = turnover(rows(patterns), WAVES, Policy())
    first, second = table.to_dict("records")
    assert first["n_stayed"] + first["n_left"] + first["n_away"] == first["n_1"] == 13
    assert first["n_stayed"] + first["n_joined"] + first["n_returned"] == first["n_2"] == 13
    assert (first["n_away"], first["n_left"], first["n_joined"]) == (2, 2, 4)
    assert (second["n_returned"], second["n_left"], second["n_joined"]) == (2, 3, 1)


def test_turnover_follows_from_the_numbers_that_are_shown_anyway():
    frame = rows(["11"] * 8 + ["10"] * 3 + ["01"] * 2)
    (row,) = turnover(frame, WAVES[:2], Policy()).to_dict("records")
    assert row["n_stayed"] == row["n_1"] + row["n_2"] - frame["respondent"].nunique()


@pytest.mark.parametrize(("patterns", "waves"), [(["11"] * 4, WAVES[:2]), (["10"] * 9 + ["01"] * 4, WAVES[:2])])
def test_turnover_of_a_small_wave_is_not_shown(patterns, waves):
    assert turnover(rows(patterns), waves, Policy()).empty


def test_one_wave_has_no_turnover():
    assert turnover(rows(["1"] * 9), ["t0"], Policy()).empty
    known = memberships(rows(["1"] * 9, organisation=["A"] * 9), ("organisation",), ["t0"])
    assert moves(known, ["t0"], Policy()).empty


def test_turnover_is_the_same_whatever_groups_people_are_in():
    firms = ["A"] * 7 + [None] * 2 + ["A; B"] * 9
    frame = rows(["111"] * 6 + ["110"] * 3 + ["011"] * 4 + ["101"] * 2 + ["001"] + ["100"] * 2, organisation=firms)
    known = memberships(frame, ("organisation",), WAVES)
    pd.testing.assert_frame_equal(turnover(frame, WAVES, Policy(), known), turnover(frame, WAVES, Policy()))


@pytest.mark.parametrize(("n_movers", "shown"), [(0, 0), (1, None), (2, None), (3, 3), (6, 6)])
def test_one_or_two_who_changed_stay_unnamed(n_movers, shown):
    frame = rows(["11"] * 8, organisation=["A"] * 8)
    later = frame["wave"] == "t1"
    movers = frame["respondent"].isin([f"p{person}" for person in range(n_movers)])
    frame.loc[later & movers, "organisation"] = "B"
    (row,) = moves(memberships(frame, ("organisation",), WAVES[:2]), WAVES[:2], Policy()).to_dict("records")
    assert row["n_known"] == 8
    assert (row["n_changed"] == shown) if shown is not None else pd.isna(row["n_changed"])


def test_who_goes_to_another_community_with_the_same_firm_has_not_changed_firm():
    frame = rows(["11"] * 8, community=["north"] * 8, organisation=["A"] * 8)
    frame.loc[(frame["wave"] == "t1") & (frame["respondent"] < "p4"), "community"] = "south"
    table = moves(memberships(frame, ("community", "organisation"), WAVES[:2]), WAVES[:2], Policy())
    assert table.set_index("level")["n_changed"].to_dict() == {"community": 4, "organisation": 0}


def test_a_team_of_the_same_name_in_another_firm_is_another_team():
    frame = rows(["11"] * 8, organisation=["A"] * 8, team=["1"] * 8)
    frame.loc[(frame["wave"] == "t1") & (frame["respondent"] < "p4"), "organisation"] = "B"
    table = moves(memberships(frame, ("organisation", "team"), WAVES[:2]), WAVES[:2], Policy())
    assert table.set_index("level")["n_changed"].to_dict() == {"organisation": 4, "team": 4}


def counted(frame, minimum=5):
    table = frame.groupby(["organisation", "wave"]).size().rename("n_persons").reset_index()
    table = table.rename(columns={"organisation": "group"}).assign(level="organisation", parent="")
    return table.assign(released=table["n_persons"] >= minimum)


@pytest.mark.published("Newcombe (1998), Statistics in Medicine 17, table I, method 3")
def test_response_of_those_invited_with_its_interval():
    # 81 of 263, interval .2553 to .3662: Newcombe (1998), table 1, method 3
    frame = rows(["1"] * 81, organisation=["A"] * 81)
    invited = pd.DataFrame({"organisation": ["A"], "invited": [263]})
    table = invited_persons(frame, invited, ("organisation",), ["t0"], counted(frame), Policy())
    assert table["level"].tolist() == ["all", "organisation"]
    for row in table.to_dict("records"):
        assert (row["n_invited"], row["n_persons"]) == (263, 81)
        assert (row["conf_low"], row["conf_high"]) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_groups_that_are_withheld_have_no_response():
    frame = rows(["1"] * 12, organisation=["A"] * 9 + ["B"] * 3)
    invited = pd.DataFrame({"organisation": ["A", "B"], "invited": [10, 5]})
    table = invited_persons(frame, invited, ("organisation",), ["t0"], counted(frame), Policy())
    assert table["group"].tolist() == ["", "A"]
    assert table["share"].tolist() == [pytest.approx(0.8), pytest.approx(0.9)]


def test_more_persons_than_were_invited_have_no_share():
    frame = rows(["1"] * 12, organisation=["A"] * 12)
    invited = pd.DataFrame({"organisation": ["A"], "invited": [10]})
    table = invited_persons(frame, invited, ("organisation",), ["t0"], counted(frame), Policy())
    assert table["share"].isna().all()


def test_without_a_list_nothing_is_known_of_who_was_invited():
    frame = rows(["1"] * 12, organisation=["A"] * 12)
    assert invited_persons(frame, None, ("organisation",), ["t0"], counted(frame), Policy()).empty
