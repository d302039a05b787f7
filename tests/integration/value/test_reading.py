"""value.yaml: everything that is wrong, at once, with its line; and files that mean harm."""

import json

import pytest

from lcresearch.errors import IntegrationError
from lcresearch.integration import community_value, new_value, read_value
from lcresearch.integration.value import example_value
from lcresearch.integration.value.schema import json_schema

HEAD = """\
title: {nl: Noord, en: North}
base_year: 2025
horizon: 3
discount_rate: 0.02
parties:
  firms: {title: {nl: Bedrijven, en: Firms}}
  school: {title: {nl: School, en: School}}
costs:
  room:
    title: {nl: Ruimte, en: Room}
    party: firms
    kind: cash
    evidence: measured
    quantity: 100
"""


def problems(tmp_path, text, run=read_value):
    path = tmp_path / "value.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(IntegrationError) as refused:
        run(path)
    assert all(problem.message(language) for problem in refused.value.problems for language in ("nl", "en"))
    return [(problem.code, problem.where.line) for problem in refused.value.problems]


def test_a_whole_file_is_read(tmp_path):
    (tmp_path / "value.yaml").write_text(HEAD, encoding="utf-8")
    assert read_value(tmp_path).costs["room"].quantity.value == 100
    assert community_value(tmp_path, n_draws=100).flows.net()[0] < 0


def test_all_problems_are_told_together_with_their_lines(tmp_path):
    text = (
        HEAD
        + """\
  wages:
    title: {nl: Uren, en: Hours}
    party: frims
    kind: hours
    persons: 1
    quantity: {min: -10, max: 40}
    price: {min: 60, max: 40}
    evidence: reported
    years: [2, 5]
  machine:
    title: {nl: Machine, en: Machine}
    party: firms
    kind: in_kind
    quantity: {min: 1, mode: 9, max: 5}
    evidence: assumed
benefits:
  errors:
    title: {nl: Fouten, en: Errors}
    party: firms
    quantity: {mean: 10, sd: 0}
    attribution: {min: 0.5, max: 1.4}
  room:
    title: {nl: Lessen, en: Lessons}
    party: school
    quantity: {mode: 3}
    evidence: measured
    deadweight: {mean: 0.2, sd: 0.05}
"""
    )
    assert problems(tmp_path, text) == [
        ("Q188", 17), ("Q195", 20), ("Q192", 21), ("Q182", 23), ("Q184", 15),
        ("Q193", 28), ("Q185", 24),
        ("Q181", 31), ("Q194", 34), ("Q196", 35),
        ("Q180", 36), ("Q190", 39), ("Q186", 36), ("Q196", 41),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("horizon: 3", "horizon: 0", ("G044", 3)),
        ("horizon: 3", "horizon: 3.5", ("G043", 3)),
        ("discount_rate: 0.02", "discount_rate: 2", ("Q196", 4)),
        ("discount_rate: 0.02", "discount_rate: {gap: unknown}", ("Q205", 4)),
        ("discount_rate: 0.02", "discount_rate: {value: 0.02, min: 0, max: 0.1}", ("Q189", 4)),
        ("quantity: 100", "quantity: '1,5'", ("Q191", 14)),
        ("quantity: 100", "quantity: {min: 1, mode: 2}", ("Q190", 14)),
        ("quantity: 100", "quantity: {}", ("Q189", 14)),
        ("quantity: 100", "quantity: {mean: 1, sd: 5}", ("Q195", 14)),
        ("quantity: 100", "quantity: {distribution: lognormal, mean: 0, sd: 5}", ("Q195", 14)),
        ("quantity: 100", "quantity: .inf", ("Q191", 14)),
        ("quantity: 100", "quantity: true", ("G043", 14)),
        ("quantity: 100", "quantity: [1, 2]", ("G043", 14)),
        ("kind: cash", "kind: gift", ("G042", 12)),
        ("evidence: measured", "evidence: certain", ("G042", 13)),
        ("kind: cash", "kind: hours", ("Q183", 9)),
        ("base_year: 2025", "base_year: 2025\nparticipants: {min: 0, max: 3}", ("Q195", 3)),
        ("base_year: 2025", "base_year: 2025\ncurency: EUR", ("G040", 3)),
    ],
)
def test_one_mistake_is_told_with_its_line(tmp_path, old, new, expected):
    found = problems(tmp_path, HEAD.replace(old, new, 1), run=community_value)
    assert expected in found


@pytest.mark.parametrize(
    ("shared", "other"),
    [
        ("outcome: errors", "outcome: errors"),
        ("quantity: tables/a.csv#x", "quantity: tables/a.csv#x"),
        ("title: {nl: Minder fouten}", "title: {nl: minder Fouten}"),
    ],
)
def test_an_outcome_that_two_parties_count_is_refused(tmp_path, shared, other):
    def benefit(name, party, line):
        parts = {"title": f"title: {{nl: {name}}}", "quantity": "quantity: 5"} | {line.split(":")[0]: line}
        rest = "\n    ".join([*parts.values(), "attribution: {min: 0.1, max: 0.4}", "evidence: reported"])
        return f"  {name}:\n    party: {party}\n    {rest}\n"

    text = HEAD + "benefits:\n" + benefit("b1", "firms", shared) + benefit("b2", "school", other)
    assert [code for code, _ in problems(tmp_path, text)] == ["Q197"]
    passed_on = text.replace("party: school\n", "party: school\n    transfer_from: firms\n")
    (tmp_path / "value.yaml").write_text(passed_on, encoding="utf-8")
    assert read_value(tmp_path).benefits["b2"].transfer_from == "firms"


def test_hours_of_one_person_are_taken_at_a_standard_rate_only(tmp_path):
    text = HEAD.replace("kind: cash", "kind: hours\n    price: 40\n    persons: 2")
    assert problems(tmp_path, text) == [("Q184", 9)]
    for enough in ("persons: 3", "persons: 2\n    price_basis: standard_rate"):
        (tmp_path / "value.yaml").write_text(text.replace("persons: 2", enough), encoding="utf-8")
        assert read_value(tmp_path).costs["room"].price.value == 40


def test_chains_and_stories_are_checked(tmp_path):
    text = (
        HEAD
        + """\
value_cycles:
  asked: {cycle: immediate, kind: story, title: {nl: Vraagt hulp}, leads_to: used}
  used_: {cycle: applied, title: {nl: Gebruikt}, number: {min: 4, max: 2}}
"""
    )
    assert problems(tmp_path, text) == [("Q198", 16), ("Q199", 16), ("Q192", 17)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "G024"),
        ("- a\n- b", "G045"),
        ("a: &x [1]\nb: *x", "G026"),
        ("title: !!python/object/apply:os.system [ls]", "G025"),
        ("a: " + "[" * 40 + "]" * 40, "G027"),
        ("title: {nl: x}\ntitle: {nl: y}", "G030"),
        ("a: b: c", "G032"),
        ("x" * (1024 * 1024 + 10), "G021"),
        ("title: 3\nparties: 4\ncosts: [1]\nhorizon: true\nbase_year: x\ndiscount_rate: null", "G043"),
    ],
)
def test_files_that_mean_harm_are_refused(tmp_path, text, code):
    assert code in [found for found, _ in problems(tmp_path, text, run=community_value)]


def test_more_lines_than_anyone_reads_are_refused(tmp_path):
    line = "\n  c{n}: {{title: {{nl: x}}, party: firms, kind: cash, evidence: measured, quantity: 1}}"
    text = HEAD + "".join(line.format(n=n) for n in range(300)).lstrip("\n") + "\n"
    assert ("G044", 8) in problems(tmp_path, text)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(IntegrationError) as refused:
        community_value(tmp_path / "nothing.yaml")
    assert refused.value.problems[0].code == "G001"


def test_a_new_folder_holds_a_file_that_runs_and_its_schema(tmp_path):
    folder = new_value(tmp_path / "made")
    value = community_value(folder, n_draws=100, seed=1)
    assert value.content == example_value()
    assert json.loads((folder / "value.schema.json").read_text(encoding="utf-8")) == json_schema()
    with pytest.raises(IntegrationError) as refused:
        new_value(folder)
    assert refused.value.problems[0].code == "G002"


def test_problems_of_a_model_made_in_python_name_its_part(made):
    with pytest.raises(IntegrationError) as refused:
        community_value(made({"a": {"quantity": {"min": 3, "max": 1}}}))
    assert refused.value.problems[0].where.item == "costs.a.quantity"
    assert "min (3)" in str(refused.value)
