"""The elements table with interviews and combinations: what each row gains, and what is a gap."""

import pandas as pd
import pytest
from tests.integration.elements.conftest import comparison, model

from lcresearch.errors import IntegrationError
from lcresearch.integration import ElementsOfBothKinds, Voices, elements_of_both_kinds


@pytest.fixture
def voices():
    def row(element, gap="", **counts):
        names = ("n_cases", "n_persons", "n_cases_helping", "n_cases_lacking", "n_cases_hindering", "n_persons_helping")
        values = {name: float(counts.get(name, float("nan"))) for name in (*names, "n_persons_hindering", "n_passages")}
        return {"element": element, "of_cases": 10.0, "of_persons": 40.0, "gap": gap} | values

    elements = [
        row("coaching", n_cases=8, n_persons=20, n_cases_helping=7, n_cases_lacking=4, n_cases_hindering=3),
        row("leading", "hidden"),
    ]
    ways = pd.DataFrame(
        [
            ("coaching", "c1", "Uitproberen", "mechanism", 12, 6.0, 15),
            ("coaching", "c2", "Geld", "barrier", 14, 7.0, 16),
        ],
        columns=["element", "code", "name", "kind", "n_persons", "n_cases", "n_passages"],
    )
    nothing = pd.DataFrame(columns=["element", "quote", "described", "pointer", "direction"])
    return Voices(pd.DataFrame(elements), ways, pd.DataFrame(), nothing, confidential=False)


def test_rows_gain_counts_of_cases_the_typical_mechanism_and_combinations(table, voices, together, plan):
    found = elements_of_both_kinds(table, voices, qca={"grew": together}, plan=plan).table.set_index("element")
    assert found.loc[
        "coaching", ["n_cases_mentioning", "n_cases_helping", "n_cases_lacking", "n_cases_hindering"]
    ].tolist() == [
        8,
        7,
        4,
        3,
    ]
    assert found["mechanism"].tolist() == ["", "c1", ""]
    assert found["combinations"].tolist() == [
        ("~leading*meeting",),
        ("coaching*leading",),
        ("coaching*leading", "~leading*meeting"),
    ]
    assert found["estimate"].tolist() == table["estimate"].tolist()


def test_terms_say_with_what_and_how_many_models_hold_them(table, together, plan):
    terms = elements_of_both_kinds(table, qca={"grew": together}, plan=plan).terms
    row = terms[(terms["element"] == "leading") & ~terms["present"].astype(bool)].iloc[0]
    assert (row["term"], row["others"], row["in_models"], row["n_models"]) == ("~leading*meeting", ("meeting",), 1, 2)
    assert terms[terms["element"] == "meeting"]["others"].tolist() == [("~leading",)]


def test_necessity_is_by_the_cut_of_the_plan_and_unknown_where_nobody_looked(table, together, plan):
    rows = [("meeting", 0.95, 0.6), ("~meeting", 0.2, 0.1), ("coaching", 0.5, 0.5)]
    needed = {"grew": pd.DataFrame(rows, columns=["condition", "consistency", "coverage"])}
    found = elements_of_both_kinds(table, qca={"grew": together}, plan=plan, necessity=needed)
    assert found.table["necessary"].tolist() == [True, False, None]


def test_advice_names_what_it_works_together_with(table, together, plan):
    found = elements_of_both_kinds(table, qca={"grew": together}, plan=plan)
    assert found.advice_in("nl").tolist()[1] == "Probeer dit samen met leiding: het lijkt vooral dan te helpen."
    assert found.advice_in("en").tolist()[2].startswith("Try this on a small scale, together with coaching")
    assert set(found.advice["source"]) == {"rules"}


def test_an_element_that_is_enough_alone_is_not_said_to_need_another(table, plan):
    alone = comparison(model((1, -1, -1), (1, 1, -1)))
    found = elements_of_both_kinds(table, qca={"grew": alone}, plan=plan)
    assert "samen" not in found.advice_in("nl")[1]


def test_the_sentence_of_the_author_takes_the_place_of_the_rules_and_is_marked(table, plan):
    written = {"nl": "Begin met een vaste begeleider.", "en": "Start with a regular coach."}
    elements = plan.elements | {"coaching": plan.elements["coaching"].model_copy(update={"advice": written})}
    found = elements_of_both_kinds(table, plan=plan.model_copy(update={"elements": elements}))
    assert found.advice["source"].tolist() == ["rules", "author", "rules"]
    assert found.advice_in("en")[1] == written["en"]


def test_what_is_not_there_is_a_gap_with_its_reason(table, voices, plan):
    failed = {"grew": {"nl": "Alle cases hebben dezelfde uitkomst.", "en": "All cases have the same outcome."}}
    found = elements_of_both_kinds(table, voices, plan=plan, failed=failed)
    gaps = found.gaps.set_index(["element", "part"])
    said = "The comparison of communities could not be made: All cases have the same outcome."
    assert gaps.loc[("coaching", "combinations"), "en"] == said
    assert gaps.loc[("leading", "voices"), "reason"] == "hidden"
    assert gaps.loc[("meeting", "voices"), "reason"] == "no_codes"
    assert gaps.loc[("coaching", "quotes"), "reason"] == "none_released"
    assert found.table["n_cases_mentioning"].isna().tolist() == [True, False, True]
    assert len(found.cautions()) == len(gaps)


def test_without_a_sufficient_combination_that_is_said(table, plan):
    found = elements_of_both_kinds(table, qca={"grew": comparison()}, plan=plan)
    assert set(found.gaps.loc[found.gaps["part"] == "combinations", "reason"]) == {"none_sufficient"}


def test_a_result_can_be_asked_for_one_element_and_kept(table, voices, together, plan):
    found = elements_of_both_kinds(table, voices, qca={"grew": together}, plan=plan)
    own = found.of("coaching")
    assert len(own["mechanisms"]) == 2
    assert own["terms"]["term"].tolist() == ["coaching*leading"]
    with pytest.raises(IntegrationError, match="coaching"):
        found.of("coachin")
    again = ElementsOfBothKinds.from_dict(found.to_dict())
    assert again.frame("nl")["advice"].tolist() == found.frame("nl")["advice"].tolist()
    assert "combinations" in found.summary()
    assert found.glance()["n_in_combinations"].iloc[0] == 3


def test_a_table_that_is_no_table_of_elements(table):
    with pytest.raises(IntegrationError, match="Q167"):
        elements_of_both_kinds(table.drop(columns="verdict"))
