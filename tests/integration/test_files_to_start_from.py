"""Files to start from, rules, and forms: what is there is not replaced, and what is not there is named."""

import pandas as pd
import pytest
import yaml

from lcresearch import integration, interviews
from lcresearch.errors import IntegrationError

START = {
    "new_cards": (integration.new_cards, "cards.yaml"),
    "new_logic_model": (integration.new_logic_model, "logic_model.yaml"),
    "new_principles": (integration.new_principles, "design_principles.yaml"),
    "new_value": (integration.new_value, "value.yaml"),
}
RULES = {
    "advice_rules": integration.advice_rules,
    "arrow_rules": integration.arrow_rules,
    "convergence_rules": integration.convergence_rules,
    "principle_rules": integration.principle_rules,
}


@pytest.mark.parametrize("name", START)
def test_a_file_to_start_from_does_not_replace_what_is_there(name, tmp_path):
    begin, file = START[name]
    (tmp_path / file).write_text("mine: 1\n", encoding="utf-8")
    with pytest.raises(IntegrationError):
        begin(tmp_path)
    assert (tmp_path / file).read_text(encoding="utf-8") == "mine: 1\n"


@pytest.mark.parametrize("name", RULES)
def test_rules_of_a_file_are_those_that_it_says_and_a_missing_file_is_named(name, tmp_path):
    usual = RULES[name]()
    own = tmp_path / "rules.yaml"
    own.write_text(yaml.safe_dump(usual.model_dump(mode="json"), allow_unicode=True), encoding="utf-8")
    assert RULES[name](own) == usual == RULES[name]()
    with pytest.raises(IntegrationError) as refused:
        RULES[name](tmp_path / "nothing.yaml")
    assert refused.value.problems[0].code == "G001"
    own.write_text("version: [1\n", encoding="utf-8")
    with pytest.raises(IntegrationError):
        RULES[name](own)


def test_claims_of_a_file_that_is_not_there(tmp_path):
    with pytest.raises(IntegrationError) as refused:
        integration.read_claims(tmp_path / "claims.yaml")
    assert refused.value.problems[0].code == "G001"


def test_codes_of_elements_do_not_depend_on_the_order_in_which_elements_are_asked():
    book = interviews.read_codebook("learning-communities")
    names = ["facilitation", "sunshine", "reflection"]
    found = integration.codes_of_elements(book, names)
    assert found == integration.codes_of_elements(book, names[::-1])
    assert found["facilitation"] == integration.codes_of_elements(book, ["facilitation"])["facilitation"]
    assert integration.codes_of_elements(book, []) == {}


def test_without_interviews_the_table_gains_empty_columns_and_keeps_what_it_had():
    table = pd.DataFrame({"element": ["facilitation", "<b>"], "estimate": [0.2, float("nan")]})
    gained = integration.with_interviews(table)
    pd.testing.assert_frame_equal(gained[list(table.columns)], table)
    new = gained.drop(columns=list(table.columns))
    assert new.filter(like="_cases").isna().all(axis=None)
    assert (new[["mechanism", "convergence"]] == "").all(axis=None)
    assert list(integration.with_interviews(table.iloc[:0]).columns) == list(gained.columns)
    with pytest.raises(IntegrationError) as refused:
        integration.with_interviews(table[["estimate"]])
    assert refused.value.problems[0].code == "Q167"
