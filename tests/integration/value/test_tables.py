"""Numbers from tables of the study, gaps, and what they refuse."""

import math

import pandas as pd
import pytest

from lcresearch.errors import IntegrationError
from lcresearch.integration import community_value
from lcresearch.integration.value.simulation import row_of

HOURS = pd.DataFrame({
    "community": ["north", "north", "south"],
    "organisation": ["a", "b", "c"],
    "hours": [120.0, 80.0, 40.0],
    "change": [-3.0, -5.0, None],
    "std_error": [0.5, 0.6, 0.7],
    "note": ["x", "y", "z"],
})  # fmt: skip


def spread(made, quantity, **tables):
    """The distribution of one number of a table."""
    value = community_value(made({"a": {"quantity": 1}}, {"b": {"quantity": quantity}}), tables=tables, n_draws=100)
    found = value.ledger.inputs["b.quantity"].distribution
    return found.kind, found.mean, found.sd


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [
        ({"column": "hours", "where": {"community": "south"}}, ("fixed", 40.0, 0.0)),
        ({"column": "hours", "take": "sum"}, ("fixed", 240.0, 0.0)),
        ({"column": "hours", "where": {"community": "north"}, "take": "mean"}, ("normal", 100.0, 20.0)),
        ({"column": "change", "where": {"organisation": "a"}, "std_error": "std_error", "times": -12},
         ("normal", 36.0, 6.0)),
    ],
)  # fmt: skip
def test_a_number_of_a_table_keeps_its_uncertainty(made, quantity, expected):
    assert spread(made, {"table": "hours", **quantity}, hours=HOURS) == pytest.approx(expected)


def test_a_csv_beside_the_file_is_read(made, tmp_path):
    (tmp_path / "tables").mkdir()
    HOURS.to_csv(tmp_path / "tables" / "hours.csv", index=False)
    text = """\
title: {nl: Noord}
base_year: 2025
horizon: 1
discount_rate: 0
participants: {table: tables/hours.csv, column: hours, take: sum}
parties: {firms: {title: {nl: Bedrijven}}}
costs:
  a: {title: {nl: Geld}, party: firms, kind: cash, evidence: measured, quantity: 2400}
"""
    (tmp_path / "value.yaml").write_text(text, encoding="utf-8")
    value = community_value(tmp_path, n_draws=100)
    assert value.cost_per_participant["median"] == pytest.approx(10)


@pytest.mark.parametrize(
    ("quantity", "code"),
    [
        ("nothing#hours", "Q200"),
        ("hours#houres", "Q201"),
        ("hours#hours", "Q202"),
        ({"table": "hours", "column": "hours", "where": {"community": "west"}, "take": "sum"}, "Q202"),
        ({"table": "hours", "column": "hours", "where": {"community": "south"}, "take": "mean"}, "Q202"),
        ({"table": "hours", "column": "hours", "where": {"place": "x"}}, "Q201"),
        ({"table": "hours", "column": "note", "where": {"organisation": "a"}}, "Q203"),
        ("persons#hours", "Q204"),
    ],
)
def test_a_table_that_gives_no_number_is_refused(made, quantity, code):
    persons = pd.DataFrame({"respondent": ["r1"], "hours": [3.0]})
    with pytest.raises(IntegrationError) as refused:
        spread(made, quantity, hours=HOURS, persons=persons)
    assert [problem.code for problem in refused.value.problems] == [code]


@pytest.mark.parametrize("name", ["../secret.csv", "/etc/passwd", "broken.csv", "x\x00y.csv"])
def test_only_tables_beside_the_file_are_read(tmp_path, name):
    folder = tmp_path / "study"
    folder.mkdir()
    (tmp_path / "secret.csv").write_text("hours\n3\n", encoding="utf-8")
    (folder / "broken.csv").write_bytes(b"\xff\xfe\x00bad,,\n")
    text = f"""\
title: {{nl: Noord}}
base_year: 2025
horizon: 1
discount_rate: 0
parties: {{firms: {{title: {{nl: Bedrijven}}}}}}
costs:
  a: {{title: {{nl: Geld}}, party: firms, kind: cash, evidence: measured, quantity: {name!r}}}
""".replace(f"quantity: {name!r}", f'quantity: "{name}#hours"'.replace("\x00", "\\0"))
    (folder / "value.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(IntegrationError) as refused:
        community_value(folder)
    assert refused.value.problems[0].code in ("Q200", "Q206")
    assert refused.value.problems[0].where.line == 7


def test_tables_that_lack_are_told_all_together(made):
    model = made({"a": {"quantity": "one#x"}, "b": {"quantity": "two#x"}})
    with pytest.raises(IntegrationError) as refused:
        community_value(model)
    assert [problem.where.item for problem in refused.value.problems] == ["costs.a.quantity", "costs.b.quantity"]


def test_a_share_from_a_table_stays_a_share(made):
    model = made({"a": {"quantity": 1}}, {"b": {"quantity": 1, "attribution": "shares#share"}})
    with pytest.raises(IntegrationError) as refused:
        community_value(model, tables={"shares": pd.DataFrame({"share": [1.5]})})
    assert refused.value.problems[0].code == "Q196"


@pytest.fixture
def with_gap(made):
    costs = {
        "hours": {"quantity": "hours#hours", "party": "firms"},
        "materials": {"quantity": {"min": 10, "max": 30}, "party": "firms"},
        "room": {"quantity": 50, "party": "school"},
    }
    benefits = {"lessons": {"quantity": 80, "party": "school", "attribution": {"min": 0.5, "max": 0.9}}}
    model = made(costs, benefits, parties=("firms", "school"), participants=10)
    return community_value(model, tables={"hours": pd.DataFrame({"hours": [math.nan]})}, n_draws=1000, seed=1)


def test_a_gap_refuses_what_needs_it_and_nothing_is_filled_in(with_gap):
    cost = row_of(with_gap.results, party="firms", measure="cost")
    assert cost["without"] == "hours"
    assert cost["median"] == pytest.approx(20, abs=1)  # the materials alone
    for party in ("firms", "total"):
        for measure in ("net", "ratio"):
            assert math.isnan(row_of(with_gap.results, party=party, measure=measure)["median"])
        assert math.isnan(row_of(with_gap.break_even, party=party)["probability"])
        assert with_gap.timeline(party).empty
    school = row_of(with_gap.results, party="school", measure="net")
    assert (school["without"], school["median"]) == ("", pytest.approx(80 * 0.7 - 50, abs=2))
    assert with_gap.tornado.empty
    assert with_gap.break_even_values.empty


def test_a_gap_is_shown_with_its_reason(with_gap):
    (row,) = with_gap.gaps("en").to_dict("records")
    assert row["reason"] == "in 'hours' of hours 1 of 1 cells are empty"
    assert "at least" in with_gap.line("en")
    assert "cannot be said" in with_gap.line("en")
    assert "minstens" in with_gap.line("nl")
    assert any("Nothing was filled in" in text for text in with_gap.cautions())


def test_a_correlation_of_a_line_with_a_gap_does_not_matter(made):
    costs = {
        "a": {"quantity": {"gap": "onbekend"}, "price": {"min": 1, "max": 2}},
        "b": {"quantity": {"min": 1, "max": 2}},
    }
    pairs = [{"inputs": ["a.price", "b.quantity"], "rank": 0.5}]
    value = community_value(made(costs, correlations=pairs), n_draws=100, seed=1)
    assert value.ledger.varying == ["b.quantity"]


def test_a_gap_of_a_transfer_refuses_both_parties_and_not_the_total(made):
    benefits = {"subsidy": {"quantity": {"gap": "nog niet toegekend"}, "party": "firms", "transfer_from": "funder"}}
    model = made({"a": {"quantity": 5}}, benefits, parties=("firms", "funder", "school"))
    value = community_value(model, n_draws=100)
    net = value.results[value.results["measure"] == "net"].set_index("party")["median"]
    assert net.isna().to_dict() == {"firms": True, "funder": True, "school": False, "total": False}
    assert row_of(value.results, party="funder", measure="cost")["without"] == "subsidy"


def test_participants_that_are_not_known_leave_the_cost_in_total(made):
    value = community_value(made({"a": {"quantity": 500}}, participants={"gap": "niet geteld"}), n_draws=100)
    assert math.isnan(value.cost_per_participant["median"])
    assert value.line("en").startswith("It costs €\xa0500 together")
    assert "No benefits are expressed in money" in value.line("en")


def test_costs_that_are_certain_or_unknown_are_told_as_such(made):
    """They were said to hold in 80 of 100 computations, and to be at least 0."""
    sure = community_value(made({"a": {"quantity": 500}}), seed=1, n_draws=100)
    assert "80 of 100" not in sure.line("en")
    assert "als zeker ingevuld" in sure.line("nl")
    unknown = community_value(made({"a": {"quantity": {"gap": "nobody kept it"}}}), seed=1, n_draws=100)
    assert unknown.line("en").startswith("What it costs is not known: a.")
    assert "0" not in unknown.line("nl").partition(".")[0]


def test_a_number_of_draws_is_a_whole_number(made):
    for n_draws in ("1000", 1000.5, 5):
        with pytest.raises(IntegrationError) as error:
            community_value(made({"a": {"quantity": 500}}), n_draws=n_draws)
        assert [problem.code for problem in error.value.problems] == ["Q208"]
