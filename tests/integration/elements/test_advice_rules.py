"""Advice: every rule is reached, and no sentence is stronger than the certainty allows."""

from itertools import product

import pytest
import yaml

from lcresearch.errors import IntegrationError
from lcresearch.integration.elements.advice_rules import FACTS, STRENGTHS, advice_rules

VALUES = {
    "verdict": ["generic", "sector-specific", "conditional", "no worthwhile effect", "not enough evidence"],
    "direction": ["positive", "negative"],
    "certainty": ["high", "moderate", "low", "very low"],
    "convergence": ["", "convergent", "complementary", "divergent", "silent", "not shown"],
    "voices": ["helping", "missed", "valued", "hindering", "divided", "none"],
    "combination": ["together", "alone", "absent", "none"],
    "necessary": ["yes", "no"],
    "barrier": ["yes", "no"],
}
WEAK = {"nl": ("klein", "meet", "zoek eerst uit", "houd dit in de gaten"), "en": ("small", "measure", "find out")}


@pytest.fixture(scope="module")
def said():
    """Facts -> rule, for all facts there can be."""
    rules = advice_rules()
    every = [dict(zip(FACTS, values, strict=True)) for values in product(*(VALUES[name] for name in FACTS))]
    return [(facts, rules.rule_for(facts)) for facts in every]


def test_every_rule_is_the_first_to_hold_for_something(said):
    assert {rule.name for _, rule in said} == {rule.name for rule in advice_rules().rules}


def test_no_advice_is_stronger_than_the_certainty_allows(said):
    rules = advice_rules()
    for facts, rule in said:
        allowed = rules.allowed(facts["verdict"], facts["certainty"])
        assert STRENGTHS.index(rule.strength) <= STRENGTHS.index(allowed), (facts, rule.name)


def test_without_enough_evidence_one_is_told_to_try_small_and_measure(said):
    rules = {rule.name: rule for facts, rule in said if facts["verdict"] == "not enough evidence"}
    assert len(rules) > 3
    for rule in rules.values():
        assert rule.strength == "measure"
        for language, words in WEAK.items():
            assert any(word in getattr(rule.words, language).lower() for word in words), rule.name


def test_an_effect_that_lowers_the_outcome_is_never_recommended(said):
    for facts, rule in said:
        if facts["direction"] == "negative" and facts["verdict"] in VALUES["verdict"][:3]:
            assert rule.name.startswith("harmful") or facts["convergence"] == "divergent", (facts, rule.name)


def test_nobody_is_advised_to_bring_in_what_is_thought_to_hinder(said):
    for facts, rule in said:
        if facts["barrier"] == "yes":
            assert rule.name.startswith(("barrier", "harmful")), (facts, rule.name)


def test_each_advice_is_one_sentence_in_both_languages():
    for rule in advice_rules().rules:
        for text in (rule.words.nl, rule.words.en):
            assert text.find(".") == len(text) - 1, text


@pytest.fixture
def own(tmp_path):
    def read(*rules, **changes):
        content = {"version": "1.0.0", "strongest": {"high": "do", "moderate": "probably"}, "rules": list(rules)}
        path = tmp_path / "advice.yaml"
        path.write_text(yaml.safe_dump(content | changes, sort_keys=False), encoding="utf-8")
        return advice_rules(path)

    return read


LAST = {"name": "last", "strength": "measure", "words": {"nl": "Meet.", "en": "Measure."}}


def rule(**changes):
    return {"name": "one", "strength": "measure", "words": {"nl": "Doe dit.", "en": "Do this."}} | changes


@pytest.mark.parametrize(
    ("first", "code"),
    [
        (rule(strength="do", verdict=["generic"]), "Q164"),
        (rule(strength="do", verdict=["not enough evidence"], certainty=["high"]), "Q164"),
        (rule(strength="probably", certainty=["low"], verdict=["generic"]), "Q164"),
        (rule(name="last"), "Q165"),
        (rule(words={"nl": "Doe dit met {others}.", "en": "Do this."}), "Y112"),
        (rule(words={"nl": "Doe dit in {where}.", "en": "Do this."}, verdict=["generic"]), "Y112"),
        (rule(verdict=["certain"]), "G042"),
    ],
)
def test_rules_of_ones_own_that_say_too_much_are_refused(own, first, code):
    with pytest.raises(IntegrationError) as refused:
        own(first, LAST)
    assert [problem.code for problem in refused.value.problems] == [code]
    assert refused.value.problems[0].where.line


def test_rules_of_ones_own_must_cover_everything(own):
    with pytest.raises(IntegrationError) as refused:
        own(rule(verdict=["generic"]))
    assert [problem.code for problem in refused.value.problems] == ["Q166"]


def test_a_strong_rule_may_follow_one_that_takes_the_weak_cases(own):
    weak = rule(name="weak", certainty=["moderate", "low", "very low"])
    found = own(weak, rule(strength="do", verdict=["generic"]), LAST)
    assert [one.name for one in found.rules] == ["weak", "one", "last"]
