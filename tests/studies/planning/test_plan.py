"""Planning: the design that is proposed, what it promises, and what it refuses to promise."""

from __future__ import annotations

import datetime
import json

import pytest

from lcresearch import multilevel, studies
from lcresearch.errors import StudyError
from lcresearch.studies.planning.choices import all_goals, design_named
from lcresearch.studies.planning.precision import expected_precision

START = datetime.date(2027, 1, 4)
USUAL = {"goal": "learning_culture", "weeks": 8, "firms": 3, "people": 8, "start": START, "n_sims": 10}
"""Few simulated studies: tests that look at what is promised ask for more."""


_MADE = {}


def plan(**changed):
    """The same plan is made once: a staggered start takes seconds to simulate."""
    key = repr(sorted(changed.items()))
    if key not in _MADE:
        _MADE[key] = studies.plan_short_cycle(**(USUAL | changed))
    return _MADE[key]


@pytest.mark.parametrize(
    ("changed", "design"),
    [
        ({}, "before_after"),
        ({"comparison": 1}, "before_after_comparison"),
        ({"firms": 10, "weeks": 10, "people": 8}, "staggered_start"),
        ({"firms": 8, "weeks": 10, "people": 8}, "before_after"),
        ({"wave_every": 1}, "pulse"),
        ({"goal": "formation"}, "pulse"),
        ({"firms": 1, "weeks": 10, "people": 9}, "single_case"),
        ({"firms": 1, "weeks": 6}, "before_after"),
        ({"firms": 1, "weeks": 10, "people": 3}, "before_after"),
        ({"design": "staggered-start"}, "staggered_start"),
    ],
)
def test_design_that_is_proposed(changed, design):
    made = plan(**changed)
    assert made.design == design
    assert all(made.because.values())
    for language in ("nl", "en"):
        assert design_named(made.design).can[language]
        assert len(design_named(made.design).can["nl"]) == len(design_named(made.design).can["en"])
        assert len(design_named(made.design).cannot["nl"]) == len(design_named(made.design).cannot["en"])


def test_every_goal_is_of_an_instrument_and_can_be_planned():
    for name, goal in all_goals().items():
        made = plan(goal=name)
        assert (made.goal, made.instrument, made.primary) == (name, goal.instrument, goal.primary)
        assert made.worthwhile == goal.worthwhile
        assert made.suggested


def test_three_firms_of_eight_show_a_large_change_only_and_the_plan_says_so():
    made = plan(n_sims=400)
    assert "Met 3 bedrijven van 8 mensen ziet u alleen een grote verandering." in made.summary()
    table = made.tidy().set_index("term")
    assert table.loc["detectable", "std_dev"] == pytest.approx(0.6, abs=0.08)
    assert made.precision.loc[0, "inference"] == "these_firms"


def test_detectable_change_is_that_of_the_formula_for_paired_scores():
    """Two scores of n persons with correlation r: standard error sd * sqrt(2 (1 - r) / n), (t.975 + t.80) times."""
    found = expected_precision("before_after", [50, 50], spread=1, stability=0.5, worthwhile=0.3, seed=3, n_sims=1000)
    chance = 1 / (2 * found.loc[0, "n_sims"]) ** 0.5  # relative, of a standard deviation
    assert found.loc[0, "std_error"] == pytest.approx(0.1, rel=4 * chance)
    assert found.loc[0, "detectable"] == pytest.approx(0.1 * (1.984 + 0.845), rel=4 * chance)


def test_power_of_the_plan_is_that_of_another_simulation():
    """The same study put to multilevel.power by its groups, with another seed."""
    found = expected_precision("before_after", [8] * 3, spread=1, stability=0.6, worthwhile=0.5, seed=1, n_sims=600)
    rows = {"groups": {"person": 24}, "n": 2, "predictors": {"after": {"level": "row", "values": [0, 1]}}}
    other = multilevel.power(
        "y ~ after + (1 | person)", rows, fixed_effects={"after": 0.5}, term="after", n_sims=600, seed=8,
        variance_components={"person": 0.6, "residual": 0.4},
    )  # fmt: skip
    power = float(other.table.loc[0, "power"])
    assert found.loc[0, "chance"] == pytest.approx(power, abs=4 * (power * (1 - power) / 600) ** 0.5)


def test_three_people_get_no_promise_of_a_group_report():
    made = plan(firms=1, people=3)
    assert not made.group_report
    assert made.firms_with_report == ()
    assert made.tidy().empty
    assert "geen rapport over de groep" in made.cautions()[0]
    assert "Wat deze opzet kan laten zien" not in made.summary()


def test_a_firm_that_is_too_small_gets_no_report_of_its_own():
    made = plan(people=[12, 10, 4])
    assert made.firms_with_report == ("Bedrijf A", "Bedrijf B")
    assert any("Bedrijf C" in caution and "geen eigen rapport" in caution for caution in made.cautions())


def test_a_change_that_will_hardly_be_found_is_told_of():
    made = plan(firms=1, people=7, weeks=6, worthwhile=0.2)
    assert float(made.precision.loc[0, "chance"]) < 0.5
    assert any("gemakkelijk missen" in caution for caution in made.cautions())
    assert not made.suggested


def test_lots_are_drawn_by_the_seed_and_half_of_the_firms_wait():
    starts = plan(firms=8, weeks=10, people=6, design="staggered_start").starts
    assert sorted(starts.values()) == ["t1"] * 4 + ["t2"] * 4
    assert starts == plan(firms=8, weeks=10, people=6, design="staggered_start").starts
    assert any(
        plan(firms=8, weeks=10, people=6, design="staggered_start", seed=seed).starts != starts for seed in (2, 3)
    )


def test_a_single_case_starts_with_three_moments_before_and_after():
    made = plan(firms=["Smit"], weeks=12, people=9)
    waves = made.moments["wave"].tolist()
    place = waves.index(made.starts["Smit"])
    assert 3 <= place <= len(waves) - 3
    assert made.short_form


def test_a_plan_goes_to_json_and_back_with_the_same_fingerprint():
    made = plan(firms=8, weeks=10, people=6, design="staggered_start")
    back = studies.ShortCyclePlan.from_dict(json.loads(json.dumps(made.to_dict())))
    assert back.fingerprint == made.fingerprint
    assert back.summary() == made.summary()
    assert plan(worthwhile=0.6).fingerprint != plan().fingerprint


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"goal": "teem learning"}, "S135"),
        ({"weeks": 3}, "S136"),
        ({"firms": 0}, "S136"),
        ({"firms": ["Smit", "smit"]}, "S136"),
        ({"people": [8, 8]}, "S136"),
        ({"people": 0}, "S136"),
        ({"returning": 1.2}, "S136"),
        ({"stability": 1.0}, "S136"),
        ({"worthwhile": 0.0}, "S136"),
        ({"design": "crossover"}, "S137"),
        ({"design": "before_after_comparison"}, "S138"),
        ({"design": "single_case", "weeks": 7}, "S138"),
        ({"primary": "team_learning"}, "S139"),
        ({"platforms": ["surveymonkey"]}, "S143"),
    ],
)
def test_what_cannot_be_planned_is_refused_with_what_can(changed, code):
    with pytest.raises(StudyError) as raised:
        plan(**changed)
    (problem,) = raised.value.problems
    assert problem.code == code
    assert problem.remedy("nl")


def test_a_second_firm_that_must_be_hidden_is_told_of_beforehand():
    told = "nog een bedrijf geen eigen rapport"
    assert any(told in caution for caution in plan(firms=3, people=[12, 10, 4]).cautions())
    assert not any(told in caution for caution in plan(firms=3, people=[12, 6, 6]).cautions())
    assert not any(told in caution for caution in plan(firms=3, people=[12, 10, 9]).cautions())


def test_a_study_to_practise_with_is_marked_as_simulated(tmp_path):
    """Marking it decides nothing: the plan has the same fingerprint, so that it can be compared with the real one."""
    asked = {"goal": "learning_culture", "weeks": 8, "firms": 3, "people": 8, "n_sims": 20}
    asked["start"] = datetime.date(2027, 1, 4)
    real, practice = (studies.plan_short_cycle(**asked, simulated=marked) for marked in (False, True))
    assert real.fingerprint == practice.fingerprint
    read = [studies.load(plan.write(tmp_path / name)).file for name, plan in (("real", real), ("practice", practice))]
    assert [one.simulated for one in read] == [False, True]
    assert [studies.ShortCyclePlan.from_dict(one.to_dict()).simulated for one in (real, practice)] == [False, True]
