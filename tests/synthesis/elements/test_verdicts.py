"""Each rule of the verdicts, its edges, and its mirror for harmful elements."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from lcresearch.errors import SynthesisError
from lcresearch.synthesis.elements import elements_table, judge_elements, new_consortium, verdict_rules

DECIDED = ["generic", "sector-specific", "conditional", "no worthwhile effect"]


def verdict(*estimates, rules=None):
    return judge_elements(estimates, rules).table.iloc[0]


def turned(element, sectors, effects, **settings):
    """The same element with all signs turned around."""
    settings = {"estimate": 0.3} | settings
    return element(
        sectors=sectors({name: -value for name, value in effects.items()}),
        **settings | {"estimate": -settings["estimate"]},
    )


def test_generic_when_it_works_in_a_new_consortium_and_in_every_sector(element, sectors):
    row = verdict(element(sectors=sectors({"energy": 0.3, "water": 0.25, "care": 0.35}), sector_p=0.3))
    assert (row["verdict"], row["direction"]) == ("generic", "positive")
    assert row["p_worthwhile_new"] > 0.8


def test_new_consortium_is_a_t_distribution_with_the_spread_of_consortia(element):
    evidence = element(std_error=0.06, tau=0.08, df=30.0)
    row = verdict(evidence)
    t = stats.t(14, loc=0.3, scale=0.1)  # 15 consortia: 14 degrees of freedom, fewer than the 30 of the estimate
    assert row[["pred_low", "pred_high"]].tolist() == pytest.approx(t.interval(0.95))
    assert row["p_positive_new"] == pytest.approx(t.sf(0))
    assert row["p_worthwhile_new"] == pytest.approx(t.sf(0.1))
    assert row[["conf_low", "conf_high"]].tolist() == pytest.approx(stats.t.interval(0.95, 30, 0.3, 0.06))


def test_degrees_of_freedom_of_tau_may_be_given(element):
    assert new_consortium(element(tau_df=6.5)).df == 6.5


def test_exact_where_sampling_error_is_negligible():
    # k equally precise consortia: the interval holds a new one in 95 of 100, not the fewer of a normal interval
    rng = np.random.default_rng(5)
    k, times = 6, 20_000
    effects = rng.normal(0.2, 0.1, (times, k + 1))
    seen, new = effects[:, :k], effects[:, k]
    tau = seen.std(axis=1, ddof=1)
    half = stats.t.isf(0.025, k - 1) * np.hypot(tau, tau / np.sqrt(k))
    assert np.mean(np.abs(new - seen.mean(axis=1)) < half) == pytest.approx(0.95, abs=4 * 0.0015)


def test_not_generic_when_one_sector_is_clearly_smaller(element, sectors):
    rows = sectors({"energy": 0.35, "water": 0.35, "care": 0.02}, std_error=[0.08, 0.08, 0.03])
    spread = element(sectors=rows, sector_p=0.2, std_error=0.02, tau=0.02)
    rules = verdict_rules()
    lenient = rules.model_copy(update={"generic": rules.generic.model_copy(update={"sector_spread": False})})
    found = judge_elements([spread], lenient)
    assert found.table["verdict"].tolist() == ["not enough evidence"]
    assert "in the sector care it is clearly smaller (0.02 sd)" in found.reason_in("en")[0]


def test_differences_between_sectors_count_where_tau_is_zero(element, sectors):
    effects = {"energy": 0.45, "water": 0.08, "care": 0.1}
    evidence = element(sectors=sectors(effects, std_error=0.13), estimate=0.21, std_error=0.07, tau=0.0, sector_p=0.1)
    row = verdict(evidence)
    assert row["verdict"] == "not enough evidence"
    spread = np.std(list(effects.values()))
    assert row["p_worthwhile_new"] == pytest.approx(stats.t.sf(0.1, 14, 0.21, np.hypot(0.07, spread)))
    assert row["pred_low"] == pytest.approx(stats.t.ppf(0.025, 14, 0.21, 0.07))


def test_sector_specific_when_one_sector_works_and_one_does_not(element, sectors):
    found = judge_elements([element(sectors=sectors({"energy": 0.4, "water": 0.02, "care": 0.2}), sector_p=0.001)])
    row = found.table.iloc[0]
    assert (row["verdict"], row["sector_p"]) == ("sector-specific", 0.001)
    assert found.reason_in("en")[0] == (
        "In the sector energy the effect is 0.40 sd, in the sector water 0.02 sd; "
        "sectors differ more than chance explains (p = .001)."
    )


@pytest.mark.parametrize(
    ("effects", "std_error", "p"),
    [
        ({"energy": 0.4, "water": 0.02}, 0.04, 0.06),  # not significant
        ({"energy": 0.4, "water": 0.2}, 0.04, 0.001),  # both worthwhile: they differ in size only
        ({"energy": 0.09, "water": -0.09}, 0.01, 0.001),  # none worthwhile
        ({"energy": 0.4, "water": 0.02}, 0.3, 0.001),  # the interval of the one that works holds zero
    ],
)
def test_not_sector_specific(element, sectors, effects, std_error, p):
    row = verdict(element(sectors=sectors(effects, std_error=std_error), sector_p=p))
    assert row["verdict"] != "sector-specific"


def test_sectors_with_opposite_effects_are_sector_specific_unless_the_rules_leave_that_out(element, sectors):
    evidence = element(sectors=sectors({"energy": 0.4, "water": -0.3}), sector_p=0.001, estimate=0.05)
    assert verdict(evidence)["verdict"] == "sector-specific"
    rules = verdict_rules()
    strict = rules.model_copy(
        update={"sector_specific": rules.sector_specific.model_copy(update={"other": ("within",)})}
    )
    assert verdict(evidence, rules=strict)["verdict"] == "not enough evidence"


def test_moderated_element_is_not_generic(element, levels):
    moderated = element(moderators=levels("firm size", {"2-9": 0.02, "50-249": 0.45}, 0.004))
    found = judge_elements([moderated])
    assert found.table.loc[0, ["verdict", "moderators"]].tolist() == ["conditional", {"firm size": 0.004}]
    assert found.reason_in("nl")[0].startswith(
        "Het effect hangt samen met firm size: het is 0,45 sd bij 50-249 en 0,02 sd bij 2-9"
    )
    rules = verdict_rules()
    generic = rules.generic.model_copy(update={"moderator_levels": False})
    reordered = rules.model_copy(update={"order": ("generic", "conditional"), "generic": generic})
    assert verdict(moderated, rules=reordered)["verdict"] == "generic"


def test_an_element_that_may_depend_on_a_moderator_is_not_generic(element, levels):
    unclear = element(moderators=levels("leadership", {"weak": 0.05, "strong": 0.5}, 0.2, std_error=0.15))
    found = judge_elements([unclear])
    assert found.table["verdict"].tolist() == ["not enough evidence"]
    assert "with leadership ‘weak’ the estimate is 0.05 sd" in found.reason_in("en")[0]
    clear = levels("leadership", {"weak": 0.25, "strong": 0.35}, 0.2)
    assert verdict(element(moderators=clear))["verdict"] == "generic"


def test_an_element_that_works_at_a_level_of_a_moderator_is_not_called_worthless(element, levels):
    none = {"estimate": 0.02, "std_error": 0.01, "tau": 0.0}
    assert verdict(element(**none))["verdict"] == "no worthwhile effect"
    unclear = levels("leadership", {"weak": -0.12, "strong": 0.25}, 0.08, std_error=0.09)
    assert verdict(element(**none, moderators=unclear))["verdict"] == "not enough evidence"


@pytest.mark.parametrize(("half", "name"), [(0.04, "no worthwhile effect"), (0.06, "not enough evidence")])
def test_no_worthwhile_effect_when_the_whole_interval_is_within(element, half, name):
    row = verdict(element(estimate=0.01, std_error=half, df=np.inf))
    assert row["verdict"] == name


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"n_consortia": 2}, "Only 2 consortia have data; at least 3 are needed."),
        ({"n_consortia": 1}, "Only 1 consortium has data; at least 3 are needed."),
    ],
)
def test_too_few_consortia_come_before_everything(element, changed, reason):
    found = judge_elements([element(**changed)])
    assert found.table["verdict"].tolist() == ["not enough evidence"]
    assert found.reason_in("en").tolist() == [reason]


def test_a_sector_with_two_consortia_holds_back_the_verdict_and_one_without_any_does_not(element, sectors):
    effects = {"energy": 0.3, "water": 0.3, "care": math.nan}
    few = judge_elements([element(sectors=sectors(effects, n=[5, 2, 0]))])
    assert few.table["verdict"].tolist() == ["not enough evidence"]
    assert few.reason_in("nl")[0] == (
        "In de sector water hebben maar 2 consortia gegevens; per sector zijn er ten minste 3 nodig."
    )
    two = judge_elements([element(sectors=sectors(effects, n=[1, 2, 0]))])
    assert two.reason_in("en")[0].endswith("these fall short: energy, water.")
    assert verdict(element(sectors=sectors(effects, n=[5, 3, 0])))["verdict"] == "generic"


@pytest.mark.parametrize(
    ("effects", "settings"),
    [
        ({"a": 0.3, "b": 0.25, "c": 0.35}, {"sector_p": 0.3}),
        ({"a": 0.4, "b": 0.02, "c": 0.2}, {"sector_p": 0.001, "estimate": 0.2}),
        ({"a": 0.01, "b": 0.02, "c": 0.0}, {"estimate": 0.01, "std_error": 0.02}),
        ({"a": 0.1, "b": 0.2, "c": 0.15}, {"estimate": 0.15, "std_error": 0.1}),
    ],
)
def test_harmful_elements_mirror_useful_ones(element, sectors, effects, settings):
    useful = judge_elements([element(sectors=sectors(effects), **settings)])
    harmful = judge_elements([turned(element, sectors, effects, **settings)])
    one, other = useful.table.iloc[0], harmful.table.iloc[0]
    assert one["verdict"] == other["verdict"]
    assert (one["direction"], other["direction"]) == ("positive", "negative")
    assert one["p_worthwhile_new"] == pytest.approx(other["p_worthwhile_new"])
    assert one["p_positive_new"] == pytest.approx(1 - other["p_positive_new"])
    assert one["e_value"] == pytest.approx(other["e_value"])
    assert one["certainty"] == other["certainty"]


def test_reason_of_a_clear_effect_that_varies_too_much(element):
    found = judge_elements([element(tau=0.4)])
    assert found.reason_in("en")[0] == (
        "On average the effect is 0.30 sd, but the chance that it is above 0.10 sd in a new consortium is 69%; "
        "80% is needed."
    )


def test_limit_near_the_bound_gets_decimals_enough(element):
    reason = judge_elements([element(estimate=0.012, std_error=0.046, df=np.inf)]).reason_in("nl")[0]
    assert "tussen -0,078 en 0,102 sd" in reason
    assert "vanaf 0,100 sd" in reason


@pytest.mark.parametrize("missing", [{"estimate": math.nan}, {"std_error": math.nan}, {"df": math.nan}])
def test_what_could_not_be_estimated_is_not_enough_evidence(element, missing):
    table = elements_table([element(**missing)], language="en")
    assert table["verdict"].tolist() == ["not enough evidence"]
    assert table["reason"].tolist() == ["The effect could not be estimated from these data."]
    assert math.isnan(table["e_value"][0])


def test_without_tau_nothing_is_said_of_a_new_consortium(element):
    row = verdict(element(tau=math.nan))
    assert row["verdict"] == "not enough evidence"
    assert row[["pred_low", "pred_high", "p_positive_new", "p_worthwhile_new"]].isna().all()


def test_sector_tests_are_corrected_over_elements_of_a_family(element, sectors):
    p_values = {"a": 0.01, "b": 0.02, "c": 0.03}
    estimates = [element(name, sectors=sectors({"x": 0.4, "y": 0.0}), sector_p=p) for name, p in p_values.items()]
    others = [
        element("d", sector_p=0.04, planned=False),
        element("a", sector_p=0.02, outcome="innovation"),
        element("e", sector_p=None),
    ]
    table = elements_table(estimates + others)
    assert table["sector_p"].tolist()[:5] == pytest.approx([0.03, 0.04, 0.04, 0.04, 0.02])  # R: p.adjust(p, "holm")
    assert math.isnan(table["sector_p"][5])


def test_moderator_tests_are_corrected_over_elements_and_moderators(element, levels):
    both = pd.concat([levels("size", {"s": 0.4, "l": 0.0}, 0.02), levels("form", {"x": 0.4, "y": 0.0}, 0.5)])
    table = elements_table([element("a", moderators=both), element("b", moderators=levels("size", {"s": 0.1}, 0.03))])
    assert table["moderators"][0] == pytest.approx({"size": 0.06, "form": 0.5})
    assert table["moderators"][1] == pytest.approx({"size": 0.06})
    assert table["verdict"][0] == "not enough evidence"  # 0.06: no longer conditional


def test_an_element_twice_is_refused(element):
    with pytest.raises(SynthesisError, match="Y113"):
        judge_elements([element(), element()])


def test_all_problems_of_evidence_are_told_together(element, sectors):
    with pytest.raises(SynthesisError) as caught:
        element(sectors=sectors({"a": 0.1}).drop(columns="df"), tau=-0.1, smallest_worthwhile=0.0)
    assert [problem.code for problem in caught.value.problems] == ["Y110", "Y111", "Y111"]


def test_an_empty_table_has_all_columns(element):
    empty, full = elements_table([]), elements_table([element()])
    assert list(empty.columns) == list(full.columns)
    assert len(empty) == 0
